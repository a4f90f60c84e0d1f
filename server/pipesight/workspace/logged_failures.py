"""Read failures from logs if the store does not record them, and cache them for handlers."""

from __future__ import annotations

from pipesight.history.history import History
from pipesight.history.model import Failure, Status, Step
from pipesight.history.sources import SourceError
from pipesight.history.sources.failures import completed
from pipesight.outputs.log_reader import LogReader

from .run_log import last_failure

_LATEST = 500  # failures that are cached


class LoggedFailures:
    """The known failures of steps. One thread may call `of` while another calls `look`."""

    def __init__(self) -> None:
        self._known: dict[str, Failure | None] = {}
        self._wanted: dict[str, Step] = {}

    def of(self, step: Step) -> Failure | None:
        """Return the failure of a step: the recorded one, completed from the step's log.

        Return None for a step that did not fail. Until `look` has read the log, only the recorded part is returned.
        """
        if not is_untold(step):
            return step.failure
        if step.id not in self._known:
            self._wanted[step.id] = step
        return completed(step.failure, self._known.get(step.id))

    @property
    def wants_to_look(self) -> bool:
        """True if `of` was called for steps whose logs have to be read."""
        return bool(self._wanted)

    def look(self, history: History, logs: LogReader) -> bool:
        """Read the ends of the logs that `of` needs. Return whether one shows a failure.

        This waits for the disk or the network.
        """
        wanted, self._wanted = self._wanted, {}
        found = {id_: failure_in_logs(history, step, logs) for id_, step in wanted.items()}
        self._known = dict([*self._known.items(), *found.items()][-_LATEST:])
        return any(found.values())


def is_untold(step: Step) -> bool:
    """Return True if a step has failed and the store does not record all of the reason."""
    return step.status is Status.FAILED and (step.failure is None or not step.failure.is_complete)


def failure_in_logs(history: History, step: Step, logs: LogReader) -> Failure | None:
    """Return the failure that the ends of a step's logs show. None if they show none or cannot be read.

    This asks the store for the logs.
    """
    try:
        logs_of_step, code = history.logs(step, wait=True) or (), history.code(step, wait=True)
    except SourceError:
        return None
    source = code.source if code is not None else None
    found = (last_failure(log.uri, logs.read, source) for log in reversed(logs_of_step))
    return next((failure for failure in found if failure is not None), None)

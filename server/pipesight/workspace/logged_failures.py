"""Read failures from logs if the store does not record them, and cache them for handlers."""

from __future__ import annotations

from concurrent.futures import Future

from pipesight.history.history import History
from pipesight.history.model import Failure, Status, Step
from pipesight.history.sources import SourceError
from pipesight.history.sources.failures import completed
from pipesight.outputs.log_reader import LogReader

from .background_cache import BackgroundCache
from .run_log import last_failure

_LATEST = 500  # failures that are cached


class LoggedFailures(BackgroundCache[Step, "Failure | None"]):
    """The known failures of steps, by the ids of the steps."""

    def __init__(self) -> None:
        super().__init__(unknown=None, limit=_LATEST)

    def of(self, step: Step) -> Failure | None:
        """Return the failure of a step: the recorded one, completed from the step's log.

        Return None for a step that did not fail. Until `look` has read the log, only the recorded part is returned.
        """
        return completed(step.failure, self._get(step.id, step)) if is_untold(step) else step.failure

    def reading(self, step: Step) -> Future[None] | None:
        """Return a future that ends when the logs of a step have been read. None if they need not be read.

        This makes `look` read them next.
        """
        return self._awaited(step.id, step) if is_untold(step) else None

    def look(self, history: History, logs: LogReader) -> bool:
        """Read the ends of the logs that `of` needs. Return whether one shows a failure.

        This waits for the disk or the network.
        """
        return self._look(lambda step: failure_in_logs(history, step, logs))


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

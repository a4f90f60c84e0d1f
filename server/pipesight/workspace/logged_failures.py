"""Failures that only logs tell, if a store does not record all of an exception. Answers come from memory."""

from __future__ import annotations

from pipesight.history.history import History
from pipesight.history.model import Failure, Status, Step
from pipesight.history.sources import SourceError
from pipesight.history.sources.failures import completed
from pipesight.outputs.log_reader import LogReader

from .run_log import last_failure

_LATEST = 500  # failures that are kept


class LoggedFailures:
    """The known failures of steps. One thread may ask while another looks."""

    def __init__(self) -> None:
        self._known: dict[str, Failure | None] = {}
        self._wanted: dict[str, Step] = {}

    def of(self, step: Step) -> Failure | None:
        """Return why a step failed: what the store says, and what it lacks by what the log says.

        None for a step that did not fail. While the log was not read, its part is missing, and `look` reads it.
        """
        if not is_untold(step):
            return step.failure
        if step.id not in self._known:
            self._wanted[step.id] = step
        return completed(step.failure, self._known.get(step.id))

    @property
    def wants_to_look(self) -> bool:
        """Return whether somebody asked for something that is not known."""
        return bool(self._wanted)

    def look(self, history: History, logs: LogReader) -> bool:
        """Read the ends of the logs, and return whether one tells a failure. It waits for the disk or the network."""
        wanted, self._wanted = self._wanted, {}
        found = {id_: failure_in_logs(history, step, logs) for id_, step in wanted.items()}
        self._known = dict([*self._known.items(), *found.items()][-_LATEST:])
        return any(found.values())


def is_untold(step: Step) -> bool:
    """Return True if the store does not say what kept a failed step from completing."""
    return step.status is Status.FAILED and (step.failure is None or step.failure.message is None)


def failure_in_logs(history: History, step: Step, logs: LogReader) -> Failure | None:
    """Return the failure that the ends of a step's logs tell. It asks the store. None also if that cannot be read."""
    try:
        places, code = history.logs(step, wait=True) or (), history.code(step, wait=True)
    except SourceError:
        return None
    found = (last_failure(log.uri, logs.read, code.source if code is not None else None) for log in reversed(places))
    return next((failure for failure in found if failure is not None), None)

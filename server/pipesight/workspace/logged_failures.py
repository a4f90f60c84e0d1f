"""The failures that only logs tell, in stores that do not record exceptions. Handlers get answers from memory."""

from __future__ import annotations

from pipesight.history.history import History
from pipesight.history.model import Failure, Status, Step
from pipesight.history.sources import SourceError
from pipesight.outputs.log_reader import LogReader

from .run_log import last_failure

_LATEST = 500  # failures that are kept


class LoggedFailures:
    """The known failures of steps. One thread may ask while another looks."""

    def __init__(self) -> None:
        self._known: dict[str, Failure | None] = {}
        self._wanted: dict[str, Step] = {}

    def of(self, step: Step) -> Failure | None:
        """Return why a step failed: what the store says, else what its log says.

        None for a step that did not fail, and while the log was not read. Then `look` reads it.
        """
        if step.failure is not None or step.status is not Status.FAILED:
            return step.failure
        if step.id not in self._known:
            self._wanted[step.id] = step
        return self._known.get(step.id)

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


def failure_in_logs(history: History, step: Step, logs: LogReader) -> Failure | None:
    """Return the failure that the ends of a step's logs tell. It asks the store. None also if that cannot be read."""
    try:
        places, code = history.logs(step, wait=True) or (), history.code(step, wait=True)
    except SourceError:
        return None
    found = (last_failure(log.uri, logs.read, code.source if code is not None else None) for log in reversed(places))
    return next((failure for failure in found if failure is not None), None)

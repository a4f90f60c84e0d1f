"""Read failures from logs if the store does not record them, and cache them for handlers."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from pipesight.history.history import History
from pipesight.history.model import Failure, Status, Step
from pipesight.history.sources import SourceError
from pipesight.history.sources.failures import completed
from pipesight.outputs.log_reader import LogReader

from .run_log import last_failure

_LATEST = 500  # failures that are cached


@dataclass(frozen=True, slots=True)
class _Reading:
    """A step whose logs have to be read. `done` ends when they are."""

    step: Step
    done: Future[None] = field(default_factory=Future[None])


class LoggedFailures:
    """The known failures of steps. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Failure | None] = {}
        self._wanted: dict[str, _Reading] = {}  # the one that was asked for last comes last
        self._begun: dict[str, _Reading] = {}

    def of(self, step: Step) -> Failure | None:
        """Return the failure of a step: the recorded one, completed from the step's log.

        Return None for a step that did not fail. Until `look` has read the log, only the recorded part is returned.
        """
        self.reading(step)
        return completed(step.failure, self._known.get(step.id)) if is_untold(step) else step.failure

    def reading(self, step: Step) -> Future[None] | None:
        """Return a future that ends when the logs of a step have been read. None if they need not be read.

        This makes `look` read them next.
        """
        if not is_untold(step):
            return None
        with self._lock:
            if step.id in self._known:
                return None
            begun = self._begun.get(step.id)
            if begun is None:
                begun = self._wanted[step.id] = self._wanted.pop(step.id, None) or _Reading(step)
            return begun.done

    @property
    def wants_to_look(self) -> bool:
        """True if `of` was called for steps whose logs have to be read."""
        return bool(self._wanted)

    def look(self, history: History, logs: LogReader) -> bool:
        """Read the ends of the logs that `of` needs. Return whether one shows a failure.

        This waits for the disk or the network.
        """
        is_shown = False
        while (reading := self._begin()) is not None:
            failure: Failure | None = None
            try:
                failure = failure_in_logs(history, reading.step, logs)
            finally:
                self._end(reading, failure)
            is_shown = is_shown or failure is not None
        return is_shown

    def _begin(self) -> _Reading | None:
        """Return the step that was asked for last, None if there is none. No other thread reads its logs."""
        with self._lock:
            if not self._wanted:
                return None
            id_, reading = self._wanted.popitem()
            self._begun[id_] = reading
            return reading

    def _end(self, reading: _Reading, failure: Failure | None) -> None:
        with self._lock:
            del self._begun[reading.step.id]
            self._known = dict([*self._known.items(), (reading.step.id, failure)][-_LATEST:])
        reading.done.set_result(None)


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

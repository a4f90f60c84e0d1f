"""Collects garbage among all objects in long pauses alone, because that takes seconds where the files are large."""

from __future__ import annotations

import gc

PAUSE = 3.0  # seconds without a request after which garbage is collected among the newer objects
LONG_PAUSE = 60.0  # seconds after which it is among all of them
_YOUNG = 10_000  # new objects after which Python looks at the youngest
_BATCH = 10 * _YOUNG  # new objects that Python counts as one
_NEVER = 1_000_000_000
_NEWER = 2  # batches that are worth a collection
_MOST_NEWER = 20
_GROWN = 1.25  # times as many as are known to be in use
_MOST_GROWN = 30  # more than twice as many


class PausedGarbage:
    """The collections of a process that answers requests. What one of them leaves, the next one does not look at."""

    def __init__(self) -> None:
        self._kept = 0.0  # batches that are not looked at
        self._used = 0.0  # batches known to be in use

    @staticmethod
    def rest() -> None:
        """Have Python collect among young objects alone from now on."""
        gc.set_threshold(_YOUNG, 10, _NEVER)

    def keep(self, *, is_first: bool) -> None:
        """Take all objects for lasting ones: those that an analysis made are. The first of a file replaces none."""
        self._kept += gc.get_count()[2]
        gc.freeze()
        gc.collect()  # quick, because it finds nothing: it begins to count anew
        if is_first:
            self._used = max(self._used, self._kept)

    def collect(self, pause: float) -> None:
        """Collect after so many seconds without a request, if there is enough to look at."""
        newer = gc.get_count()[2]
        if newer >= (_NEWER if pause >= PAUSE else _MOST_NEWER):
            gc.collect()
            gc.freeze()
            self._kept += newer
        if self._kept > self._used * _GROWN and (pause >= LONG_PAUSE or self._kept > 2 * self._used + _MOST_GROWN):
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._kept = self._used = gc.get_freeze_count() / _BATCH

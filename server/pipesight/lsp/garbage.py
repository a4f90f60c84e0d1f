"""Collect garbage among all objects only in long pauses, because it takes seconds if large files are open."""

from __future__ import annotations

import gc

PAUSE = 3.0  # seconds without a request after which garbage is collected among the newer objects
LONG_PAUSE = 60.0  # seconds without a request after which it is collected among all objects
_YOUNG = 10_000  # new objects after which Python collects the youngest
_COLLECTIONS = 2  # collections of the youngest objects until Python collects the next generation. More would take 50 ms
_BATCH = _COLLECTIONS * _YOUNG  # objects that add one to the count of Python's oldest generation: a batch
_NEVER = 1_000_000_000
_NEWER = 10  # newer batches that are collected in a pause
_MOST_NEWER = 100  # newer batches that are collected even without a pause
_GROWN = 1.25  # all objects are collected in a long pause if they are this many times those known to be in use
_MOST_GROWN = 150  # batches beyond twice those in use, from which on all objects are collected even without a pause


class PausedGarbage:
    """The garbage collection of the server. A collection ignores objects that an earlier one has kept."""

    def __init__(self) -> None:
        self._kept = 0.0  # batches that are excluded from collections
        self._used = 0.0  # batches known to be in use after the last collection of all objects

    @staticmethod
    def rest() -> None:
        """Make Python collect only young objects by itself from now on."""
        gc.set_threshold(_YOUNG, _COLLECTIONS, _NEVER)

    def keep(self, *, is_first: bool) -> None:
        """Exclude all current objects from collections, because those of an analysis stay.

        `is_first` is True for the first analysis of a file, which replaces no older objects.
        """
        self._kept += gc.get_count()[2]
        gc.freeze()
        gc.collect()  # fast, because no objects are left. It resets Python's counts
        if is_first:
            self._used = max(self._used, self._kept)

    def collect(self, pause: float) -> None:
        """Collect garbage if there are enough new objects. `pause` is the time in seconds since the last request."""
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

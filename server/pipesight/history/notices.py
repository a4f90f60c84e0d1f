"""Notify the subscribers of a sync, at most four times a second while much is read."""

from __future__ import annotations

import time
from collections.abc import Callable

PAUSE = 0.25  # seconds between two notices


class Notices:
    """The subscribers of a sync. `last` is the monotonic time at which they were last notified."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[], None]] = []
        self.last = 0.0

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` after each change, in the thread that made the change."""
        self._subscribers.append(callback)

    def tell(self, *, now: bool = False) -> bool:
        """Notify the subscribers and return True. Return False if `PAUSE` is not over and `now` is not set."""
        if not now and time.monotonic() - self.last < PAUSE:
            return False
        self.last = time.monotonic()
        for callback in self._subscribers:
            callback()
        return True

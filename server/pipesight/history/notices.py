"""The notices that the subscribers of a sync get, not more often than they can use."""

from __future__ import annotations

import time
from collections.abc import Callable

PAUSE = 0.25  # seconds from one notice to the next while much is read


class Notices:
    """The subscribers of a sync, and when they were last told that the index or the state changed."""

    def __init__(self) -> None:
        self._subscribers: list[Callable[[], None]] = []
        self.last = 0.0

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Have `callback` called after each change, in the thread that made it."""
        self._subscribers.append(callback)

    def tell(self, *, now: bool = False) -> bool:
        """Tell the subscribers, unless they were told just before. Return whether they were told."""
        if not now and time.monotonic() - self.last < PAUSE:
            return False
        self.last = time.monotonic()
        for callback in self._subscribers:
            callback()
        return True

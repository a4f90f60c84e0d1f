"""Keep the results of an update of a program for the next update."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Kept = TypeVar("_Kept")


class Remembered(Generic[_Key, _Kept]):
    """The results that this update or the one before made or used. Older results are forgotten."""

    def __init__(self) -> None:
        self._now: dict[_Key, _Kept] = {}
        self._before: dict[_Key, _Kept] = {}

    def turn(self) -> None:
        """Begin another update, and forget the results that the last one neither made nor used."""
        self._before, self._now = self._now, {}

    def get(self, key: _Key) -> _Kept | None:
        """Return the result that is kept under a key."""
        found = self._now.get(key)
        if found is None and self._before and (found := self._before.get(key)) is not None:
            self._now[key] = found
        return found

    def keep(self, key: _Key, value: _Kept) -> None:
        """Keep a result under a key."""
        self._now[key] = value


class Clock:
    """Count the changes of values in programs. While `now` stays the same, every value that was read still holds.

    While `looking` is above 0, a name is being looked up through imports, which may be circular.
    """

    __slots__ = ("looking", "now")

    def __init__(self) -> None:
        self.now = 0
        self.looking = 0

    def tick(self) -> None:
        """Advance the clock, because a value may have changed."""
        self.now += 1

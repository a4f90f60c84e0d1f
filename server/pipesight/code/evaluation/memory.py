"""The results of an update of a program, kept for the next one."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Kept = TypeVar("_Kept")


class Remembered(Generic[_Key, _Kept]):
    """The results that this update made or used again. It forgets results that two updates did not use."""

    def __init__(self) -> None:
        self._now: dict[_Key, _Kept] = {}
        self._before: dict[_Key, _Kept] = {}

    def turn(self) -> None:
        """Begin another update."""
        self._before, self._now = self._now, {}

    def get(self, key: _Key) -> _Kept | None:
        """Return what is known under a key."""
        found = self._now.get(key)
        if found is None and self._before and (found := self._before.get(key)) is not None:
            self._now[key] = found
        return found

    def keep(self, key: _Key, value: _Kept) -> None:
        """Remember something."""
        self._now[key] = value


class Clock:
    """Counts the moments at which values of programs changed. Between two of them, what was read stays the same.

    While `looking` is above 0, a name is looked up through imports, which may lead in a circle.
    """

    __slots__ = ("looking", "now")

    def __init__(self) -> None:
        self.now = 0
        self.looking = 0

    def tick(self) -> None:
        """Take note that a value may have changed."""
        self.now += 1

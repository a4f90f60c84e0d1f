"""The base of caches that a background thread fills, so that handlers access neither disk nor network."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Generic, TypeVar

_Subject = TypeVar("_Subject")
_Value = TypeVar("_Value")


class BackgroundCache(Generic[_Subject, _Value]):
    """The known values of subjects, by key. One thread may call `_get` while another calls `_look`."""

    def __init__(self, unknown: _Value, limit: int = 10_000) -> None:
        self._unknown = unknown  # the value of a key until `_look` has looked it up
        self._limit = limit  # entries that are kept: the latest
        self._known: dict[str, tuple[_Value, float]] = {}  # with the monotonic time of the look
        self._wanted: dict[str, _Subject] = {}

    def _age(self, value: _Value) -> float:
        """Return the seconds after which a value is looked up again."""
        return math.inf

    def _get(self, key: str, subject: _Subject) -> _Value:
        """Return the known value. If it is missing or too old, the next `_look` looks it up."""
        known = self._known.get(key)
        if known is None or known[1] + self._age(known[0]) < time.monotonic():
            self._wanted[key] = subject
        return known[0] if known is not None else self._unknown

    @property
    def wants_to_look(self) -> bool:
        """True if a handler asked for a value that has to be looked up."""
        return bool(self._wanted)

    def _look(self, find: Callable[[_Subject], _Value]) -> bool:
        """Look up the values that handlers asked for. Return whether one changed. No handler may call this."""
        wanted, self._wanted = self._wanted, {}
        found = [(key, (find(subject), time.monotonic())) for key, subject in list(wanted.items())]
        before = self._known
        self._known = dict([*before.items(), *found][-self._limit :])
        return any(before.get(key, (self._unknown, 0.0))[0] != value for key, (value, _) in found)

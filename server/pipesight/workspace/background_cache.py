"""The base of caches that a background thread fills, so that handlers access neither disk nor network."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_Subject = TypeVar("_Subject")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class _Lookup(Generic[_Subject]):
    """A subject whose value has to be looked up. `done` ends when it is."""

    key: str
    subject: _Subject
    done: Future[None] = field(default_factory=Future[None])


class BackgroundCache(Generic[_Subject, _Value]):
    """The known values of subjects, by key. Thread-safe."""

    def __init__(self, unknown: _Value, limit: int = 10_000) -> None:
        self._unknown = unknown  # the value of a key until `_look` has looked it up, and after a look that failed
        self._limit = limit  # entries that are kept: the latest
        self._lock = threading.Lock()
        self._known: dict[str, tuple[_Value, float]] = {}  # with the monotonic time of the look
        self._wanted: dict[str, _Lookup[_Subject]] = {}  # the one that was requested last comes last
        self._begun: dict[str, _Lookup[_Subject]] = {}

    def _age(self, value: _Value) -> float:
        """Return the seconds after which a value is looked up again."""
        return math.inf

    def _get(self, key: str, subject: _Subject) -> _Value:
        """Return the known value. If it is missing or too old, the next `_look` looks it up."""
        self._awaited(key, subject)
        known = self._known.get(key)
        return known[0] if known is not None else self._unknown

    def _awaited(self, key: str, subject: _Subject) -> Future[None] | None:
        """Return a future that ends when the value has been looked up. None if it is known and not too old.

        The next `_look` begins with this value.
        """
        if self._is_fresh(key):
            return None
        with self._lock:
            if self._is_fresh(key):  # another thread has looked it up meanwhile
                return None
            look = self._begun.get(key)
            if look is None:
                look = self._wanted[key] = self._wanted.pop(key, None) or _Lookup(key, subject)
            return look.done

    def _is_fresh(self, key: str) -> bool:
        known = self._known.get(key)
        return known is not None and known[1] + self._age(known[0]) >= time.monotonic()

    @property
    def wants_to_look(self) -> bool:
        """True if a handler asked for a value that has to be looked up."""
        return bool(self._wanted)

    def _look(self, find: Callable[[_Subject], _Value]) -> bool:
        """Look up the values that handlers asked for. Return whether one changed. No handler may call this."""
        is_changed = False
        while (look := self._begin()) is not None:
            value = self._unknown
            try:
                value = find(look.subject)
            finally:
                is_changed = self._end(look, value) or is_changed
        return is_changed

    def _begin(self) -> _Lookup[_Subject] | None:
        """Return the look that was requested last, None if there is none. No other thread does it."""
        with self._lock:
            if not self._wanted:
                return None
            key, look = self._wanted.popitem()
            self._begun[key] = look
            return look

    def _end(self, look: _Lookup[_Subject], value: _Value) -> bool:
        """Keep a value. Return whether it changed."""
        with self._lock:
            del self._begun[look.key]
            before = self._known.pop(look.key, (self._unknown, 0.0))
            self._known[look.key] = value, time.monotonic()
            if len(self._known) > self._limit:
                del self._known[next(iter(self._known))]
        look.done.set_result(None)
        return before[0] != value

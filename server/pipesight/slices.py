"""Do long work in slices, so that the server answers other requests in between.

The work is plain code that calls `pause` in its loops. It runs in a thread of its own, but never at the same time as
the thread that calls `go_on`. So it needs no locks, as if it were a coroutine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar, cast

_T = TypeVar("_T")

_thread = threading.local()  # `work` is the work that this thread does


def pause() -> None:
    """Pause here until the next slice, if this one is over. Never call this while holding a lock."""
    work: SlicedWork[object] | None = getattr(_thread, "work", None)
    if work is not None:
        work.pause()


def pausing(items: Iterable[_T]) -> Iterator[_T]:
    """Yield the items, with a pause before each."""
    for item in items:
        pause()
        yield item


class pausing_property(Generic[_T]):  # noqa: N801 - a decorator, like `property`
    """A property that is computed once for each object, by code that may pause.

    Before Python 3.12, `functools.cached_property` holds one lock for all objects meanwhile. While the code pauses, the
    event loop would wait for this lock forever.
    """

    def __init__(self, compute: Callable[[Any], _T]) -> None:
        self._compute = compute

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, holder: object, _: type) -> _T:
        value = holder.__dict__[self._name] = self._compute(holder)
        return value


class _Abandoned(BaseException):
    """Ends work whose result nobody needs. No `except Exception` stops it."""


class SlicedWork(Generic[_T]):
    """Work that goes on in slices."""

    def __init__(self, work: Callable[[], _T]) -> None:
        self._work = work
        self._go, self._stop = threading.Semaphore(0), threading.Semaphore(0)
        self._thread: threading.Thread | None = None
        self._until = 0.0  # the monotonic time at which the slice ends
        self._is_abandoned = False
        self._has_ended = False
        self._result: _T | None = None
        self._problem: Exception | None = None

    def go_on(self, seconds: float) -> bool:
        """Work for about this number of seconds. Return whether the work has ended."""
        self._until = time.monotonic() + seconds
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="pipesight-slices", daemon=True)
            self._thread.start()
        if not self._has_ended:
            self._go.release()
            self._stop.acquire()
        return self._has_ended

    def abandon(self) -> None:
        """End the work where it pauses. This does nothing if it has ended."""
        self._is_abandoned = True
        if self._thread is not None:
            self.go_on(0.0)

    @property
    def result(self) -> _T:
        """The result of work that has ended. Raises the exception that ended it."""
        if self._problem is not None:
            raise self._problem
        return cast("_T", self._result)

    def pause(self) -> None:
        """Pause here until the next slice, if this one is over. Only the work itself calls this."""
        if time.monotonic() >= self._until:
            self._stop.release()
            self._wait()

    def _wait(self) -> None:
        self._go.acquire()
        if self._is_abandoned:
            raise _Abandoned

    def _run(self) -> None:
        _thread.work = self
        try:
            self._wait()
            self._result = self._work()
        except _Abandoned:
            pass
        except Exception as error:  # noqa: BLE001 - raised where the result is needed
            self._problem = error
        self._has_ended = True
        self._stop.release()

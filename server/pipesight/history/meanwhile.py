"""Read in a second thread while a first index is made, and pause the garbage collector in that time."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Generic, TypeVar

_T = TypeVar("_T")
_STATEMENT = 2.0  # seconds to wait at the end of the context for a statement that still runs


class Meanwhile(Generic[_T]):
    """A function that runs in another thread while the context is open.

    The function gets an event that is set when the context ends and its result is no longer wanted.
    """

    def __init__(self, work: Callable[[threading.Event], _T]) -> None:
        self._work = work
        self._unwanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pipesight-meanwhile", daemon=True)
        self._result: _T | Exception

    def __enter__(self) -> Meanwhile[_T]:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._unwanted.set()
        self._thread.join(_STATEMENT)

    def _run(self) -> None:
        try:
            self._result = self._work(self._unwanted)
        except Exception as problem:  # noqa: BLE001 - raised where the result is wanted
            self._result = problem

    def is_done(self, seconds: float) -> bool:
        """Wait up to `seconds` for the function. Return whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> _T:
        """Return the result of the function once it has ended, or raise the exception that ended it."""
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


_RESTING = threading.Lock()  # held while one first index has paused the collector


@contextmanager
def collector_resting() -> Generator[None]:
    """Pause the garbage collector while the context is open. It would take a sixth of the time of a first index.

    If the collector is paused already, the context does nothing.
    """
    if not (gc.isenabled() and _RESTING.acquire(blocking=False)):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _RESTING.release()


def collect_if_resting() -> None:
    """Collect the youngest objects, those of the last batch, if `collector_resting` has paused the collector."""
    if _RESTING.locked():
        gc.collect(0)

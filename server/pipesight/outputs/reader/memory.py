"""Limit the memory of the reader, by the system if it can, else by a thread that ends the process."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import Callable, Generator, Optional

TOO_MUCH = 77  # the exit code of a reader that exceeds its memory limit
_PERIOD = 0.05  # seconds between two checks


class MemoryLimit:
    """A memory limit. If the system cannot enforce it, it holds only while `guarded` is open."""

    def __init__(self, limit: int) -> None:
        """Set a limit in bytes. 0 sets none."""
        self._limit = limit
        self._busy = threading.Event()
        self._measure = None if limit <= 0 or _limit_by_system(limit) else _measure()
        if self._measure is not None:
            threading.Thread(target=self._watch, name="memory", daemon=True).start()

    @contextlib.contextmanager
    def guarded(self) -> Generator[None, None, None]:
        """End the process if it takes too much memory while the context is open."""
        self._busy.set()
        try:
            yield
        finally:
            self._busy.clear()

    def _watch(self) -> None:
        assert self._measure is not None
        pause = threading.Event()
        while True:
            self._busy.wait()
            if self._measure() > self._limit:
                os._exit(TOO_MUCH)  # at once, because an exception could be caught and would allocate memory
            pause.wait(_PERIOD)


def _limit_by_system(limit: int) -> bool:
    """Let the system refuse memory beyond the limit. Windows has no such limit, and macOS does not enforce it."""
    if sys.platform == "darwin":
        return False
    try:
        import resource
    except ImportError:
        return False
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    except (ValueError, OSError):
        return False
    return True


def _measure() -> Optional[Callable[[], int]]:
    """Return a function that returns the memory of this process in bytes, None if there is none."""
    for measure in (_of_windows, _of_proc, _of_macos):
        try:
            if measure() > 0:
                return measure
        except (ImportError, OSError, AttributeError, ValueError):
            continue
    return None


def _of_windows() -> int:
    """Return the private bytes of this process: `PROCESS_MEMORY_COUNTERS.PagefileUsage`."""
    import ctypes

    windows = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    counters = (ctypes.c_size_t * 16)()  # DWORD cb and DWORD PageFaultCount take the first 8 bytes
    size = 8 + 8 * ctypes.sizeof(ctypes.c_size_t)
    ctypes.cast(counters, ctypes.POINTER(ctypes.c_uint32))[0] = size
    windows.GetCurrentProcess.restype = ctypes.c_void_p
    ask = windows.K32GetProcessMemoryInfo
    ask.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32)
    if not ask(windows.GetCurrentProcess(), counters, size):
        raise OSError("no memory counters")
    first = 8 // ctypes.sizeof(ctypes.c_size_t)
    return int(counters[first + 6])  # after the working sets and the pools comes PagefileUsage


def _of_proc() -> int:
    """Return the resident bytes of this process, on Linux."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _of_macos() -> int:
    """Return the largest number of resident bytes of this process so far. Only macOS gives it in bytes."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

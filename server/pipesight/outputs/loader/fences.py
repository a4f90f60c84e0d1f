"""Raises the fences around a value that is loaded, and tries each of them: what was not tried is not promised."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import signal
import socket
import struct
import sys
from typing import Callable, Dict, List

from ..reader.memory import Limit
from .landlock import restrict_writes
from .seccomp import refuse_calls

_FILE = 16 * 1024 * 1024  # bytes that one file in the temporary folder may have
_OPEN = 256  # files that may be open
_PROCESSORS = 8  # a library may compute on several at once, so processor time is longer than the time limit
_READ_ANYWAY = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: an administrator still reads all files
_NO_NEW_POWERS, _PARENT_DEATH = 38, 1  # of `prctl`


def raise_fences(work: str, memory: int, seconds: float, server: int) -> Limit:
    """Fence this process in for good: it changes files in the folder `work` only. Return its limit of memory.

    The process ends with the `server`, given by its number.

    A fence that this system does not have is left out, and `tried` tells.
    """
    _limit(memory, seconds)
    limit = Limit(memory)
    if sys.platform == "linux" and _is_single_thread():
        library = ctypes.CDLL(None, use_errno=True)
        library.prctl(_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
        if _has_ended(server):  # before it could be watched
            os._exit(1)
        library.prctl(_NO_NEW_POWERS, 1, 0, 0, 0)
        _drop_powers(library)
        with contextlib.suppress(OSError):
            restrict_writes(work)
        with contextlib.suppress(OSError):
            refuse_calls()
    return limit


def _has_ended(process: int) -> bool:
    """Tell whether a process is gone, or has only its entry left until its parent looks."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] in ("Z", "X")
    except OSError:
        return True


def _limit(memory: int, seconds: float) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        resource.RLIMIT_CPU: int(seconds * _PROCESSORS) + 1,
        resource.RLIMIT_FSIZE: _FILE,
        resource.RLIMIT_NOFILE: _OPEN,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform != "darwin":
        limits[resource.RLIMIT_AS] = memory
    for kind, wanted in limits.items():
        _, hard = resource.getrlimit(kind)
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def _is_single_thread() -> bool:
    """Tell whether fences around this thread are fences around the process."""
    return len(os.listdir("/proc/self/task")) == 1


def _drop_powers(library: ctypes.CDLL) -> None:
    """Leave an administrator no power but to read."""
    if os.geteuid() != 0:
        return
    version_3 = 0x20080522
    header = struct.pack("=Ii", version_3, 0)
    sets = struct.pack("=6I", _READ_ANYWAY, _READ_ANYWAY, 0, 0, 0, 0)
    library.capset(ctypes.c_char_p(header), ctypes.c_char_p(sets))


def tried(work: str, memory: int) -> List[str]:
    """Return the fences that hold. Each is run against once."""
    tries: Dict[str, Callable[[], bool]] = {
        "network": _no_network,
        "files": lambda: _no_file(os.path.join(os.path.dirname(work), "outside")),
        "programs": _no_program,
        "memory": lambda: _no_memory(memory),
    }
    return [name for name, holds in tries.items() if holds()]


def _no_network() -> bool:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.connect(("127.0.0.1", 9))  # a datagram socket sends nothing yet
    except OSError as error:
        return _is_refusal(error)
    return False


def _is_refusal(error: OSError) -> bool:
    """Tell a fence from a full disk, or from too many processes."""
    return error.errno in (errno.EPERM, errno.EACCES)


def _no_file(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    except OSError as error:
        return _is_refusal(error)
    os.unlink(path)
    return False


def _no_program() -> bool:
    if not hasattr(os, "fork"):
        return False
    try:
        child = os.fork()
    except OSError as error:
        return _is_refusal(error)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return False


def _no_memory(limit: int) -> bool:
    try:
        mmap.mmap(-1, limit).close()
    except (OSError, ValueError, OverflowError, MemoryError):
        return True
    return False

"""Raise the fences around the loading of a value, and try each of them. Only fences that were tried are promised."""

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

from ..reader.memory import MemoryLimit
from .landlock import restrict_writes
from .seccomp import refuse_calls

_FILE = 16 * 1024 * 1024  # bytes of one file in the temporary folder
_OPEN = 256  # open files
_PROCESSORS = 8  # factor of processor time to the time limit, because a library may use several processors at once
_READ_ANYWAY = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, with which an administrator still reads all files
_NO_NEW_POWERS, _PARENT_DEATH = 38, 1  # PR_SET_NO_NEW_PRIVS and PR_SET_PDEATHSIG of `prctl`


def raise_fences(work: str, memory: int, seconds: float, server: int) -> MemoryLimit:
    """Raise the fences around this process for good. Return its memory limit.

    The process can change files only in the folder `work`. `memory` is in bytes. `server` is the id of the server's
    process, with which this one ends. A fence that this system lacks is left out, and `tried` does not return it.
    """
    _limit(memory, seconds)
    limit = MemoryLimit(memory)
    if sys.platform == "linux" and _is_single_thread():
        library = ctypes.CDLL(None, use_errno=True)
        library.prctl(_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
        if _has_ended(server):  # before PR_SET_PDEATHSIG took effect
            os._exit(1)
        library.prctl(_NO_NEW_POWERS, 1, 0, 0, 0)
        _drop_powers(library)
        with contextlib.suppress(OSError):
            restrict_writes(work)
        with contextlib.suppress(OSError):
            refuse_calls()
    return limit


def _has_ended(process: int) -> bool:
    """Return whether a process has ended. A zombie, whose parent has not waited for it yet, counts as ended."""
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
    """Return whether this thread is the only one, so that its fences are those of the process."""
    return len(os.listdir("/proc/self/task")) == 1


def _drop_powers(library: ctypes.CDLL) -> None:
    """Drop all capabilities of an administrator except reading files."""
    if os.geteuid() != 0:
        return
    version_3 = 0x20080522
    header = struct.pack("=Ii", version_3, 0)
    sets = struct.pack("=6I", _READ_ANYWAY, _READ_ANYWAY, 0, 0, 0, 0)
    library.capset(ctypes.c_char_p(header), ctypes.c_char_p(sets))


def tried(work: str, memory: int) -> List[str]:
    """Return the names of the fences that hold. Each is tested by an attempt to cross it."""
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
            own.connect(("127.0.0.1", 9))  # connecting a datagram socket sends nothing
    except OSError as error:
        return _is_refusal(error)
    return False


def _is_refusal(error: OSError) -> bool:
    """Return whether an error comes from a fence, and not from a full disk or too many processes."""
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

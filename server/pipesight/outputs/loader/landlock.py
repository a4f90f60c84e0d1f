"""Make Linux refuse changes of files outside one folder, with Landlock."""

from __future__ import annotations

import ctypes
import os
import struct

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the numbers of Landlock's system calls, which are the same on all machines
_WRITE_FILE, _TRUNCATE = 1 << 1, 1 << 14
_OF_FIRST = _WRITE_FILE | sum(1 << bit for bit in range(4, 13))  # write, remove, make files of each kind
_OF_RELEASE = {
    2: 1 << 13,
    3: _TRUNCATE,
    5: 1 << 15,
}  # rights by Landlock's version: moving to another folder, truncating, controlling devices
_TCP, _OTHERS = 0b11, 0b11  # binding and connecting, and abstract sockets of other processes and signals to them
_PATH_BENEATH = 1
_O_PATH = 0o10000000  # the value of `os.O_PATH`, which the type checker only knows on Linux


def restrict_writes(folder: str) -> None:
    """Restrict changes of files by this process to `folder` for good. Reading stays allowed.

    Also refuse TCP and access to other processes, if the kernel supports it. Raises OSError if it has no Landlock.
    """
    library = ctypes.CDLL(None, use_errno=True)
    version = _called(library, _CREATE, None, 0, 1)
    changes = _OF_FIRST | sum(right for since, right in _OF_RELEASE.items() if version >= since)
    rules = struct.pack("=QQQ", changes, _TCP if version >= 4 else 0, _OTHERS if version >= 6 else 0)
    length = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _called(library, _CREATE, ctypes.c_char_p(rules), length, 0)
    _allow(library, ruleset, folder, changes)
    _allow(library, ruleset, os.devnull, changes & (_WRITE_FILE | _TRUNCATE))
    _called(library, _RESTRICT, ruleset, 0)
    os.close(ruleset)


def _allow(library: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, _O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights, place)
        _called(library, _ADD, ruleset, _PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(place)


def _called(library: ctypes.CDLL, number: int, *arguments: object) -> int:
    done: int = library.syscall(number, *arguments)
    if done < 0:
        raise OSError(ctypes.get_errno(), "Landlock")
    return done

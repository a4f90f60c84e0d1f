"""Compute a digest of an artifact's content, which changes with the content."""

from __future__ import annotations

import hashlib
import os
import time
from typing import List, Tuple

from .folder import Folder
from .problem import Problem

_BLOCK = 1024 * 1024
_TICK = 5.0  # seconds. Some file systems record times with such a low resolution


def digest_of(folder: Folder) -> str:
    """Return a digest of the paths and bytes of all files.

    Raises Problem if the folder has too many files, or if a link leads to a folder or out of this folder.
    """
    if not folder.complete:
        raise Problem(f"The artifact has more than {len(folder.files)} files.", "Load it in a notebook.")
    _refuse_linked_folders(folder.uri)
    whole = hashlib.sha256()
    for path, size in folder.files:
        whole.update(f"{path!a} {size}\n".encode("ascii"))
        with folder.open(path) as file:
            for block in iter(lambda: file.read(_BLOCK), b""):
                whole.update(block)
    return whole.hexdigest()


def stamp_of(folder: Folder) -> List[Tuple[int, ...]]:
    """Return the sizes, times and inodes of all files, which differ after a change of their content.

    Two changes in one tick of the clock may have the same stamp. `is_settled` tells whether this is possible.
    """
    return [_stamp(os.stat(folder.location(path).path)) for path, _ in folder.files]


def _stamp(status: os.stat_result) -> Tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def is_settled(stamps: List[Tuple[int, ...]]) -> bool:
    """Return whether the last change was long enough ago that a further change gets another stamp."""
    return os.name != "nt" and all(abs(time.time() - stamp[-1] / 1e9) > _TICK for stamp in stamps)


def _refuse_linked_folders(uri: str) -> None:
    """Raise Problem for linked folders, which a listing leaves out but a path can enter."""
    for root, folders, _ in os.walk(uri):
        real = os.path.realpath(root)
        for name in folders:
            if os.path.realpath(os.path.join(root, name)) != os.path.join(real, name):
                raise Problem(f"A folder of the artifact is a link: {name}", "Load it in a notebook.")

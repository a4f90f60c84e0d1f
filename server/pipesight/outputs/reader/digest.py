"""Tells the content of an artifact in one word, so that a change of it is seen."""

from __future__ import annotations

import hashlib

from .folder import Folder
from .problem import Problem

_BLOCK = 1024 * 1024


def digest_of(folder: Folder) -> str:
    """Return a digest of the paths and bytes of all files.

    Raises Problem if there are more files than are listed, or a link leads out of the folder.
    """
    if not folder.complete:
        raise Problem(f"The artifact has more than {len(folder.files)} files.", "Load it in a notebook.")
    whole = hashlib.sha256()
    for path, size in folder.files:
        whole.update(f"{path!a} {size}\n".encode("ascii"))
        with folder.open(path) as file:
            for block in iter(lambda: file.read(_BLOCK), b""):
                whole.update(block)
    return whole.hexdigest()

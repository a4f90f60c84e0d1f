"""Tells the content of an artifact in one word, so that a change of it is seen."""

from __future__ import annotations

import hashlib
import os

from .folder import Folder
from .problem import Problem

_BLOCK = 1024 * 1024


def digest_of(folder: Folder) -> str:
    """Return a digest of the paths and bytes of all files.

    Raises Problem if there are more files than are listed, or a link leads to a folder or out of this one.
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


def _refuse_linked_folders(uri: str) -> None:
    """Refuse what a listing leaves out, and a path still leads into."""
    for root, folders, _ in os.walk(uri):
        real = os.path.realpath(root)
        for name in folders:
            if os.path.realpath(os.path.join(root, name)) != os.path.join(real, name):
                raise Problem(f"A folder of the artifact is a link: {name}", "Load it in a notebook.")

"""Cache whether the files of outputs still exist, so that handlers need not access the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import PurePath

from .background_cache import BackgroundCache
from .file_uris import to_path

_AGE = 30.0  # seconds after which the disk is checked again
_STORE = 3  # folders below the artifact store: ZenML saves an artifact in <store>/<step>/<output>/<id>


class OutputFiles(BackgroundCache[str, bool]):
    """The known state of the files of outputs."""

    def __init__(self) -> None:
        super().__init__(unknown=False)

    def _age(self, value: bool) -> float:
        return _AGE

    def is_gone(self, uri: str) -> bool:
        """Return True if the folder of an artifact is known to be missing in a store on this machine.

        Return False until `look` has checked it.
        """
        return self._get(uri, uri)

    def look(self) -> bool:
        """Check the files that `is_gone` needs. Return whether an answer changed. This accesses the disk."""
        return self._look(_is_gone)


def local_folder(uri: str) -> str | None:
    """Return the local path of an artifact's URI, None for a remote store."""
    if uri.startswith("file://"):
        return to_path(uri)
    return None if "://" in uri else uri or None


def _is_gone(uri: str) -> bool:
    path = local_folder(uri)
    if path is None or os.path.exists(path):  # noqa: PTH110 - a path from a store may be no valid Path
        return False
    return any(map(os.path.isdir, _store_of(path)))


def _store_of(path: str) -> Iterable[str]:
    """Return the folder of the artifact store, if the path is deep enough to contain one.

    If that folder is missing as well, the store is on another machine, and the artifact may exist.
    """
    parents = PurePath(path).parents
    return [str(parents[_STORE - 1])] if len(parents) > _STORE else []

"""Cache whether the files of outputs still exist, so that handlers need not access the disk."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import PurePath

from .file_uris import to_path

_AGE = 30.0  # seconds after which the disk is checked again
_STORE = 3  # folders below the artifact store: ZenML saves an artifact in <store>/<step>/<output>/<id>


class OutputFiles:
    """The known state of the files of outputs. One thread may call `is_gone` while another calls `look`."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bool, float]] = {}  # whether it is gone, and the monotonic time, by URI
        self._wanted: dict[str, None] = {}

    def is_gone(self, uri: str) -> bool:
        """Return True if the folder of an artifact is known to be missing in a store on this machine.

        Return False until `look` has checked it.
        """
        known = self._known.get(uri)
        if known is None or known[1] + _AGE < time.monotonic():
            self._wanted[uri] = None
        return known is not None and known[0]

    @property
    def wants_to_look(self) -> bool:
        """True if `is_gone` was called for files that have to be checked."""
        return bool(self._wanted)

    def look(self) -> bool:
        """Check the files that `is_gone` needs. Return whether an answer changed.

        This accesses the disk, so no handler may call it.
        """
        wanted, self._wanted = list(self._wanted), {}
        before = {uri: self._known.get(uri, (False, 0.0))[0] for uri in wanted}
        self._known.update((uri, (_is_gone(uri), time.monotonic())) for uri in wanted)
        return any(self._known[uri][0] is not gone for uri, gone in before.items())


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

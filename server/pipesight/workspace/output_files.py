"""The presence of the files of outputs. Handlers get answers from memory."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import PurePath

from .documents import to_path

_AGE = 30.0  # seconds after which a file is looked for again
_STORE = 3  # an artifact lies in <store>/<step>/<output>/<id>


class OutputFiles:
    """The known presence of files of outputs. One thread may ask while another looks."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bool, float]] = {}
        self._wanted: dict[str, None] = {}

    def is_gone(self, uri: str) -> bool:
        """Return whether the artifact's folder is known to be missing from a store on this machine.

        It is False while that is not known. Then `look` finds out.
        """
        known = self._known.get(uri)
        if known is None or known[1] + _AGE < time.monotonic():
            self._wanted[uri] = None
        return known is not None and known[0]

    @property
    def wants_to_look(self) -> bool:
        """Return whether somebody asked for something that is not known."""
        return bool(self._wanted)

    def look(self) -> bool:
        """Look for the files, and return whether an answer changed. It touches the disk, so no handler may call it."""
        wanted, self._wanted = list(self._wanted), {}
        before = {uri: self._known.get(uri, (False, 0.0))[0] for uri in wanted}
        self._known.update((uri, (_is_gone(uri), time.monotonic())) for uri in wanted)
        return any(self._known[uri][0] is not gone for uri, gone in before.items())


def local_folder(uri: str) -> str | None:
    """Return the local path of an artifact's `uri`. None for a remote store."""
    if uri.startswith("file://"):
        return to_path(uri)
    return None if "://" in uri else uri or None


def _is_gone(uri: str) -> bool:
    path = local_folder(uri)
    if path is None or os.path.exists(path):  # noqa: PTH110 - a path from a store may be no valid Path
        return False
    return any(map(os.path.isdir, _store_of(path)))


def _store_of(path: str) -> Iterable[str]:
    """Yield the folder of the artifact store. If that is missing too, the store is on another machine."""
    parents = PurePath(path).parents
    return [str(parents[_STORE - 1])] if len(parents) > _STORE else []

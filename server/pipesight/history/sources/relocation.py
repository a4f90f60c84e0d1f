"""The paths of artifacts whose folder was moved or copied with its database, or is read from another system."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

_HOMES = ("local_stores", "local_store", "zenml", ".zen")  # folders in which releases keep databases and artifacts


def moved_below(home: Path, parts: Sequence[str]) -> Path | None:
    """Return the path that exists below `home` and ends as a recorded one does below a folder of that name."""
    ends = (parts[at + 1 :] for at, name in enumerate(parts) if name == home.name and any(parts[at + 1 :]))
    return next((path for end in ends if (path := home.joinpath(*end)).exists()), None)


def relocator(database: Path) -> Callable[[str], str]:
    """Return what gives an artifact's URI as it can be read here, for artifacts beside this database."""
    homes: dict[str, Path] = {}
    for home in database.parents:
        if home.name in _HOMES:
            homes.setdefault(home.name, home)
    here = tuple(f"{home}{os.sep}" for home in homes.values())

    @lru_cache(maxsize=4096)
    def folder(recorded: str) -> str:
        """Return where a step's folder lies. The recorded one comes first, if it exists."""
        if os.path.exists(recorded):  # noqa: PTH110 - may be a path of another system
            return recorded
        parts = re.split(r"[\\/]", recorded)
        return next((str(found) for home in homes.values() if (found := moved_below(home, parts))), recorded)

    def relocate(uri: str) -> str:
        return uri if not homes or "://" in uri or uri.startswith(here) else folder(uri)

    return relocate

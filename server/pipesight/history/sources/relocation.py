"""Find artifacts whose folder was moved or copied with its database, or is read from another operating system."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

_HOMES = ("local_stores", "local_store", "zenml", ".zen")  # folders in which ZenML keeps databases and artifacts


def moved_below(home: Path, parts: Sequence[str]) -> Path | None:
    """Return the file below `home` that a recorded path means, None if it does not exist.

    `parts` are the parts of the recorded path. One of them is a folder with the name of `home`. The parts after it are
    looked up below `home`.
    """
    ends = (parts[at + 1 :] for at, name in enumerate(parts) if name == home.name and any(parts[at + 1 :]))
    return next((path for end in ends if (path := home.joinpath(*end)).exists()), None)


def relocator(database: Path) -> Callable[[str], str]:
    """Return a function that turns recorded URIs of artifacts into URIs that can be read here.

    It looks for moved artifacts in the folders around this database.
    """
    homes: dict[str, Path] = {}
    for home in database.parents:
        if home.name in _HOMES:
            homes.setdefault(home.name, home)
    here = tuple(f"{home}{os.sep}" for home in homes.values())

    @lru_cache(maxsize=4096)
    def folder(recorded: str) -> str:
        """Return the recorded folder if it exists, else the same folder near the database, else the recorded one."""
        if os.path.exists(recorded):  # noqa: PTH110 - may be a path of another system
            return recorded
        parts = re.split(r"[\\/]", recorded)
        return next((str(found) for home in homes.values() if (found := moved_below(home, parts))), recorded)

    def relocate(uri: str) -> str:
        return uri if not homes or "://" in uri or uri.startswith(here) else folder(uri)

    return relocate

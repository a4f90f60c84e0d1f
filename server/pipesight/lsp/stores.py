"""Find the stores of each folder of the workspace, and keep stores that cannot be found any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipesight.history.addresses import store_path
from pipesight.history.discovery import discover
from pipesight.history.sources.source import Source


@dataclass(frozen=True, slots=True)
class Wanted:
    """The stores in the settings of one folder. Without a workspace, `folder` is None."""

    folder: Path | None
    history: tuple[str, ...] = ()
    project: str = ""


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of each folder.

    `is_whole` is False if a server still has to be asked whether it runs, and `has_all` if none was found in its place
    before.
    """

    of_folder: Mapping[Path | None, tuple[Source, ...]]
    is_whole: bool = True
    has_all: bool = True

    @property
    def sources(self) -> tuple[Source, ...]:
        """All stores without duplicates."""
        return tuple({source.key: source for found in self.of_folder.values() for source in found}.values())

    @property
    def keys(self) -> Mapping[Path | None, frozenset[str]]:
        """The keys of the stores of each folder."""
        return {folder: self.keys_of(folder) for folder in self.of_folder}

    def keys_of(self, folder: Path | None) -> frozenset[str]:
        """Return the keys of a folder's stores. Once all are known, a folder without stores gets those of all."""
        own = self.of_folder.get(folder, ())
        return frozenset(source.key for source in (own if own or not self.has_all else self.sources))


class Finder:
    """The search for the stores of all folders.

    A path or URL that had a store keeps it as long as the settings name it. The index then serves its last state, and
    the state of the source has the error.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[Path | None, str, str], tuple[Source, ...]] = {}

    def find(self, wanted: Sequence[Wanted], *, ask: bool) -> Stores:
        """Search for the stores. Only with `ask` does this use the network."""
        of_folder: dict[Path | None, tuple[Source, ...]] = {}
        is_whole = has_all = True
        for each in wanted:
            found: dict[str, Source] = {}
            for place in each.history or ("",):
                if place and not _is_meant(place, each, wanted):
                    sources, is_known = (), True
                else:
                    sources, is_known = _look(each, place, ask=ask)
                key = (each.folder, place, each.project)
                if sources:
                    self._kept[key] = sources
                found.update((source.key, source) for source in sources or self._kept.get(key, ()))
                is_whole = is_whole and is_known
                has_all = has_all and (is_known or key in self._kept)
            of_folder[each.folder] = tuple(found.values())
        return Stores(of_folder, is_whole, has_all)


def _look(wanted: Wanted, place: str, *, ask: bool) -> tuple[tuple[Source, ...], bool]:
    folders = [wanted.folder] if wanted.folder is not None else []
    found = discover(folders, history=[place] if place else (), project=wanted.project, ask=ask)
    return found.sources, found.is_whole


def _is_meant(place: str, by: Wanted, all_wanted: Sequence[Wanted]) -> bool:
    """Return whether the settings of a folder mean this path or URL.

    A relative path belongs to the folders that have it. If none has it, it belongs to the first folder that names it.
    """
    path = store_path(place)
    if by.folder is None or path is None or path.is_absolute() or (by.folder / path).exists():
        return True
    having = (each.folder for each in _naming(place, all_wanted))
    first = next((each.folder for each in _naming(place, all_wanted)), None)
    return by.folder == first and not any((folder / path).exists() for folder in having if folder is not None)


def _naming(place: str, all_wanted: Sequence[Wanted]) -> Iterator[Wanted]:
    return (each for each in all_wanted if place in each.history)

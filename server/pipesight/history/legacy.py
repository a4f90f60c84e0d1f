"""Find the stores of ZenML before 0.20: the metadata stores that a project or a profile registers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipesight.history.addresses import sqlite_path, without_password
from pipesight.history.gathered import NAME_A_STORE, Gathered
from pipesight.history.profile_database import MetadataStore, metadata_stores
from pipesight.history.sources.values import mapping, word


def homes(config: Path) -> tuple[Path, ...]:
    """Return the folders in which ZenML puts its own databases."""
    return (config / "local_stores", config / "profiles")


class Legacy:
    """The search for the stores of legacy projects and profiles."""

    def __init__(self, gathered: Gathered) -> None:
        self._found = gathered

    def profile(self, config: Path, settings: Mapping[str, Any], active: str, known: Mapping[str, Path]) -> None:
        """Add the metadata stores of the active profile. ZenML 0.7 to 0.13 groups stacks in profiles.

        `known` maps the names of profiles to their folders.
        """
        folder = known.get(active)
        if folder is None:
            advice = f"Existing profiles: {', '.join(sorted(known))}."
            self._found.note(str(config), "problem", f"The active profile {active!r} does not exist.", advice)
            return
        self._found.note(str(folder), "found", f"the active ZenML profile {active!r}")
        profile = mapping(mapping(settings.get("profiles")).get(active))
        url = word(profile.get("store_url"))
        if profile.get("store_type") == "sql" and url.startswith("sqlite"):
            database = self._found.moved(sqlite_path(url), *homes(config))
            self._metadata_stores(database, metadata_stores(database), homes(config))
        elif profile.get("store_type") in ("sql", "rest"):
            advice = f"For the metadata store of its stacks, {NAME_A_STORE}."
            detail = "This server keeps the stacks of the active profile. Pipesight cannot read it."
            self._found.note(without_password(url), "problem", detail, advice)
        else:
            stacks = _stacks_by_store(mapping(self._found.read(folder / "stacks.yaml").get("stacks")))
            self._metadata_store_files(folder / "metadata_stores", stacks, homes(config))

    def project(self, marker: Path, config: Path) -> bool:
        """Add the metadata stores in a project's `.zen` folder, where releases before 0.7 keep them.

        Return False if the project is of a later release.
        """
        service, folder = self._found.read(marker / "zenservice.json"), marker / "metadata_stores"
        local, moved_from = self._found.read(marker / "config.yaml"), (*homes(config), marker)
        if service and not local:
            stacks = _stacks_by_store(mapping(service.get("stacks")))
            by_uuid = {
                word(mapping(entry).get("uuid") or entry): stacks.get(name, [])
                for name, entry in mapping(service.get("metadata_store_map")).items()
            }
            self._found.note(str(marker / "zenservice.json"), "found", "the project's stacks (ZenML 0.5)")
            self._metadata_store_files(folder, by_uuid, moved_from)
            return True
        if folder.is_dir() and "stacks" in local:
            self._found.note(str(marker / "config.yaml"), "found", "the project's stacks (ZenML 0.6)")
            self._metadata_store_files(folder, _stacks_by_store(mapping(local.get("stacks"))), moved_from)
            return True
        return False

    def _metadata_store_files(
        self, folder: Path, stacks: Mapping[str, Sequence[str]], moved_from: Iterable[Path]
    ) -> None:
        files = sorted([*folder.glob("*.yaml"), *folder.glob("*.json")])
        stores = [(self._found.read(file), stacks.get(file.stem, ()), file) for file in files]
        named = [
            MetadataStore(word(store.get("name")) or file.stem, store, tuple(names)) for store, names, file in stores
        ]
        self._metadata_stores(folder, named, moved_from)

    def _metadata_stores(self, registry: Path, stores: Sequence[MetadataStore], moved_from: Iterable[Path]) -> None:
        """Add the metadata stores that stacks use, or all of them if no stack uses any.

        `registry` is the folder or database that lists them.
        """
        used = [store for store in stores if store.stacks] or stores
        if not used:
            self._found.note(
                str(registry), "problem", "No metadata store is registered here.", "Check `zenml stack describe`."
            )
        for store in used:
            why = f"the metadata store {store.name!r} of {registry}"
            if store.settings.get("uri"):
                path = self._found.moved(sqlite_path(word(store.settings["uri"])), *moved_from)
                if len(used) > 1 and not path.exists():
                    self._found.note(str(path), "absent", f"{why}: no run was recorded there")
                    continue
                self._found.file(path, why=why, stacks=store.stacks)
            elif store.settings.get("host"):
                self._found.mysql(store.settings, projects=(), stacks=store.stacks, why=why)


def profiles(config: Path, settings: Mapping[str, Any]) -> dict[str, Path]:
    """Return the folders of the profiles by the profiles' names."""
    named = dict.fromkeys([*mapping(settings.get("profiles")), *_children(config / "profiles")])
    return {name: config / "profiles" / name for name in named if (config / "profiles" / name).is_dir()}


def _children(folder: Path) -> Iterator[str]:
    return (path.name for path in sorted(folder.iterdir())) if folder.is_dir() else iter(())


def _stacks_by_store(stacks: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the names of the stacks that use each metadata store."""
    by_store: dict[str, list[str]] = {}
    for name, stack in stacks.items():
        parts = mapping(stack)
        store = word(parts.get("metadata_store") or parts.get("metadata_store_name"))
        if store:
            by_store.setdefault(store, []).append(str(name))
    return by_store

"""Read the settings of a project for every editor and command, from `pipesight.toml` or `[tool.pipesight]`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path, PureWindowsPath
from typing import cast

from pipesight.settings import Settings, overlaid, table, unknown_keys

FILES = ("pipesight.toml", "pyproject.toml")
"""The files in a folder that may have settings. Only the first one that has some is used."""

_OF_A_TRUSTED_FOLDER = frozenset({"history"})
"""The settings that make Pipesight open a file or a connection. A folder that is not trusted may not set them."""

_OF_EDITORS = frozenset({"interpreter", "importStrategy", "path", "args", "logLevel", "trace"})
_LARGEST = 1024 * 1024  # bytes of a file. A larger one is not read


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """The settings of one project: their file, their values, and a sentence for each wrong value."""

    file: Path | None = None
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    problems: tuple[str, ...] = ()

    def under(self, given: object) -> tuple[Settings, list[str]]:
        """Return these settings, overridden by an editor's, and a sentence for each wrong value of the editor."""
        return Settings.read(overlaid(self.values, given))[0], Settings.read(given)[1]

    @property
    def settings(self) -> Settings:
        """The settings for a command, without an editor that overrides them."""
        return self.under(None)[0]

    def given(self) -> Iterator[tuple[str, object]]:
        """Yield the name and the value of each setting in the file."""
        yield from _leaves(self.values)


def project_settings(folder: Path, *, is_trusted: bool = True) -> ProjectSettings:
    """Return the settings of the project that contains `folder`, from the nearest file in the folder or above it.

    Relative paths of stores are relative to the folder of the file. If the folder is not trusted, the settings in
    `_OF_A_TRUSTED_FOLDER` are left out.
    """
    for candidate in (folder.absolute(), *folder.absolute().parents):
        for name in FILES:
            found = _read(candidate / name)
            if found is not None:
                return found if is_trusted else _restricted(found)
    return ProjectSettings()


def _read(file: Path) -> ProjectSettings | None:
    """Return the settings in a file, None if it has none. A wrong file gives problems and no settings."""
    try:
        text = _text(file)
        if text is None or (file.name != "pipesight.toml" and "pipesight" not in text):
            return None
        found: object = _loads()(text)
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or error
        return ProjectSettings(file, problems=(f"{file} cannot be read: {reason}.",)) if _is_ours(file) else None
    for key in () if file.name == "pipesight.toml" else ("tool", "pipesight"):
        found = (table(found) or {}).get(key)
    values = table(found)
    if values is None:
        wrong = f"{file}: tool.pipesight is no table."
        return None if found is None else ProjectSettings(file, problems=(wrong,))
    return ProjectSettings(
        file, _with_absolute_stores(values, file.parent), tuple(f"{file}: {each}" for each in _problems(values))
    )


def _text(file: Path) -> str | None:
    """Return the text of a regular file, None if there is none. Raises ValueError if it is too large."""
    if not file.is_file():
        return None
    with file.open("rb") as opened:
        data = opened.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError("it is larger than 1 MB")
    return data.decode("utf-8-sig")


def _is_ours(file: Path) -> bool:
    """Return whether to report a file that cannot be read. `pyproject.toml` counts only if it has our section."""
    if file.name == "pipesight.toml":
        return True
    try:
        with file.open("rb") as opened:
            return b"[tool.pipesight" in opened.read(_LARGEST)
    except OSError:
        return False


def _loads() -> Callable[[str], Mapping[str, object]]:
    """Return the TOML parser, which is `tomllib` since Python 3.11 and the package `tomli` before."""
    return import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads


def _problems(values: Mapping[str, object]) -> Iterator[str]:
    for key in _OF_EDITORS & set(values):
        yield f"{key} is a setting of editors only: a project cannot choose the programs that Pipesight starts."
    yield from unknown_keys({key: value for key, value in values.items() if key not in _OF_EDITORS})
    yield from Settings.read(values)[1]


def _with_absolute_stores(values: Mapping[str, object], folder: Path) -> Mapping[str, object]:
    """Return the settings with absolute paths for the stores that are files or folders."""
    stores = values.get("history")
    if not isinstance(stores, list):
        return values
    return {**values, "history": [_absolute(store, folder) for store in cast("Sequence[object]", stores)]}


def _absolute(store: object, folder: Path) -> object:
    if not isinstance(store, str) or store.startswith("~"):
        return store
    if "://" in store:
        scheme, path = store.split("://", 1)
        is_relative = scheme == "sqlite" and path.startswith("/") and _is_relative(path[1:])
        return f"sqlite:///{folder / path[1:]}" if is_relative else store
    return str(folder / store) if _is_relative(store) else store


def _is_relative(path: str) -> bool:
    """Return True if the path is absolute neither on Windows nor on other systems."""
    return not Path(path).is_absolute() and not PureWindowsPath(path).is_absolute()


def _leaves(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        inner = table(value)
        if inner is None:
            yield prefix + key, value
        else:
            yield from _leaves(inner, f"{prefix}{key}.")


def _restricted(found: ProjectSettings) -> ProjectSettings:
    dropped = sorted(_OF_A_TRUSTED_FOLDER & set(found.values))
    if not dropped:
        return found
    values = {key: value for key, value in found.values.items() if key not in _OF_A_TRUSTED_FOLDER}
    problem = f"This folder is not trusted, so the setting {', '.join(dropped)} in {found.file} is ignored."
    return ProjectSettings(found.file, values, (*found.problems, problem))

"""Find the release of ZenML in the user's environment by its metadata on disk. No code is imported or run."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipesight.zenml.releases import Release

_VERSION = re.compile(r"^Version:\s*(\d+(?:\.\d+)*)", re.MULTILINE)
_PYTHON = re.compile(r"python(\d+\.\d+)")
_ENVIRONMENT_FOLDERS = (".venv", "venv", "env", ".env")


def installed_release(
    interpreter: str, folders: Sequence[Path] = (), environment: Mapping[str, str] = os.environ
) -> Release | None:
    """Return the release of ZenML that `interpreter` would import. None if that is not certain.

    Without an interpreter, look at the active virtual environment, then at environments in the folders, then at the
    environment in which Pipesight is installed.
    """
    if interpreter:
        prefix = _prefix(interpreter)
        return _release_in(_packages(*prefix)) if prefix is not None else None
    for candidate in _environments(folders, environment):
        if _is_environment(candidate):
            return _release_in(_packages(candidate, None))
    return _release_in([Path(path) for path in sys.path if path.endswith(("site-packages", "dist-packages"))])


def page_size(environment: Mapping[str, str] = os.environ) -> int | None:
    """Return the number of items on ZenML's pages that the environment sets, None if it sets none."""
    given = environment.get("ZENML_PAGINATION_DEFAULT_LIMIT", "")
    return int(given) if given.isdecimal() and int(given) > 0 else None


def shown(release: Release) -> str:
    """Return the release as text, such as `0.98.0`."""
    return ".".join(map(str, release))


def has_environment(folder: Path) -> bool:
    """Return whether a folder contains a Python environment."""
    return any(_is_environment(folder / name) for name in _ENVIRONMENT_FOLDERS)


def is_beside_zenml(folder: Path) -> bool:
    """Return whether a folder is inside a checkout of ZenML, whose source is imported instead of the installed one."""
    above = (folder, *folder.parents)
    return any((each / source / "zenml" / "__init__.py").is_file() for each in above for source in (".", "src"))


def _is_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").is_file() or (folder / "conda-meta").is_dir()


def _environments(folders: Sequence[Path], environment: Mapping[str, str]) -> Iterator[Path]:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if value := environment.get(variable):
            yield Path(value)
    for folder in folders:
        for name in _ENVIRONMENT_FOLDERS:
            yield folder / name


def _prefix(interpreter: str) -> tuple[Path, str | None] | None:
    """Return the prefix of an interpreter's environment, and the Python version in its name if the prefix needs it.

    Return None if the interpreter is not found.
    """
    if "\0" in interpreter:  # a path cannot contain it
        return None
    found = interpreter if os.sep in interpreter or "/" in interpreter else shutil.which(interpreter)
    if found is None:
        return None
    path = Path(os.path.abspath(found))  # noqa: PTH100 - the link is in the virtual environment, its target is not
    prefix = _above(path)
    if (prefix / "pyvenv.cfg").is_file():
        return prefix, None
    real = path.resolve()
    version = _PYTHON.fullmatch(real.name)
    prefix = _above(real)
    return prefix, version[1] if version else None


def _above(interpreter: Path) -> Path:
    """Return the prefix of an interpreter's environment. Conda on Windows has the interpreter in the prefix itself."""
    folder = interpreter.parent
    return folder.parent if folder.name.lower() in ("bin", "scripts") else folder


def _packages(prefix: Path, version: str | None) -> list[Path]:
    """Return the folders of installed packages in a prefix. `version` is the Python version, None for any."""
    pattern = f"python{version or '3.*'}"
    found = [
        path
        for base in ("lib", "lib64", "local/lib")
        for kind in ("site-packages", "dist-packages")
        for path in (prefix / base).glob(f"{pattern}/{kind}")
    ]
    found += [
        path for path in (prefix / "Lib" / "site-packages", prefix / "lib/python3/dist-packages") if path.is_dir()
    ]
    return found


def _release_in(folders: Iterable[Path]) -> Release | None:
    """Return the ZenML release in these folders, None if there is none or more than one."""
    releases: set[Release] = set()
    for folder in folders:
        for metadata in folder.glob("zenml-*.dist-info/METADATA"):
            try:
                if not metadata.is_file():  # reading a named pipe would never end
                    continue
                match = _VERSION.search(metadata.read_text("utf-8", "replace")[:4096])
            except OSError:
                continue
            if match is not None:
                releases.add(tuple(map(int, match[1].split("."))))
    return releases.pop() if len(releases) == 1 else None

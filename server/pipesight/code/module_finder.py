"""Find the files of a workspace that module names stand for, in listings of folders that are read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .project_files import read_python

_ANCESTORS = 6  # folders above a file that may be the import root, if the file is in no folder of the workspace
_PROJECT = frozenset((".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", ".zen"))


class ModuleFinder:
    """Find modules below the folders of a workspace, `roots`. Results are cached until `forget` is called."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = list(roots)
        self._listings: dict[Path, frozenset[str]] = {}
        self._found: dict[tuple[Path, str], Path | None] = {}

    def forget(self) -> None:
        """Forget all listings, because any file or folder may have been created or deleted."""
        self._listings.clear()
        self._found.clear()

    def forget_file(self, path: Path) -> None:
        """Forget the listings that one file affects, because it may have been created or deleted."""
        self._listings.pop(path.parent, None)
        self._listings.pop(path.parent.parent, None)
        self._found.clear()

    def find(self, name: str, importer: Path) -> Path | None:
        """Return the file of module `name`, with dots in front for a relative import, as `importer` imports it."""
        key = (importer.parent, name)
        if key not in self._found:
            self._found[key] = self._search(name, importer.parent)
        return self._found[key]

    def holds(self, top: str, folder: Path) -> bool:
        """Return whether a file in `folder` may import a package or module `top` of the workspace."""
        return any(top in names or f"{top}.py" in names for names in map(self.names, self._bases(folder)))

    def names(self, folder: Path) -> frozenset[str]:
        """Return the names of a folder's entries."""
        names = self._listings.get(folder)
        if names is None:
            try:
                names = frozenset(entry.name for entry in folder.iterdir())
            except OSError:
                names = frozenset[str]()
            self._listings[folder] = names
        return names

    def project_of(self, folder: Path) -> Path:
        """Return the topmost folder of the project that `folder` is in."""
        top = next((root for root in self.roots if root == folder or root in folder.parents), None)
        if top is not None:
            return top
        above = [folder, *folder.parents][:_ANCESTORS]
        return next((each for each in above if not _PROJECT.isdisjoint(self.names(each))), folder)

    def _search(self, name: str, folder: Path) -> Path | None:
        rest = name.lstrip(".")
        parts = rest.split(".") if rest else []
        dots = len(name) - len(rest)
        if dots:
            for _ in range(dots - 1):
                folder = folder.parent
            return self._below(folder, parts)
        return next((found for base in self._bases(folder) if (found := self._below(base, parts))), None)

    def _bases(self, folder: Path) -> Iterator[Path]:
        """Yield the folders that may be on the import path of a file in `folder`, the nearest first."""
        inside = [root for root in self.roots if root == folder or root in folder.parents]
        base = folder
        for _ in range(_ANCESTORS if not inside else len(folder.parts)):
            yield base
            yield base / "src"
            if base in inside or base.parent == base:
                break
            base = base.parent
        for root in self.roots:
            yield root
            yield root / "src"

    def _below(self, base: Path, parts: Sequence[str]) -> Path | None:
        for index, part in enumerate(parts):
            names = self.names(base)
            if index == len(parts) - 1 and f"{part}.py" in names:
                return base / f"{part}.py"
            if part not in names:
                return None
            base = base / part
        return base / "__init__.py" if "__init__.py" in self.names(base) else None


def read_module(path: str | Path) -> str | None:
    """Return the text of a Python file. None if Python cannot import it."""
    try:
        return read_python(path, importable=True)
    except OSError:
        return None

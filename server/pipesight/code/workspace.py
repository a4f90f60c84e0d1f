"""The files of a workspace as each other's modules: who imports what, and what an edit makes stale.

A file is read when another one imports a name from it that is used; nothing else is ever read or parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from pipesight.code.evaluation.flow import CONFTESTS, Flow
from pipesight.code.evaluation.memory import Clock
from pipesight.code.evaluation.values import Imports, Invocation, Module

from .document import Document
from .project_files import read_python, source_files

_MOST_FILES = 2000  # files of a project that are looked at for callers
_PROJECT = frozenset((".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", ".zen"))
_IMPORT = re.compile(r"[ \t]*(?:from[ \t]+([.\w]+)|import[ \t]+([\w., \t]+))")
_ANCESTORS = 6  # folders above a file that may be the import root, where no workspace folder says so


class Workspace:
    """The folders that are open, and the documents in them."""

    def __init__(self, roots: Sequence[str | Path] = ()) -> None:
        self.roots = [Path(root) for root in roots]
        self.version = 0
        self.clock = Clock()
        self._documents: dict[str, Document | None] = {}
        self._open: set[str] = set()
        self._listings: dict[Path, frozenset[str]] = {}
        self._found: dict[tuple[Path, str], Path | None] = {}
        self._importers: dict[Path, set[Path]] = {}
        self._speaking: dict[Path, bool] = {}
        self.imported: dict[str, set[str]] = {}  # the last part of a module's name: the files that asked for such a one

    def open(self, path: str, text: str) -> Document:
        """Take the editor's text for a file from now on. A file that was read with this text stays analysed."""
        known = self._documents.get(path)
        self._open.add(path)
        if known is not None and known.text == text:
            return known
        document = Document(path, text, _FileImports(self, Path(path)))
        self._documents[path] = document
        self._forget(path)
        return document

    def notebook(self, path: str | None, cells: Sequence[tuple[str, str]], *, about_zenml: bool = False) -> Document:
        """Note an opened notebook. It imports from the workspace, and nothing imports from it."""
        imports = _FileImports(self, Path(path)) if path else None
        return Document.notebook(path, cells, imports, about_zenml=about_zenml)

    def close(self, path: str) -> None:
        """Note a closed file. From now on its text is that on disk."""
        self._open.discard(path)
        self._documents.pop(path, None)
        self._forget(path)

    def changed_on_disk(self) -> None:
        """Files or folders came, went or changed beside the editor: all that is not open is read again when needed."""
        self._documents = {path: document for path, document in self._documents.items() if path in self._open}
        self._listings.clear()
        self._found.clear()
        self._speaking.clear()
        self.version += 1
        self.clock.tick()

    def document(self, path: str) -> Document | None:
        """Return the document at `path`, read from disk if it is not open. None if it cannot be read."""
        if path not in self._documents:
            text = _read(path)
            self._documents[path] = None if text is None else Document(path, text, _FileImports(self, Path(path)))
        return self._documents[path]

    def find_callers(self, path: str) -> None:
        """Read the files that import the one at `path`, for what they pass to its functions.

        Reads every Python file below the project's folder: for a terminal, or for a moment of quiet.
        """
        stem = Path(path).parent.name if Path(path).stem == "__init__" else Path(path).stem
        for file in self._project_files(Path(path).parent):
            text = _read(str(file)) if str(file) not in self._documents else None
            if text is not None and stem in text and "import" in text:
                document = self.document(str(file))
                if document is not None:
                    document.flow()

    def calls(self, module: Module, path: Path) -> Iterator[Invocation]:
        """Yield the calls of functions in the file at `path` that the files known to import it make."""
        for importer in self._importers.get(path, ()):
            document = self._documents.get(str(importer))
            if document is not None and document.analysed is not None:
                yield from document.analysed.calls_of(module)

    def _project_files(self, folder: Path) -> Iterator[Path]:
        """Return Python files of the project that `folder` is in, up to a limit."""
        top = next((root for root in self.roots if root == folder or root in folder.parents), None)
        if top is None:
            above = [folder, *folder.parents][:_ANCESTORS]
            top = next((each for each in above if not _PROJECT.isdisjoint(self._names(each))), folder)
        for path, _ in islice(source_files([top], (".py",)), _MOST_FILES):
            yield path

    def module(self, name: str, importer: Path) -> Flow | None:
        """Return the program of module `name` as the file `importer` imports it."""
        dots = len(name) - len(name.lstrip("."))
        if dots > len(importer.parents) or (name.endswith(".") and len(name) > dots):
            return None  # half typed
        asked = name.rpartition(".")[2] or importer.parents[dots - 1].name
        self.imported.setdefault(asked, set()).add(str(importer))
        found = self._find(name, importer)
        if found is None or found == importer:
            return None
        self._importers.setdefault(found, set()).add(importer)
        document = self.document(str(found))
        return document.flow(bodies=False) if document is not None else None

    def is_imported(self, path: Path) -> bool:
        """Return whether another file is known to import the one at `path`."""
        return path in self._importers

    def connects(self, text: str, path: Path) -> bool:
        """Return whether the file at `path`, with this text, shares imports, callers or fixtures with other files."""
        if self._importers.get(path):
            return True
        if any("conftest.py" in self._names(folder) for folder in path.parents[:CONFTESTS]):
            return True
        imports = [found for found in map(_IMPORT.match, _import_statements(text)) if found is not None]
        if any("pipeline" in found.string.lower() for found in imports):
            return True  # what is imported under a pipeline's name is one, even where its file is not here
        tops = {name.strip().split(".")[0] for found in imports for name in (found[1] or found[2]).split(",")}
        return any(not top or self._holds(top.split(" ")[0], path.parent) for top in tops)

    def brings_zenml(self, text: str, path: Path) -> bool:
        """Return whether the file at `path`, with this text, imports a file of the workspace that mentions ZenML."""
        imports = [found for found in map(_IMPORT.match, _import_statements(text)) if found is not None]
        names = {name.strip().split(" ")[0] for found in imports for name in (found[1] or found[2]).split(",")}
        files = (self._find(name, path) for name in names if name and not name.endswith("."))
        return any(file != path and self._speaks_of_zenml(file) for file in files if file is not None)

    def _speaks_of_zenml(self, file: Path) -> bool:
        document = self._documents.get(str(file))
        if document is not None:
            return document.mentions("zenml")
        if file not in self._speaking:
            self._speaking[file] = "zenml" in (_read(str(file)) or "")
        return self._speaking[file]

    def _holds(self, top: str, folder: Path) -> bool:
        """Return whether a file in `folder` may import a package or module `top` of the workspace."""
        return any(top in names or f"{top}.py" in names for names in map(self._names, self._bases(folder)))

    def _forget(self, path: str) -> None:
        self._listings.pop(Path(path).parent, None)
        self._listings.pop(Path(path).parent.parent, None)
        self._speaking.pop(Path(path), None)
        self._found.clear()
        self.version += 1
        self.clock.tick()

    def _find(self, name: str, importer: Path) -> Path | None:
        key = (importer.parent, name)
        if key not in self._found:
            self._found[key] = self._search(name, importer.parent)
        return self._found[key]

    def _search(self, name: str, folder: Path) -> Path | None:
        rest = name.lstrip(".")
        parts = rest.split(".") if rest else []
        dots = len(name) - len(rest)
        if dots:
            for _ in range(dots - 1):
                folder = folder.parent
            return self._below(folder, parts)
        return next((found for base in self._bases(folder) if (found := self._below(base, parts))), None)

    def _bases(self, folder: Path) -> Iterable[Path]:
        """Folders that may be on the import path of a file in `folder`, the nearest first."""
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
            names = self._names(base)
            if index == len(parts) - 1 and f"{part}.py" in names:
                return base / f"{part}.py"
            if part not in names:
                return None
            base = base / part
        return base / "__init__.py" if "__init__.py" in self._names(base) else None

    def _names(self, folder: Path) -> frozenset[str]:
        names = self._listings.get(folder)
        if names is None:
            try:
                names = frozenset(entry.name for entry in folder.iterdir())
            except OSError:
                names = frozenset[str]()
            self._listings[folder] = names
        return names


class _FileImports(Imports):
    """The modules that one file of the workspace can import."""

    def __init__(self, workspace: Workspace, path: Path) -> None:
        super().__init__()
        self.clock = workspace.clock
        self._workspace = workspace
        self._path = path
        self._edits = 0

    @property
    def version(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Grows with every change in the workspace."""
        return self._workspace.version

    @property
    def others(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Grows with every change in the workspace but those of this file."""
        return self._workspace.version - self._edits

    @property
    def are_returned(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether another file is known to import this one."""
        return self._workspace.is_imported(self._path)

    def calls(self, module: Module) -> Iterator[Invocation]:
        """Return the calls of functions of `module` that other modules are known to make."""
        return self._workspace.calls(module, self._path)

    def brings_zenml(self, text: str) -> bool:
        """Return whether a program of this text imports a module of the workspace that mentions ZenML."""
        return self._workspace.brings_zenml(text, self._path)

    def connects(self, text: str) -> bool:
        """Return whether a program of this text shares imports, callers or fixtures with other modules."""
        return self._workspace.connects(text, self._path)

    def touch(self) -> None:
        """Note an edit of the importing program itself."""
        if self.are_returned:
            self._edits += 1
            self._workspace.version += 1
            self.clock.tick()

    def read(self, name: str) -> Flow | None:
        """Return the flow of module `name`, with dots in front for a relative import."""
        return self._workspace.module(name, self._path)


def _import_statements(text: str) -> Iterator[str]:
    """Yield the lines that say `import`, up to the closing bracket where they open one. Skip all others."""
    end = 0
    while (at := text.find("import", end)) >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        if "(" in text[start:end]:
            end = text.find(")", at)
        end = len(text) if end < 0 else end
        yield text[start:end]


def _read(path: str) -> str | None:
    try:
        return read_python(path, importable=True)
    except OSError:
        return None

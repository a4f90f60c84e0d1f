"""Connect the files of a workspace by their imports, and know which documents an edit makes stale.

A file is read only if another file imports a name from it and uses this name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipesight.code.evaluation.flow import CONFTESTS, Flow
from pipesight.code.evaluation.memory import Clock
from pipesight.code.evaluation.values import FunctionCall, Imports, Module

from .document import Document
from .import_graph import ImportFacts, ImportGraph
from .module_finder import ModuleFinder, read_module


class Workspace:
    """The folders that are open, and the documents in them."""

    def __init__(self, roots: Sequence[str | Path] = ()) -> None:
        self.finder = ModuleFinder([Path(root) for root in roots])
        self.graph = ImportGraph(self.finder, self._text_of)
        self.version = 0
        self.clock = Clock()
        self._documents: dict[str, Document | None] = {}
        self._open: set[str] = set()
        self._importers: dict[Path, set[Path]] = {}
        self.imported: dict[str, set[str]] = {}  # files that import a module, by the last part of its name

    def open(self, path: str, text: str) -> Document:
        """Use the editor's text for a file from now on. If the file was read with the same text, it stays analyzed."""
        known = self._documents.get(path)
        self._open.add(path)
        if known is not None and known.text == text:
            return known
        document = Document(path, text, _FileImports(self, Path(path)))
        is_read = path in self._documents
        self._documents[path] = document
        file = Path(path)
        if is_read or self.graph.forget_file(file) or file.name not in self.finder.names(file.parent):
            self._forget(file)
        return document

    def notebook(self, path: str | None, cells: Sequence[tuple[str, str]], *, about_zenml: bool = False) -> Document:
        """Record an opened notebook. It imports from the workspace, and nothing imports from it."""
        imports = _FileImports(self, Path(path)) if path else None
        return Document.notebook(path, cells, imports, about_zenml=about_zenml)

    def close(self, path: str) -> None:
        """Use the text on disk for a closed file from now on."""
        self._open.discard(path)
        self._documents.pop(path, None)
        self._forget(Path(path))

    def changed_on_disk(self) -> None:
        """Forget all files that are not open, because files on disk were created, deleted or changed."""
        self._documents = {path: document for path, document in self._documents.items() if path in self._open}
        self.finder.forget()
        self.graph.forget()
        self.changed()

    def changed(self) -> None:
        """Mark all readers of a module stale, because its meaning may have changed."""
        self.version += 1
        self.clock.tick()

    def document(self, path: str) -> Document | None:
        """Return the document at `path`, read from disk if it is not open. None if it cannot be read."""
        if path not in self._documents:
            text = read_module(path)
            self._documents[path] = None if text is None else Document(path, text, _FileImports(self, Path(path)))
        return self._documents[path]

    def find_callers(self, path: str) -> None:
        """Evaluate the files that import the one at `path`, to learn the arguments that they pass to its functions.

        This reads every Python file below the project's folder. Call it in a terminal, or while the editor is idle.
        """
        for file in self.graph.importers(Path(path)):
            document = self.document(str(file))
            if document is not None:
                document.flow()

    def calls(self, module: Module, path: Path) -> Iterator[FunctionCall]:
        """Yield the calls of functions in the file at `path` that the files known to import it make."""
        for importer in self._importers.get(path, ()):
            document = self._documents.get(str(importer))
            if document is not None and document.analyzed is not None:
                yield from document.analyzed.calls_of(module)

    def module(self, name: str, importer: Path) -> Flow | None:
        """Return the program of module `name` as the file `importer` imports it."""
        dots = len(name) - len(name.lstrip("."))
        if dots > len(importer.parents) or (name.endswith(".") and len(name) > dots):
            return None  # the name is half typed
        asked = name.rpartition(".")[2] or importer.parents[dots - 1].name
        self.imported.setdefault(asked, set()).add(str(importer))
        found = self.finder.find(name, importer)
        if found is None or found == importer:
            return None
        self._importers.setdefault(found, set()).add(importer)
        document = self.document(str(found))
        return document.flow(bodies=False) if document is not None else None

    def is_imported(self, path: Path) -> bool:
        """Return whether another file is known to import the one at `path`."""
        return path in self._importers

    def connects(self, text: str, path: Path) -> bool:
        """Return whether the file at `path`, with this text, may get an object of ZenML from other files."""
        if self._importers.get(path):
            return True
        facts = ImportFacts.of(text)
        if facts.names_pipelines:
            return True  # an import with a pipeline's name counts as a pipeline, even if its file is missing
        above = path.parents[:CONFTESTS]
        conftests = [folder / "conftest.py" for folder in above if "conftest.py" in self.finder.names(folder)]
        return any(map(self.graph.leads_to_zenml, [*conftests, *self.graph.imported(facts, path)]))

    def brings_zenml(self, text: str, path: Path) -> bool:
        """Return whether the file at `path`, with this text, imports a file of the workspace that mentions ZenML.

        The `__init__.py` of a package passes on what it imports.
        """
        seen, pending = {path}, [(ImportFacts.of(text), path)]
        while pending:
            facts, importer = pending.pop()
            for file in self.graph.imported(facts, importer):
                imported = self.graph.facts(file) if file not in seen else None
                if imported is not None and imported.mentions_zenml:
                    return True
                if imported is not None and file.name == "__init__.py":
                    pending.append((imported, file))
                seen.add(file)
        return False

    def _forget(self, path: Path) -> None:
        self.finder.forget_file(path)
        self.graph.forget()
        self.changed()

    def _text_of(self, file: Path) -> str | None:
        document = self._documents.get(str(file))
        return document.text if document is not None else None


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
        """Return a number that grows with every change in the workspace."""
        return self._workspace.version

    @property
    def others(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Return a number that grows with every change in the workspace except those of this file."""
        return self._workspace.version - self._edits

    @property
    def are_returned(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Return whether another file is known to import this one."""
        return self._workspace.is_imported(self._path)

    def calls(self, module: Module) -> Iterator[FunctionCall]:
        """Yield the calls of functions of `module` that other modules are known to make."""
        return self._workspace.calls(module, self._path)

    def brings_zenml(self, text: str) -> bool:
        """Return whether a program of this text imports a module of the workspace that mentions ZenML."""
        return self._workspace.brings_zenml(text, self._path)

    def connects(self, text: str) -> bool:
        """Return whether a program of this text shares imports, callers or fixtures with other modules."""
        return self._workspace.connects(text, self._path)

    def touch(self) -> None:
        """Record an edit of the importing program itself."""
        imports_differ = self._workspace.graph.forget_file(self._path)
        if self.are_returned or imports_differ:
            self._edits += 1
            self._workspace.changed()

    def read(self, name: str) -> Flow | None:
        """Return the flow of module `name`, with dots in front for a relative import."""
        return self._workspace.module(name, self._path)

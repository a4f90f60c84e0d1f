"""Find which files of a workspace import each other from their text alone, without parsing or evaluating them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from .module_finder import ModuleFinder, read_module
from .project_files import source_files

_MOST_FILES = 2000  # files of a project that are searched for importers
_FROM = re.compile(r"[ \t]*from[ \t]+([.\w]+)[ \t]+import\b")
_IMPORT = re.compile(r"[ \t]*import[ \t]+([\w., \t]+)")
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class ImportFacts:
    """Facts about an unparsed text: whether it mentions ZenML or imports a name with "pipeline", and its imports.

    `imports` are the imported modules, each with the names that are imported from it.
    """

    mentions_zenml: bool
    names_pipelines: bool
    imports: tuple[tuple[str, tuple[str, ...]], ...]

    @classmethod
    def of(cls, text: str) -> ImportFacts:
        """Return the facts about a text."""
        statements = list(_import_statements(text))
        names_pipelines = any("pipeline" in each.lower() for each in statements)
        return cls("zenml" in text, names_pipelines, tuple(each for one in statements for each in _imports(one)))


class ImportGraph:
    """The imports between files. `text_of` gives the editor's text of a file that is known, else None."""

    def __init__(self, finder: ModuleFinder, text_of: Callable[[Path], str | None]) -> None:
        self._finder = finder
        self._text_of = text_of
        self._facts: dict[Path, ImportFacts] = {}
        self._leading: dict[Path, bool] = {}
        self._importers: dict[Path, dict[Path, list[Path]]] = {}  # by project

    def forget(self) -> None:
        """Forget all facts, because any file may have changed."""
        self._facts.clear()
        self._leading.clear()
        self._importers.clear()

    def forget_file(self, path: Path) -> bool:
        """Forget the facts about a changed file. Return whether the change may affect an answer."""
        before = self._facts.pop(path, None)
        if before is None or before == self.facts(path):
            return False
        self._leading.clear()
        self._importers.clear()
        return True

    def facts(self, file: Path) -> ImportFacts:
        """Return the facts about the text of a file."""
        if file not in self._facts:
            known = self._text_of(file)
            self._facts[file] = ImportFacts.of((read_module(file) or "") if known is None else known)
        return self._facts[file]

    def leads_to_zenml(self, file: Path) -> bool:
        """Return whether a file, or one that it imports at any distance, mentions ZenML or imports a pipeline."""
        if file not in self._leading:
            seen = {file}
            pending = [file]
            while pending:
                each = pending.pop()
                facts = self.facts(each)
                if facts.mentions_zenml or facts.names_pipelines or self._leading.get(each):
                    self._leading[file] = True
                    return True
                fresh = set(self.imported(facts, each)) - seen
                seen |= fresh
                pending += fresh
            self._leading.update(dict.fromkeys(seen, False))
        return self._leading[file]

    def imported(self, facts: ImportFacts, importer: Path) -> Iterator[Path]:
        """Yield the files of the workspace that a file with these facts imports."""
        find, folder = self._finder.find, importer.parent
        for module, names in facts.imports:
            if not module.startswith(".") and not self._finder.holds(module.split(".")[0], folder):
                continue
            found = find(module, importer)
            if found is not None:
                yield found
            for package in _packages_around(module):  # `import a.b` also imports the package `a`
                yield from filter(None, (find(package, importer),))
            if found is None or found.name == "__init__.py":
                inner = module if module.endswith(".") else f"{module}."
                yield from filter(None, (find(inner + name, importer) for name in names))

    def importers(self, path: Path) -> Sequence[Path]:
        """Return the files of the project around `path` that import it. The number of searched files is limited."""
        project = self._finder.project_of(path.parent)
        if project not in self._importers:
            files = (file for file, _ in islice(source_files([project], (".py",)), _MOST_FILES))
            self._importers[project] = self._importers_among(files)
        return self._importers[project].get(path, ())

    def _importers_among(self, files: Iterable[Path]) -> dict[Path, list[Path]]:
        found: dict[Path, list[Path]] = {}
        for file in files:
            for imported in dict.fromkeys(self.imported(self.facts(file), file)):
                if imported != file:
                    found.setdefault(imported, []).append(file)
        return found


def _packages_around(module: str) -> Iterator[str]:
    """Yield the packages that an import of `a.b.c` runs first. The package of a relative import runs already."""
    parts = module.split(".") if not module.startswith(".") else []
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def _import_statements(text: str) -> Iterator[str]:
    """Yield the lines with an `import`, each up to the closing bracket if it opens one."""
    end = 0
    while (at := text.find("import", end)) >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        if "(" in text[start:end]:
            end = text.find(")", at)
        end = len(text) if end < 0 else end
        yield text[start:end]


def _imports(statement: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the modules of an import statement, each with the names that are imported from it."""
    if found := _FROM.match(statement):
        yield found[1], tuple(_WORD.findall(statement, found.end()))
    elif found := _IMPORT.match(statement):
        for each in found[1].split(","):
            name = each.strip().split(" ")[0]
            if name and not name.endswith("."):
                yield name, ()

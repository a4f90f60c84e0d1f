"""Find the places in the workspace that define or read names, in open documents and in other files on disk."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from pipesight.code.document import WORDS_IN_WORKSPACE, Document
from pipesight.code.model import Form, Span, Thing
from pipesight.code.project_files import Stamp, read_bytes, read_text, source_files
from pipesight.slices import pausing
from pipesight.zenml.kinds import Kind

from .documents import Documents, Encoding, View, split_lines

if TYPE_CHECKING:
    from pipesight.code.notebook_file import NotebookFile
    from pipesight.code.workspace import Workspace

_NAMING = (Form.LITERAL, Form.VARIABLE, Form.OBJECT)
_WORDS = re.compile("|".join(map(re.escape, WORDS_IN_WORKSPACE)).encode())
_BREATH = 0.002  # seconds of pause after each file, in which the server can answer requests


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file that defines or reads a name. `line` is the text of the line on which `span` starts.

    For a closed notebook, both refer to the raw `.ipynb` text.

    `whole` is the span of the defining statement, None for a place that only reads. `form` says how the place writes
    the name. It is None for a `def`, a `class` and an annotation. A place with both is the name in a decorator.
    `replaceable` is True if the name is in a string without escapes. `parameters` are those of a defined function,
    None if they are not certain.
    """

    uri: str
    thing: Thing
    span: Span
    line: str
    whole: Span | None = None
    form: Form | None = None
    replaceable: bool = False
    view: View | None = None
    parameters: tuple[str, ...] | None = None

    @property
    def is_definition(self) -> bool:
        """True for the name of a function, class or output in its definition."""
        return self.whole is not None and self.form is None

    def location(self, encoding: Encoding) -> lsp.Location:
        """Return the location of the name in the client's units."""
        return lsp.Location(self.uri, self.range(encoding))

    def range(self, encoding: Encoding) -> lsp.Range:
        """Return the range of the name in the client's units."""
        if self.view is not None:
            return self.view.range(self.span)
        start, end = self.span.start, self.span.end
        last = encoding.to_character(self.line, end.column) if end.line == start.line else end.column
        first = encoding.to_character(self.line, start.column)
        return lsp.Range(lsp.Position(start.line, first), lsp.Position(end.line, last))


@dataclass(frozen=True, slots=True)
class Pipelines:
    """The pipelines in a file: pairs of a pipeline with a step that it calls, or with the path of a configuration."""

    called: tuple[tuple[str, str], ...] = ()
    configured: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, document: Document) -> Pipelines:
        """Return the pipelines in a document."""
        calls = [each for each in document.invocations if each.call is not None]
        called = ((each.thing.nearest(Kind.PIPELINE), each.several or each.thing.name) for each in calls)
        names = ((pipeline.name, step) for pipeline, step in called if pipeline is not None)
        return cls(tuple((pipeline, step) for pipeline, step in names if pipeline and step), document.configurations)


@dataclass(frozen=True, slots=True)
class _ScannedFile:
    stamp: Stamp
    places: tuple[Place, ...] = ()
    pipelines: Pipelines = Pipelines()
    patterns: frozenset[tuple[Kind | None, str]] = frozenset()


class Places:
    """The places in the folders of a workspace. Only `scan` reads the disk."""

    def __init__(self, roots: Sequence[Path], documents: Documents) -> None:
        self.roots = tuple(roots)
        self._documents = documents
        self._files: dict[str, _ScannedFile] = {}
        self._imported: dict[str, set[str]] = {}
        self._defined: tuple[object, dict[tuple[Kind, str], list[Place]]] = (None, {})
        self._scanning = threading.Lock()
        self._stopped = False
        self.is_known = False  # whether a scan has ended

    def start(self, done: Callable[[], None]) -> None:
        """Scan in a background thread, and call `done` in that thread when the scan ends."""

        def work() -> None:
            self.scan()
            if not self._stopped:
                done()

        threading.Thread(target=work, name="pipesight-places", daemon=True).start()

    def stop(self) -> None:
        """Make a running scan end soon."""
        self._stopped = True

    def scan(self, workspace: Workspace | None = None) -> frozenset[str]:
        """Read the files on disk that changed, and the files that import them.

        Return the paths of files that were added, removed or changed since the last scan. The first scan returns none.
        The scan uses the analyses of `workspace`. Without one, it makes its own and shares no values with the server,
        so that it can run in the background.
        """
        from pipesight.code.workspace import Workspace as NewWorkspace

        with self._scanning:
            is_first = not self._files
            found = {str(path): stamp for path, stamp in source_files(self.roots)}
            known = {path: file.stamp for path, file in self._files.items()}
            changed = frozenset(path for path in found.keys() | known if found.get(path) != known.get(path))
            stale = changed | self._importers(changed)
            workspace = workspace or NewWorkspace(self.roots)
            files: dict[str, _ScannedFile] = {}
            for path, stamp in found.items():
                if self._stopped:
                    return frozenset()
                files[path] = _read(path, stamp, workspace) if path in stale else self._files[path]
            self._files = files
            for name, importers in workspace.imported.items():
                self._imported.setdefault(name, set()).update(importers)
            self.is_known = True
            return frozenset() if is_first else changed

    def _importers(self, changed: Iterable[str]) -> set[str]:
        """Return the files that import one of these, directly or through other files.

        Modules are compared by the last part of their names, so the result may contain further files.
        """
        found: set[str] = set()
        pending = list(changed)
        while pending:
            importers = self._imported.get(_module_name(pending.pop()), set()) - found
            found |= importers
            pending += importers
        return found

    def all(self) -> Iterator[Place]:
        """Yield every place. Places in open documents come first."""
        views: dict[int, list[View]] = {}
        for view in self._documents.views():
            views.setdefault(id(view.document), []).append(view)
        for group in views.values():
            yield from _open_places(group)
        for file in self._closed_files():
            yield from file.places

    def pipelines(self) -> Iterator[Pipelines]:
        """Yield the pipelines in each file."""
        for document in self._open_documents():
            yield Pipelines.of(document)
        for file in self._closed_files():
            yield file.pipelines

    def definitions(self, kind: Kind, name: str) -> list[Place]:
        """Return the places that define a name. The list is cached until a document or a file changes."""
        texts = [(view.text, view.text.version) for view in self._documents.views()]
        now = (self._files, texts)
        if self._defined[0] != now:
            defined: dict[tuple[Kind, str], list[Place]] = {}
            for place in self.all():
                if place.is_definition and place.thing.name is not None:
                    defined.setdefault((place.thing.kind, place.thing.name), []).append(place)
            self._defined = now, defined
        return self._defined[1].get((kind, name), [])

    def defines(self, kind: Kind, name: str) -> bool:
        """Return whether a file or an open document defines the name, or may define it when it runs."""
        if self.definitions(kind, name):
            return True
        return any(each in (kind, None) and re.fullmatch(pattern, name) for each, pattern in self._patterns())

    def _patterns(self) -> Iterator[tuple[Kind | None, str]]:
        """Yield the kinds and regular expressions of names that code builds when it runs. The kind None means any."""
        for document in self._open_documents():
            yield from document.patterns
        for file in self._closed_files():
            yield from file.patterns

    def _open_documents(self) -> Iterable[Document]:
        """Return each open document once. The cells of a notebook are one document."""
        return {id(view.document): view.document for view in self._documents.views()}.values()

    def _closed_files(self) -> Iterator[_ScannedFile]:
        """Yield the scanned files that are not open."""
        open_files = self._documents.files()
        return (file for path, file in self._files.items() if path not in open_files)


def places_of(view: View) -> Iterator[Place]:
    """Yield the places in one open document or cell."""
    return (place for place in _open_places([view]) if place.view is not None)


def _open_places(views: Sequence[View]) -> Iterator[Place]:
    """Yield the places in an open document, or in the open cells of one notebook."""
    document = views[0].document
    if not document.uses_zenml:
        return
    cells = {view.cell: view for view in views}
    for place in _places("", document, _FileText()):
        cell = document.locate(place.span.start)[0] if views[0].cell is not None else None
        view = cells.get(cell)
        if view is not None:
            yield replace(place, uri=view.uri, view=view)


def _places(uri: str, document: Document, text: _FileText) -> Iterator[Place]:
    for definition in pausing(document.definitions):
        owner = Thing(Kind.STEP, definition.owner) if definition.owner is not None else None
        thing = Thing(definition.kind, definition.name, owner=owner)
        span, line = text.where(document, definition.span)
        quoted = _is_quoted(document, definition.span)
        yield Place(uri, thing, span, line, definition.whole, None, quoted, parameters=definition.parameters)
        if definition.given is not None:
            span, line = text.where(document, definition.given)
            quoted = _is_quoted(document, definition.given)
            yield Place(uri, thing, span, line, definition.whole, Form.LITERAL, quoted)
    for site in pausing(document.sites):
        if site.form in _NAMING:
            for thing in site.things or (site.thing,):
                if thing.name is not None:
                    span, line = text.where(document, site.span)
                    yield Place(uri, thing, span, line, None, site.form, site.is_verbatim)


class _FileText:
    """The text of a file, which maps spans of its code to spans of the file."""

    def __init__(self, lines: Sequence[str] = (), notebook: NotebookFile | None = None) -> None:
        self._lines = lines
        self._notebook = notebook

    def where(self, document: Document, span: Span) -> tuple[Span, str]:
        """Return the span in the file for a span of its code, and the text of its first line."""
        if self._notebook is None:
            return span, self._lines[span.start.line] if span.start.line < len(self._lines) else ""
        cell, start = document.locate(span.start)
        there = self._notebook.span(cell, start, document.locate(span.end)[1])
        return there, self._notebook.line(there.start.line)


def _is_quoted(document: Document, span: Span) -> bool:
    """Return whether a defined name is a string. Python code has no references to such a name."""
    lines = document.flow().program.lines
    line = lines[span.start.line] if span.start.line < len(lines) else ""
    return span.start.column > 0 and line[span.start.column - 1] in "'\"" and span.start.line == span.end.line


def _read(path: str, stamp: Stamp, workspace: Workspace) -> _ScannedFile:
    """Return the places of a file on disk. A file without any of ZenML's words is not analyzed."""
    from pipesight.code.files import read_file
    from pipesight.code.notebook_file import NotebookFile

    try:
        if not _WORDS.search(read_bytes(path)):
            return _ScannedFile(stamp)
        documents = read_file(path, workspace)
        content = read_text(path)
    except (OSError, ValueError):
        return _ScannedFile(stamp)
    is_notebook = path.endswith(".ipynb")
    text = _FileText(notebook=NotebookFile(content)) if is_notebook else _FileText(split_lines(content))
    time.sleep(_BREATH)
    places = tuple(each for document in documents for each in _places(Path(path).as_uri(), document, text))
    said = [Pipelines.of(document) for document in documents]
    called = tuple(each for one in said for each in one.called)
    configured = tuple(each for one in said for each in one.configured)
    patterns = frozenset(each for document in documents for each in document.patterns)
    return _ScannedFile(stamp, places, Pipelines(called, configured), patterns)


def _module_name(path: str) -> str:
    """Return the last part of the name by which a file is imported."""
    file = Path(path)
    return file.parent.name if file.stem == "__init__" else file.stem


def same(one: Thing, other: Thing) -> bool:
    """Return whether two things may be the same: their kinds and names are equal, and no known owners differ."""
    if one.kind is not other.kind or one.name != other.name:
        return False
    return all(_agree(one, other, kind) for kind in (Kind.PIPELINE, Kind.RUN, Kind.STEP) if kind is not one.kind)


def _agree(one: Thing, other: Thing, kind: Kind) -> bool:
    ours, theirs = one.nearest(kind), other.nearest(kind)
    return ours is None or theirs is None or None in (ours.name, theirs.name) or ours.name == theirs.name

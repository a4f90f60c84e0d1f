"""The open documents as the client sees them: their text, positions in the client's units, and their analysis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from pipesight.code.document import Document
from pipesight.code.files import markdown_cells
from pipesight.code.model import Position, Span
from pipesight.code.run_configuration import SUFFIXES

from .file_uris import to_path

if TYPE_CHECKING:
    from pathlib import Path

    from pipesight.code.workspace import Workspace


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

TextChange = lsp.TextDocumentContentChangePartial | lsp.TextDocumentContentChangeWholeDocument


def split_lines(text: str) -> list[str]:
    """Return the lines of `text` with their line ends. As in LSP, only CR, LF and CRLF end a line."""
    if "\r" in text:
        lines = _LINE.findall(text)
        if not text or text[-1] in "\r\n":
            lines.append("")
        return lines
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines


class Encoding:
    """The conversion between columns in the client's units (`utf-8`, `utf-16` or `utf-32`) and in code points."""

    def __init__(self, kind: str = lsp.PositionEncodingKind.Utf16) -> None:
        self.kind = str(getattr(kind, "value", kind))

    def to_column(self, line: str, character: int) -> int:
        """Return the column in code points for `character`, a column in the client's units.

        A column beyond the line is moved to its end.
        """
        line = line.rstrip("\r\n")
        if self.kind == "utf-32" or line.isascii():
            return min(max(character, 0), len(line))
        units = 0
        for column, letter in enumerate(line):
            if units >= character:
                return column
            units += self._width(letter)
        return len(line)

    def to_character(self, line: str, column: int) -> int:
        """Return the column in the client's units for `column`, a column in code points."""
        if self.kind == "utf-32" or line.isascii():
            return column
        return sum(map(self._width, line[:column]))

    def _width(self, letter: str) -> int:
        if self.kind == "utf-8":
            return len(letter.encode("utf-8", "surrogatepass"))
        return 2 if ord(letter) > 0xFFFF else 1


class SourceText:
    """The text of one document or notebook cell, to which the client's changes are applied."""

    def __init__(self, text: str, version: int | None, encoding: Encoding) -> None:
        self.text = text
        self.version = version
        self._encoding = encoding
        self._split: list[str] | None = None

    @property
    def _lines(self) -> list[str]:
        """The lines. A text is split when a line is needed, because a large file is only opened and closed."""
        if self._split is None:
            self._split = split_lines(self.text)
        return self._split

    def apply(self, changes: Iterable[TextChange], version: int | None) -> None:
        """Apply the changes of one `didChange` notification in their order."""
        for change in changes:
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                self._replace(self.position(change.range.start), self.position(change.range.end), change.text)
            else:
                self.text, self._split = change.text, None
        self.version = version

    def position(self, position: lsp.Position) -> Position:
        """Convert a position of the client. A position outside of the text is moved to its end."""
        if position.line >= len(self._lines):
            return Position(len(self._lines) - 1, len(self._lines[-1]))
        return Position(position.line, self._encoding.to_column(self._lines[position.line], position.character))

    def lsp_position(self, position: Position) -> lsp.Position:
        """Convert a position to the client's units."""
        if position.line >= len(self._lines):
            return lsp.Position(position.line, 0)
        return lsp.Position(position.line, self._encoding.to_character(self._lines[position.line], position.column))

    def range(self, span: Span) -> lsp.Range:
        """Convert a span to a range in the client's units."""
        return lsp.Range(self.lsp_position(span.start), self.lsp_position(span.end))

    def is_whole(self, where: lsp.Range) -> bool:
        """Return whether a range of the client covers the whole text."""
        last = self.position(lsp.Position(len(self._lines), 0))
        return where.start == lsp.Position(0, 0) and self.position(where.end) >= last

    def _replace(self, start: Position, end: Position, text: str) -> None:
        """Replace the text between two positions.

        Only the changed lines are split again. An edit near a CR splits the whole text, because the CR may form one
        line end with an LF of the neighboring line.
        """
        if end < start:
            start, end = end, start
        before = self._lines[start.line][: start.column]
        after = self._lines[end.line][end.column :]
        middle = before + text + after
        if "\r" in middle or (start.line > 0 and self._lines[start.line - 1].endswith("\r")):
            whole = "".join(self._lines[: start.line]) + middle + "".join(self._lines[end.line + 1 :])
            self._split = split_lines(whole)
        else:
            lines = split_lines(middle)
            if end.line + 1 < len(self._lines) and lines[-1] == "":
                lines.pop()
            self._lines[start.line : end.line + 1] = lines
        self.text = "".join(self._lines)


@dataclass(frozen=True, slots=True)
class View:
    """One open document or notebook cell, with the analysis of its program. All cells of a notebook are one program."""

    uri: str
    text: SourceText
    document: Document
    cell: str | None = None
    is_yaml: bool = False  # the analysis of a YAML file is empty

    def position(self, position: lsp.Position) -> Position:
        """Convert a position of the client in this document or cell to one in the program."""
        local = self.text.position(position)
        return local if self.cell is None else self.document.globalize(self.cell, local)

    def contains(self, span: Span) -> bool:
        """Return whether a span of the program is in this document or cell."""
        return self.cell is None or self.document.locate(span.start)[0] == self.cell

    def range(self, span: Span) -> lsp.Range:
        """Convert a span of the program to a range in the client's units. The span must be in this document or cell."""
        if self.cell is None:
            return self.text.range(span)
        return self.text.range(Span(self.document.locate(span.start)[1], self.document.locate(span.end)[1]))


class _Notebook:
    def __init__(self, document: Document) -> None:
        self.cells: list[str] = []  # the URIs of all cells in order. Only Python cells have a text in `Documents`
        self.document = document


class Documents:
    """All open documents and notebooks."""

    def __init__(self, encoding: Encoding, workspace: Workspace | None = None) -> None:
        self.encoding = encoding
        self._workspace = workspace
        self._texts: dict[str, SourceText] = {}
        self._documents: dict[str, Document] = {}
        self._pages: set[str] = set()  # URIs of Markdown documents. The Python blocks of one are a program
        self._yaml: set[str] = set()  # URIs of YAML files, which may be run configurations
        self._notebooks: dict[str, _Notebook] = {}
        self._notebook_of: dict[str, _Notebook] = {}

    def view(self, uri: str) -> View | None:
        """Return the open document or notebook cell with this URI, None if it is not open."""
        text = self._texts.get(uri)
        if text is None:
            return None
        notebook = self._notebook_of.get(uri)
        if notebook is not None:
            return View(uri, text, notebook.document, cell=uri)
        return View(uri, text, self._documents[uri], is_yaml=uri in self._yaml)

    def views(self) -> list[View]:
        """Return all open documents and Python cells."""
        return [view for uri in self._texts if (view := self.view(uri)) is not None]

    def files(self) -> set[str]:
        """Return the paths of the files that are open as documents or notebooks."""
        return {path for uri in (*self._documents, *self._notebooks) if (path := to_path(uri)) is not None}

    def move(self, folders: Sequence[Path]) -> None:
        """Replace the folders of the workspace."""
        if self._workspace is not None:
            self._workspace.finder.roots = list(folders)
            self._workspace.changed_on_disk()

    def changed_on_disk(self) -> None:
        """Note that files have changed outside of the editor."""
        if self._workspace is not None:
            self._workspace.changed_on_disk()

    def open(self, item: lsp.TextDocumentItem) -> None:
        """Add an opened document. A notebook cell is ignored, because `open_notebook` adds it."""
        if item.uri in self._notebook_of:
            return
        self._texts[item.uri] = SourceText(item.text, item.version, self.encoding)
        self._pages.discard(item.uri)
        self._yaml.discard(item.uri)
        path = to_path(item.uri)
        if item.language_id == "yaml" or item.uri.endswith(SUFFIXES):
            self._yaml.add(item.uri)
            self._documents[item.uri] = Document(path, "")
        elif item.language_id == "markdown":
            self._pages.add(item.uri)
            self._documents[item.uri] = Document(path, python_of(item.text), about_zenml=_mentions_zenml(item.text))
        elif self._workspace is not None and path is not None:
            self._documents[item.uri] = self._workspace.open(path, item.text)
        else:
            self._documents[item.uri] = Document(path, item.text)

    def change(self, uri: str, changes: Iterable[TextChange], version: int | None) -> None:
        """Apply an edit to a document or a notebook cell."""
        text = self._texts.get(uri)
        if text is None:
            return
        text.apply(changes, version)
        if (notebook := self._notebook_of.get(uri)) is not None:
            notebook.document.update_cell(uri, text.text)
            return
        if uri in self._yaml:
            return
        if uri in self._pages:
            self._documents[uri].update(python_of(text.text))
            return
        self._documents[uri].update(text.text)

    def close(self, uri: str) -> None:
        """Remove a closed document."""
        if uri in self._notebook_of:
            return
        self._texts.pop(uri, None)
        self._documents.pop(uri, None)
        path = to_path(uri)
        if uri in self._pages or uri in self._yaml:
            self._pages.discard(uri)
            self._yaml.discard(uri)
        elif self._workspace is not None and path is not None:
            self._workspace.close(path)
            for other in self._documents.keys() - self._pages - self._yaml:
                if to_path(other) == path:  # the file is also open under another URI, and stays open there
                    self._documents[other] = self._workspace.open(path, self._texts[other].text)

    def open_notebook(self, notebook: lsp.NotebookDocument, cells: Sequence[lsp.TextDocumentItem]) -> None:
        """Add an opened notebook with its cells."""
        path = to_path(notebook.uri)
        opened = _Notebook(self._workspace.notebook(path, []) if self._workspace else Document.notebook(path, []))
        self._notebooks[notebook.uri] = opened
        opened.cells = [cell.document for cell in notebook.cells]
        self._open_cells(opened, cells)
        self._analyze(opened)

    def change_notebook(self, uri: str, change: lsp.NotebookDocumentChangeEvent) -> None:
        """Apply a change of a notebook, in which cells are added, removed, moved or edited."""
        notebook = self._notebooks.get(uri)
        if notebook is None or change.cells is None:
            return
        if (structure := change.cells.structure) is not None:
            array = structure.array
            added = [cell.document for cell in array.cells or ()]
            notebook.cells[array.start : array.start + array.delete_count] = added
            for closed in structure.did_close or ():
                self._close_cell(closed.uri)
            self._open_cells(notebook, structure.did_open or ())
            self._analyze(notebook)
        for content in change.cells.text_content or ():
            self.change(content.document.uri, content.changes, content.document.version)

    def close_notebook(self, uri: str) -> None:
        """Remove a closed notebook with its cells."""
        notebook = self._notebooks.pop(uri, None)
        for cell in notebook.cells if notebook is not None else ():
            self._close_cell(cell)

    def keep(self, uris: Set[str]) -> None:
        """Close all documents and notebooks except these."""
        for uri in self._documents.keys() - uris:
            self.close(uri)
        for uri in self._notebooks.keys() - uris:
            self.close_notebook(uri)

    def _open_cells(self, notebook: _Notebook, cells: Sequence[lsp.TextDocumentItem]) -> None:
        for cell in cells:
            if cell.language_id == "python":
                self._texts[cell.uri] = SourceText(cell.text, cell.version, self.encoding)
                self._notebook_of[cell.uri] = notebook

    def _close_cell(self, uri: str) -> None:
        self._texts.pop(uri, None)
        self._notebook_of.pop(uri, None)

    def _analyze(self, notebook: _Notebook) -> None:
        notebook.document.set_cells([(uri, self._texts[uri].text) for uri in notebook.cells if uri in self._texts])


def python_of(page: str) -> str:
    """Return the Python blocks of a Markdown document. All other lines are replaced by blank ones."""
    return "\n".join(text for _, text in markdown_cells(page))


def _mentions_zenml(page: str) -> bool:
    return "zenml" in page.lower()

"""The open documents as the client sees them: text, positions in the client's units, and what their code says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp

from pipesight.code.document import Document
from pipesight.code.files import markdown_cells
from pipesight.code.model import Position, Span
from pipesight.code.run_configuration import SUFFIXES

if TYPE_CHECKING:
    from pathlib import Path

    from pipesight.code.workspace import Workspace

_JUPYTER_LAB = "/.virtual_documents"  # below this folder it shows language servers the notebooks of the folder above

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

TextChange = lsp.TextDocumentContentChangePartial | lsp.TextDocumentContentChangeWholeDocument


def split_lines(text: str) -> list[str]:
    """Return the lines of `text` with their ends. As in the protocol, only CR, LF and CRLF end a line."""
    if "\r" in text:
        lines = _LINE.findall(text)
        if not text or text[-1] in "\r\n":
            lines.append("")
        return lines
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines


class Encoding:
    """Columns in the client's units against columns in code points."""

    def __init__(self, kind: str = lsp.PositionEncodingKind.Utf16) -> None:
        self.kind = str(getattr(kind, "value", kind))

    def to_column(self, line: str, character: int) -> int:
        """Return the column in code points of `character` units, at most the end of the line."""
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
        """Return the number of units before `column`."""
        if self.kind == "utf-32" or line.isascii():
            return column
        return sum(map(self._width, line[:column]))

    def _width(self, letter: str) -> int:
        if self.kind == "utf-8":
            return len(letter.encode("utf-8", "surrogatepass"))
        return 2 if ord(letter) > 0xFFFF else 1


class SourceText:
    """One text document: its lines, edited in place by the client's changes."""

    def __init__(self, text: str, version: int | None, encoding: Encoding) -> None:
        self.text = text
        self.version = version
        self._encoding = encoding
        self._lines = split_lines(text)

    def apply(self, changes: Iterable[TextChange], version: int | None) -> None:
        """Apply the changes of one `didChange`, in order."""
        for change in changes:
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                self._replace(self.position(change.range.start), self.position(change.range.end), change.text)
            else:
                self.text, self._lines = change.text, split_lines(change.text)
        self.version = version

    def position(self, position: lsp.Position) -> Position:
        """Return the client's position in code points, moved into the text if it lies outside."""
        if position.line >= len(self._lines):
            return Position(len(self._lines) - 1, len(self._lines[-1]))
        return Position(position.line, self._encoding.to_column(self._lines[position.line], position.character))

    def lsp_position(self, position: Position) -> lsp.Position:
        """Return a position in the client's units."""
        if position.line >= len(self._lines):
            return lsp.Position(position.line, 0)
        return lsp.Position(position.line, self._encoding.to_character(self._lines[position.line], position.column))

    def range(self, span: Span) -> lsp.Range:
        """Return a span in the client's units."""
        return lsp.Range(self.lsp_position(span.start), self.lsp_position(span.end))

    def is_whole(self, where: lsp.Range) -> bool:
        """Return whether a range of the client covers the whole text."""
        last = self.position(lsp.Position(len(self._lines), 0))
        return where.start == lsp.Position(0, 0) and self.position(where.end) >= last

    def _replace(self, start: Position, end: Position, text: str) -> None:
        if end < start:
            start, end = end, start
        before = self._lines[start.line][: start.column]
        after = self._lines[end.line][end.column :]
        middle = before + text + after
        if "\r" in middle or (start.line > 0 and self._lines[start.line - 1].endswith("\r")):
            whole = "".join(self._lines[: start.line]) + middle + "".join(self._lines[end.line + 1 :])
            self._lines = split_lines(whole)
        else:
            lines = split_lines(middle)
            if end.line + 1 < len(self._lines) and lines[-1] == "":
                lines.pop()
            self._lines[start.line : end.line + 1] = lines
        self.text = "".join(self._lines)


@dataclass(frozen=True, slots=True)
class View:
    """One document, or one cell of a notebook, and the analysis of the whole program that it belongs to."""

    uri: str
    text: SourceText
    document: Document
    cell: str | None = None
    is_yaml: bool = False  # then the analysis is empty

    def position(self, position: lsp.Position) -> Position:
        """Return the client's position, in the coordinates of the analysis."""
        local = self.text.position(position)
        return local if self.cell is None else self.document.globalise(self.cell, local)

    def contains(self, span: Span) -> bool:
        """Return whether `span` lies in this document or cell."""
        return self.cell is None or self.document.locate(span.start)[0] == self.cell

    def range(self, span: Span) -> lsp.Range:
        """Return a span of the analysis that lies in this document or cell, in the client's units."""
        if self.cell is None:
            return self.text.range(span)
        return self.text.range(Span(self.document.locate(span.start)[1], self.document.locate(span.end)[1]))


class _Notebook:
    def __init__(self, document: Document) -> None:
        self.cells: list[str] = []  # every cell in order; code cells are those that have a text
        self.document = document


class Documents:
    """All open documents and notebooks."""

    def __init__(self, encoding: Encoding, workspace: Workspace | None = None) -> None:
        self.encoding = encoding
        self._workspace = workspace
        self._texts: dict[str, SourceText] = {}
        self._documents: dict[str, Document] = {}
        self._pages: set[str] = set()  # Markdown, whose Python blocks are one program
        self._yaml: set[str] = set()  # files that may be run configurations
        self._notebooks: dict[str, _Notebook] = {}
        self._notebook_of: dict[str, _Notebook] = {}

    def view(self, uri: str) -> View | None:
        """Return the open document or notebook cell at `uri`."""
        text = self._texts.get(uri)
        if text is None:
            return None
        notebook = self._notebook_of.get(uri)
        if notebook is not None:
            return View(uri, text, notebook.document, cell=uri)
        return View(uri, text, self._documents[uri], is_yaml=uri in self._yaml)

    def views(self) -> list[View]:
        """Return every open document and code cell."""
        return [view for uri in self._texts if (view := self.view(uri)) is not None]

    def files(self) -> set[str]:
        """Return the files of which a document or notebook is open."""
        return {path for uri in (*self._documents, *self._notebooks) if (path := to_path(uri)) is not None}

    def move(self, folders: Sequence[Path]) -> None:
        """Take these folders as those of the workspace."""
        if self._workspace is not None:
            self._workspace.finder.roots = list(folders)
            self._workspace.changed_on_disk()

    def changed_on_disk(self) -> None:
        """Files changed beside the editor."""
        if self._workspace is not None:
            self._workspace.changed_on_disk()

    def open(self, item: lsp.TextDocumentItem) -> None:
        """Keep an opened document. A cell of a notebook comes with its notebook."""
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
        """Note an edit of a document or a cell."""
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
        """Note a closed document."""
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
                if to_path(other) == path:  # the file is still open, under an address that is written otherwise
                    self._documents[other] = self._workspace.open(path, self._texts[other].text)

    def open_notebook(self, notebook: lsp.NotebookDocument, cells: Sequence[lsp.TextDocumentItem]) -> None:
        """Note an opened notebook with its cells."""
        path = to_path(notebook.uri)
        opened = _Notebook(self._workspace.notebook(path, []) if self._workspace else Document.notebook(path, []))
        self._notebooks[notebook.uri] = opened
        opened.cells = [cell.document for cell in notebook.cells]
        self._open_cells(opened, cells)
        self._analyse(opened)

    def change_notebook(self, uri: str, change: lsp.NotebookDocumentChangeEvent) -> None:
        """Cells of a notebook were added, removed, moved or edited."""
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
            self._analyse(notebook)
        for content in change.cells.text_content or ():
            self.change(content.document.uri, content.changes, content.document.version)

    def close_notebook(self, uri: str) -> None:
        """Note a closed notebook with its cells."""
        notebook = self._notebooks.pop(uri, None)
        for cell in notebook.cells if notebook is not None else ():
            self._close_cell(cell)

    def keep(self, uris: Set[str]) -> None:
        """Close the documents and notebooks that are not among these."""
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

    def _analyse(self, notebook: _Notebook) -> None:
        notebook.document.set_cells([(uri, self._texts[uri].text) for uri in notebook.cells if uri in self._texts])


def python_of(page: str) -> str:
    """Return the Python blocks of a Markdown page. All other lines are blanked out."""
    return "\n".join(text for _, text in markdown_cells(page))


def _mentions_zenml(page: str) -> bool:
    return "zenml" in page.lower()


def to_path(uri: str) -> str | None:
    """Return the path of a `file:` URI, or of JupyterLab's URI of an open notebook. None for other URIs."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path).replace(_JUPYTER_LAB, "", 1)
    if re.match(r"/[A-Za-z]:", path):
        return path[1].lower() + path[2:].replace("/", "\\")  # clients write the drive in either case
    return f"//{parts.netloc}{path}" if parts.netloc and parts.netloc != "localhost" else path

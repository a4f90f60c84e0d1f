"""Check files, or a piece of code, without an editor."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field
from pathlib import Path

from pipesight.code.document import Document
from pipesight.code.files import read_file
from pipesight.code.model import Span
from pipesight.code.notebook_file import NotebookFile
from pipesight.code.project_files import SUFFIXES, read_text, source_files
from pipesight.code.run_configuration import SUFFIXES as YAML_SUFFIXES
from pipesight.code.workspace import Workspace
from pipesight.history.history import History
from pipesight.history.sources import SourceError
from pipesight.settings import Settings
from pipesight.workspace.context import Client, Context
from pipesight.workspace.documents import Documents, Encoding
from pipesight.zenml.kinds import Kind

from .checked import is_settled
from .configuration import reported_in_configuration
from .file_finding import FileFinding, Region
from .finding import Finding
from .report import findings, reported_in_code
from .suppressed import severity

_PATIENCE = 10.0  # seconds for which a check waits for the values whose keys the code reads, for all of them together


class UncheckedError(Exception):
    """A file or a history cannot be checked. The message says why."""


def check(
    paths: Sequence[Path], history: History, settings: Settings | None = None, *, interpreter: str = ""
) -> Iterator[FileFinding]:
    """Yield the problems in the files, and in Python files, notebooks and run configurations below the folders.

    Raises UncheckedError if the history is empty or may be incomplete, and at the end if files cannot be read.
    """
    roots = list(dict.fromkeys((path if path.is_dir() else path.parent).absolute() for path in paths))
    workspace = Workspace(roots)
    context = _context(roots, history, settings or Settings(), interpreter, workspace)
    opened = _opened(paths, workspace)
    try:
        _prepare(context, [document for _, document in opened.documents])
        for path, document in opened.documents:
            yield from _problems(context, path, document)
        for path, text in opened.configurations:
            yield from _configuration_problems(context, path, text)
    finally:
        context.previews.close()
    if opened.unread:
        raise UncheckedError("\n".join(opened.unread))


@dataclass
class _Opened:
    """The files to check, and a sentence about each file that cannot be read."""

    documents: list[tuple[Path, Document]] = field(default_factory=list[tuple[Path, Document]])
    configurations: list[tuple[Path, str]] = field(default_factory=list[tuple[Path, str]])
    unread: list[str] = field(default_factory=list[str])


def _opened(paths: Sequence[Path], workspace: Workspace) -> _Opened:
    opened = _Opened()
    for path in _files(paths):
        is_yaml = path.suffix in YAML_SUFFIXES
        try:
            if is_yaml:
                opened.configurations.append((path, read_text(path)))
            else:
                opened.documents += [(path, document) for document in read_file(path, workspace)]
        except (OSError, ValueError) as error:
            if not is_yaml or path in paths:  # most YAML files below a folder are no run configurations
                opened.unread.append(f"{path}: {getattr(error, 'strerror', None) or error}.")
    return opened


def check_text(
    code: str, folder: Path, history: History, settings: Settings, *, interpreter: str = ""
) -> list[FileFinding]:
    """Return the problems in a piece of Python code. The files below the folder may define its names.

    Raises UncheckedError if the history is empty or may be incomplete.
    """
    context = _context([folder], history, settings, interpreter)
    document = Document(None, code)
    try:
        _prepare(context, [document])
        return list(_problems(context, Path("code.py"), document))
    finally:
        context.previews.close()


def _context(
    roots: Sequence[Path], history: History, settings: Settings, interpreter: str, workspace: Workspace | None = None
) -> Context:
    if history.is_empty or not is_settled(history):
        raise UncheckedError("The run history is empty or could not be read. `pipesight doctor` shows why.")
    context = Context.open(roots, history, Documents(Encoding("utf-32")), settings, Client(), interpreter=interpreter)
    context.places.scan(workspace)
    return context


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the given files, and the Python files, notebooks and YAML files in the given folders."""
    seen: set[Path] = set()
    for path in paths:
        found = [file for file, _ in source_files([path], (*SUFFIXES, *YAML_SUFFIXES))] if path.is_dir() else [path]
        for file in found:
            if file not in seen:
                seen.add(file)
                yield file


def _prepare(context: Context, documents: Sequence[Document]) -> None:
    """Fetch the runs that the documents mention, check the files of their outputs, and read the values of keys."""
    for document in documents:
        findings(context, document, _everywhere)
    with contextlib.suppress(SourceError):  # the check continues with the runs that were fetched before
        context.history.sync_once()
    context.output_files.look()
    for document in documents:
        if any(word.kind is Kind.KEY for word in document.words):
            findings(context, document, _everywhere)
    wait(context.previews.begun(), timeout=_PATIENCE)


def _everywhere(span: Span) -> bool:
    return True


@dataclass(frozen=True)
class _FindingSpans:
    """The spans of a finding: in the file or in a notebook's cell, and in the text of the file."""

    span: Span
    in_file: Span
    cell: int | None = None


def _problems(context: Context, path: Path, document: Document) -> Iterator[FileFinding]:
    notebook: NotebookFile | None = None
    lines = document.flow().program.lines if document.uses_zenml else ()
    for finding in reported_in_code(context, document, _everywhere):
        where = _FindingSpans(finding.span, finding.span)
        if path.suffix == ".ipynb":
            notebook = notebook or NotebookFile(read_text(path))
            where = _in_notebook(notebook, document, finding.span)
        yield _problem(context, path, finding, lines, where)


def _in_notebook(notebook: NotebookFile, document: Document, span: Span) -> _FindingSpans:
    cell, start = document.locate(span.start)
    end = document.locate(span.end)[1]
    return _FindingSpans(Span(start, end), notebook.span(cell, start, end), int(cell) + 1)


def _configuration_problems(context: Context, path: Path, text: str) -> Iterator[FileFinding]:
    for finding in reported_in_configuration(context, str(path.absolute()), text):
        yield _problem(context, path, finding, text.split("\n"), _FindingSpans(finding.span, finding.span))


def _problem(context: Context, path: Path, finding: Finding, lines: Sequence[str], where: _FindingSpans) -> FileFinding:
    place = _region(where.span)
    return FileFinding(
        str(path),
        where.cell,
        *(place.line, place.column, place.end_line, place.end_column),
        severity(context, finding).value,
        finding.code,
        finding.message,
        tuple(fix.title for fix in finding.fixes),
        lines[finding.span.start.line].strip(),
        _region(where.in_file),
    )


def _region(span: Span) -> Region:
    return Region(span.start.line + 1, span.start.column + 1, span.end.line + 1, span.end.column + 1)

"""`pipesight check`: the diagnostics of files in a terminal or in CI, for people, for programs and as SARIF."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pipesight.characters import visible
from pipesight.code.document import Document
from pipesight.code.files import read_file
from pipesight.code.model import Span
from pipesight.code.notebook_file import NotebookFile
from pipesight.code.workspace import Workspace
from pipesight.features.diagnostics import is_ignored, severity
from pipesight.history.history import History
from pipesight.history.sources import SourceError
from pipesight.outputs.service import PreviewService
from pipesight.rules.catalogue import Severity
from pipesight.rules.reading import is_settled
from pipesight.rules.report import findings
from pipesight.settings import Settings
from pipesight.workspace.context import Client, Context
from pipesight.workspace.documents import Documents, Encoding
from pipesight.workspace.installed import installed_release
from pipesight.workspace.places import Places

from .sarif import sarif
from .terminal import json_text

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION, Severity.HINT)

_SUFFIXES = frozenset((".py", ".ipynb"))
_SKIPPED = frozenset(("node_modules", "site-packages", "__pycache__"))


@dataclass(frozen=True, slots=True)
class Region:
    """A place in the text of a file: lines and columns from 1, in code points."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in one file: lines and columns from 1, in code points; `cell` from 1 over all cells of a notebook.

    `in_file` is its place in the text of the file, which for a notebook is JSON; `snippet` is the line of code.
    """

    file: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int
    severity: str
    code: str
    message: str
    fixes: tuple[str, ...]
    snippet: str
    in_file: Region

    def text(self) -> str:
        """One line for people."""
        cell = f"[{self.cell}]" if self.cell is not None else ""
        line = f"{self.file}{cell}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.code}]"
        return visible(line, one_line=True)


class UncheckedError(Exception):
    """Why something cannot be checked, in sentences."""


def check(
    paths: Sequence[Path], history: History, settings: Settings | None = None, *, interpreter: str = ""
) -> Iterator[Problem]:
    """Yield what is wrong in the files, and in the Python files and notebooks below the folders.

    Raises UncheckedError when the history is empty or not known to be complete, and in the end for files that cannot be
    read.
    """
    roots = list(dict.fromkeys((path if path.is_dir() else path.parent).absolute() for path in paths))
    context = _context(roots, history, settings or Settings(), interpreter)
    workspace = Workspace(roots)
    opened: list[tuple[Path, Document]] = []
    unread: list[str] = []
    for path in _files(paths):
        try:
            opened += [(path, document) for document in read_file(path, workspace)]
        except (OSError, ValueError) as error:
            unread.append(f"{path}: {getattr(error, 'strerror', None) or error}.")
    try:
        _prepare(context, [document for _, document in opened])
        for path, document in opened:
            yield from _problems(context, path, document)
    finally:
        context.previews.close()
    if unread:
        raise UncheckedError("\n".join(unread))


def check_text(code: str, history: History, settings: Settings, *, interpreter: str = "") -> list[Problem]:
    """Return what is wrong in a piece of Python code. The files below the current folder may define its names.

    Raises UncheckedError when the history is empty or not known to be complete.
    """
    context = _context([Path.cwd()], history, settings, interpreter)
    document = Document(None, code)
    try:
        _prepare(context, [document])
        return list(_problems(context, Path("code.py"), document))
    finally:
        context.previews.close()


def worst_is_at_least(problems: Iterable[Problem], limit: str) -> bool:
    """Whether any problem is as severe as `limit`, or more."""
    order = [str(each.value) for each in SEVERITIES]
    return any(order.index(problem.severity) <= order.index(limit) for problem in problems)


def shown(problems: Sequence[Problem], how: str, settings: Settings | None = None) -> str:
    """Return the problems as text, as JSON lines or as SARIF."""
    if how == "sarif":
        return json_text(sarif(problems, Path.cwd(), settings or Settings()), indent=2)
    if how == "json":
        return "\n".join(json_text(asdict(problem)) for problem in problems)
    return "\n".join(problem.text() for problem in problems)


def _context(roots: Sequence[Path], history: History, settings: Settings, interpreter: str) -> Context:
    if history.is_empty or not is_settled(history):
        raise UncheckedError("The run history is empty or could not be read; `pipesight doctor` tells more.")
    documents = Documents(Encoding("utf-32"))
    places = Places(roots, documents)
    places.scan()
    context = Context(history, documents, PreviewService(None), settings, Client(), places=places)
    context.zenml = installed_release(interpreter, [Path.cwd(), *roots])
    return context


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files given, and the Python files and notebooks in the folders given."""
    seen: set[Path] = set()
    for path in paths:
        found = sorted(_below(path)) if path.is_dir() else [path]
        for file in found:
            if file not in seen:
                seen.add(file)
                yield file


def _below(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir():
            hidden = entry.name.startswith(".") or entry.name in _SKIPPED or (entry / "pyvenv.cfg").exists()
            if not hidden and not entry.is_symlink():
                yield from _below(entry)
        elif entry.suffix in _SUFFIXES:
            yield entry


def _prepare(context: Context, documents: Iterable[Document]) -> None:
    """Fetch the runs and look for the files that the documents turn out to ask for."""
    for document in documents:
        findings(context, document, _everywhere)
    with contextlib.suppress(SourceError):  # then what was fetched before has to do
        context.history.sync_once()
    context.presence.look()


def _everywhere(span: Span) -> bool:
    return True


def _problems(context: Context, path: Path, document: Document) -> Iterator[Problem]:
    notebook: NotebookFile | None = None
    lines = document.flow().program.lines if document.uses_zenml else ()
    for finding in findings(context, document, _everywhere):
        loud = severity(context, finding)
        if loud is Severity.OFF or is_ignored(document, finding):
            continue
        span, cell = finding.span, None
        in_file = span
        if path.suffix == ".ipynb":
            notebook = notebook or NotebookFile(path.read_text("utf-8", "replace"))
            name, start = document.locate(span.start)
            span = Span(start, document.locate(span.end)[1])
            in_file = notebook.span(name, span.start, span.end)
            cell = int(name) + 1
        place = _region(span)
        titles = tuple(fix.title for fix in finding.fixes)
        snippet = lines[finding.span.start.line].strip()
        yield Problem(
            str(path),
            cell,
            *(place.line, place.column, place.end_line, place.end_column),
            loud.value,
            finding.code,
            finding.message,
            titles,
            snippet,
            _region(in_file),
        )


def _region(span: Span) -> Region:
    return Region(span.start.line + 1, span.start.column + 1, span.end.line + 1, span.end.column + 1)

"""Features without a server, on the sample project and other real histories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from pipesight.demo.sample import unpack_sample
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.settings import Settings
from pipesight.workspace.context import Client, Context
from pipesight.workspace.documents import Documents, Encoding, SourceText, View

ABLE = Client(
    diagnostic_pages=True,
    definition_links=True,
    action_literals=True,
    versioned_edits=True,
    resolves_symbols=True,
)


@dataclass
class Desk:
    """A workspace with its history. A test opens a document with `type`, and asks a feature."""

    folder: Path
    context: Context

    def type(self, text: str, name: str = "typed.py") -> View:
        """Open the document `name` with this text. A `|` stays in the text."""
        uri = (self.folder / name).as_uri()
        self.context.documents.open(lsp.TextDocumentItem(uri, "python", 1, text))
        view = self.context.documents.view(uri)
        assert view is not None
        return view

    def at(self, marked: str, name: str = "typed.py") -> tuple[View, lsp.Position]:
        """Open a document whose text has a cursor `|`. Return the document without it, and the position."""
        before, _, after = marked.partition("|")
        line = before.rsplit("\n", 1)[-1]
        position = lsp.Position(before.count("\n"), Encoding().to_character(line, len(line)))
        return self.type(before + after, name), position

    def answer(self) -> None:
        """Have the stores answer what features have asked. They are not looked at otherwise."""
        for mirror in self.context.history._mirrors:
            mirror.sync.fetch()

    def clear(self) -> None:
        """Close all documents, and reset all settings."""
        for view in self.context.documents.views():
            self.context.documents.close(view.uri)
        self.context.settings, self.context.zenml, self.context.client = Settings(), None, ABLE


def text_at(view: View, where: lsp.Range) -> str:
    """Return the text of a document at a range on one line."""
    return view.text.text.split("\n")[where.start.line][where.start.character : where.end.character]


def applied(view: View, edits: list[lsp.TextEdit]) -> str:
    """Return the text of a document after the edits."""
    text = SourceText(view.text.text, 1, Encoding())
    backwards = sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True)
    text.apply([lsp.TextDocumentContentChangePartial(range=each.range, text=each.new_text) for each in backwards], 2)
    return text.text


def text_edits(edit: lsp.WorkspaceEdit) -> list[lsp.TextDocumentEdit]:
    """Return the text edits of a workspace edit by document."""
    return [each for each in edit.document_changes or () if isinstance(each, lsp.TextDocumentEdit)]


class Desks:
    """The factory of desks, which closes them after the test."""

    def __init__(self, index_folder: Path) -> None:
        self._index_folder = index_folder
        self._open: list[Context] = []

    def make(self, folder: Path, *history: Path, client: Client = ABLE) -> Desk:
        """Return a desk in `folder` with the stores in `history`."""
        sources = discover([folder], history=list(map(str, history))).sources
        opened = History.open(sources, cache_folder=self._index_folder, start=False)
        opened.sync_once(full=True)
        documents = Documents(Encoding("utf-16"))
        context = Context.open([folder], opened, documents, Settings(), client)
        context.places.scan()
        context.zenml = None
        self._open.append(context)
        return Desk(folder, context)

    def close(self) -> None:
        for context in self._open:
            context.history.close()
            context.previews.close()


@pytest.fixture(scope="session")
def desks(index_folder: Path) -> Iterator[Desks]:
    """Return a function that makes desks."""
    made = Desks(index_folder)
    yield made
    made.close()


@pytest.fixture(scope="session")
def sample_desk(desks: Desks, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk with the sample project, whose history ZenML 0.98 recorded."""
    folder = unpack_sample(tmp_path_factory.mktemp("sample project"))
    return desks.make(folder, folder / "history")


@pytest.fixture
def desk(sample_desk: Desk) -> Iterator[Desk]:
    """Return the desk of the sample, with no open document and default settings."""
    yield sample_desk
    sample_desk.clear()


@pytest.fixture(scope="session")
def made_desks() -> dict[str, Desk]:
    """Return the desks of the histories that tests have requested, by history."""
    return {}


@pytest.fixture
def desk_of(
    desks: Desks,
    made_desks: dict[str, Desk],
    unpack_history: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Desk]]:
    """Return a function: `desk_of("legacy-0.7.3")` is a desk with that history and nothing open."""
    lent: list[Desk] = []

    def lend(name: str) -> Desk:
        if name not in made_desks:
            made_desks[name] = desks.make(tmp_path_factory.mktemp("workspace"), unpack_history(name))
        lent.append(made_desks[name])
        return made_desks[name]

    yield lend
    for each in lent:
        each.clear()

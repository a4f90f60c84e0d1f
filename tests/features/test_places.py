"""The places in the files of a workspace that name things. They follow changes on disk, also of notebooks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from pipesight.features.references import references, rename
from pipesight.workspace.documents import Documents, Encoding, split_lines
from pipesight.workspace.places import Places
from pipesight.zenml.kinds import Kind

from .conftest import Desk
from .test_diagnostics import MODERN

SAYS = 'é = "é😀"; run = client.get_pipeline("training_pipeline").last_run\n'
CELLS = [
    {"cell_type": "markdown", "source": ["# Runs\n"]},
    {"cell_type": "code", "source": ["from zenml.client import Client\n", "client = Client()"]},
    {"cell_type": "code", "source": ["%time\n", SAYS, 'run.steps["train"]'], "outputs": ['run.steps["train"]']},
]
JOINED = [cell | {"source": "".join(cell["source"])} for cell in CELLS]
OLD = [{"cell_type": cell["cell_type"], "input": cell["source"]} for cell in CELLS]
NOTEBOOKS = [
    json.dumps({"cells": CELLS, "nbformat": 4}, indent=1, ensure_ascii=False) + "\n",
    json.dumps({"metadata": {"cells": []}, "cells": CELLS}),
    json.dumps({"cells": JOINED}, indent=1).replace("\n", "\r\n"),
    json.dumps({"worksheets": [{"cells": OLD}]}),
]


def test_they_follow_the_disk(tmp_path: Path) -> None:
    places = Places([tmp_path], Documents(Encoding()))
    (tmp_path / "a.py").write_text("from zenml import step\n@step\ndef first(): ...\n")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "b.py").write_text("from zenml import step\n@step\ndef hidden(): ...\n")
    (tmp_path / "c.py").write_text("def plain(): ...\n")
    places.scan()
    assert places.defines(Kind.STEP, "first")
    assert not places.defines(Kind.STEP, "hidden")

    (tmp_path / "a.py").write_text("from zenml import step\n@step\ndef second(): ...\n")
    assert places.scan() == {str(tmp_path / "a.py")}
    assert not places.defines(Kind.STEP, "first")
    assert places.defines(Kind.STEP, "second")

    (tmp_path / "a.py").unlink()
    assert places.scan() == {str(tmp_path / "a.py")}
    assert not places.defines(Kind.STEP, "second")
    assert places.scan() == frozenset()


def test_they_follow_what_a_file_imports(tmp_path: Path) -> None:
    """The pipeline of the step depends on a constant that comes through two files. One of them is created later."""
    places = Places([tmp_path], Documents(Encoding()))
    (tmp_path / "reads.py").write_text(
        'from zenml.client import Client\nfrom names import NAME\nClient().get_pipeline(NAME).last_run.steps["train"]\n'
    )

    def owner() -> str | None:
        (only,) = (place.thing for place in places.all() if place.thing.kind is Kind.STEP)
        pipeline = only.nearest(Kind.PIPELINE)
        return pipeline.name if pipeline is not None else None

    places.scan()
    assert owner() is None
    (tmp_path / "names.py").write_text("from base import NAME\n")
    (tmp_path / "base.py").write_text('NAME = "first"\n')
    places.scan()
    assert owner() == "first"
    (tmp_path / "base.py").write_text('NAME = "second one"\n')
    places.scan()
    assert owner() == "second one"


def test_a_file_that_takes_its_client_from_another(tmp_path: Path) -> None:
    places = Places([tmp_path], Documents(Encoding()))
    (tmp_path / "shared.py").write_text("from zenml.client import Client\nclient = Client()\n")
    (tmp_path / "reads.py").write_text('from shared import client\nclient.get_pipeline("training")\n')

    places.scan()

    assert [place.thing.name for place in places.all()] == ["training"]


@pytest.fixture(params=range(len(NOTEBOOKS)))
def notebook(request: pytest.FixtureRequest, desk: Desk) -> Iterator[Path]:
    """Write a notebook in the workspace, which is not open."""
    places = desk.context.places
    assert places is not None
    file = desk.folder / "runs.ipynb"
    file.write_bytes(NOTEBOOKS[request.param].encode())
    places.scan()
    yield file
    file.unlink()
    places.scan()


def at(file: Path, where: lsp.Range) -> str:
    """Return the text of a file at a range on one line, in UTF-16 units."""
    line = split_lines(file.read_bytes().decode())[where.start.line].encode("utf-16-le")
    return line[where.start.character * 2 : where.end.character * 2].decode("utf-16-le")


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        (MODERN + 'run.steps["tra|in"]', "train"),
        (MODERN + 'client.get_pipeline("training_|pipeline")', "training_pipeline"),
    ],
)
def test_a_notebook_on_disk_is_read(desk: Desk, notebook: Path, marked: str, name: str) -> None:
    view, position = desk.at(marked)

    found = references(desk.context, view, position, declaration=False) or []

    there = [at(notebook, location.range) for location in found if location.uri == notebook.as_uri()]
    assert there == [name]


def test_renaming_writes_into_a_notebook_on_disk(desk: Desk, notebook: Path) -> None:
    notebook.write_bytes(notebook.read_bytes().replace(b'train\\"', b'sewn\\"'))  # a name that no function has
    assert desk.context.places is not None
    desk.context.places.scan()
    view, position = desk.at(MODERN + 'run.steps["se|wn"]')

    renaming = rename(desk.context, view, position, "fít")

    assert renaming is not None
    (change,) = (
        change
        for change in renaming.edit.document_changes or ()
        if isinstance(change, lsp.TextDocumentEdit) and change.text_document.uri == notebook.as_uri()
    )
    assert [at(notebook, each.range) for each in change.edits] == ["sewn"]


@pytest.mark.usefixtures("notebook")
def test_an_open_notebook_is_read_as_it_is_open(desk: Desk) -> None:
    uri = (desk.folder / "runs.ipynb").as_uri()
    cell = lsp.NotebookCell(lsp.NotebookCellKind.Code, f"{uri}#1")
    text = lsp.TextDocumentItem(f"{uri}#1", "python", 1, MODERN + 'run.steps["evaluate"]')
    desk.context.documents.open_notebook(lsp.NotebookDocument(uri, "jupyter-notebook", 1, [cell]), [text])
    try:
        view, position = desk.at(MODERN + 'run.steps["tra|in"]')
        found = references(desk.context, view, position, declaration=False) or []
    finally:
        desk.context.documents.close_notebook(uri)

    assert uri not in {location.uri.split("#")[0] for location in found}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"cells": 3}', '{"cells": [{"cell_type": "code"}]}', '{"cells": [zenml']
)
def test_what_is_no_notebook_has_no_places(tmp_path: Path, text: str) -> None:
    places = Places([tmp_path], Documents(Encoding()))
    (tmp_path / "broken.ipynb").write_text(text)

    places.scan()

    assert list(places.all()) == []

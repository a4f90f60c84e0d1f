"""An analysis in slices, with edits and other files between them, gives the same as an analysis at once."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from pipesight.code.document import Document
from pipesight.code.workspace import Workspace
from tests.examples import mostly_slow

FOLDER = Path(__file__).parent / "labeled" / "found"
HEAD = "from zenml.client import Client\nclient = Client()\n"


def source(name: str) -> str:
    return (FOLDER / name).read_text("utf-8").replace("‹", "").replace("›", "")


@pytest.mark.parametrize("name", mostly_slow(["flow_shapes.py", "called.py", "configured.py"], quick=("called.py",)))
@pytest.mark.parametrize("done", mostly_slow([0, 1, 7, 20], quick=(1, 20)))
def test_an_edit_between_slices(name: str, done: int) -> None:
    text = source(name)
    document = Document(None, text)
    for _ in islice(document.slices(), done):
        pass
    edited = text.replace("client", "klient", 3) + "\nlast = Client().get_pipeline('p').last_run\n"
    document.update(edited)
    assert document.sites == Document(None, edited).sites
    document.update(text)
    assert document.sites == Document(None, text).sites


def test_slices_make_a_document_ready() -> None:
    document = Document(None, source("called.py"))
    assert not document.is_ready
    assert len(list(document.slices())) > 10
    assert document.is_ready
    assert document.sites == Document(None, source("called.py")).sites


def test_another_file_that_reads_between_slices_is_told(tmp_path: Path) -> None:
    names = "def first():\n    pass\n" * 5 + "RUN = client.get_pipeline('p').last_run\n"
    (tmp_path / "names.py").write_text(HEAD + names)
    (tmp_path / "reads.py").write_text("from zenml import step\nfrom names import RUN\nRUN.steps['s']\n")
    workspace = Workspace([tmp_path])
    defining = workspace.open(str(tmp_path / "names.py"), (tmp_path / "names.py").read_text())
    reading = workspace.open(str(tmp_path / "reads.py"), (tmp_path / "reads.py").read_text())
    slices = defining.slices()
    next(slices)
    assert reading.sites == ()
    for _ in slices:
        pass
    assert not reading.is_ready
    assert [site.name for site in reading.sites] == ["s"]
    assert defining.is_ready

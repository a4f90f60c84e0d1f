"""Two stores with pipelines of the same name: their runs are one list, and the store of each run is shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipesight.demo.sample import unpack_sample
from pipesight.features.completion import complete
from pipesight.features.hover import hover
from pipesight.workspace.target import target_at

from .conftest import Desk, Desks
from .test_diagnostics import MODERN


@pytest.fixture(scope="module")
def both(desks: Desks, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk with the sample and a copy of its database, as a colleague may have."""
    folder = unpack_sample(tmp_path_factory.mktemp("two stores"))
    database = next((folder / "history").rglob("zenml.db"))
    return desks.make(folder, database, Path(shutil.copy(database, folder / "colleague.db")))


def page(desk: Desk, marked: str) -> str:
    view, position = desk.at(marked)
    at = target_at(desk.context, view, position)
    assert at is not None
    shown = hover(desk.context, at)
    assert shown is not None
    return str(shown.contents)


def test_a_pipeline_says_its_stores(both: Desk) -> None:
    said = page(both, MODERN.replace('"training_', '"trai|ning_'))

    assert "8 runs" in said
    assert "From 2 stores: " in said
    assert "colleague.db" in said


def test_a_run_says_its_store(both: Desk) -> None:
    assert "store " in page(both, MODERN + "p.last|_run")


def test_one_store_goes_without_saying(desk: Desk) -> None:
    assert "store" not in page(desk, MODERN.replace('"training_', '"trai|ning_'))
    assert "store" not in page(desk, MODERN + "p.last|_run")


def test_a_name_is_offered_once(both: Desk) -> None:
    view, position = both.at(MODERN + 'client.get_pipeline_run("|")')

    found = complete(both.context, view, position)

    assert found is not None
    labels = [item.label for item in found.items]
    assert len(labels) == len(set(labels)) == 6

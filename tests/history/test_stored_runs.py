"""Runs that the index copies in SQL are the same as those that Python reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipesight.history import insertions, writer
from pipesight.history.index import Index
from pipesight.history.sources import zenml_sql
from pipesight.history.sources.database import DatabaseSource
from pipesight.history.sources.stored_runs import StoredRuns
from pipesight.history.sources.zenml_sql import ZenMLSession
from pipesight.history.sync import Sync
from tests.examples import mostly_slow

ALL = "SELECT * FROM run LEFT JOIN pipeline ON pipeline.id = run.pipeline ORDER BY run.id"
STRANGE = (
    *("9999-12-31 23:59:59.999999", "0001-01-01 00:00:00.000000", "1960-02-29 01:02:03.000004", "soon", "", None),
    *("2026-01-02 03:04:05", "2026-01-02T03:04:05.678901", "2026-01-02 03:04:05.67890Z", "2026-01-02 03:04:05+01:00 "),
)
copies: list[bool] = []


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipesight.history.sources.zenml_sql._FIRST", 1)
    monkeypatch.setattr("pipesight.history.sources.zenml_sql._PART", 3)
    monkeypatch.setattr(writer, "copy_runs", lambda *given: copies.append(insertions.copy_runs(*given)) or copies[-1])
    copies.clear()


def runs_of(source: DatabaseSource, folder: Path) -> list[tuple[object, ...]]:
    """Return the runs of a new index with their pipelines."""
    index = Index.open(source.key, folder=folder)
    with closing(index.file):
        Sync(source, index).run_once()
        return [tuple(row) for row in index.file.rows(ALL)]


def read_runs_of(source: DatabaseSource, folder: Path) -> list[tuple[object, ...]]:
    """Return the same, but let Python read all of them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writer, "copy_runs", lambda *_: False)
        return runs_of(source, folder)


RELEASES = ["0.33.0", "0.55.5", "0.80.2", "0.98.0", "0.98.0-extra"]


@pytest.mark.parametrize("name", mostly_slow(RELEASES, quick=("0.98.0",)))
def test_copied_runs(name: str, copy_database: Callable[[str], Path], tmp_path: Path) -> None:
    source = DatabaseSource(copy_database(name))
    found = runs_of(source, tmp_path / "copied")
    assert copies
    assert all(copies)
    assert found == read_runs_of(source, tmp_path / "read")


@pytest.mark.parametrize("place", mostly_slow([0, 1], quick=(1,)))
@pytest.mark.thorough
def test_copied_runs_of_one_project(place: int, unpack_history: Callable[[str], Path], tmp_path: Path) -> None:
    whole = DatabaseSource(next(unpack_history("0.75.1-two").rglob("zenml.db")))
    with whole.connect() as session:
        source = whole.in_project(session.projects()[place].id)
    found = runs_of(source, tmp_path / "copied")
    assert all(copies)
    assert found == read_runs_of(source, tmp_path / "read")


def test_times_and_statuses_of_any_kind(copy_database: Callable[[str], Path], tmp_path: Path) -> None:
    database = copy_database("0.98.0")
    with closing(sqlite3.connect(database)) as connection, connection:
        for row, time in enumerate(STRANGE, 1):
            changed = "start_time = ?, end_time = ?, status = ?"
            values = (time, time, ("running", "unheard of", "")[row % 3], row)
            connection.execute(f"UPDATE pipeline_run SET {changed} WHERE rowid = ?", values)
    source = DatabaseSource(database)
    found = runs_of(source, tmp_path / "copied")
    assert all(copies)
    assert len(found) == len(STRANGE)
    assert found == read_runs_of(source, tmp_path / "read")


@pytest.mark.thorough
def test_a_pipeline_that_the_index_lacks(
    copy_database: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ZenMLSession, "pipelines", lambda _: ())
    source = DatabaseSource(copy_database("0.98.0"))
    found = runs_of(source, tmp_path / "copied")
    assert False in copies
    assert found == read_runs_of(source, tmp_path / "read")


def test_a_file_that_cannot_be_attached(
    copy_database: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zenml_sql, "StoredRuns", lambda _, *other: StoredRuns("file:nowhere.db?mode=ro", *other))
    source = DatabaseSource(copy_database("0.98.0"))
    found = runs_of(source, tmp_path / "copied")
    assert copies
    assert not any(copies)
    assert found == read_runs_of(source, tmp_path / "read")

"""Projects: runs belong to one, the active one is read, and another is mirrored when it is requested."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.rows import rows
from pipesight.history.sources.database import DatabaseSource
from tests.examples import mostly_slow
from tests.waiting import eventually

from .test_rows import as_lists

RECORD = "0.98.0-record"  # the projects `default` and `second_project` each have a pipeline `training`


@pytest.fixture
def root(unpack_history: Callable[[str], Path]) -> Path:
    return unpack_history(RECORD)


@pytest.fixture
def database(root: Path) -> Path:
    return next(root.rglob("zenml.db"))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., History]]:
    """Return a function: `opened(source, start=True)` is its history, synced in the background or once."""
    histories: list[History] = []

    def open_history(source: DatabaseSource, *, start: bool = False) -> History:
        histories.append(History.open([source], cache_folder=tmp_path / "index", start=start))
        if not start:
            histories[-1].sync_once()
        return histories[-1]

    yield open_history
    for history in histories:
        history.close()


def run_names(history: History) -> list[str]:
    return [run.name for run in history.runs("training")]


def test_a_database_answers_for_its_active_project(database: Path, opened: Callable[..., History]) -> None:
    history = opened(DatabaseSource(database))
    project = history.project()
    assert project is not None
    assert project.name == "default"
    assert [each.name for each in history.projects()] == ["default", "second_project"]
    assert "twin_run" not in run_names(history)
    assert history.run("twin_run") is None
    assert history.run_count("training") == len(run_names(history)) == 12


@pytest.mark.parametrize("wanted", mostly_slow(["second_project", "its id", "its id with dashes"], quick=("its id",)))
def test_another_project_by_name_or_id(wanted: str, database: Path, opened: Callable[..., History]) -> None:
    history = opened(DatabaseSource(database))
    id_ = next(each.id for each in history.projects() if each.name == "second_project")
    dashed = "-".join((id_[:8], id_[8:12], id_[12:16], id_[16:20], id_[20:]))
    other = history.in_project({"its id": id_, "its id with dashes": dashed}.get(wanted, wanted))
    other.sync_once()
    assert run_names(other) == ["twin_run"]
    (run,) = other.runs()
    steps = history.steps(run)  # the whole history knows every run that one of its projects has
    assert steps is not None
    assert [step.name for step in steps] == ["other_step"]


def test_a_project_is_mirrored_when_it_is_asked_for(database: Path, opened: Callable[..., History]) -> None:
    history = opened(DatabaseSource(database), start=True)
    eventually(lambda: history.run_count("training") == 12)
    generation = history.generation
    eventually(lambda: run_names(history.in_project("second_project")) == ["twin_run"])
    assert history.generation > generation
    assert history.run_count("training") == 12


def test_the_active_project_is_the_history_itself(database: Path, opened: Callable[..., History]) -> None:
    history = opened(DatabaseSource(database))
    assert run_names(history.in_project("default")) == run_names(history)


def test_a_project_that_does_not_exist_has_no_runs(database: Path, opened: Callable[..., History]) -> None:
    history = opened(DatabaseSource(database))
    assert history.in_project("third_project").is_empty
    with DatabaseSource(database).in_project("third_project").connect() as session:
        assert session.run_count() == 0
        assert list(session.runs()) == [[]] or not list(session.runs())


def test_a_store_of_an_old_release_has_no_projects(
    unpack_history: Callable[[str], Path], opened: Callable[..., History]
) -> None:
    (source,) = discover(history=[str(unpack_history("legacy-0.7.3"))], environment={}).sources
    assert isinstance(source, DatabaseSource)
    history = opened(source)
    assert history.projects() == ()
    assert history.in_project("default").run_count() == history.run_count() > 0


def test_the_projects_have_the_rows_that_zenml_shows(
    root: Path, record_property: Callable[[str, object], None]
) -> None:
    (source,) = discover(history=[str(root)], environment={}).sources
    with source.connect() as session:
        projects = session.projects()
    found = [row for project in projects for row in rows(source.in_project(project.name))]
    expected = json.loads((root / "expected.json").read_text())
    record_property("compared", (RECORD, "SQLite", "ZenML's own API", len(found)))
    assert as_lists(found, expected) == sorted(expected, key=str)


# Which project is active, of a database that is named without its configuration


def active(database: Path, folder: Path, environment: dict[str, str], home: Path) -> str:
    (source,) = discover([folder], history=[str(database)], environment=environment, home=home).sources
    with source.connect() as session:
        assert session.project is not None
        return session.project.name


def test_the_project_folder_says_it_first(database: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copy(database, tmp_path))
    (tmp_path / ".zen").mkdir()
    (tmp_path / ".zen" / "config.yaml").write_text(f"active_project_id: {other_id(alone)}\n")
    assert active(alone, tmp_path, {}, tmp_path) == "second_project"


def test_then_the_configuration_that_the_database_lies_in(root: Path, database: Path, tmp_path: Path) -> None:
    config = Path(shutil.copytree(root / "config", tmp_path / "config"))
    (config / "config.yaml").write_text(f"active_project_id: {other_id(database)}\n")
    moved = config / database.relative_to(root / "config")
    assert active(moved, tmp_path, {}, tmp_path) == "second_project"


def test_then_the_users_configuration(database: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copy(database, tmp_path))
    (tmp_path / "config.yaml").write_text(f"active_project_id: {other_id(alone)}\n")
    assert active(alone, tmp_path, {"ZENML_CONFIG_PATH": str(tmp_path)}, tmp_path) == "second_project"


def test_else_zenmls_default_project(database: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copy(database, tmp_path))
    (tmp_path / "config.yaml").write_text("active_project_id: 00000000-0000-0000-0000-000000000000\n")
    assert active(alone, tmp_path, {"ZENML_CONFIG_PATH": str(tmp_path)}, tmp_path) == "default"


def other_id(database: Path) -> str:
    with DatabaseSource(database).connect() as session:
        return next(each.id for each in session.projects() if each.name == "second_project")


def test_a_workspace_also_has_what_belongs_to_no_workspace(
    unpack_history: Callable[[str], Path], tmp_path: Path, opened: Callable[..., History]
) -> None:
    database = Path(shutil.copy(next(unpack_history("0.75.1-two").rglob("zenml.db")), tmp_path))
    with closing(sqlite3.connect(database)) as store:  # as ZenML's Client lists them in each workspace
        (other,) = store.execute("SELECT id FROM workspace WHERE name != 'default'").fetchone()
        times = "2025-01-01 00:00:00"
        row = (UUID(int=1).hex, times, times, "churn", True, other)
        store.execute(
            "INSERT INTO model (id, created, updated, name, save_models_to_registry, workspace_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
        store.commit()
    history = opened(DatabaseSource(database))

    assert {"local", "kubeflow"} <= {each.name for each in history.entities("flavor", wait=True) or ()}
    assert history.models() == ("churn",)


def test_an_artifact_may_have_a_name_like_those_that_zenml_generates(
    database: Path, tmp_path: Path, opened: Callable[..., History]
) -> None:
    copy = Path(shutil.copy(database, tmp_path))
    generated = f"external_{UUID(int=1)}"  # ZenML's name for a value that was passed to a step
    with closing(sqlite3.connect(copy)) as store:
        store.execute("UPDATE artifact SET name = 'external_prices' WHERE name = 'table'")
        store.execute("UPDATE artifact SET name = ? WHERE name = 'card'", (generated,))
        store.commit()

    names = {artifact.name for artifact in opened(DatabaseSource(copy)).artifacts()}
    assert "external_prices" in names
    assert generated not in names

"""Versions, code, logs and named objects are read from a store when they are requested."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import Run, Step
from pipesight.history.sources.database import DatabaseSource
from tests.examples import mostly_slow
from tests.waiting import eventually

RECORD = "0.98.0-record"
EVERY = ["legacy-0.5.7", "0.20.5", "0.23.0", "0.30.0", "0.33.0", "0.41.0", "0.50.0", "0.55.5", "0.70.0", "0.90.0"]


@pytest.fixture
def database(unpack_history: Callable[[str], Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(next(unpack_history(RECORD).rglob("zenml.db")), tmp_path))


@pytest.fixture
def history(database: Path, tmp_path: Path) -> Iterator[History]:
    history = History.open([DatabaseSource(database)], cache_folder=tmp_path / "index", start=False)
    history.sync_once(full=True)
    yield history
    history.close()


def step_named(history: History, name: str, run: str = "training_03") -> Step:
    found = history.run(run)
    assert found is not None
    step = history.step(found, name)
    assert step is not None
    return step


# Versions


def test_a_version_of_an_artifact_leads_to_the_run_that_made_it(history: History) -> None:
    report = history.artifact_version("report", "2", wait=True)
    assert report is not None
    assert (report.artifact, report.version, report.type) == ("report", "2", "BaseArtifact")
    location = history.location(report)
    assert location is not None
    assert location[1].name == "training_01"
    assert location[2].name == "fit"


def test_a_version_lies_beside_a_store_that_was_moved(copy_history: Callable[[str], Path], tmp_path: Path) -> None:
    copy = copy_history(RECORD)
    database = next(copy.rglob("zenml.db"))
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE artifact_version SET uri = '/gone' || substr(uri, instr(uri, '/local_stores/'))")
        connection.commit()
    history = History.open([DatabaseSource(database)], cache_folder=tmp_path / "index", start=False)
    history.sync_once()
    version = next(iter(history.artifact_versions("report", wait=True) or ()))
    history.close()
    assert Path(version.uri).is_relative_to(copy)


def test_a_version_that_does_not_exist(history: History) -> None:
    assert history.artifact_version("report", "99", wait=True) is None
    assert history.artifact_version("no such artifact", "1", wait=True) is None
    assert history.artifact_versions("no such artifact", wait=True) == ()
    assert history.model_versions("no such model", wait=True) == ()


@pytest.mark.parametrize("word", mostly_slow(["2", "production", "id"], quick=("production",)))
def test_a_model_version_by_name_number_stage_or_id(word: str, database: Path, history: History) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE model_version SET stage = 'production' WHERE number = 2")
    versions = history.model_versions("demo_model", wait=True)
    assert versions is not None
    word = versions[-2].id if word == "id" else word
    (version,) = [each for each in versions if each.is_named(word)]
    assert (version.number, version.stage) == (2, "production")
    assert version.metadata["f1"].value == 0.75
    artifacts = history.model_artifacts(version, wait=True)
    assert artifacts is not None
    assert {(each.name, each.version) for each in artifacts} >= {("table", "2"), ("report", "2"), ("accuracy", "2")}
    assert "n_used" not in {each.name for each in artifacts}


# Without waiting


def test_an_answer_comes_later_and_is_told(database: Path, tmp_path: Path) -> None:
    history = History.open([DatabaseSource(database)], cache_folder=tmp_path / "index")
    try:
        eventually(lambda: history.run_count("training") == 12)
        generation = history.generation
        assert history.artifact_versions("report") is None
        eventually(lambda: history.artifact_versions("report") is not None)
        assert history.generation > generation
        assert len(history.artifact_versions("report") or ()) == 11
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("DELETE FROM artifact_version WHERE version = '1'")
        eventually(lambda: len(history.artifact_versions("report") or ()) == 10)
    finally:
        history.close()


# Code and logs


def test_the_code_of_a_step_as_it_ran(history: History) -> None:
    code = history.code(step_named(history, "fit"), wait=True)
    assert code is not None
    assert code.source is not None
    failure = step_named(history, "fit").failure
    assert failure is not None
    assert failure.source_line is not None
    assert code.source.splitlines()[failure.source_line - 1].strip() == "math.sqrt(len(data) - 10_000)"


def test_a_commit_and_its_repository(database: Path, history: History) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executescript(
            "INSERT INTO code_repository (id, created, updated, name, project_id, config, source)"
            " SELECT 'kept', created, updated, 'our code', id, '{}', '{}' FROM project LIMIT 1;"
            "INSERT INTO code_reference (id, created, updated, project_id, code_repository_id, [commit], subdirectory)"
            " SELECT 'there', created, updated, id, 'kept', 'a1b2c3', 'src' FROM project LIMIT 1;"
            "UPDATE pipeline_snapshot SET code_reference_id = 'there';"
        )
    history.refresh()
    history.sync_once()
    code = history.code(step_named(history, "fit"), wait=True)
    assert code is not None
    assert (code.commit, code.repository, code.subdirectory) == ("a1b2c3", "our code", "src")
    run = history.run("training_03")
    assert run is not None
    details = history.details(run)
    assert details is not None
    assert details.commit == "a1b2c3"


def test_the_logs_of_a_step_and_of_a_run(history: History) -> None:
    run = history.run("training_03")
    assert run is not None
    of_step = history.logs(step_named(history, "fit"), wait=True)
    of_run = history.logs(run, wait=True)
    assert of_step is not None
    assert of_run is not None
    assert [log.origin for log in of_step] == ["prepare_step", "step"]
    assert {log.origin for log in of_run} <= {"client", "orchestrator"}
    assert all(Path(log.uri).exists() for log in of_step)


@pytest.mark.parametrize("name", mostly_slow(EVERY, quick=("0.90.0",)))
def test_every_release_answers_every_question(
    name: str, unpack_history: Callable[[str], Path], index_folder: Path
) -> None:
    (source,) = discover(history=[str(unpack_history(name))], environment={}).sources
    history = History.open([source], cache_folder=index_folder, start=False)
    try:
        history.sync_once()
        runs: tuple[Run, ...] = history.runs()
        steps = [step for run in runs for step in history.fetch_steps(run)]
        step = steps[0]
        has_code, has_logs = not name.startswith(("legacy", "0.2", "0.30")), name >= "0.41" and name[0] == "0"
        code = history.code(step, wait=True)
        assert code is not None
        assert (code.source is not None) == has_code
        logs = [log for step in steps for log in history.logs(step, wait=True) or ()]
        assert bool(logs) == has_logs
        for kind in ("tag", "schedule", "stack", "stack_component", "secret", "service", "user", "snapshot", "nothing"):
            assert history.entities(kind, wait=True) is not None
        assert history.artifact_version("none", "1", wait=True) is None
        assert history.whole_metadata(step, wait=True) is not None
    finally:
        history.close()


# Things that have names


def test_tags_stacks_and_users(history: History) -> None:
    def names(kind: str) -> set[str]:
        return {each.name for each in history.entities(kind, wait=True) or ()}

    assert names("tag") == {"nightly", "prod", "seen"}
    assert names("model") == {"demo_model"}
    assert names("user") == {"default"}
    assert {"sklearn", "mlflow", "local"} & names("flavor")
    stack = next(iter(history.entities("stack", wait=True) or ()))
    assert stack.name == "default"
    assert dict(stack.facts)["artifact_store"] == "default (local)"


def test_of_a_secret_only_the_name_is_read(database: Path, history: History) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO secret (id, created, updated, name, private, internal, [values], user_id)"
            " SELECT 'kept', created, updated, 'password of the warehouse', 0, 0, 'open sesame', id FROM user"
        )
    secret = next(iter(history.entities("secret", wait=True) or ()))
    assert secret.name == "password of the warehouse"
    assert "sesame" not in repr(secret)


def test_a_long_value_of_metadata_is_read_whole_when_asked_for(database: Path, history: History) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE run_metadata SET value = ? WHERE key = 'budget'", ['"' + "x" * 100_000 + '"'])
    run = history.run("training_03")
    assert run is not None
    whole = history.whole_metadata(run, wait=True)
    assert whole is not None
    assert whole["budget"].value == "x" * 100_000

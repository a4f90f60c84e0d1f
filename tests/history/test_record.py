"""The record of runs, steps and outputs equals the answers of ZenML's own Client."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pymysql
import pytest
from sqlalchemy import ColumnElement

from pipesight.history.addresses import MySQL
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import Failure, Output, Run, Step
from pipesight.history.sources import Source, windows
from pipesight.history.sources.database import DatabaseSource
from pipesight.history.sources.row import Row
from pipesight.history.sources.sqlite import opened_file
from pipesight.history.sources.tables import SQLQuery, Tables
from pipesight.history.sources.windows import Windows
from pipesight.history.sources.zenml_details import DetailsReader, Maker, metadata_of as metadata_value
from tests.history.record import artifacts_of, expected, models_of, record_of

pytestmark = pytest.mark.slow

RECORD = "0.98.0-record"
WITH_METADATA = ["0.33.0", "0.40.2", "0.41.0", "0.50.0", "0.55.5", "0.61.0", "0.70.0", "0.75.1-two", "0.90.0", "0.98.0"]
WITH_INPUTS = ["legacy-0.5.7", "legacy-0.7.3", "legacy-0.13.2", "0.20.5", "0.23.0", "0.30.0", *WITH_METADATA]


@pytest.fixture
def opened(index_folder: Path) -> Iterator[Callable[[Source], History]]:
    """Return a function: `opened(source)` is its history, with every step mirrored."""
    histories: list[History] = []

    def open_history(source: Source) -> History:
        histories.append(History.open([source], cache_folder=index_folder, start=False))
        histories[-1].sync_once(full=True)
        return histories[-1]

    yield open_history
    for history in histories:
        history.close()


def source_of(root: Path) -> Source:
    (source,) = discover(history=[str(root)], environment={}).sources
    return source


def test_the_record_of_a_file(
    unpack_history: Callable[[str], Path],
    opened: Callable[[Source], History],
    record_property: Callable[[str, object], None],
) -> None:
    root = unpack_history(RECORD)
    record_property("recorded", (RECORD, "SQLite"))
    history = opened(source_of(root))
    assert {
        "projects": record_of(history),
        "models": models_of(history),
        "artifacts": artifacts_of(history),
    } == expected(root)


def test_the_record_of_a_mysql_store(
    unpack_history: Callable[[str], Path],
    opened: Callable[[Source], History],
    mariadb: Callable[[Path, str], MySQL],
    record_property: Callable[[str, object], None],
) -> None:
    root = unpack_history(RECORD)
    address = mariadb(unpack_history("0.98.0-mysql") / "dump.sql", "recorded")
    copy_rows(next(root.rglob("zenml.db")), address)
    history = opened(DatabaseSource(address))
    record_property("recorded", (RECORD, "MariaDB"))
    assert {
        "projects": record_of(history),
        "models": models_of(history),
        "artifacts": artifacts_of(history),
    } == expected(root)


def copy_rows(database: Path, address: MySQL) -> None:
    """Replace the rows of a MySQL database by those of the file. The same release made both."""
    connection = pymysql.connect(unix_socket=address.socket, user="root", database=address.database, autocommit=True)
    with closing(sqlite3.connect(database)) as file, connection as server:
        cursor = server.cursor()
        cursor.execute("SET foreign_key_checks = 0")
        cursor.execute("SET sql_mode = ''")  # a text that MySQL cannot keep is cut, as it is for ZenML
        for (table,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            cursor.execute(f"DELETE FROM `{table}`")
            columns = [row[1] for row in file.execute(f"PRAGMA table_info([{table}])")]
            names = ", ".join(f"`{column}`" for column in columns)
            values = ", ".join(["%s"] * len(columns))
            rows = file.execute(f"SELECT * FROM [{table}]").fetchall()
            cursor.executemany(f"INSERT INTO `{table}` ({names}) VALUES ({values})", rows)


# The same on releases that record less, or elsewhere


@pytest.mark.parametrize("name", WITH_METADATA)
def test_metadata_of_each_release(
    name: str, unpack_history: Callable[[str], Path], opened: Callable[[Source], History]
) -> None:
    history = opened(source_of(unpack_history(name)))
    outputs = [
        output for run in history.runs() for step in steps_of(history, run) for output in outputs_of(history, step)
    ]
    numbers = [output for output in outputs if output.data_type == "builtins.int" and output.metadata]
    assert numbers
    for output in numbers:
        assert isinstance(output.metadata["storage_size"].value, int)


@pytest.mark.parametrize("release", WITH_METADATA)
def test_the_fingerprint_of_a_run_changes_with_its_metadata(
    release: str, unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    database = Path(shutil.copy(next(unpack_history(release).rglob("zenml.db")), tmp_path))
    before, with_metadata = fingerprints_of(database)
    assert with_metadata
    change(database, "UPDATE run_metadata SET value = value || ' '")
    after, _ = fingerprints_of(database)
    assert {run for run, each in before.items() if after[run] != each} == with_metadata


@pytest.mark.parametrize("release", ["0.30.0", *WITH_METADATA])
@pytest.mark.parametrize("table", ["step_run_output_artifact", "step_run_input_artifact"])
def test_the_fingerprint_of_a_run_changes_when_its_artifacts_are_deleted(
    release: str, table: str, unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    database = Path(shutil.copy(next(unpack_history(release).rglob("zenml.db")), tmp_path))
    run = change(database, f"SELECT pipeline_run_id FROM {table} JOIN step_run ON id = step_id")
    before, _ = fingerprints_of(database)
    change(database, f"DELETE FROM {table} WHERE step_id IN (SELECT id FROM step_run WHERE pipeline_run_id = '{run}')")
    after, _ = fingerprints_of(database)
    assert {run for run, each in before.items() if after[run] != each} == {run}


@pytest.mark.parametrize("release", ["0.55.5", "0.70.0", "0.98.0"])
def test_the_fingerprint_of_a_run_changes_with_the_name_of_an_artifact(
    release: str, unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    database = Path(shutil.copy(next(unpack_history(release).rglob("zenml.db")), tmp_path))
    before, _ = fingerprints_of(database)
    change(database, "UPDATE artifact SET name = 'new_' || name")
    after, _ = fingerprints_of(database)
    assert [run for run, each in before.items() if after[run] == each] == []


def change(database: Path, statement: str) -> object:
    """Execute a statement. Return the first value of its answer."""
    with closing(sqlite3.connect(database)) as connection, connection:
        return next(connection.execute(statement), [None])[0]


def fingerprints_of(database: Path) -> tuple[Mapping[str, object], set[str]]:
    """Return the fingerprints of all runs, and the runs that have metadata themselves or in their steps or outputs."""
    with DatabaseSource(database).connect() as session:
        runs = [run.id for batch in session.runs() for run in batch]
        found = {run for run, details in session.details(runs).items() if details.metadata}
        for run, steps in session.steps(runs, full=True).items():
            if any(each.metadata for step in steps for each in (step, *step.outputs)):
                found.add(run)
        return session.fingerprints(runs), found


@pytest.mark.parametrize("name", WITH_INPUTS)
def test_inputs_lead_to_the_outputs_that_they_were(
    name: str, unpack_history: Callable[[str], Path], opened: Callable[[Source], History]
) -> None:
    history = opened(source_of(unpack_history(name)))
    inputs = [
        (step, each)
        for run in history.runs()
        for step in steps_of(history, run)
        for each in history.inputs(step) or ()
        if not each.output.uri.rpartition("/")[0].endswith("external_artifacts")
    ]
    assert inputs
    for step, each in inputs:
        made = history.producer(each)
        if made is None:  # an artifact that no step made
            assert "external" in each.output.uri
            continue
        assert each.output.uri in [output.uri for output in outputs_of(history, made[2])]
        assert step in history.consumers(each.output)


def test_a_failed_step_says_why(unpack_history: Callable[[str], Path], opened: Callable[[Source], History]) -> None:
    root = unpack_history(RECORD)
    history = opened(source_of(root))
    run = history.run("training_03")
    assert run is not None
    step = history.step(run, "fit")
    assert step is not None
    assert step.failure is not None
    file = root / "proj" / "go_record.py"
    assert step.failure == Failure(
        type="ValueError",
        message="math domain error",
        traceback=step.failure.traceback,
        source_line=11,
        file=str(file),
        line=59,
    )
    assert file.read_text().splitlines()[58].strip() == "math.sqrt(len(data) - 10_000)"
    assert history.consumers(next(iter(outputs_of(history, steps_of(history, run)[0]))))[0] == step


def test_two_outputs_of_one_name_are_in_zenmls_order(
    unpack_history: Callable[[str], Path], opened: Callable[[Source], History]
) -> None:
    history = opened(source_of(unpack_history("0.98.0-extra")))
    saved = [
        output
        for run in history.runs()
        for step in steps_of(history, run)
        for output in outputs_of(history, step)
        if output.name == "manual_art"
    ]
    assert [output.id for output in saved] == sorted(output.id for output in saved)
    assert {output.save_type for output in saved} == {"manual"}
    assert not any(output.is_regular for output in saved)


# What is logged later, and what no tool of ZenML writes


@pytest.fixture
def database(unpack_history: Callable[[str], Path], tmp_path: Path) -> Path:
    return Path(shutil.copy(next(unpack_history(RECORD).rglob("zenml.db")), tmp_path))


def log_metadata(database: Path, run: str, key: str, text: str) -> None:
    """Log metadata for a finished run, as ZenML's `log_metadata` does."""
    with closing(sqlite3.connect(database)) as connection, connection:
        id_, project = connection.execute("SELECT id, project_id FROM pipeline_run WHERE name = ?", [run]).fetchone()
        connection.execute(
            "INSERT INTO run_metadata (id, created, updated, project_id, key, value, type)"
            " VALUES (?, '2030-01-01', '2030-01-01', ?, ?, ?, 'str')",
            [f"new {key}", project, key, text],
        )
        connection.execute(
            "INSERT INTO run_metadata_resource VALUES (?, ?, 'pipeline_run', ?)", [f"link {key}", id_, f"new {key}"]
        )


def test_metadata_that_is_logged_after_a_run(database: Path, opened: Callable[[Source], History]) -> None:
    history = opened(DatabaseSource(database))
    log_metadata(database, "training_11", "note", '"later"')
    history.refresh()
    history.sync_once()
    history.sync_once(full=True)
    assert metadata_of(history)["note"] == "later"


@pytest.mark.parametrize(
    "key", ["a.b", 'say "hi"', "two\nlines", "<script>alert(1)</script>", "\N{SNOWMAN}", "", "x" * 5_000, "[0]", "' --"]
)
def test_hostile_keys_of_metadata(key: str, database: Path, opened: Callable[[Source], History]) -> None:
    log_metadata(database, "training_11", key, "1")
    assert metadata_of(opened(DatabaseSource(database)))[key] == 1


def test_of_megabytes_of_metadata_the_beginning_is_kept(database: Path, opened: Callable[[Source], History]) -> None:
    text = json.dumps("long " * 1_000_000)
    log_metadata(database, "training_11", "long", text)
    history = opened(DatabaseSource(database))
    run = history.run("training_11")
    assert run is not None
    details = history.details(run)
    assert details is not None
    found = details.metadata["long"]
    assert found.length == len(text)
    assert not found.is_whole
    assert isinstance(found.value, str)
    assert text.startswith(found.value)
    assert len(found.value) <= 1_000
    assert history_size(history) < 1_000_000


def test_metadata_that_is_no_json(database: Path, opened: Callable[[Source], History]) -> None:
    log_metadata(database, "training_11", "broken", "{not json")
    log_metadata(database, "training_11", "deep", "[" * 3_900)
    found = metadata_of(opened(DatabaseSource(database)))
    assert (found["broken"], found["deep"]) == ("{not json", "[" * 3_900)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), (" 1 ", 1), ("1 2", "1 2"), ("", ""), ('"a"', "a"), ("[1, {}]", [1, {}]), ("[1] []", "[1] []")],
)
def test_the_value_of_a_metadata_text(text: str, value: object) -> None:
    assert metadata_value("key", text, None, len(text)).value == value


def test_of_thousands_of_keys_the_first_are_kept(database: Path, opened: Callable[[Source], History]) -> None:
    for number in range(400):
        log_metadata(database, "training_11", f"key {number:03}", "1")
    assert 250 < len(metadata_of(opened(DatabaseSource(database)))) <= 300


@pytest.mark.parametrize("few", [0, 20_000])
def test_a_run_is_the_same_whichever_runs_are_read_with_it(
    few: int, unpack_history: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "FEW", few)  # up to which a table is small
    database = Path(shutil.copy(next(unpack_history("0.98.0").rglob("zenml.db")), tmp_path))
    change(
        database, "UPDATE step_run SET status = 'completed' WHERE status = 'cached'"
    )  # several steps made one output
    for column in ("created", "updated", "end_time"):  # days lie between the runs
        change(database, f"UPDATE pipeline_run SET {column} = datetime('2030-01-01', rowid || ' days')")
    with DatabaseSource(database).connect() as session:
        runs = [run.id for batch in session.runs() for run in batch]
        assert session.steps(runs, full=True) == {run: session.steps([run], full=True)[run] for run in runs}


@pytest.mark.parametrize("few", [0, 20_000])
def test_the_makers_of_artifacts_are_found_without_the_steps_that_reused_them(
    few: int, unpack_history: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "FEW", few)  # up to which a table is small
    read: list[str] = []
    rows_among = Tables.among

    def noted(tables: Tables, query: SQLQuery, key: ColumnElement[Any], values: Collection[str]) -> Iterator[Row]:
        for row in rows_among(tables, query, key, values):
            read.append(row.step_id)
            yield row

    with opened_file(next(unpack_history("0.98.0").rglob("zenml.db"))) as connection:
        tables = Tables(connection)
        artifacts = connection.exec_driver_sql(
            "SELECT v.id, v.uri, s.id, s.pipeline_run_id, o.name FROM step_run s"
            " JOIN step_run_output_artifact o ON o.step_id = s.id JOIN artifact_version v ON v.id = o.artifact_id"
            " WHERE s.status = 'completed'"
        ).fetchall()
        monkeypatch.setattr(Tables, "among", noted)
        makers = DetailsReader(tables, Windows(tables)).makers({id_: uri for id_, uri, *_ in artifacts})
    assert makers == {id_: Maker(*made) for id_, _, *made in artifacts}
    assert set(read) == {made.step_id for made in makers.values()}


def test_a_step_that_takes_its_own_output(database: Path, opened: Callable[[Source], History]) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO step_run_input_artifact (name, type, input_index, step_id, artifact_id)"
            " SELECT 'itself', 'step_output', 0, step_id, artifact_id FROM step_run_output_artifact"
        )
    history = opened(DatabaseSource(database))
    run = history.run("training_11")
    assert run is not None
    step = steps_of(history, run)[0]
    (itself,) = [each for each in history.inputs(step) or () if each.name == "itself"]
    made = history.producer(itself)
    assert made is not None
    assert made[2] == step
    assert step in history.consumers(itself.output)


def metadata_of(history: History) -> dict[str, object]:
    run = history.run("training_11")
    assert run is not None
    details = history.details(run)
    assert details is not None
    return {name: each.value for name, each in details.metadata.items()}


def history_size(history: History) -> int:
    (mirror,) = history._mirrors
    return Path(mirror.index.file.path).stat().st_size


def steps_of(history: History, run: Run) -> Sequence[Step]:
    return history.steps(run) or ()


def outputs_of(history: History, step: Step) -> Sequence[Output]:
    return history.outputs(step) or ()

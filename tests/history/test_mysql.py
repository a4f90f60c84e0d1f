"""A MySQL store over time: new and deleted runs, no queries for rows while nothing changes, and wrong settings."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymysql
import pytest

from pipesight.history.addresses import MySQL
from pipesight.history.history import History
from pipesight.history.rows import rows
from pipesight.history.sources import SourceBusyError, SourceError
from pipesight.history.sources.database import DatabaseSource
from pipesight.history.sources.tables import Tables
from pipesight.history.sources.zenml_sql import ZenMLSession
from tests.history.conftest import Load, running_mariadb


@pytest.fixture(params=["0.98.0-mysql", "legacy-0.13.2-mysql"])
def address(
    request: pytest.FixtureRequest, unpack_history: Callable[[str], Path], mariadb: Callable[[Path, str], MySQL]
) -> MySQL:
    return mariadb(unpack_history(str(request.param)) / "dump.sql", str(request.param))


@pytest.fixture
def small_letters(tmp_path: Path) -> Iterator[Load]:
    """Start a server that writes all table names in lower case, as on Windows."""
    with running_mariadb(tmp_path, "--lower-case-table-names=1") as load:
        yield load


@pytest.fixture
def modern(unpack_history: Callable[[str], Path], mariadb: Callable[[Path, str], MySQL], tmp_path: Path) -> MySQL:
    """Return a database for this test only."""
    dump = shutil.copy(unpack_history("0.98.0-mysql") / "dump.sql", tmp_path / "dump.sql")
    return mariadb(Path(dump), f"modern_{uuid4().hex}")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[MySQL], History]]:
    histories: list[History] = []

    def open_history(address: MySQL) -> History:
        history = History.open([DatabaseSource(address)], cache_folder=tmp_path / "cache", start=False)
        histories.append(history)
        return history

    yield open_history
    for history in histories:
        history.close()


def execute(address: MySQL, *statements: str) -> None:
    with pymysql.connect(unix_socket=address.socket, user="root", database=address.database) as connection:
        for statement in statements:
            connection.cursor().execute(statement)
        connection.commit()


def copy_row(address: MySQL, table: str, where: str, **new: str) -> None:
    """Insert a copy of a row. `new` has SQL expressions for the columns that differ."""
    with pymysql.connect(unix_socket=address.socket, user="root", database=address.database) as connection:
        cursor = connection.cursor()
        cursor.execute(f"SHOW COLUMNS FROM {table}")
        columns = [str(row[0]) for row in cursor.fetchall()]
    names = ", ".join(f"`{column}`" for column in columns)
    values = ", ".join(new.get(column, f"`{column}`") for column in columns)
    execute(address, f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {where}")


def record_run(address: MySQL, like: str, name: str, when: str = "NOW()") -> None:
    new = {"id": f"'{uuid4().hex}'", "name": f"'{name}'", "created": when, "updated": when}
    copy_row(address, "pipeline_run", f"name = '{like}'", **new, orchestrator_run_id="NULL")


@pytest.mark.parametrize("name", ["0.98.0-mysql", "legacy-0.13.2-mysql"])
def test_a_server_that_writes_table_names_in_small_letters(
    name: str, unpack_history: Callable[[str], Path], mariadb: Load, small_letters: Load
) -> None:
    dump = unpack_history(name) / "dump.sql"
    assert list(rows(DatabaseSource(small_letters(dump, "small")))) == list(rows(DatabaseSource(mariadb(dump, name))))


def test_everything_is_mirrored(address: MySQL, opened: Callable[[MySQL], History]) -> None:
    history = opened(address)
    history.sync_once(full=True)
    assert history.run_count() >= 10
    for run in history.runs():
        for step in history.steps(run) or ():
            assert history.outputs(step) is not None
    assert {"accuracy", "model", "params"} <= {
        output.name for output in history.output_names("training_pipeline", None)
    }
    assert history.stacks()


def test_more_runs_than_come_in_one_batch(
    modern: MySQL, opened: Callable[[MySQL], History], monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = opened(modern)
    everything.sync_once()
    monkeypatch.setattr("pipesight.history.sources.zenml_sql._FIRST", 2)
    record_run(modern, "first_training", "one more")
    everything.refresh()
    everything.sync_once()
    assert everything.run("first_training") is not None
    assert everything.run_count() > 10


def test_nothing_new_is_silent(address: MySQL, opened: Callable[[MySQL], History]) -> None:
    history = opened(address)
    history.sync_once()
    heard: list[None] = []
    history.subscribe(lambda: heard.append(None))
    history.sync_once()
    assert heard == []


def test_new_runs_of_one_second_and_deleted_ones(
    modern: MySQL, opened: Callable[[MySQL], History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.sources.new_runs._COUNT_AGE", 0.0)
    history = opened(modern)
    history.sync_once()
    before = history.run_count()
    for number in range(3):
        record_run(modern, "first_training", f"new {number}", "'2030-01-01 00:00:00'")
        history.sync_once()
        assert history.run(f"new {number}") is not None
    assert history.run_count() == before + 3

    execute(modern, "DELETE FROM pipeline_run WHERE name = 'first_training'")
    history.sync_once()
    assert history.run("first_training") is None
    assert history.run_count() == before + 2


def test_runs_are_counted_rarely(
    modern: MySQL, opened: Callable[[MySQL], History], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = opened(modern)
    history.sync_once()
    asked: list[str] = []
    all_rows = Tables.all

    def listen(tables: Tables, query: Any) -> Any:
        asked.append(str(query))
        return all_rows(tables, query)

    monkeypatch.setattr(Tables, "all", listen)
    record_run(modern, "first_training", "brand new")
    execute(modern, "DELETE FROM pipeline_run WHERE name = 'first_training'")
    history.sync_once()
    assert history.run("brand new") is not None
    assert not any("count(" in query for query in asked)

    monkeypatch.setattr("pipesight.history.sources.new_runs._COUNT_AGE", 0.0)
    history.sync_once()
    assert any("count(" in query for query in asked)
    assert history.run("first_training") is None


@pytest.mark.parametrize("neighbors", [0, 2])
def test_many_new_runs_since_the_last_look(
    neighbors: int, modern: MySQL, opened: Callable[[MySQL], History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.sources.new_runs._NEIGHBORS", neighbors)
    monkeypatch.setattr("pipesight.history.sources.new_runs._COUNT_AGE", 0.0)
    copy_row(modern, "project", "TRUE", id="REVERSE(id)", name="'other'", created="'2030-01-01'")
    history = opened(modern)
    history.sync_once()
    before = history.run_count()
    for number in range(7):
        record_run(modern, "first_training", f"new {number}", f"'2030-01-01 00:00:0{number // 2}'")
    execute(modern, "UPDATE pipeline_run SET project_id = REVERSE(project_id) WHERE name IN ('new 2', 'new 6')")
    monkeypatch.setattr(ZenMLSession, "runs", None)  # nothing needs to be read anew
    history.sync_once()
    assert {run.name for run in history.runs()} & {"new 2", "new 6"} == set()
    assert history.run_count() == before + 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "open sesame"}, "refuses the user 'reader'"),
        ({"username": "nobody", "password": "open sesame"}, "refuses the user 'nobody'"),
        ({"database": "elsewhere"}, "refuses the user|this database does not exist"),
        ({"socket": None, "host": "127.0.0.1", "port": 9}, "cannot be reached"),
        ({"socket": None, "host": "x" * 99}, "characters that cannot be sent"),
        ({"password": "open sesame \N{SNOWMAN}"}, "characters that cannot be sent"),
        ({"ssl": True, "ssl_ca": "/no/such.pem"}, "ssl_ca cannot be read: No such file"),
        ({"ssl": True, "ssl_cert": __file__}, "ssl_cert cannot be read: it contains no private key"),
    ],
)
def test_wrong_addresses(
    wrong: dict[str, object], said: str, modern: MySQL, opened: Callable[[MySQL], History]
) -> None:
    history = opened(replace(modern, **wrong))
    with pytest.raises(SourceError, match=said) as refused:
        history.sync_once()
    assert refused.value.advice
    assert "sesame" not in f"{refused.value!r} {refused.value.advice} {history.state}"


def test_a_server_without_a_connection_left_is_busy(modern: MySQL) -> None:
    execute(modern, "CREATE OR REPLACE USER few@localhost IDENTIFIED BY 'sesame' WITH MAX_USER_CONNECTIONS 1")
    execute(modern, f"GRANT SELECT ON `{modern.database}`.* TO few@localhost")
    source = DatabaseSource(replace(modern, username="few"))
    with source.connect(), pytest.raises(SourceBusyError, match="no connection left"), source.connect():
        pass


def test_a_password_that_only_goes_encrypted(modern: MySQL, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        import_module("pymysql._auth").sha2_rsa_encrypt(b"sesame", bytes(20), b"the server's key")

    monkeypatch.setattr("pymysql._auth._have_cryptography", False)
    monkeypatch.setattr(pymysql.Connection, "connect", connect)
    with pytest.raises(SourceError, match="only encrypted"), DatabaseSource(modern).connect():
        pass


def test_nothing_can_be_written(modern: MySQL) -> None:
    from sqlalchemy import text

    with DatabaseSource(modern).connect() as session:
        assert isinstance(session, ZenMLSession)
        connection = session._tables.connection  # pyright: ignore[reportPrivateUsage]
        with pytest.raises(Exception, match="READ ONLY"):
            connection.execute(text("DELETE FROM pipeline_run"))


@pytest.mark.parametrize("indexed", [True, False])
def test_names_that_differ_in_case_are_two(indexed: bool, modern: MySQL, monkeypatch: pytest.MonkeyPatch) -> None:
    if not indexed:
        monkeypatch.setattr(Tables, "has_index", lambda *_: False)
    first = "pipeline_run_id = (SELECT id FROM pipeline_run WHERE name = 'first_training')"
    execute(modern, f"UPDATE step_run SET name = 'Clean' WHERE name = 'clean' AND {first}")
    with DatabaseSource(modern).connect() as session:
        seen = {step.step for step in session.step_names() if step.pipeline == "training_pipeline"}
    assert {"clean", "Clean", "clean_test"} <= seen

"""The tables of an index, and the functions that make, open and remove its file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, create_mock_engine, select
from sqlalchemy.exc import DatabaseError

from pipesight.history.addresses import sqlite_url

if TYPE_CHECKING:
    from sqlalchemy import ClauseElement, Connection

    from pipesight.history.sources.tables import Query

AT_ONCE = 500  # values bound in one statement. SQLite before 3.32 allows 999
VERSION = 4  # of the tables below. An index with another version is removed and made again
_PATIENCE = 5.0  # seconds for which another process may keep the file locked

_tables = MetaData()
FACTS = Table("fact", _tables, Column("name", String, primary_key=True), Column("value", String, nullable=False))
PIPELINES = Table(
    "pipeline",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("epoch", Integer, nullable=False),
    Column("run_count", Integer, nullable=False, default=0),
    Column("first_run", Integer),
    Column("last_run", Integer),
)
RUNS = Table(
    "run",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("pipeline", Integer),
    Column("status", String, nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("updated", Integer),
    Column("activity", Integer),
    Column("stack", String),
    Column("open", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("mirrored", Integer, nullable=False, default=0),
    Column("details", String),
)
FINDS_RUNS = (  # creating these at the end of a first index is faster than updating them with every row
    Index("run_of_pipeline", RUNS.c.pipeline, RUNS.c.start),
    Index("run_start", RUNS.c.start),
    Index("run_name", RUNS.c.name),
)
Index("run_open", RUNS.c.open, sqlite_where=RUNS.c.open == 1)
STEPS = Table(
    "step",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, index=True),  # not unique, because a store may have one step in two runs
    Column("run", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("entrypoint", String),
    Column("status", String, nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("parameters", String),
    Column("metadata", String),
    Column("failure", String),
    Column("digest", String, nullable=False),
    Column("pipeline", Integer),
    Column("run_start", Integer),
    Index("step_of_run", "run", "position"),
    Index("step_of_pipeline", "pipeline", "name", "run_start"),
)
_OUTPUT_COLUMNS = ("key", "name", "uri", "data_type", "materializer", "type", "artifact", "version", "save_type")
_OUTPUT_DETAILS = ("metadata", "tags", "visualizations")  # as JSON


def _output_columns() -> list[Column[str]]:
    return [
        Column(name, String, nullable=name not in ("key", "name", "uri"))
        for name in (*_OUTPUT_COLUMNS, *_OUTPUT_DETAILS)
    ]


OUTPUTS = Table(
    "output",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    *_output_columns(),
    Index("output_of_step", "step", "position"),
)
INPUTS = Table(
    "input",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("parameter", String, nullable=False),
    Column("kind", String),
    Column("step_key", String, nullable=False),
    Column("run_key", String, nullable=False),
    *_output_columns(),
    Index("input_of_step", "step", "position"),
    Index("input_of_artifact", "key"),
)
ARTIFACTS = Table(
    "artifact",
    _tables,
    Column("position", Integer, primary_key=True),
    Column("step_key", String, nullable=False),
    *_output_columns(),
)
WORDS = Table(
    "word",
    _tables,
    Column("kind", String, primary_key=True),
    Column("name", String, primary_key=True),
)

NOT_MIRRORED, MIRRORED, OUTDATED = 0, 1, 2  # values of `run.mirrored`: the state of the run's steps in the index


def by_age(query: Query) -> Query:
    """Return the query of runs, sorted with the latest start first."""
    return query.order_by(RUNS.c.start.desc(), RUNS.c.id)


def connect(path: Path | str) -> sqlite3.Connection:
    """Open an index: a file, or an index in memory by the name that `in_memory` gave.

    A file is in WAL mode, in which readers never wait for a writer.
    """
    name = path if isinstance(path, str) else sqlite_url(path)
    connection = sqlite3.connect(name, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    if isinstance(path, str):
        return connection
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")  # database pages. A first index waits less for the disk
    return connection


def in_memory() -> str:
    """Return the URL of a new index in memory, which exists as long as a connection to it is open."""
    return f"file:pipesight-{uuid4().hex}?mode=memory&cache=shared"


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn WAL mode on. Setting it ignores SQLite's busy timeout, so retry here."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def has_tables(connection: Connection) -> bool:
    """Return whether this file is an index with the tables above. If the file is empty, create them first."""
    if not _version(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # another process may create them at the same time
        if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0:
            for statement in _definitions():
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
        connection.exec_driver_sql("COMMIT")
    if _version(connection) != VERSION:
        return False
    connection.execute(select(RUNS.c.mirrored).limit(1))
    return True


@cache
def _definitions() -> Sequence[str]:
    """Return the statements that create the tables above. Compiling them takes longer than running them."""
    found: list[str] = []

    def compile_statement(statement: ClauseElement, *_: object) -> None:
        found.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine("sqlite://", compile_statement)
    _tables.create_all(engine, checkfirst=False)
    return found


def _version(connection: Connection) -> int:
    return connection.exec_driver_sql("PRAGMA user_version").scalar() or 0


def remove(path: Path | str) -> None:
    """Remove the file of an index, with SQLite's files `-wal` and `-shm` beside it."""
    for suffix in ("", "-wal", "-shm") if isinstance(path, Path) else ():
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def is_damaged(error: DatabaseError) -> bool:
    """Return whether the file is no database or lacks a table, so that it has to be made again.

    SQLAlchemy raises DatabaseError itself, and no subclass, for a malformed file. A violated constraint is a subclass.
    """
    return type(error) is DatabaseError or "no such" in str(error.orig)


def has_no_room(error: DatabaseError) -> bool:
    """Return whether the disk is full, or the file may not get larger."""
    return any(words in str(error.orig) for words in ("is full", "disk I/O error"))


def cache_folder() -> Path:
    """Return the folder of the user's index files."""
    from platformdirs import user_cache_path

    return user_cache_path("pipesight", appauthor=False) / "history"

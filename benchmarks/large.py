"""Make large histories by multiplying a real one, in SQLite and in a temporary MariaDB."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Protocol

import pymysql

from first_index import MYSQL
from mariadb import load, running
from pipesight.demo.sample import unpack_history

_ARCHIVES = Path(__file__).parents[1] / "tests" / "histories"
_FIRST = datetime(2020, 1, 1)
_AT_ONCE = 10_000  # runs
_RECORDED = "SELECT id FROM pipeline_run WHERE status = 'completed' AND name NOT LIKE 'run_%' ORDER BY created"
_BASE = "first_training"  # the recorded run that each further one is a copy of
_IN_A_HURRY = ("--innodb-buffer-pool-size=512M", "--innodb-flush-log-at-trx-commit=0")
_COPIED = (
    "pipeline_snapshot",
    "step_configuration",
    "pipeline_run",
    "step_run",
    "step_run_output_artifact",
    "step_run_input_artifact",
    "logs",
    "run_metadata",
    "run_metadata_resource",
)
_METADATA = 10  # rows of each step
_TABLES = {"runs": "pipeline_run", "steps": "step_run", "outputs": "step_run_output_artifact"}

Statement = tuple[str, Any]
"""A query and the values of its parameters, as a driver takes them."""


class Store(Protocol):
    """A large history."""

    size: int  # bytes
    address: str  # the file, or `mysql:` and the server's socket

    def rows(self, query: str) -> list[Sequence[Any]]:
        """Return the rows of the query."""
        ...

    def scan(self, statements: Iterable[Statement]) -> int:
        """Read every row of the statements with the driver alone, on one connection. Return the number of rows."""
        ...

    def record_run(self) -> str:
        """Record one more run, as of now. Return its name."""
        ...


class SQLiteStore:
    """A history of so many runs in a file, made if it is not there."""

    def __init__(self, folder: Path, runs: int) -> None:
        self.path = folder / f"{runs}-whole.db"
        if not self.path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            base = next(_unpack("0.98.0", folder / "base").rglob("zenml.db"))
            growing = Path(shutil.copy(base, self.path.with_suffix(".growing")))
            with closing(sqlite3.connect(growing, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("PRAGMA cache_size = -400000")
                _multiply(connection.cursor(), "?", runs)
            growing.rename(self.path)
        self.address = str(self.path)
        self.size = self.path.stat().st_size

    def rows(self, query: str) -> list[Sequence[Any]]:
        with self._opened() as connection:
            return connection.execute(query).fetchall()

    def scan(self, statements: Iterable[Statement]) -> int:
        with self._opened() as connection:
            return sum(1 for query, values in statements for _ in connection.execute(query, values))

    def record_run(self) -> str:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            return _record_run(connection.cursor(), "?")

    def _opened(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True))


class MariaDBStore:
    """A history in the database of a running server."""

    def __init__(self, socket: Path, data: Path) -> None:
        self.socket = socket
        self.address = f"{MYSQL}{socket}"
        self.size = sum(path.stat().st_size for path in (data / "zenml").iterdir())

    def rows(self, query: str) -> list[Sequence[Any]]:
        with _mariadb(self.socket) as connection:
            return _fetched(connection.cursor(), query)

    def scan(self, statements: Iterable[Statement]) -> int:
        found = 0
        with _mariadb(self.socket) as connection, connection.cursor(pymysql.cursors.SSCursor) as cursor:
            for query, values in statements:
                cursor.execute(query, values or None)
                found += sum(1 for _ in cursor)
        return found

    def record_run(self) -> str:
        with _mariadb(self.socket) as connection:
            return _record_run(connection.cursor(), "%s")


@contextmanager
def mariadb_store(folder: Path, runs: int) -> Generator[MariaDBStore]:
    """Start a MariaDB server on such a history, which is made first if it is not there."""
    data = folder / f"mariadb-{runs}-whole"
    growing = data.with_suffix(".growing")
    if not data.exists():
        shutil.rmtree(growing, ignore_errors=True)
        with running(growing, *_IN_A_HURRY) as socket:
            load(socket, _unpack("0.98.0-mysql", folder / "base") / "dump.sql", "zenml")
            with _mariadb(socket) as connection:
                _multiply(connection.cursor(), "%s", runs)
                connection.cursor().execute(f"ANALYZE TABLE {', '.join(_COPIED)}")
        growing.rename(data)
    with running(data, *_IN_A_HURRY) as socket:
        yield MariaDBStore(socket, data)


def _mariadb(socket: Path) -> Any:
    mode = "SET SESSION sql_mode = 'ANSI,PIPES_AS_CONCAT', foreign_key_checks = 0, unique_checks = 0"
    return pymysql.connect(unix_socket=str(socket), user="root", database="zenml", init_command=mode, autocommit=True)


def _unpack(name: str, folder: Path) -> Path:
    return unpack_history(_ARCHIVES / f"{name}.tar.xz", folder)


def counts(store: Store) -> dict[str, int]:
    """Return the number of runs, steps and outputs."""
    return {name: store.rows(f"SELECT count(*) FROM {table}")[0][0] for name, table in _TABLES.items()}


def _multiply(cursor: Any, mark: str, runs: int) -> None:
    base = [row[0] for row in _fetched(cursor, _RECORDED)]
    for start in range(1, runs + 1, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, runs + 1))
        _copy(cursor, mark, ((n, base[n % len(base)], _FIRST + timedelta(minutes=10 * n)) for n in numbers))


def _record_run(cursor: Any, mark: str) -> str:
    number = int(time.time() * 1000) & 0xFFFFFFFF
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    base = _fetched(cursor, f"SELECT id FROM pipeline_run WHERE name = '{_BASE}'")[0][0]
    _copy(cursor, mark, [(number, base, now)])
    return f"run_{number}_{_BASE}"


def _copy(cursor: Any, mark: str, copies: Iterable[tuple[int, str, datetime]]) -> None:
    """Record runs anew: of each the number of the copy, the id of the run that is copied, and when it began.

    Each step comes twice, under two names, and has some metadata of its own.
    """
    columns = "n BIGINT PRIMARY KEY, mark CHAR(8), run CHAR(32), t0 CHAR(26), t1 CHAR(26), t2 CHAR(26), t3 CHAR(26)"
    cursor.execute("DROP TABLE IF EXISTS copy")
    cursor.execute("DROP TABLE IF EXISTS twice")
    cursor.execute("DROP TABLE IF EXISTS logged")
    cursor.execute(f"CREATE TEMPORARY TABLE copy ({columns})")
    cursor.execute("CREATE TEMPORARY TABLE twice AS SELECT '' AS name, '0' AS mark UNION ALL SELECT '_2', '1'")
    digits = " UNION ALL SELECT ".join(f"'{digit}'" for digit in range(1, _METADATA))
    cursor.execute(f"CREATE TEMPORARY TABLE logged AS SELECT '0' AS digit UNION ALL SELECT {digits}")
    cursor.execute("BEGIN")
    cursor.executemany(
        f"INSERT INTO copy VALUES ({', '.join([mark] * 7)})",
        [(n, f"{n:08x}", run, *(str(at + timedelta(seconds=s)) for s in (0, 1, 9, 99))) for n, run, at in copies],
    )
    new = "copy.mark || substr({}, 9)"
    again = "substr(copy.mark || substr({}, 9), 1, 31) || twice.mark"
    value = "substr(copy.mark || substr(s.id, 9), 1, 30) || twice.mark || logged.digit"
    owned = {"snapshot_id": new.format("t.snapshot_id")}
    run = "copy JOIN pipeline_run r ON r.id = copy.run"
    of_run = "t.pipeline_run_id = r.id AND t.project_id = r.project_id"  # as SQLite's only index of it begins
    twice = f"{run} CROSS JOIN twice JOIN step_run t ON {of_run}"
    step = twice.replace("t ON", "s ON").replace("t.", "s.")
    whole = {"created": "copy.t0", "start_time": "copy.t0", "updated": "copy.t3", "end_time": "copy.t3"}
    part = {"created": "copy.t1", "start_time": "copy.t1", "updated": "copy.t2", "end_time": "copy.t2"}
    identity = {"id": new.format("t.id")}
    copied: dict[str, tuple[str, dict[str, str]]] = {
        "pipeline_snapshot": (f"{run} JOIN pipeline_snapshot t ON t.id = r.snapshot_id", identity),
        "step_configuration": (
            f"{run} CROSS JOIN twice JOIN step_configuration t ON t.snapshot_id = r.snapshot_id",
            {**owned, "id": again.format("t.id"), "name": "t.name || twice.name"},
        ),
        "pipeline_run": (
            run.replace(" r ", " t ").replace("r.id", "t.id"),
            {**identity, **owned, **whole, "name": "'run_' || copy.n || '_' || t.name"}
            | {"orchestrator_run_id": new.format("t.orchestrator_run_id")},
        ),
        "step_run": (
            twice,
            {**owned, **part, "id": again.format("t.id"), "name": "t.name || twice.name"}
            | {"pipeline_run_id": new.format("t.pipeline_run_id")},
        ),
        "step_run_output_artifact": (
            f"{step} JOIN step_run_output_artifact t ON t.step_id = s.id",
            {"step_id": again.format("t.step_id")},
        ),
        "step_run_input_artifact": (
            f"{step} JOIN step_run_input_artifact t ON t.step_id = s.id",
            {"step_id": again.format("t.step_id")},
        ),
        "logs": (
            f"{step} JOIN logs t ON t.step_run_id = s.id",
            {
                "id": again.format("t.id"),
                "step_run_id": again.format("s.id"),
                "created": "copy.t1",
                "updated": "copy.t2",
            },
        ),
        "run_metadata": (
            f"{step} CROSS JOIN logged CROSS JOIN (SELECT * FROM run_metadata LIMIT 1) t",
            {"id": value, "key": "'metric_' || logged.digit", "value": "'0.' || copy.n || logged.digit"}
            | {"type": "'float'", "created": "copy.t1", "updated": "copy.t2"},
        ),
        "run_metadata_resource": (
            f"{step} CROSS JOIN logged CROSS JOIN (SELECT * FROM run_metadata_resource LIMIT 1) t",
            {"id": value, "run_metadata_id": value, "resource_type": "'step_run'", "resource_id": again.format("s.id")},
        ),
    }
    for table, (source, changed) in copied.items():
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        names = [column[0] for column in cursor.description]
        values = ", ".join(changed.get(name, f't."{name}"') for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        cursor.execute(f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {source} ORDER BY copy.n")
    cursor.execute("COMMIT")


def _fetched(cursor: Any, query: str) -> list[Sequence[Any]]:
    cursor.execute(query)
    return list(cursor.fetchall())

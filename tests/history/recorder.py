"""Act like a working ZenML: add runs to a real store by copying runs that real ZenML recorded there."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from uuid import uuid4


def now() -> str:
    """Return the time as ZenML stores it."""
    return datetime.now(timezone.utc).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def record_run(database: Path, like: str, name: str, *, status: str = "completed", steps: int | None = None) -> str:
    """Record a run named `name` as a copy of the run `like`, with its first `steps` steps. Return its id."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.row_factory = sqlite3.Row
        (run,) = connection.execute("SELECT * FROM pipeline_run WHERE name = ?", (like,)).fetchall()
        changed = {"name": name, "status": status, "orchestrator_run_id": None, "end_time": None}
        run_id = _copy(connection, "pipeline_run", run, {**changed, "start_time": now()})
        _copy_steps(connection, run["id"], run_id, 0, steps)
    return run_id


def record_steps(database: Path, like: str, run_id: str, *, start: int = 0, end: int | None = None) -> None:
    """Record more steps of a run."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.row_factory = sqlite3.Row
        (run,) = connection.execute("SELECT * FROM pipeline_run WHERE name = ?", (like,)).fetchall()
        _copy_steps(connection, run["id"], run_id, start, end)


def finish_run(database: Path, run_id: str, status: str) -> None:
    """Record the end of a run."""
    with closing(sqlite3.connect(database)) as connection, connection:
        values = {"status": status, "now": now(), "id": run_id}
        connection.execute(
            "UPDATE pipeline_run SET status = :status, end_time = :now, updated = :now WHERE id = :id", values
        )


def delete_run(database: Path, name: str) -> None:
    """Delete a run, and by the store's foreign keys all its rows."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM pipeline_run WHERE name = ?", (name,))


def log_metadata(database: Path, kind: str, object_id: str, key: str) -> None:
    """Log a metadata value of an object, as ZenML 0.98 does."""
    with closing(sqlite3.connect(database)) as connection, connection:
        (project,) = connection.execute("SELECT id FROM project").fetchone()
        row = uuid4().hex
        columns = "id, created, updated, project_id, key, value, type"
        values = [row, now(), now(), project, key, "1", "int"]
        connection.execute(f"INSERT INTO run_metadata ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        connection.execute("INSERT INTO run_metadata_resource VALUES (?, ?, ?, ?)", [uuid4().hex, object_id, kind, row])


def tag(database: Path, kind: str, object_id: str, name: str) -> None:
    """Add a new tag to an object, as ZenML 0.98 does."""
    with closing(sqlite3.connect(database)) as connection, connection:
        row, columns = uuid4().hex, "id, created, updated"
        values = [row, now(), now(), name]
        connection.execute(
            f"INSERT INTO tag ({columns}, name, color, exclusive) VALUES (?, ?, ?, ?, 'blue', 0)", values
        )
        columns += ", tag_id, resource_id, resource_type"
        values = [uuid4().hex, now(), now(), row, object_id, kind]
        connection.execute(f"INSERT INTO tag_resource ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values)


def _copy_steps(connection: sqlite3.Connection, old: str, new: str, start: int, end: int | None) -> None:
    query = "SELECT * FROM step_run WHERE pipeline_run_id = ? ORDER BY rowid"
    for step in connection.execute(query, (old,)).fetchall()[start:end]:
        step_id = _copy(connection, "step_run", step, {"pipeline_run_id": new, "start_time": now(), "end_time": now()})
        query = "SELECT * FROM step_run_output_artifact WHERE step_id = ?"
        for output in connection.execute(query, (step["id"],)).fetchall():
            _insert(connection, "step_run_output_artifact", {**output, "step_id": step_id})


def _copy(connection: sqlite3.Connection, table: str, row: sqlite3.Row, changed: Mapping[str, object]) -> str:
    new = uuid4().hex
    _insert(connection, table, {**row, "id": new, "created": now(), "updated": now(), **changed})
    return new


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> None:
    columns = ", ".join(f'"{name}"' for name in row)
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def newest(database: Path) -> str:
    """Return the name of the run that was recorded last."""
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute("SELECT name FROM pipeline_run ORDER BY rowid DESC LIMIT 1").fetchone()[0])

"""Insert rows into an index by SQL text, because SQLAlchemy costs more per row than SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DatabaseError

from pipesight.history.encoding import INPUT_COLUMNS, OUTPUT_COLUMNS, STEP_COLUMNS
from pipesight.history.index_connection import NOT_MIRRORED, OUTDATED, places
from pipesight.history.model import Status
from pipesight.history.sources.row import batches
from pipesight.history.sources.tables import microseconds

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pipesight.history.sources.stored_runs import StoredRuns

_BOUND = 900  # values bound in one insertion. SQLite before 3.32 allows 999


class _Insertion:
    """The insertion of rows. A statement inserts many of them, because its execution costs as much as a row."""

    def __init__(self, table: str, columns: Sequence[str], conflict: str = "") -> None:
        names = ", ".join(f'"{column}"' for column in columns)
        self._into = f"INSERT INTO {table} ({names}) "
        self._row = places(columns)
        self._conflict = conflict
        self._at_once = _BOUND // len(columns)

    def execute(self, connection: Connection, rows: Sequence[Sequence[object]]) -> None:
        """Insert rows with the values of the columns."""
        whole = len(rows) - len(rows) % self._at_once
        joined = [tuple(chain.from_iterable(part)) for part in batches(rows[:whole], self._at_once)]
        for count, values in ((self._at_once, joined), (1, rows[whole:])):
            if values:
                several = ", ".join([self._row] * count)
                connection.exec_driver_sql(f"{self._into}VALUES {several}{self._conflict}", values)

    def select(self, connection: Connection, query: str, values: Sequence[object]) -> None:
        """Insert the rows that a query with a condition selects."""
        connection.exec_driver_sql(f"{self._into}{query}{self._conflict}", tuple(values))


# The upsert keeps known values if the new row lacks them: the list of runs of a server lacks their times. It marks
# mirrored steps as outdated if the run has changed.
_SAME = "run.status = excluded.status AND run.updated IS excluded.updated"
INSERT_RUNS = _Insertion(
    "run",
    ("key", "name", "pipeline", "status", "start", "end", "updated", "activity", "stack", "open", "epoch", "mirrored"),
    f"""
    ON CONFLICT ("key") DO UPDATE SET
        name = excluded.name,
        pipeline = excluded.pipeline,
        status = excluded.status,
        start = CASE
            WHEN {_SAME} AND excluded."end" IS NULL AND run."end" IS NOT NULL THEN run.start ELSE excluded.start END,
        "end" = CASE WHEN {_SAME} THEN coalesce(excluded."end", run."end") ELSE excluded."end" END,
        updated = excluded.updated,
        activity = max(excluded.activity, coalesce(run.activity, 0)),
        stack = coalesce(excluded.stack, run.stack),
        open = excluded.open,
        epoch = max(excluded.epoch, run.epoch),
        mirrored = CASE WHEN {_SAME} OR run.mirrored = {NOT_MIRRORED} THEN run.mirrored ELSE {OUTDATED} END
    """,
)
INSERT_STEPS = _Insertion("step", ("id", "run", "position", "pipeline", "run_start", "digest", *STEP_COLUMNS))
INSERT_OUTPUTS = _Insertion("output", ("step", "position", *OUTPUT_COLUMNS))
INSERT_INPUTS = _Insertion("input", ("step", "position", *INPUT_COLUMNS))
INSERT_ARTIFACTS = _Insertion("artifact", ("position", "step_key", *OUTPUT_COLUMNS))


def copy_runs(connection: Connection, runs: StoredRuns, epoch: int) -> bool:
    """Copy runs from the file of a store in a transaction, after which the file has to be detached.

    Return False if that is not possible: the file cannot be attached or read, or the index lacks a pipeline.
    """
    connection.exec_driver_sql("SAVEPOINT copying")
    try:
        driver: Any = connection.connection.dbapi_connection
        driver.create_function("microseconds", 1, microseconds, deterministic=True)
        connection.exec_driver_sql(f"ATTACH ? AS {STORE}", (runs.url,))
        INSERT_RUNS.select(connection, _COPIED.format(query=runs.query), (epoch, *runs.values))
    except DatabaseError:
        connection.exec_driver_sql("ROLLBACK TO copying")
        return False
    finally:
        connection.exec_driver_sql("RELEASE copying")
    return True


def _time(column: str) -> str:
    """Return a time of a store in microseconds since the epoch as SQL.

    SQLite converts texts as ZenML writes them, without Python and so without its lock. Python converts all others.
    """
    seconds = f"strftime('%s', {column}) * 1000000"
    return f"""CASE
        WHEN substr({column}, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]'
        THEN coalesce({seconds} + substr({column}, 21), microseconds({column}))
        WHEN {column} GLOB '{_WHOLE_SECONDS}' THEN coalesce({seconds}, microseconds({column}))
        WHEN {column} IS NOT NULL THEN microseconds({column}) END"""


_WHOLE_SECONDS = "dddd-dd-dd dd:dd:dd".replace("d", "[0-9]")
STORE = "store"  # the name of the attached file
_OPEN = ", ".join(f"'{status.value}'" for status in Status if not status.is_finished)
# No run has no name, so a run whose pipeline the index lacks is an error. `LIMIT` makes SQLite convert times only once.
_COPIED = f"""
SELECT
    stored.id,
    CASE WHEN named.name IS NULL OR known.id IS NOT NULL THEN stored.name END,
    known.id,
    coalesce(nullif(stored.status, ''), '{Status.UNKNOWN.value}'),
    stored.started,
    stored.ended,
    stored.changed,
    stored.changed,
    NULL,
    coalesce(stored.status IN ({_OPEN}), 0),
    ?,
    {NOT_MIRRORED}
FROM (
    SELECT
        *,
        {_time("start")} AS started,
        {_time("end_time")} AS ended,
        {_time("updated")} AS changed
    FROM ({{query}}) ORDER BY position DESC LIMIT -1
) AS stored
LEFT JOIN {STORE}.pipeline AS named ON named.id = stored.pipeline_id
LEFT JOIN main.pipeline AS known ON known.name = named.name
WHERE true
"""

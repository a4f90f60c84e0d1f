"""Insert rows into an index by SQL text, because SQLAlchemy costs more per row than SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from pipesight.history.encoding import INPUT_COLUMNS, OUTPUT_COLUMNS, STEP_COLUMNS
from pipesight.history.index_connection import NOT_MIRRORED, OUTDATED, places
from pipesight.history.sources.row import batches

if TYPE_CHECKING:
    from sqlalchemy import Connection

_BOUND = 900  # values bound in one insertion. SQLite before 3.32 allows 999


class _Insertion:
    """The insertion of rows. A statement inserts many of them, because its execution costs as much as a row."""

    def __init__(self, table: str, columns: Sequence[str], conflict: str = "") -> None:
        names = ", ".join(f'"{column}"' for column in columns)
        self._into = f"INSERT INTO {table} ({names}) VALUES "
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
                connection.exec_driver_sql(f"{self._into}{several}{self._conflict}", values)


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

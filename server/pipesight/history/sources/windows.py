"""Find the rows of runs by their time of recording, in large SQLite tables that have no index for them.

Row numbers grow with time, so a binary search over the row numbers finds the rows of a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from pipesight.history.sources.row import Row
from pipesight.history.sources.tables import SQLQuery, Tables, microseconds

FEW = 20_000  # rows up to which scanning a table is faster than a search
_NEAR = 500  # rows up to which a window may be too large, because scanning them is faster than a further statement
_SLACK = 3_600_000_000  # microseconds by which the clocks of writers may differ


class TimeSpan(NamedTuple):
    """A span of time in microseconds since the epoch, including both ends."""

    first: int
    last: int


class Windows:
    """The tables of a ZenML store, searched by time."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def spans(self, run_ids: Collection[str]) -> dict[str, TimeSpan]:
        """Return the time span in which the rows of each run were recorded, by run id."""
        run = self._tables["pipeline_run"].c
        ends = [run[name] for name in ("end_time", "updated") if name in run]
        found: dict[str, TimeSpan] = {}
        for id_, created, *times in self._tables.among(select(run.id, run.created, *ends), run.id, run_ids):
            begin = microseconds(created) or 0
            last = max([begin, *(microseconds(time) or 0 for time in times)])
            found[id_] = TimeSpan(begin - _SLACK, last + _SLACK)
        return found

    def near(self, run_ids: Collection[str]) -> Collection[TimeSpan]:
        """Return the time spans of these runs. Return none for MySQL, which has indexes for its searches."""
        return self.spans(run_ids).values() if self._tables.is_sqlite else ()

    def among(
        self, query: SQLQuery, table: str, key: str, values: Collection[str], spans: Collection[TimeSpan]
    ) -> Iterator[Row]:
        """Yield the rows of the table whose `key` is one of the values and that were recorded within the spans.

        Without spans the whole table is searched, which may take seconds.
        """
        column = self._tables[table].c[key]
        if not spans or not self.is_needed(table, key):
            yield from self._tables.among(query, column, values)
            return
        # The windows of two spans may overlap. They are merged as well, so that no row comes twice.
        row = self._tables[table].c.rowid
        for first, last in merged([self._window(table, *span) for span in merged(spans)]):
            yield from self._tables.among(query.where(row >= first, row <= last), column, values)

    def is_needed(self, table: str, key: str) -> bool:
        """Return True for a large table of a SQLite file without an index that begins with `key`."""
        return self._tables.is_sqlite and self._newest(table) > FEW and not self._tables.has_index(table, key)

    def within(self, table: str, span: TimeSpan) -> ColumnElement[bool]:
        """Return the condition that a row of the table was recorded in the span."""
        row, (first, last) = self._tables[table].c.rowid, self._window(table, *span)
        return and_(row >= first, row <= last)

    def _window(self, table: str, first: int, last: int) -> tuple[int, int]:
        """Return the row numbers between which all rows of a time span are."""
        return self._around(table, first)[0], self._around(table, last)[1] + 1

    def _newest(self, table: str) -> int:
        return self._tables.value(select(func.max(self._tables[table].c.rowid))) or 0

    def _around(self, table: str, time: int) -> tuple[int, int]:
        """Return the lowest and the highest number that the first row can have that was recorded at a time or later.

        If no row was recorded then, it is the number after the newest row. The search strides back from the newest row,
        because most of the requested runs are recent.
        """
        row, timed = self._tables[table].c.rowid, self._timed(table)
        low, high, stride = 0, self._newest(table) + 1, _NEAR
        while high - low > _NEAR:
            middle = max(high - stride, (low + high) // 2) if stride else (low + high) // 2
            found = self._tables.one(timed.where(row >= middle).order_by(row).limit(1))
            if found is None or (microseconds(found[1]) or 0) >= time:
                high, stride = middle, stride * 2
            else:
                low, stride = max(int(found[0]), middle) + 1, 0
        return low, high

    def _timed(self, table: str) -> SQLQuery:
        """Return the query of the row numbers and times of a table. The rows of a link table have their step's time."""
        rows, step = self._tables[table], self._tables["step_run"]
        if "created" in rows.c:
            return select(rows.c.rowid, rows.c.created)
        return select(rows.c.rowid, step.c.created).join(step, step.c.id == rows.c.step_id)


def merged(spans: Collection[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Return spans, including both ends, that cover the same numbers and do not overlap."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found

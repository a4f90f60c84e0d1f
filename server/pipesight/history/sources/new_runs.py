"""Find the runs that ZenML recorded since a mark: by row number in SQLite, and by time of recording in MySQL."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, literal, select

from pipesight.history.sources.row import Row
from pipesight.history.sources.tables import SQLQuery, Tables, microseconds

_NEIGHBORS = 50  # runs before the mark that are read again, because ZenML may still change a finished run
_COUNT_AGE = 10.0  # seconds after which all runs are counted again. MySQL scans an index to count


class Recorded(NamedTuple):
    """The new mark, the number of runs, and the ids of the runs recorded since the old mark.

    `ids` also contains some known runs. It is None if all runs have to be read, for example after a deletion.
    """

    mark: str
    total: int
    ids: Sequence[str] | None


class _LastRun(NamedTuple):
    """The run that was recorded last, its position, and the number of runs at that time."""

    position: int
    run: str
    total: int


class RowOrder:
    """The runs of a SQLite file in the order of their row numbers, which is the order of recording."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._run = tables["pipeline_run"]
        self.position: ColumnElement[Any] = self._run.c.rowid

    def newest_first(self, query: SQLQuery) -> SQLQuery:
        """Return the query of runs, sorted with the run recorded last first."""
        return query.order_by(self.position.desc())

    def since(self, known: str | None) -> Recorded:
        """Return the runs recorded since the mark `known`."""
        total = select(func.count()).select_from(self._run).scalar_subquery()
        newest = self._tables.one(self.newest_first(select(self.position, self._run.c.id, total)).limit(1))
        now = _LastRun(*newest) if newest else _LastRun(0, "", 0)
        return Recorded(json.dumps(now), now.total, self._ids(_LastRun(*json.loads(known)), now) if known else None)

    def _ids(self, then: _LastRun, now: _LastRun) -> list[str] | None:
        """Return the ids of the runs after `then`, and of some before it. None if runs were deleted or renumbered.

        No run was deleted if the total has grown by exactly the number of rows after `then`.
        """
        anchor = self._tables.one(select(self.position).where(self._run.c.id == then.run))
        if anchor is None or anchor[0] != then.position:
            return None
        later = select(func.count()).where(self.position > then.position, self.position <= now.position)
        if now.total != then.total + self._tables.value(later):
            return None
        near = select(self._run.c.id).where(self.position > then.position - _NEIGHBORS)
        return [row[0] for row in self._tables.all(self.newest_first(near))]


class TimeOrder:
    """The runs of one project in a MySQL database in the order of their time of recording, which has whole seconds.

    Since 0.96.4, ZenML has an SQL index of these times in each project.
    """

    def __init__(self, tables: Tables, project_column: str, project: str | None) -> None:
        self._tables = tables
        self._run = tables["pipeline_run"]
        self._mine: list[ColumnElement[bool]] = [self._run.c[project_column] == project] if project else []
        self.position: ColumnElement[Any] = self._run.c.created

    def newest_first(self, query: SQLQuery) -> SQLQuery:
        """Return the query of runs, sorted with the run recorded last first."""
        return query.order_by(self.position.desc(), self._run.c.id.desc())

    def since(self, known: str | None) -> Recorded:
        """Return the runs recorded since the mark `known`. The mark advances only when the runs are counted again."""
        memory = self._tables.memory
        counts = known is None or time.monotonic() - memory.counted_at > _COUNT_AGE
        newest = self._newest(counts)
        then = _LastRun(*json.loads(known)) if known else _LastRun(0, "", 0)
        if not counts:
            return Recorded(known or "", then.total, self._ids(then, newest, None))
        memory.counted_at = time.monotonic()
        now = (
            _LastRun(microseconds(newest[0].created) or 0, newest[0].id, newest[0].total)
            if newest
            else _LastRun(0, "", 0)
        )
        return Recorded(json.dumps(now), now.total, self._ids(then, newest, now.total) if known else None)

    def _ids(self, then: _LastRun, newest: Sequence[Row], count: int | None) -> list[str] | None:
        """Return the ids of the runs since `then`, and of some before it. None if runs were deleted.

        Without `count` only the deletion of the marked run is noticed.
        """
        anchor = self._tables.one(select(self.position).where(self._run.c.id == then.run))
        if not newest or anchor is None or microseconds(anchor[0]) != then.position:
            return None
        times = {row.id: row.created for row in newest}
        if newest[-1].created >= anchor[0]:
            between = self.position.between(anchor[0], newest[-1].created)
            query = select(self._run.c.id, self.position).where(between, *self._mine)
            times.update((id_, at) for id_, at in self._tables.all(query))
        if count is not None:
            # Runs of the same second as the mark may have been recorded before or after it.
            later, same_second = (
                sum(test(at) for at in times.values()) for test in (anchor[0].__lt__, anchor[0].__eq__)
            )
            if not 0 <= count - then.total - later < same_second:
                return None
        return list(times)

    def _newest(self, counts: bool) -> Sequence[Row]:
        """Return the newest runs. With `counts` each row has the number of all runs as `total`."""
        run, size = self._run.c, _NEIGHBORS + 1
        all_runs = select(func.count()).select_from(self._run).where(*self._mine).scalar_subquery()
        query = select(run.created, run.id, (all_runs if counts else literal(0)).label("total"))
        return self._tables.all(self.newest_first(query.where(*self._mine)).limit(size))

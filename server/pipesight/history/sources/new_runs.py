"""The runs that ZenML recorded since the last look: by row number in SQLite, and by time of recording in MySQL."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, literal, select

from pipesight.history.sources.tables import Query, Row, Tables, microseconds

_NEIGHBOURS = 50  # runs before the mark that are looked at again: what finished may still be corrected
_COUNT_AGE = 10.0  # seconds for which a count of all runs is good enough: a MySQL server scans an index for it


class Recorded(NamedTuple):
    """The end of the record (`mark`), the number of its runs, and the ids of those recorded since the mark before.

    `ids` also has some that were known; it is None when only reading all runs can tell, as when some were deleted.
    """

    mark: str
    total: int
    ids: Sequence[str] | None


class _Mark(NamedTuple):
    """The run that was recorded last, and how many there were."""

    position: int
    run: str
    total: int


class RowOrder:
    """The runs of a SQLite file: what was recorded later has the greater row number."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._run = tables["pipeline_run"]
        self.position: ColumnElement[Any] = self._run.c.rowid

    def newest_first(self, query: Query) -> Query:
        """Return the query's runs, the one recorded last first."""
        return query.order_by(self.position.desc())

    def since(self, known: str | None) -> Recorded:
        """Return the runs recorded since `known`."""
        total = select(func.count()).select_from(self._run).scalar_subquery()
        newest = self._tables.one(self.newest_first(select(self.position, self._run.c.id, total)).limit(1))
        now = _Mark(*newest) if newest else _Mark(0, "", 0)
        return Recorded(json.dumps(now), now.total, self._ids(_Mark(*json.loads(known)), now) if known else None)

    def _ids(self, then: _Mark, now: _Mark) -> list[str] | None:
        anchor = self._tables.one(select(self.position).where(self._run.c.id == then.run))
        if anchor is None or anchor[0] != then.position:
            return None
        later = select(func.count()).where(self.position > then.position, self.position <= now.position)
        if now.total != then.total + self._tables.value(later):
            return None
        near = select(self._run.c.id).where(self.position > then.position - _NEIGHBOURS)
        return [row[0] for row in self._tables.all(self.newest_first(near))]


class TimeOrder:
    """The runs of one project in a MySQL database: they have the time of recording, in whole seconds.

    Releases from 0.96.4 on have an index of the times in each project.
    """

    def __init__(self, tables: Tables, project_column: str, project: str | None) -> None:
        self._tables = tables
        self._run = tables["pipeline_run"]
        self._mine: list[ColumnElement[bool]] = [self._run.c[project_column] == project] if project else []
        self.position: ColumnElement[Any] = self._run.c.created

    def newest_first(self, query: Query) -> Query:
        """Return the query's runs, the one recorded last first."""
        return query.order_by(self.position.desc(), self._run.c.id.desc())

    def since(self, known: str | None) -> Recorded:
        """Return the runs recorded since `known`. The mark advances only when the runs are counted again."""
        memory = self._tables.memory
        counts = known is None or time.monotonic() - memory.counted_at > _COUNT_AGE
        newest = self._newest(counts)
        then = _Mark(*json.loads(known)) if known else _Mark(0, "", 0)
        if not counts:
            return Recorded(known or "", then.total, self._ids(then, newest, None))
        memory.counted_at = time.monotonic()
        now = _Mark(microseconds(newest[0].created) or 0, newest[0].id, newest[0].total) if newest else _Mark(0, "", 0)
        return Recorded(json.dumps(now), now.total, self._ids(then, newest, now.total) if known else None)

    def _ids(self, then: _Mark, newest: Sequence[Row], count: int | None) -> list[str] | None:
        anchor = self._tables.one(select(self.position).where(self._run.c.id == then.run))
        if not newest or anchor is None or microseconds(anchor[0]) != then.position:
            return None
        times = {row.id: row.created for row in newest}
        if newest[-1].created >= anchor[0]:
            between = self.position.between(anchor[0], newest[-1].created)
            query = select(self._run.c.id, self.position).where(between, *self._mine)
            times.update((id_, at) for id_, at in self._tables.all(query))
        if count is not None:
            # Runs of the mark's own second may be older or newer than the mark.
            later, same_second = (
                sum(test(at) for at in times.values()) for test in (anchor[0].__lt__, anchor[0].__eq__)
            )
            if not 0 <= count - then.total - later < same_second:
                return None
        return list(times)

    def _newest(self, counts: bool) -> Sequence[Row]:
        """Return the newest runs, and with `counts` also how many there are."""
        run, size = self._run.c, _NEIGHBOURS + 1
        all_runs = select(func.count()).select_from(self._run).where(*self._mine).scalar_subquery()
        query = select(run.created, run.id, (all_runs if counts else literal(0)).label("total"))
        return self._tables.all(self.newest_first(query.where(*self._mine)).limit(size))

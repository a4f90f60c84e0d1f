"""Runs in a SQLite file, which an index copies in SQL. Making an object of each run would take twice as long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import overload

from pipesight.history.sources.records import RunRecord


class StoredRuns(Sequence[RunRecord]):
    """A batch of runs that is read only if it is not copied.

    `query` with its `values` selects id, name, pipeline_id, status, start, end_time and updated in the file of `url`,
    in the order of `position`, the greatest first. Texts of times are in UTC.
    """

    def __init__(self, url: str, query: str, values: Sequence[object], read: Callable[[], Sequence[RunRecord]]) -> None:
        self.url = url
        self.query = query
        self.values = values
        self._read = read

    @cached_property
    def _records(self) -> Sequence[RunRecord]:
        return self._read()

    @overload
    def __getitem__(self, place: int, /) -> RunRecord: ...
    @overload
    def __getitem__(self, place: slice, /) -> Sequence[RunRecord]: ...
    def __getitem__(self, place: int | slice, /) -> RunRecord | Sequence[RunRecord]:
        return self._records[place]

    def __len__(self) -> int:
        return len(self._records)

"""The columns of a table: sums, distributions, and what changed since the run before."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.outputs.preview import Column
from pipesight.outputs.queries import ColumnProfile, ColumnStatistics
from pipesight.pages.contract.run_view import RunFacts


@dataclass(frozen=True, slots=True)
class TableSummary:
    """The columns of a table, summed up over the rows that were asked for."""

    columns: tuple[ColumnStatistics, ...]


@dataclass(frozen=True, slots=True)
class TableProfile:
    """The shown columns of a table, with how their values are distributed over the rows that were asked for."""

    columns: tuple[ColumnProfile, ...]


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """A column whose type is another than in the run before."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SchemaDrift:
    """How the columns of a table differ from those in the last run before that has the output."""

    run: RunFacts
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[ChangedColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class TableColumns:
    """All columns of a table. The first `index` of them are the frame's index.

    A type is "" where a file does not say it. Without `drift`, nothing differs or there is no run before.
    """

    columns: tuple[Column, ...]
    index: int = 0
    drift: SchemaDrift | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written, and the number of its rows."""

    file: str
    rows: int

"""The columns of a table: their statistics, distributions, and changes since the run before."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.outputs.preview import Column
from pipesight.outputs.queries import ColumnProfile, ColumnStatistics
from pipesight.pages.contract.run_view import RunFacts


@dataclass(frozen=True, slots=True)
class TableSummary:
    """The statistics of the columns of a table over the requested rows."""

    columns: tuple[ColumnStatistics, ...]


@dataclass(frozen=True, slots=True)
class TableProfile:
    """The distributions of the values in the shown columns of a table over the requested rows."""

    columns: tuple[ColumnProfile, ...]


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """A column whose type differs from the run before."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SchemaDrift:
    """The changes of a table's columns since the newest earlier run that has the output."""

    run: RunFacts
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[ChangedColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class TableColumns:
    """All columns of a table. The first `index` columns are the index of the data frame.

    The type of a column is "" if the file does not have it. Without `drift`, nothing differs or there is no earlier
    run.
    """

    columns: tuple[Column, ...]
    index: int = 0
    drift: SchemaDrift | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """The path of the written file, and the number of its rows."""

    file: str
    rows: int

"""The differences between two outputs, as plain data that a page, a document and a terminal can each render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pipesight.outputs.preview import Column, Image, from_fields
from pipesight.outputs.queries import ColumnStatistics, column_statistics

ComparedKind = Literal["number", "tree", "table", "array", "image", "text", "other"]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value of a tree that differs, as JSON text. A side that lacks it is None.

    For two numbers, `change` is right minus left, and `percent` is the same in percent of left.
    """

    name: str
    left: str | None = None
    right: str | None = None
    change: float | None = None
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class Retyped:
    """A column whose type differs between left and right."""

    name: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """The statistics of a column on both sides, and the number of matched rows in which its cells differ."""

    name: str
    changed: int
    left: ColumnStatistics | None = None
    right: ColumnStatistics | None = None


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that differs. A side that lacks the row is None."""

    column: str
    left: object = None
    right: object = None


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that differs. `row` has the values of the keys, or the number of the row."""

    change: Literal["added", "removed", "changed"]
    row: tuple[object, ...]
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class RowChanges:
    """The numbers of rows that differ among the `compared` ones, and the first of them.

    `is_whole` is True if all rows were compared.
    """

    added: int
    removed: int
    changed: int
    shown: tuple[RowChange, ...]
    compared: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class TableChanges:
    """The differences between two tables.

    `rows` are the numbers of rows, None if they were not counted. `keys` are the columns by which rows were matched.
    Without keys, rows at the same position were compared. `changes` is None if rows could not be compared.
    """

    rows: tuple[int | None, ...]
    added: tuple[Column, ...] = ()
    removed: tuple[Column, ...] = ()
    retyped: tuple[Retyped, ...] = ()
    columns: tuple[ColumnChange, ...] = ()
    keys: tuple[str, ...] = ()
    changes: RowChanges | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ArrayChanges:
    """The differences between two arrays: shapes, types, and for equal shapes the numbers.

    `differing` of the `compared` numbers differ. `largest` is the largest |difference|, between `values` at index `at`.
    """

    shapes: tuple[str, ...]
    dtypes: tuple[str, ...]
    count: int
    compared: int = 0
    differing: int = 0
    largest: float | None = None
    at: str | None = None
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueComparison:
    """The differences between two values. `kind` says which of the fields has them.

    `left` and `right` are summaries. A tree has `changes`, and a text has `patch` (the hunks of a unified diff).
    `added`, `removed` and `changed` count values of a tree, or lines of a text.
    """

    kind: ComparedKind
    left: str
    right: str
    changes: tuple[ValueChange, ...] = ()
    added: int = 0
    removed: int = 0
    changed: int = 0
    table: TableChanges | None = None
    array: ArrayChanges | None = None
    images: tuple[Image, ...] = ()
    patch: str | None = None
    note: str | None = None


def comparison_from_json(data: Mapping[str, Any]) -> ValueComparison:
    """Return the comparison that the reader wrote.

    Raises ValueError for other data.
    """
    try:
        if data["kind"] not in get_args(ComparedKind):
            raise ValueError(f"no kind of comparison: {data['kind']!r}")
        table, array = data.get("table"), data.get("array")
        return from_fields(
            ValueComparison,
            data,
            changes=tuple(from_fields(ValueChange, each) for each in data.get("changes", ())),
            images=tuple(from_fields(Image, each) for each in data.get("images", ())),
            table=_table(table) if table is not None else None,
            array=_array(array) if array is not None else None,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a comparison: {error!r}") from error


def _table(data: Mapping[str, Any]) -> TableChanges:
    changes = data.get("changes")
    return from_fields(
        TableChanges,
        data,
        rows=tuple(data["rows"]),
        added=tuple(from_fields(Column, each) for each in data["added"]),
        removed=tuple(from_fields(Column, each) for each in data["removed"]),
        retyped=tuple(from_fields(Retyped, each) for each in data["retyped"]),
        columns=tuple(_column(each) for each in data.get("columns", ())),
        keys=tuple(map(str, data.get("keys", ()))),
        changes=None if changes is None else _row_changes(changes),
    )


def _column(data: Mapping[str, Any]) -> ColumnChange:
    sides = {side: column_statistics(data[side]) if data[side] is not None else None for side in ("left", "right")}
    return from_fields(ColumnChange, data, **sides)


def _row_changes(data: Mapping[str, Any]) -> RowChanges:
    return from_fields(RowChanges, data, shown=tuple(map(_row, data["shown"])))


def _row(data: Mapping[str, Any]) -> RowChange:
    cells = tuple(from_fields(CellChange, each) for each in data["cells"])
    return from_fields(RowChange, data, row=tuple(data["row"]), cells=cells)


def _array(data: Mapping[str, Any]) -> ArrayChanges:
    lists = {name: tuple(data.get(name, ())) for name in ("shapes", "dtypes", "values")}
    return from_fields(ArrayChanges, data, **lists)

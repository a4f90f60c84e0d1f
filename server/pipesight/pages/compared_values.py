"""Describe the differences of an output between two runs: in one line, and in the blocks of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipesight.outputs.comparison import (
    ArrayChanges,
    ColumnChange,
    RowChange,
    TableChanges,
    ValueChange,
    ValueComparison,
)
from pipesight.outputs.preview import Column

from .page import Block, Grid, Line, Preformatted
from .sparkline import moved
from .words import CELL, cell_text, count, first_names, json_text, one_line

_NAMED = 5  # columns that a line names
_STATISTICS = ("type", "missing", "distinct", "min", "max", "mean")


def digest(found: ValueComparison) -> str:
    """Return the differences of two values in one line, such as `2 columns added, 14 rows changed`."""
    match found.kind:
        case "number" if found.changes:
            (change,) = found.changes
            return f"{change.left} → {change.right} {moved(change.change, change.percent)}".rstrip()
        case "tree":
            return _counts(found.changed, found.added, found.removed, "value")
        case "text":
            return f"{count(found.added, 'line')} added, {found.removed:,} removed" if found.patch else "The same text"
        case "table" if found.table is not None:
            return _table_digest(found.table)
        case "array" if found.array is not None:
            return _array_digest(found.array)
        case _:
            return _arrow(found.left, found.right) if found.left != found.right else found.left


def blocks(found: ValueComparison) -> Iterator[Block]:
    """Yield the differences in detail as blocks of a page."""
    if found.changes and found.kind != "number":
        yield Grid(("value", "left", "right", "change"), [_value(each) for each in found.changes])
        yield from _more(found.changed + found.added + found.removed - len(found.changes), "change")
    if found.patch:
        yield Preformatted(found.patch, "diff")
    if found.table is not None:
        yield from _table(found.table)
    if found.array is not None and found.array.largest is not None:
        values = " and ".join(one_line(json_text(value), CELL) for value in found.array.values)
        yield Line(f"The largest difference is {found.array.largest:.6g} at {found.array.at}, between {values}.")
    if found.note:
        yield Line(found.note)


def _counts(changed: int, added: int, removed: int, word: str) -> str:
    """Return text such as `3 values changed, 1 added`. Only the first number has the noun."""
    pairs = [(changed, "changed"), (added, "added"), (removed, "removed")]
    parts = [(number, verb) for number, verb in pairs if number]
    if not parts:
        return f"No {word} differs"
    first, *others = parts
    return ", ".join([f"{count(first[0], word)} {first[1]}", *(f"{number:,} {verb}" for number, verb in others)])


def _table_digest(table: TableChanges) -> str:
    left, right = table.rows
    rows = f"{_number(left)} → {_number(right)} rows" if left != right else ""
    changes = table.changes
    named = [
        _named(table.added, "added"),
        _named(table.removed, "removed"),
        f"{count(len(table.retyped), 'column')} of another type" if table.retyped else "",
    ]
    cells = _counts(changes.changed, changes.added, changes.removed, "row") if changes is not None else ""
    part = f" (of the first {changes.compared:,})" if changes is not None and not changes.is_whole else ""
    return ", ".join(filter(None, (*named, rows, cells + part)))


def _named(columns: Sequence[Column], verb: str) -> str:
    if not columns:
        return ""
    names = first_names([column.name for column in columns], _NAMED, str)
    return f"{count(len(columns), 'column')} {verb} ({names})"


def _array_digest(array: ArrayChanges) -> str:
    layout = [_arrow(*pair) for pair in (array.shapes, array.dtypes) if pair[0] != pair[1]]
    if not array.compared:
        return ", ".join(layout) or "The numbers are not compared"
    part = (
        f" of the first {array.compared:,} numbers" if array.compared < array.count else f" of {array.count:,} numbers"
    )
    largest = f", max |difference| {array.largest:.6g}" if array.largest is not None else ""
    differing = f"{array.differing:,}{part} differ" if array.differing else "No number differs"
    return ", ".join([*layout, differing + largest])


def _table(table: TableChanges) -> Iterator[Block]:
    if table.retyped:
        rows = [(each.name, each.left, each.right) for each in table.retyped]
        yield Grid(("column", "type on the left", "type on the right"), rows)
    if table.columns:
        yield Grid(("column", *_STATISTICS, "cells that differ"), [_column(each) for each in table.columns])
    changes = table.changes
    if changes is not None and changes.shown:
        matched = f"matched by {', '.join(table.keys)}" if table.keys else "matched by their position"
        yield Line(f"Rows that differ, {matched}:")
        cells = [cell for row in changes.shown for cell in _cells(row)]
        yield Grid(("row", "change", "column", "left", "right"), cells)
        yield from _more(changes.added + changes.removed + changes.changed - len(changes.shown), "row")
    if table.note:
        yield Line(table.note)


def _column(column: ColumnChange) -> tuple[str, ...]:
    left, right = column.left, column.right
    sides = [(getattr(left, name, None), getattr(right, name, None)) for name in _STATISTICS]
    return (
        column.name,
        *(_arrow(cell_text(one), cell_text(other)) for one, other in sides),
        f"{column.changed:,}",
    )


def _cells(row: RowChange) -> Iterator[tuple[str, ...]]:
    name = ", ".join(map(cell_text, row.row))
    for cell in row.cells:
        yield name, row.change, cell.column, cell_text(cell.left), cell_text(cell.right)
        name = ""


def _value(change: ValueChange) -> tuple[str, ...]:
    left, right = (one_line(side, CELL) if side is not None else "" for side in (change.left, change.right))
    return change.name, left, right, moved(change.change, change.percent)


def _more(number: int, word: str) -> Iterator[Line]:
    if number > 0:
        yield Line(f"and {count(number, word)} more")


def _arrow(left: str, right: str) -> str:
    return left if left == right else f"{left} → {right}"


def _number(rows: int | None) -> str:
    return "many" if rows is None else f"{rows:,}"

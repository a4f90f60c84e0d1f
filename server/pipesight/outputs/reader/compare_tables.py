"""Compare two tables: their columns, numbers of rows, statistics of columns, and rows by a key or by position."""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from .bounds import CELL, Picture, cell, clip
from .compare_trees import is_same
from .problem import Problem
from .profile import Summary
from .query import Engines, summed
from .scan import Selection
from .table_preview import dtype
from .untyped import Untyped
from .whole_table import Piece, Report, WholeTable

_CELLS = 200_000  # cells of a table up to which its rows are compared
_ROWS = 100  # differing rows in an answer
_ROW_CELLS = 12  # cells of a differing row in an answer
_COLUMNS = 100  # columns whose statistics an answer contains
_NAME = 200  # characters of a name
_KEY = re.compile(r"(?:.*[_\W])?(?:id|uuid|key)|.*I[Dd]", re.DOTALL)


class TableSide(NamedTuple):
    """A table, and the engines that read it."""

    table: WholeTable
    engines: Engines


class PictureTable(WholeTable):
    """The rows of a preview as a table, for formats that cannot be queried."""

    def __init__(self, picture: Picture) -> None:
        self._rows: List[List[object]] = picture["rows"]
        names = [column["name"] for column in picture["columns"]]
        held = [Untyped(are_texts=False) for _ in names]
        for column, values in zip(held, zip(*self._rows)):
            column.add(values)
        columns = [(name, each["type"], column.family) for name, each, column in zip(names, picture["columns"], held)]
        super().__init__(columns, picture["index"], picture["total"])

    def pieces(self, columns: Sequence[int], report: Report, written: Sequence[int] = ()) -> Iterator[Piece]:
        """Yield the rows."""
        yield Piece(0, [[row[column] for row in self._rows] for column in [*columns, *written]])


class _FirstRows(NamedTuple):
    """The first rows of a table. `cells` has the values of each column, by the column's label."""

    length: int
    cells: Dict[str, List[object]]
    is_whole: bool


class _RowPair(NamedTuple):
    """Matching rows of both tables. A row that only one table has lacks the other position."""

    left: _FirstRows
    right: _FirstRows
    at: Optional[int]
    beside: Optional[int]

    @property
    def change(self) -> str:
        """The kind of the difference, if there is one."""
        return "added" if self.at is None else "removed" if self.beside is None else "changed"

    def differing(self, names: Sequence[str]) -> Optional[List[str]]:
        """Return the columns in which the rows differ, None if there are none. An unmatched row differs in all."""
        at, beside = self.at, self.beside
        if at is None or beside is None:
            return list(names)
        found = [name for name in names if not is_same(self.left.cells[name][at], self.right.cells[name][beside])]
        return found or None

    def as_json(self, keys: Sequence[str], differing: Sequence[str]) -> Dict[str, object]:
        """Return the difference for an answer. Without keys, the row is identified by its position."""
        rows, place = (self.left, self.at) if self.at is not None else (self.right, self.beside)
        return {
            "change": self.change,
            "row": [_cell(rows, place, name) for name in keys] if keys else [place],
            "cells": [
                {
                    "column": clip(name, _NAME),
                    "left": _cell(self.left, self.at, name),
                    "right": _cell(self.right, self.beside, name),
                }
                for name in differing[:_ROW_CELLS]
            ],
        }


def _cell(rows: _FirstRows, place: Optional[int], name: str) -> object:
    return None if place is None else cell(rows.cells[name][place])


class _Match(NamedTuple):
    """The positions of matching rows in both tables. A row that only one table has lacks the other position."""

    keys: List[str]
    pairs: List[Tuple[Optional[int], Optional[int]]]


def table_changes(left: TableSide, right: TableSide) -> Dict[str, object]:
    """Return the differences between two tables. `note` says what was not compared."""
    one, other = _labels(left.table), _labels(right.table)
    shared = [name for name in one if name in other]
    numbering = _numbering(left.table) | _numbering(right.table)
    answer: Dict[str, object] = {
        "rows": [left.table.total, right.table.total],
        "added": [_column(right.table, other[name]) for name in other if name not in one],
        "removed": [_column(left.table, one[name]) for name in one if name not in other],
        "retyped": [
            {"name": clip(name, _NAME), "left": types[0], "right": types[1]}
            for name in shared
            for types in [(_word(left.table, one[name]), _word(right.table, other[name]))]
            if types[0] != types[1]
        ],
    }
    try:
        changed = _row_changes(left, right, shared, numbering, answer)
        answer["columns"] = _columns(left, right, [name for name in shared if name not in numbering], changed)
    except Problem as problem:
        answer["note"] = f"Rows are not compared. {problem.text}"
    return answer


def _labels(table: WholeTable) -> Dict[str, int]:
    """Return the position of each column by its label. Of columns with the same label, the first counts."""
    labels: Dict[str, int] = {}
    for i in range(len(table.names)):
        labels.setdefault(table.label(i), i)
    return labels


def _numbering(table: WholeTable) -> Set[str]:
    """Return the labels of index levels that only number the rows."""
    return {table.label(i) for i in table.numbering}


def _column(table: WholeTable, place: int) -> Dict[str, str]:
    return {"name": clip(table.label(place), _NAME), "type": _word(table, place)}


def _word(table: WholeTable, place: int) -> str:
    return dtype(table.words[place])


def _columns(
    left: TableSide, right: TableSide, names: Sequence[str], changed: Dict[str, int]
) -> List[Dict[str, object]]:
    """Return the statistics of the columns whose statistics or cells differ."""
    sides = [_statistics(side, names) for side in (left, right)]
    found: List[Dict[str, object]] = []
    for i, name in enumerate(names):
        one, other = (side[i] if side else None for side in sides)
        if (one != other or changed.get(name)) and len(found) < _COLUMNS:
            entry = {"name": clip(name, _NAME), "changed": changed.get(name, 0)}
            found.append({**entry, "left": _summary(left, name, one), "right": _summary(right, name, other)})
    return found


def _statistics(side: TableSide, names: Sequence[str]) -> List[Summary]:
    labels = _labels(side.table)
    selection = Selection(None, "", None, False, [labels[name] for name in names])
    found: List[Summary] = side.engines.run(lambda engine: engine.statistics(selection)) if names else []
    return found


def _summary(side: TableSide, name: str, summary: Optional[Summary]) -> Optional[Dict[str, object]]:
    if summary is None:
        return None
    return summed(side.table, [_labels(side.table)[name]], [summary], CELL)[0]


def _row_changes(
    left: TableSide, right: TableSide, names: Sequence[str], numbering: Set[str], answer: Dict[str, object]
) -> Dict[str, int]:
    """Add the rows that differ to an answer. Return the number of differing cells by column."""
    one, other = (_first_rows(side, names) for side in (left, right))
    match = _matched(left.table, right.table, one, other, names)
    values = [name for name in names if name not in match.keys and name not in numbering]
    counts = {"added": 0, "removed": 0, "changed": 0}
    cells = dict.fromkeys(names, 0)
    shown: List[Dict[str, object]] = []
    for at, beside in match.pairs:
        pair = _RowPair(one, other, at, beside)
        differing = pair.differing(values)
        if differing is None:
            continue
        counts[pair.change] += 1
        for name in differing if pair.change == "changed" else ():
            cells[name] += 1
        if len(shown) < _ROWS:
            shown.append(pair.as_json(match.keys, differing))
    answer["keys"] = [clip(key, _NAME) for key in match.keys]
    answer["changes"] = {**counts, "shown": shown, "compared": min(one.length, other.length)}
    answer["changes"]["is_whole"] = one.is_whole and other.is_whole
    return cells


def _first_rows(side: TableSide, names: Sequence[str]) -> _FirstRows:
    labels = _labels(side.table)
    limit = max(1, _CELLS // max(len(names), 1))
    selection = Selection(None, "", None, False, [labels[name] for name in names], 0, limit)
    found = side.engines.run(lambda engine: engine.page(selection))
    count = len(found.numbers)
    is_whole = max(found.total, side.table.total or 0) <= count
    return _FirstRows(count, dict(zip(names, found.cells)), is_whole)


def _matched(left: WholeTable, right: WholeTable, one: _FirstRows, other: _FirstRows, names: Sequence[str]) -> _Match:
    """Match rows by the index or by a column that looks like a key, if its values are unique. Else by position."""
    for keys in _candidates(left, right, names):
        first, second = (_by_key(rows, keys) for rows in (one, other))
        if first is not None and second is not None:
            pairs = [(at, second.get(key)) for key, at in first.items()]
            return _Match(keys, [*pairs, *((None, at) for key, at in second.items() if key not in first)])
    longest = max(one.length, other.length)
    pairs = [(i if i < one.length else None, i if i < other.length else None) for i in range(longest)]
    return _Match([], pairs)


def _candidates(left: WholeTable, right: WholeTable, names: Sequence[str]) -> Iterator[List[str]]:
    levels = [[table.label(i) for i in range(table.levels)] for table in (left, right)]
    is_index = bool(levels[0]) and levels[0] == levels[1] and all(name in names for name in levels[0])
    numbers = bool(left.numbering or right.numbering)
    if is_index and not numbers:
        yield levels[0]
    for name in names:
        if _KEY.fullmatch(name):
            yield [name]
    if is_index and numbers:
        yield levels[0]


def _by_key(rows: _FirstRows, keys: Sequence[str]) -> Optional[Dict[object, int]]:
    """Return the position of each row by its key, None if a key is missing or occurs twice."""
    found: Dict[object, int] = {}
    for i, key in enumerate(zip(*(rows.cells[name] for name in keys))):
        try:
            if any(part is None or part != part for part in key) or key in found:
                return None
        except TypeError:  # a list or a dict
            return None
        found[key] = i
    return found

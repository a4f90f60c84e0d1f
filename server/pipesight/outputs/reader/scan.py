"""Run a query of a table with only the standard library, piece by piece."""

from __future__ import annotations

import heapq
import math
import operator
import re
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple, Union

from .bounds import cell
from .families import AVERAGED, NUMBERS, OTHER, PERIOD, TEXT, TIMES, Family, comparable, time_mean
from .filters import Always, ColumnTest, PresenceTest, RangeTest, Several, Test, TextTest, ValueTest, columns_of
from .order import rank
from .profile import Counting, Distribution, Plan, Sample, Summary
from .times import nanoseconds_of
from .whole_table import Report, WholeTable

_SIGNS: Dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DISTINCT = 1_000_000  # values of a column that are kept to be counted
_SelectedRow = Tuple[int, Any, Tuple[object, ...]]  # the row's number, its sort key and its shown cells


class Selection(NamedTuple):
    """The requested rows: those that pass, sorted by a column, `limit` from `offset` on, and their columns.

    If `is_written`, cells of a file without types keep their text: `007` does not become 7.
    """

    test: Optional[Test]
    find: str
    sort: Optional[int]
    descending: bool
    columns: Sequence[int]
    offset: int = 0
    limit: Optional[int] = None
    is_written: bool = False


class _Passed(NamedTuple):
    """The rows of a piece that pass, by their positions in it, with the cells of the requested columns."""

    first: int
    places: Sequence[int]
    cells: Sequence[Sequence[Any]]


class Selected(NamedTuple):
    """The rows of a page: how many pass, the number of each in the whole table, and the cells column by column."""

    total: int
    numbers: List[int]
    cells: List[List[object]]


class Scan:
    """The engine that needs no libraries."""

    def __init__(self, table: WholeTable, report: Report) -> None:
        self._table = table
        self._report = report

    def page(self, asked: Selection) -> Selected:
        """Return the page of rows that a selection requests."""
        numbers: List[int] = []
        rows: List[Tuple[object, ...]] = []
        counted = _Counter()
        found = counted.through(self._rows(asked))
        stop = None if asked.limit is None else asked.offset + asked.limit
        if asked.sort is None:
            kept = _between(found, asked.offset, stop)
        else:
            kept = _sorted(found, asked.descending, stop)[asked.offset : stop]
        for number, _, row in kept:
            numbers.append(number)
            rows.append(row)
        return Selected(counted.count, numbers, list(map(list, zip(*rows))) or [[] for _ in asked.columns])

    def stream(self, asked: Selection) -> Iterator[List[List[object]]]:
        """Yield the cells of all rows that meet the condition, in pieces."""
        if asked.sort is not None:
            yield self.page(asked._replace(offset=0, limit=None)).cells
            return
        for part in self._shown(asked):
            yield [[cells[i] for i in part.places] for cells in part.cells]

    def statistics(self, asked: Selection) -> List[Summary]:
        """Return the summary of each column over the rows that meet the condition."""
        makers = [_ColumnSum(self._table.families[column]) for column in asked.columns]
        for part in self._passed(asked, asked.columns):
            for maker, cells in zip(makers, part.cells):
                maker.add([cells[i] for i in part.places])
        return [maker.summary() for maker in makers]

    def distributions(self, asked: Selection, plans: Sequence[Plan], sample: Sample) -> List[Distribution]:
        """Return the distribution of each column's values over the rows that meet the condition."""
        makers = [Counting(plan) for plan in plans]
        for part in self._passed(asked, asked.columns):
            is_sampled = [sample.holds(part.first + i) for i in part.places]
            for column, maker, cells in zip(asked.columns, makers, part.cells):
                if maker.is_needed:
                    family = self._table.families[column]
                    maker.add(comparable([cells[i] for i in part.places], family), is_sampled)
        return [maker.distribution() for maker in makers]

    def _rows(self, asked: Selection) -> Iterator[_SelectedRow]:
        """Yield the number, the sorting key (None: missing) and the shown cells of each row that passes."""
        for part in self._shown(asked, [] if asked.sort is None else [asked.sort]):
            shown = part.cells[: len(asked.columns)]
            keys = None if asked.sort is None else self._keys(asked.sort, part.cells[-1])
            for i in part.places:
                yield part.first + i, keys[i] if keys else None, tuple(cells[i] for cells in shown)

    def _shown(self, asked: Selection, more: Sequence[int] = ()) -> Iterator[_Passed]:
        """Yield the rows that pass: the cells to show, and after them those of `more` columns."""
        if not asked.is_written:
            return self._passed(asked, [*asked.columns, *more])
        passed = self._passed(asked, more, asked.columns)
        return (part._replace(cells=[*part.cells[len(more) :], *part.cells[: len(more)]]) for part in passed)

    def _passed(self, asked: Selection, columns: Sequence[int], written: Sequence[int] = ()) -> Iterator[_Passed]:
        """Yield the rows that pass: the cells of `columns`, then those of `written`, whose text stays as written."""
        tested = columns_of(asked.test) if asked.test is not None else []
        searched = list(range(len(self._table.names))) if asked.find else []
        typed = [*columns, *tested]
        for piece in self._table.pieces(typed, self._report, [*written, *searched]):
            length = len(piece.cells[0]) if piece.cells else 0
            places: Sequence[int] = range(length)
            if asked.test is not None:
                held = piece.cells[len(columns) : len(typed)]
                cells = {c: comparable(v, self._table.families[c]) for c, v in zip(tested, held)}
                mask = RowMask(cells, self._table.families, length).of(asked.test)
                places = [i for i in places if mask[i]]
            if asked.find:
                wanted = asked.find.lower()
                texts = piece.cells[len(typed) + len(written) :]
                places = [i for i in places if any(wanted in found_text(held[i]) for held in texts)]
            shown = piece.cells[len(typed) : len(typed) + len(written)]
            yield _Passed(piece.first, places, [*piece.cells[: len(columns)], *shown])

    def _keys(self, column: Optional[int], values: Sequence[Any]) -> List[Any]:
        family = self._table.families[column or 0]
        if family.name == TEXT:
            return [None if value is None else value.lower() for value in values]
        if family.name != OTHER:
            return comparable(values, family)
        return [None if value is None else rank(cell(value)) for value in values]


def found_text(value: object) -> str:
    """Return the text of a cell for a search."""
    shown = cell(value)
    return "" if shown is None else str(shown).lower()


class _Counter:
    count = 0

    def through(self, rows: Iterator[_SelectedRow]) -> Iterator[_SelectedRow]:
        for row in rows:
            self.count += 1
            yield row


def _between(rows: Iterator[_SelectedRow], start: int, stop: Optional[int]) -> List[_SelectedRow]:
    """Return the rows from `start` to `stop`, after iterating over all rows to count them."""
    return [row for i, row in enumerate(rows) if start <= i and (stop is None or i < stop)]


def _sorted(rows: Iterator[_SelectedRow], descending: bool, stop: Optional[int]) -> List[_SelectedRow]:
    """Return the first `stop` rows by their keys. Rows of equal keys stay in order, and missing keys come last."""
    missing: List[_SelectedRow] = []

    def held() -> Iterator[_SelectedRow]:
        for row in rows:
            if row[1] is not None:
                yield row
            elif stop is None or len(missing) < stop:
                missing.append(row)

    def key(row: _SelectedRow) -> Any:
        return row[1]

    if stop is None:
        first = sorted(held(), key=key, reverse=descending)
    else:
        first = heapq.nlargest(stop, held(), key=key) if descending else heapq.nsmallest(stop, held(), key=key)
    return first + missing


class RowMask:
    """The evaluation of tests on rows. `cells` are comparable values."""

    def __init__(self, cells: Dict[int, List[Any]], families: Sequence[Family], length: int) -> None:
        self._cells = cells
        self._families = families
        self._length = length

    def of(self, test: Test) -> List[bool]:
        """Return True or False for each row."""
        if isinstance(test, Several):
            join = all if test.is_all else any
            return [join(row) for row in zip(*map(self.of, test.parts))]
        if isinstance(test, Always):
            return [test.value] * self._length
        cells = self._cells[test.column]
        if isinstance(test, PresenceTest):
            return [(value is not None) == test.is_held for value in cells]
        if isinstance(test, ColumnTest):
            return self._compared(test)
        holds = _holding(test)
        return [value is not None and holds(value) for value in cells]

    def _compared(self, test: ColumnTest) -> List[bool]:
        sign = _SIGNS[test.sign]
        left, right = (self._operand(column, test.as_floats) for column in (test.column, test.other))
        return [a is not None and b is not None and sign(a, b) for a, b in zip(left, right)]

    def _operand(self, column: int, as_floats: bool) -> List[Any]:
        family, cells = self._families[column], self._cells[column]
        if family.name in TIMES and family.name != PERIOD:
            length = nanoseconds_of(family.unit)
            return [None if value is None else value * length for value in cells]
        return [None if value is None else value / 10**family.scale for value in cells] if as_floats else cells


def _holding(test: Test) -> Callable[[Any], bool]:
    """Return a function that tests a present cell."""
    if isinstance(test, ValueTest):
        sign, wanted = _SIGNS[test.sign], test.value
        return lambda value: sign(value, wanted)
    if isinstance(test, RangeTest):
        values, is_among = frozenset(test.values), test.is_among
        return lambda value: (value in values) == is_among
    assert isinstance(test, TextTest)
    match, is_matched = re.compile(test.regex).fullmatch, test.is_matched
    return lambda value: (match(value) is not None) == is_matched


def _total(values: List[Any]) -> Any:
    """Return a sum, which is exact for integers and rounded only once for other numbers."""
    if isinstance(values[0], int):
        return sum(values)
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):  # infinities of both signs, or beyond the largest number
        return sum(values)


class _ColumnSum:
    """The running summary of a column."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._rows = self._missing = 0
        self._low: Optional[Tuple[Any, object]] = None
        self._high: Optional[Tuple[Any, object]] = None
        self._sum: float = 0
        self._distinct: Optional[Set[object]] = set() if family.name != OTHER else None

    def add(self, values: Sequence[Any]) -> None:
        """Add more cells."""
        self._rows += len(values)
        if self._family.name == OTHER:
            self._missing += sum(value is None for value in values)
            return
        pairs = [(key, value) for key, value in zip(comparable(values, self._family), values) if key is not None]
        self._missing += len(values) - len(pairs)
        if not pairs:
            return
        low, high = min(pairs, key=operator.itemgetter(0)), max(pairs, key=operator.itemgetter(0))
        self._low = low if self._low is None else min(self._low, low, key=operator.itemgetter(0))
        self._high = high if self._high is None else max(self._high, high, key=operator.itemgetter(0))
        if self._family.name in (*NUMBERS, *AVERAGED):
            self._sum += _total([key for key, _ in pairs])
        if self._distinct is not None:
            self._distinct.update(key for key, _ in pairs)
            if len(self._distinct) > _DISTINCT:
                self._distinct = None

    def summary(self) -> Summary:
        """Return the summary of all added cells."""
        held = self._rows - self._missing
        return Summary(
            self._rows,
            self._missing,
            None if self._distinct is None else len(self._distinct),
            None if self._low is None else self._low[1],
            None if self._high is None else self._high[1],
            self._mean(held) if held else None,
        )

    def _mean(self, held: int) -> Union[float, str, None]:
        if self._family.name in AVERAGED:
            return time_mean(int(self._sum), held, self._family)
        return self._sum / held / 10**self._family.scale if self._family.name in NUMBERS else None

"""Run a query of a large table with pyarrow's compute functions, batch by batch."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from .arrow import decoded
from .arrow_tables import BatchedTable
from .export import unlike
from .families import (
    AVERAGED,
    DECIMAL,
    FLOAT,
    INTEGER,
    NUMBERS,
    OTHER,
    TEXT,
    TIMES,
    Family,
    comparable,
    stored,
    time_cell,
    time_mean,
)
from .filters import Always, ColumnTest, PresenceTest, RangeTest, Several, Test, TextTest, ValueTest, columns_of
from .libraries import library
from .profile import FACTOR, MASK, Distribution, Plan, Sample, Summary, most_frequent, quantiles
from .scan import RowMask, Selected, Selection, found_text
from .whole_table import Report

if TYPE_CHECKING:
    from .protocols import (
        Pyarrow,
        PyarrowArray,
        PyarrowCompute,
        PyarrowParquet,
        PyarrowScalar,
        PyarrowType,
        PyarrowWriter,
    )

_PRUNED = 65_536  # rows that are collected before they are sorted and cut to the requested ones
_DISTINCT = 1_000_000  # values of a column that are kept to count distinct ones
_FUNCTIONS = {
    "=": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}


class _Batch(NamedTuple):
    """The rows of a batch that meet the condition: their row numbers, and the arrays of the columns."""

    numbers: PyarrowArray
    arrays: List[PyarrowArray]


class ArrowScan:
    """The engine that uses pyarrow. `table` yields the batches."""

    def __init__(self, table: BatchedTable, report: Report) -> None:
        self._table = table
        self._report = report
        self._arrow: Pyarrow = library("pyarrow")
        self._compute: PyarrowCompute = library("pyarrow.compute")

    def page(self, asked: Selection) -> Selected:
        """Return the page of rows that a selection requests."""
        stop = None if asked.limit is None else asked.offset + asked.limit
        found = self._unsorted(asked, stop) if asked.sort is None else self._sorted(asked, stop)
        total, kept = found
        cells = [
            [value for batch in kept for value in self._table.cells(column, batch.arrays[i])]
            for i, column in enumerate(asked.columns)
        ]
        return Selected(total, [number for batch in kept for number in batch.numbers.to_pylist()], cells)

    def stream(self, asked: Selection) -> Iterator[List[List[object]]]:
        """Yield the cells of all rows that meet the condition, in pieces."""
        if asked.sort is not None:
            yield self.page(asked._replace(offset=0, limit=None)).cells
            return
        for batch in self._passed(asked, asked.columns):
            yield [self._table.cells(column, array) for column, array in zip(asked.columns, batch.arrays)]

    def write_parquet(self, asked: Selection, path: str) -> int:
        """Write all rows that meet the condition to a Parquet file, and return their number."""
        parquet: PyarrowParquet = library("pyarrow.parquet")
        names = unlike([self._table.label(column) for column in asked.columns])
        batches = self._passed(asked, asked.columns) if asked.sort is None else iter(self._sorted(asked, None)[1])
        count = 0
        writer: Optional[PyarrowWriter] = None
        with ExitStack() as stack:
            for batch in batches:
                arrays = [self._written(column, array) for column, array in zip(asked.columns, batch.arrays)]
                if writer is None:
                    fields = [(name, array.type) for name, array in zip(names, arrays)]
                    writer = stack.enter_context(parquet.ParquetWriter(path, self._arrow.schema(fields)))
                writer.write_table(self._arrow.Table.from_arrays(arrays, schema=writer.schema))
                count += len(batch.numbers)
            if writer is None:
                empty = self._arrow.table({name: self._arrow.array([], "string") for name in names})
                parquet.write_table(empty, path)
        return count

    def _written(self, column: int, array: PyarrowArray) -> PyarrowArray:
        """Return the array that an export writes for a column. Values such as periods, stored as numbers, are texts."""
        if not self._table.is_converted(column):
            return array
        return self._arrow.array(self._table.cells(column, array), "string")

    def statistics(self, asked: Selection) -> List[Summary]:
        """Return the summary of each column over the rows that meet the condition."""
        makers = [_ArrowColumnSum(self._table.families[column], self._compute, self._arrow) for column in asked.columns]
        for batch in self._passed(asked, asked.columns):
            for maker, array in zip(makers, batch.arrays):
                maker.add(array)
        return [maker.summary() for maker in makers]

    def distributions(self, asked: Selection, plans: Sequence[Plan], sample: Sample) -> List[Distribution]:
        """Return the distribution of each column's values over the rows that meet the condition."""
        families = [self._table.families[column] for column in asked.columns]
        makers = [_ArrowCounting(plan, family, self._compute) for plan, family in zip(plans, families)]
        for batch in self._passed(asked, asked.columns):
            kept = self._kept(batch.numbers, sample)
            for maker, family, array in zip(makers, families, batch.arrays):
                maker.add(self._operand(family, array), kept)
        return [maker.distribution() for maker in makers]

    def _kept(self, numbers: PyarrowArray, sample: Sample) -> Optional[PyarrowArray]:
        """Return a mask of the rows that belong to a sample, or None for all."""
        if sample.is_whole:
            return None
        hashes = self._compute.bit_wise_and(self._compute.multiply(numbers, FACTOR), MASK)
        return self._compute.less(hashes, sample.limit)

    def _unsorted(self, asked: Selection, stop: Optional[int]) -> Tuple[int, List[_Batch]]:
        total = 0
        kept: List[_Batch] = []
        for batch in self._passed(asked, asked.columns):
            count = len(batch.numbers)
            start = max(0, asked.offset - total)
            length = (count if stop is None else min(count, stop - total)) - start
            if length > 0:
                kept.append(_Batch(*_cut(batch, start, length)))
            total += count
        return total, kept

    def _sorted(self, asked: Selection, stop: Optional[int]) -> Tuple[int, List[_Batch]]:
        assert asked.sort is not None
        total = pending = 0
        held: List[_Batch] = []
        for batch in self._passed(asked, [*asked.columns, asked.sort]):
            total += len(batch.numbers)
            pending += len(batch.numbers)
            held.append(batch)
            if stop is not None and pending > max(_PRUNED, 4 * stop):
                held = [self._first(held, asked, stop)]
                pending = len(held[0].numbers)
        if not held:
            return 0, []
        first = self._first(held, asked, stop)
        return total, [_Batch(*_cut(first, asked.offset, len(first.numbers)))]

    def _first(self, batches: List[_Batch], asked: Selection, stop: Optional[int]) -> _Batch:
        """Return the first rows of some batches, sorted. Missing keys come last."""
        numbers = self._arrow.concat_arrays([_plain(batch.numbers) for batch in batches])
        arrays = [self._arrow.concat_arrays(list(map(_plain, column))) for column in zip(*(b.arrays for b in batches))]
        order = "descending" if asked.descending else "ascending"
        keys = self._arrow.table({"key": self._key(asked.sort or 0, arrays[-1]), "number": numbers})
        missing = self._compute.is_null(keys["key"])
        places = self._compute.sort_indices(
            keys.append_column("missing", self._compute.cast(missing, "int8")),
            sort_keys=[("missing", "ascending"), ("key", order), ("number", "ascending")],
        )
        places = places if stop is None else places.slice(0, stop)
        return _Batch(numbers.take(places), [array.take(places) for array in arrays])

    def _key(self, column: int, array: PyarrowArray) -> PyarrowArray:
        family = self._table.families[column]
        array = _plain(array)
        if family.name == TEXT:
            return self._compute.utf8_lower(array)
        if family.name == FLOAT:
            return self._without_nan(array)
        return array

    def _without_nan(self, array: PyarrowArray) -> PyarrowArray:
        floats = self._compute.add(self._compute.cast(_plain(array), "float64"), 0.0)  # pyarrow tells -0.0 from 0.0
        return self._compute.if_else(self._compute.is_nan(floats), self._arrow.scalar(None, "float64"), floats)

    def _passed(self, asked: Selection, columns: Sequence[int]) -> Iterator[_Batch]:
        tested = columns_of(asked.test) if asked.test is not None else []
        searched = list(range(len(self._table.names))) if asked.find else []
        for first, arrays in self._table.batches([*columns, *tested, *searched], self._report):
            length = len(arrays[0]) if arrays else 0
            mask = self._arrow.repeat(True, length)
            if asked.test is not None:
                held = dict(zip(tested, arrays[len(columns) :]))
                mask = self._compute.and_(mask, self._mask(asked.test, held, length))
            if asked.find:
                found = self._found(asked.find.lower(), searched, arrays[len(columns) + len(tested) :])
                mask = self._compute.and_(mask, found)
            places = self._compute.indices_nonzero(mask)
            numbers = self._compute.add(self._compute.cast(places, "int64"), first)
            shown = arrays[: len(columns)]
            is_whole = len(places) == length
            yield _Batch(numbers, shown if is_whole else [array.take(places) for array in shown])

    def _found(self, wanted: str, columns: Sequence[int], arrays: Sequence[PyarrowArray]) -> PyarrowArray:
        masks: List[PyarrowArray] = []
        for column, array in zip(columns, arrays):
            if self._table.families[column].name == TEXT:
                texts = self._compute.utf8_lower(_plain(array))
                masks.append(self._compute.match_substring(texts, wanted).fill_null(False))
            else:
                cells = self._table.cells(column, array)
                masks.append(self._arrow.array([wanted in found_text(cell) for cell in cells], "bool"))
        mask = masks[0]
        for other in masks[1:]:
            mask = self._compute.or_(mask, other)
        return mask

    def _mask(self, test: Test, arrays: Dict[int, PyarrowArray], length: int) -> PyarrowArray:
        """Return a boolean array without nulls, True for rows that meet the condition."""
        if isinstance(test, Several):
            join = self._compute.and_ if test.is_all else self._compute.or_
            masks = [self._mask(part, arrays, length) for part in test.parts]
            mask = masks[0]
            for other in masks[1:]:
                mask = join(mask, other)
            return mask
        if isinstance(test, Always):
            return self._arrow.repeat(test.value, length)
        if isinstance(test, ColumnTest):
            return self._compared(test, arrays)
        array = self._operand(self._table.families[test.column], arrays[test.column])
        if isinstance(test, PresenceTest):
            return self._compute.is_valid(array) if test.is_held else self._compute.is_null(array)
        return self._tested(test, array, self._table.families[test.column]).fill_null(False)

    def _operand(self, family: Family, array: PyarrowArray) -> PyarrowArray:
        """Return an array whose values compare like those of the family."""
        array = _plain(array)
        if family.name == FLOAT:
            return self._without_nan(array)
        return _counts(array, self._compute) if family.name in TIMES else array

    def _tested(self, test: Test, array: PyarrowArray, family: Family) -> PyarrowArray:
        if isinstance(test, ValueTest):
            wanted = _scalar(stored(test.value, family), array.type)
            return self._compute.call_function(_FUNCTIONS[test.sign], [array, wanted])
        if isinstance(test, RangeTest):
            values = self._arrow.array([stored(value, family) for value in test.values], array.type)
            among = self._compute.is_in(array, value_set=values)
            if test.is_among:
                return among
            return self._compute.and_(self._compute.invert(among), self._compute.is_valid(array))
        assert isinstance(test, TextTest)
        matched = self._compute.match_substring_regex(array, f"\\A(?:{test.regex})\\z")
        return matched if test.is_matched else self._compute.invert(matched)

    def _compared(self, test: ColumnTest, arrays: Dict[int, PyarrowArray]) -> PyarrowArray:
        families = self._table.families
        left, right = (self._operand(families[c], arrays[c]) for c in (test.column, test.other))
        if test.as_floats:
            left, right = (self._compute.cast(array, "float64", safe=False) for array in (left, right))
        elif left.type != right.type or families[test.column].unit != families[test.other].unit:
            cells = {c: comparable(self._table.cells(c, arrays[c]), families[c]) for c in (test.column, test.other)}
            return self._arrow.array(RowMask(cells, families, len(left)).of(test), "bool")
        return self._compute.call_function(_FUNCTIONS[test.sign], [left, right]).fill_null(False)


def _counts(array: PyarrowArray, compute: PyarrowCompute) -> PyarrowArray:
    """Return times as integers in the unit of their type."""
    if str(array.type) == "date64[ms]":
        array = compute.cast(array, "date32")
    if str(array.type) in ("date32[day]", "time32[s]", "time32[ms]"):
        array = compute.cast(array, "int32")
    return compute.cast(array, "int64")


def _scalar(value: object, kind: PyarrowType) -> PyarrowScalar:
    arrow: Pyarrow = library("pyarrow")
    return arrow.scalar(value, kind)


def _plain(array: PyarrowArray) -> PyarrowArray:
    """Return an array without a dictionary and without an extension type."""
    while hasattr(array, "storage"):
        array = array.storage
    return decoded(array) if hasattr(array, "dictionary_decode") else array


def _cut(batch: _Batch, start: int, length: int) -> Tuple[PyarrowArray, List[PyarrowArray]]:
    return batch.numbers.slice(start, length), [array.slice(start, length) for array in batch.arrays]


class _ArrowCounting:
    """The counts of a column's values that a plan requests."""

    def __init__(self, plan: Plan, family: Family, compute: PyarrowCompute) -> None:
        self._plan = plan
        self._family = family
        self._compute = compute
        self._below = [0] * len(plan.bounds)
        self._values: List[Any] = []
        self._top: Counter[object] = Counter()

    def add(self, array: PyarrowArray, kept: Optional[PyarrowArray]) -> None:
        """Add more values. `kept` is a mask of those in the sample, None for all."""
        if self._plan.is_top:
            for value, count in (pair.values() for pair in array.drop_null().value_counts().to_pylist()):
                self._top[value] += count
        if not self._plan.bounds:
            return
        for i, bound in enumerate(self._plan.bounds):
            wanted = _scalar(stored(bound, self._family), array.type)
            self._below[i] += self._compute.sum(self._compute.less_equal(array, wanted)).as_py() or 0
        sampled = (array if kept is None else array.filter(kept)).drop_null().to_pylist()
        self._values += comparable(sampled, self._family) if self._family.name == DECIMAL else sampled

    def distribution(self) -> Distribution:
        """Return the distribution from the counts."""
        counts = [count - below for count, below in zip(self._below, [0, *self._below])]
        return Distribution(counts, quantiles(self._values), most_frequent(self._top))


class _ArrowColumnSum:
    """The running summary of a column."""

    def __init__(self, family: Family, compute: PyarrowCompute, arrow: Pyarrow) -> None:
        self._family = family
        self._compute = compute
        self._arrow = arrow
        self._rows = self._missing = 0
        self._low: Any = None
        self._high: Any = None
        self._sum: Any = 0
        self._distinct: Optional[PyarrowArray] = None
        self._is_counted = family.name != OTHER

    def add(self, array: PyarrowArray) -> None:
        """Add more cells."""
        self._rows += len(array)
        array = _plain(array)
        if self._family.name == FLOAT:
            floats = self._compute.add(self._compute.cast(array, "float64"), 0.0)  # pyarrow tells -0.0 from 0.0
            array = floats.filter(self._compute.invert(self._compute.is_nan(floats)).fill_null(False))
            self._missing += len(floats) - len(array)
        else:
            self._missing += array.null_count
            array = array.drop_null()
        if self._family.name == OTHER or not len(array):
            return
        if self._family.name in TIMES:
            array = _counts(array, self._compute)
        self._bound(array)
        if self._family.name in (*NUMBERS, *AVERAGED):
            self._sum += self._exactly(array)
        if self._is_counted:
            unique = array.unique()
            both = unique if self._distinct is None else self._arrow.concat_arrays([self._distinct, unique]).unique()
            self._distinct = both
            self._is_counted = len(both) <= _DISTINCT

    def _exactly(self, array: PyarrowArray) -> Any:
        """Return the sum, which is exact for integers, however large."""
        if self._family.name == INTEGER or self._family.name in AVERAGED:
            return int(self._compute.sum(self._compute.cast(array, self._arrow.decimal128(38, 0))).as_py())
        return self._compute.sum(self._compute.cast(array, "float64", safe=False)).as_py()

    def _bound(self, array: PyarrowArray) -> None:
        bounds = self._compute.min_max(array).as_py()
        self._low = bounds["min"] if self._low is None else min(self._low, bounds["min"])
        self._high = bounds["max"] if self._high is None else max(self._high, bounds["max"])

    def summary(self) -> Summary:
        """Return the summary of all added cells."""
        held = self._rows - self._missing
        is_time = self._family.name in TIMES and held
        distinct = 0 if self._distinct is None else len(self._distinct)
        return Summary(
            self._rows,
            self._missing,
            distinct if self._is_counted else None,
            time_cell(self._low, self._family) if is_time else self._low,
            time_cell(self._high, self._family) if is_time else self._high,
            self._mean(held) if held else None,
        )

    def _mean(self, held: int) -> Union[float, str, None]:
        if self._family.name in AVERAGED:
            return time_mean(self._sum, held, self._family)
        return self._sum / held if self._family.name in NUMBERS else None

"""Run a query of a Parquet file with DuckDB, which can read only this file.

No text of a person or of a file becomes SQL. Pipesight parses conditions itself, passes values as parameters, and
refers to columns by their position.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    Generator,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from .duck_files import Bridge, address_of
from .export import unlike
from .families import (
    AVERAGED,
    CLOCK,
    DECIMAL,
    DURATION,
    FLOAT,
    INTEGER,
    MOMENT,
    NUMBERS,
    OTHER,
    PERIOD,
    TEXT,
    TIMES,
    plural,
    stored,
    time_cell,
    time_mean,
    unscaled,
)
from .filters import Always, ColumnTest, PresenceTest, RangeTest, Several, Test, TextTest, ValueTest
from .frames import ParquetTable
from .libraries import library
from .pandas_notes import Range
from .problem import Problem
from .profile import FACTOR, FEW, FRACTIONS, MASK, TOP, Distribution, Plan, Sample, Summary
from .scan import Selected, Selection
from .times import nanoseconds_of
from .whole_table import Report

if TYPE_CHECKING:
    from .protocols import DuckConnection, DuckDatabase

_FETCHED = 10_000  # rows that are fetched together
_WIDE = 50  # columns that are summarized together
_LOOK = 0.2  # seconds between two checks of the progress
_MEMORY = 1024**3  # bytes, if the reader has no limit
# The bounds of a column in a Parquet file ignore NaN. DuckDB 2.0 concludes from them that the column has no NaN, and
# replaces `isnan(...)` by false.
_NO_FOLDING = "disabled_optimizers = 'statistics_propagation'"
_EPOCHS = {"s": "epoch", "ms": "epoch_ms", "us": "epoch_us", "ns": "epoch_ns"}


class Statement(NamedTuple):
    """A piece of SQL and the values of its parameters, in order."""

    sql: str
    values: List[object]


class DuckScan:
    """An engine on DuckDB, for one Parquet file."""

    def __init__(self, table: ParquetTable, report: Report, memory: int = 0) -> None:
        self._table = table
        self._report = report
        self._duckdb: DuckDatabase = library("duckdb")
        self._memory = memory
        self._path = address_of(table.location)

    def page(self, asked: Selection) -> Selected:
        """Return the page of rows that a selection requests."""
        where, order = self._where(asked), self._order(asked)
        shown = ", ".join(["rn", *(self._shown(column) for column in asked.columns)])
        limit = "" if asked.limit is None else f" LIMIT {int(asked.limit)} OFFSET {int(asked.offset)}"
        with self._connected() as connection:
            count = f"SELECT count(*) FROM {self._source} WHERE {where.sql}"  # noqa: S608 - see the module
            total = int(self._all(connection, count, where.values)[0][0])
            select = f"SELECT {shown} FROM {self._source} WHERE {where.sql}{order}{limit}"  # noqa: S608
            rows = self._all(connection, select, where.values)
        columns = list(zip(*rows)) if rows else [()] * (len(asked.columns) + 1)
        cells = [self._cells(column, columns[i + 1]) for i, column in enumerate(asked.columns)]
        return Selected(total, list(columns[0]), cells)

    def stream(self, asked: Selection) -> Iterator[List[List[object]]]:
        """Yield the cells of all rows that meet the condition, in pieces."""
        where = self._where(asked)
        shown = ", ".join(self._shown(column) for column in asked.columns)
        select = f"SELECT {shown} FROM {self._source} WHERE {where.sql}{self._order(asked)}"  # noqa: S608
        with self._connected() as connection, self._problems():
            result = connection.execute(select, [self._path, *where.values])
            while True:
                rows = result.fetchmany(_FETCHED)
                if not rows:
                    return
                yield [self._cells(column, cells) for column, cells in zip(asked.columns, zip(*rows))]

    def write_parquet(self, asked: Selection, path: str) -> int:
        """Write all rows that meet the condition to a Parquet file, and return their number.

        Raises DuckError if the file stores cells as plain numbers whose meaning would be lost.
        """
        if any(self._table.conversions[column] is not None for column in asked.columns):
            raise DuckError("pyarrow writes durations and periods")
        where = self._where(asked)
        names = unlike([self._table.label(column) for column in asked.columns])
        shown = ", ".join(f"{self._raw(c)} AS {_quoted(name)}" for c, name in zip(asked.columns, names))
        select = f"SELECT {shown} FROM {self._source} WHERE {where.sql}{self._order(asked)}"  # noqa: S608
        with self._connected(path) as connection:
            copy = f"COPY ({select}) TO {_text(path)} (FORMAT parquet)"
            return int(self._all(connection, copy, where.values)[0][0])

    def statistics(self, asked: Selection) -> List[Summary]:
        """Return the summary of each column over the rows that meet the condition."""
        summaries: List[Summary] = []
        with self._connected() as connection:
            for start in range(0, len(asked.columns), _WIDE):
                summaries += self._summaries(connection, asked, asked.columns[start : start + _WIDE])
        return summaries

    def _summaries(self, connection: DuckConnection, asked: Selection, columns: Sequence[int]) -> List[Summary]:
        where = self._where(asked)
        parts = [part for column in columns for part in self._aggregates(column)]
        select = f"SELECT count(*), {', '.join(parts)} FROM {self._source} WHERE {where.sql}"  # noqa: S608
        row = self._all(connection, select, where.values)[0]
        found = [row[1 + 5 * i : 6 + 5 * i] for i in range(len(columns))]
        few = [i for i, column in enumerate(columns) if self._is_counted(column) and found[i][4] <= FEW]
        exact: Dict[int, int] = {}
        if few:
            counts = ", ".join(f"count(DISTINCT {self._held(columns[i])})" for i in few)
            select = f"SELECT {counts} FROM {self._source} WHERE {where.sql}"  # noqa: S608
            exact = dict(zip(few, self._all(connection, select, where.values)[0]))
        return [
            self._summary(column, row[0], found[i])._replace(distinct=exact.get(i)) for i, column in enumerate(columns)
        ]

    def _summary(self, column: int, rows: int, aggregates: Sequence[Any]) -> Summary:
        family = self._table.families[column]
        count, low, high, mean, _ = aggregates
        if family.name in AVERAGED and count:
            mean = time_mean(int(mean), count, family)
        low, high = self._cells(column, (low, high))
        return Summary(rows, rows - count, None, low, high, mean)

    def distributions(self, asked: Selection, plans: Sequence[Plan], sample: Sample) -> List[Distribution]:
        """Return the distribution of each column's values over the rows that meet the condition."""
        found = [Distribution()] * len(plans)
        pairs = list(zip(asked.columns, plans))
        ordered = [i for i, (_, plan) in enumerate(pairs) if plan.bounds]
        with self._connected() as connection:
            for start in range(0, len(ordered), _WIDE):
                part = ordered[start : start + _WIDE]
                counted = self._counted(connection, asked, [pairs[i] for i in part], sample)
                for i, each in zip(part, counted):
                    found[i] = each
            for i, (column, plan) in enumerate(pairs):
                if plan.is_top:
                    found[i] = Distribution(top=self._top(connection, asked, column))
        return found

    def _counted(
        self, connection: DuckConnection, asked: Selection, pairs: Sequence[Tuple[int, Plan]], sample: Sample
    ) -> List[Distribution]:
        where, kept = self._where(asked), "true" if sample.is_whole else f"(rn * {FACTOR}) & {MASK} < {sample.limit}"
        parts: List[str] = []
        values: List[object] = []
        for column, plan in pairs:
            kind, number = self._ordered_type(column), self._ordered(column)
            parts.append(f"histogram({number}, CAST(? AS {kind}[]))")
            parts.append(f"quantile_disc({number}, {list(FRACTIONS)}) FILTER (WHERE {kept})")
            values.append([stored(bound, self._table.families[column]) for bound in plan.bounds])
        select = f"FROM {self._source} SELECT {', '.join(parts)} WHERE {where.sql}"
        row = self._all(connection, select, [*values, *where.values])[0]
        return [self._distribution(column, plan, row[2 * i], row[2 * i + 1]) for i, (column, plan) in enumerate(pairs)]

    def _distribution(
        self, column: int, plan: Plan, bars: Optional[Dict[object, int]], marks: Optional[List[Any]]
    ) -> Distribution:
        family = self._table.families[column]
        counts = list((bars or dict.fromkeys(plan.bounds, 0)).values())  # in the order of the bounds
        values = list(marks or ())
        is_scaled = family.name == DECIMAL
        return Distribution(counts, [unscaled(value, family.scale) for value in values] if is_scaled else values)

    def _top(self, connection: DuckConnection, asked: Selection, column: int) -> List[Tuple[object, int]]:
        where, held = self._where(asked), self._held(column)
        select = (
            f"SELECT {held}, count(*) FROM {self._source} WHERE ({where.sql}) AND {held} IS NOT NULL "  # noqa: S608
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {TOP}"
        )
        return self._all(connection, select, where.values)

    def _ordered_type(self, column: int) -> str:
        """Return the type in which a column's numbers and times are counted."""
        family = self._table.families[column]
        if family.name == DECIMAL:
            return f"DECIMAL(38, {family.scale})"
        return "DOUBLE" if family.name == FLOAT else "UBIGINT" if family.low == 0 else "BIGINT"

    def _ordered(self, column: int) -> str:
        number = self._number(column) if self._table.families[column].name in TIMES else self._held(column)
        return f"CAST({number} AS {self._ordered_type(column)})"

    def _is_counted(self, column: int) -> bool:
        return self._table.families[column].name != OTHER

    def _aggregates(self, column: int) -> List[str]:
        """Return five SQL expressions: count of present cells, lowest, highest, mean and approximate distinct count.

        For times, the fourth is their sum instead of their mean, so that the mean is computed without rounding.
        """
        held, family = self._held(column), self._table.families[column]
        if family.name == OTHER:
            return [f"count({held})", "NULL", "NULL", "NULL", "0"]
        number = self._number(column) if family.name in TIMES else held
        return [
            f"count({held})",
            f"min({number})",
            f"max({number})",
            self._mean(column),
            f"approx_count_distinct({held})",
        ]

    def _mean(self, column: int) -> str:
        """Return the SQL of the mean. For floating-point numbers, it is without rounding errors of a plain sum."""
        held, family = self._held(column), self._table.families[column]
        if family.name in AVERAGED:
            return f"sum({self._number(column)})"
        if family.name not in NUMBERS:
            return "NULL"
        if family.name == INTEGER:
            return f"avg({held})"
        doubles = f"CAST({held} AS DOUBLE)"
        return f"CASE WHEN isnan(favg({doubles})) THEN avg({doubles}) ELSE favg({doubles}) END"

    # SQL of columns

    @property
    def _source(self) -> str:
        names = ", ".join([*(f"c{i}" for i in range(self._table.width)), "rn"])
        return f"read_parquet(?, file_row_number = true) AS t({names})"

    def _raw(self, column: int) -> str:
        place = self._table.stored[column]
        return f"({place.start} + {place.step} * rn)" if isinstance(place, Range) else f"c{place}"

    def _held(self, column: int) -> str:
        """Return the SQL of the column with NaN as a missing value."""
        raw = self._raw(column)
        if self._table.families[column].name != FLOAT:
            return raw
        return f"CASE WHEN isnan({raw}) THEN NULL ELSE CAST({raw} AS DOUBLE) END"

    def _number(self, column: int) -> str:
        """Return the SQL of a time as a number in the units of its family."""
        family, raw = self._table.families[column], self._raw(column)
        if family.unit == "D":
            return f"({raw} - DATE '1970-01-01')" if family.name == MOMENT else raw
        if family.name == PERIOD or (family.name == DURATION and not self._table.is_clock(column)):
            return raw
        number = f"{_EPOCHS[family.unit]}({raw})"
        return f"coalesce({number}, {_infinite(raw, -family.high, family.high)})" if family.name == MOMENT else number

    def _operand(self, column: int) -> str:
        """Return the SQL operand of a test. The test itself excludes NaN, so that DuckDB can skip row groups."""
        family = self._table.families[column]
        if family.name in TIMES:
            return self._number(column)
        return f"CAST({self._raw(column)} AS DOUBLE)" if family.name == FLOAT else self._raw(column)

    def _shown(self, column: int) -> str:
        return self._number(column) if self._table.families[column].name in TIMES else self._raw(column)

    def _cells(self, column: int, values: Sequence[Any]) -> List[object]:
        """Return cells in the form of our own readers."""
        family = self._table.families[column]
        if family.name in TIMES:
            return [None if value is None else time_cell(int(value), family) for value in values]
        return list(values)

    # SQL of rows

    def _order(self, asked: Selection) -> str:
        if asked.sort is None:
            return ""
        key = self._held(asked.sort)
        if self._table.families[asked.sort].name == TEXT:
            key = f"lower({key})"
        return f" ORDER BY {key} {'DESC' if asked.descending else 'ASC'} NULLS LAST, rn"

    def _where(self, asked: Selection) -> Statement:
        parts = [] if asked.test is None else [self._test(asked.test)]
        if asked.find:
            parts.append(self._search(asked.find.lower()))
        joined = " AND ".join(f"({part.sql})" for part in parts) or "true"
        return Statement(joined, [value for part in parts for value in part.values])

    def _search(self, wanted: str) -> Statement:
        """Return the SQL condition of rows that contain a text.

        Raises DuckError if DuckDB cannot make the texts of all cells.
        """
        texts: List[str] = []
        for column, family in enumerate(self._table.families):
            if self._table.words[column] == "null":
                continue
            if family.name in (DURATION, PERIOD, OTHER):
                raise DuckError(f"pyarrow searches {plural(family)} of this type")
            text = f"CAST({self._operand(column) if family.name == FLOAT else self._raw(column)} AS VARCHAR)"
            text = self._moment_text(column) if family.name == MOMENT else text
            texts.append(f"contains(lower({text}), ?)")
        return Statement(" OR ".join(texts) or "false", [wanted] * len(texts))

    def _moment_text(self, column: int) -> str:
        """Return the SQL of a moment as its cell is shown."""
        raw, family = self._raw(column), self._table.families[column]
        first, last = (_text(str(time_cell(number, family))) for number in (-family.high, family.high))
        text = f"replace(CAST({raw} AS VARCHAR), ' ', 'T')"
        return f"coalesce({_infinite(raw, first, last)}, {text})"

    def _test(self, test: Test) -> Statement:
        if isinstance(test, Several):
            parts = [self._test(part) for part in test.parts]
            joined = (" AND " if test.is_all else " OR ").join(f"({part.sql})" for part in parts)
            return Statement(joined, [value for part in parts for value in part.values])
        if isinstance(test, Always):
            return Statement("true" if test.value else "false", [])
        if isinstance(test, PresenceTest):
            return Statement(f"{self._held(test.column)} IS {'NOT ' if test.is_held else ''}NULL", [])
        if isinstance(test, ColumnTest):
            return self._columns_test(test)
        if isinstance(test, TextTest):
            sql = f"regexp_full_match({self._raw(test.column)}, ?)"
            return Statement(sql if test.is_matched else f"NOT {sql}", [test.regex])
        return self._value_test(test)

    def _value_test(self, test: Union[ValueTest, RangeTest]) -> Statement:
        family, operand = self._table.families[test.column], self._operand(test.column)
        hole = f"CAST(? AS DECIMAL(38, {family.scale}))" if family.name == DECIMAL else "?"
        if isinstance(test, ValueTest):
            sql = f"{operand} {test.sign} {hole}"
            return Statement(self._without_nan(sql, test.column), [stored(test.value, family)])
        holes = ", ".join([hole] * len(test.values))
        sql = f"{operand} {'IN' if test.is_among else 'NOT IN'} ({holes})"
        return Statement(self._without_nan(sql, test.column), [stored(value, family) for value in test.values])

    def _without_nan(self, sql: str, *columns: int) -> str:
        floats = [column for column in columns if self._table.families[column].name == FLOAT]
        return " AND ".join([sql, *(f"NOT isnan({self._raw(column)})" for column in floats)])

    def _columns_test(self, test: ColumnTest) -> Statement:
        sides = [self._operand(test.column), self._operand(test.other)]
        families = [self._table.families[test.column], self._table.families[test.other]]
        if test.as_floats:
            sides = [f"CAST({side} AS DOUBLE)" for side in sides]
        elif families[0].name in (MOMENT, DURATION, CLOCK):
            sides = [
                f"CAST({side} AS HUGEINT) * {nanoseconds_of(family.unit)}" for side, family in zip(sides, families)
            ]
        return Statement(self._without_nan(f"{sides[0]} {test.sign} {sides[1]}", test.column, test.other), [])

    # The database

    def _all(self, connection: DuckConnection, sql: str, values: List[object]) -> List[Tuple[Any, ...]]:
        with self._problems(), _watched(connection, self._report):
            return connection.execute(sql, [self._path, *values]).fetchall()

    @contextlib.contextmanager
    def _connected(self, written: Optional[str] = None) -> Generator[DuckConnection, None, None]:
        """Open a database in memory that can read the file, write `written`, and do nothing else."""
        folder = tempfile.mkdtemp(prefix="pipesight-")
        connection: Optional[DuckConnection] = None
        try:
            with self._problems():
                connection = self._duckdb.connect(":memory:", config=self._configuration(folder))
                if self._table.location.system is not None:
                    connection.register_filesystem(Bridge.of(self._table.location.system))
                allowed = ", ".join(_text(path) for path in (self._path, written) if path)
                for setting in (
                    _NO_FOLDING,
                    f"allowed_paths = [{allowed}]",
                    "enable_external_access = false",
                    "enable_progress_bar = true",
                    "enable_progress_bar_print = false",
                    "lock_configuration = true",
                ):
                    connection.execute(f"SET {setting}")
            yield connection
        finally:
            if connection is not None:
                connection.close()
            shutil.rmtree(folder, ignore_errors=True)

    def _configuration(self, folder: str) -> "dict[str, str]":
        limit = self._memory // 2 or _MEMORY
        return {
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_unsigned_extensions": "false",
            "memory_limit": f"{limit // 1024**2}MiB",
            "temp_directory": folder,
            "threads": str(max(1, min(4, os.cpu_count() or 1))),
        }

    @contextlib.contextmanager
    def _problems(self) -> Generator[None, None, None]:
        try:
            yield
        except self._duckdb.OutOfMemoryException:
            raise Problem(
                "This query needs more memory than the reader may use.",
                "Raise the limit in the settings, or ask for fewer rows or columns.",
            ) from None
        except self._duckdb.Error as error:
            raise DuckError(str(error).split("\n", 1)[0]) from None


class DuckError(Exception):
    """DuckDB cannot read the file, or cannot write what is in it."""


@contextlib.contextmanager
def _watched(connection: DuckConnection, report: Report) -> Generator[None, None, None]:
    """Report the progress of the statement that runs while the context is open."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_LOOK):
            with contextlib.suppress(Exception):
                report(max(0.0, connection.query_progress() / 100))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _infinite(moment: str, first: object, last: object) -> str:
    """Return the SQL of a value for the first and the last moment that a file can keep. DuckDB calls them infinite."""
    return f"CASE CAST({moment} AS VARCHAR) WHEN '-infinity' THEN {first} WHEN 'infinity' THEN {last} END"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""Answer queries of a whole table: sorted and filtered rows, statistics, and an export to a file."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, contextmanager
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Generator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

from .bounds import WHOLE, Picture, Request, cell, clip
from .dtypes import computed, shortest
from .duck import DuckError, DuckScan
from .export import write_csv, write_parquet
from .filters import position, positions, whole_test
from .folder import Folder, open_folder
from .formats import fitting, function
from .frames import ParquetTable
from .libraries import LibraryError, install
from .problem import Problem
from .profile import Distribution, Plan, Sample, Summary, described, plan_of, sample_of
from .scan import Scan, Selection
from .table_preview import columns_of, columns_shown, dtype, picked_of
from .whole_table import Report, WholeTable

if TYPE_CHECKING:
    from .protocols import Engine

_NAME = 200  # characters of a column's name
_NAMES = 10_000  # columns that are named
_FULL = {
    errno.ENOSPC,
    errno.EFBIG,
    getattr(errno, "EDQUOT", errno.ENOSPC),
}  # full disk, largest file, quota of the user
_Found = TypeVar("_Found")


class Query(NamedTuple):
    """A query of the table at `uri`. `task` is `rows`, `statistics`, `profile`, `columns` or `export`.

    `where` is a condition, and `find` is a text in any cell. `sort` is the name of a column or its position. `columns`
    are the names of the requested columns, or empty for all. With `first_column`, the answer has as many columns as a
    preview, counted from 0 after the index, or the `picked` ones. Texts in cells are cut to `cell` characters. An
    export writes the file `path`.
    """

    uri: str
    task: str = "rows"
    materializer: str = ""
    data_type: str = ""
    where: str = ""
    find: str = ""
    sort: Union[str, int] = -1
    descending: bool = False
    columns: Optional[Sequence[str]] = None
    offset: int = 0
    limit: int = 50
    cell: int = 300
    path: str = ""
    first_column: Optional[int] = None
    picked: Sequence[int] = ()


def query(asked: Query, report: Report, memory: int = 0) -> Dict[str, Any]:
    """Return the answer: a preview of a table, `statistics`, or the number of exported rows.

    Raises Problem if there is no table, or if the query does not fit the table.
    """
    with ExitStack() as stack:
        folder = open_folder(asked.uri)
        table, path = _table(folder, stack)
        if asked.task == "columns":
            return _schema(table)
        table.settle()
        selection = _selection(asked, table)
        engines = Engines(table, folder, path, stack, report, memory)
        return _TASKS[asked.task](asked, table, selection, engines)


def _schema(table: WholeTable) -> Dict[str, object]:
    """Return the names and types of all columns, as far as they are known before the rows are read."""
    columns = [
        {"name": clip(name, _NAME), "type": dtype(word)} for name, word in zip(table.names[:_NAMES], table.words)
    ]
    return {"columns": columns, "index": table.levels}


def _table(folder: Folder, stack: ExitStack) -> Tuple[WholeTable, str]:
    for entry, path in fitting(folder):
        if entry.table:
            table: Optional[WholeTable] = function(entry.table)(folder, path, stack)
            if table is not None:
                return table, path
        else:
            break
    raise Problem(
        "This output is no table, so its rows cannot be filtered, sorted or exported.",
        "Read it without these options.",
    )


def _selection(asked: Query, table: WholeTable) -> Selection:
    columns = _columns(asked, table)
    return Selection(
        whole_test(asked.where, table.columns),
        asked.find,
        _sort(asked.sort, table),
        asked.descending,
        columns,
        max(0, asked.offset),
        max(1, min(asked.limit, WHOLE // max(len(columns), 1))),
    )


def _columns(asked: Query, table: WholeTable) -> List[int]:
    """Return the requested columns, the index first. Only rows include levels that just number them."""
    if asked.columns is not None:
        return [column for name in asked.columns for column in positions(name, table.names)]
    left_out = table.numbering if asked.task != "rows" else []
    return [
        *(level for level in range(table.levels) if level not in left_out),
        *(table.levels + column for column in _shown(asked, len(table.names) - table.levels)),
    ]


def _shown(asked: Query, width: int) -> Sequence[int]:
    """Return the requested columns, counted after the index."""
    if asked.task == "export":
        return picked_of(asked.picked, width) or range(width)
    if asked.picked or asked.first_column is not None:
        return columns_of(_window(asked), width)
    return range(width)


def _window(asked: Query) -> Request:
    """Return the requested columns as the request for a preview."""
    return Request("", first_column=asked.first_column or 0, picked=tuple(asked.picked))


def _sort(sort: Union[str, int], table: WholeTable) -> Optional[int]:
    place = position(sort, table.names) if isinstance(sort, str) else sort
    if not 0 <= place < len(table.names):
        return None
    if table.is_nested[place]:
        name = clip(table.names[place], 80)
        raise Problem(f"The column {name!r} holds lists or structs, which have no order.", "Sort by another column.")
    return place


class Engines:
    """The choice of the engine for a table: our own code if it is small or untyped, else DuckDB, else pyarrow."""

    def __init__(
        self, table: WholeTable, folder: Folder, path: str, stack: ExitStack, report: Report, memory: int
    ) -> None:
        self._table = table
        self._folder = folder
        self._path = path
        self._stack = stack
        self._report = report
        self._memory = memory

    def run(self, ask: Callable[[Engine], _Found], *, is_large: bool = False) -> _Found:
        """Call `ask` with the first engine that can read the table. With `is_large`, use an engine of a library.

        Raises Problem if none can.
        """
        if not isinstance(self._table, ParquetTable):
            return ask(self._own())
        if not is_large and self._table.rows * max(len(self._table.names), 1) <= WHOLE:
            return ask(Scan(self._table, self._report))
        why: List[str] = []
        missing = "duckdb"
        try:
            return ask(DuckScan(self._table, self._report, self._memory))
        except LibraryError as error:
            why.append(error.text)
        except DuckError as error:
            why.append(f"DuckDB cannot do it ({clip(str(error), 200)}).")
            missing = "pyarrow"
        try:
            return ask(self._arrow())
        except LibraryError as error:
            why.append(error.text)
        what = "is written by DuckDB or pyarrow" if is_large else "has more than a million cells"
        raise Problem(f"This {'file' if is_large else 'table'} {what}. {' '.join(why)}", install(missing))

    def _own(self) -> Engine:
        from .arrow_tables import BatchedTable

        if isinstance(self._table, BatchedTable):
            from .arrow_scan import ArrowScan

            return ArrowScan(self._table, self._report)
        return Scan(self._table, self._report)

    def _arrow(self) -> Engine:
        from .arrow_scan import ArrowScan
        from .arrow_tables import ArrowParquetTable

        assert isinstance(self._table, ParquetTable)
        file = self._stack.enter_context(self._folder.open(self._path))
        return ArrowScan(ArrowParquetTable(self._table, file, self._path), self._report)


def _rows(asked: Query, table: WholeTable, selection: Selection, engines: Engines) -> Dict[str, object]:
    levels = table.levels if asked.columns is None else 0
    width = (len(selection.columns) if asked.columns is not None else len(table.names)) - levels
    found = engines.run(lambda engine: engine.page(selection))
    words = [table.words[column] for column in selection.columns]
    rows = [[cell(shortest(value, word), asked.cell) for value, word in zip(row, words)] for row in zip(*found.cells)]
    total = found.total
    picture: Picture = {
        "kind": "table",
        "summary": f"{table.what} {total:,} x {width:,}",
        "table": {
            "columns": [
                {"name": clip(table.names[c], _NAME), "type": dtype(table.words[c])} for c in selection.columns
            ],
            "rows": rows,
            "numbers": found.numbers,
            "offset": selection.offset,
            "total": total,
            "index": levels,
            "width": width,
            **columns_shown(_window(asked), width),
        },
        "truncated": len(rows) < total,
    }
    return {"preview": picture}


def _statistics(asked: Query, table: WholeTable, selection: Selection, engines: Engines) -> Dict[str, object]:
    found = engines.run(lambda engine: engine.statistics(selection))
    return {"statistics": summed(table, selection.columns, found, asked.cell)}


def summed(table: WholeTable, columns: Sequence[int], found: Sequence[Summary], length: int) -> List[Dict[str, object]]:
    """Return the statistics of these columns as JSON. A cell has at most `length` characters."""
    return [
        {
            "column": clip(table.label(column), _NAME),
            "type": dtype(table.words[column]),
            "rows": each.rows,
            "missing": each.missing,
            "distinct": each.distinct,
            "min": cell(shortest(each.low, table.words[column]), length),
            "max": cell(shortest(each.high, table.words[column]), length),
            "mean": cell(_mean(each.mean, table.words[column])),
        }
        for column, each in zip(columns, found)
    ]


def _mean(mean: Union[float, str, None], word: str) -> object:
    return mean if isinstance(mean, str) else computed(mean, word)


class _Profiled(NamedTuple):
    summaries: List[Summary]
    plans: List[Plan]
    sample: Sample
    distributions: List[Distribution]


def _profile(asked: Query, table: WholeTable, selection: Selection, engines: Engines) -> Dict[str, object]:
    """Return the statistics of each column with the distribution of its values."""
    families = [table.families[column] for column in selection.columns]

    def look(engine: Engine) -> _Profiled:
        found = engine.statistics(selection)
        plans = [plan_of(each, family) for each, family in zip(found, families)]
        sample = sample_of(found[0].rows if found else 0, len(found))
        return _Profiled(found, plans, sample, engine.distributions(selection, plans, sample))

    found = engines.run(look)
    columns = summed(table, selection.columns, found.summaries, asked.cell)
    for i, (place, each, plan) in enumerate(zip(selection.columns, found.distributions, found.plans)):
        columns[i].update(described(each, found.summaries[i], plan, families[i], table.words[place]))
        columns[i].update(position=place, is_sampled=bool(plan.bounds) and not found.sample.is_whole)
    return {"profile": columns}


def _export(asked: Query, table: WholeTable, selection: Selection, engines: Engines) -> Dict[str, object]:
    with _write_problems(asked.path):
        with open(asked.path, "ab"):
            pass
        os.unlink(asked.path)  # no partial file is left if the rows cannot be read
        return {"exported": _written(asked, table, selection, engines)}


def _written(asked: Query, table: WholeTable, selection: Selection, engines: Engines) -> int:
    """Write the file of an export, and return the number of its rows."""
    if asked.path.lower().endswith(".parquet"):
        return engines.run(lambda engine: write_parquet(engine, table, selection, asked.path), is_large=True)
    columns = [(table.label(column), table.words[column]) for column in selection.columns]
    written = selection._replace(is_written=True)
    return engines.run(lambda engine: write_csv(engine.stream(written), columns, asked.path))


@contextmanager
def _write_problems(path: str) -> Generator[None, None, None]:
    """Turn errors of writing into a Problem about the file, so that it is not taken for one of the artifact."""
    try:
        yield
    except OSError as error:
        if error.filename != path and error.errno not in _FULL:
            raise
        folder = os.path.dirname(path) or "."
        raise Problem(
            f"The export cannot be written to {folder}: {error.strerror}.", "Choose another folder."
        ) from None


_TASKS: Dict[str, Callable[[Query, WholeTable, Selection, Engines], Dict[str, object]]] = {
    "rows": _rows,
    "statistics": _statistics,
    "profile": _profile,
    "export": _export,
}

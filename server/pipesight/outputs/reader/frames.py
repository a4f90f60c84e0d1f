"""Read tables and arrays in Parquet, Arrow and Feather files, and show them as pandas does."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from typing import (
    BinaryIO,
    Callable,
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

from .array_numbers import Numbers
from .arrays import array_picture, checked_shape, of_values
from .arrow import ArrowError, ArrowParquet, ArrowTable
from .bounds import COLUMNS, Picture, Request
from .csvs import read_csv
from .families import Family, family_as_kept
from .folder import Folder, Location
from .libraries import LibraryError
from .pandas_notes import Notes, Range, label
from .parquet import DamagedError, ParquetFile, UnsupportedError
from .problem import RUN_AGAIN, Problem
from .table_preview import add_note, columns_of, dtype, extent, is_part, page, part_of_table, transposed
from .whole_table import Piece, Report, WholeTable

_AT_ONCE = 1_000_000  # numbers of an array that is decoded at once. A larger one is decoded row by row


class _TableFile(NamedTuple):
    """A file with a table: the names and types of its columns, and a function that reads cells of a column."""

    columns: List[Tuple[str, str]]
    total: Optional[int]
    notes: Notes
    read: Callable[[int, int, int], List[object]]


class _TableRows(NamedTuple):
    """Some rows of a table. Its first `levels` columns are its index. `width` counts all its other columns."""

    columns: List[Tuple[str, str]]
    rows: Sequence[Sequence[object]]
    levels: int
    width: int
    total: Optional[int]


def read_frame(folder: Folder, path: str, request: Request) -> Picture:
    """Return the preview of a DataFrame or Series in a Parquet file.

    Raises Problem if neither the file nor the samples beside it can be read.
    """
    try:
        with folder.open(path) as file:
            parquet = _Parquet(file, path)
            picture = _frame_picture(parquet.source, request)
            if parquet.obstacle is not None:
                if not parquet.readable:
                    raise Problem(f"{path} needs pyarrow to be read: {parquet.obstacle.why}", parquet.obstacle.advice)
                add_note(picture, f"Without pyarrow, only a part of it can be shown: {parquet.obstacle.why}")
                picture.update(advice=parquet.obstacle.advice, truncated=True)
            return picture
    except Problem as problem:
        sample = next((name for name in ("sample.csv", "describe.csv") if name in folder), None)
        if sample is None:
            raise
        picture = read_csv(folder, sample, request)
        add_note(picture, f"{problem.text} This is {sample}, which ZenML wrote beside it.")
        picture.update(advice=problem.advice, truncated=True)
        return picture


def read_arrow(folder: Folder, path: str, request: Request) -> Picture:
    """Return the preview of a table in an Arrow or Feather file, which pyarrow reads.

    Raises Problem when it cannot be read.
    """
    with folder.open(path) as file:
        return arrow_picture(file, path, request)


def arrow_picture(file: BinaryIO, path: str, request: Request) -> Picture:
    """Return the preview of a table in an open Arrow or Feather file.

    Raises Problem when it cannot be read.
    """
    offset, limit = page(request)
    try:
        arrow = ArrowTable(file, offset, limit)
        source = _TableFile(arrow.columns, arrow.total, Notes(arrow.metadata.get(b"pandas", b"")), arrow.read)
        picture = _frame_picture(source, request)
        if arrow.total is None:
            width = picture["table"]["width"]
            picture["summary"] = f"DataFrame {extent(arrow.counted, width, False)}"
        return picture
    except LibraryError as error:
        raise Problem(f"{path} needs pyarrow to be read. {error.text}", error.advice) from None
    except ArrowError as error:
        raise error.problem(path, "Arrow file") from None


def _frame_picture(source: _TableFile, request: Request) -> Picture:
    found = _page_of(source, request)
    is_series = request.data_type.endswith("Series")
    kind = dtype(found.columns[-1][1]) if is_series and found.columns else ""
    total = found.total or 0
    held = part_of_table(request, found.columns, found.rows, found.total, found.levels, found.width)
    return {
        "kind": "table",
        "summary": f"Series of {total:,} {kind}" if is_series else f"DataFrame {extent(total, found.width, True)}",
        "table": held,
        "truncated": is_part(held),
    }


def open_frame(folder: Folder, path: str, stack: ExitStack) -> WholeTable:
    """Return the table in a Parquet file for queries. `stack` closes the file.

    Raises Problem when it cannot be read.
    """
    parquet = _Parquet(stack.enter_context(folder.open(path)), path)
    return ParquetTable(parquet, folder.location(path))


class ParquetTable(WholeTable):
    """A table in a Parquet file.

    `location` is the path or URL with which a library can read the file by itself. `stored` has, for each column of the
    table, the column of the file or the range of an index. `conversions` turn the plain numbers of the file into cells.
    """

    def __init__(self, parquet: _Parquet, location: Location) -> None:
        source = parquet.source
        notes = source.notes
        index = notes.index([name for name, _ in source.columns])
        self.stored: List[Union[int, Range]] = [*index, *(i for i in range(len(source.columns)) if i not in index)]
        self.location = location
        self.conversions: List[Optional[Callable[[object], object]]] = []
        self._kept: List[str] = []
        self.width = len(source.columns)
        columns: List[Tuple[str, str, Family]] = []
        for level, place in enumerate(self.stored):
            name, word = (place.name, "int64") if isinstance(place, Range) else source.columns[place]
            kept, (word, convert) = word, notes.meaning(name, word)
            columns.append((label(name) if level < len(index) else name, word, family_as_kept(word, kept)))
            self.conversions.append(convert)
            self._kept.append(kept)
        super().__init__(columns, len(index), source.total)
        self._parquet = parquet

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self.total or 0

    def is_clock(self, column: int) -> bool:
        """Return True if the file keeps a column as times of the day."""
        return self._kept[column].startswith("time[")

    def pieces(self, columns: Sequence[int], report: Report, written: Sequence[int] = ()) -> Iterator[Piece]:
        """Yield all rows at once: only small tables are read so."""
        cells: List[Sequence[object]] = []
        for done, column in enumerate([*columns, *written]):
            report(done / (len(columns) + len(written)))
            cells.append(self._cells(column))
        yield Piece(0, cells)

    def _cells(self, column: int) -> List[object]:
        place, convert = self.stored[column], self.conversions[column]
        if isinstance(place, Range):
            return list(place.values(0, self.rows))
        values = self._parquet.source.read(place, 0, self.rows)
        if self._parquet.obstacle is not None:
            raise Problem(
                f"The table cannot be read whole: {self._parquet.obstacle.why}", self._parquet.obstacle.advice
            )
        return [None if value is None else convert(value) for value in values] if convert else values


class _Obstacle(NamedTuple):
    """Why some columns are not shown, and what to do about it."""

    why: str
    advice: str


class _Parquet:
    """A Parquet file. Our own reader reads the columns that it can, and pyarrow the others.

    If a column needs pyarrow and there is none, `obstacle` says why. `readable` is the number of columns that could be
    read.
    """

    def __init__(self, file: BinaryIO, path: str) -> None:
        self.obstacle: Optional[_Obstacle] = None
        self.readable = 0
        self._file = file
        self._path = path
        self._arrow: Optional[ArrowParquet] = None
        try:
            self._own: Optional[ParquetFile] = ParquetFile(file)
        except (DamagedError, UnsupportedError) as error:
            self._own = None
            arrow = self._pyarrow_alone(error)
            self.source = _TableFile(arrow.columns, arrow.total, Notes(arrow.metadata.get(b"pandas", b"")), arrow.read)
            return
        metadata = self._own.metadata
        notes = Notes(metadata.get("pandas", b""), metadata.get("ARROW:schema", b""))
        self._columns = self._own.columns
        columns = [(column.name, self._word(i)) for i, column in enumerate(self._columns)]
        self.source = _TableFile(columns, self._own.total, notes, self._read)

    def _pyarrow_alone(self, why: Exception) -> ArrowParquet:
        """Open a file with pyarrow that our own reader cannot read at all."""
        try:
            return self._pyarrow(why)
        except LibraryError as error:
            if isinstance(why, DamagedError):
                raise _damaged(self._path, why) from None
            raise Problem(f"{self._path} needs pyarrow to be read: {why}. {error.text}", error.advice) from None

    def _word(self, column: int) -> str:
        """Return the type of a column. For a nested one, ask pyarrow if it is installed."""
        own = self._columns[column]
        if own.convert is not None or column >= 10 * COLUMNS:
            return own.type
        try:
            return self._pyarrow(UnsupportedError()).columns[column][1]
        except (LibraryError, Problem, IndexError):
            return own.type

    def _read(self, column: int, offset: int, limit: int) -> List[object]:
        assert self._own is not None
        own = self._columns[column]
        try:
            values = self._own.read(own, offset, limit)
            self.readable += 1
            return values
        except (DamagedError, UnsupportedError) as error:
            why = error
        try:
            return self._with_pyarrow(column, offset, limit, why)
        except LibraryError as error:
            if isinstance(why, DamagedError):
                raise _damaged(self._path, why) from None
            self.obstacle = self.obstacle or _Obstacle(f"{why}. {error.text}", error.advice)
            return ["…"] * max(0, min(limit, self._own.total - offset))

    def _with_pyarrow(self, column: int, offset: int, limit: int, why: Exception) -> List[object]:
        try:
            return self._pyarrow(why).read(column, offset, limit)
        except ArrowError:
            raise _damaged(self._path, why) from None

    def _pyarrow(self, why: Exception) -> ArrowParquet:
        """Open the file with pyarrow, once.

        Raises LibraryError if there is none, and Problem if it cannot read the file.
        """
        if self._arrow is None:
            try:
                self._arrow = ArrowParquet(self._file)
            except ArrowError:
                raise _damaged(self._path, why) from None
        return self._arrow


def _damaged(path: str, why: Exception) -> Problem:
    """Return the problem of a file that pyarrow cannot read either."""
    if isinstance(why, UnsupportedError):
        return Problem(
            f"{path} cannot be shown: {why}, and pyarrow cannot read it.", "Read it with the library that wrote it."
        )
    return Problem(f"{path} is not a readable Parquet file: {why}.", RUN_AGAIN)


def _page_of(source: _TableFile, request: Request) -> _TableRows:
    """Return the requested rows and columns, the index first."""
    offset, limit = page(request)
    notes = source.notes
    index = notes.index([name for name, _ in source.columns])
    data = [i for i in range(len(source.columns)) if i not in index]
    count = limit if source.total is None else max(0, min(limit, source.total - offset))
    columns: List[Tuple[str, str]] = []
    values: List[Sequence[object]] = []
    wanted = columns_of(request, len(data))
    for level in [*index, *(data[column] for column in wanted)]:
        if isinstance(level, Range):
            columns.append((level.name, "int64"))
            values.append(level.values(offset, count))
            continue
        name, word = source.columns[level]
        kind, convert = notes.meaning(name, word)
        cells = source.read(level, offset, limit)
        columns.append((label(name) if level in index else name, kind))
        values.append([None if cell is None else convert(cell) for cell in cells] if convert else cells)
    return _TableRows(columns, transposed(values), len(index), len(data), source.total)


def read_flat_array(folder: Folder, path: str, request: Request) -> Picture:
    """Return a numpy array as old releases kept it: one Parquet column, and its shape in `shape.json` beside it."""
    with ExitStack() as stack, _flat_problems(path):
        return array_picture(open_flat_array(folder, path, stack), request)


def open_flat_array(folder: Folder, path: str, stack: ExitStack) -> Numbers:
    """Return the numbers of an array as old releases saved it. `stack` closes the file.

    Raises Problem when it cannot be read.
    """
    try:
        lengths: Dict[str, object] = json.loads(folder.read("shape.json", 10_000).decode("utf-8"))
        shape = [lengths[key] for key in sorted(lengths, key=int)]
    except (ValueError, AttributeError, RecursionError):
        raise Problem("shape.json, the array's shape, cannot be read.", RUN_AGAIN) from None
    file = stack.enter_context(folder.open(path))
    with _flat_problems(path):
        parquet = ParquetFile(file)
        column = parquet.columns[0]
        checked = checked_shape(shape, parquet.total)
        kind = dtype(column.type)
        if parquet.total <= _AT_ONCE:
            return of_values(parquet.read(column, 0, parquet.total), checked, kind)
        return Numbers(checked, kind, lambda start, count: parquet.read(column, start, count))


@contextmanager
def _flat_problems(path: str) -> Generator[None, None, None]:
    """Turn errors of a file without a readable array into a Problem."""
    try:
        yield
    except UnsupportedError as error:
        raise Problem(f"{path} cannot be shown: {error}.", "Read it with ZenML.") from None
    except (DamagedError, IndexError, ValueError) as error:
        raise Problem(f"{path} is not a readable array: {error}.", RUN_AGAIN) from None

"""Open tables that pyarrow reads for queries: Arrow and Feather files, and Hugging Face datasets."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from .arrow import VIEWS, ArrowError, ArrowParquet, batches_of, cells_of, type_word
from .datasets import columns_of_info, parts_of
from .families import Family, family_of
from .folder import Folder
from .frames import ParquetTable
from .libraries import LibraryError, library
from .pandas_notes import Notes, Range, label
from .problem import Problem
from .whole_table import Piece, Report, WholeTable

if TYPE_CHECKING:
    from .protocols import Pyarrow, PyarrowArray


class BatchedTable(WholeTable):
    """A table whose rows pyarrow reads in batches. `conversions` turn values stored as plain numbers into cells."""

    def __init__(
        self,
        columns: Sequence[Tuple[str, str, Family]],
        levels: int,
        total: Optional[int],
        conversions: Sequence[Optional[Callable[[Any], object]]],
    ) -> None:
        super().__init__(columns, levels, total)
        self.conversions = conversions

    def batches(self, columns: Sequence[int], report: Report) -> Iterator[Tuple[int, List[PyarrowArray]]]:
        """Yield the number of the first row of each batch, and the arrays of the columns."""
        raise NotImplementedError

    def pieces(self, columns: Sequence[int], report: Report, written: Sequence[int] = ()) -> Iterator[Piece]:
        """Yield all rows of these columns."""
        columns = [*columns, *written]
        for first, arrays in self.batches(columns, report):
            yield Piece(first, [self.cells(column, array) for column, array in zip(columns, arrays)])

    def is_converted(self, column: int) -> bool:
        """Return True for periods, and for durations that are integers."""
        return self.conversions[column] is not None

    def cells(self, column: int, array: PyarrowArray) -> List[object]:
        """Return the cells of a column as previews show them, with the types in pandas' metadata."""
        convert = self.conversions[column]
        values = cells_of(array)
        return [None if value is None else convert(value) for value in values] if convert else values


class ArrowFiles(BatchedTable):
    """The table in one Arrow file, or in several consecutive files."""

    def __init__(self, folder: Folder, paths: Sequence[str]) -> None:
        self._folder = folder
        self._paths = paths
        with folder.open(paths[0]) as file, arrow_problems(paths[0]):
            schema = batches_of(file)[0]
        metadata: Dict[bytes, bytes] = schema.metadata or {}
        notes = Notes(metadata.get(b"pandas", b""))
        index = [place for place in notes.index(list(schema.names)) if not isinstance(place, Range)]
        self._stored = [*index, *(i for i in range(len(schema.names)) if i not in index)]
        fields = [schema.field(i) for i in self._stored]
        meant = [notes.meaning(field.name, type_word(field.type)) for field in fields]
        names = [label(field.name) if level < len(index) else field.name for level, field in enumerate(fields)]
        columns = [(name, word, family_of(word)) for name, (word, _) in zip(names, meant)]
        super().__init__(columns, len(index), None, [convert for _, convert in meant])

    def batches(self, columns: Sequence[int], report: Report) -> Iterator[Tuple[int, List[PyarrowArray]]]:
        """Yield the batches of all files."""
        first = 0
        for number, path in enumerate(self._paths):
            with self._folder.open(path) as file, arrow_problems(path):
                size = max(self._folder.size(path), 1)
                for batch in batches_of(file)[1]:
                    report((number + min(1.0, _place(file) / size)) / len(self._paths))
                    yield first, [_without_view(batch.column(self._stored[column])) for column in columns]
                    first += batch.num_rows


class ArrowParquetTable(BatchedTable):
    """The table of a Parquet file, read by pyarrow."""

    def __init__(self, table: ParquetTable, file: BinaryIO, path: str) -> None:
        """Open the file.

        Raises LibraryError when there is no safe pyarrow, and Problem when it cannot read the file.
        """
        self.__dict__.update(table.__dict__)
        self._table = table
        self._path = path
        library("pyarrow.parquet")  # raises if it is missing, and the caller then tries other libraries
        with arrow_problems(path):
            self._file = ArrowParquet(file)

    def batches(self, columns: Sequence[int], report: Report) -> Iterator[Tuple[int, List[PyarrowArray]]]:
        """Yield the batches of the columns."""
        stored = [self._table.stored[column] for column in columns]
        held = sorted({place for place in stored if not isinstance(place, Range)})
        with arrow_problems(self._path):
            for first, count, arrays in self._file.batches(held):
                report(first / max(self._table.rows, 1))
                found = dict(zip(held, map(_without_view, arrays)))
                yield (
                    first,
                    [_labels(place, first, count) if isinstance(place, Range) else found[place] for place in stored],
                )


def _without_view(array: PyarrowArray) -> PyarrowArray:
    """Return an array in the layout that all functions of pyarrow know."""
    wanted = VIEWS.get(str(array.type))
    return array.cast(getattr(library("pyarrow"), wanted)()) if wanted is not None else array


def _labels(level: Range, first: int, count: int) -> PyarrowArray:
    arrow: Pyarrow = library("pyarrow")
    return arrow.array(level.values(first, count), "int64")


def open_arrow(folder: Folder, path: str, _stack: ExitStack) -> WholeTable:
    """Return the table in an Arrow or Feather file.

    Raises Problem when it cannot be read.
    """
    return ArrowFiles(folder, [path])


def open_dataset(folder: Folder, path: str, _stack: ExitStack) -> Optional[WholeTable]:
    """Return the dataset, or the first split of several. None if the files are not those of a dataset."""
    inside = path[: path.rfind("/") + 1]
    paths = parts_of(folder, inside)
    if paths:
        return ArrowFiles(folder, paths)
    columns = columns_of_info(folder, inside)
    return EmptyTable(columns) if columns else None


class EmptyTable(WholeTable):
    """A table without rows."""

    def __init__(self, columns: Sequence[Tuple[str, str]]) -> None:
        super().__init__([(name, word, family_of(word)) for name, word in columns], 0, 0)

    def pieces(self, columns: Sequence[int], report: Report, written: Sequence[int] = ()) -> Iterator[Piece]:
        """Yield one piece without rows."""
        yield Piece(0, [[] for _ in [*columns, *written]])


class arrow_problems:  # noqa: N801 - it reads as a context
    """Turn errors of pyarrow into a Problem."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        if isinstance(error, LibraryError):
            raise Problem(f"{self._path} needs pyarrow to be read. {error.text}", error.advice) from None
        if isinstance(error, ArrowError):
            raise error.problem(self._path, "table") from None


def _place(file: BinaryIO) -> int:
    return 0 if file.closed else file.tell()

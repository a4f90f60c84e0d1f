"""A whole table: its columns with their families, and a method that reads all rows of some columns."""

from __future__ import annotations

import itertools
import marshal
import tempfile
from contextlib import ExitStack, suppress
from typing import IO, Any, Callable, Generic, Iterator, List, NamedTuple, Optional, Sequence, Tuple, TypeVar

from .families import INTEGER, OTHER, TEXT, Family
from .filters import TableColumn
from .untyped import Untyped

PIECE = 50_000  # rows that are read together
_CELLS = 5_000_000  # cells that are in memory at once as a list of rows
_IN_MEMORY = 64 * 1024 * 1024  # bytes of records in memory. More of them go to a temporary file
_ON_DISK = 1024 * 1024 * 1024  # bytes of the temporary file, because a compressed file can have any size

_Record = TypeVar("_Record")

Report = Callable[[float], None]
"""A function that gets the part of the work that is done, from 0 to 1."""


class Piece(NamedTuple):
    """Some rows that follow each other: the number of the first one, and the cells of each requested column."""

    first: int
    cells: List[Sequence[Any]]


class WholeTable:
    """A table that is read in pieces, from the first row to the last.

    The first `levels` columns are the frame's index. `total` is None if the rows were not counted. `what` is the word
    for the table in a summary.
    """

    what = "DataFrame"

    def __init__(self, columns: Sequence[Tuple[str, str, Family]], levels: int, total: Optional[int]) -> None:
        self.names = [name for name, _, _ in columns]
        self.words = [word for _, word, _ in columns]
        self.families = [family for _, _, family in columns]
        self.levels = levels
        self.total = total

    @property
    def columns(self) -> List[TableColumn]:
        """The columns as a condition sees them."""
        return [TableColumn(name, family) for name, family in zip(self.names, self.families)]

    @property
    def numbering(self) -> List[int]:
        """The levels of the index that only number the rows: integers without a name."""
        return [i for i in range(self.levels) if not self.names[i] and self.families[i].name == INTEGER]

    def label(self, column: int) -> str:
        """Return a name for a column. An index without a name is `index`, as in pandas."""
        return self.names[column] or ("index" if column < self.levels else "")

    @property
    def is_nested(self) -> List[bool]:
        """True for each column that has lists, maps or structs."""
        return [
            family.name == OTHER and word.startswith(("list", "map", "struct"))
            for word, family in zip(self.words, self.families)
        ]

    def settle(self) -> None:
        """Detect the families of all columns, if the file does not have types."""

    def pieces(self, columns: Sequence[int], report: Report, written: Sequence[int] = ()) -> Iterator[Piece]:
        """Yield all rows of these columns, then those of `written`, whose cells keep the text of the file."""
        raise NotImplementedError


class UntypedTable(WholeTable):
    """A table in a file without types, such as CSV. The cells of a column determine its family."""

    def __init__(self, names: Sequence[str], levels: int, are_texts: bool) -> None:
        super().__init__([(name, "", Family(TEXT)) for name in names], levels, None)
        self._columns = [Untyped(are_texts) for _ in names]
        self._is_settled = False

    def batches(self, report: Report) -> Iterator[List[Sequence[object]]]:
        """Yield the fields of the rows as the file has them, many rows at a time."""
        raise NotImplementedError

    def settle(self) -> None:
        """Read the whole file, to count its rows and to find the families."""
        if self._is_settled:
            return
        self.total = 0
        for rows in self.batches(lambda _: None):
            self.total += len(rows)
            for column, values in zip(self._columns, zip(*rows)):
                column.add(values)
        self.families = [column.family for column in self._columns]
        self.words = [column.word for column in self._columns]
        self._is_settled = True

    def pieces(self, columns: Sequence[int], report: Report, written: Sequence[int] = ()) -> Iterator[Piece]:
        """Yield the rows in pieces."""
        first = 0
        for rows in self.batches(report):
            held = list(zip(*rows))
            cells: List[Sequence[Any]] = [self._columns[column].cells(held[column]) for column in columns]
            yield Piece(first, [*cells, *(held[column] for column in written)])
            first += len(rows)


class ReadOnce(Generic[_Record]):
    """The records of a file, which is read once. They are kept in memory, or in a temporary file if they are many."""

    def __init__(self, read: Callable[[Report], Iterator[_Record]], stack: ExitStack, width: int = 1) -> None:
        """`read` reads the file. `stack` removes the temporary file. Each record has `width` cells."""
        self._read = read
        self._rows = rows_at_once(width)
        self._stack = stack
        self._kept: Optional[IO[bytes]] = None
        self._lengths: List[int] = []
        self._is_refused = False

    def batches(self, report: Report) -> Iterator[List[_Record]]:
        """Yield the records, many at a time."""
        if self._kept is None:
            yield from _batches(self._read(report), self._rows) if self._is_refused else self._from_file(report)
            return
        self._kept.seek(0)
        for number, length in enumerate(self._lengths):
            report(number / len(self._lengths))
            yield marshal.loads(self._kept.read(length))  # noqa: S302 - a file without a name, which is ours alone

    def _from_file(self, report: Report) -> Iterator[List[_Record]]:
        kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the stack closes it
        self._stack.enter_context(kept)
        lengths: List[int] = []
        for records in _batches(self._read(report), self._rows):
            if not self._is_refused and not _is_kept(records, kept, lengths):
                self._is_refused = True
                with suppress(OSError):  # closing tries again to write data that a full disk has refused
                    kept.close()
            yield records
        if not self._is_refused:
            self._kept, self._lengths = kept, lengths


def _is_kept(records: List[Any], kept: IO[bytes], lengths: List[int]) -> bool:
    """Keep records for later parts of a query. Return False if that is not possible.

    It is not possible if there are too many records, if one is nested too deeply, or if the disk or the memory is full.
    """
    try:
        data = marshal.dumps(records)
        lengths.append(len(data))
        kept.write(data)
        kept.flush()  # a full disk raises an error here
    except (OSError, ValueError, MemoryError):
        return False
    return sum(lengths) <= _ON_DISK


def rows_at_once(width: int) -> int:
    """Return how many rows are read at once. A wider table gets fewer."""
    return max(1, min(PIECE, _CELLS // max(width, 1)))


def _batches(records: Iterator[_Record], rows: int) -> Iterator[List[_Record]]:
    while True:
        found = list(itertools.islice(records, rows))
        if not found:
            return
        yield found

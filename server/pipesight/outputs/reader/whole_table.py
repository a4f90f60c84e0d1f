"""A table as a whole: its columns with their families, and what reads all rows of some of them."""

from __future__ import annotations

import itertools
from typing import Any, Callable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from .families import INTEGER, OTHER, TEXT, Family
from .filters import TableColumn
from .untyped import Untyped

PIECE = 50_000  # rows that are read together

Report = Callable[[float], None]
"""Takes how much of the work is done, from 0 to 1."""


class Piece(NamedTuple):
    """Some rows that follow each other: the number of the first one, and the cells of each column that was asked."""

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
        """Return the name of a column where it needs one. An index without a name is `index`, as in pandas."""
        return self.names[column] or ("index" if column < self.levels else "")

    @property
    def is_nested(self) -> List[bool]:
        """Which columns hold lists, maps or structs."""
        return [
            family.name == OTHER and word.startswith(("list", "map", "struct"))
            for word, family in zip(self.words, self.families)
        ]

    def settle(self) -> None:
        """Find out the families of all columns, if the file does not say them."""

    def pieces(self, columns: Sequence[int], report: Report, written: Sequence[int] = ()) -> Iterator[Piece]:
        """Yield all rows of these columns, and after them those of `written`, whose cells are as the file has them."""
        raise NotImplementedError


class UntypedTable(WholeTable):
    """A table in a file that says no types, such as CSV. The cells of a column tell its family."""

    def __init__(self, names: Sequence[str], levels: int, are_texts: bool) -> None:
        super().__init__([(name, "", Family(TEXT)) for name in names], levels, None)
        self._columns = [Untyped(are_texts) for _ in names]
        self._is_settled = False

    def records(self, report: Report) -> Iterator[Sequence[object]]:
        """Yield the fields of each row, as the file has them."""
        raise NotImplementedError

    def settle(self) -> None:
        """Read the whole file, to count its rows and to find the families."""
        if self._is_settled:
            return
        self.total = 0
        for rows in _batches(self.records(lambda _: None)):
            self.total += len(rows)
            for column, values in zip(self._columns, zip(*rows)):
                column.add(values)
        self.families = [column.family for column in self._columns]
        self.words = [column.word for column in self._columns]
        self._is_settled = True

    def pieces(self, columns: Sequence[int], report: Report, written: Sequence[int] = ()) -> Iterator[Piece]:
        """Yield the rows in pieces."""
        first = 0
        for rows in _batches(self.records(report)):
            held = list(zip(*rows))
            cells: List[Sequence[Any]] = [self._columns[column].cells(held[column]) for column in columns]
            yield Piece(first, [*cells, *(held[column] for column in written)])
            first += len(rows)


def _batches(records: Iterator[Sequence[object]]) -> Iterator[List[Sequence[object]]]:
    while True:
        rows = list(itertools.islice(records, PIECE))
        if not rows:
            return
        yield rows

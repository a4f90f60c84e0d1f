"""A Python file or a notebook, kept analysed while it is edited: its sites, slots, things and definitions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from .model import Definition, Position, Site, Slot, Span, Thing

_ZENML_WORD = re.compile(r"zenml", re.IGNORECASE)


class Document:
    """One Python file, or one notebook whose code cells are one program in order.

    Positions of a notebook are global over its joined cells; `locate` and `globalise` translate.
    """

    def __init__(self, path: str | None, text: str) -> None:
        self.path = path
        self._cells: list[tuple[str, str]] = [("", text)]
        self._starts: list[int] = [0]

    @classmethod
    def notebook(cls, path: str | None, cells: Sequence[tuple[str, str]]) -> Document:
        """A notebook of `(cell id, text)` pairs: its code cells in order."""
        document = cls(path, "")
        document.set_cells(cells)
        return document

    def update(self, text: str) -> None:
        """Replace the whole text."""
        self.set_cells([(self._cells[0][0], text)])

    def update_cell(self, cell: str, text: str) -> None:
        """Replace the text of one cell."""
        self.set_cells([(name, text if name == cell else old) for name, old in self._cells])

    def set_cells(self, cells: Iterable[tuple[str, str]]) -> None:
        """Replace all cells: after cells were added, removed or moved."""
        self._cells = list(cells)
        self._starts, line = [], 0
        for _, text in self._cells:
            self._starts.append(line)
            line += text.count("\n") + 1

    def locate(self, position: Position) -> tuple[str, Position]:
        """The cell of a global position, and the position in that cell."""
        index = max(0, bisect_right(self._starts, position.line) - 1)
        return self._cells[index][0], Position(position.line - self._starts[index], position.column)

    def globalise(self, cell: str, position: Position) -> Position:
        """The global position of a position in a cell; KeyError if there is no such cell."""
        for (name, _), start in zip(self._cells, self._starts, strict=True):
            if name == cell:
                return Position(start + position.line, position.column)
        raise KeyError(cell)

    @property
    def uses_zenml(self) -> bool:
        """Whether a ZenML word occurs at all; when not, everything below is empty without parsing."""
        return any(_ZENML_WORD.search(text) for _, text in self._cells)

    @property
    def sites(self) -> tuple[Site, ...]:
        """Every place that denotes a name, in source order."""
        return ()

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The pipelines, steps and outputs this document defines, in source order."""
        return ()

    def site_at(self, position: Position) -> Site | None:
        """The site whose span holds `position`."""
        return next((site for site in self.sites if site.span.contains(position)), None)

    def slot_at(self, position: Position) -> Slot | None:
        """The place for a name at `position`, for completion."""
        return None

    def thing_at(self, position: Position) -> tuple[Thing, Span] | None:
        """The thing that the variable at `position` holds, and the variable's span."""
        return None

    def receiver_before(self, position: Position) -> tuple[str, Thing | None] | None:
        """The ZenML type of the object before the dot at `position`, and the thing it is."""
        return None

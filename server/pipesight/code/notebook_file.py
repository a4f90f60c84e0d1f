"""Map positions in the code of a notebook's cells to positions in its file, which is JSON."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from .model import Position, Span

_SPACE = re.compile(r"[ \t\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LETTER = re.compile(r"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u\w{4}|\\.|.", re.DOTALL)

_decode = json.JSONDecoder().raw_decode


class NotebookFile:
    """The text of a notebook's file. The name of a cell is its index, as in `notebook_cells`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = _line_starts(text)
        self._starts = [*_cells(text)]
        self._cells: dict[str, _Code] = {}

    def span(self, cell: str, start: Position, end: Position) -> Span:
        """Return the span in the file of a cell's code from `start` to `end`."""
        if cell not in self._cells:
            self._cells[cell] = _code(self._text, self._starts[int(cell)])
        code = self._cells[cell]
        return Span(self._position(code.start(start)), self._position(code.end(end)))

    def line(self, number: int) -> str:
        """Return a line of the file."""
        return self._text[self._lines[number] : (*self._lines[number + 1 : number + 2], len(self._text))[0]]

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._lines, offset) - 1
        return Position(line, offset - self._lines[line])


@dataclass(frozen=True, slots=True)
class _Code:
    """The code of one cell: the offsets of its lines, and the offset in the file of each of its characters."""

    lines: list[int]
    letters: list[tuple[int, int]]

    def start(self, position: Position) -> int:
        at = self.lines[position.line] + position.column
        return self.letters[at][0] if at < len(self.letters) else self.letters[-1][1]

    def end(self, position: Position) -> int:
        return (
            self.letters[self.lines[position.line] + position.column - 1][1]
            if position.column
            else self.start(position)
        )


def _code(text: str, cell: int) -> _Code:
    members = dict(_members(text, cell))
    source = members.get("source", members.get("input", cell))
    code, letters = "", list[tuple[int, int]]()
    for start in _items(text, source) if text[source] == "[" else (source,):
        part, end = _decode(text, start)
        code += part
        letters += [match.span() for match in _LETTER.finditer(text, start + 1, end - 1)]
    return _Code(_line_starts(code), letters)


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def _cells(text: str) -> Iterator[int]:
    """Return the offsets of the cells, in the current and in the previous format of notebooks."""
    notebook = dict(_members(text, _skip(text, 0)))
    if "cells" not in notebook:
        notebook = dict(_members(text, next(_items(text, notebook["worksheets"]))))
    return _items(text, notebook["cells"])


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the keys of the JSON object at an offset, with the offsets of their values."""
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, at = _decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        yield key, at
        at = _after(text, at)


def _items(text: str, start: int) -> Iterator[int]:
    """Yield the offsets of the values in the JSON list at an offset."""
    at = _skip(text, start + 1)
    while text[at] != "]":
        yield at
        at = _after(text, at)


def _after(text: str, value: int) -> int:
    """Return the offset after a value and its comma."""
    at = _skip(text, _decode(text, value)[1])
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at

"""Reads CSV and its relatives as tables, page by page, however large the file."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
import time
import zlib
from contextlib import ExitStack
from typing import Any, BinaryIO, Iterator, List, NamedTuple, Optional

from .bounds import PAGE_BYTES, PATIENCE, Picture, Request, size
from .folder import Folder
from .problem import Problem
from .table import add_note, is_part, page, table
from .tables import PIECE, Report, UntypedTable, WholeTable
from .texts import encoding_of, read_text

_SAMPLE = 16 * 1024  # bytes that tell the separator
_MARKS = (",", ";", "\t", "|")
_FIELD = 2**24
_CHUNK = 4 * 1024 * 1024
_BLANK = re.compile(rb"\n\r?\n")


def read_csv(folder: Folder, path: str, request: Request) -> Picture:
    """Return a CSV file as a table. Its first line names the columns."""
    with folder.open(path) as raw:
        is_packed = path.lower().endswith(".gz")
        file: BinaryIO = gzip.GzipFile(fileobj=raw) if is_packed else raw  # type: ignore[assignment]
        try:
            return _table(file, path, request, folder.size(path), is_local=isinstance(raw, io.BufferedReader))
        except (csv.Error, StopIteration, EOFError, OSError, zlib.error):
            return read_text(folder, path, request)


def open_csv(folder: Folder, path: str, stack: ExitStack) -> WholeTable:
    """Return a CSV file as a table to be queried as a whole. `stack` closes the file.

    Raises Problem when it has no header.
    """
    raw = stack.enter_context(folder.open(path))
    file: BinaryIO = gzip.GzipFile(fileobj=raw) if path.lower().endswith(".gz") else raw  # type: ignore[assignment]
    try:
        return CsvTable(file, raw, _start(file, path), folder.size(path))
    except (csv.Error, StopIteration, EOFError, OSError, zlib.error):
        raise Problem(f"{path} has no rows.", "Read it as a text.") from None


class CsvTable(UntypedTable):
    """The table in a CSV file. Its cells are numbers or booleans if all cells of a column are."""

    what = "CSV table"

    def __init__(self, file: BinaryIO, raw: BinaryIO, start: _Start, length: int) -> None:
        unnamed_index = 1 if start.header and start.header[0] == "" else 0
        super().__init__(start.header, unnamed_index, are_texts=True)
        self._file = file
        self._raw = raw
        self._start = start
        self._length = max(length, 1)

    def records(self, report: Report) -> Iterator[List[Any]]:
        """Yield the fields of each row."""
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, encoding=self._start.encoding, errors="replace", newline="")
        try:
            rows = filter(None, csv.reader(text, delimiter=self._start.delimiter))
            next(rows, None)
            for number, row in enumerate(rows):
                if number % PIECE == 0:
                    report(self._raw.tell() / self._length)
                yield _fitted(row, len(self.names))
        except (csv.Error, EOFError, zlib.error) as error:
            raise Problem(f"The file is damaged: {error}.", "Run the step again.") from None
        finally:
            text.detach()


def _uncounted(is_scanned: bool, is_empty: bool) -> str:
    """Say why there is no number of rows."""
    if is_scanned:
        return "This file is too large to count its rows here."
    far = "This page lies beyond them." if is_empty else "Its rows are not counted."
    return f"Previews read the first {size(PAGE_BYTES)} of this file. {far}"


class _Start(NamedTuple):
    """What the beginning of the file tells."""

    encoding: str
    delimiter: str
    header: List[str]


class _Lines(NamedTuple):
    """The lines of a file without quotes: how many follow the header, and the byte at which the page begins.

    `total` is None if there are too many to be counted soon.
    """

    total: Optional[int]
    place: int


def _table(file: BinaryIO, path: str, request: Request, length: int, is_local: bool) -> Picture:
    offset, limit = page(request)
    start = _start(file, path)
    is_scanned = is_local and length > PAGE_BYTES and start.encoding != "utf-16" and not path.endswith(".gz")
    lines = _lines(file, offset + 1) if is_scanned else None
    file.seek(lines.place if lines else 0)
    text = _Bounded(io.TextIOWrapper(file, encoding=start.encoding, errors="replace", newline=""))
    rows = filter(None, csv.reader(text, delimiter=start.delimiter))  # blank lines are no rows
    for _ in itertools.islice(rows, 0 if lines else offset + 1):
        pass
    shown = [_fitted(row, len(start.header)) for row in itertools.islice(rows, limit)]
    total = lines.total if lines else _counted(rows, text, offset + len(shown))
    unnamed_index = 1 if start.header and start.header[0] == "" else 0  # how pandas writes its index
    width = len(start.header) - unnamed_index
    extent = f"{total:,} x {width:,}" if total is not None else f"of {width} columns, {size(length)}"
    held = table(request, [(name, "") for name in start.header], shown, total, unnamed_index)
    picture: Picture = {
        "kind": "table",
        "summary": f"CSV table {extent}",
        "table": held,
        "truncated": is_part(held),
    }
    if total is None:
        add_note(picture, _uncounted(is_scanned=lines is not None, is_empty=not shown))
    return picture


def _start(file: BinaryIO, path: str) -> _Start:
    """Read the header, and find the encoding and the separator."""
    csv.field_size_limit(_FIELD)
    sample = file.read(_SAMPLE)
    encoding = encoding_of(sample)
    is_tabbed = path.lower().endswith((".tsv", ".tsv.gz"))
    delimiter = "\t" if is_tabbed else _delimiter(sample.decode(encoding, "replace"), len(sample) < _SAMPLE)
    file.seek(0)
    wrapper = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    header = next(csv.reader(_Bounded(wrapper), delimiter=delimiter))
    wrapper.detach()
    return _Start(encoding, delimiter, header)


def _delimiter(sample: str, whole: bool) -> str:
    """Return the first mark that gives the header several fields and each other line as many."""
    lines = [line for line in sample.splitlines() if line][:50]
    if not whole and len(lines) > 1:
        lines.pop()  # it may be cut
    header = lines[0] if lines else ""
    for mark in _MARKS:
        widths = {len(row) for row in csv.reader(lines, delimiter=mark) if row} if mark in header else {1}
        if len(widths) == 1 and widths != {1}:
            return mark
    return next((mark for mark in _MARKS if mark in header), ",")


class _Bounded:
    """The lines of a text, up to the bytes that a preview reads. `is_cut` tells if there were more."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._left = PAGE_BYTES
        self.is_cut = False

    def __iter__(self) -> Iterator[str]:
        while True:
            line = self._text.readline(_FIELD)
            if not line:
                return
            self._left -= len(line)
            if self._left < 0:
                self.is_cut = True
                return
            yield line


def _counted(rows: Iterator[List[str]], text: _Bounded, before: int) -> Optional[int]:
    """Return how many rows there are, or None if the file has more bytes than are read."""
    after = sum(1 for _ in rows)
    return None if text.is_cut else before + after


def _lines(file: BinaryIO, skipped: int) -> Optional[_Lines]:
    r"""Count the lines of a large file, and find the byte at which the line `skipped` begins.

    Returns None if lines may not be rows: with quotes, which may hold line ends, with blank lines, and without LF.
    """
    file.seek(0)
    ends = read = place = 0
    last = b"\n"
    until = time.monotonic() + PATIENCE
    while True:
        chunk = file.read(_CHUNK)
        if not chunk:
            break
        if b'"' in chunk or _BLANK.search(last + chunk[:2]) or _BLANK.search(chunk) or _has_lone_return(last, chunk):
            return None
        found = chunk.count(b"\n")
        if not place and ends + found >= skipped:
            place = read + _end_of_line(chunk, skipped - ends)
        if place and time.monotonic() > until:
            return _Lines(None, place)
        ends += found
        read += len(chunk)
        last = chunk[-2:]
    lines = ends + (0 if last.endswith(b"\n") else 1)
    return _Lines(max(0, lines - 1), place or read)


def _has_lone_return(last: bytes, chunk: bytes) -> bool:
    """Return True if CR ends a line by itself, in `chunk` or at the end of what was before it."""
    if last.endswith(b"\r") and not chunk.startswith(b"\n"):
        return True
    return b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n") + chunk.endswith(b"\r")


def _end_of_line(chunk: bytes, number: int) -> int:
    """Return the place after the line end with this number, counted from one."""
    place = 0
    for _ in range(number):
        place = chunk.index(b"\n", place) + 1
    return place


def _fitted(row: List[str], width: int) -> List[str]:
    return row[:width] + [""] * (width - len(row))

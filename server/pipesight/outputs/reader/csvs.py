"""Read CSV files with any separator as tables, page by page, for files of any size."""

from __future__ import annotations

import csv
import io
import itertools
import re
import sys
import time
from contextlib import ExitStack
from typing import BinaryIO, Iterable, Iterator, List, NamedTuple, Optional, Sequence

from .bounds import PAGE_BYTES, PATIENCE, Picture, Request, size
from .folder import Folder
from .packed import DAMAGE, refuse_disk, unpacked
from .problem import RUN_AGAIN, Problem
from .table_preview import add_note, extent, is_part, page, table
from .text_encoding import encoding_of, is_utf8
from .texts import read_text
from .whole_table import PIECE, ReadOnce, Report, UntypedTable, WholeTable

_SAMPLE = 16 * 1024  # bytes from which the separator is guessed
_MARKS = (",", ";", "\t", "|")
_FIELD = 2**24
_SCANNED = 8 * 1024 * 1024  # the size in bytes from which line ends are counted instead of fields
_CHUNK = 4 * 1024 * 1024
_NO_MARK = "\x1f"  # the ASCII unit separator, which no text has
_BLANK = re.compile(rb"\n\r?\n")


def read_csv(folder: Folder, path: str, request: Request) -> Picture:
    """Return a CSV file as a table. Its first line names the columns."""
    with folder.open(path) as raw:
        file = unpacked(raw)
        try:
            is_plain = file is raw and isinstance(raw, io.BufferedReader)
            return _table(file, path, request, folder.size(path), is_plain)
        except DAMAGE as error:
            refuse_disk(error)
            if file is not raw:
                raise Problem(f"{path} is not a readable gzip file: {error}.", RUN_AGAIN) from None
            return read_text(folder, path, request)
        except (csv.Error, StopIteration):
            return read_text(folder, path, request)


def open_csv(folder: Folder, path: str, stack: ExitStack) -> WholeTable:
    """Return a CSV file as a table for queries. `stack` closes the file.

    Raises Problem if it has no header.
    """
    raw = stack.enter_context(folder.open(path))
    file = unpacked(raw)
    try:
        return CsvTable(file, raw, _start(file, path), folder.size(path), stack)
    except (csv.Error, StopIteration, *DAMAGE) as error:
        refuse_disk(error)
        raise Problem(f"{path} has no rows.", "Read it as a text.") from None


class CsvTable(UntypedTable):
    """The table in a CSV file. Its cells are numbers or booleans if all cells of a column are."""

    what = "CSV table"

    def __init__(self, file: BinaryIO, raw: BinaryIO, start: _Start, length: int, stack: ExitStack) -> None:
        unnamed_index = 1 if start.header and start.header[0] == "" else 0
        super().__init__(start.header, unnamed_index, are_texts=True)
        self._rows: ReadOnce[Sequence[object]] = ReadOnce(self._read, stack, len(start.header))
        self._file = file
        self._raw = raw
        self._start = start
        self._length = max(length, 1)

    def batches(self, report: Report) -> Iterator[List[Sequence[object]]]:
        """Yield the fields of the rows."""
        return self._rows.batches(report)

    def _read(self, report: Report) -> Iterator[Sequence[object]]:
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, encoding=self._start.encoding, errors="replace", newline="")
        try:
            rows = filter(None, _csv_rows(text, delimiter=self._start.delimiter))
            next(rows, None)
            for number, row in enumerate(rows):
                if number % PIECE == 0:
                    report(self._raw.tell() / self._length)
                yield _fitted(row, len(self.names))
        except (csv.Error, *DAMAGE) as error:
            refuse_disk(error)
            raise Problem(f"The file is damaged: {error}.", RUN_AGAIN) from None
        finally:
            text.detach()


class _Start(NamedTuple):
    """The header, the encoding and the separator at the beginning of a CSV file."""

    encoding: str
    is_guessed: bool  # whether the encoding is guessed
    delimiter: str
    header: List[str]


class _UnquotedLines(NamedTuple):
    """The lines of a file without quotes: the number of lines after the header, and the byte offset of the page.

    If there was no time to count all of them, `is_whole` is False, and there are at least `counted` lines.
    """

    counted: int
    is_whole: bool
    place: int


def _table(file: BinaryIO, path: str, request: Request, length: int, is_plain: bool) -> Picture:
    offset, limit = page(request)
    start = _start(file, path)
    has_lines = is_plain and start.encoding in ("utf-8-sig", "cp1252")
    lines = _lines(file, offset + 1) if has_lines and length > min(_SCANNED, PAGE_BYTES) else None
    file.seek(lines.place if lines else 0)
    text = _BoundedLines(io.TextIOWrapper(file, encoding=start.encoding, errors="replace", newline=""))
    rows = _Rows(_csv_rows(text, delimiter=start.delimiter), text, len(start.header))
    rows.skip(0 if lines else offset + 1)
    shown = list(itertools.islice(rows, limit))
    if lines is None:
        counted, is_whole = offset + len(shown) + rows.skip(None), not (rows.is_late or text.is_cut)
    else:
        counted, is_whole = max(lines.counted, offset + len(shown)), lines.is_whole
    unnamed_index = 1 if start.header and start.header[0] == "" else 0  # how pandas writes its index
    width = len(start.header) - unnamed_index
    summary = f"CSV table {extent(counted, width, is_whole)}"
    total = counted if is_whole else None
    held = table(request, [(name, "") for name in start.header], shown, total, unnamed_index)
    picture: Picture = {"kind": "table", "summary": summary, "table": held, "truncated": is_part(held)}
    for note in _notes(start, rows, text, is_empty=not shown):
        add_note(picture, note)
    return picture


def _notes(start: _Start, rows: _Rows, text: _BoundedLines, is_empty: bool) -> Iterator[str]:
    """Yield notes about the table for the user."""
    if text.fault:
        yield f"The file is damaged after these rows: {text.fault}."
    elif text.is_cut:
        far = "This page lies beyond them." if is_empty else "Its other rows are not counted."
        yield f"Previews read the first {size(PAGE_BYTES)} of this file. {far}"
    if rows.is_open:
        yield "A quotation mark is never closed, so the last row has the rest of the file."
    if rows.has_more:
        yield "Some rows have more fields than the header. Those fields are not shown."
    if start.is_guessed:
        yield "It is not UTF-8, and was read as Windows-1252."


class _Rows:
    """The rows of a CSV file, as wide as its header. Blank lines are skipped.

    `has_more` is True if a row has more fields than the header. `is_open` is True if a quotation mark of the last row
    is never closed. `is_late` is True if counting took too long and stopped early.
    """

    def __init__(self, reader: Iterator[List[str]], text: _BoundedLines, width: int) -> None:
        self._reader = reader
        self._text = text
        self._width = width
        self.has_more = self.is_open = self.is_late = False

    def __iter__(self) -> Iterator[List[str]]:
        for row in self._reader:
            self.is_open = self._text.is_over and not self._text.is_cut  # only an unfinished row requests another line
            if row:
                self.has_more = self.has_more or len(row) > self._width
                yield _fitted(row, self._width)

    def skip(self, count: Optional[int]) -> int:
        """Skip this number of rows, or with None all that can be counted quickly. Return the number of skipped rows."""
        until = time.monotonic() + PATIENCE
        passed = 0
        for passed, _ in enumerate(itertools.islice(self, count), 1):
            if count is None and passed % PIECE == 0 and time.monotonic() > until:
                self.is_late = True
                break
        return passed


def _start(file: BinaryIO, path: str) -> _Start:
    """Read the header, and find the encoding and the separator."""
    csv.field_size_limit(_FIELD)
    sample = file.read(_SAMPLE)
    encoding = encoding_of(sample)
    is_guessed = encoding == "utf-8-sig" and not is_utf8(sample, len(sample) < _SAMPLE)
    encoding = "cp1252" if is_guessed else encoding
    beginning = sample.decode(encoding, "replace")
    is_tabbed = path.lower().endswith((".tsv", ".tsv.gz")) and "\t" in beginning.partition("\n")[0]
    delimiter = "\t" if is_tabbed else _delimiter(beginning, len(sample) < _SAMPLE)
    file.seek(0)
    wrapper = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    header = next(_csv_rows(_BoundedLines(wrapper), delimiter=delimiter))
    wrapper.detach()
    return _Start(encoding, is_guessed, delimiter, header)


def _csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[List[str]]:
    """Return the rows of lines. The csv module of Python 3.10 and before refuses NUL, which then becomes U+FFFD."""
    if sys.version_info < (3, 11):
        lines = (line.replace("\0", "\ufffd") for line in lines)
    return csv.reader(lines, delimiter=delimiter)


def _delimiter(sample: str, whole: bool) -> str:
    """Return the first separator with which the header has several fields and each other line has as many."""
    lines = [line for line in sample.splitlines() if line][:50]
    if not whole and len(lines) > 1:
        lines.pop()  # it may be cut
    header = lines[0] if lines else ""
    for mark in _MARKS:
        widths = {len(row) for row in _csv_rows(lines, delimiter=mark) if row} if mark in header else {1}
        if len(widths) == 1 and widths != {1}:
            return mark
    return next((mark for mark in _MARKS if mark in header), _NO_MARK)


class _BoundedLines:
    """The lines of a text, up to the number of bytes that a preview reads.

    `is_cut` is True if there are more lines. `is_over` is True if a caller requested a line after the last one. `fault`
    is the reason why a compressed file ends early.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._left = PAGE_BYTES
        self._is_empty = True
        self.is_cut = self.is_over = False
        self.fault = ""

    def __iter__(self) -> Iterator[str]:
        while True:
            line = self._line()
            self._left -= len(line)
            self.is_cut = self.is_cut or self._left < 0
            if not line or self._left < 0:
                self.is_over = True
                return
            self._is_empty = False
            yield line

    def _line(self) -> str:
        try:
            line = self._text.readline(_FIELD)
            if len(line) == _FIELD and not line.endswith(("\n", "\r")):
                raise csv.Error("a line that is too long")  # the parts of a line are not rows
            return line
        except DAMAGE as error:
            refuse_disk(error)
            if self._is_empty:
                raise
            self.fault = str(error).rstrip(".")
            self.is_cut = True
            return ""


def _lines(file: BinaryIO, skipped: int) -> Optional[_UnquotedLines]:
    r"""Count the lines of a large file, and find the byte at which the line `skipped` begins.

    Return None if lines may not be rows: with quotes, which may contain line ends, with blank lines, and without LF.
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
        ends += found
        if place and time.monotonic() > until:
            return _UnquotedLines(max(0, ends - 1), False, place)
        read += len(chunk)
        last = chunk[-2:]
    lines = ends + (0 if last.endswith(b"\n") else 1)
    return _UnquotedLines(max(0, lines - 1), True, place or read)


def _has_lone_return(last: bytes, chunk: bytes) -> bool:
    """Return True if a CR without LF ends a line, in `chunk` or at the end of the chunk before."""
    if last.endswith(b"\r") and not chunk.startswith(b"\n"):
        return True
    return b"\r" in chunk and chunk.count(b"\r") != chunk.count(b"\r\n") + chunk.endswith(b"\r")


def _end_of_line(chunk: bytes, number: int) -> int:
    """Return the position after the line end with this number, counted from 1."""
    place = 0
    for _ in range(number):
        place = chunk.index(b"\n", place) + 1
    return place


def _fitted(row: List[str], width: int) -> List[str]:
    return row if len(row) == width else row[:width] + [""] * (width - len(row))

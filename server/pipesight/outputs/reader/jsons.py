"""Read JSON: scalars, containers, JSON lines, and files that are too large or too deep to be read whole."""

from __future__ import annotations

import io
import json
import time
from contextlib import ExitStack, contextmanager
from typing import Any, BinaryIO, Dict, Generator, Iterator, List, Optional, Sequence, Tuple, cast

from .bounds import (
    COLUMNS,
    DEPTH,
    JSON_BYTES,
    NODES,
    PAGE_BYTES,
    SUMMARY,
    TEXT,
    Picture,
    Request,
    clip,
    counted,
    inline,
    number,
    readable,
    size,
    tree,
)
from .folder import Folder
from .packed import DAMAGE, refuse_disk, unpacked
from .problem import RUN_AGAIN, Problem
from .table_preview import add_note, extent, is_part, page, table
from .text_encoding import encoding_of
from .whole_table import PIECE, ReadOnce, Report, UntypedTable, WholeTable, rows_at_once

_LONGEST_INTEGER = 400
_LINES = 256 * 1024  # bytes that are examined to detect a file with one value in each line
_START = 1024  # bytes from which the encoding is detected
_SAMPLED = 200  # lines whose keys are always columns, besides the lines of the page
_KEYS_PATIENCE = 1.0  # seconds for finding the keys of all other lines
_MOST_KEYS = 10 * COLUMNS
_ALONE = "value"  # the column for values that are not objects


def read_json(folder: Folder, path: str, request: Request) -> Picture:
    """Return the preview of a JSON file, which may have one value in each line.

    Raises Problem if it is not JSON.
    """
    if has_lines(folder, path):
        return read_json_lines(folder, path, request)
    if folder.size(path) > JSON_BYTES:
        return _beginning(folder, path)
    try:
        return json_picture(read_value(folder, path, request.materializer))
    except RecursionError:
        return _beginning(folder, path)


def whole_value(folder: Folder, path: str, request: Request) -> Tuple[object, bool]:
    """Return the value of a JSON file and True. Return False as the second value if it is too large or too deep.

    Raises Problem when it is not JSON.
    """
    if folder.size(path) > JSON_BYTES:
        return None, False
    try:
        return read_value(folder, path, request.materializer), True
    except RecursionError:
        return None, False


def read_value(folder: Folder, path: str, materializer: str) -> object:
    """Return the value of a JSON file.

    Raises Problem when it is not JSON, and RecursionError when it is nested too deeply.
    """
    data = folder.read(path, JSON_BYTES)
    if not data.strip():
        raise Problem(f"{path} is empty.", "It was not written to the end. Run the step again.")
    try:
        value = loads(data)
    except ValueError as error:
        raise Problem(f"{path} is not valid JSON{_place(error)}.", "It may be damaged. Run the step again.") from None
    return _unwrapped(value, materializer)


def _place(error: ValueError) -> str:
    """Return the position of an error in JSON text."""
    if isinstance(error, json.JSONDecodeError):
        return f" from line {error.lineno}, column {error.colno} on"
    return ": it is no text in UTF-8, UTF-16 or UTF-32" if isinstance(error, UnicodeDecodeError) else ""


def loads(data: bytes) -> Any:
    """Return the value of JSON text. Extremely long integers stay text.

    Raises ValueError or RecursionError.
    """
    return json.loads(data.decode(json.detect_encoding(data)), parse_int=_integer)


def _integer(text: str) -> object:
    return int(text) if len(text) <= _LONGEST_INTEGER else text


def _unwrapped(value: object, materializer: str) -> object:
    """Unwrap the JSON string in which the materializers of Pydantic and LangChain write JSON."""
    if not isinstance(value, str) or not any(word in materializer.lower() for word in ("pydantic", "langchain")):
        return value
    try:
        return loads(value.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return value


def json_picture(value: object) -> Picture:
    """Return the preview of one JSON value."""
    text = _pretty(value)
    safe = tree(value)
    picture: Picture = {
        "kind": "json",
        "summary": summary_of(value),
        "text": text[:TEXT],
        "truncated": len(text) > TEXT or safe.obstacle is not None,
    }
    if safe.obstacle is None:
        picture.update(value=safe.value, numbers=safe.numbers)
    else:
        picture["advice"] = _as_text(safe.obstacle, len(text) > TEXT)
    return picture


def _as_text(obstacle: str, is_cut: bool) -> str:
    reasons = {
        "deep": f"It is nested deeper than {DEPTH} levels",
        "many": f"It has more than {NODES:,} values",
        "long": f"Its texts have more than {TEXT:,} characters",
    }
    cut = f" Only the first {TEXT:,} characters are shown." if is_cut else ""
    return f"{reasons[obstacle]}, so it is shown as text.{cut}"


def summary_of(value: object) -> str:
    """Return a summary in one line: the value itself if it is short, else its type and size."""
    if isinstance(value, str):
        return clip(json.dumps(readable(value), ensure_ascii=False), SUMMARY)
    if value is None or isinstance(value, (bool, int, float)):
        return clip(_scalar(value), SUMMARY)
    line = inline(value, SUMMARY)
    if len(line) <= SUMMARY:
        return readable(line)
    if isinstance(value, dict):
        keys: List[object] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return f"dict of {counted(len(keys), 'key')}: {clip(', '.join(map(str, keys[:8])), 60)}"
    return f"list of {counted(len(cast(List[object], value)), 'value')}"


def _scalar(value: object) -> str:
    safe = number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    return safe if isinstance(safe, str) else json.dumps(safe)


def _pretty(value: object) -> str:
    pieces: List[str] = []
    length = 0
    try:
        for piece in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
            pieces.append(piece)
            length += len(piece)
            if length > TEXT:
                break
    except RecursionError:
        pass
    return "".join(pieces)


def _beginning(folder: Folder, path: str) -> Picture:
    length = folder.size(path)
    stored = folder.read(path, TEXT)
    text = stored.decode(encoding_of(stored), "replace")
    opening: Optional[str] = {"{": "dict", "[": "list", '"': "text"}.get(text.lstrip()[:1])
    return {
        "kind": "json",
        "summary": f"JSON {opening or 'value'}, {size(length)}",
        "text": text,
        "advice": f"Only the first {TEXT:,} characters are shown.",
        "truncated": True,
    }


def read_json_lines(folder: Folder, path: str, request: Request) -> Picture:
    """Return a file with one JSON value in each line as the preview of a table. Each key of the objects is a column.

    Raises Problem if the file is packed and damaged.
    """
    offset, limit = page(request)
    keys = _Keys()
    shown: List[Dict[object, object]] = []
    total = 0
    until = time.monotonic() + _KEYS_PATIENCE
    with folder.open(path) as raw, _content(raw, path) as file:
        lines = _FilledLines(_text(file))
        for total, line in enumerate(lines, 1):
            is_shown = offset < total <= offset + limit
            if is_shown or total <= _SAMPLED or time.monotonic() < until:
                value = _record(line)
                keys.add(value)
                shown += [value] if is_shown else []
            else:
                keys.is_whole = False
    rows = [[value.get(name) for name in keys.names] for value in shown]
    summary = f"JSON lines {extent(total, len(keys.names), not lines.is_cut)}"
    held = table(request, [(name, "") for name in keys.names], rows, None if lines.is_cut else total)
    picture: Picture = {"kind": "table", "summary": summary, "table": held, "truncated": is_part(held)}
    if not keys.is_whole:
        add_note(picture, "Not all lines were searched for keys. There may be more columns.")
    if lines.is_cut:
        add_note(picture, f"Previews read the first {size(PAGE_BYTES)} of this file. Its other rows are not counted.")
    return picture


def has_lines(folder: Folder, path: str) -> bool:
    """Return whether a file has a JSON value in each line. Pandas and others write such files as `.json`."""
    sample = folder.read(path, _LINES)
    text = sample.decode(encoding_of(sample), "ignore")
    return _are_json_lines(text, len(sample) == folder.size(path))


def _are_json_lines(text: str, is_whole: bool) -> bool:
    """Return whether a text has a JSON value in each line. Unless `is_whole`, the last line may be cut."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2 or not _is_json(lines[0]):
        return False
    is_cut = len(lines) == 2 and not is_whole and not text.endswith("\n")
    return _is_json(lines[1]) or (is_cut and lines[1].lstrip()[:1] == lines[0].lstrip()[:1])


def _is_json(text: str) -> bool:
    try:
        loads(text.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


def open_lines_of_json(folder: Folder, path: str, stack: ExitStack) -> Optional[WholeTable]:
    """Return a JSON file as a table for queries, None if it does not have one value in each line."""
    return open_json_lines(folder, path, stack) if has_lines(folder, path) else None


def open_json_lines(folder: Folder, path: str, stack: ExitStack) -> WholeTable:
    """Return a file with one JSON value in each line as a table for queries. `stack` closes the file.

    Raises Problem if the file is packed and damaged.
    """
    return JsonLinesTable(stack.enter_context(folder.open(path)), path, folder.size(path), stack)


class JsonLinesTable(UntypedTable):
    """The table in a file of JSON lines: a column for each key of the objects."""

    what = "JSON lines"

    def __init__(self, raw: BinaryIO, path: str, length: int, stack: ExitStack) -> None:
        self._raw = raw
        self._path = path
        self._length = max(length, 1)
        self._values: ReadOnce[Dict[object, object]] = ReadOnce(self._read, stack)
        keys = _Keys()
        for values in self._values.batches(lambda _: None):
            for value in values:
                keys.add(value)
        super().__init__(keys.names, 0, are_texts=False)

    def batches(self, report: Report) -> Iterator[List[Sequence[object]]]:
        """Yield the values of the rows."""
        count = rows_at_once(len(self.names))
        for values in self._values.batches(report):
            for start in range(0, len(values), count):
                yield [[value.get(name) for name in self.names] for value in values[start : start + count]]

    def _read(self, report: Report) -> Iterator[Dict[object, object]]:
        self._raw.seek(0)
        with _content(self._raw, self._path) as file:
            text = _text(file)
            try:
                for number, line in enumerate(_FilledLines(text, None)):
                    if number % PIECE == 0:
                        report(self._raw.tell() / self._length)
                    yield _record(line)
            finally:
                text.detach()


class _Keys:
    """The keys of objects, in the order of their first occurrence. `is_whole` is True if none was left out."""

    def __init__(self) -> None:
        self._found: Dict[object, None] = {}
        self.is_whole = True

    def add(self, value: Dict[object, object]) -> None:
        """Add the keys of an object, unless there are too many already."""
        if len(self._found) < _MOST_KEYS:
            self._found.update(dict.fromkeys(value))
        elif any(key not in self._found for key in value):
            self.is_whole = False

    @property
    def names(self) -> List[str]:
        """The names of the columns."""
        return [str(key) for key in self._found] or [_ALONE]


@contextmanager
def _content(raw: BinaryIO, path: str) -> Generator[BinaryIO, None, None]:
    """Open the content of a file, decompressed if necessary. Raise Problem if the compressed data is damaged."""
    file = unpacked(raw)
    try:
        yield file
    except DAMAGE as error:
        refuse_disk(error)
        if file is raw:
            raise
        raise Problem(f"{path} is not a readable gzip file: {error}.", RUN_AGAIN) from None


def _record(line: str) -> Dict[object, object]:
    """Return the object in one line. Other values, and text that is no JSON, go to the column `value`."""
    try:
        value: object = loads(line.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        value = line.strip()
    return cast("Dict[object, object]", value) if isinstance(value, dict) else {_ALONE: value}


def _text(file: BinaryIO) -> io.TextIOWrapper:
    """Return a text stream of a file that is at its beginning."""
    encoding = encoding_of(file.read(_START))
    file.seek(0)
    return io.TextIOWrapper(file, encoding=encoding, errors="replace")


class _FilledLines:
    """The lines of a text that are not blank, up to a number of characters. `is_cut` is True if there are more."""

    def __init__(self, text: io.TextIOWrapper, limit: Optional[int] = PAGE_BYTES) -> None:
        self._text = text
        self._limit = limit
        self.is_cut = False

    def __iter__(self) -> Iterator[str]:
        read = 0
        while True:
            line = self._text.readline(JSON_BYTES)
            read += len(line)
            if not line or (self._limit is not None and read > self._limit):
                self.is_cut = bool(line)
                return
            if not line.isspace():
                yield line

"""Limit the size of previews, and make values safe for JSON, editors and terminals."""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import math
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, cast

Picture = Dict[str, Any]
"""A preview as JSON: the fields of `pipesight.outputs.preview.Preview` that have content."""

TEXT = 64 * 1024  # characters of a text
MARKUP = 2 * 1024 * 1024  # bytes of an HTML page. A longer one is left out, because it cannot be cut
CELL = 300  # characters of a cell of a table
SUMMARY = 80  # characters of a value in a summary
COLUMNS = 100  # columns of a table, after its index
ROWS = 1000
WHOLE = 1_000_000  # cells up to which a table is sorted or searched
FILES = 500
NODES = 5000  # values in a JSON tree
DEPTH = 100  # levels in a JSON tree
JSON_BYTES = 16 * 1024 * 1024
PAGE_BYTES = 256 * 1024 * 1024  # bytes of one decompressed block
PATIENCE = 3.0  # seconds for counting the rows after a page
IMAGE_BYTES = 4 * 1024 * 1024
_SAFE_INTEGER = 2**53 - 1  # the largest integer that JavaScript represents exactly


class Request(NamedTuple):
    """The request for a preview of one output: rows `offset` to `offset + limit`, at most `most`.

    With `find`, only rows that contain it count. With `sort`, rows are sorted by that column. A wide table shows the
    columns from `first_column` on, or the `picked` ones, at most `most_columns`. Both count from 0 after the index.
    `depth` is the number of containers around the output. For an array with more than two axes, `slices` are the
    indexes on the first axes. `region` (first row, rows, first column, columns) requests an overview as well.
    """

    uri: str
    materializer: str = ""
    data_type: str = ""
    offset: int = 0
    limit: int = 50
    sort: int = -1
    descending: bool = False
    find: str = ""
    first_column: int = 0
    most: int = ROWS
    most_columns: int = COLUMNS
    depth: int = 0
    picked: Tuple[int, ...] = ()
    slices: Tuple[int, ...] = ()
    region: Tuple[int, ...] = ()


def readable(text: str) -> str:
    """Return text that can be encoded. Lone surrogates become the replacement character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def clip(text: str, length: int) -> str:
    """Return at most `length` characters. If the text is cut, the last one is an ellipsis."""
    return readable(text if len(text) <= length else text[: length - 1] + "…")


def number(value: float) -> object:
    """Return a number that JSON can represent. Others (NaN, infinities, very large integers) become text."""
    if isinstance(value, int):
        return value if abs(value) <= _SAFE_INTEGER else digits(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def digits(value: int) -> str:
    """Return an integer as text, in hexadecimal if Python refuses to write so many digits."""
    return str(value) if value.bit_length() < 4000 else hex(value)


def cell(value: object, length: int = CELL) -> object:
    """Return a cell of a table as a JSON value: None, a boolean, a number, or text of limited length. Times are ISO."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return _clip_number(number(value), length)
    if isinstance(value, str):
        return clip(value, length)
    if isinstance(value, (bytes, bytearray)):
        return clip(quoted_bytes(bytes(value[: length + 1])), length)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return clip(str(value), length)
    return clip(inline(value, length), length)


def _clip_number(value: object, length: int = CELL) -> object:
    """Return the value. Cut it if it is a number that has become a long text."""
    return clip(value, length) if isinstance(value, str) else value


def quoted_bytes(data: bytes) -> str:
    """Return bytes as text if they are valid text, else in hexadecimal."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "0x" + base64.b16encode(data).decode("ascii").lower()


def inline(value: Any, length: int = CELL, depth: int = 4) -> str:
    """Return a nested value as JSON in one line of limited length."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(clip(value, length), ensure_ascii=False)
    if isinstance(value, (list, tuple, set, frozenset)):
        members = _first(value, length, depth)
        return _inline_items([inline(item, length, depth - 1) for item in members], "[]", value)
    if isinstance(value, dict):
        held = cast(Dict[object, object], value)
        keys = _first(held, length, depth)
        return _inline_items(
            [f"{inline(str(k), length)}: {inline(held[k], length, depth - 1)}" for k in keys], "{}", held
        )
    return str(cell(value)) if _is_leaf(value) else clip(str(value), length)


def _is_leaf(value: object) -> bool:
    leaves = (int, float, bytes, bytearray, datetime.datetime, datetime.date, datetime.time, decimal.Decimal)
    return isinstance(value, leaves)


def _first(value: Any, length: int, depth: int) -> List[object]:
    if depth <= 0:
        return []
    found: List[object] = []
    for item in value:
        if len(found) * 2 > length:
            break
        found.append(item)
    return found


def _inline_items(items: List[str], brackets: str, whole: Any) -> str:
    more = ["…"] if len(items) < len(whole) else []
    return brackets[0] + ", ".join(items + more) + brackets[1]


class SafeTree(NamedTuple):
    """A JSON value made safe. `numbers` are the paths to numbers that JSON cannot represent and that are now text.

    `obstacle` is the reason why a value is too large for a preview: `deep`, `many` (values) or `long` (texts).
    """

    value: Optional[object]
    numbers: List[List[object]]
    obstacle: Optional[str] = None


def tree(value: object) -> SafeTree:
    """Return a JSON value made safe."""
    walk = _Walk()
    try:
        return SafeTree(walk.safe(value, []), walk.numbers)
    except OverflowError as error:
        return SafeTree(None, [], str(error))


class _Walk:
    """A walk through a JSON value. It raises OverflowError with the obstacle if the value is too large."""

    def __init__(self) -> None:
        self.numbers: List[List[object]] = []
        self._nodes = NODES
        self._characters = TEXT

    def safe(self, node: Any, path: List[object]) -> object:
        """Return the value at a path made safe."""
        self._nodes -= 1
        if len(path) > DEPTH or self._nodes < 0:
            raise OverflowError("deep" if len(path) > DEPTH else "many")
        if isinstance(node, str):
            return self._text(node)
        if isinstance(node, dict):
            pairs = [(self._text(str(key)), item) for key, item in cast(Dict[object, object], node).items()]
            return {key: self.safe(item, [*path, key]) for key, item in pairs}
        if isinstance(node, list):
            items = cast(List[object], node)
            return [self.safe(item, [*path, place]) for place, item in enumerate(items)]
        if node is None or isinstance(node, bool):
            return node
        found = number(node)
        if isinstance(found, str):
            self.numbers.append(path)
        return found

    def _text(self, text: str) -> str:
        self._characters -= len(text)
        if self._characters < 0:
            raise OverflowError("long")
        return readable(text)


def size(count: int) -> str:
    """Return bytes in decimal units, such as `812 B`, `1.2 kB` or `200 MB`, like the extension."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def counted(count: int, word: str) -> str:
    """Return a number with its noun, such as `1 key` or `3 keys`."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")

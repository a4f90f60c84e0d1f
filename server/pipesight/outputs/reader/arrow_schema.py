"""Read the units of durations, a type that Parquet lacks, from the Arrow schema in a Parquet file."""

from __future__ import annotations

import base64
import struct
from typing import Dict, Iterator, Optional, Tuple

# The numbers of fields and types are those of the FlatBuffers schemas `Message.fbs` and `Schema.fbs` of Apache Arrow.
_HEADER_TYPE, _HEADER, _SCHEMA = 1, 2, 1
_FIELDS = 1
_NAME, _TYPE_TYPE, _TYPE, _DURATION = 0, 2, 3, 18
_UNITS = ("s", "ms", "us", "ns")
_MILLISECONDS = 1  # the default of the unit, which FlatBuffers does not write
_MOST = 100_000  # columns that are read


def durations(stored: bytes) -> Dict[str, str]:
    """Return the unit of each duration column by its name. `stored` is the value of `ARROW:schema`."""
    try:
        return dict(_durations(base64.b64decode(stored)))
    except (ValueError, struct.error, IndexError):
        return {}


def _durations(message: bytes) -> Iterator[Tuple[str, str]]:
    start = 8 if message[:4] == b"\xff\xff\xff\xff" else 4  # Arrow before 0.15 writes only the length
    root = _FlatTable.at(message, start)
    if root.byte(_HEADER_TYPE) != _SCHEMA:
        return
    schema = root.table(_HEADER)
    for field in schema.tables(_FIELDS) if schema else ():
        kind = field.table(_TYPE)
        if field.byte(_TYPE_TYPE) == _DURATION and kind is not None:
            yield field.text(_NAME), _UNITS[kind.byte(0, _MILLISECONDS)]


class _FlatTable:
    """A table of a FlatBuffers message.

    A table begins with the distance back to its vtable. The vtable has its own length, the length of the table, and for
    each field its offset in the table. 0 means that the field has its default.
    """

    def __init__(self, data: bytes, place: int) -> None:
        self._data = data
        self._place = place
        self._names = place - _number("<i", data, place)
        self._length = _number("<H", data, self._names)

    @staticmethod
    def at(data: bytes, pointer: int) -> _FlatTable:
        """Return the table at the offset that is stored at `pointer`."""
        return _FlatTable(data, pointer + _number("<I", data, pointer))

    def _field(self, number: int) -> Optional[int]:
        """Return the position of a field, None if it is omitted."""
        entry = 4 + 2 * number
        offset = _number("<H", self._data, self._names + entry) if entry < self._length else 0
        return self._place + offset if offset else None

    def byte(self, number: int, missing: int = 0) -> int:
        """Return the value of a one-byte field."""
        place = self._field(number)
        return missing if place is None else self._data[place]

    def table(self, number: int) -> Optional[_FlatTable]:
        """Return the table in a field."""
        place = self._field(number)
        return None if place is None else _FlatTable.at(self._data, place)

    def tables(self, number: int) -> Iterator[_FlatTable]:
        """Yield the tables of a vector."""
        place = self._field(number)
        if place is None:
            return
        start = place + _number("<I", self._data, place)
        for i in range(min(_number("<I", self._data, start), _MOST)):
            yield _FlatTable.at(self._data, start + 4 + 4 * i)

    def text(self, number: int) -> str:
        """Return the text in a field."""
        place = self._field(number)
        if place is None:
            return ""
        start = place + _number("<I", self._data, place)
        length = _number("<I", self._data, start)
        return self._data[start + 4 : start + 4 + length].decode("utf-8", "replace")


def _number(code: str, data: bytes, place: int) -> int:
    if place < 0:
        raise ValueError("an offset before the message")
    found: int = struct.unpack_from(code, data, place)[0]
    return found

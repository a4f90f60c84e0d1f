"""Reads Parquet files without any library: flat columns, page by page, only the rows asked for."""

from __future__ import annotations

import datetime
import decimal
import struct
import zlib
from typing import Any, BinaryIO, Callable, Dict, List, NamedTuple, Optional, Tuple, cast

from . import snappy, thrift
from .bounds import PAGE_BYTES
from .dtypes import moment
from .libraries import LibraryError, library

_FOOTER = 64 * 1024 * 1024
_PAGE_VALUES = 16_000_000  # a few bytes can claim any number
_INT32, _INT64, _INT96, _FLOAT, _DOUBLE, _BYTES, _FIXED = 1, 2, 3, 4, 5, 6, 7
_PHYSICAL = ("bool", "int32", "int64", "timestamp[ns]", "float", "double", "binary", "binary")
_CODES = {_INT32: "i", _INT64: "q", _FLOAT: "f", _DOUBLE: "d"}
_UNITS = {1: "ms", 2: "us", 3: "ns"}
_CONVERTED_INTS = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
_JULIAN_1970 = 2440588
_ABOUT = {0: 5, 2: 7, 3: 8}  # the field of a page's header that describes it, by the kind of page


class UnsupportedError(Exception):
    """A Parquet file, but of a kind that only a library reads."""


class DamagedError(Exception):
    """Not a Parquet file, or not a whole one."""


_DAMAGE = (
    LookupError, TypeError, AttributeError, ValueError, OverflowError, EOFError, struct.error, zlib.error,
    thrift.TruncatedError,
)  # fmt: skip


class Column(NamedTuple):
    """One top-level column. `convert` makes cells of stored values; None where the column is nested."""

    name: str
    type: str
    leaf: int
    physical: int
    length: int
    optional: bool
    convert: Optional[Callable[[Any], Any]]


class ParquetFile:
    """An open Parquet file: `columns`, `total` rows, and `metadata`, its free key-value pairs."""

    def __init__(self, file: BinaryIO) -> None:
        """Reads the footer.

        Raises DamagedError when there is none.
        """
        self._file = file
        footer = _read_footer(file)
        try:
            self.columns = _columns(footer[2])
            self.total: int = footer[3]
            self._groups: List[thrift.Struct] = footer[4]
            pairs: List[thrift.Struct] = footer.get(5, [])
            self.metadata: Dict[str, bytes] = {pair[1].decode("utf-8", "replace"): pair.get(2, b"") for pair in pairs}
        except (KeyError, IndexError, AttributeError, TypeError):
            raise DamagedError("its footer makes no sense") from None

    def read(self, column: Column, offset: int, limit: int) -> List[Any]:
        """The cells of one column in rows `offset` to `offset + limit`.

        Raises UnsupportedError or DamagedError.
        """
        values: List[Any] = []
        first = 0
        try:
            for group in self._groups:
                rows = group[3]
                start, stop = max(offset, first) - first, min(offset + limit, first + rows) - first
                if start < stop:
                    values += _Chunk(self._file, group[1][column.leaf][3], column).read(start, stop)
                first += rows
        except _DAMAGE:
            raise DamagedError(f"its column {column.name!r} cannot be read") from None
        return values


def _read_footer(file: BinaryIO) -> thrift.Struct:
    end = file.seek(0, 2)
    if end < 12:
        raise DamagedError("it is too short")
    file.seek(end - 8)
    tail = file.read(8)
    if tail[4:] == b"PARE":
        raise UnsupportedError("it is encrypted")
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != b"PAR1" or length > min(end, _FOOTER):
        raise DamagedError("it does not end as one; it was not written to the end")
    file.seek(end - 8 - length)
    try:
        return thrift.decode(file.read(length))[0]
    except (thrift.TruncatedError, ValueError):
        raise DamagedError("its footer cannot be read") from None


def _columns(schema: List[thrift.Struct]) -> List[Column]:
    columns: List[Column] = []
    place, leaf = 1, 0
    while place < len(schema):
        element = schema[place]
        place, leaves = _skip(schema, place)
        name = element[4].decode("utf-8", "replace")
        if 5 in element or element.get(3) == 2:
            kind = {1: "map", 2: "map", 3: "list"}.get(element.get(6, -1), "struct")
            columns.append(Column(name, kind, leaf, -1, 0, True, None))
        else:
            kind, convert = _logical(element)
            optional = element.get(3, 1) == 1
            columns.append(Column(name, kind, leaf, element[1], element.get(2, 0), optional, convert))
        leaf += leaves
    return columns


def _skip(schema: List[thrift.Struct], place: int) -> Tuple[int, int]:
    """Where the element after this one's children is, and how many leaves they have."""
    pending, leaves = 1, 0
    while pending:
        children = schema[place].get(5, 0)
        pending += children - 1
        leaves += not children
        place += 1
    return place, leaves


def _same(value: Any) -> Any:
    return value


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _logical(element: thrift.Struct) -> Tuple[str, Callable[[Any], Any]]:
    physical: int = element[1]
    logical: Dict[int, Any] = element.get(10, {})
    converted: int = element.get(6, -1)
    if physical == _BYTES and (converted in (0, 4, 19) or logical.keys() & {1, 4, 12}):
        return "string", _text
    if converted == 5 or 5 in logical:
        return _decimal(physical, element)
    if converted == 6 or 6 in logical:
        return "date", _date
    if 8 in logical or converted in (9, 10):
        unit = _UNITS[next(iter(logical[8][2]))] if 8 in logical else ("ms" if converted == 9 else "us")
        utc = bool(logical.get(8, {}).get(1))
        zone = "+00:00" if utc else ""
        return f"timestamp[{unit}{', UTC' if utc else ''}]", lambda value: moment(value, unit) + zone
    if 7 in logical or converted in (7, 8):
        unit = _UNITS[next(iter(logical[7][2]))] if 7 in logical else ("ms" if converted == 7 else "us")
        return f"time[{unit}]", lambda value: moment(value, unit)[11:]
    if 10 in logical:
        integer = cast(thrift.Struct, logical[10])
        prefix = "int" if integer.get(2, True) else "uint"
        return _integer(prefix + str(integer.get(1, 64)))
    if 11 <= converted <= 18:
        return _integer(_CONVERTED_INTS[converted - 11])
    if 14 in logical:
        return "uuid", _uuid
    if 15 in logical:
        return "halffloat", lambda value: struct.unpack("<e", value)[0]
    return (_PHYSICAL[physical], _int96 if physical == _INT96 else _same)


def _integer(name: str) -> Tuple[str, Callable[[Any], Any]]:
    if not name.startswith("uint"):
        return name, _same
    mask = 2 ** int(name[4:]) - 1
    return name, lambda value: value & mask


def _decimal(physical: int, element: thrift.Struct) -> Tuple[str, Callable[[Any], Any]]:
    scale, precision = element.get(7, 0), element.get(8, 0)

    def convert(value: Any) -> decimal.Decimal:
        unscaled = int.from_bytes(value, "big", signed=True) if physical in (_BYTES, _FIXED) else value
        return decimal.Decimal((unscaled < 0, tuple(map(int, str(abs(unscaled)))), -scale))

    return f"decimal({precision}, {scale})", convert


def _date(value: int) -> str:
    try:
        return (datetime.date(1970, 1, 1) + datetime.timedelta(days=value)).isoformat()
    except OverflowError:
        return f"{value} days since 1970"


def _uuid(value: bytes) -> str:
    digits = value.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _int96(value: bytes) -> str:
    nanoseconds, day = struct.unpack("<qi", value)
    return moment((day - _JULIAN_1970) * 86400 * 10**9 + nanoseconds, "ns")


class _Chunk:
    """One column of one row group."""

    def __init__(self, file: BinaryIO, meta: thrift.Struct, column: Column) -> None:
        self.file = file
        self.column = column
        self.codec: int = meta[4]
        self.place: int = min(meta[9], meta.get(11) or meta[9])
        self.end = self.place + meta[7]
        self.dictionary: List[Any] = []

    def read(self, start: int, stop: int) -> List[Any]:
        if self.column.convert is None:
            raise UnsupportedError(f"its column {self.column.name!r} is nested ({self.column.type})")
        values: List[Any] = []
        first = 0
        while first < stop and self.place < self.end:
            header, body = self.header()
            self.place = body + header[3]
            if header[3] < 0:
                raise ValueError("a page that ends before it begins")
            if _values_in(header) > _PAGE_VALUES:
                raise UnsupportedError("its pages are too big to be read without a library")
            if header[1] == 2:
                self.dictionary = self.plain(self.unpacked(header, body), header[7][1], 0)
                continue
            if header[1] not in (0, 3):
                continue
            count = _values_in(header)
            if first + count > start:
                page = self.page(header, body, max(0, start - first), min(count, stop - first))
                values += [None if value is None else self.column.convert(value) for value in page]
            first += count
        if first < stop:
            raise ValueError("pages are missing")
        return values

    def header(self) -> Tuple[thrift.Struct, int]:
        length = 4096
        while True:
            self.file.seek(self.place)
            data = self.file.read(length)
            try:
                header, used = thrift.decode(data)
            except thrift.TruncatedError:
                if len(data) < length or length > PAGE_BYTES:
                    raise
                length *= 16
                continue
            return header, self.place + used

    def unpacked(self, header: thrift.Struct, body: int) -> bytes:
        self.file.seek(body)
        data = self.file.read(header[3])
        if len(data) < header[3]:
            raise EOFError
        return decompress(self.codec, data, header[2])

    def page(self, header: thrift.Struct, body: int, start: int, stop: int) -> List[Any]:
        """The stored values `start` to `stop` of a data page, None for nulls."""
        if header[1] == 0:
            about, data = header[5], self.unpacked(header, body)
            place, levels = 0, b""
            if self.column.optional:
                place = 4 + int.from_bytes(data[:4], "little")
                levels = data[4:place]
            encoding = about[2]
        else:
            about = header[8]
            self.file.seek(body)
            data = self.file.read(header[3])
            skipped = about.get(6, 0)
            place = skipped + about.get(5, 0)
            levels = data[skipped:place]
            encoding = about[4]
            if about.get(7, True):
                data = data[:place] + decompress(self.codec, data[place:], header[2] - place)
        present = hybrid(levels, 1, about[1]) if self.column.optional else [1] * about[1]
        before = sum(present[:start])
        held = iter(self.values(data[place:], encoding, before, before + sum(present[start:stop])))
        return [next(held) if level else None for level in present[start:stop]]

    def values(self, data: bytes, encoding: int, start: int, stop: int) -> List[Any]:
        if start == stop:
            return []
        if encoding in (2, 8):
            indices = hybrid(data[1:], data[0], stop)
            return [self.dictionary[index] for index in indices[start:stop]]
        if encoding == 0:
            return self.plain(data, stop, start)
        if encoding == 3 and self.column.physical == 0:
            return [bool(value) for value in hybrid(data[4:], 1, stop)[start:stop]]
        raise UnsupportedError(f"its column {self.column.name!r} has an encoding ({encoding}) of newer writers")

    def plain(self, data: bytes, stop: int, start: int) -> List[Any]:
        physical = self.column.physical
        if physical in _CODES:
            code = _CODES[physical]
            width = struct.calcsize("<" + code)
            return list(struct.unpack_from(f"<{stop - start}{code}", data, start * width))
        if physical == 0:
            return [bool(data[i >> 3] >> (i & 7) & 1) for i in range(start, stop)]
        if physical == _BYTES:
            return _plain_bytes(data, start, stop)
        width = 12 if physical == _INT96 else self.column.length
        if len(data) < stop * width:
            raise EOFError
        return [data[i * width : (i + 1) * width] for i in range(start, stop)]


def _values_in(header: thrift.Struct) -> int:
    about: thrift.Struct = header.get(_ABOUT.get(header[1], 0), {})
    return about.get(1, 0)


def _plain_bytes(data: bytes, start: int, stop: int) -> List[bytes]:
    values: List[bytes] = []
    place = 0
    for i in range(stop):
        length = int.from_bytes(data[place : place + 4], "little")
        place += 4
        if place + length > len(data) or place > len(data):
            raise EOFError
        if i >= start:
            values.append(data[place : place + length])
        place += length
    return values


def hybrid(data: bytes, width: int, count: int) -> List[int]:
    """`count` numbers of `width` bits in Parquet's mix of runs and bit-packed groups.

    Raises ValueError when there are fewer.
    """
    if width == 0:
        return [0] * count
    values: List[int] = []
    place = 0
    wide = (width + 7) // 8
    while len(values) < count:
        head = shift = 0
        while True:
            byte = data[place]
            place += 1
            head |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > 35:
                raise ValueError("a run without end")
        if head & 1:
            groups = min(head >> 1, (count - len(values) + 7) // 8)
            packed = data[place : place + groups * width]
            values += _bits(packed, width)
            place += (head >> 1) * width
            if not packed:
                raise ValueError("a run without values")
        else:
            repeats = min(head >> 1, count - len(values))
            if not repeats:
                raise ValueError("a run without values")
            values += [int.from_bytes(data[place : place + wide], "little")] * repeats
            place += wide
    return values[:count]


def _bits(packed: bytes, width: int) -> List[int]:
    mask = (1 << width) - 1
    values: List[int] = []
    for start in range(0, len(packed), width):  # eight numbers
        group = int.from_bytes(packed[start : start + width], "little")
        for _ in range(8):
            values.append(group & mask)
            group >>= width
    return values


def decompress(codec: int, data: bytes, length: int) -> bytes:
    """`length` bytes out of a compressed block.

    Raises UnsupportedError, ValueError or zlib.error.
    """
    if length > PAGE_BYTES:
        raise UnsupportedError("its pages are too big to be read without a library")
    if codec == 0:
        return data
    if codec == 1:
        return snappy.unpack(data, length)
    if codec == 2:
        return zlib.decompressobj(47).decompress(data, max(length, 1))
    if codec == 6:
        return _zstd(data, length)
    raise UnsupportedError(
        f"its compression ({ {3: 'LZO', 4: 'Brotli', 5: 'LZ4', 7: 'LZ4'}.get(codec, codec) }) needs a library"
    )


def _zstd(data: bytes, length: int) -> bytes:
    zstandard = _zstandard()
    unpacker = zstandard.ZstdDecompressor()
    try:
        if hasattr(unpacker, "stream_reader"):  # zstandard's `decompress` trusts the length that `data` claims
            return unpacker.stream_reader(data).read(length)
        return unpacker.decompress(data, max(length, 1))
    except zstandard.ZstdError:
        raise ValueError("a damaged Zstandard block") from None


def _zstandard() -> Any:
    for name in ("compression.zstd", "zstandard"):  # the former comes with Python 3.14
        try:
            return library(name)
        except LibraryError:
            continue
    raise UnsupportedError("its compression (Zstandard) needs a library")

"""Read flat columns of Parquet files without any library, page by page and only the requested rows."""

from __future__ import annotations

import struct
import zlib
from typing import Any, BinaryIO, List, NamedTuple, Optional, Tuple

from . import parquet_format as form, snappy, thrift
from .bounds import PAGE_BYTES
from .libraries import LibraryError, library
from .parquet_format import ColumnChunk, Element, Footer, PageHeader
from .parquet_types import Convert, meaning_of
from .varints import varint

_FOOTER = 64 * 1024 * 1024
_PAGE_VALUES = 16_000_000  # values of a page. A damaged header can claim any number
_CODES = {form.INT32: "i", form.INT64: "q", form.FLOAT: "f", form.DOUBLE: "d"}


class UnsupportedError(Exception):
    """A Parquet file uses a feature that only libraries support."""


class DamagedError(Exception):
    """The file is no Parquet file, or it is damaged."""


_DAMAGE = (
    LookupError, TypeError, AttributeError, ValueError, OverflowError, EOFError, struct.error, zlib.error,
    thrift.TruncatedError,
)  # fmt: skip


class ParquetColumn(NamedTuple):
    """One top-level column. `convert` makes cells of stored values. It is None if the column is nested."""

    name: str
    type: str
    leaf: int
    physical: int
    length: int
    optional: bool
    convert: Optional[Convert]


class ParquetFile:
    """An open Parquet file: `columns`, `total` rows, and `metadata`, its free key-value pairs."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the footer.

        Raises DamagedError when there is none.
        """
        self._file = file
        fields = _read_footer(file)
        try:
            footer = Footer.of(fields)
            self.columns = _columns(footer.schema)
        except (LookupError, TypeError, ValueError):
            raise DamagedError("its footer is not valid") from None
        self.total = footer.rows
        self.metadata = footer.pairs
        self._groups = footer.groups

    def read(self, column: ParquetColumn, offset: int, limit: int) -> List[object]:
        """Return the cells of one column in rows `offset` to `offset + limit`.

        Raises UnsupportedError or DamagedError.
        """
        values: List[object] = []
        first = 0
        try:
            for group in self._groups:
                start, stop = max(offset, first) - first, min(offset + limit, first + group.rows) - first
                if start < stop:
                    chunk = ColumnChunk.of(group.columns[column.leaf])
                    values += _Pages(self._file, chunk, column).read(start, stop)
                first += group.rows
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
        raise DamagedError("it does not end as one, so it was not written to the end")
    file.seek(end - 8 - length)
    try:
        return thrift.decode(file.read(length))[0]
    except (thrift.TruncatedError, ValueError):
        raise DamagedError("its footer cannot be read") from None


def _columns(schema: List[Element]) -> List[ParquetColumn]:
    columns: List[ParquetColumn] = []
    place, leaf = 1, 0
    while place < len(schema):
        element = schema[place]
        place, leaves = _skip(schema, place)
        word, convert = meaning_of(element)
        optional = element.repetition == form.OPTIONAL
        columns.append(ParquetColumn(element.name, word, leaf, element.physical, element.length, optional, convert))
        leaf += leaves
    return columns


def _skip(schema: List[Element], place: int) -> Tuple[int, int]:
    """Return the position of the element after this one's children, and the number of their leaves."""
    pending, leaves = 1, 0
    while pending:
        children = schema[place].children
        pending += children - 1
        leaves += not children
        place += 1
    return place, leaves


class _Pages:
    """The pages of one column in one row group."""

    def __init__(self, file: BinaryIO, chunk: ColumnChunk, column: ParquetColumn) -> None:
        self.file = file
        self.column = column
        self.codec = chunk.codec
        self.place = chunk.start
        self.end = chunk.start + chunk.length
        self.dictionary: List[object] = []

    def read(self, start: int, stop: int) -> List[object]:
        """Return the cells `start` to `stop`."""
        convert = self.column.convert
        if convert is None:
            raise UnsupportedError(f"its column {self.column.name!r} is nested ({self.column.type})")
        values: List[object] = []
        first = 0
        while first < stop and self.place < self.end:
            page, body = self.header()
            self.place = body + page.packed
            if page.values > _PAGE_VALUES:
                raise UnsupportedError("its pages are too big to be read without a library")
            if page.kind == form.DICTIONARY_PAGE:
                self.dictionary = self.plain(self.unpacked(page, body), page.values, 0)
            elif page.kind in (form.DATA_PAGE, form.DATA_PAGE_V2):
                if first + page.values > start:
                    held = self.data(page, body, max(0, start - first), min(page.values, stop - first))
                    values += [None if value is None else convert(value) for value in held]
                first += page.values
        if first < stop:
            raise ValueError("pages are missing")
        return values

    def header(self) -> Tuple[PageHeader, int]:
        """Return the header of the next page, and the offset of its body."""
        length = 4096
        while True:
            self.file.seek(self.place)
            data = self.file.read(length)
            try:
                fields, used = thrift.decode(data)
            except thrift.TruncatedError:
                if len(data) < length or length > PAGE_BYTES:
                    raise
                length *= 16
                continue
            return PageHeader.of(fields), self.place + used

    def packed(self, page: PageHeader, body: int) -> bytes:
        """Return a page's bytes as they are stored."""
        self.file.seek(body)
        data = self.file.read(page.packed)
        if len(data) < page.packed:
            raise EOFError
        return data

    def unpacked(self, page: PageHeader, body: int) -> bytes:
        """Return a page's bytes, all of which are compressed."""
        return decompress(self.codec, self.packed(page, body), page.unpacked)

    def data(self, page: PageHeader, body: int, start: int, stop: int) -> List[object]:
        """Return the stored values `start` to `stop` of a data page, None for nulls."""
        levels, data = self.parts_v2(page, body) if page.kind == form.DATA_PAGE_V2 else self.parts_v1(page, body)
        present = _hybrid(levels, 1, page.values) if self.column.optional else [1] * page.values
        before = sum(present[:start])
        held = iter(self.values(data, page.encoding, before, before + sum(present[start:stop])))
        return [next(held) if level else None for level in present[start:stop]]

    def parts_v1(self, page: PageHeader, body: int) -> Tuple[bytes, bytes]:
        """Return the definition levels and the values. Both are compressed, and the levels carry their length."""
        data = self.unpacked(page, body)
        if not self.column.optional:
            return b"", data
        end = 4 + int.from_bytes(data[:4], "little")
        return data[4:end], data[end:]

    def parts_v2(self, page: PageHeader, body: int) -> Tuple[bytes, bytes]:
        """Return the definition levels and the values. Only the values are compressed, and there may be none."""
        data = self.packed(page, body)
        start = page.repetition_bytes
        end = start + page.definition_bytes
        values = data[end:]
        if page.is_compressed and values:
            values = decompress(self.codec, values, page.unpacked - end)
        return data[start:end], values

    def values(self, data: bytes, encoding: int, start: int, stop: int) -> List[object]:
        """Return the values `start` to `stop`, nulls not counted."""
        if start == stop:
            return []
        if encoding in (form.PLAIN_DICTIONARY, form.RLE_DICTIONARY):
            indices = _hybrid(data[1:], data[0], stop)
            return [self.dictionary[index] for index in indices[start:stop]]
        if encoding == form.PLAIN:
            return self.plain(data, stop, start)
        if encoding == form.RLE and self.column.physical == form.BOOLEAN:
            return [bool(value) for value in _hybrid(data[4:], 1, stop)[start:stop]]
        raise UnsupportedError(f"its column {self.column.name!r} has an encoding ({encoding}) of newer writers")

    def plain(self, data: bytes, stop: int, start: int) -> List[object]:
        """Return the values `start` to `stop` of a plain encoding."""
        physical = self.column.physical
        if physical in _CODES:
            code = _CODES[physical]
            width = struct.calcsize("<" + code)
            return list(struct.unpack_from(f"<{stop - start}{code}", data, start * width))
        if physical == form.BOOLEAN:
            return [bool(data[i >> 3] >> (i & 7) & 1) for i in range(start, stop)]
        if physical == form.BYTE_ARRAY:
            return _plain_bytes(data, start, stop)
        width = 12 if physical == form.INT96 else self.column.length
        if len(data) < stop * width:
            raise EOFError
        return [data[i * width : (i + 1) * width] for i in range(start, stop)]


def _plain_bytes(data: bytes, start: int, stop: int) -> List[object]:
    values: List[object] = []
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


def _hybrid(data: bytes, width: int, count: int) -> List[int]:
    """Return `count` numbers of `width` bits in Parquet's mix of runs and bit-packed groups.

    Each part begins with a varint. If its lowest bit is 0, the rest of it is the number of repeats of the one value
    that follows. If it is 1, the rest is the number of bit-packed groups, which have eight values each. Raises
    ValueError if there are fewer numbers.
    """
    if width == 0:
        return [0] * count
    values: List[int] = []
    place = 0
    wide = (width + 7) // 8
    while len(values) < count:
        head, place = varint(data, place)
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
    for start in range(0, len(packed), width):  # `width` bytes have eight numbers
        group = int.from_bytes(packed[start : start + width], "little")
        for _ in range(8):
            values.append(group & mask)
            group >>= width
    return values


def decompress(codec: int, data: bytes, length: int) -> bytes:
    """Return `length` bytes out of a compressed block.

    Raises UnsupportedError, ValueError or zlib.error.
    """
    if length > PAGE_BYTES:
        raise UnsupportedError("its pages are too big to be read without a library")
    if codec == form.UNCOMPRESSED:
        return data
    if codec == form.SNAPPY:
        return snappy.unpack(data, length)
    if codec == form.GZIP:
        return _gzip(data, length)
    if codec == form.ZSTD:
        return _zstd(data, length)
    raise UnsupportedError(f"its compression ({form.CODECS.get(codec, codec)}) needs a library")


def _gzip(data: bytes, length: int) -> bytes:
    """Unpack a block that may have several gzip members, one after the other."""
    out = b""
    while data and len(out) < max(length, 1):
        unpacker = zlib.decompressobj(47)  # 47 accepts gzip and zlib
        out += unpacker.decompress(data, max(length - len(out), 1))
        if not unpacker.eof:
            break
        data = unpacker.unused_data
    return out


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
    for name in ("compression.zstd", "zstandard"):  # Python has the former since 3.14
        try:
            return library(name)
        except LibraryError:
            continue
    raise UnsupportedError("its compression (Zstandard) needs a library")

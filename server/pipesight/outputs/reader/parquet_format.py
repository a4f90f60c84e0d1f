"""Read the structures of a Parquet file from Thrift, with names for their fields.

The numbers of fields and the values of enumerations are those of `parquet.thrift` of Apache Parquet.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Optional

from . import thrift
from .thrift import Struct

# Physical types.
BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY = range(8)
# Repetition types.
OPTIONAL, REPEATED = 1, 2
# Page types.
DATA_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 = 0, 2, 3
_HEADER_FIELDS = {DATA_PAGE: 5, DICTIONARY_PAGE: 7, DATA_PAGE_V2: 8}  # the field with the header of each type of page
# Encodings.
PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY = 0, 2, 3, 8
# Compressions.
UNCOMPRESSED, SNAPPY, GZIP, ZSTD = 0, 1, 2, 6
CODECS = {3: "LZO", 4: "Brotli", 5: "LZ4", 7: "LZ4"}

# Converted types. Older writers use them instead of logical types.
UTF8, MAP, MAP_KEY_VALUE, LIST, ENUM, DECIMAL, DATE = 0, 1, 2, 3, 4, 5, 6
TIME_MILLIS, TIME_MICROS, TIMESTAMP_MILLIS, TIMESTAMP_MICROS, UINT_8, INT_64, JSON = 7, 8, 9, 10, 11, 18, 19


class Logical:
    """The members of the union `LogicalType`."""

    STRING, MAP, LIST, ENUM, DECIMAL, DATE, TIME, TIMESTAMP = 1, 2, 3, 4, 5, 6, 7, 8
    INTEGER, UNKNOWN, JSON, UUID, FLOAT16 = 10, 11, 12, 14, 15


class TimeUnit(NamedTuple):
    """The unit of a time, and whether the time is in UTC."""

    name: str
    utc: bool


class Element(NamedTuple):
    """A `SchemaElement`: one column, or a group of them."""

    name: str
    physical: int  # -1 for a group
    length: int
    repetition: int
    children: int
    is_group: bool
    converted: int
    scale: int
    precision: int
    logical: Struct

    @staticmethod
    def of(fields: Struct) -> Element:
        """Read an element by its fields."""
        return Element(
            name=thrift.binary(fields, 4).decode("utf-8", "replace"),
            physical=thrift.integer(fields, 1, -1),
            length=thrift.integer(fields, 2, 0),
            repetition=thrift.integer(fields, 3, OPTIONAL),
            children=thrift.integer(fields, 5, 0),
            is_group=5 in fields,
            converted=thrift.integer(fields, 6, -1),
            scale=thrift.integer(fields, 7, 0),
            precision=thrift.integer(fields, 8, 0),
            logical=thrift.struct(fields, 10) or {},
        )

    def unit(self, member: int) -> Optional[TimeUnit]:
        """Return the unit of a `TimeType` or `TimestampType`, if the element has this logical type."""
        about = thrift.struct(self.logical, member)
        if about is None:
            return None
        chosen = next(iter(thrift.struct(about, 2) or {}), 0)
        return TimeUnit({1: "ms", 2: "us", 3: "ns"}[chosen], bool(about.get(1)))

    def integer(self) -> Optional[str]:
        """Return the name of an `IntType`, such as `uint8`, if the element has this logical type."""
        about = thrift.struct(self.logical, Logical.INTEGER)
        if about is None:
            return None
        return ("int" if about.get(2, True) else "uint") + str(thrift.integer(about, 1, 64))


class ColumnChunk(NamedTuple):
    """A `ColumnMetaData`: the position of one column of a row group in the file, and its compression."""

    codec: int
    start: int
    length: int

    @staticmethod
    def of(column_chunk: Struct) -> ColumnChunk:
        """Read the metadata of a `ColumnChunk`."""
        fields = thrift.struct(column_chunk, 3)
        if fields is None:
            raise ValueError("a column without metadata")
        first_page = thrift.integer(fields, 9)
        dictionary = thrift.integer(fields, 11, 0) or first_page
        return ColumnChunk(
            codec=thrift.integer(fields, 4), start=min(first_page, dictionary), length=thrift.integer(fields, 7)
        )


class RowGroup(NamedTuple):
    """A `RowGroup`: its number of rows, and a `ColumnChunk` for each column."""

    rows: int
    columns: List[Struct]

    @staticmethod
    def of(fields: Struct) -> RowGroup:
        """Read a row group by its fields."""
        rows = thrift.integer(fields, 3)
        if rows < 0:
            raise ValueError("a row group of fewer rows than none")
        return RowGroup(rows, columns=thrift.structs(fields, 1))


class Footer(NamedTuple):
    """A `FileMetaData`."""

    schema: List[Element]
    groups: List[RowGroup]
    pairs: Dict[str, bytes]

    @staticmethod
    def of(fields: Struct) -> Footer:
        """Read a footer by its fields."""
        pairs = thrift.structs(fields, 5)
        return Footer(
            schema=[Element.of(element) for element in thrift.structs(fields, 2)],
            groups=[RowGroup.of(group) for group in thrift.structs(fields, 4)],
            pairs={thrift.binary(pair, 1).decode("utf-8", "replace"): thrift.binary(pair, 2) for pair in pairs},
        )

    @property
    def rows(self) -> int:
        """The rows of all groups. A footer may claim another number."""
        return sum(group.rows for group in self.groups)


class PageHeader(NamedTuple):
    """A `PageHeader` with what its `DataPageHeader`, `DataPageHeaderV2` or `DictionaryPageHeader` says."""

    kind: int
    unpacked: int  # bytes of the decompressed page
    packed: int
    values: int
    encoding: int
    definition_bytes: int
    repetition_bytes: int
    is_compressed: bool

    @staticmethod
    def of(fields: Struct) -> PageHeader:
        """Read a page header by its fields."""
        kind = thrift.integer(fields, 1)
        is_v2 = kind == DATA_PAGE_V2
        about = thrift.struct(fields, _HEADER_FIELDS.get(kind, 0)) or {}
        packed = thrift.integer(fields, 3)
        if packed < 0:
            raise ValueError("a page that ends before it begins")
        return PageHeader(
            kind=kind,
            unpacked=thrift.integer(fields, 2),
            packed=packed,
            values=thrift.integer(about, 1, 0),
            encoding=thrift.integer(about, 4 if is_v2 else 2, PLAIN),
            definition_bytes=thrift.integer(about, 5, 0) if is_v2 else 0,
            repetition_bytes=thrift.integer(about, 6, 0) if is_v2 else 0,
            is_compressed=bool(about.get(7, True)) if is_v2 else True,
        )

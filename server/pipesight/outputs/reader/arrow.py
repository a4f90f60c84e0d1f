"""Read files with pyarrow that our own readers do not support, with the same cells and names of types."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, BinaryIO, Callable, Dict, Iterator, List, Optional, Sequence, Tuple, TypeVar

from .bounds import PATIENCE
from .dtypes import date_text, moment, time_delta, time_text, utc, uuid_text
from .libraries import library
from .problem import RUN_AGAIN, Problem

if TYPE_CHECKING:
    from .protocols import (
        Pyarrow,
        PyarrowArray,
        PyarrowBatch,
        PyarrowFiles,
        PyarrowParquet,
        PyarrowParquetFile,
        PyarrowSchema,
        PyarrowTable,
        PyarrowType,
        PyarrowTypes,
    )

_Member = TypeVar("_Member")

_BATCH = 8192  # rows that are decoded together
_SAME = {"large_string": "string", "string_view": "string", "large_binary": "binary", "binary_view": "binary"}
VIEWS = {"string_view": "large_string", "binary_view": "large_binary"}
_SCANNED = 65_536  # rows that are decoded together if all rows are read


class ArrowError(Exception):
    """Pyarrow cannot read the file."""

    def problem(self, path: str, what: str) -> Problem:
        """Return the error as a Problem. `what` is the expected kind of file."""
        if "NotImplemented" in str(self):
            advice = "Update pyarrow, or read it with the library that wrote it."
            return Problem(f"{path} holds values of a type that pyarrow cannot read.", advice)
        return Problem(f"{path} is not a readable {what}: {self}.", RUN_AGAIN)


class ArrowParquet:
    """A Parquet file, opened with pyarrow."""

    def __init__(self, file: BinaryIO) -> None:
        """Open the file.

        Raises LibraryError when there is no safe pyarrow, and ArrowError when it cannot read the file.
        """
        arrow: PyarrowParquet = library("pyarrow.parquet")
        with _errors():
            self._file: PyarrowParquetFile = arrow.ParquetFile(file)
            schema = self._file.schema_arrow
            self.columns: List[Tuple[str, str]] = [(field.name, type_word(field.type)) for field in schema]
            self.metadata: Dict[bytes, bytes] = schema.metadata or {}
            self._groups: List[int] = [
                self._file.metadata.row_group(i).num_rows for i in range(self._file.num_row_groups)
            ]
        self.total = sum(self._groups)

    def read(self, column: int, offset: int, limit: int) -> List[object]:
        """Return the cells of one column in rows `offset` to `offset + limit`.

        Raises ArrowError.
        """
        name = self.columns[column][0]
        twin = sum(1 for other, _ in self.columns[:column] if other == name)  # several columns may have the same name
        values: List[object] = []
        with _errors():
            for first, batch in self._batches(name, offset, limit):
                start, stop = max(0, offset - first), min(batch.num_rows, offset + limit - first)
                if start < stop:
                    values += cells_of(_of_name(batch, name)[twin].slice(start, stop - start))
        return values

    def batches(self, columns: Sequence[int]) -> Iterator[Tuple[int, int, List[PyarrowArray]]]:
        """Yield all rows of some columns: the first row's number, the number of rows, and the arrays.

        Raises ArrowError.
        """
        names = [self.columns[column][0] for column in columns]
        twins = [sum(1 for other, _ in self.columns[:column] if other == self.columns[column][0]) for column in columns]
        first = 0
        with _errors():
            if not columns:
                yield 0, self.total, []
                return
            for batch in self._file.iter_batches(batch_size=_SCANNED, columns=sorted(set(names))):
                arrays = [_of_name(batch, name)[twin] for name, twin in zip(names, twins)]
                yield first, batch.num_rows, arrays
                first += batch.num_rows

    def _batches(self, name: str, offset: int, limit: int) -> Iterator[Tuple[int, PyarrowBatch]]:
        """Yield the batches that contain requested rows, each with the number of its first row."""
        first = 0
        for group, rows in enumerate(self._groups):
            if first < offset + limit and first + rows > offset:
                place = first
                for batch in self._file.iter_batches(batch_size=_BATCH, row_groups=[group], columns=[name]):
                    yield place, batch
                    place += batch.num_rows
                    if place >= offset + limit:
                        return
            first += rows


def _of_name(batch: PyarrowBatch, name: str) -> List[PyarrowArray]:
    return [batch.column(i) for i, other in enumerate(batch.schema.names) if other == name]


def batches_of(file: BinaryIO) -> Tuple[PyarrowSchema, Iterator[PyarrowBatch]]:
    """Return the schema and the record batches of an Arrow or Feather file.

    Raises LibraryError when there is no safe pyarrow, and ArrowError when it cannot read the file.
    """
    ipc: PyarrowFiles = library("pyarrow.ipc")
    with _errors():
        start = file.read(6)
        file.seek(0)
        if start[:4] == b"FEA1":
            table: PyarrowTable = library("pyarrow.feather").read_table(file, memory_map=False)
            return table.schema, iter(table.to_batches())
        if start == b"ARROW1":
            opened = ipc.open_file(file)
            return opened.schema, _guarded(opened.get_batch(i) for i in range(opened.num_record_batches))
        stream = ipc.open_stream(file)
        return stream.schema, _guarded(stream)


def _guarded(batches: Iterator[PyarrowBatch]) -> Iterator[PyarrowBatch]:
    with _errors():
        yield from batches


class ArrowTable:
    """Some rows of an Arrow or Feather file. `total` is the number of all rows, None if there are too many to count.

    In both cases there are at least `counted` rows.
    """

    def __init__(self, file: BinaryIO, offset: int, limit: int) -> None:
        """Read the rows.

        Raises LibraryError when there is no safe pyarrow, and ArrowError when it cannot read the file.
        """
        schema, batches = batches_of(file)
        with _errors():
            self.columns: List[Tuple[str, str]] = [(field.name, type_word(field.type)) for field in schema]
            self.metadata: Dict[bytes, bytes] = schema.metadata or {}
            self._pieces: List[PyarrowBatch] = []
            self.counted, is_whole = self._select(batches, offset, limit)
            self.total = self.counted if is_whole else None

    def _select(self, batches: Iterator[PyarrowBatch], offset: int, limit: int) -> Tuple[int, bool]:
        """Keep the requested rows, and count all rows if that does not take long."""
        first = 0
        until = time.monotonic() + PATIENCE
        for batch in batches:
            start, stop = max(0, offset - first), min(batch.num_rows, offset + limit - first)
            if start < stop:
                self._pieces.append(batch.slice(start, stop - start))
            first += batch.num_rows
            if first >= offset + limit and time.monotonic() > until:
                return first, False
        return first, True

    def read(self, column: int, _offset: int, _limit: int) -> List[object]:
        """Return the cells of one column in the rows that the table was opened for.

        Raises ArrowError.
        """
        with _errors():
            return [cell for piece in self._pieces for cell in cells_of(piece.column(column))]


class _errors:  # noqa: N801 - it reads as a context
    """Turn pyarrow's errors, which have no common base class, into ArrowError. A MemoryError stays."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, MemoryError):
            raise ArrowError(type(error).__name__) from None


def cells_of(array: PyarrowArray) -> List[Any]:
    """Return the values of a pyarrow array in the form of our own readers, such as times as ISO text in UTC."""
    types: PyarrowTypes = library("pyarrow").types
    kind = array.type
    if hasattr(kind, "storage_type"):
        cells = cells_of(array.storage)
        return [None if cell is None else uuid_text(cell) for cell in cells] if _is_uuid(kind) else cells
    if types.is_dictionary(kind):
        return cells_of(decoded(array))
    if types.is_timestamp(kind):
        text = utc if kind.tz else moment
        return [None if value is None else text(value, kind.unit) for value in _stored(array, "int64")]
    if types.is_duration(kind):
        return [None if value is None else time_delta(value, kind.unit) for value in _stored(array, "int64")]
    if types.is_date(kind):
        days, stored = (1, "int32") if types.is_date32(kind) else (86_400_000, "int64")
        return [None if value is None else date_text(value // days) for value in _stored(array, stored)]
    if types.is_time(kind):
        stored = "int32" if types.is_time32(kind) else "int64"
        return [None if value is None else time_text(value, kind.unit) for value in _stored(array, stored)]
    return _nested(array, types) if types.is_nested(kind) else array.to_pylist()


def decoded(array: PyarrowArray) -> PyarrowArray:
    """Return the values of an array with a dictionary. Polars writes views in it, which pyarrow cannot decode."""
    wanted = VIEWS.get(str(array.type.value_type))
    if wanted is None:
        return array.dictionary_decode()
    arrow: Pyarrow = library("pyarrow")
    dictionary = array.dictionary.cast(getattr(arrow, wanted)())
    return arrow.DictionaryArray.from_arrays(array.indices, dictionary).dictionary_decode()


def _stored(array: PyarrowArray, kind: str) -> List[Optional[int]]:
    return array.cast(getattr(library("pyarrow"), kind)()).to_pylist()


def _nested(array: PyarrowArray, types: PyarrowTypes) -> List[Any]:
    kind = array.type
    if types.is_struct(kind):
        fields = [cells_of(field) for field in array.flatten()]
        names = [kind.field(i).name for i in range(kind.num_fields)]
        held: List[bool] = array.is_valid().to_pylist()
        return [{name: field[i] for name, field in zip(names, fields)} if held[i] else None for i in range(len(held))]
    if types.is_map(kind):
        return [item if item is None else dict(item) for item in _slices(array, _pairs)]
    if types.is_list(kind) or types.is_large_list(kind):
        return _slices(array, _members)
    return array.to_pylist()


def _pairs(array: PyarrowArray, start: int, stop: int) -> List[Tuple[str, object]]:
    keys = cells_of(array.keys.slice(start, stop - start))
    return list(zip(map(str, keys), cells_of(array.items.slice(start, stop - start))))


def _members(array: PyarrowArray, start: int, stop: int) -> List[object]:
    return cells_of(array.values.slice(start, stop - start))


def _slices(
    array: PyarrowArray, read: Callable[[PyarrowArray, int, int], List[_Member]]
) -> List[Optional[List[_Member]]]:
    """Return the lists in an array of lists, None for missing ones."""
    offsets: List[int] = array.offsets.to_pylist()
    held: List[bool] = array.is_valid().to_pylist()
    first = offsets[0] if offsets else 0
    members = read(array, first, offsets[-1]) if offsets else []
    return [members[offsets[i] - first : offsets[i + 1] - first] if held[i] else None for i in range(len(held))]


def type_word(kind: PyarrowType) -> str:
    """Return the name of a pyarrow type as our own Parquet reader writes it."""
    types: PyarrowTypes = library("pyarrow").types
    if hasattr(kind, "storage_type"):
        return "uuid" if _is_uuid(kind) else type_word(kind.storage_type)
    if types.is_dictionary(kind):
        return type_word(kind.value_type)
    if types.is_timestamp(kind):
        return f"timestamp[{kind.unit}{', UTC' if kind.tz else ''}]"
    if types.is_duration(kind):
        return f"timedelta64[{kind.unit}]"
    if types.is_date(kind):
        return "date"
    if types.is_time(kind):
        return f"time[{kind.unit}]"
    if types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    if types.is_nested(kind):
        return _nested_word(kind, types)
    return "binary" if types.is_fixed_size_binary(kind) else _plain_word(kind)


def _nested_word(kind: PyarrowType, types: PyarrowTypes) -> str:
    if types.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        return f"struct<{', '.join(f'{field.name}: {type_word(field.type)}' for field in fields)}>"
    if types.is_map(kind):
        return f"map<{type_word(kind.key_type)}, {type_word(kind.item_type)}>"
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return f"list<{kind.value_field.name}: {type_word(kind.value_type)}>"
    return _plain_word(kind)


def _plain_word(kind: PyarrowType) -> str:
    return _SAME.get(str(kind), str(kind))


def _is_uuid(kind: PyarrowType) -> bool:
    return str(getattr(kind, "extension_name", "")) == "arrow.uuid"

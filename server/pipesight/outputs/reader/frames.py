"""Reads tables and arrays kept in Parquet, as pandas would show them; pyarrow only where our own reader gives up."""

from __future__ import annotations

import functools
import json
import re
from typing import Any, BinaryIO, Dict, List, NamedTuple, Optional, Sequence, Tuple, cast

from .arrays import Numbers, array_picture, checked_shape, of_values
from .bounds import COLUMNS, Picture, Request
from .dtypes import time_delta
from .folder import Folder
from .libraries import LibraryError, library
from .parquet import Column, DamagedError, ParquetFile, UnsupportedError
from .problem import Problem
from .table import is_part, page, table, transposed
from .texts import read_csv

_AGAIN = "It was not written to the end or was damaged; run the step again."
_AT_ONCE = 1_000_000  # numbers of an array that are decoded together rather than row by row
_DURATION = re.compile(r"timedelta64\[(s|ms|us|ns)\]")
_PERIOD = re.compile(r"period\[[\w-]{1,20}\]")
_DTYPES = {"double": "float64", "float": "float32", "bool": "bool"}
_Key = Tuple[str, int]  # a column: its name, and how many of that name come before it


class _Page(NamedTuple):
    """Some rows of a table, its index of so many `levels` first; `width` counts all its other columns."""

    columns: List[Tuple[str, str]]
    rows: Sequence[Sequence[Any]]
    levels: int
    width: int
    total: int
    note: Optional[str] = None
    advice: Optional[str] = None


def read_frame(folder: Folder, path: str, request: Request) -> Picture:
    """The picture of a DataFrame or Series in a Parquet file.

    Raises Problem when neither it nor the samples beside it can be read.
    """
    offset, limit = page(request)
    try:
        found = _page(folder, path, offset, limit)
    except Problem as problem:
        sample = next((name for name in ("sample.csv", "describe.csv") if name in folder), None)
        if sample is None:
            raise
        picture = read_csv(folder, sample, request)
        picture["text"] = f"{problem.text} This is {sample}, which ZenML wrote beside it."
        picture["advice"] = problem.advice
        picture["truncated"] = True
        return picture
    series = request.data_type.endswith("Series")
    stored = found.columns[-1][1] if series and found.columns else ""
    kind = _DTYPES.get(stored, stored)
    picture: Picture = {
        "kind": "table",
        "summary": f"Series of {found.total} {kind}" if series else f"DataFrame {found.total} x {found.width}",
        "table": table(found.columns, found.rows, offset, found.total, found.levels),
        "truncated": is_part(found.width, len(found.rows), found.total) or found.note is not None,
    }
    if found.note is not None:
        picture.update(text=found.note, advice=found.advice)
    return picture


def _page(folder: Folder, path: str, offset: int, limit: int) -> _Page:
    with folder.open(path) as file:
        try:
            return _own_page(ParquetFile(file), offset, limit)
        except DamagedError as error:
            raise Problem(f"{path} is not a readable Parquet file: {error}.", _AGAIN) from None
        except UnsupportedError as error:
            why = str(error)
        file.seek(0)
        try:
            return _arrow_page(file, path, offset, limit)
        except LibraryError as error:
            return _what_can_be_read(file, path, offset, limit, f"{why}. {error.text}", error.advice)


def _what_can_be_read(file: BinaryIO, path: str, offset: int, limit: int, why: str, advice: str) -> _Page:
    """Read the columns that need no library. The others are marked."""
    try:
        parquet = ParquetFile(file)
        readable = [column.name for column in parquet.columns if _is_readable(parquet, column)]
        if readable:
            found = _own_page(parquet, offset, limit, readable)
            return found._replace(note=f"Without pyarrow not all of it can be shown: {why}", advice=advice)
    except (DamagedError, UnsupportedError):
        pass
    raise Problem(f"{path} needs pyarrow to be read: {why}", advice)


def _is_readable(parquet: ParquetFile, column: Column) -> bool:
    try:
        parquet.read(column, 0, 1)
    except UnsupportedError:
        return False
    return True


def _own_page(parquet: ParquetFile, offset: int, limit: int, readable: Optional[List[str]] = None) -> _Page:
    described = _described(parquet.metadata.get("pandas", b""))
    kinds = _kinds(described)
    own = [_as_pandas(column, kinds.get(column.name, "")) for column in parquet.columns]
    by_name = {column.name: column for column in own}
    count = max(0, min(limit, parquet.total - offset))
    index = _index(described, {column.name: column.type for column in own}, offset, count)
    held = [name for name, _, _ in index if name in by_name]
    data = [column for column in own if column.name not in held]
    shown = data[:COLUMNS]
    columns = [(_label(name), kind) for name, kind, _ in index] + [(c.name, c.type) for c in shown]
    values: List[List[Any]] = []
    for name, _, given in index:
        values.append(given if given is not None else parquet.read(by_name[name], offset, limit))
    for column in shown:
        is_read = readable is None or column.name in readable
        values.append(parquet.read(column, offset, limit) if is_read else ["…"] * count)
    return _Page(columns, transposed(values), len(index), len(data), parquet.total)


def _as_pandas(column: Column, kind: str) -> Column:
    """A column as pandas takes it where Parquet has no such type and keeps numbers."""
    duration = _DURATION.fullmatch(kind)
    if column.type == "int64" and duration:
        return column._replace(type=kind, convert=functools.partial(time_delta, unit=duration.group(1)))
    return column._replace(type=kind) if column.type == "int64" and _PERIOD.fullmatch(kind) else column


def _label(name: str) -> str:
    return "" if name.startswith("__index_level_") else name


def _described(metadata: bytes) -> Dict[str, Any]:
    """What pandas wrote down about a frame."""
    try:
        described: Any = json.loads(metadata.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return cast(Dict[str, Any], described) if isinstance(described, dict) else {}


def _objects(described: Dict[str, Any], field: str) -> List[Any]:
    found: Any = described.get(field)
    return cast(List[Any], found) if isinstance(found, list) else []


def _kinds(described: Dict[str, Any]) -> Dict[str, str]:
    """Numpy's types of the columns."""
    columns: List[Any] = [item for item in _objects(described, "columns") if isinstance(item, dict)]
    return {str(column.get("field_name")): str(column.get("numpy_type")) for column in columns}


def _index(
    described: Dict[str, Any], kinds: Dict[str, str], offset: int, count: int
) -> List[Tuple[str, str, Optional[List[Any]]]]:
    """The index as pandas wrote it down: name, type, and values where they are no column but a range."""
    index: List[Tuple[str, str, Optional[List[Any]]]] = []
    for item in _objects(described, "index_columns")[:8]:
        if isinstance(item, str) and item in kinds:
            index.append((item, kinds[item], None))
        elif isinstance(item, dict) and item.get("kind") == "range":  # pyright: ignore[reportUnknownMemberType]
            start, step = item.get("start", 0), item.get("step", 1)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            if isinstance(start, int) and isinstance(step, int):
                values = [start + step * (offset + i) for i in range(count)]
                index.append((str(item.get("name") or ""), "int64", values))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return index


def _arrow_page(file: BinaryIO, path: str, offset: int, limit: int) -> _Page:
    arrow = library("pyarrow.parquet")
    try:
        parquet: Any = arrow.ParquetFile(file)
        total: int = parquet.metadata.num_rows
        metadata: Dict[bytes, bytes] = parquet.schema_arrow.metadata or {}
        described = _described(metadata.get(b"pandas", b""))
        kinds = dict(zip(_numbered(parquet.schema_arrow.names), map(str, parquet.schema_arrow.types)))  # noqa: B905
        by_name = {name: kind for (name, _), kind in kinds.items()}
        index = _index(described, by_name, offset, max(0, min(limit, total - offset)))
        held = [(name, 0) for name, _, given in index if given is None]
        data = [key for key in kinds if key not in held]
        shown = data[:COLUMNS]
        values = _arrow_columns(parquet, held + shown, offset, limit)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - pyarrow's errors have no common base
        raise Problem(f"{path} is not a readable Parquet file: {type(error).__name__}.", _AGAIN) from None
    columns = [(_label(name), kind) for name, kind, _ in index] + [(key[0], kinds[key]) for key in shown]
    cells = [given if given is not None else values[name, 0] for name, _, given in index]
    return _Page(columns, transposed(cells + [values[key] for key in shown]), len(index), len(data), total)


def _numbered(names: Sequence[str]) -> List[_Key]:
    """Each name with how many others of that name come before it: names need not differ."""
    seen: Dict[str, int] = {}
    keys: List[_Key] = []
    for name in names:
        keys.append((name, seen.get(name, 0)))
        seen[name] = seen.get(name, 0) + 1
    return keys


def _arrow_columns(parquet: Any, keys: List[_Key], offset: int, limit: int) -> Dict[_Key, List[Any]]:
    values: Dict[_Key, List[Any]] = {key: [] for key in keys}
    names = list(dict.fromkeys(name for name, _ in keys))
    first = 0
    for group in range(parquet.num_row_groups):
        rows: int = parquet.metadata.row_group(group).num_rows
        if first + rows > offset and first < offset + limit:
            for batch in parquet.iter_batches(batch_size=8192, row_groups=[group], columns=names):
                start, stop = max(0, offset - first), min(batch.num_rows, offset + limit - first)
                if start < stop:
                    for key, column in zip(_numbered(batch.schema.names), batch.columns):  # noqa: B905
                        if key in values:
                            values[key] += column.slice(start, stop - start).to_pylist()
                first += batch.num_rows
                if first >= offset + limit:
                    return values
        else:
            first += rows
    return values


def read_flat_array(folder: Folder, path: str, request: Request) -> Picture:
    """A numpy array as old releases kept it: one Parquet column, and its shape in `shape.json` beside it."""
    try:
        lengths: Dict[str, Any] = json.loads(folder.read("shape.json", 10_000).decode("utf-8"))
        shape = [lengths[key] for key in sorted(lengths, key=int)]
    except (ValueError, AttributeError, RecursionError):
        raise Problem("shape.json, the array's shape, cannot be read.", _AGAIN) from None
    with folder.open(path) as file:
        try:
            parquet = ParquetFile(file)
            column = parquet.columns[0]
            checked = checked_shape(shape, parquet.total)
            dtype = _DTYPES.get(column.type, column.type)
            if parquet.total <= _AT_ONCE:
                numbers = of_values(parquet.read(column, 0, parquet.total), checked, dtype)
            else:
                numbers = Numbers(checked, dtype, lambda start, count: parquet.read(column, start, count))
            return array_picture(numbers, request)
        except UnsupportedError as error:
            raise Problem(f"{path} cannot be shown: {error}.", "Read it with ZenML.") from None
        except (DamagedError, IndexError, ValueError) as error:
            raise Problem(f"{path} is not a readable array: {error}.", _AGAIN) from None

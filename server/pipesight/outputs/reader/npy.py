"""Read numpy's .npy and .npz files without numpy: the header, and ranges of the numbers."""

from __future__ import annotations

import ast
import io
import zipfile
from contextlib import ExitStack
from typing import Any, BinaryIO, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .array_numbers import Numbers, count_of
from .arrays import array_picture, checked_shape, shape_text
from .bounds import PAGE_BYTES, Picture, Request, clip, counted, size
from .dtypes import Dtype, dtype_of
from .folder import Folder
from .pickles import array_of, describe_stream
from .problem import Problem
from .records import record_of
from .table_preview import is_part, page, table
from .zips import open_member

_MAGIC = b"\x93NUMPY"
_HEADER = 1024 * 1024


class NpyHeader(NamedTuple):
    """The header of a .npy file."""

    descr: Any
    fortran: bool
    shape: Tuple[int, ...]
    start: int


def read_npy(folder: Folder, path: str, request: Request) -> Picture:
    """Return the preview of one .npy file."""
    with folder.open(path) as file:
        return picture_of(file, folder.size(path), request)


def open_npy(folder: Folder, path: str, stack: ExitStack) -> Optional[Numbers]:
    """Return the numbers in a .npy file, or None if they are no plain numbers. `stack` closes the file."""
    file = stack.enter_context(folder.open(path))
    header = read_header(file)
    dtype = dtype_of(header.descr) if not isinstance(header.descr, list) else None
    if dtype is None or dtype.decode is None or dtype.name == "object":
        return None
    return _numbers_of(file, header, dtype, folder.size(path))


def picture_of(file: BinaryIO, length: int, request: Request) -> Picture:
    """Return the preview of the .npy data in an open, seekable file of `length` bytes."""
    header = read_header(file)
    if isinstance(header.descr, list):
        return _records(file, header, length, request)
    dtype = dtype_of(header.descr)
    if dtype.name == "object":
        return _objects(file, header, length, request)
    if dtype.decode is None:
        return _opaque(header, dtype.name)
    return array_picture(_numbers_of(file, header, dtype, length), request)


def read_header(file: BinaryIO) -> NpyHeader:
    """Return the header of a .npy file.

    Raises Problem if there is none.
    """
    start = file.read(8)
    if start[:6] != _MAGIC or len(start) < 8:
        raise Problem("Not a .npy file: it does not begin as one.", "The file may be damaged. Run the step again.")
    width = 2 if start[6] == 1 else 4
    raw = file.read(width)
    length = int.from_bytes(raw, "little")
    text = file.read(min(length, _HEADER)).decode("latin-1" if start[6] < 3 else "utf-8", "replace")
    try:
        fields: Dict[str, Any] = ast.literal_eval(text.strip())
        shape = checked_shape(fields["shape"], 2**62)
        return NpyHeader(fields["descr"], bool(fields["fortran_order"]), shape, 8 + width + length)
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
        raise Problem("The .npy file's header cannot be understood.", "The file may be damaged.") from None


def _numbers_of(file: BinaryIO, header: NpyHeader, dtype: Dtype, length: int) -> Numbers:
    """Return the array that follows a header.

    Raises Problem if the file is shorter than its shape requires.
    """
    decode, width = dtype.decode, dtype.size
    if decode is None:
        raise Problem(f"Numbers of type {dtype.name} are not shown.", "Load it with numpy.")
    if width:
        try:
            checked_shape(header.shape, (length - header.start) // width)
        except ValueError:
            raise Problem(
                f"The file is cut short: {size(length)} are too few for {shape_text(header.shape)} of {dtype.name}.",
                "It was not written to the end. Run the step again.",
            ) from None

    def read(start: int, count: int) -> Sequence[object]:
        file.seek(header.start + start * width)
        return decode(file.read(count * width))

    return Numbers(header.shape, dtype.name, read, header.fortran)


def _records(file: BinaryIO, header: NpyHeader, length: int, request: Request) -> Picture:
    try:
        kind = record_of(header.descr)
    except Problem:
        return _opaque(header, "structured")
    summary = f"structured array {shape_text(header.shape)}: {clip(', '.join(name for name, _ in kind.fields), 60)}"
    picture: Picture = {
        "kind": "array",
        "summary": summary,
        "shape": list(header.shape),
        "dtype": clip(", ".join(f"{name}: {field.name}" for name, field in kind.fields), 400),
        "truncated": True,
    }
    total = header.shape[0] if len(header.shape) == 1 else 0
    if not kind.size or not total or kind.decode is None:
        picture["text"] = "Its fields are not shown. Load it with numpy."
        return picture
    held = _numbers_of(file, header, kind, length)
    offset, limit = page(request)
    records: Sequence[Any] = held.read(offset, max(0, min(limit, total - offset)))
    rows = [[record[name] for name, _ in kind.fields] for record in records]
    picture["table"] = table(request, [(name, field.name) for name, field in kind.fields], rows, total)
    picture["truncated"] = is_part(picture["table"])
    return picture


def _objects(file: BinaryIO, header: NpyHeader, length: int, request: Request) -> Picture:
    file.seek(header.start)
    found = describe_stream(file, length - header.start)
    numbers = array_of(found)
    picture = _opaque(header, "object") if numbers is None else array_picture(numbers, request)
    picture["text"] = "Its elements are Python objects, which Pipesight does not load.\n" + found.text
    return picture


def _opaque(header: NpyHeader, name: str) -> Picture:
    return {
        "kind": "array",
        "summary": f"{name} array {shape_text(header.shape)}",
        "shape": list(header.shape),
        "dtype": name,
        "text": f"Numbers of type {name} are not shown. Load it with numpy.",
        "truncated": True,
    }


def read_npz(folder: Folder, path: str, request: Request) -> Picture:
    """Return the preview of a .npz file: of its one array, or the list of its arrays."""
    with folder.open(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return _archive(archive, request)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            raise Problem("Not a readable .npz file.", "The file may be damaged. Run the step again.") from None


def _archive(archive: zipfile.ZipFile, request: Request) -> Picture:
    members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
    if len(members) == 1 and members[0].file_size <= PAGE_BYTES:
        with open_member(archive, members[0]) as member:
            data = member.read(members[0].file_size + 1)
        return picture_of(io.BytesIO(data), len(data), request)
    offset, limit = page(request)
    rows: List[List[object]] = []
    for info in members[offset : offset + limit]:
        with open_member(archive, info) as member:
            header = read_header(member)
        name = "structured" if isinstance(header.descr, list) else dtype_of(header.descr).name
        rows.append([info.filename[:-4], name, shape_text(header.shape), size(info.file_size)])
    columns = [("array", "string"), ("dtype", "string"), ("shape", "string"), ("size", "string")]
    return {
        "kind": "table",
        "summary": _sparse(archive) or counted(len(members), "array"),
        "table": table(request, columns, rows, len(members)),
        "truncated": len(rows) < len(members),
    }


def _sparse(archive: zipfile.ZipFile) -> Optional[str]:
    """Describe a sparse matrix as SciPy writes it: `csr sparse matrix 3 x 4, 5 float64 values`."""
    members = {info.filename: info for info in archive.infolist()}
    if not {"data.npy", "shape.npy", "format.npy"} <= set(members):
        return None
    try:
        shape = _numbers(archive, members["shape.npy"])
        kind = _numbers(archive, members["format.npy"])[0]
        with open_member(archive, members["data.npy"]) as member:
            header = read_header(member)
        name = kind.decode("ascii") if isinstance(kind, bytes) else str(kind)
        held = counted(count_of(header.shape), f"{dtype_of(header.descr).name} value")
        what = "sparse array" if "_is_array.npy" in members else "sparse matrix"
        return f"{clip(name, 10)} {what} {' x '.join(map(str, shape))}, {held}"
    except (Problem, IndexError, UnicodeDecodeError):
        return "sparse matrix"


def _numbers(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Sequence[object]:
    """Return the values of a small array."""
    with open_member(archive, info) as member:
        data = member.read(_HEADER)
    file = io.BytesIO(data)
    header = read_header(file)
    numbers = _numbers_of(file, header, dtype_of(header.descr), len(data))
    return numbers.read(0, min(numbers.count, 8))

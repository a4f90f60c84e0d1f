"""Describe the files of machine learning libraries: safetensors, Keras, HDF5, LightGBM, Hugging Face."""

from __future__ import annotations

import json
import zipfile
from typing import Any, Dict, List, NamedTuple, cast

from .bounds import Picture, Request, clip, counted, size
from .folder import Folder
from .jsons import json_picture, loads, read_value
from .problem import Problem
from .table_preview import page, table
from .texts import read_text
from .zips import open_member

_HEADER = 16 * 1024 * 1024


class _Tensor(NamedTuple):
    """A tensor as the header of its file describes it. `shape` is JSON."""

    name: str
    dtype: str
    shape: str
    parameters: int


def read_safetensors(folder: Folder, path: str, request: Request) -> Picture:
    """List the names, types and shapes of a model's tensors, from the headers of all its files."""
    paths = _shards(folder)
    found = [(tensor, path) for path in paths for tensor in _tensors(folder, path)]
    rows: List[List[object]] = [[*tensor, path] for tensor, path in found]
    offset, limit = page(request)
    parameters = sum(tensor.parameters for tensor, _ in found)
    columns = ["tensor", "dtype", "shape", "parameters", "file"]
    if len(paths) == 1:
        columns.pop()
    shown = [row[: len(columns)] for row in rows[offset : offset + limit]]
    files = "" if len(paths) == 1 else f"{counted(len(paths), 'file')}, "
    extent = size(sum(folder.size(path) for path in paths))
    return {
        "kind": "table",
        "summary": f"{counted(len(rows), 'tensor')}, {counted(parameters, 'parameter')}, {files}{extent}",
        "table": table(request, [(name, "") for name in columns], shown, len(rows)),
        "truncated": len(shown) < len(rows),
    }


def _shards(folder: Folder) -> List[str]:
    return [path for path, _ in folder.files if path.endswith(".safetensors")]


def _tensors(folder: Folder, path: str) -> List[_Tensor]:
    length = int.from_bytes(folder.read(path, 8), "little")
    try:
        if length > min(_HEADER, folder.size(path)):
            raise ValueError
        header: Dict[str, Any] = loads(folder.read(path, 8 + length)[8:])
        return [_tensor(name, about) for name, about in header.items() if name != "__metadata__"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Problem(f"{path} is not a readable safetensors file.", "It may be damaged.") from None


def _tensor(name: str, about: Dict[str, Any]) -> _Tensor:
    parameters = 1
    for length in about["shape"]:
        parameters *= int(length)
    return _Tensor(name, str(about["dtype"]), json.dumps(about["shape"]), parameters)


def read_keras(folder: Folder, path: str, request: Request) -> Picture:
    """Return the preview of a Keras model: `.keras` is a zip with `config.json`."""
    with folder.open(path) as file:
        try:
            with zipfile.ZipFile(file) as archive, open_member(archive, archive.getinfo("config.json")) as member:
                config = loads(member.read(_HEADER))
        except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError):
            return read_hdf5(folder, path, request)
    about = _object(config)
    layers: List[object] = _object(about.get("config")).get("layers") or []
    picture = json_picture(config)
    name = clip(str(about.get("class_name", "model")), 60)
    picture["summary"] = f"Keras {name}, {counted(len(layers), 'layer')}, {size(folder.size(path))}"
    return picture


def read_skops(folder: Folder, path: str, _request: Request) -> Picture:
    """Return the preview of a skops file: a zip whose `schema.json` lists its objects.

    Raises Problem for any other file.
    """
    with folder.open(path) as file:
        try:
            with zipfile.ZipFile(file) as archive, open_member(archive, archive.getinfo("schema.json")) as member:
                schema = _object(loads(member.read(_HEADER)))
        except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError):
            raise Problem(f"{path} is not a readable skops file.", "It may be damaged.") from None
    picture = json_picture(schema)
    name = clip(str(schema.get("__class__", "object")), 60)
    picture["summary"] = f"{name}, a skops file of {size(folder.size(path))}"
    return picture


def _object(value: object) -> Dict[str, Any]:
    return cast(Dict[str, Any], value) if isinstance(value, dict) else {}


def read_hdf5(folder: Folder, path: str, request: Request) -> Picture:
    """Name an HDF5 file. It is not opened."""
    if folder.read(path, 8) != b"\x89HDF\r\n\x1a\n":
        return read_text(folder, path, request)
    return {
        "kind": "files",
        "summary": f"HDF5 file, {size(folder.size(path))}",
        "files": [{"path": path, "size": folder.size(path)}],
        "advice": "Open it with h5py or with the library that wrote it.",
    }


def read_lightgbm(folder: Folder, path: str, request: Request) -> Picture:
    """Return the preview of LightGBM's text file, from its header."""
    picture = read_text(folder, path, request)
    if not str(picture["text"]).startswith("tree\n"):
        return picture
    trees = sum(1 for line in str(picture["text"]).splitlines() if line.startswith("Tree="))
    more = " or more" if picture["truncated"] else ""
    picture["summary"] = f"LightGBM model, {counted(trees, 'tree')}{more}, {size(folder.size(path))}"
    return picture


def read_hugging_face(folder: Folder, path: str, _request: Request) -> Picture:
    """Return the preview of a Hugging Face model: its configuration, its size, and its files."""
    config = read_value(folder, path, "")
    picture = json_picture(config)
    fields = _object(config)
    names: object = fields.get("architectures") or [fields.get("model_type") or "folder"]
    name = clip(str(cast(List[object], names)[0] if isinstance(names, list) else names), 60)
    total = sum(length for _, length in folder.files)
    parameters = _parameters(folder)
    picture["summary"] = f"Hugging Face {name}, {parameters}{counted(len(folder.files), 'file')}, {size(total)}"
    picture["files"] = [{"path": name, "size": length} for name, length in folder.files]
    return picture


def _parameters(folder: Folder) -> str:
    """Count the parameters of all shards, if their headers tell."""
    try:
        count = sum(tensor.parameters for path in _shards(folder) for tensor in _tensors(folder, path))
    except Problem:
        return ""
    return f"{counted(count, 'parameter')}, " if count else ""

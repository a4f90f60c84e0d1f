"""Chooses who reads an artifact: by its files; what a store says of its type only tells how to word what is read."""

from __future__ import annotations

import fnmatch
from typing import Any, Callable, Dict, List, Optional, Tuple, cast

from .bounds import JSON_BYTES, Picture, Request, cell, clip, counted, readable, size
from .folder import GONE, Folder, open_folder
from .frames import read_flat_array, read_frame
from .images import read_image, read_svg
from .jsons import loads, read_json, summary_of
from .models import read_hdf5, read_hugging_face, read_keras, read_lightgbm, read_safetensors
from .npy import read_npy, read_npz
from .order import ordered
from .pickles import read_pickle
from .problem import Problem
from .table import page, table
from .texts import read_csv, read_html, read_markdown, read_text

Reader = Callable[[Folder, str, Request], Picture]

_NESTING = 3  # lists of lists of objects

# The first pattern that a file of the artifact matches decides. Names that ZenML's materializers write come first.
_BY_NAME: Tuple[Tuple[str, Reader], ...] = (
    ("data.json", read_json),
    ("data_v2.json", read_json),
    ("df.parquet.gzip", read_frame),
    ("dataframe.parquet", read_frame),
    ("df.csv", read_csv),
    ("data.npy", read_npy),
    ("data.npz", read_npz),
    ("output.html", read_html),
    ("output.md", read_markdown),
    ("output.csv", read_csv),
    ("output.json", read_json),
    ("image_file.*", read_image),
    ("data.txt", read_text),
    ("artifact.pkl", read_pickle),
    ("model", read_pickle),
    ("entire_model.pt", read_pickle),
    ("checkpoint.pt", read_pickle),
    ("obj.pt", read_pickle),
    ("final_checkpoint.ckpt", read_pickle),
    ("model.json", read_json),
    ("model.txt", read_lightgbm),
    ("model.keras", read_keras),
    ("results.html", read_html),
    ("profile.html", read_html),
    ("service.json", read_json),
    ("*.safetensors", read_safetensors),
    ("hf_*/config.json", read_hugging_face),
    ("hf_*/tokenizer_config.json", read_hugging_face),
    ("hf_*/dataset_info.json", read_hugging_face),
)
# Custom materializers write what they like: a folder with one main file is read by that file's ending.
_BY_ENDING: Tuple[Tuple[str, Reader], ...] = (
    ("*.json", read_json),
    ("*.parquet", read_frame),
    ("*.parquet.gzip", read_frame),
    ("*.csv", read_csv),
    ("*.npy", read_npy),
    ("*.npz", read_npz),
    ("*.html", read_html),
    ("*.md", read_markdown),
    ("*.png", read_image),
    ("*.jpg", read_image),
    ("*.jpeg", read_image),
    ("*.gif", read_image),
    ("*.webp", read_image),
    ("*.bmp", read_image),
    ("*.tif", read_image),
    ("*.tiff", read_image),
    ("*.svg", read_svg),
    ("*.pkl", read_pickle),
    ("*.pickle", read_pickle),
    ("*.joblib", read_pickle),
    ("*.pt", read_pickle),
    ("*.pth", read_pickle),
    ("*.ckpt", read_pickle),
    ("*.keras", read_keras),
    ("*.h5", read_hdf5),
    ("*.hdf5", read_hdf5),
    ("*.txt", read_text),
    ("*.yaml", read_text),
    ("*.yml", read_text),
    ("*.xml", read_text),
    ("*.log", read_text),
)
_BESIDE = {"python_version.txt", "describe.csv", "sample.csv"}  # never an artifact's main file


def preview(request: Request) -> Picture:
    """The picture of one output; what cannot be shown becomes a picture of kind `problem`."""
    try:
        folder = open_folder(request.uri)
        return _encodable(ordered(lambda asked: _of_folder(folder, asked, 0), request))
    except Problem as problem:
        return problem_picture(problem)
    except FileNotFoundError:
        return problem_picture(Problem(f"The artifact's files are gone: {request.uri}", GONE))
    except PermissionError:
        advice = "Its owner must let you read it; check the folder's permissions."
        return problem_picture(Problem(f"You may not read this artifact: {request.uri}", advice))
    except MemoryError:
        advice = "Raise the limit in the settings, or read it in a notebook."
        return problem_picture(Problem("This artifact needs more memory than previews may use.", advice))
    except Exception as error:  # noqa: BLE001 - damaged files surprise; the person gets words, not a traceback
        text = f"This artifact could not be read ({type(error).__name__}: {clip(str(error), 200)})."
        return problem_picture(Problem(text, f"Look at its files: {request.uri}"))


def problem_picture(problem: Problem) -> Picture:
    """A problem as a picture."""
    picture: Picture = {"kind": "problem", "summary": problem.text, "text": problem.text}
    if problem.advice:
        picture["advice"] = problem.advice
    return _encodable(picture)


def _encodable(picture: Picture) -> Picture:
    """The picture, its words such that every encoder takes them: files' names need be no text."""
    for field in ("summary", "text", "advice"):
        if field in picture:
            picture[field] = readable(picture[field])
    for file in picture.get("files", ()):
        file["path"] = readable(file["path"])
    return picture


def _of_folder(folder: Folder, request: Request, depth: int) -> Picture:
    if "metadata.json" in folder and depth < _NESTING:
        elements = _elements(folder, request, depth)
        if elements is not None:
            return elements
    if "data.parquet" in folder and "shape.json" in folder:
        return read_flat_array(folder, "data.parquet", request)
    found = _chosen(folder)
    if found is None:
        return listing(folder)
    path, reader = found
    return reader(folder, path, request)


def _chosen(folder: Folder) -> Optional[Tuple[str, Reader]]:
    for pattern, reader in _BY_NAME:
        for path, _ in folder.files:
            if fnmatch.fnmatchcase(path, pattern):
                return path, reader
    main = [path for path, _ in folder.files if path not in _BESIDE]
    if len(main) != 1:
        return None
    for pattern, reader in _BY_ENDING:
        if fnmatch.fnmatchcase(main[0].lower(), pattern):
            return main[0], reader
    return None


def listing(folder: Folder) -> Picture:
    """The artifact's files, where nothing more can be said about them."""
    total = sum(length for _, length in folder.files)
    more = "" if folder.complete else " or more"
    return {
        "kind": "files",
        "summary": f"{counted(len(folder.files), 'file')}{more}, {size(total)}",
        "files": [{"path": path, "size": length} for path, length in folder.files],
        "truncated": not folder.complete,
    }


def _elements(folder: Folder, request: Request, depth: int) -> Optional[Picture]:
    """A list, tuple, set or dict of objects: `metadata.json`, and a numbered folder for each element."""
    try:
        types, materializers = element_types(loads(folder.read("metadata.json", 2**24)))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_dict = request.data_type.endswith("dict") and len(types) == 2
    by_key = _dict(folder, request, types[1], materializers[1], depth) if is_dict else None
    if by_key is not None:
        return by_key
    offset, limit = page(request)
    rows: List[List[object]] = []
    for i in range(offset, min(offset + limit, len(types))):
        asked = Request(request.uri, materializers[i], types[i], 0, 20)
        try:
            element = _of_folder(_element(folder, str(i)), asked, depth + 1)
        except Problem as problem:
            element = problem_picture(problem)
        rows.append([i, types[i], element["summary"]])
    kinds = sorted({name.rpartition(".")[2] for name in types})
    word = clip(", ".join(kinds), 60) or "object"
    container = request.data_type.rpartition(".")[2] or "list"
    return {
        "kind": "table",
        "summary": f"{clip(container, 40)} of {len(types)} {word}",
        "table": table([("element", ""), ("type", ""), ("value", "")], rows, offset, len(types)),
        "truncated": len(rows) < len(types),
    }


def _dict(folder: Folder, request: Request, kind: str, materializer: str, depth: int) -> Optional[Picture]:
    """A dict, which ZenML keeps as the list of its keys and that of its values: its values by their keys."""
    keys = _list(folder.sub("0"))
    values_folder = _element(folder, "1")
    asked = request._replace(materializer=materializer, data_type=kind)
    picture = _of_folder(values_folder, asked, depth + 1)
    values = _list(values_folder)
    if values is not None and picture["kind"] == "json":
        offset, limit = page(request)
        shown = values[offset : offset + limit]
        cells = [[i + offset, type(value).__name__, summary_of(value)] for i, value in enumerate(shown)]
        picture["table"] = table([("key", ""), ("type", ""), ("value", "")], cells, offset, len(values))
    if keys is None or "table" not in picture or picture["table"]["total"] != len(keys):
        return None
    for row in picture["table"]["rows"]:
        row[0] = cell(keys[row[0]])
    picture["table"]["columns"][0]["name"] = "key"
    names = clip(", ".join(str(key) for key in keys[:8]), 60)
    return {
        "kind": "table",
        "summary": f"dict of {counted(len(keys), 'key')}: {names}",
        "table": picture["table"],
        "truncated": picture.get("truncated", False),
    }


def _list(folder: Folder) -> Optional[List[Any]]:
    """A list of plain values, as `data.json` keeps it; None where it is another thing."""
    if "data.json" not in folder or folder.size("data.json") > JSON_BYTES:
        return None
    value = loads(folder.read("data.json", JSON_BYTES))
    return cast(List[Any], value) if isinstance(value, list) else None


def _element(folder: Folder, name: str) -> Folder:
    """One element's files, where they lie now; the path in `metadata.json` may be another machine's."""
    element = folder.sub(name)
    if not element.files:
        raise Problem("its files are gone")
    return element


def element_types(metadata: Any) -> Tuple[List[str], List[str]]:
    """Types and materializers, from today's list of objects or from the object of lists of 0.20 to 0.40."""
    if isinstance(metadata, list):
        items = cast(List[Dict[str, Any]], metadata)
        return [str(item["type"]) for item in items], [str(item.get("materializer", "")) for item in items]
    if not isinstance(metadata["types"], list):
        raise TypeError("not the metadata of a container")
    types = [str(kind) for kind in metadata["types"]]
    given = metadata.get("materializers") or [""] * len(types)
    return types, [str(materializer) for materializer in given]

"""Read lists, tuples, sets and dicts of objects: `metadata.json`, and a numbered folder for each element."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple, cast

from .bounds import JSON_BYTES, Picture, Request, cell, clip, counted
from .choose import of_folder, problem_picture
from .folder import Folder
from .jsons import loads, summary_of
from .problem import Problem
from .table_preview import page, table

_NESTING = 8  # levels of containers in containers


def read_container(folder: Folder, path: str, request: Request) -> Optional[Picture]:
    """Return the preview of a container of objects, None if `metadata.json` describes none."""
    if request.depth >= _NESTING:
        return None
    try:
        types, materializers = element_types(loads(folder.read(path, 2**24)))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    is_dict = request.data_type.endswith("dict") and len(types) == 2
    by_key = _dict(folder, request, types[1], materializers[1]) if is_dict else None
    return by_key or _sequence(folder, request, types, materializers)


def _sequence(folder: Folder, request: Request, types: List[str], materializers: List[str]) -> Picture:
    offset, limit = page(request)
    rows: List[List[object]] = []
    for i in range(offset, min(offset + limit, len(types))):
        # A preview shows only the summary of an element. The summary of a container needs only one of its elements.
        asked = Request(request.uri, materializers[i], types[i], 0, 1, depth=request.depth + 1)
        try:
            element = of_folder(_element(folder, str(i)), asked)
        except Problem as problem:
            element = problem_picture(problem)
        rows.append([i, types[i], element["summary"]])
    kinds = sorted({name.rpartition(".")[2] for name in types})
    word = clip(", ".join(kinds), 60) or "object"
    container = request.data_type.rpartition(".")[2] or "list"
    return {
        "kind": "table",
        "summary": f"{clip(container, 40)} of {len(types)} {word}",
        "table": table(request, [("element", ""), ("type", ""), ("value", "")], rows, len(types), index=1),
        "truncated": len(rows) < len(types),
    }


def _dict(folder: Folder, request: Request, kind: str, materializer: str) -> Optional[Picture]:
    """Return the preview of a dict, which ZenML saves as the list of its keys and the list of its values."""
    keys = _list(folder.sub("0"))
    if keys is None:
        return None
    values_folder = _element(folder, "1")
    asked = request._replace(materializer=materializer, data_type=kind, depth=request.depth + 1)
    picture = of_folder(values_folder, asked)
    values = _list(values_folder)
    if values is not None and picture["kind"] == "json":
        offset, limit = page(request)
        shown = values[offset : offset + limit]
        cells = [[i + offset, type(value).__name__, summary_of(value)] for i, value in enumerate(shown)]
        picture["table"] = table(request, [("key", ""), ("type", ""), ("value", "")], cells, len(values), index=1)
    if "table" not in picture or picture["table"]["total"] != len(keys):
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


def _list(folder: Folder) -> Optional[List[object]]:
    """Return the list of plain values in `data.json`, None if there is no such list."""
    if "data.json" not in folder or folder.size("data.json") > JSON_BYTES:
        return None
    value = loads(folder.read("data.json", JSON_BYTES))
    return cast(List[object], value) if isinstance(value, list) else None


def _element(folder: Folder, name: str) -> Folder:
    """Return the folder of one element below this one. The path in `metadata.json` may be from another machine."""
    element = folder.sub(name)
    if not element.files:
        raise Problem("its files are gone")
    return element


def element_types(metadata: Any) -> Tuple[List[str], List[str]]:
    """Return the types and materializers of elements, from a list of objects, or in 0.20 to 0.40 an object of lists."""
    if isinstance(metadata, list):
        items = cast(List[Dict[str, object]], metadata)
        return [str(item["type"]) for item in items], [str(item.get("materializer", "")) for item in items]
    if not isinstance(metadata["types"], list):
        raise TypeError("not the metadata of a container")
    types = [str(kind) for kind in metadata["types"]]
    given = metadata.get("materializers") or [""] * len(types)
    return types, [str(materializer) for materializer in given]

"""Read Hugging Face datasets of `save_to_disk`: Arrow streams, and the JSON files that list them."""

from __future__ import annotations

import time
from typing import Dict, List, Optional, Tuple, cast

from .bounds import FILES, PATIENCE, Picture, Request, clip
from .folder import Folder
from .frames import arrow_picture
from .jsons import loads
from .problem import Problem
from .table_preview import extent, page, table

_STATE = "state.json"
_INFO = "dataset_info.json"
_JSON = 1024 * 1024


def read_dataset(folder: Folder, path: str, request: Request) -> Optional[Picture]:
    """Return the rows of a dataset, or those of the first split of a `DatasetDict`.

    Return None if the files are not those of a dataset.
    """
    states = [name for name, _ in folder.files if name.rpartition("/")[2] == _STATE]
    inside = path[: -len(_STATE)]
    picture = _rows(folder, inside, request)
    if picture is None:
        return None
    splits = [name.split("/")[-2] for name in states]
    if len(states) > 1 or "hf_datasets/dataset_dict.json" in folder:
        rows = picture["summary"].partition(" ")[2]
        picture["summary"] = f"DatasetDict with {clip(', '.join(splits), 60)}. {splits[0]}: {rows}"
    else:
        picture["summary"] = picture["summary"].replace("DataFrame", "Dataset", 1)
    return picture


def _rows(folder: Folder, inside: str, request: Request) -> Optional[Picture]:
    """Return the requested rows. Each file of a split has a part of the rows."""
    parts = parts_of(folder, inside)
    if not parts:
        return _without_rows(columns_of_info(folder, inside), request)
    offset, limit = page(request)
    first = 0
    until = time.monotonic() + PATIENCE
    shown: Optional[Picture] = None
    for path in parts:
        asked = request._replace(offset=max(0, offset - first), limit=limit)
        with folder.open(path) as file:
            picture = arrow_picture(file, path, asked)
        rows: List[List[object]] = picture["table"]["rows"]
        if shown is None:
            shown = picture
            shown["table"]["offset"] = offset
        elif len(shown["table"]["rows"]) < limit:
            shown["table"]["rows"] += rows[: limit - len(shown["table"]["rows"])]
        total: Optional[int] = picture["table"]["total"]
        is_late = len(shown["table"]["rows"]) >= limit and time.monotonic() > until and path != parts[-1]
        if total is None or is_late:
            shown["table"]["total"] = None
            counted = first + (total or asked.offset + len(rows))
            shown.update(summary=f"DataFrame {extent(counted, shown['table']['width'], False)}", truncated=True)
            return shown
        first += total
    assert shown is not None
    shown["table"]["total"] = first
    shown["summary"] = f"DataFrame {extent(first, shown['table']['width'], True)}"
    shown["truncated"] = shown["truncated"] or len(shown["table"]["rows"]) < first
    return shown


def _without_rows(columns: List[Tuple[str, str]], request: Request) -> Optional[Picture]:
    if not columns:
        return None
    held = table(request, columns, [], 0)
    summary = f"DataFrame {extent(0, len(columns), True)}"
    return {"kind": "table", "summary": summary, "table": held, "truncated": False}


def columns_of_info(folder: Folder, inside: str) -> List[Tuple[str, str]]:
    """Return the names and types of the columns in `dataset_info.json`."""
    path = inside + _INFO
    try:
        info: object = loads(folder.read(path, _JSON)) if path in folder else None
    except (ValueError, RecursionError):
        return []
    features = cast(Dict[str, object], info).get("features") if isinstance(info, dict) else None
    if not isinstance(features, dict):
        return []
    return [(str(name), _word(about)) for name, about in cast(Dict[object, object], features).items()]


def _word(feature: object) -> str:
    """Return the type of a feature. For a feature that is no plain value, it is the name of its class."""
    held = cast(Dict[str, object], feature) if isinstance(feature, dict) else {}
    return str(held.get("dtype") or held.get("_type") or "")


def parts_of(folder: Folder, inside: str) -> List[str]:
    """Return the Arrow files that `state.json` lists."""
    try:
        state: object = loads(folder.read(inside + _STATE, _JSON))
    except (ValueError, RecursionError):
        raise Problem(f"{inside}{_STATE} is not valid JSON.", "The dataset may be damaged.") from None
    held = cast(Dict[str, object], state) if isinstance(state, dict) else {}
    files = held.get("_data_files")
    names = [
        str(cast(Dict[str, object], item).get("filename"))
        for item in (cast(List[object], files)[:FILES] if isinstance(files, list) else [])
        if isinstance(item, dict)
    ]
    missing = [name for name in names if inside + name not in folder]
    if missing:
        raise Problem(f"Files of this dataset are gone: {clip(', '.join(missing), 100)}")
    return [inside + name for name in names]

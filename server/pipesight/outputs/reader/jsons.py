"""Reads JSON: scalars, containers, and files too big or too deep to be read whole."""

from __future__ import annotations

import json
from typing import Any, List, Optional

from .bounds import JSON_BYTES, SUMMARY, TEXT, Picture, Request, clip, counted, inline, number, readable, size, tree
from .folder import Folder
from .problem import Problem

_LONGEST_INTEGER = 400


def read_json(folder: Folder, path: str, request: Request) -> Picture:
    """The picture of a JSON file.

    Raises Problem when it is not JSON.
    """
    length = folder.size(path)
    if length > JSON_BYTES:
        return _beginning(folder, path)
    data = folder.read(path, JSON_BYTES)
    try:
        value = loads(data)
    except RecursionError:
        return _beginning(folder, path)
    except ValueError as error:
        raise Problem(f"{path} is not valid JSON: {error}.", "It may be damaged; run the step again.") from None
    return json_picture(_unwrapped(value, request.materializer))


def loads(data: bytes) -> Any:
    """JSON text to values; integers of absurd length stay text.

    Raises ValueError or RecursionError.
    """
    return json.loads(data.decode("utf-8-sig"), parse_int=_integer)


def _integer(text: str) -> object:
    return int(text) if len(text) <= _LONGEST_INTEGER else text


def _unwrapped(value: Any, materializer: str) -> Any:
    """Pydantic's and LangChain's materializers write JSON inside a JSON string."""
    if not isinstance(value, str) or not any(word in materializer.lower() for word in ("pydantic", "langchain")):
        return value
    try:
        return loads(value.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return value


def json_picture(value: Any) -> Picture:
    """The picture of one JSON value."""
    text = _pretty(value)
    safe, whole = tree(value)
    picture: Picture = {
        "kind": "json",
        "summary": summary_of(value),
        "text": text[:TEXT],
        "truncated": len(text) > TEXT or not whole,
    }
    if whole:
        picture["value"] = safe
    return picture


def summary_of(value: Any) -> str:
    """One line: the value itself where it is short, else what it is made of."""
    if isinstance(value, str):
        return clip(json.dumps(readable(value), ensure_ascii=False), SUMMARY)
    if value is None or isinstance(value, (bool, int, float)):
        return clip(_scalar(value), SUMMARY)
    line = inline(value, SUMMARY)
    if len(line) <= SUMMARY:
        return readable(line)
    if isinstance(value, dict):
        keys: List[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return f"dict of {counted(len(keys), 'key')}: {clip(', '.join(map(str, keys[:8])), 60)}"
    return f"list of {counted(len(value), 'value')}"


def _scalar(value: Any) -> str:
    safe = number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    return safe if isinstance(safe, str) else json.dumps(safe)


def _pretty(value: Any) -> str:
    pieces: List[str] = []
    length = 0
    try:
        for piece in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
            pieces.append(piece)
            length += len(piece)
            if length > TEXT:
                break
    except RecursionError:
        pass
    return "".join(pieces)


def _beginning(folder: Folder, path: str) -> Picture:
    length = folder.size(path)
    text = folder.read(path, TEXT).decode("utf-8-sig", "replace")
    opening: Optional[str] = {"{": "dict", "[": "list", '"': "text"}.get(text.lstrip()[:1])
    return {
        "kind": "json",
        "summary": f"JSON {opening or 'value'}, {size(length)}",
        "text": text,
        "truncated": True,
    }

"""Sorts and searches the rows of a table of any kind, and takes a page of what is left."""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Tuple

from .bounds import ROWS, WHOLE, Picture, Request

_DURATION = re.compile(r"(-?\d{1,9}) days \+?(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)")  # as pandas writes it


def ordered(read: Callable[[Request], Picture], request: Request) -> Picture:
    """The picture that `read` makes, its rows sorted and searched as asked for.

    A table that is too big for that keeps its order, and says so.
    """
    if request.sort < 0 and not request.find:
        return read(request)
    start: Dict[str, Any] = read(request._replace(offset=0, limit=1)).get("table") or {"columns": [], "total": 0}
    if not start["columns"]:
        return read(request)
    if start["total"] is None or start["total"] * len(start["columns"]) > WHOLE:
        unordered = read(request)
        unordered["text"] = f"A table of more than {WHOLE:,} cells can neither be sorted nor searched here."
        return unordered
    picture = read(request._replace(offset=0, limit=WHOLE, most=WHOLE))
    table: Dict[str, Any] = picture["table"]
    rows: List[List[Any]] = table["rows"]
    numbered = list(enumerate(rows))
    if request.find:
        wanted = request.find.casefold()
        numbered = [(number, row) for number, row in numbered if any(wanted in _text(value) for value in row)]
    if 0 <= request.sort < len(table["columns"]):
        numbered = _sorted(numbered, request.sort, request.descending)
    shown = numbered[max(0, request.offset) :][: max(1, min(request.limit, ROWS))]
    table.update(
        rows=[row for _, row in shown],
        numbers=[number for number, _ in shown],
        offset=request.offset,
        total=len(numbered),
    )
    picture["truncated"] = picture.get("truncated", False) or len(shown) < len(numbered)
    return picture


def _sorted(rows: List[Tuple[int, List[Any]]], column: int, descending: bool) -> List[Tuple[int, List[Any]]]:
    """Numbers by size, then texts; what is missing comes last in either direction."""

    def is_held(row: Tuple[int, List[Any]]) -> bool:
        return _text(row[1][column]) not in ("", "nan")

    held = sorted(filter(is_held, rows), key=lambda row: _rank(row[1][column]), reverse=descending)
    return held + [row for row in rows if not is_held(row)]


def _rank(value: object) -> Tuple[int, float, str]:
    """Numbers that a file keeps as text, as CSV does, are numbers too; durations are ranked by their length."""
    duration = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if duration:
        days, hours, minutes, seconds = map(float, duration.groups())
        return 0, ((days * 24 + hours) * 60 + minutes) * 60 + seconds, ""
    try:
        return 0, float(value), ""  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return 1, 0.0, _text(value)


def _text(value: object) -> str:
    return "" if value is None else str(value).casefold()

"""Sort and search the rows of a table of any kind, and return a page of the result."""

from __future__ import annotations

import re
from typing import Callable, List, Tuple

from .bounds import ROWS, WHOLE, Picture, Request
from .table_preview import add_note, columns_of, columns_shown, cut, is_part

_DURATION = re.compile(r"(-?\d{1,9}) days \+?(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)")  # as pandas writes it


def ordered(read: Callable[[Request], Picture], request: Request) -> Picture:
    """Return the preview that `read` makes, with its rows sorted and searched as requested.

    A table that is too large to be sorted keeps its order. A table that is too large to be searched shows no rows,
    because its rows would look like matches. A note says so in both cases.
    """
    if request.sort < 0 and not request.find:
        return read(request)
    start: Picture = read(request._replace(offset=0, limit=1)).get("table") or {"columns": [], "total": 0}
    if not start["columns"]:
        return read(request)
    if start["total"] is None or start["total"] * (start["index"] + start["width"]) > WHOLE:
        return _too_big(read(request), bool(request.find))
    whole = request._replace(offset=0, limit=WHOLE, most=WHOLE, first_column=0, picked=(), most_columns=WHOLE)
    picture = read(whole)
    table: Picture = picture["table"]
    rows: List[List[object]] = table["rows"]
    numbered = list(enumerate(rows))
    if request.find:
        wanted = request.find.casefold()
        numbered = [(number, row) for number, row in numbered if any(wanted in _text(value) for value in row)]
    if 0 <= request.sort < len(table["columns"]):
        numbered = _sorted(numbered, request.sort, request.descending)
    shown = numbered[max(0, request.offset) :][: max(1, min(request.limit, ROWS))]
    wanted = columns_of(request, table["width"])
    table.update(
        columns=cut(table["columns"], table["index"], wanted),
        rows=[cut(row, table["index"], wanted) for _, row in shown],
        **columns_shown(request, table["width"]),
        numbers=[number for number, _ in shown],
        offset=request.offset,
        total=len(numbered),
    )
    picture["truncated"] = picture.get("truncated", False) or is_part(table)
    return picture


def _too_big(picture: Picture, is_searched: bool) -> Picture:
    limit = f"A table of more than {WHOLE:,} cells cannot be "
    if not is_searched:
        add_note(picture, limit + "sorted here. Its rows are in the order of the file.")
        return picture
    add_note(picture, limit + "searched here. Clear the search to see its rows.")
    picture["table"].update(rows=[], offset=0, total=0)
    picture["truncated"] = True
    return picture


def _sorted(rows: List[Tuple[int, List[object]]], column: int, descending: bool) -> List[Tuple[int, List[object]]]:
    """Return the rows sorted: numbers first, then texts. Missing values come last in both directions."""

    def is_held(row: Tuple[int, List[object]]) -> bool:
        return _text(row[1][column]) not in ("", "nan")

    held = sorted(filter(is_held, rows), key=lambda row: rank(row[1][column]), reverse=descending)
    return held + [row for row in rows if not is_held(row)]


def rank(value: object) -> Tuple[int, float, str]:
    """Return the sort key of a value. A number that is text, as in CSV, is a number. Durations sort by length."""
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

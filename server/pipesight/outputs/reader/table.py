"""Builds the preview of a table from columns of values, bounded in rows, columns and cells."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, Tuple

from .bounds import COLUMNS, Picture, Request, cell, clip


def page(request: Request) -> Tuple[int, int]:
    """Return the first row asked for and how many, within what a preview may carry."""
    return max(0, request.offset), max(1, min(request.limit, request.most))


def table(
    columns: Sequence[Tuple[str, str]],
    rows: Sequence[Sequence[object]],
    offset: int = 0,
    total: Optional[int] = None,
    index: int = 0,
    width: Optional[int] = None,
) -> Picture:
    """Return a table as JSON.

    `columns` are (name, type) pairs. The first `index` of them are the frame's index. `width` counts all columns after
    the index, when `columns` are only the first of them.
    """
    most = COLUMNS + index
    return {
        "columns": [{"name": clip(name, 200), "type": kind} for name, kind in columns[:most]],
        "rows": [[cell(value) for value in row[:most]] for row in rows],
        "offset": offset,
        "total": total,
        "index": index,
        "width": len(columns) - index if width is None else width,
    }


def is_part(width: int, rows: int, total: Optional[int]) -> bool:
    """Return True when a page of `rows` rows does not show the whole table of `width` columns."""
    return width > COLUMNS or total is None or rows < total


def add_note(picture: Picture, note: str) -> None:
    """Add a sentence to what a preview says about itself."""
    picture["text"] = f"{picture['text']} {note}" if picture.get("text") else note


def transposed(columns: Sequence[Sequence[Any]]) -> List[Tuple[Any, ...]]:
    """Turn columns into rows."""
    return list(zip(*columns))  # noqa: B905 - not before Python 3.10

"""Builds the picture of a table from columns of values, bounded in rows, columns and cells."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence, Tuple

from .bounds import COLUMNS, Picture, Request, cell, clip


def page(request: Request) -> Tuple[int, int]:
    """The first row asked for and how many, within what a preview may carry."""
    return max(0, request.offset), max(1, min(request.limit, request.most))


def table(
    columns: Sequence[Tuple[str, str]],
    rows: Sequence[Sequence[object]],
    offset: int = 0,
    total: Optional[int] = None,
    index: int = 0,
) -> Picture:
    """A table as JSON: `columns` are (name, type) pairs, the first `index` of them the frame's index."""
    return {
        "columns": [{"name": clip(name, 200), "type": kind} for name, kind in columns[:COLUMNS]],
        "rows": [[cell(value) for value in row[:COLUMNS]] for row in rows],
        "offset": offset,
        "total": total,
        "index": index,
    }


def is_part(columns: int, rows: int, total: Optional[int]) -> bool:
    """True when a page of `rows` rows does not show the whole table."""
    return columns > COLUMNS or total is None or rows < total


def transposed(columns: Sequence[Sequence[Any]]) -> List[Tuple[Any, ...]]:
    """Columns to rows."""
    return list(zip(*columns))  # noqa: B905 - not before Python 3.10

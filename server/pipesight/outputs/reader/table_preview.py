"""Build the preview of a table from columns of values, with limits for rows, columns and cells."""

from __future__ import annotations

import re
from typing import List, Optional, Sequence, Tuple, TypeVar

from .bounds import Picture, Request, cell, clip
from .dtypes import shortest

_Item = TypeVar("_Item")


def page(request: Request) -> Tuple[int, int]:
    """Return the first requested row and the number of rows, within the limits of a preview."""
    return max(0, request.offset), max(1, min(request.limit, request.most))


def columns_of(request: Request, width: int) -> Sequence[int]:
    """Return the requested ones of `width` columns, within the limits of a preview."""
    return picked_of(request.picked, width)[: request.most_columns] or window_of(request, width)


def picked_of(columns: Sequence[int], width: int) -> List[int]:
    """Return the columns below `width`, without duplicates."""
    return [column for column in dict.fromkeys(columns) if 0 <= column < width]


def window_of(request: Request, width: int) -> range:
    """Return the range of columns from the first requested one on, at most to `width`."""
    first = max(0, min(request.first_column, width))
    return range(first, min(first + request.most_columns, width))


_DTYPES = {"double": "float64", "float": "float32", "halffloat": "float16"}
_TIMESTAMP = re.compile(r"timestamp\[")


def dtype(word: str) -> str:
    """Return the type of a column as pandas names it: `float64` for a `double`. A word that pandas lacks stays."""
    return _DTYPES.get(word) or _TIMESTAMP.sub("datetime64[", word)


def table(
    request: Request,
    columns: Sequence[Tuple[str, str]],
    rows: Sequence[Sequence[object]],
    total: Optional[int] = None,
    index: int = 0,
) -> Picture:
    """Return a table as JSON, with the columns that the request asks for.

    `columns` are (name, type) pairs. The first `index` of them are the frame's index. `rows` begin at the request's.
    """
    width = len(columns) - index
    wanted = columns_of(request, width)
    return part_of_table(
        request, cut(columns, index, wanted), [cut(row, index, wanted) for row in rows], total, index, width
    )


def part_of_table(
    request: Request,
    columns: Sequence[Tuple[str, str]],
    rows: Sequence[Sequence[object]],
    total: Optional[int],
    index: int,
    width: int,
) -> Picture:
    """Return a table as JSON. `columns` and `rows` have the requested ones of the `width` columns after the index."""
    return {
        "columns": [{"name": clip(name, 200), "type": dtype(kind)} for name, kind in columns],
        "rows": [[cell(shortest(value, kind)) for value, (_, kind) in zip(row, columns)] for row in rows],
        "offset": page(request)[0],
        "total": total,
        "index": index,
        "width": width,
        **columns_shown(request, width),
    }


def columns_shown(request: Request, width: int) -> Picture:
    """Return the columns that a table shows, as JSON."""
    if picked_of(request.picked, width):
        return {"first_column": 0, "picked": list(columns_of(request, width))}
    return {"first_column": window_of(request, width).start}


def cut(cells: Sequence[_Item], index: int, wanted: Sequence[int]) -> Sequence[_Item]:
    """Return the cells of the index and those of the wanted columns after it."""
    return [*cells[:index], *(cells[index + column] for column in wanted)]


def is_part(picture: Picture) -> bool:
    """Return True if a table, as JSON, lacks rows or columns of the whole."""
    is_narrower = len(picture["columns"]) - picture["index"] < picture["width"]
    return is_narrower or picture["total"] is None or len(picture["rows"]) < picture["total"]


def extent(rows: int, width: int, is_whole: bool) -> str:
    """Return the size of a table for a summary. Unless `is_whole`, it has more rows than were counted."""
    return f"{rows:,} x {width:,}" if is_whole else f"of at least {rows:,} rows x {width:,}"


def add_note(picture: Picture, note: str) -> None:
    """Add a sentence to the notes of a preview."""
    picture["text"] = f"{picture['text']} {note}" if picture.get("text") else note


def transposed(columns: Sequence[Sequence[object]]) -> List[Tuple[object, ...]]:
    """Return the rows of a table that is given by its columns."""
    return list(zip(*columns))

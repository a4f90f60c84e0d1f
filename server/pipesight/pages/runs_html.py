"""Render the runs of a pipeline as HTML for a notebook: pictures of numbers over time, and a table. No scripts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from pipesight.workspace.output_number import as_float

from .sparkline import drawing, extent
from .words import cell_text

_DRAWN = 4  # numbers that have a picture
_COLUMNS = 12  # columns that are shown
_WORDS = ("run", "status", "start", "duration")

RunCells = Mapping[str, object]


def runs_html(caption: str, rows: Sequence[RunCells], more: int) -> str:
    """Return runs as HTML. `rows` are oldest first. `more` is the number of runs that are left out.

    Columns with the same value in all runs are left out.
    """
    names = dict.fromkeys(name for row in rows for name in row)
    differing = [name for name in names if name not in _WORDS and _differs(rows, name)]
    columns = [name for name in (*_WORDS, *differing) if name in names][:_COLUMNS]
    numbers = [name for name in differing if len(_numbers(rows, name)) > 1][:_DRAWN]
    head = html_row("th", columns)
    body = "".join(html_row("td", [_cell(row.get(name)) for name in columns]) for row in reversed(rows))
    rest = f"<tr><td>and {more} more</td></tr>" if more else ""
    figures = "".join(_figure(name, _numbers(rows, name)) for name in numbers)
    title = f"<caption>{escape(caption)}{figures}</caption>"
    return f"<table>{title}<thead>{head}</thead><tbody>{body}{rest}</tbody></table>"


def _figure(name: str, values: Sequence[float]) -> str:
    words = f"{name}: {extent(values)}"
    return f"<figure>{drawing(values)}<figcaption>{escape(words)}</figcaption></figure>"


def _differs(rows: Iterable[RunCells], name: str) -> bool:
    return len({repr(row.get(name)) for row in rows}) > 1


def _numbers(rows: Iterable[RunCells], name: str) -> list[float]:
    found = (as_float(row.get(name)) for row in rows)
    return [value for value in found if value is not None and math.isfinite(value)]


def html_row(tag: str, cells: Iterable[str]) -> str:
    """Return a row of an HTML table. `tag` is `th` or `td`."""
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _cell(value: object) -> str:
    return "" if value != value else cell_text(value)

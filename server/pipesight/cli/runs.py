"""`pipesight runs` as text: runs as a table, or their numbers over time."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from pipesight.characters import visible
from pipesight.history.model import Status
from pipesight.pages.command_error import CommandError
from pipesight.pages.page import Grid
from pipesight.pages.sparkline import change, sparkline
from pipesight.pages.words import count, duration, first_names, mark, one_line
from pipesight.workspace.output_number import as_float
from pipesight.workspace.run_report import RunReport

_FACTS = ("run", "status", "start", "duration", "stack", "tags", "commit", "error", "project", "pipeline")
_USUAL = ("run", "status", "start", "duration")
CELL = 40
"""Characters of a cell."""

_WIDE = 200  # characters of a line if the output is no terminal
_NAMED = 12  # columns in a message


def table(reports: Sequence[RunReport], columns: Sequence[str]) -> str:
    """Return the runs as a table. Without `columns`, show those that differ between the runs, if they fit on a line.

    Raises CommandError for a column that no run has.
    """
    known = _columns(reports)
    _check(columns, known)
    shown = list(columns) or _fitting(reports, known)
    grid = Grid(shown, [[_cell(report, column) for column in shown] for report in reports])
    hidden = [] if columns else [column for column in known if column not in shown and column not in _FACTS]
    named = visible(",".join(hidden[:_NAMED]), one_line=True)
    more = f"\n{count(len(hidden), 'more column')}: --columns {named}" if hidden else ""
    return grid.plain() + more


def plot(reports: Sequence[RunReport], columns: Sequence[str]) -> str:
    """Return a table with a line of bars for each number, the oldest run first.

    Without `columns`, show all numbers that change. Raises CommandError for a column without numbers.
    """
    oldest_first = list(reversed(reports))
    series = {name: [as_float(_value(report, name)) for report in oldest_first] for name in _columns(reports)}
    numbers = {name: values for name, values in series.items() if any(value is not None for value in values)}
    _check(columns, list(numbers))
    shown = list(columns) or [name for name, values in numbers.items() if len(set(values)) > 1 and name != "duration"]
    rows = [(name, f"|{sparkline(numbers[name])}|", *_range(numbers[name]), change(numbers[name])) for name in shown]
    failed = "".join("✗" if report.status == "failed" else "·" for report in oldest_first)
    if "✗" in failed:
        rows.append(("failed", f"|{failed}|", "", "", "", ""))
    return Grid(("number", "oldest to newest", "min", "max", "last", "change"), rows).plain()


def _columns(reports: Iterable[RunReport]) -> list[str]:
    """Return the names of all columns: the facts of runs, their parameters and their metrics."""
    found = dict.fromkeys(_FACTS)
    for part in ("parameters", "metrics"):
        for report in reports:
            found.update(dict.fromkeys(getattr(report, part)))
    return list(found)


def _check(columns: Iterable[str], known: Sequence[str]) -> None:
    for column in columns:
        if column not in known:
            close = get_close_matches(column, known, 1)
            advice = f"Did you mean {close[0]!r}?" if close else f"There are: {first_names(known, _NAMED)}."
            raise CommandError(f"There is no column {column!r}. {advice}")


def _fitting(reports: Sequence[RunReport], known: Sequence[str]) -> list[str]:
    """Return the usual columns, and as many of those that differ as fit on a line."""
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDE
    differing = [name for name in known if name not in _FACTS and _differs(reports, name)]
    shown = list(_USUAL) + (["error"] if any(report.error for report in reports) else [])
    used = sum(_width(reports, name) for name in shown)
    for name in differing:
        used += _width(reports, name)
        if used <= room:
            shown.append(name)
    return shown


def _width(reports: Iterable[RunReport], column: str) -> int:
    return max((len(_cell(report, column)) for report in reports), default=0) + 2


def _differs(reports: Iterable[RunReport], column: str) -> bool:
    values = [_value(report, column) for report in reports]
    return any(value != values[0] for value in values) and not any(isinstance(value, dict | list) for value in values)


def _value(report: RunReport, column: str) -> object:
    if column in _FACTS:
        return getattr(report, column)
    return report.metrics.get(column, report.parameters.get(column))


def _cell(report: RunReport, column: str) -> str:
    value = _value(report, column)
    if value is None:
        return ""
    if column == "status":
        return f"{mark(Status(report.status))} {report.status}"
    if column == "duration" and isinstance(value, float):
        return duration(value)
    if column == "start":
        return str(value).partition(".")[0].partition("+")[0].replace("T", " ")
    if report.error is not None and column == "error":
        where = f" in {report.error.step}" if report.error.step else ""
        return one_line(": ".join(filter(None, (report.error.type, report.error.message))) + where, CELL)
    if column == "tags":
        return one_line(", ".join(report.tags), CELL)
    return cell_text(value)


def cell_text(value: object) -> str:
    """Return a value in one line, empty for None."""
    if value is None:
        return ""
    return one_line(value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False), CELL)


def _range(values: Sequence[float | None]) -> tuple[str, str, str]:
    numbers = [value for value in values if value is not None]
    last = values[-1]
    return f"{min(numbers):.6g}", f"{max(numbers):.6g}", "" if last is None else f"{last:.6g}"

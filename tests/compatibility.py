"""A pytest plugin that writes docs/compatibility.md: the comparisons of this test run and their results.

Tests report with `record_property`:

- `"compared", (history, store, compared with, rows)` for a comparison of rows
- `"recorded", (history, store)` for a comparison of the record of runs
- `"holds", (history, {kind: number of entries, or None without such a table})` for the content of a store
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "compatibility.md"

_ROWS = """# Compatibility

This page lists the ZenML releases and stores that tests compare with ZenML's own API. `make compatibility` runs these
tests and writes this page.

The release in the first column recorded the history. A row is one output of one step of one run, with the step's
function and status and the artifact's URI. The result is "equal" if Pipesight returns exactly the same rows.

| history | store | compared with | rows | result |
|---|---|---|---:|---|
"""

_RECORD = """
## The record of a run

These tests compare metadata, inputs, failures, parameters, tags, visualizations and versions of all runs, models and
artifacts with the results of ZenML's own `Client`.

| history | store | result |
|---|---|---|
"""

_HOLDINGS = """
## What each release records

The numbers are the entries that Pipesight reads from a history. A dash means that the store of that release cannot
record them. Pipesight looks for tables and columns, so other releases work in the same way. Before 0.85, ZenML does not
record the exception of a failed step. The Python API then reads the last traceback of the step's log.

"""

_Line = tuple[tuple[int, ...], str]

_rows: set[_Line] = set()
_records: set[_Line] = set()
_holdings: dict[str, Mapping[str, int | None]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Record what a test has compared."""
    if report.when == "call":
        for name, value in report.user_properties:
            _take(name, value, "equal" if report.passed else "different")


def _take(name: str, value: Any, result: str) -> None:
    if name == "compared":
        history, store, reference, rows = value
        _rows.add((_age(history), f"| `{history}` | {store} | {reference} | {rows} | {result} |\n"))
    elif name == "recorded":
        history, store = value
        _records.add((_age(history), f"| `{history}` | {store} | {result} |\n"))
    elif name == "holds":
        history, found = value
        _holdings[history] = found


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the page, oldest release first."""
    if not hasattr(session.config, "workerinput"):
        PAGE.write_text(_ROWS + _joined(_rows) + _RECORD + _joined(_records) + _HOLDINGS + _table_of_holdings())


def table(page: str) -> list[list[str]]:
    """Return the cells of the page's first table, without its head."""
    return tables(page)[0]


def tables(page: str) -> list[list[list[str]]]:
    """Return the cells of each of the page's tables, without their heads."""
    found: list[list[str]] = [[]]
    for line in page.splitlines():
        if line.startswith("|"):
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [[[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows[2:]] for rows in found if rows]


def _joined(lines: set[_Line]) -> str:
    return "".join(line for _, line in sorted(lines))


def _table_of_holdings() -> str:
    if not _holdings:
        return ""
    kinds = list(next(iter(_holdings.values())))
    lines = [_cells(["history", *kinds]), f"|---|{'---:|' * len(kinds)}\n"]
    for history in sorted(_holdings, key=lambda name: (_age(name), name)):
        found = _holdings[history]
        lines.append(_cells([f"`{history}`", *("-" if found[kind] is None else str(found[kind]) for kind in kinds)]))
    return "".join(lines)


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _age(history: str) -> tuple[int, ...]:
    return tuple(map(int, history.removeprefix("legacy-").split("-")[0].split(".")))

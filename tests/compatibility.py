"""A pytest plugin that writes docs/compatibility.md: what the tests of this session compared, and how it ended.

A test says what it compares with `record_property("compared", (history, store, compared with, rows))`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "compatibility.md"

_HEAD = """# Compatibility

Every history below was recorded by that release of ZenML. A row is one output of one step of one run, with the step's
function and status and the artifact's URI; equal means that Pipesight gives the same rows, no more and no fewer.
`make compatibility` runs the tests and writes this page.

| history | store | compared with | rows | result |
|---|---|---|---:|---|
"""

_lines: set[tuple[tuple[int, ...], str]] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Take down what a test compared."""
    if report.when == "call":
        for name, value in report.user_properties:
            if name == "compared":
                _lines.add(_line(value, "equal" if report.passed else "different"))


def pytest_sessionfinish() -> None:
    """Write the page, oldest release first."""
    PAGE.write_text(_HEAD + "".join(line for _, line in sorted(_lines)))


def table(page: str) -> list[list[str]]:
    """The cells of the page's table, without its head."""
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in row] for row in rows[2:]]


def _line(compared: object, result: str) -> tuple[tuple[int, ...], str]:
    assert isinstance(compared, tuple)
    history, store, reference, rows = compared
    numbers = str(history).removeprefix("legacy-").split("-")[0].split(".")
    return tuple(map(int, numbers)), f"| `{history}` | {store} | {reference} | {rows} | {result} |\n"

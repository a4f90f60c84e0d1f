"""Return the runs of a pipeline as a table of parameters and numbers, and the comparison of two runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import chain

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.history.model import Pipeline, Run
from pipesight.outputs.service import PreviewService
from pipesight.pages.contract.comparison_view import ComparedRun, RunDifference, RunsComparison, StepSources
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.runs_view import RUNS_PAGE, RunsColumn, RunsPage, RunsRow
from pipesight.workspace.run_differences import Difference, differences
from pipesight.workspace.run_report import RunReport, report

from .recorded_facts import run_failure
from .source_changes import changed_lines
from .words import count, duration, json_text, json_value, mark, short_name, tone, when

_LONGEST = 200
"""Characters of a text in a cell."""

Cells = Mapping[RunsColumn, object]


def runs_page(
    history: History, previews: PreviewService, pipeline: Pipeline, offset: int, limit: int | None
) -> RunsPage:
    """Return the runs of a pipeline from `offset` to `offset + limit`, newest first.

    This reads runs that are not mirrored from the store, and the files of numbers that ZenML did not record as text.
    Raises SourceError if a store has to be read and cannot be read.
    """
    end = offset + (RUNS_PAGE if limit is None else limit)
    runs = history.fetch(history.runs(pipeline.name, limit=end)[offset:])
    reports = [report(history, run, previews) for run in runs]
    cells = [_cells(each) for each in reports]
    columns = _columns(cells)
    return RunsPage(
        title=visible(pipeline.name, one_line=True),
        path=HistoryPath(pipeline=pipeline.name, source=pipeline.source),
        columns=columns,
        rows=tuple(_row(history, *each, columns) for each in zip(runs, reports, cells, strict=True)),
        offset=offset,
        total=history.run_count(pipeline.name),
    )


def runs_comparison(history: History, previews: PreviewService, left: Run, right: Run) -> RunsComparison:
    """Return the differences between two runs, statuses and parameters first.

    Raises SourceError if a run has to be read from the store and cannot be read.
    """
    found = list(differences(history, left, right, previews))
    return RunsComparison(
        title=visible(f"{short_name(left)} ↔ {short_name(right)}", one_line=True),
        left=compared_run(history, left),
        right=compared_run(history, right),
        differences=tuple(map(run_difference, found)),
        sources=tuple(_sources(each) for each in found if each.is_source),
    )


def _cells(each: RunReport) -> Cells:
    parameters = ((RunsColumn(_label(name), "parameter"), value) for name, value in each.parameters.items())
    metrics = ((RunsColumn(_label(name), "metric"), value) for name, value in each.metrics.items())
    return {column: _shown(value) for column, value in chain(parameters, metrics)}


def _columns(cells: Iterable[Cells]) -> tuple[RunsColumn, ...]:
    """Return all columns, parameters first. Columns of newer runs come before those of older runs."""
    seen = dict.fromkeys(column for each in cells for column in each)
    return tuple(sorted(seen, key=lambda column: column.group != "parameter"))


def _row(history: History, run: Run, each: RunReport, cells: Cells, columns: tuple[RunsColumn, ...]) -> RunsRow:
    error = run_failure(history, run)
    return RunsRow(
        name=run.name,
        short=_label(short_name(run)),
        status=str(run.status),
        tone=tone(run.status),
        start=each.start,
        seconds=each.duration,
        values=tuple(cells.get(column) for column in columns),
        stack=_label(run.stack) if run.stack else None,
        tags=tuple(map(_label, each.tags)),
        commit=_label(each.commit) if each.commit else None,
        error=_label(error) if error else None,
    )


def compared_run(history: History, run: Run) -> ComparedRun:
    """Return a run as one side of a comparison."""
    error = run_failure(history, run)
    return ComparedRun(
        name=run.name,
        short=_label(short_name(run)),
        status=str(run.status),
        tone=tone(run.status),
        mark=mark(run.status),
        when=when(run),
        duration=duration(run.duration) if run.duration is not None else None,
        error=_label(error) if error else None,
        path=HistoryPath(pipeline=run.pipeline, run=run.name, source=run.source),
    )


def _sources(each: Difference) -> StepSources:
    left, right = (visible(str(source)) for source in (each.left, each.right))
    return StepSources(_label(each.name), left, right, *changed_lines(left, right))


def run_difference(each: Difference) -> RunDifference:
    """Return a difference between two runs with short texts. Source code is given by its number of lines."""
    if each.is_source:
        left, right = (count(len(str(source).splitlines()), "line") for source in (each.left, each.right))
        return RunDifference(each.kind, _label(each.name), left, right)
    return RunDifference(each.kind, _label(each.name), _side(each.left), _side(each.right), *_change(each))


def _change(each: Difference) -> tuple[float | None, float | None]:
    """Return right minus left, and the same in percent of left. Both are None unless the sides are numbers."""
    left, right = each.left, each.right
    if isinstance(left, bool) or isinstance(right, bool):
        return None, None
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None, None
    try:
        difference = right - left
        percent = 100 * difference / abs(left) if left else None
        is_finite = math.isfinite(difference) and math.isfinite(percent or 0)
    except OverflowError:  # an integer is too large for a float
        return None, None
    return (difference, percent) if is_finite else (None, None)


def _side(value: object) -> str | None:
    if value is None:
        return None
    return _label(value if isinstance(value, str) else json_text(value))


def _shown(value: object) -> object:
    return _label(value) if isinstance(value, str) else json_value(value)


def _label(text: str) -> str:
    shown = visible(text, one_line=True)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"

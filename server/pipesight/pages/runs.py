"""The runs of a pipeline as a table: parameters and numbers as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.history.model import Pipeline, Run

from .contract import RUNS_PAGE, HistoryPath, RunsColumn, RunsPage, RunsRow
from .words import short_name, tone

_LONGEST = 200
"""Characters of a text in a cell."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What one run has in the columns, by column."""

    values: dict[RunsColumn, object] = field(default_factory=dict)

    def add(self, group: str, name: str, value: object) -> None:
        """Keep a value, unless it is one that a table cannot show."""
        column = RunsColumn(visible(name, one_line=True), "parameter" if group == "parameter" else "metric")
        self.values[column] = _shown(value)


def runs_page(history: History, pipeline: Pipeline, offset: int, limit: int | None) -> RunsPage:
    """Return runs `offset` to `offset + limit` of a pipeline, newest first."""
    end = offset + (RUNS_PAGE if limit is None else limit)
    runs = history.runs(pipeline.name, limit=end)[offset:]
    cells = [_cells(history, run) for run in runs]
    columns = _columns(cells)
    return RunsPage(
        title=visible(pipeline.name, one_line=True),
        path=HistoryPath(pipeline=pipeline.name, source=pipeline.source),
        columns=columns,
        rows=tuple(_row(run, each.values, columns) for run, each in zip(runs, cells, strict=True)),
        offset=offset,
        total=history.run_count(pipeline.name),
    )


def _cells(history: History, run: Run) -> Cells:
    cells = Cells()
    for step in history.steps(run) or ():
        for name, value in step.parameters.items():
            cells.add("parameter", f"{step.name}.{name}", value)
    return cells


def _columns(cells: Iterable[Cells]) -> tuple[RunsColumn, ...]:
    """Return all columns, parameters first. Columns of newer runs come before those of older runs."""
    seen = dict.fromkeys(column for each in cells for column in each.values)
    return tuple(sorted(seen, key=lambda column: column.group != "parameter"))


def _row(run: Run, values: Mapping[RunsColumn, object], columns: tuple[RunsColumn, ...]) -> RunsRow:
    return RunsRow(
        name=run.name,
        short=visible(short_name(run), one_line=True),
        status=str(run.status),
        tone=tone(run.status),
        start=run.start.isoformat() if run.start is not None else None,
        seconds=run.duration,
        values=tuple(values.get(column) for column in columns),
        stack=visible(run.stack, one_line=True) if run.stack else None,
    )


def _shown(value: object) -> object:
    if isinstance(value, str):
        text = visible(value, one_line=True)
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return value

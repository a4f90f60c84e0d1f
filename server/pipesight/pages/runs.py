"""The runs of a pipeline as a table: parameters and numbers as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.history.model import Details, Output, Pipeline, Run

from .contract import RUNS_PAGE, HistoryPath, RunsColumn, RunsPage, RunsRow
from .record import run_failure
from .words import short_name, tone

_LONGEST = 200
"""Characters of a text in a cell."""
_NUMBERS = frozenset(("int", "float", "bool", "bool_", "float32", "float64", "int32", "int64"))


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
        rows=tuple(_row(history, run, each.values, columns) for run, each in zip(runs, cells, strict=True)),
        offset=offset,
        total=history.run_count(pipeline.name),
    )


def _cells(history: History, run: Run) -> Cells:
    cells = Cells()
    for name, logged in (history.details(run) or Details()).metadata.items():
        cells.add("metric", name, logged.value)
    for step in history.steps(run) or ():
        for name, value in step.parameters.items():
            cells.add("parameter", f"{step.name}.{name}", value)
        for name, logged in step.metadata.items():
            cells.add("metric", f"{step.name}.{name}", logged.value)
        for output in history.outputs(step) or ():
            if (value := _number(output)) is not None:
                cells.add("metric", f"{step.name}.{output.name}", value)
    return cells


def _number(output: Output) -> object:
    """Return the value of an output that is a number or a boolean, as ZenML wrote it beside the artifact."""
    text = output.metadata.get("string_representation")
    kind = (output.data_type or "").rpartition(".")[2]
    if text is None or not isinstance(text.value, str) or kind not in _NUMBERS:
        return None
    if kind in ("bool", "bool_"):
        return {"True": True, "False": False}.get(text.value)
    try:
        return float(text.value) if kind.startswith("float") else int(text.value)
    except ValueError:
        return None


def _columns(cells: Iterable[Cells]) -> tuple[RunsColumn, ...]:
    """Return all columns, parameters first. Columns of newer runs come before those of older runs."""
    seen = dict.fromkeys(column for each in cells for column in each.values)
    return tuple(sorted(seen, key=lambda column: column.group != "parameter"))


def _row(history: History, run: Run, values: Mapping[RunsColumn, object], columns: tuple[RunsColumn, ...]) -> RunsRow:
    details = history.details(run) or Details()
    error = run_failure(history, run)
    return RunsRow(
        name=run.name,
        short=visible(short_name(run), one_line=True),
        status=str(run.status),
        tone=tone(run.status),
        start=run.start.isoformat() if run.start is not None else None,
        seconds=run.duration,
        values=tuple(values.get(column) for column in columns),
        stack=visible(run.stack, one_line=True) if run.stack else None,
        tags=tuple(visible(tag, one_line=True) for tag in details.tags),
        commit=details.commit,
        error=visible(error, one_line=True) if error else None,
    )


def _shown(value: object) -> object:
    if isinstance(value, str):
        text = visible(value, one_line=True)
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return value

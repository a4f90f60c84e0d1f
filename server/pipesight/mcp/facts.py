"""Convert objects of the history to parts of answers, which are limited in size and have no hidden characters."""

from __future__ import annotations

from collections.abc import Iterable

from pipesight.history.history import History
from pipesight.history.model import Details, Output, Run, Status, Step
from pipesight.outputs.preview import Preview, Table
from pipesight.pages.run import iso
from pipesight.pages.words import type_name
from pipesight.workspace.run_differences import Difference
from pipesight.workspace.run_log import RunLog
from pipesight.workspace.run_report import RunError

from . import untrusted
from .answers import DifferenceFacts, ErrorFacts, OutputSummary, OutputValue, RunSummary, StepSummary, TableFacts

_LINE = 2_000  # characters of a line of a log
_CELLS = 60  # columns of a table


def run_facts(run: Run) -> RunSummary:
    """Return the summary of a run."""
    return RunSummary(
        name=untrusted.name(run.name),
        pipeline=untrusted.optional_name(run.pipeline),
        status=untrusted.name(str(run.status)),
        start=iso(run.start),
        end=iso(run.end),
        duration=run.duration,
        stack=untrusted.optional_name(run.stack),
    )


def step_facts(step: Step, outputs: Iterable[Output]) -> StepSummary:
    """Return the summary of a step with its outputs."""
    return StepSummary(
        name=untrusted.name(step.name),
        function=untrusted.optional_name(step.entrypoint),
        status=untrusted.name(str(step.status)),
        duration=step.duration,
        parameters=untrusted.mapping(step.parameters),
        outputs=[
            OutputSummary(
                untrusted.name(each.name), untrusted.name(type_name(each)), untrusted.optional_name(each.version)
            )
            for each in outputs
        ],
    )


def error_facts(error: RunError | None, traceback: str | None) -> ErrorFacts | None:
    """Return why a run failed, with the end of its traceback."""
    if error is None:
        return None
    return ErrorFacts(
        step=untrusted.optional_name(error.step),
        type=untrusted.optional_name(error.type),
        message=untrusted.text(error.message, 1_000) if error.message is not None else None,
        file=untrusted.optional_name(error.file),
        line=error.line,
        traceback=untrusted.end(traceback) if traceback is not None else None,
    )


def traceback_of(steps: Iterable[Step], details: Details | None) -> str | None:
    """Return the traceback of the first step that has one, else that of the run."""
    failures = [step.failure for step in steps if step.status is Status.FAILED]
    if details is not None:
        failures.append(details.failure)
    return next((failure.traceback for failure in failures if failure is not None and failure.traceback), None)


def log_end(history: History, run: Run, step: Step | None, count: int) -> list[str]:
    """Return the last `count` lines of the log of a step, or of the run itself.

    If the log cannot be read, return the problem instead.
    """
    printed = list(RunLog(history, run, step).read())
    if step is None:
        printed = [each for each in printed if each.step is None]
    lines = [line.message for each in printed for line in each.lines]
    problems = [each.problem for each in printed if each.problem is not None]
    return untrusted.last_page([untrusted.text(line, _LINE) for line in (lines or problems)[-count:]])


def difference_facts(difference: Difference) -> DifferenceFacts:
    """Return a difference between two runs as a part of an answer."""
    return DifferenceFacts(
        difference.kind,
        untrusted.name(difference.name),
        untrusted.value(difference.left),
        untrusted.value(difference.right),
    )


def output_value(path: list[str], preview: Preview) -> OutputValue:
    """Return the preview of an output as a part of an answer. `path` has the names that identify the output."""
    table = preview.table
    return OutputValue(
        path=path,
        kind=preview.kind,
        summary=untrusted.text(preview.summary, 500),
        text=untrusted.text(preview.text) if preview.text and preview.kind != "json" else None,
        value=untrusted.value(preview.value if preview.value is not None else _json_text(preview)),
        table=_table(table) if table is not None else None,
        shape=list(preview.shape) if preview.shape is not None else None,
        dtype=untrusted.optional_name(preview.dtype),
        statistics=dict(preview.statistics),
        files=[f"{untrusted.name(file.path)} ({file.size:,} bytes)" for file in preview.files[:_CELLS]],
        is_part=preview.truncated,
    )


def _json_text(preview: Preview) -> str | None:
    """Return the beginning of a JSON value that is too large, None for other previews."""
    return preview.text if preview.kind == "json" else None


def _table(table: Table) -> TableFacts:
    columns = table.columns[:_CELLS]
    return TableFacts(
        columns=[untrusted.name(column.name) for column in columns],
        types=[untrusted.name(column.type) for column in columns],
        rows=untrusted.page([[untrusted.value(cell) for cell in row[:_CELLS]] for row in table.rows]),
        offset=table.offset,
        total=table.total,
        index=table.index,
    )


def next_rows(shown: TableFacts | None, table: Table | None) -> str | None:
    """Return how to get further rows of a table, and the number of omitted columns. None if nothing is missing."""
    if shown is None or table is None:
        return None
    columns = len(table.columns) if table.width is None else table.index + table.width
    hidden = columns - len(shown.columns)
    words = "1 more column is left out." if hidden == 1 else f"{hidden:,} more columns are left out."
    rest = more(shown.offset, len(shown.rows), shown.total, "row") if shown.total is not None else None
    return " ".join(filter(None, (words if hidden > 0 else "", rest))) or None


def more(offset: int, shown: int, total: int, entry: str = "") -> str | None:
    """Return how to get the next entries of a list, None if there are none. `entry` is the noun for an entry."""
    rest = total - offset - shown
    if not shown or rest <= 0:
        return None
    words = f"There is 1 more {entry}" if rest == 1 else f"There are {rest:,} more {entry and entry + 's'}"
    return f"{words.rstrip()}. Call again with offset={offset + shown}."

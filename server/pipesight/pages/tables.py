"""Queries of a table for commands: rows that meet a condition, statistics of the columns, and an export to a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipesight.history.model import Output
from pipesight.outputs.preview import Preview, Window
from pipesight.outputs.queries import TableAnswer, TableQuery
from pipesight.outputs.reader.bounds import WHOLE
from pipesight.outputs.whole_file import EXPORTED, written_whole
from pipesight.pages.contract.command_table import ColumnsAnswer, ExportAnswer, ProfileAnswer, SummaryAnswer
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.read_argument import TableView
from pipesight.pages.contract.run_view import RunFacts
from pipesight.pages.contract.table_view import (
    ChangedColumn,
    Exported,
    SchemaDrift,
    TableColumns,
    TableProfile,
    TableSummary,
)
from pipesight.workspace.context import Context


async def rows(context: Context, output: Output, view: TableView) -> Preview:
    """Return the rows that a view requests. Those of a large table come from a query of the whole table."""
    previews, window = context.previews, view.window
    if not view.where:
        is_ordered = window.sort >= 0 or bool(window.find)
        first = await previews.preview(output, Window(limit=window.limit)) if is_ordered else None
        if first is None or not _is_large(first):
            return await previews.preview(output, window)
    found = (await previews.query(output, view.query, _unheard)).preview
    assert found is not None
    if found.kind == "problem" and not view.where:
        return await previews.preview(output, window)  # in the order of the file, with a note that says so
    return found


def _is_large(preview: Preview) -> bool:
    """Return True if the table is too large for the reader of previews to sort and search it."""
    table = preview.table
    return table is not None and (table.total is None or table.total * len(table.columns) > WHOLE)


def _unheard(_: float) -> None:
    """Ignore the progress of a query."""


async def summary(context: Context, output: Output, view: TableView) -> SummaryAnswer:
    """Return the statistics of a table's columns over the rows that a view selects."""
    question = TableQuery("statistics", where=view.where or "", find=view.find or "")
    answer = await context.previews.query(output, question, _unheard)
    return _trouble(answer) or TableSummary(answer.statistics)


async def profile(context: Context, output: Output, view: TableView) -> ProfileAnswer:
    """Return the distributions of the values in the columns of a view, over the rows that it selects."""
    answer = await context.previews.query(output, replace(view.query, task="profile", sort=-1), _unheard)
    return _trouble(answer) or TableProfile(answer.profile)


async def columns(context: Context, output: Output) -> ColumnsAnswer:
    """Return all columns of a table."""
    answer = await context.previews.query(output, TableQuery("columns"), _unheard)
    return _trouble(answer) or TableColumns(answer.columns, answer.index)


def drift_of(before: TableColumns, after: TableColumns, run: RunFacts) -> SchemaDrift | None:
    """Return the changes of columns since an earlier run, None if there are none.

    An unknown type is taken for equal to any other type.
    """
    old, new = (_types(each) for each in (before, after))
    changed = tuple(ChangedColumn(n, old[n], new[n]) for n in new if old.get(n) and new[n] and old[n] != new[n])
    drift = SchemaDrift(run, tuple(n for n in new if n not in old), tuple(n for n in old if n not in new), changed)
    return drift if drift.added or drift.removed or drift.changed else None


def _types(table: TableColumns) -> dict[str, str]:
    return {column.name: column.type for column in table.columns if column.name}


async def export(context: Context, output: Output, view: TableView, file: str) -> ExportAnswer:
    """Write the rows that a view selects to a file. The client has asked the user whether to replace the file."""
    path = Path(file)
    if path.suffix.lower() not in EXPORTED or not path.is_absolute():
        return Trouble(f"{file} is neither a .csv nor a .parquet file.", "Its name tells the format.")
    try:
        with written_whole(path) as part:
            question = replace(view.query, task="export", path=str(part))
            answer = await context.previews.query(output, question, _unheard)
            if answer.exported is None:
                part.unlink(missing_ok=True)  # an incomplete export must not replace the file
    except OSError as error:
        return Trouble(f"{path} was not written: {error.strerror or error}", "Give another name.")
    return _trouble(answer) or Exported(str(path), answer.exported or 0)


def _trouble(answer: TableAnswer) -> Trouble | None:
    problem = answer.preview
    return None if problem is None else Trouble(problem.text or problem.summary, problem.advice)

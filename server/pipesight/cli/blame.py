"""`pipesight blame`: print the runs in which a number changed most, with the other changes in each."""

from __future__ import annotations

from dataclasses import asdict

from pipesight.history.history import History
from pipesight.history.model import Pipeline
from pipesight.outputs.service import PreviewService
from pipesight.pages.command_error import CommandError
from pipesight.pages.contract.runs_view import RUNS_PAGE
from pipesight.pages.moved_numbers import unknown_metric
from pipesight.pages.page import Block, Grid, Line, Page
from pipesight.pages.sparkline import moved
from pipesight.pages.words import count
from pipesight.workspace.number_moves import Move, UnknownMetricError, moves
from pipesight.workspace.run_differences import Difference

from .runs import cell_text
from .terminal import complain, print_json, say


def blame(
    history: History, previews: PreviewService, pipeline: Pipeline, metric: str, *, limit: int, as_json: bool
) -> None:
    """Print the `limit` largest moves of a number.

    Raises CommandError if the runs have no single number of that name.
    """
    total = history.run_count(pipeline.name)
    if total > RUNS_PAGE:
        complain(f"Only the newest {RUNS_PAGE:,} of {total:,} runs were compared.")
    try:
        found = moves(history, history.runs(pipeline.name, limit=RUNS_PAGE), metric, previews, limit)
    except UnknownMetricError as error:
        trouble = unknown_metric(error)
        raise CommandError(f"{trouble.problem} {trouble.advice}") from None
    if as_json:
        for each in found.largest:
            print_json(_row(each))
        return
    if not found.largest:
        say(f"{found.metric} is the same in {count(found.runs, 'run')}.")
    for each in found.largest:
        say(Page((Line(_sentence(found.metric, each)), *_causes(each))).plain() + "\n")


def _row(each: Move) -> dict[str, object]:
    return {
        "run": each.run.name,
        "before": each.before.name,
        "start": each.run.start.isoformat() if each.run.start is not None else None,
        "was": each.was,
        "value": each.value,
        "change": each.change,
        "percent": each.percent,
        "causes": [asdict(cause) for cause in each.causes],
    }


def _sentence(metric: str, each: Move) -> str:
    by = moved(each.change, each.percent)
    return f"{each.run.name}: {metric} {each.was:.6g} → {each.value:.6g} {by}, since {each.before.name}"


def _causes(each: Move) -> tuple[Block, ...]:
    rows = [(f"  {cause.kind}", cause.name, *_sides(cause)) for cause in each.causes]
    if not rows:
        return (Line("  No code, parameter or input changed."),)
    return (Grid(("  kind", "name", "before", "after"), rows),)


def _sides(cause: Difference) -> tuple[str, str]:
    if cause.is_source:
        return "its source", "another source"
    return cell_text(cause.left), cell_text(cause.right)

"""Return the runs in which a number changed most as the answer of `pipesight.blame`."""

from __future__ import annotations

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.history.model import Pipeline
from pipesight.outputs.service import PreviewService
from pipesight.pages.contract.command_table import BlameAnswer
from pipesight.pages.contract.comparison_view import NumberMove, NumberMoves
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.runs_view import RUNS_PAGE
from pipesight.pages.words import first_names
from pipesight.workspace.number_moves import SHOWN, Move, UnknownMetricError, moves

from .runs import compared_run, run_difference


def number_moves(
    history: History, previews: PreviewService, pipeline: Pipeline, metric: str, limit: int | None
) -> BlameAnswer:
    """Return the largest moves of a number over the newest runs of a pipeline.

    Raises SourceError if a store has to be read and cannot be read.
    """
    runs = history.runs(pipeline.name, limit=RUNS_PAGE)
    try:
        found = moves(history, runs, metric, previews, SHOWN if limit is None else limit)
    except UnknownMetricError as error:
        return unknown_metric(error)
    return NumberMoves(
        title=visible(f"What moved {found.metric}", one_line=True),
        path=HistoryPath(pipeline=pipeline.name, source=pipeline.source),
        metric=found.metric,
        runs=found.runs,
        moves=tuple(_move(history, each) for each in found.largest),
    )


def unknown_metric(error: UnknownMetricError) -> Trouble:
    """Return the answer for an unknown number, with the names of the numbers to choose from."""
    names = first_names(error.names)
    advice = f"There are: {visible(names, one_line=True)}." if names else "There are none."
    return Trouble(f"The runs have no single number named {error.metric!r}.", advice)


def _move(history: History, each: Move) -> NumberMove:
    return NumberMove(
        run=compared_run(history, each.run),
        before=compared_run(history, each.before),
        was=each.was,
        value=each.value,
        change=each.change,
        percent=each.percent,
        causes=tuple(map(run_difference, each.causes)),
    )

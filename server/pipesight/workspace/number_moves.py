"""The runs in which a number moved most, and what changed in each since the run before."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipesight.history.history import History
from pipesight.history.model import Run
from pipesight.outputs.service import PreviewService

from .output_number import as_float
from .run_differences import Difference, causes
from .run_report import RunReport, reports

SHOWN = 5  # moves that are told by default


@dataclass(frozen=True, slots=True)
class Move:
    """A number that differs between two runs that follow each other, and what changed between them.

    Runs in between that lack the number are passed over.
    """

    run: Run
    before: Run
    value: float
    was: float
    causes: tuple[Difference, ...]

    @property
    def change(self) -> float:
        """By how much the number moved."""
        return self.value - self.was

    @property
    def percent(self) -> float | None:
        """The same in per cent. None if the number was 0."""
        return 100 * self.change / abs(self.was) if self.was else None


class UnknownMetricError(Exception):
    """No run has a number of that name, or several do. `names` are those that runs have."""

    def __init__(self, metric: str, names: Sequence[str]) -> None:
        super().__init__(metric)
        self.metric = metric
        self.names = names


@dataclass(frozen=True, slots=True)
class Moves:
    """The moves of the number `metric` in so many runs, the largest first."""

    metric: str
    runs: int
    largest: tuple[Move, ...]


def moves(history: History, runs: Sequence[Run], metric: str, previews: PreviewService, limit: int = SHOWN) -> Moves:
    """Return the largest moves of a number over these runs, which are newest first.

    `metric` is named as in a report, or without its step if only one step has it.
    Raises UnknownMetricError if it is not known, and SourceError when the store has to be read and cannot be.
    """
    told = list(zip(runs, reports(history, runs, previews, logs=False), strict=True))
    name = _whole_name(metric, [each for _, each in told])
    values = [(run, as_float(each.metrics.get(name))) for run, each in reversed(told)]
    known = [(run, value) for run, value in values if value is not None and math.isfinite(value)]
    moved = [pair for pair in pairwise(known) if pair[0][1] != pair[1][1]]
    moved.sort(key=lambda pair: -abs(pair[1][1] - pair[0][1]))
    return Moves(name, len(known), tuple(_explained(history, moved[:limit], previews)))


def _explained(
    history: History, moved: Sequence[tuple[tuple[Run, float], tuple[Run, float]]], previews: PreviewService
) -> Iterator[Move]:
    for (before, was), (run, value) in moved:
        yield Move(run, before, value, was, tuple(causes(history, before, run, previews)))


def _whole_name(metric: str, told: Sequence[RunReport]) -> str:
    """Return the name of a number as reports have it."""
    numbers = (name for each in told for name, value in each.metrics.items() if as_float(value) is not None)
    names = list(dict.fromkeys(numbers))
    if metric in names:
        return metric
    same = [name for name in names if name.rpartition(".")[2] == metric]
    if len(same) != 1:
        raise UnknownMetricError(metric, same or names)
    return same[0]

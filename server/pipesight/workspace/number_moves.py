"""Find the runs in which a number changed most, and what else changed in each of them."""

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

SHOWN = 5  # moves that are returned by default


@dataclass(frozen=True, slots=True)
class Move:
    """The change of a number between two consecutive runs, with the other differences between them.

    Runs without the number are skipped.
    """

    run: Run
    before: Run
    value: float
    was: float
    causes: tuple[Difference, ...]

    @property
    def change(self) -> float:
        """The new value minus the old one."""
        return self.value - self.was

    @property
    def percent(self) -> float | None:
        """The change in percent of the old value, None if that was 0 or next to it."""
        percent = 100 * self.change / abs(self.was) if self.was else math.inf
        return percent if math.isfinite(percent) else None


class UnknownMetricError(Exception):
    """No number has that name, or several do. `names` are the names to choose from."""

    def __init__(self, metric: str, names: Sequence[str]) -> None:
        super().__init__(metric)
        self.metric = metric
        self.names = names


@dataclass(frozen=True, slots=True)
class Moves:
    """The largest moves of the number `metric`. `runs` is the number of runs that have it."""

    metric: str
    runs: int
    largest: tuple[Move, ...]


def moves(history: History, runs: Sequence[Run], metric: str, previews: PreviewService, limit: int = SHOWN) -> Moves:
    """Return the `limit` largest moves of a number over these runs, the largest first. `runs` are newest first.

    `metric` is the name in a report. Its step may be left out if only one step has such a number.
    Raises UnknownMetricError if there is no such name, and SourceError if the store has to be read and cannot be.
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
    """Return the name of a number as in reports. Raises UnknownMetricError."""
    numbers = (name for each in told for name, value in each.metrics.items() if as_float(value) is not None)
    names = list(dict.fromkeys(numbers))
    if metric in names:
        return metric
    same = [name for name in names if name.rpartition(".")[2] == metric]
    if len(same) != 1:
        raise UnknownMetricError(metric, same or names)
    return same[0]

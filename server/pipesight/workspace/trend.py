"""Follow an output that is a number over the runs of its pipeline, up to the found run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from pipesight.history.history import History
from pipesight.history.model import Output
from pipesight.outputs.service import PreviewService

from .find import Found
from .output_number import as_float, is_number, known_number

_RUNS = 20  # runs that are searched


@dataclass(frozen=True, slots=True)
class Trend:
    """The values of one output in consecutive runs, oldest first. There are none, or at least two.

    Runs without the output and runs that are not mirrored are left out. The values begin after the newest unknown one,
    because a change across it would be one between distant runs. `unread` are the outputs whose files have to be read
    for more values.
    """

    values: tuple[float, ...] = ()
    unread: tuple[Output, ...] = ()


def trend_of(history: History, found: Found, previews: PreviewService) -> Trend:
    """Return the trend of the found output. This neither asks a store nor reads a file."""
    outputs = _outputs(history, found)
    numbers = [as_float(known_number(output, previews)) for output in outputs]
    if not numbers or numbers[0] is None or not math.isfinite(numbers[0]):
        return Trend()
    pairs = zip(outputs, numbers, strict=True)
    # Cached steps have the same artifact as an output, so the outputs are collected by id.
    unread = {each.id: each for each, number in pairs if number is None and is_number(each)}
    known = [number for number in takewhile(lambda number: number is not None, numbers) if number is not None]
    can_change = sum(map(math.isfinite, known)) >= 2
    return Trend(tuple(reversed(known)) if can_change else (), tuple(unread.values()))


def _outputs(history: History, found: Found) -> Sequence[Output]:
    """Return the found output and those of earlier runs, newest first."""
    output, step, run = found.output, found.step, found.run
    if output is None or step is None or run is None or not is_number(output):
        return ()
    series = history.series(run, step.name, output.name, limit=_RUNS)
    # The series also has runs that started at the same time, which may come before this one.
    return tuple(dropwhile(lambda each: each.id != output.id, series))

"""The differences between two runs or two outputs, and the runs that moved a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipesight.outputs.comparison import ValueComparison
from pipesight.pages.contract.given import text
from pipesight.pages.contract.history_paths import CursorPosition, HistoryPath
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.words import Tone


@dataclass(frozen=True, slots=True)
class CompareArgument:
    """The argument of `pipesight.compareRuns` and `pipesight.compareValues`: two runs of a pipeline by name.

    Without `left`, it is the last successful run before `right`. Without `right`, it is the newest run. The compared
    values are those of the `output` of a `step`. With `outputs`, a comparison of runs has the details of outputs that
    differ.
    """

    pipeline: str | None = None
    left: str | None = None
    right: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    step: str | None = None
    output: str | None = None
    outputs: bool | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> CompareArgument:
        """Read the data of a client. A value of the wrong type counts as missing."""
        same = ReadArgument.of(given)
        left, right = text(given, "left"), text(given, "right") or same.run
        where = (same.source, same.uri, same.position, same.step, same.output)
        return cls(same.pipeline, left, right, *where, given.get("outputs") is True)


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One side of a comparison. `when` and `duration` are in words. `error` says why the run failed."""

    name: str
    short: str
    status: str
    tone: Tone
    mark: str
    path: HistoryPath
    when: str | None = None
    duration: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunDifference:
    """One difference between two runs. A side is None if that run lacks the value.

    For two numbers, `change` is right minus left, and `percent` is the same in percent of left.
    """

    kind: Literal["parameter", "metric", "output", "code", "status", "input", "stack", "tag"]
    name: str
    left: str | None
    right: str | None
    change: float | None = None
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class StepSources:
    """The source code of a step in two runs. `added` and `removed` are the numbers of lines that differ."""

    step: str
    left: str
    right: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class ComparedValues:
    """An output of a run, compared with the same output of the run `left`. `digest` has the differences in one line."""

    title: str
    path: HistoryPath
    left: str
    digest: str
    comparison: ValueComparison


@dataclass(frozen=True, slots=True)
class RunsComparison:
    """Two runs and their differences. `sources` has the steps whose source code differs.

    `outputs` has the details of outputs that differ, if the argument requests them.
    """

    title: str
    left: ComparedRun
    right: ComparedRun
    differences: tuple[RunDifference, ...]
    sources: tuple[StepSources, ...] = ()
    outputs: tuple[ComparedValues, ...] = ()


@dataclass(frozen=True, slots=True)
class BlameArgument:
    """The argument of `pipesight.blame`: a number by its column in `RunsPage`, or the output at a position.

    `limit` is the number of moves to return.
    """

    pipeline: str | None = None
    metric: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    limit: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> BlameArgument:
        """Read the data of a client. A value of the wrong type counts as missing."""
        same = ReadArgument.of(given)
        return cls(same.pipeline, text(given, "metric"), same.source, same.uri, same.position, same.limit)


@dataclass(frozen=True, slots=True)
class NumberMove:
    """A run in which a number differs from the run before, with the other differences that may have caused it."""

    run: ComparedRun
    before: ComparedRun
    was: float
    value: float
    change: float
    percent: float | None
    causes: tuple[RunDifference, ...]


@dataclass(frozen=True, slots=True)
class NumberMoves:
    """The largest moves of a number over `runs` runs, the largest first."""

    title: str
    path: HistoryPath
    metric: str
    runs: int
    moves: tuple[NumberMove, ...]

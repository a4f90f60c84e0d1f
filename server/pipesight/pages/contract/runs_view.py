"""The runs of a pipeline as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipesight.pages.contract.history_paths import CursorPosition, HistoryPath
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.words import Tone

RUNS_PAGE = 1000
"""Runs in an answer when the argument has no `limit`."""


@dataclass(frozen=True, slots=True)
class RunsArgument:
    """The argument of `pipesight.showRuns`: a pipeline by name, or a position in an open document.

    `offset` and `limit` choose a part of the runs, newest first.
    """

    pipeline: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    offset: int | None = None
    limit: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> RunsArgument:
        """Read the data of a client. A value of the wrong type counts as missing."""
        same = ReadArgument.of(given)
        return cls(same.pipeline, same.source, same.uri, same.position, same.offset, same.limit)


@dataclass(frozen=True, slots=True)
class RunsColumn:
    """A column of the table of runs: a parameter, or a value that runs logged or produced.

    `name` is `STEP.KEY` for a parameter or value of a step, `STEP.OUTPUT` for an output, and `KEY` for a value of the
    run.
    """

    name: str
    group: Literal["parameter", "metric"]


@dataclass(frozen=True, slots=True)
class RunsRow:
    """A run of a pipeline. `values` has one JSON value for each column of the page, None if the run has no value.

    `start` is ISO 8601 and `seconds` is the duration. `error` says why the run failed.
    """

    name: str
    short: str
    status: str
    tone: Tone
    start: str | None
    seconds: float | None
    values: tuple[object, ...]
    stack: str | None = None
    tags: tuple[str, ...] = ()
    commit: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunsPage:
    """The runs of a pipeline, newest first, beginning with the run `offset`. `total` is the number of all runs.

    The columns of a later page can differ, because a page has only the columns of its own runs.
    """

    title: str
    path: HistoryPath
    columns: tuple[RunsColumn, ...]
    rows: tuple[RunsRow, ...]
    offset: int
    total: int

"""A run with its steps, as the page of a run shows it."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.words import Tone


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run. `start` and `end` are ISO 8601. `when` and `duration` are the same times in words.

    `short` is the name without the pipeline's name, if ZenML built it from the pipeline's name and the time.
    """

    name: str
    short: str
    status: str
    tone: Tone
    mark: str
    path: HistoryPath
    pipeline: str | None = None
    start: str | None = None
    end: str | None = None
    when: str | None = None
    duration: str | None = None
    stack: str | None = None


@dataclass(frozen=True, slots=True)
class OutputLink:
    """An output of a step in a run, with the names that identify it."""

    name: str
    path: HistoryPath
    type: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedValue:
    """A parameter or a metadata value, with its value as JSON text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CodeLocation:
    """A line of a file in the workspace, counted from 0."""

    uri: str
    line: int


@dataclass(frozen=True, slots=True)
class InputLink:
    """An input of a step, for its parameter `name`. `path` identifies the output, as far as its producer is known."""

    name: str
    path: HistoryPath
    type: str | None = None


@dataclass(frozen=True, slots=True)
class TracebackLine:
    """A line of a traceback. `code` is the location that the line names, if its file is in the workspace."""

    text: str
    code: CodeLocation | None = None


@dataclass(frozen=True, slots=True)
class FailureFacts:
    """Why a step or a run failed. `where` is the file and the line in words.

    `from_log` is True if this was read from a log, because the store does not record it.
    """

    what: str
    where: str | None = None
    code: CodeLocation | None = None
    traceback: tuple[TracebackLine, ...] = ()
    from_log: bool = False


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step of a run. `entrypoint` is the name of its function or class, if the store records it.

    `code` is the definition in the workspace. The page of an output lacks the step's inputs, metadata and failure.
    """

    name: str
    status: str
    tone: Tone
    mark: str
    parameters: tuple[RecordedValue, ...]
    outputs: tuple[OutputLink, ...]
    entrypoint: str | None = None
    start: str | None = None
    end: str | None = None
    when: str | None = None
    duration: str | None = None
    inputs: tuple[InputLink, ...] = ()
    metadata: tuple[RecordedValue, ...] = ()
    failure: FailureFacts | None = None
    code: CodeLocation | None = None


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run with its steps, and the recent runs of its pipeline, newest first.

    While `loading`, the steps are being read from the store. A status notification follows when they arrive.
    `path` has the requested step. `failure` is set if the run failed and no step has a failure.
    """

    title: str
    subtitle: str
    path: HistoryPath
    run: RunFacts
    loading: bool
    steps: tuple[StepFacts, ...]
    runs: tuple[RunFacts, ...]
    metadata: tuple[RecordedValue, ...] = ()
    tags: tuple[str, ...] = ()
    commit: str | None = None
    failure: FailureFacts | None = None

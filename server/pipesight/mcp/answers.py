"""The answers of the tools. The schemas that a client sees are made from these classes."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipesight.outputs.preview import Image

from .untrusted import JsonValue


@dataclass(frozen=True)
class PipelineFacts:
    """A pipeline, the number of its runs and its newest run. Times are ISO 8601 in UTC."""

    name: str
    runs: int
    last_run: str | None
    last_status: str | None
    last_start: str | None


@dataclass(frozen=True)
class PipelineList:
    """A page of pipelines, the one with the newest run first. `total` counts all that match."""

    from_history: list[PipelineFacts]
    total: int
    next_step: str | None = None


@dataclass(frozen=True)
class ErrorFacts:
    """Why a run or step failed. `file` and `line` say where in the code, as it was recorded."""

    step: str | None
    type: str | None
    message: str | None
    file: str | None
    line: int | None
    traceback: str | None = None


@dataclass(frozen=True)
class RunSummary:
    """A run. `duration` is in seconds."""

    name: str
    pipeline: str | None
    status: str
    start: str | None
    end: str | None
    duration: float | None
    stack: str | None


@dataclass(frozen=True)
class RunList:
    """A page of runs, newest first. `total` counts all that match."""

    from_history: list[RunSummary]
    total: int
    next_step: str | None = None


@dataclass(frozen=True)
class OutputSummary:
    """An output of a step. `type` is the class of the value."""

    name: str
    type: str
    version: str | None


@dataclass(frozen=True)
class StepSummary:
    """A step of a run."""

    name: str
    function: str | None
    status: str
    duration: float | None
    parameters: dict[str, object]
    outputs: list[OutputSummary]


@dataclass(frozen=True)
class RunDetails:
    """A run with its steps. `metrics` are logged metadata and outputs that are numbers.

    `log` is the end of what the step `log_of` printed, or the run itself if that is null.
    """

    run: RunSummary
    steps: list[StepSummary]
    steps_left_out: int
    error: ErrorFacts | None
    metrics: dict[str, object] = field(default_factory=dict[str, object])
    tags: list[str] = field(default_factory=list[str])
    commit: str | None = None
    log_of: str | None = None
    log: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class RunDescription:
    """One run in full."""

    from_history: RunDetails
    next_step: str | None = None


@dataclass(frozen=True)
class DifferenceFacts:
    """One difference between two runs. `name` is as in `metrics`. A missing side is null."""

    kind: str
    name: str
    left: JsonValue
    right: JsonValue


@dataclass(frozen=True)
class RunPair:
    """Two runs, by their names, and a page of the differences between them. What is equal is left out."""

    left: str
    right: str
    differences: list[DifferenceFacts]


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side. `total` counts all differences."""

    from_history: RunPair
    total: int
    next_step: str | None = None


@dataclass(frozen=True)
class TableFacts:
    """Rows of a table from `offset` on, of `total` rows (null: not known). The first `index` columns are the index."""

    columns: list[str]
    types: list[str]
    rows: list[list[JsonValue]]
    offset: int
    total: int | None
    index: int


@dataclass(frozen=True)
class OutputValue:
    """An output's value, read without running any of its code. `kind` says which of the other fields has it.

    `path` are the names of the pipeline, run, step and output.
    """

    path: list[str]
    kind: str
    summary: str
    text: str | None = None
    value: JsonValue = None
    table: TableFacts | None = None
    shape: list[int] | None = None
    dtype: str | None = None
    statistics: dict[str, float | str] = field(default_factory=dict[str, "float | str"])
    files: list[str] = field(default_factory=list[str])
    is_part: bool = False


@dataclass(frozen=True)
class OutputReading:
    """The value of one output. A picture is a second part of the answer."""

    from_history: OutputValue
    next_step: str | None = None


@dataclass(frozen=True)
class PicturedReading:
    """A reading, and its picture if the output is one. The picture is no part of the schema."""

    reading: OutputReading
    picture: Image | None = None


@dataclass(frozen=True)
class NameFacts:
    """A name of the history, and the names that it belongs to."""

    kind: str
    name: str
    pipeline: str | None = None
    step: str | None = None


@dataclass(frozen=True)
class NameList:
    """A page of names. `total` counts all that match."""

    from_history: list[NameFacts]
    total: int
    next_step: str | None = None


@dataclass(frozen=True)
class CodeProblem:
    """Something wrong in the code. Lines and columns count from 1."""

    line: int
    column: int
    severity: str
    code: str
    message: str
    fixes: list[str]


@dataclass(frozen=True)
class CodeReport:
    """The findings in the given code."""

    from_history: list[CodeProblem]
    total: int
    next_step: str | None = None

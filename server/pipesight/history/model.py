"""The run history as plain data: pipelines, runs, steps and outputs. It imports no other module of Pipesight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


class Status(str, Enum):
    """The state of a run or a step, in ZenML's words.

    The set is open: a word that no release had yet passes through as a member of its own.
    """

    INITIALIZING = "initializing"
    PROVISIONING = "provisioning"
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    CACHED = "cached"
    FAILED = "failed"
    SKIPPED = "skipped"
    RETRYING = "retrying"
    RETRIED = "retried"
    STOPPING = "stopping"
    STOPPED = "stopped"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    PAUSED = "paused"
    RESUMING = "resuming"
    STALE = "stale"  # ours: recorded as running, yet nothing happened for so long that it must have been killed
    UNKNOWN = "unknown"  # the store says nothing

    @classmethod
    def _missing_(cls, value: object) -> Status | None:
        if not isinstance(value, str) or not value:
            return None
        member = str.__new__(cls, value)
        member._name_ = value.upper()
        member._value_ = value
        return member

    def __str__(self) -> str:
        return self.value

    @property
    def is_finished(self) -> bool:
        """True when nothing more will happen to what has this status."""
        return self not in _UNFINISHED

    @property
    def is_success(self) -> bool:
        """True for `completed` and `cached`."""
        return self in (Status.COMPLETED, Status.CACHED)


_UNFINISHED = frozenset(
    {
        Status.INITIALIZING,
        Status.PROVISIONING,
        Status.QUEUED,
        Status.RUNNING,
        Status.RETRYING,
        Status.STOPPING,
        Status.CANCELLING,
        Status.PAUSED,
        Status.RESUMING,
    }
)


@dataclass(frozen=True, slots=True)
class Project:
    """A project of a store. Releases up to 0.75 call it a workspace. `id` has no dashes."""

    id: str
    name: str

    def is_named(self, word: str) -> bool:
        """Return True if `word` is the project's name or its id, with or without dashes."""
        return word == self.name or word.replace("-", "") == self.id


@dataclass(frozen=True, slots=True)
class Metadata:
    """One metadata value, as JSON knows it. `type` is ZenML's word for its type, such as `float` or `StorageSize`.

    Only the beginning of a very long value is kept: then `value` is the beginning of its JSON text, and `length` tells
    how many characters the text has.
    """

    name: str
    value: object
    type: str | None = None
    length: int | None = None

    @property
    def is_whole(self) -> bool:
        """Return True unless only the beginning is here."""
        return self.length is None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step or a run failed.

    `type` is the exception's name as a traceback shows it: `ValueError`, `pandas.errors.ParserError`. `source_line` is
    the line in the step's source code, from 1. `file` and `line` say where that was in the file as it was recorded.
    """

    type: str | None
    message: str | None
    traceback: str | None = None
    source_line: int | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Visualization:
    """A file that ZenML stored beside an artifact to show it. `type` is html, markdown, csv, image or json."""

    type: str
    uri: str


@dataclass(frozen=True, slots=True)
class Details:
    """The recorded facts of a run beside its state. `commit` is the git commit of its code, if it was recorded."""

    metadata: Mapping[str, Metadata] = field(default_factory=dict[str, Metadata])
    tags: tuple[str, ...] = ()
    commit: str | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class RunFilter:
    """The runs that are wanted: of a name with this text, of one of these statuses, with one of these tags.

    An empty part lets all runs pass.
    """

    text: str = ""
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline name in one source. `id` is unique in that source.

    Times are UTC and aware. `first_run` and `last_run` are the start times of its oldest and newest run.
    """

    id: str
    name: str
    source: str
    run_count: int = 0
    first_run: datetime | None = None
    last_run: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `pipeline` is its pipeline's name, None for an unlisted run."""

    id: str
    name: str
    source: str
    pipeline: str | None
    status: Status
    start: datetime | None = None
    end: datetime | None = None
    stack: str | None = None

    @property
    def duration(self) -> float | None:
        """Seconds from start to end. None while it is unknown."""
        return _seconds(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one run. `entrypoint` is the decorated function's or class's name where the store says it."""

    id: str
    run_id: str
    name: str
    source: str
    status: Status
    entrypoint: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    metadata: Mapping[str, Metadata] = field(default_factory=dict[str, Metadata])
    failure: Failure | None = None

    @property
    def duration(self) -> float | None:
        """Seconds from start to end. None while it is unknown."""
        return _seconds(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Output:
    """One output of one step. `data_type` and `materializer` are dotted class paths, `uri` its artifact's folder.

    `type` is ZenML's artifact type (`DataArtifact`, `ModelArtifact`, ...). `artifact` is the artifact's global name.
    `save_type` says how it was saved: `step_output` by returning it, `manual` by `save_artifact` or the like.
    """

    id: str
    step_id: str
    name: str
    source: str
    uri: str
    data_type: str | None = None
    materializer: str | None = None
    type: str | None = None
    artifact: str | None = None
    version: str | None = None
    save_type: str | None = None
    metadata: Mapping[str, Metadata] = field(default_factory=dict[str, Metadata])
    tags: tuple[str, ...] = ()
    visualizations: tuple[Visualization, ...] = ()

    @property
    def is_regular(self) -> bool:
        """Return True for what the step returned, False for what it saved by hand under an output's name."""
        return self.save_type in (None, "step_output")


@dataclass(frozen=True, slots=True)
class Input:
    """An output of some step that went into a step as the parameter `name`.

    `output.step_id` is the step that made it, in the run `run_id`. Both are empty where that is not known. `kind` is
    ZenML's word for how it came: `step_output`, `manual`, `lazy`, `external`. None in releases that do not tell.
    """

    name: str
    output: Output
    run_id: str = ""
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One version of a model of ZenML's model control plane."""

    id: str
    model: str
    number: int
    name: str
    source: str
    stage: str | None = None
    metadata: Mapping[str, Metadata] = field(default_factory=dict[str, Metadata])
    tags: tuple[str, ...] = ()

    def is_named(self, word: str) -> bool:
        """Return True if code that says `word` means this version: by its name, number, stage or id."""
        return word in (self.name, str(self.number), self.stage) or word.replace("-", "") == self.id


@dataclass(frozen=True, slots=True)
class Log:
    """A file or a folder of files with what a run or a step printed. `origin` is ZenML's word for who did."""

    uri: str
    origin: str = "step"


@dataclass(frozen=True, slots=True)
class StepCode:
    """The code of a step as it ran. `commit`, `repository` and `subdirectory` tell where it was kept, if recorded."""

    source: str | None = None
    hash: str | None = None
    docstring: str | None = None
    commit: str | None = None
    repository: str | None = None
    subdirectory: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing of a store that has a name and is part of no run: a tag, a schedule, a stack component.

    `facts` are some things to know about it, as names and words. A secret has none: its values are never read.
    """

    kind: str
    name: str
    id: str
    facts: tuple[tuple[str, str], ...] = ()


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    return max(0.0, (end - start).total_seconds())

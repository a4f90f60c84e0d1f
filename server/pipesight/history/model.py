"""The run history as plain data: pipelines, runs, steps and outputs. It imports no other module of Pipesight."""

from __future__ import annotations

import builtins
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
    STALE = "stale"  # not a word of ZenML's: recorded as unfinished, but inactive for so long that it was killed
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
        """True if a run or step with this status does not change any more."""
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
    """A project of a store. ZenML up to 0.75 calls it a workspace. `id` has no dashes."""

    id: str
    name: str

    def is_named(self, word: str) -> bool:
        """Return True if `word` is the project's name or its id, with or without dashes."""
        return word == self.name or word.replace("-", "") == self.id


@dataclass(frozen=True, slots=True)
class Metadata:
    """One metadata value as JSON data. `type` is ZenML's name of its type, such as `float` or `StorageSize`.

    If a value is very long, `value` is only the beginning of its JSON text, and `length` is the number of characters
    of the whole text.
    """

    name: str
    value: object
    type: str | None = None
    length: int | None = None

    @property
    def is_whole(self) -> bool:
        """True if `value` is the whole value, False if it is only the beginning of its text."""
        return self.length is None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step or a run failed.

    `type` is the exception's name as a traceback shows it: `ValueError`, `pandas.errors.ParserError`. `source_line` is
    the line in the step's source code, counted from 1. `file` and `line` are the same line in the recorded file.
    """

    type: str | None
    message: str | None
    traceback: str | None = None
    source_line: int | None = None
    file: str | None = None
    line: int | None = None

    @property
    def is_complete(self) -> bool:
        """True if the type and the message are certain.

        ZenML 0.85 to 0.95 do not record the type. It is then read from a `raise` statement, which lacks the module of
        the user's own classes, and whose argument may differ from the message.
        """
        return self.message is not None and (self.type is None or "." in self.type or hasattr(builtins, self.type))


@dataclass(frozen=True, slots=True)
class Visualization:
    """A file that ZenML stored beside an artifact to show it. `type` is html, markdown, csv, image or json."""

    type: str
    uri: str


@dataclass(frozen=True, slots=True)
class Details:
    """Further recorded facts of a run. `commit` is the git commit of its code, None if ZenML did not record it."""

    metadata: Mapping[str, Metadata] = field(default_factory=dict[str, Metadata])
    tags: tuple[str, ...] = ()
    commit: str | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class RunFilter:
    """A filter of runs: the name contains `text`, the status is one of `statuses`, a tag is one of `tags`.

    An empty field matches all runs.
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
    """One run. `pipeline` is its pipeline's name. It is None for an unlisted run, which belongs to no pipeline."""

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
        """Seconds from start to end. None if one of them is unknown."""
        return _seconds(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one run. `entrypoint` is the name of the decorated function or class, None if it is not recorded."""

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
        """Seconds from start to end. None if one of them is unknown."""
        return _seconds(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Output:
    """One output of one step. `data_type` and `materializer` are dotted class paths. `uri` is its artifact's folder.

    `type` is ZenML's artifact type (`DataArtifact`, `ModelArtifact`, ...). `artifact` is the artifact's global name.
    `save_type` is `step_output` for a returned value, and `manual` for one that was saved by `save_artifact` or the
    like.
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
        """True if the step returned the value, False if it saved the value by a call under an output's name."""
        return self.save_type in (None, "step_output")


@dataclass(frozen=True, slots=True)
class Input:
    """An output of a step that another step takes as its parameter `name`.

    `output.step_id` is the step that produced it, in the run `run_id`. Both are empty if that is unknown. `kind` is
    ZenML's word for how the step got it: `step_output`, `manual`, `lazy` or `external`. It is None if the release does
    not record it.
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
        """Return True if `word` is the name, number, stage or id of this version."""
        return word in (self.name, str(self.number), self.stage) or word.replace("-", "") == self.id


@dataclass(frozen=True, slots=True)
class Log:
    """A log file of a run or a step, or a folder of such files. `origin` is ZenML's word for the writer."""

    uri: str
    origin: str = "step"


@dataclass(frozen=True, slots=True)
class StepCode:
    """The code of a step as it ran. `commit`, `repository` and `subdirectory` are its origin in git, if recorded."""

    source: str | None = None
    hash: str | None = None
    docstring: str | None = None
    commit: str | None = None
    repository: str | None = None
    subdirectory: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A named object of a store outside of runs: a tag, a schedule, a stack component.

    `facts` are pairs of a label and a text. A secret has none, because Pipesight never reads its values.
    """

    kind: str
    name: str
    id: str
    facts: tuple[tuple[str, str], ...] = ()


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    return max(0.0, (end - start).total_seconds())

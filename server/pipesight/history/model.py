"""What happened, as plain data: pipelines, runs, steps and outputs. Imports nothing of ours."""

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
        """Seconds from start to end; None while it is not known."""
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

    @property
    def duration(self) -> float | None:
        """Seconds from start to end; None while it is not known."""
        return _seconds(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Output:
    """One output of one step. `data_type` and `materializer` are dotted class paths, `uri` its artifact's folder.

    `type` is ZenML's artifact type (`DataArtifact`, `ModelArtifact`, ...); `artifact` is the artifact's global name.
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


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    return max(0.0, (end - start).total_seconds())

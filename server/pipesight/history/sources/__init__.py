"""Read run history from every kind of store, through one protocol. Its modules each read one kind or a part of it."""

from pipesight.history.sources.records import (
    ArtifactRecord,
    InputRecord,
    News,
    OutputRecord,
    RunRecord,
    SeenStep,
    StepRecord,
)
from pipesight.history.sources.source import Source, SourceBusyError, SourceError, SourceSession

__all__ = [
    "ArtifactRecord",
    "InputRecord",
    "News",
    "OutputRecord",
    "RunRecord",
    "SeenStep",
    "Source",
    "SourceBusyError",
    "SourceError",
    "SourceSession",
    "StepRecord",
]

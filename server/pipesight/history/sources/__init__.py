"""The stores of run history: one module for each kind, behind one small protocol."""

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

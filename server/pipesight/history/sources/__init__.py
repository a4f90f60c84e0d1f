"""Where history is kept: one module per kind of store, behind one small protocol."""

from pipesight.history.sources.source import (
    ArtifactRecord,
    InputRecord,
    News,
    OutputRecord,
    RunRecord,
    SeenStep,
    Session,
    Source,
    SourceBusyError,
    SourceError,
    StepRecord,
)

__all__ = [
    "ArtifactRecord",
    "InputRecord",
    "News",
    "OutputRecord",
    "RunRecord",
    "SeenStep",
    "Session",
    "Source",
    "SourceBusyError",
    "SourceError",
    "StepRecord",
]

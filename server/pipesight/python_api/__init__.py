"""The public Python API: Repository -> Pipeline -> Run -> Step -> Output, as views of the history."""

from pipesight.history.sources import SourceError

from .named_lists import UnknownNameError
from .output import Output
from .pipeline import Pipeline
from .repository import Repository
from .run import Run
from .step import OutputCountError, Step
from .stored import ReadError

__all__ = [
    "Output",
    "OutputCountError",
    "Pipeline",
    "ReadError",
    "Repository",
    "Run",
    "SourceError",
    "Step",
    "UnknownNameError",
]

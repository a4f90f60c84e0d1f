"""The public Python API: Repository -> Pipeline -> Run -> Step -> Output, as views of the history."""

from pipesight.history.sources import SourceError as SourceError

from .named_lists import UnknownNameError as UnknownNameError
from .output import Output as Output
from .pipeline import Pipeline as Pipeline
from .repository import Repository as Repository
from .run import Run as Run
from .step import OutputCountError as OutputCountError, Step as Step
from .stored import ReadError as ReadError

"""The names that variables of code about ZenML usually have, and what these variables hold.

Pages of documentation and notebooks without their first cells use such names without binding them.
"""

from __future__ import annotations

from .declarations import Type
from .kinds import Generation, Kind
from .module_names import FUNCTIONS

RECEIVERS = {
    "client": (Type.CLIENT, Generation.MODERN),
    "zenml_client": (Type.CLIENT, Generation.MODERN),
    "repo": (Type.REPOSITORY, Generation.LEGACY),
    "repository": (Type.REPOSITORY, Generation.LEGACY),
}
THINGS = {
    "pipeline": (Type.PIPELINE, Kind.PIPELINE),
    "pipeline_model": (Type.PIPELINE, Kind.PIPELINE),
    "run": (Type.RUN, Kind.RUN),
    "last_run": (Type.RUN, Kind.RUN),
    "latest_run": (Type.RUN, Kind.RUN),
    "pipeline_run": (Type.RUN, Kind.RUN),
    "step": (Type.STEP, Kind.STEP),
}
# The type of the items, and whether they are a dict by name. None if releases differ.
COLLECTIONS = {"pipelines": (Type.PIPELINE, False), "runs": (Type.RUN, False), "steps": (Type.STEP, None)}
# Functions and classes. Other libraries have a `get_run` too.
SYMBOLS = frozenset(("Client", "Repository", "StepContext", "Model", *FUNCTIONS)) - {"get_run"}

"""The kinds of name in a run history, the generations of ZenML's API, and the ways to pick one of many."""

from __future__ import annotations

from enum import Enum


class Kind(str, Enum):
    """The kinds of name in a run history."""

    PIPELINE = "pipeline"
    RUN = "run"
    STEP = "step"
    OUTPUT = "output"
    ARTIFACT = "artifact"
    MODEL = "model"
    STACK = "stack"
    METADATA = "metadata"
    PARAMETER = "parameter"
    KEY = "key"  # a column of a table, or a key of a dict, in the value of an output

    @property
    def is_key(self) -> bool:
        """Return whether it is a key of what is recorded with a thing, and so no thing of its own."""
        return self in (Kind.METADATA, Kind.PARAMETER, Kind.KEY)

    def __str__(self) -> str:
        return self.value


class Generation(str, Enum):
    """The three generations of ZenML's API: 0.5-0.13, 0.20-0.40 and 0.41 to today."""

    LEGACY = "legacy"
    MIDDLE = "middle"
    MODERN = "modern"


class Which(str, Enum):
    """The way in which code picks a thing without a name."""

    LAST = "last"  # .last_run
    LAST_SUCCESSFUL = "last_successful"  # .last_successful_run
    INDEX = "index"  # [n], as written
    ONLY = "only"  # .output
    ANY = "any"  # a loop variable: each of them


class Detail(str, Enum):
    """A detail that a call gives beside the name of a thing."""

    PROJECT = "project"
    ACTIVE_PROJECT = "active project"  # that the code has set before
    VERSION = "version"
    PREFIX = "prefix"  # the name may also be the beginning of a longer one
    ARTIFACT_TYPE = "artifact type"  # which of the artifacts of a model: `get_model_artifact`
    SIZE = "size"
    PAGE = "page"
    SORT = "sort_by"

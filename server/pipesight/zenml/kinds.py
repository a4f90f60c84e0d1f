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
    VERSION = "version"  # of an artifact or of a model
    TAG = "tag"
    PROJECT = "project"
    SNAPSHOT = "snapshot"
    RUN_TEMPLATE = "run_template"
    DEPLOYMENT = "deployment"
    SCHEDULE = "schedule"
    SECRET = "secret"  # noqa: S105 - the word itself
    CODE_REPOSITORY = "code_repository"
    SERVICE = "service"
    COMPONENT = "stack_component"
    FLAVOR = "flavor"
    USER = "user"
    STATUS = "status"
    STAGE = "stage"
    COLUMN = "column"  # that a list is sorted by

    @property
    def is_site(self) -> bool:
        """Return whether it is a part of a run or what runs belong to. Its names are sites, all others are words."""
        return self in _SITES

    @property
    def is_entity(self) -> bool:
        """Return whether the store keeps the names of this kind in a table of their own, apart from runs."""
        return self in _ENTITIES

    def __str__(self) -> str:
        return self.value.replace("_", " ")


_SITES = frozenset((Kind.PIPELINE, Kind.RUN, Kind.STEP, Kind.OUTPUT, Kind.ARTIFACT, Kind.MODEL, Kind.STACK))
_ENTITIES = frozenset(
    (Kind.TAG, Kind.SNAPSHOT, Kind.RUN_TEMPLATE, Kind.DEPLOYMENT, Kind.SCHEDULE, Kind.SECRET, Kind.CODE_REPOSITORY)
    + (Kind.SERVICE, Kind.COMPONENT, Kind.FLAVOR, Kind.USER)
)


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
    ORDER = "order"  # in which the code itself sorts what it got: asc, desc
    PART = "part"  # picked from a slice of the list, or from the list turned round
    TYPE = "type"  # of a stack component or a flavor
    CALL = "call"  # the member that takes a status or a column

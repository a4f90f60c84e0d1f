"""The kinds of name in a run history, the generations of ZenML's API, and the ways in which code picks a thing."""

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
    COLUMN = "column"  # a column by which a list is sorted

    @property
    def is_site(self) -> bool:
        """True if names of this kind are sites. Those of other kinds are words."""
        return self in _SITES

    @property
    def is_entity(self) -> bool:
        """True if the names of this kind are those of named objects outside of runs, such as tags."""
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
    INDEX = "index"  # [n], with the index as in the code
    ONLY = "only"  # .output
    ANY = "any"  # the variable of a loop over all of them


class Detail(str, Enum):
    """A detail that a call gives beside the name of a thing."""

    PROJECT = "project"
    ACTIVE_PROJECT = "active project"  # the project that the code has activated before
    VERSION = "version"
    DEFAULT = "default"  # the name is a default, and the code may get another one when it runs
    PREFIX = "prefix"  # ZenML also accepts a prefix of the name
    ARTIFACT_TYPE = "artifact type"  # the type of the artifacts that code gets from a model version
    SIZE = "size"
    PAGE = "page"
    SORT = "sort_by"
    ORDER = "order"  # the order in which the code itself sorts the list: asc, desc
    PART = "part"  # the thing is picked from a slice of the list, or from the reversed list
    TYPE = "type"  # the type of a stack component or a flavor
    CALL = "call"  # the name of the function or method that takes a status or a column

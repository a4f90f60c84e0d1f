"""How the tables declare ZenML's API: types, members and parameters, and short ways to write them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .kinds import Detail, Generation, Kind, Which


class Type(str, Enum):
    """The type of a ZenML object, over all generations."""

    REPOSITORY = "repository"
    CLIENT = "client"
    METADATA_STORE = "metadata_store"
    STEP_CONTEXT = "step_context"
    PIPELINE = "pipeline"
    RUN = "run"
    STEP = "step"
    OUTPUT = "output"
    ARTIFACT = "artifact"
    MODEL = "model"
    MODEL_VERSION = "model_version"
    STACK = "stack"
    MODEL_DEPLOYER = "model_deployer"
    METADATA = "metadata"  # one value of `run_metadata`
    CONFIG = "config"  # the configuration of a step
    PARAMETER = "parameter"
    STATUS = "status"  # the status of a run or a step
    UNSEEN = "unseen"  # a pipeline from a file that cannot be read
    UNSEEN_RUN = "unseen_run"  # the result of calling such a pipeline
    INVOCATION = "invocation"  # the result of calling a pipeline: a run, or in old releases a pipeline

    @property
    def kind(self) -> Kind | None:
        """The kind of name that objects of this type have, None if they have none."""
        return _KINDS.get(self)


_KINDS = {
    Type.PIPELINE: Kind.PIPELINE,
    Type.RUN: Kind.RUN,
    Type.INVOCATION: Kind.RUN,
    Type.STEP: Kind.STEP,
    Type.OUTPUT: Kind.OUTPUT,
    Type.ARTIFACT: Kind.ARTIFACT,
    Type.MODEL: Kind.MODEL,
    Type.MODEL_VERSION: Kind.MODEL,
    Type.STACK: Kind.STACK,
    Type.METADATA: Kind.METADATA,
    Type.PARAMETER: Kind.PARAMETER,
    Type.STATUS: Kind.STATUS,
}


class How(Enum):
    """The relation between a member's result and its receiver."""

    NAMED = "named"  # the object with the given name
    EVERY = "every"  # a collection of objects that belong to the receiver
    PICK = "pick"  # one object that is picked without a name: .last_run, .output
    VERSIONS = "versions"  # the versions of the receiver
    UP = "up"  # the owner of the receiver: run.pipeline
    SAME = "same"  # the receiver again, perhaps with the type of a part of it
    VALUE = "value"  # data without a name, or None
    WORD = "word"  # a word such as a status
    TEXT = "text"  # the name or id of the receiver or of its owner
    LOAD = "load"  # the Python value of an output
    MAKE = "make"  # a new object of a type without names: context.metadata_store


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its names in all releases, the usual one first, and the kind of name that it takes.

    `filters` is True if the name restricts a collection and is not that of the result. `defines` is True if the call
    gives the name to a new object. `defines_beside` is another parameter whose presence has the same effect.
    """

    names: tuple[str, ...]
    kind: Kind | None = None
    positional: bool = True
    filters: bool = False
    written: tuple[tuple[Generation, str], ...] = ()  # the keyword that code of each generation usually has
    identifier: bool = False  # takes an id and never a name. It identifies the owner, but it is no site
    defines: bool = False
    defines_beside: str = ""

    @property
    def takes_prefix(self) -> bool:
        """True if ZenML also accepts a prefix of a name or an id."""
        return self.names[0].endswith("_or_prefix")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a type."""

    how: How
    result: Type | None = None
    parameters: tuple[Parameter, ...] = ()
    call: bool = False
    which: Which | None = None
    keyed: bool | None = None  # for a collection: True for a dict by name, False for a list, None if releases differ
    switches: Detail | None = None  # the detail that it sets for all later calls: client.set_active_project
    tells: tuple[tuple[Detail, str], ...] = ()  # details of the result that follow from the member

    def parameter(self, position: int | None, keyword: str | None) -> Parameter | None:
        """Return the parameter for an argument at `position` or with `keyword`, None if there is none."""
        if keyword is not None:
            return next((each for each in self.parameters if keyword in each.names), COMMON.get(keyword))
        positional = [each for each in self.parameters if each.positional]
        return positional[position] if position is not None and position < len(positional) else None


# Keywords that take the same kind of word in every call.
COMMON = {
    name: Parameter((name,), kind, positional=False)
    for kind, names in {
        Kind.PROJECT: ("project", "workspace"),
        Kind.VERSION: ("version", "artifact_version", "model_version", "version_name_or_id"),
        Kind.TAG: ("tags", "tag", "add_tags", "remove_tags"),
        Kind.STATUS: ("status",),
        Kind.STAGE: ("stage",),
        Kind.COLUMN: ("sort_by",),
        Kind.USER: ("user",),
        Kind.COMPONENT: ("experiment_tracker", "step_operator"),
    }.items()
    for name in names
}


def takes(kind: Kind | None, *names: str) -> Parameter:
    """Return a parameter that takes a name of this kind."""
    return Parameter(names, kind)


def filtering(kind: Kind, *names: str) -> Parameter:
    """Return a keyword whose name restricts a collection."""
    return Parameter(names, kind, positional=False, filters=True)


def identifying(kind: Kind, *names: str) -> Parameter:
    """Return a keyword that restricts a collection by an id."""
    return Parameter(names, kind, positional=False, filters=True, identifier=True)


def keyword(kind: Kind, *names: str) -> Parameter:
    """Return a parameter that is only passed by keyword."""
    return Parameter(names, kind, positional=False)


def defining(kind: Kind, *names: str) -> Parameter:
    """Return a parameter with the name of a new object."""
    return Parameter(names, kind, defines=True)


def written(kind: Kind, keyword: str, *others: str, middle: str | None = None) -> Parameter:
    """Return a parameter with the keywords that code of the older generations usually has."""
    written = ((Generation.LEGACY, keyword), *(((Generation.MIDDLE, middle),) if middle else ()))
    return Parameter((keyword, *others), kind, written=written)


def named(result: Type | None, *parameters: Parameter) -> Member:
    """Return a method whose result is the object with the given name."""
    return Member(How.NAMED, result, parameters, call=True)


def listing(result: Type, *parameters: Parameter) -> Member:
    """Return a method whose result is a list of objects."""
    return Member(How.EVERY, result, parameters, call=True, keyed=False)


# Keywords that have the same meaning in every call, with the detail of the result that they give.
DETAILS = {
    "project": Detail.PROJECT,
    "workspace": Detail.PROJECT,
    "version": Detail.VERSION,
    "version_name_or_number_or_id": Detail.VERSION,
    "version_name_or_id": Detail.VERSION,
    "artifact_version": Detail.VERSION,
    "model_version": Detail.VERSION,
    "pipeline_version": Detail.VERSION,
    "model_version_name_or_number_or_id": Detail.VERSION,
    "size": Detail.SIZE,
    "page": Detail.PAGE,
    "sort_by": Detail.SORT,
    "component_type": Detail.TYPE,
}

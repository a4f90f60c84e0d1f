"""The table of ZenML's API in all three generations: receiver type, member, parameter -> kind of name, result."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


def _p(kind: Kind | None, *names: str) -> Parameter:
    return Parameter(names, kind)


def _filter(kind: Kind, *names: str) -> Parameter:
    return Parameter(names, kind, positional=False, filters=True)


def _id(kind: Kind, *names: str) -> Parameter:
    return Parameter(names, kind, positional=False, filters=True, identifier=True)


def _keyword(kind: Kind, *names: str) -> Parameter:
    return Parameter(names, kind, positional=False)


def _defines(kind: Kind, *names: str) -> Parameter:
    return Parameter(names, kind, defines=True)


def _without_name(parameter: Parameter) -> Parameter:
    """Return the parameter without the keyword `name=`, which is the new name in an update."""
    return replace(parameter, names=tuple(name for name in parameter.names if name != "name"))


def _written(kind: Kind, keyword: str, *others: str, middle: str | None = None) -> Parameter:
    written = ((Generation.LEGACY, keyword), *(((Generation.MIDDLE, middle),) if middle else ()))
    return Parameter((keyword, *others), kind, written=written)


def _named(result: Type | None, *parameters: Parameter) -> Member:
    return Member(How.NAMED, result, parameters, call=True)


def _listing(result: Type, *parameters: Parameter) -> Member:
    return Member(How.EVERY, result, parameters, call=True, keyed=False)


def _every(result: Type, *, keyed: bool | None) -> Member:
    return Member(How.EVERY, result, keyed=keyed)


OTHER_TYPES = "other than ModelArtifact and ServiceArtifact"  # the type of the artifacts in `data_artifacts`


def _of_type(artifact_type: str, member: Member) -> Member:
    """Return the member, which returns only artifacts of one of ZenML's types, with this type as a detail."""
    return replace(member, tells=((Detail.ARTIFACT_TYPE, artifact_type),))


def _pick(result: Type, which: Which) -> Member:
    return Member(How.PICK, result, which=which)


def _up(result: Type) -> Member:
    return Member(How.UP, result)


def _versions(result: Type, *, keyed: bool) -> Member:
    return Member(How.VERSIONS, result, keyed=keyed)


_SAME = Member(How.SAME)
_SAME_CALL = Member(How.SAME, call=True)
_DATA_CALL = Member(How.VALUE, call=True)
_LOAD_CALL = Member(How.LOAD, call=True)
_TEXT = Member(How.TEXT)
_ID_OF_RUN = Member(How.TEXT, Type.RUN)
_VERSION = _p(Kind.VERSION, "version", "version_name_or_number_or_id")
_MODEL_VERSION = _p(Kind.VERSION, "model_version_name_or_number_or_id", "version")
_STATUS = Member(How.WORD, Type.STATUS)

_PIPELINE_NAMES = ("name_id_or_prefix", "pipeline_name", "pipeline", "name", "pipeline_name_or_id", "pipeline_id")
_LEGACY_PIPELINE = _written(Kind.PIPELINE, "pipeline_name", "pipeline", "name", "name_id_or_prefix")
_LEGACY_STACK = _written(Kind.STACK, "stack_name", "stack_key")
_RUN = _p(Kind.RUN, "name_id_or_prefix", "run_name", "name", "pipeline_run", "run", "run_id")
_STEP = _written(Kind.STEP, "name", "step", "step_name", middle="step")
_OUTPUT = _p(Kind.OUTPUT, "name", "output_name")
_ARTIFACT = _p(Kind.ARTIFACT, "name_id_or_prefix", "name", "artifact_name", "name_or_id", "artifact")
_MODEL = _p(Kind.MODEL, "model_name_or_id", "name", "model_name", "model", "model_name_id_or_prefix")
_STACK = _p(Kind.STACK, "name_id_or_prefix", "stack_name_id_or_prefix", "name", "stack_name", "stack")
_OF_PIPELINE = (
    _filter(Kind.PIPELINE, "pipeline_name", "pipeline", "pipeline_name_or_id"),
    _id(Kind.PIPELINE, "pipeline_id"),
)

_PROJECT = _p(Kind.PROJECT, "project_name_or_id", "workspace_name_or_id", "name_id_or_prefix")
_SWITCH = Member(How.VALUE, None, (_PROJECT,), call=True, switches=Detail.ACTIVE_PROJECT)
_COMPONENT_TYPE = _p(None, "component_type", "type")
_COMPONENT = _p(Kind.COMPONENT, "name_id_or_prefix", "name")


def _calls_of(kind: Kind, plural: str, *names: str, name: str = "") -> dict[str, Member]:
    """Return the client's methods that get, update, delete, create and list named objects of a kind."""
    taken = Parameter((*names, "name_id_or_prefix"), kind)
    name = name or kind.value
    return {
        **{f"{verb}_{name}": _named(None, taken) for verb in ("get", "update", "delete")},
        f"create_{name}": _named(None, _defines(kind, "name")),
        f"list_{plural}": Member(How.VALUE, None, (_filter(kind, "name"),), call=True),
    }


def _functions_on_tags(*names: str) -> dict[str, Member]:
    """Return the functions with these names, which add tags to objects or remove them."""
    tagged = (
        _keyword(Kind.PIPELINE, "pipeline"),
        _keyword(Kind.RUN, "run"),
        _keyword(Kind.RUN_TEMPLATE, "run_template"),
        _keyword(Kind.SNAPSHOT, "snapshot"),
        _keyword(Kind.DEPLOYMENT, "deployment"),
        _keyword(Kind.ARTIFACT, "artifact_name", "artifact"),
    )
    return dict.fromkeys(names, _named(None, _p(Kind.TAG, "tags"), *tagged))


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

_COMMON = {"name": _TEXT, "id": _TEXT, "get_hydrated_version": _SAME_CALL, "model": _SAME}

_RUN_MEMBERS = {
    **_COMMON,
    "steps": _every(Type.STEP, keyed=None),
    "get_step": _named(Type.STEP, _STEP),
    "get_steps": Member(How.EVERY, Type.STEP, call=True, keyed=False),
    "pipeline": _up(Type.PIPELINE),
    "refresh_run_status": _SAME_CALL,
    "parent_run": Member(How.MAKE, Type.RUN),
    "original_run": Member(How.MAKE, Type.RUN),
    "outputs": _every(Type.ARTIFACT, keyed=False),
    "stack": Member(How.MAKE, Type.STACK),
    "artifact_versions": _every(Type.ARTIFACT, keyed=False),
    "produced_artifact_versions": _every(Type.ARTIFACT, keyed=False),
    "artifacts": _every(Type.ARTIFACT, keyed=False),
    "produced_artifacts": _every(Type.ARTIFACT, keyed=False),
    "model_version": Member(How.MAKE, Type.MODEL_VERSION),
    "get_step_names": _DATA_CALL,
    "run_metadata": _every(Type.METADATA, keyed=True),
    "status": _STATUS,
    "start_time": Member(How.VALUE),
    "end_time": Member(How.VALUE),
}

_PIPELINE_MEMBERS = {
    **_COMMON,
    "runs": _every(Type.RUN, keyed=False),
    "get_runs": _listing(Type.RUN),
    "get_run": _named(Type.RUN, _written(Kind.RUN, "run_name", "name", "run", "name_id_or_prefix", middle="name")),
    "get_run_names": _DATA_CALL,
    "get_run_for_completed_step": Member(
        How.PICK, Type.RUN, (_p(Kind.STEP, "step_name", "step"),), call=True, which=Which.ANY
    ),
    "last_run": _pick(Type.RUN, Which.LAST),
    "last_successful_run": _pick(Type.RUN, Which.LAST_SUCCESSFUL),
    "versions": _versions(Type.PIPELINE, keyed=False),
    "latest_run_id": Member(How.TEXT, Type.RUN, which=Which.LAST),
    "num_runs": Member(How.VALUE),
}

# The members of an object that may be a pipeline. Pipelines of other libraries have none of these.
_UNSEEN_MEMBERS = {
    "model": Member(How.MAKE, Type.PIPELINE),
    "get_runs": _PIPELINE_MEMBERS["get_runs"],
    "last_run": _PIPELINE_MEMBERS["last_run"],
    "last_successful_run": _PIPELINE_MEMBERS["last_successful_run"],
    "with_options": Member(How.MAKE, Type.INVOCATION, call=True),
    "configure": _SAME_CALL,
}

_ARTIFACT_MEMBERS = {
    **_COMMON,
    "load": _LOAD_CALL,
    "read": _LOAD_CALL,
    "visualize": _DATA_CALL,
    "step": _up(Type.STEP),
    "run": _up(Type.RUN),
    "producer_step": _up(Type.STEP),
    "producer_pipeline_run_id": _ID_OF_RUN,
    "artifact": Member(How.SAME),
    "uri": Member(How.VALUE),
    "data_type": Member(How.VALUE),
    "type": Member(How.VALUE),
    "version": Member(How.VALUE),
    "run_metadata": _every(Type.METADATA, keyed=True),
}

_MODEL_MEMBERS = {
    **_COMMON,
    "get_artifact": _named(Type.ARTIFACT, _ARTIFACT, _VERSION),
    "get_data_artifact": _of_type("DataArtifact", _named(Type.ARTIFACT, _ARTIFACT, _VERSION)),
    "get_model_artifact": _of_type("ModelArtifact", _named(Type.ARTIFACT, _ARTIFACT, _VERSION)),
    "get_deployment_artifact": _of_type("ServiceArtifact", _named(Type.ARTIFACT, _ARTIFACT, _VERSION)),
    "get_endpoint_artifact": _of_type("ServiceArtifact", _named(Type.ARTIFACT, _ARTIFACT, _VERSION)),
    "load_artifact": Member(How.LOAD, None, (_ARTIFACT, _VERSION), call=True),
    "delete_artifact": _named(None, _ARTIFACT, _VERSION),
    "get_pipeline_run": _named(Type.RUN, _RUN),
    "pipeline_runs": _every(Type.RUN, keyed=True),
    "_get_model_version": _SAME_CALL,
    "_get_or_create_model_version": _SAME_CALL,
    "artifacts": _every(Type.ARTIFACT, keyed=True),
    "data_artifacts": _of_type(OTHER_TYPES, _every(Type.ARTIFACT, keyed=True)),
    "model_artifacts": _of_type("ModelArtifact", _every(Type.ARTIFACT, keyed=True)),
    "deployment_artifacts": _of_type("ServiceArtifact", _every(Type.ARTIFACT, keyed=True)),
    "version": Member(How.VALUE),
}

_LEGACY_STORE = {
    "get_pipeline": _named(Type.PIPELINE, _LEGACY_PIPELINE, _LEGACY_STACK),
    "get_pipelines": Member(How.EVERY, Type.PIPELINE, (_LEGACY_STACK,), call=True, keyed=False),
}

MEMBERS: dict[Type, dict[str, Member]] = {
    Type.REPOSITORY: {
        **_LEGACY_STORE,
        "get_stack": _named(Type.STACK, _STACK),
        "activate_stack": _named(None, _STACK),
        "deregister_stack": _named(None, _STACK),
        "set_active_stack": _named(None, _p(Kind.STACK, "stack_key")),
        "active_stack": Member(How.MAKE, Type.STACK),
        "get_active_stack": Member(How.MAKE, Type.STACK, call=True),
    },
    Type.METADATA_STORE: _LEGACY_STORE,
    Type.CLIENT: {
        "get_pipeline": _named(Type.PIPELINE, _p(Kind.PIPELINE, *_PIPELINE_NAMES), _VERSION),
        "get_pipeline_by_name": _named(Type.PIPELINE, _p(Kind.PIPELINE, "name")),
        "list_pipelines": _listing(Type.PIPELINE, _filter(Kind.PIPELINE, "name")),
        "get_pipelines": _listing(Type.PIPELINE),
        "delete_pipeline": _named(None, _p(Kind.PIPELINE, *_PIPELINE_NAMES), _VERSION),
        "trigger_pipeline": _named(
            None,
            # The first positional argument is the snapshot since 0.90, and was the pipeline before.
            _keyword(Kind.PIPELINE, "pipeline_name_or_id"),
            Parameter(("run_configuration",), positional=False),
            _keyword(Kind.SNAPSHOT, "snapshot_name_or_id"),
            _keyword(Kind.STACK, "stack_name_or_id"),
        ),
        "replay_pipeline_run": _named(None, _RUN),
        "get_pipeline_run": _named(Type.RUN, _RUN),
        "list_pipeline_runs": _listing(
            Type.RUN,
            _filter(Kind.RUN, "name"),
            *_OF_PIPELINE,
            _filter(Kind.STACK, "stack"),
            _id(Kind.STACK, "stack_id"),
            _filter(Kind.CODE_REPOSITORY, "code_repository"),
        ),
        "list_runs": _listing(Type.RUN, _filter(Kind.RUN, "name", "run_name"), *_OF_PIPELINE),
        "delete_pipeline_run": _named(None, _RUN),
        "get_run_step": Member(How.PICK, Type.STEP, (Parameter(("step_run_id",)),), call=True),
        "list_run_steps": _listing(Type.STEP, _filter(Kind.STEP, "name"), _id(Kind.RUN, "pipeline_run_id")),
        "get_artifact": _named(Type.ARTIFACT, _ARTIFACT, _VERSION),
        "get_artifact_version": _named(Type.ARTIFACT, _ARTIFACT, _VERSION),
        "list_artifacts": _listing(Type.ARTIFACT, _filter(Kind.ARTIFACT, "name")),
        "list_artifact_versions": _listing(
            Type.ARTIFACT,
            _filter(Kind.ARTIFACT, "artifact", "name", "artifact_name"),
            _id(Kind.ARTIFACT, "artifact_id"),
            _filter(Kind.RUN, "pipeline_run"),
        ),
        "delete_artifact": _named(None, _ARTIFACT, _VERSION),
        "update_artifact": _named(Type.ARTIFACT, _without_name(_ARTIFACT)),
        "delete_artifact_version": _named(None, _ARTIFACT, _VERSION),
        "update_artifact_version": _named(Type.ARTIFACT, _ARTIFACT, _VERSION),
        "get_model": _named(Type.MODEL, _MODEL),
        "list_models": _listing(Type.MODEL, _filter(Kind.MODEL, "name")),
        "delete_model": _named(None, _MODEL),
        "update_model": _named(Type.MODEL, _without_name(_MODEL)),
        "get_model_version": _named(Type.MODEL_VERSION, _MODEL, _MODEL_VERSION),
        "create_model_version": _named(None, _without_name(_MODEL), _keyword(Kind.VERSION, "name")),
        "list_model_versions": _listing(
            Type.MODEL_VERSION, Parameter(("model_name_or_id", "model"), Kind.MODEL, True, True)
        ),
        "update_model_version": _named(Type.MODEL_VERSION, _without_name(_MODEL), _VERSION),
        "get_stack": _named(Type.STACK, _STACK),
        "create_stack": _named(None, _defines(Kind.STACK, "name")),
        "create_model": _named(None, _defines(Kind.MODEL, "name")),
        "list_stacks": _listing(Type.STACK, _filter(Kind.STACK, "name")),
        "activate_stack": _named(None, _STACK),
        "update_stack": _named(None, _without_name(_STACK)),
        "delete_stack": _named(None, _STACK),
        "set_active_project": _SWITCH,
        "set_active_workspace": _SWITCH,
        **_calls_of(Kind.PROJECT, "projects"),
        **_calls_of(Kind.PROJECT, "workspaces", "workspace_name_or_id", name="workspace"),
        **_calls_of(Kind.TAG, "tags", "tag_name_or_id"),
        "attach_tag": _named(None, _p(Kind.TAG, "tag")),
        "detach_tag": _named(None, _p(Kind.TAG, "tag_name_or_id")),
        **_calls_of(Kind.SECRET, "secrets"),
        "get_secret_by_name_and_scope": _named(None, _p(Kind.SECRET, "name")),
        "get_secret_by_name_and_private_status": _named(None, _p(Kind.SECRET, "name")),
        **_calls_of(Kind.SCHEDULE, "schedules"),
        **_calls_of(Kind.SNAPSHOT, "snapshots"),
        "get_snapshot": _named(
            None, _p(Kind.SNAPSHOT, "name_id_or_prefix"), _filter(Kind.PIPELINE, "pipeline_name_or_id")
        ),
        **_calls_of(Kind.RUN_TEMPLATE, "run_templates"),
        **_calls_of(Kind.DEPLOYMENT, "deployments"),
        "get_deployment_logs": _named(None, _p(Kind.DEPLOYMENT, "name_id_or_prefix")),
        "provision_deployment": _named(None, _p(Kind.DEPLOYMENT, "name_id_or_prefix")),
        "deprovision_deployment": _named(None, _p(Kind.DEPLOYMENT, "name_id_or_prefix")),
        "refresh_deployment": _named(None, _p(Kind.DEPLOYMENT, "name_id_or_prefix")),
        **_calls_of(Kind.CODE_REPOSITORY, "code_repositories"),
        **_calls_of(Kind.SERVICE, "services"),
        **_calls_of(Kind.USER, "users"),
        **_calls_of(Kind.FLAVOR, "flavors"),
        "get_flavor_by_name_and_type": _named(None, _p(Kind.FLAVOR, "name"), _COMPONENT_TYPE),
        "get_stack_component": _named(None, _COMPONENT_TYPE, _COMPONENT),
        "update_stack_component": _named(None, _without_name(_COMPONENT), _COMPONENT_TYPE),
        "delete_stack_component": _named(None, _COMPONENT, _COMPONENT_TYPE),
        "create_stack_component": _named(
            None, _defines(Kind.COMPONENT, "name"), _p(Kind.FLAVOR, "flavor"), _COMPONENT_TYPE
        ),
        "list_stack_components": _named(
            None, _keyword(Kind.COMPONENT, "name"), _keyword(Kind.FLAVOR, "flavor"), _COMPONENT_TYPE
        ),
        "active_stack": Member(How.MAKE, Type.STACK),
        "active_stack_model": Member(How.MAKE, Type.STACK),
    },
    Type.STEP_CONTEXT: {
        "metadata_store": Member(How.MAKE, Type.METADATA_STORE),
        "pipeline": Member(How.MAKE, Type.PIPELINE),
        "pipeline_run": Member(How.MAKE, Type.RUN),
        "step_run": Member(How.MAKE, Type.STEP),
        "model": Member(How.MAKE, Type.MODEL_VERSION),
        "model_version": Member(How.MAKE, Type.MODEL_VERSION),
        "stack": Member(How.MAKE, Type.STACK),
    },
    Type.PIPELINE: _PIPELINE_MEMBERS,
    Type.UNSEEN: _UNSEEN_MEMBERS,
    Type.UNSEEN_RUN: {**_UNSEEN_MEMBERS, "steps": _every(Type.STEP, keyed=True)},
    Type.RUN: _RUN_MEMBERS,
    Type.INVOCATION: {
        **_RUN_MEMBERS,
        "run": Member(How.UP, Type.RUN, call=True),
        "get_runs": Member(How.EVERY, Type.RUN, call=True, keyed=False),
        "with_options": _SAME_CALL,
        "configure": _SAME_CALL,
        "with_config": _SAME_CALL,
    },
    Type.STEP: {
        **_COMMON,
        "outputs": _every(Type.OUTPUT, keyed=True),
        "regular_outputs": _every(Type.OUTPUT, keyed=True),
        "output": _pick(Type.OUTPUT, Which.ONLY),
        "get_output": _named(Type.OUTPUT, _OUTPUT),
        "get_output_names": _DATA_CALL,
        "inputs": _every(Type.ARTIFACT, keyed=True),
        "input": Member(How.MAKE, Type.ARTIFACT),
        "get_input": Member(How.MAKE, Type.ARTIFACT, call=True),
        "regular_inputs": _every(Type.ARTIFACT, keyed=True),
        "pipeline_run_id": _ID_OF_RUN,
        "model_version": Member(How.MAKE, Type.MODEL_VERSION),
        "parent_steps": _every(Type.STEP, keyed=False),
        "run": _up(Type.RUN),
        "run_metadata": _every(Type.METADATA, keyed=True),
        "config": Member(How.SAME, Type.CONFIG),
        "entrypoint_name": Member(How.VALUE),
        "status": _STATUS,
    },
    Type.OUTPUT: _ARTIFACT_MEMBERS,
    Type.ARTIFACT: {**_ARTIFACT_MEMBERS, "versions": _versions(Type.ARTIFACT, keyed=True)},
    Type.MODEL: {**_MODEL_MEMBERS, "versions": _versions(Type.MODEL_VERSION, keyed=False)},
    Type.MODEL_VERSION: {
        **_MODEL_MEMBERS,
        "name": Member(How.VALUE),
        "model": _up(Type.MODEL),
        "run_metadata": _every(Type.METADATA, keyed=True),
        "set_stage": _named(None, _p(Kind.STAGE, "stage")),
    },
    Type.STACK: {
        **_COMMON,
        "metadata_store": Member(How.MAKE, Type.METADATA_STORE),
        "model_deployer": Member(How.MAKE, Type.MODEL_DEPLOYER),
    },
    Type.METADATA: {},
    Type.STATUS: {},
    Type.CONFIG: {"parameters": _every(Type.PARAMETER, keyed=True)},
    Type.PARAMETER: {},
    Type.MODEL_DEPLOYER: {
        "find_model_server": Member(
            How.VALUE,
            None,
            (
                _keyword(Kind.PIPELINE, "pipeline_name"),
                _keyword(Kind.RUN, "run_name", "pipeline_run_id"),
                _keyword(Kind.STEP, "pipeline_step_name", "step_name"),
            ),
            call=True,
        ),
    },
}


def members_of(type_name: str) -> dict[str, bool]:
    """Return the members of a type in all releases by name. The value is True for a method."""
    members = MEMBERS.get(Type(type_name), {})
    return {name: member.call for name, member in members.items()}


# Functions of ZenML's modules, and classes whose constructor takes a name.
FUNCTIONS: dict[str, Member] = {
    "get_pipeline": _named(
        Type.PIPELINE, _written(Kind.PIPELINE, "pipeline", *_PIPELINE_NAMES, middle="pipeline"), _VERSION
    ),
    "get_pipelines": _listing(Type.PIPELINE),
    "get_run": _named(Type.RUN, _written(Kind.RUN, "name", "run_name", "name_id_or_prefix", middle="name")),
    "get_unlisted_runs": _listing(Type.RUN),
    "get_step_context": Member(How.MAKE, Type.STEP_CONTEXT, call=True),
    "get_pipeline_context": Member(How.MAKE, Type.STEP_CONTEXT, call=True),
    "load_artifact": Member(
        How.LOAD, None, (_p(Kind.ARTIFACT, "name_or_id", "name", "artifact_name"), _VERSION), call=True
    ),
    "Model": _named(Type.MODEL_VERSION, Parameter(("name",), Kind.MODEL)),
    "ModelVersion": _named(Type.MODEL_VERSION, Parameter(("name",), Kind.MODEL)),
    "ModelConfig": _named(Type.MODEL_VERSION, Parameter(("name",), Kind.MODEL)),
    "ExternalArtifact": _named(
        None,
        _p(None, "value"),
        _filter(Kind.PIPELINE, "pipeline_name"),
        Parameter(("artifact_name", "name"), Kind.ARTIFACT, positional=False, filters=True, defines_beside="value"),
        _filter(Kind.MODEL, "model_name"),
    ),
    "save_artifact": _named(Type.ARTIFACT, _p(None, "data"), _defines(Kind.ARTIFACT, "name"), _VERSION),
    "log_artifact": _named(Type.ARTIFACT, _p(None, "data"), _defines(Kind.ARTIFACT, "name"), _VERSION),
    "register_artifact": _named(
        Type.ARTIFACT, _p(None, "folder_or_file_uri"), _defines(Kind.ARTIFACT, "name"), _VERSION
    ),
    "log_metadata": _named(
        None,
        _p(None, "metadata"),
        _keyword(Kind.RUN, "run_id_name_or_prefix"),
        _keyword(Kind.STEP, "step_name"),
        _keyword(Kind.ARTIFACT, "artifact_name"),
        _keyword(Kind.MODEL, "model_name"),
    ),
    "log_step_metadata": _named(
        None,
        _p(None, "metadata"),
        _p(Kind.STEP, "step_name"),
        _p(Kind.PIPELINE, "pipeline_name_id_or_prefix"),
        _keyword(Kind.RUN, "run_id"),
    ),
    "log_artifact_metadata": _named(
        None, _p(None, "metadata"), _p(Kind.ARTIFACT, "artifact_name"), _p(Kind.VERSION, "artifact_version", "version")
    ),
    "log_model_metadata": _named(
        None, _p(None, "metadata"), _p(Kind.MODEL, "model_name"), _p(Kind.VERSION, "model_version", "version")
    ),
    **_functions_on_tags("add_tags", "remove_tags"),
    "Tag": _named(None, _defines(Kind.TAG, "name")),
    "PipelineRequest": _named(None, _defines(Kind.PIPELINE, "name")),
    "PipelineRunRequest": _named(None, _defines(Kind.RUN, "name")),
    "ArtifactRequest": _named(None, _defines(Kind.ARTIFACT, "name")),
    "ExecutionStatus": _named(None, Parameter(("value",), Kind.STATUS)),
    "load_last_service_from_step": _named(None, _p(Kind.PIPELINE, "pipeline_name"), _p(Kind.STEP, "step_name")),
}

# The generation of the API that a function belongs to, if only one generation has it.
GENERATIONS = {
    **dict.fromkeys(("get_pipeline", "get_pipelines", "get_run", "get_unlisted_runs"), Generation.MIDDLE),
    **dict.fromkeys(
        ("load_artifact", "save_artifact", "log_artifact", "register_artifact", "log_metadata", "log_step_metadata")
        + ("log_artifact_metadata", "log_model_metadata", "Model", "add_tags", "remove_tags", "Tag"),
        Generation.MODERN,
    ),
}
# Class methods that return an instance of the class.
MAKERS = frozenset(("get_instance", "__call__", "get_active_model_deployer"))
# Keywords with the name of the run that a call starts, and the methods that have the keyword.
NAMES_RUN = {"run_name": frozenset(("run", "with_options", "configure", "with_config", "pipeline"))}

# Prefixes of calls that create or rename an object, and the keywords of the new name.
MAKING = ("create_", "update_", "deploy")
NEW_NAMES = frozenset(("name", "new_name", "updated_name", "deployment_name"))

# Calls that list the versions of one object if they get its name.
LISTS_VERSIONS = frozenset(("list_artifact_versions",))

# Keywords of a pipeline's methods with the path of a run configuration.
CONFIGURES = frozenset(("config_path", "config_file"))

# Arguments that name steps of the pipeline's current code: `after=` of a step's call, and `steps=` of these methods.
NAMES_STEPS = {"after": frozenset[str](), "steps": frozenset(("with_options", "configure", "with_config"))}

LEGACY_MODULES = frozenset(("zenml.pipelines", "zenml.steps", "zenml.core.repo", "zenml.repository"))

# The modules of these functions. The same name in another module of `zenml` may be something else.
_FUNCTION_MODULES = {
    "get_pipeline": "zenml.post_execution",
    "get_pipelines": "zenml.post_execution",
    "get_run": "zenml.post_execution",
    "get_unlisted_runs": "zenml.post_execution",
    "load_last_service_from_step": "zenml.services",
}

CLASSES: dict[str, tuple[Type, Generation | None]] = {
    "Repository": (Type.REPOSITORY, Generation.LEGACY),
    "Client": (Type.CLIENT, Generation.MODERN),
    "StepContext": (Type.STEP_CONTEXT, None),
    "BaseMetadataStore": (Type.METADATA_STORE, Generation.LEGACY),
    "PipelineView": (Type.PIPELINE, None),
    "PipelineVersionView": (Type.PIPELINE, Generation.MIDDLE),
    "PipelineRunView": (Type.RUN, None),
    "StepView": (Type.STEP, None),
    "ArtifactView": (Type.OUTPUT, None),
    **{
        f"{name}ModelDeployer": (Type.MODEL_DEPLOYER, None)
        for name in ("Base", "BentoML", "Databricks", "HuggingFace", "KServe", "MLFlow", "Seldon", "VLLM")
    },
    **{
        f"{name}Response{suffix}": (type_, Generation.MODERN)
        for suffix in ("", "Model")
        for name, type_ in {
            "Pipeline": Type.PIPELINE,
            "PipelineRun": Type.RUN,
            "StepRun": Type.STEP,
            "Artifact": Type.ARTIFACT,
            "ArtifactVersion": Type.ARTIFACT,
            "Model": Type.MODEL,
            "ModelVersion": Type.MODEL_VERSION,
            "Stack": Type.STACK,
        }.items()
    },
}

# Functions that define pipelines, steps and outputs.
DEFINING = frozenset(("pipeline", "step", "BasePipeline", "BaseStep", "Pipeline", "Output", "ArtifactConfig"))
DECORATORS = {"pipeline": Kind.PIPELINE, "step": Kind.STEP}
BASES = {"BasePipeline": Kind.PIPELINE, "Pipeline": Kind.PIPELINE, "BaseStep": Kind.STEP}

_STARS = {
    "zenml": ("pipeline", "step", "Model", "ExternalArtifact", "ArtifactConfig", "get_step_context", "load_artifact"),
    "zenml.client": ("Client",),
    "zenml.repository": ("Repository",),
    "zenml.core.repo": ("Repository",),
    "zenml.post_execution": ("get_pipeline", "get_pipelines", "get_run", "get_unlisted_runs"),
    "zenml.pipelines": ("pipeline", "BasePipeline"),
    "zenml.steps": ("step", "BaseStep", "Output", "StepContext"),
    "zenml.models": tuple(name for name in CLASSES if "Response" in name),
}
# Libraries with pipelines of their own, which are never ZenML's.
_LIBRARIES = frozenset(
    ("azure", "azureml", "clearml", "dagster", "diffusers", "google", "haystack", "imblearn", "kedro", "kfp", "luigi")
    + ("mlrun", "prefect", "pyspark", "sagemaker", "scrapy", "sklearn", "spacy", "tfx", "torch", "transformers")
)
_ELSEWHERE = ("zenml.integrations", "zenml.model_registries", "zenml.services")


def is_ours(module: str) -> bool:
    """Return whether `module` is a module of ZenML whose names are in this table."""
    return module == "zenml" or (module.startswith("zenml.") and not module.startswith(_ELSEWHERE))


def is_symbol(module: str, name: str) -> bool:
    """Return whether `from module import name` imports a name of this table."""
    if name in _FUNCTION_MODULES:
        return module.startswith(_FUNCTION_MODULES[name])
    if CLASSES.get(name, (None, None))[0] is Type.MODEL_DEPLOYER:
        return module.startswith("zenml.")
    if not is_ours(module):
        return False
    return name in CLASSES or name in FUNCTIONS or name in DEFINING


def is_pipeline_name(name: str) -> bool:
    """Return whether a name looks like that of a pipeline, such as `training_pipeline` or `TrainingPipeline`."""
    return name.lower().endswith("pipeline") and name.lower() != "pipeline"


def is_unseen_pipeline(module: str, name: str) -> bool:
    """Return whether `from module import name` imports a pipeline, judged by the names alone.

    This is for modules whose file cannot be read.
    """
    folders = module.split(".")
    makes = name.startswith(("build_", "create_", "get_", "load_", "make_"))
    called_so = (is_pipeline_name(name) and not makes) or (name.islower() and "pipelines" in folders)
    return called_so and not is_ours(module) and folders[0] not in _LIBRARIES


def star(module: str) -> tuple[str, ...]:
    """Return the names that `from module import *` binds."""
    return _STARS.get(module, ())

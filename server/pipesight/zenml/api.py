"""The table of ZenML's API in all three generations: receiver type, member, parameter -> kind of name, result."""

from __future__ import annotations

from dataclasses import replace

from .declarations import (
    How,
    Member,
    Parameter,
    Type,
    defining,
    filtering,
    identifying,
    keyword,
    listing,
    named,
    takes,
    written,
)
from .kinds import Detail, Kind, Which


def _without_name(parameter: Parameter) -> Parameter:
    """Return the parameter without the keyword `name=`, which is the new name in an update."""
    return replace(parameter, names=tuple(name for name in parameter.names if name != "name"))


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
VERSION = takes(Kind.VERSION, "version", "version_name_or_number_or_id")
_MODEL_VERSION = takes(Kind.VERSION, "model_version_name_or_number_or_id", "version")
_STATUS = Member(How.WORD, Type.STATUS)

PIPELINE_NAMES = ("name_id_or_prefix", "pipeline_name", "pipeline", "name", "pipeline_name_or_id", "pipeline_id")
_LEGACY_PIPELINE = written(Kind.PIPELINE, "pipeline_name", "pipeline", "name", "name_id_or_prefix")
_LEGACY_STACK = written(Kind.STACK, "stack_name", "stack_key")
_RUN = takes(Kind.RUN, "name_id_or_prefix", "run_name", "name", "pipeline_run", "run", "run_id")
_STEP = written(Kind.STEP, "name", "step", "step_name", middle="step")
_OUTPUT = takes(Kind.OUTPUT, "name", "output_name")
_ARTIFACT = takes(Kind.ARTIFACT, "name_id_or_prefix", "name", "artifact_name", "name_or_id", "artifact")
_MODEL = takes(Kind.MODEL, "model_name_or_id", "name", "model_name", "model", "model_name_id_or_prefix")
_STACK = takes(Kind.STACK, "name_id_or_prefix", "stack_name_id_or_prefix", "name", "stack_name", "stack")
_OF_PIPELINE = (
    filtering(Kind.PIPELINE, "pipeline_name", "pipeline", "pipeline_name_or_id"),
    identifying(Kind.PIPELINE, "pipeline_id"),
)

_OF_PIPELINE_ON_STACK = (filtering(Kind.PIPELINE, "pipeline"), filtering(Kind.STACK, "stack"))

_PROJECT = takes(Kind.PROJECT, "project_name_or_id", "workspace_name_or_id", "name_id_or_prefix")
_SWITCH = Member(How.VALUE, None, (_PROJECT,), call=True, switches=Detail.ACTIVE_PROJECT)
_COMPONENT_TYPE = takes(None, "component_type", "type")
_COMPONENT = takes(Kind.COMPONENT, "name_id_or_prefix", "name")


def _calls_of(
    kind: Kind, plural: str, *names: str, name: str = "", filters: tuple[Parameter, ...] = ()
) -> dict[str, Member]:
    """Return the client's methods that get, update, delete, create and list named objects of a kind."""
    taken = Parameter((*names, "name_id_or_prefix"), kind)
    name = name or kind.value
    return {
        **{f"{verb}_{name}": named(None, taken) for verb in ("get", "update", "delete")},
        f"create_{name}": named(None, defining(kind, "name")),
        f"list_{plural}": Member(How.VALUE, None, (filtering(kind, "name"), *filters), call=True),
    }


_COMMON = {"name": _TEXT, "id": _TEXT, "get_hydrated_version": _SAME_CALL, "model": _SAME}

_RUN_MEMBERS = {
    **_COMMON,
    "steps": _every(Type.STEP, keyed=None),
    "get_step": named(Type.STEP, _STEP),
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
    "get_runs": listing(Type.RUN),
    "get_run": named(Type.RUN, written(Kind.RUN, "run_name", "name", "run", "name_id_or_prefix", middle="name")),
    "get_run_names": _DATA_CALL,
    "get_run_for_completed_step": Member(
        How.PICK, Type.RUN, (takes(Kind.STEP, "step_name", "step"),), call=True, which=Which.ANY
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
    "get_artifact": named(Type.ARTIFACT, _ARTIFACT, VERSION),
    "get_data_artifact": _of_type("DataArtifact", named(Type.ARTIFACT, _ARTIFACT, VERSION)),
    "get_model_artifact": _of_type("ModelArtifact", named(Type.ARTIFACT, _ARTIFACT, VERSION)),
    "get_deployment_artifact": _of_type("ServiceArtifact", named(Type.ARTIFACT, _ARTIFACT, VERSION)),
    "get_endpoint_artifact": _of_type("ServiceArtifact", named(Type.ARTIFACT, _ARTIFACT, VERSION)),
    "load_artifact": Member(How.LOAD, None, (_ARTIFACT, VERSION), call=True),
    "delete_artifact": named(None, _ARTIFACT, VERSION),
    "get_pipeline_run": named(Type.RUN, _RUN),
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
    "get_pipeline": named(Type.PIPELINE, _LEGACY_PIPELINE, _LEGACY_STACK),
    "get_pipelines": Member(How.EVERY, Type.PIPELINE, (_LEGACY_STACK,), call=True, keyed=False),
}

MEMBERS: dict[Type, dict[str, Member]] = {
    Type.REPOSITORY: {
        **_LEGACY_STORE,
        "get_stack": named(Type.STACK, _STACK),
        "activate_stack": named(None, _STACK),
        "deregister_stack": named(None, _STACK),
        "set_active_stack": named(None, takes(Kind.STACK, "stack_key")),
        "active_stack": Member(How.MAKE, Type.STACK),
        "get_active_stack": Member(How.MAKE, Type.STACK, call=True),
    },
    Type.METADATA_STORE: _LEGACY_STORE,
    Type.CLIENT: {
        "get_pipeline": named(Type.PIPELINE, takes(Kind.PIPELINE, *PIPELINE_NAMES), VERSION),
        "get_pipeline_by_name": named(Type.PIPELINE, takes(Kind.PIPELINE, "name")),
        "list_pipelines": listing(Type.PIPELINE, filtering(Kind.PIPELINE, "name")),
        "get_pipelines": listing(Type.PIPELINE),
        "delete_pipeline": named(None, takes(Kind.PIPELINE, *PIPELINE_NAMES), VERSION),
        "trigger_pipeline": named(
            None,
            # The first positional argument is the snapshot since 0.90, and was the pipeline before.
            keyword(Kind.PIPELINE, "pipeline_name_or_id"),
            Parameter(("run_configuration",), positional=False),
            keyword(Kind.SNAPSHOT, "snapshot_name_or_id"),
            keyword(Kind.STACK, "stack_name_or_id"),
        ),
        "replay_pipeline_run": named(None, _RUN),
        "get_pipeline_run": named(Type.RUN, _RUN),
        "list_pipeline_runs": listing(
            Type.RUN,
            filtering(Kind.RUN, "name"),
            *_OF_PIPELINE,
            filtering(Kind.STACK, "stack"),
            identifying(Kind.STACK, "stack_id"),
            filtering(Kind.CODE_REPOSITORY, "code_repository"),
            filtering(Kind.MODEL, "model"),
            filtering(Kind.COMPONENT, "stack_component"),
        ),
        "list_runs": listing(Type.RUN, filtering(Kind.RUN, "name", "run_name"), *_OF_PIPELINE),
        "delete_pipeline_run": named(None, _RUN),
        "get_run_step": Member(How.PICK, Type.STEP, (Parameter(("step_run_id",)),), call=True),
        "list_run_steps": listing(
            Type.STEP,
            filtering(Kind.STEP, "name"),
            identifying(Kind.RUN, "pipeline_run_id"),
            filtering(Kind.MODEL, "model"),
        ),
        "get_artifact": named(Type.ARTIFACT, _ARTIFACT, VERSION),
        "get_artifact_version": named(Type.ARTIFACT, _ARTIFACT, VERSION),
        "list_artifacts": listing(Type.ARTIFACT, filtering(Kind.ARTIFACT, "name")),
        "list_artifact_versions": listing(
            Type.ARTIFACT,
            filtering(Kind.ARTIFACT, "artifact", "name", "artifact_name"),
            identifying(Kind.ARTIFACT, "artifact_id"),
            filtering(Kind.RUN, "pipeline_run"),
            filtering(Kind.MODEL, "model"),
        ),
        "delete_artifact": named(None, _ARTIFACT, VERSION),
        "update_artifact": named(Type.ARTIFACT, _without_name(_ARTIFACT)),
        "delete_artifact_version": named(None, _ARTIFACT, VERSION),
        "update_artifact_version": named(Type.ARTIFACT, _ARTIFACT, VERSION),
        "get_model": named(Type.MODEL, _MODEL),
        "list_models": listing(Type.MODEL, filtering(Kind.MODEL, "name")),
        "delete_model": named(None, _MODEL),
        "update_model": named(Type.MODEL, _without_name(_MODEL)),
        "get_model_version": named(Type.MODEL_VERSION, _MODEL, _MODEL_VERSION),
        "create_model_version": named(None, _without_name(_MODEL), keyword(Kind.VERSION, "name")),
        "list_model_versions": listing(
            Type.MODEL_VERSION, Parameter(("model_name_or_id", "model"), Kind.MODEL, True, True)
        ),
        "update_model_version": named(Type.MODEL_VERSION, _without_name(_MODEL), VERSION),
        "get_stack": named(Type.STACK, _STACK),
        "create_stack": named(None, defining(Kind.STACK, "name")),
        "create_model": named(None, defining(Kind.MODEL, "name")),
        "list_stacks": listing(Type.STACK, filtering(Kind.STACK, "name"), filtering(Kind.COMPONENT, "component")),
        "activate_stack": named(None, _STACK),
        "update_stack": named(None, _without_name(_STACK)),
        "delete_stack": named(None, _STACK),
        "set_active_project": _SWITCH,
        "set_active_workspace": _SWITCH,
        **_calls_of(Kind.PROJECT, "projects"),
        **_calls_of(Kind.PROJECT, "workspaces", "workspace_name_or_id", name="workspace"),
        **_calls_of(Kind.TAG, "tags", "tag_name_or_id"),
        "attach_tag": named(None, takes(Kind.TAG, "tag")),
        "detach_tag": named(None, takes(Kind.TAG, "tag_name_or_id")),
        **_calls_of(Kind.SECRET, "secrets"),
        "get_secret_by_name_and_scope": named(None, takes(Kind.SECRET, "name")),
        "get_secret_by_name_and_private_status": named(None, takes(Kind.SECRET, "name")),
        **_calls_of(Kind.SCHEDULE, "schedules"),
        **_calls_of(Kind.SNAPSHOT, "snapshots", filters=_OF_PIPELINE_ON_STACK),
        "get_snapshot": named(
            None, takes(Kind.SNAPSHOT, "name_id_or_prefix"), filtering(Kind.PIPELINE, "pipeline_name_or_id")
        ),
        **_calls_of(Kind.RUN_TEMPLATE, "run_templates", filters=_OF_PIPELINE_ON_STACK),
        **_calls_of(Kind.DEPLOYMENT, "deployments", filters=_OF_PIPELINE_ON_STACK),
        "get_deployment_logs": named(None, takes(Kind.DEPLOYMENT, "name_id_or_prefix")),
        "provision_deployment": named(None, takes(Kind.DEPLOYMENT, "name_id_or_prefix")),
        "deprovision_deployment": named(None, takes(Kind.DEPLOYMENT, "name_id_or_prefix")),
        "refresh_deployment": named(None, takes(Kind.DEPLOYMENT, "name_id_or_prefix")),
        **_calls_of(Kind.CODE_REPOSITORY, "code_repositories"),
        **_calls_of(
            Kind.SERVICE,
            "services",
            filters=(filtering(Kind.PIPELINE, "pipeline_name"), filtering(Kind.STEP, "pipeline_step_name")),
        ),
        **_calls_of(Kind.USER, "users"),
        **_calls_of(Kind.FLAVOR, "flavors"),
        "get_flavor_by_name_and_type": named(None, takes(Kind.FLAVOR, "name"), _COMPONENT_TYPE),
        "get_stack_component": named(None, _COMPONENT_TYPE, _COMPONENT),
        "update_stack_component": named(None, _without_name(_COMPONENT), _COMPONENT_TYPE),
        "delete_stack_component": named(None, _COMPONENT, _COMPONENT_TYPE),
        "create_stack_component": named(
            None, defining(Kind.COMPONENT, "name"), takes(Kind.FLAVOR, "flavor"), _COMPONENT_TYPE
        ),
        "list_stack_components": named(
            None, keyword(Kind.COMPONENT, "name"), keyword(Kind.FLAVOR, "flavor"), _COMPONENT_TYPE
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
        "get_output": named(Type.OUTPUT, _OUTPUT),
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
        "set_stage": named(None, takes(Kind.STAGE, "stage")),
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
                keyword(Kind.PIPELINE, "pipeline_name"),
                keyword(Kind.RUN, "run_name", "pipeline_run_id"),
                keyword(Kind.STEP, "pipeline_step_name", "step_name"),
            ),
            call=True,
        ),
    },
}


def members_of(type_name: str) -> dict[str, bool]:
    """Return the members of a type in all releases by name. The value is True for a method."""
    members = MEMBERS.get(Type(type_name), {})
    return {name: member.call for name, member in members.items()}


# Members of a pipeline of the history that a pipeline in code has too.
MEMBERS_IN_CODE = frozenset(("model", "get_runs", "runs", "get_run", "last_run", "last_successful_run"))

# Members that the result of calling a pipeline has only if it is the pipeline, as in old releases.
MEMBERS_OF_CALLED = frozenset(("model", "get_runs", "runs"))

# Methods of a repository that activate another stack.
ACTIVATES_STACK = frozenset(("activate_stack", "set_active_stack"))

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

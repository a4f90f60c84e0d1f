"""The functions and classes that code imports from ZenML's modules, and what they return or define."""

from __future__ import annotations

from .api import PIPELINE_NAMES, VERSION
from .declarations import How, Member, Parameter, Type, defining, filtering, keyword, listing, named, takes, written
from .kinds import Generation, Kind


def _functions_on_tags(*names: str) -> dict[str, Member]:
    """Return the functions with these names, which add tags to objects or remove them."""
    tagged = (
        keyword(Kind.PIPELINE, "pipeline"),
        keyword(Kind.RUN, "run"),
        keyword(Kind.RUN_TEMPLATE, "run_template"),
        keyword(Kind.SNAPSHOT, "snapshot"),
        keyword(Kind.DEPLOYMENT, "deployment"),
        keyword(Kind.ARTIFACT, "artifact_name", "artifact"),
    )
    return dict.fromkeys(names, named(None, takes(Kind.TAG, "tags"), *tagged))


# Functions of ZenML's modules, and classes whose constructor takes a name.
FUNCTIONS: dict[str, Member] = {
    "get_pipeline": named(
        Type.PIPELINE, written(Kind.PIPELINE, "pipeline", *PIPELINE_NAMES, middle="pipeline"), VERSION
    ),
    "get_pipelines": listing(Type.PIPELINE),
    "get_run": named(Type.RUN, written(Kind.RUN, "name", "run_name", "name_id_or_prefix", middle="name")),
    "get_unlisted_runs": listing(Type.RUN),
    "get_step_context": Member(How.MAKE, Type.STEP_CONTEXT, call=True),
    "get_pipeline_context": Member(How.MAKE, Type.STEP_CONTEXT, call=True),
    "load_artifact": Member(
        How.LOAD, None, (takes(Kind.ARTIFACT, "name_or_id", "name", "artifact_name"), VERSION), call=True
    ),
    "Model": named(Type.MODEL_VERSION, Parameter(("name",), Kind.MODEL)),
    "ModelVersion": named(Type.MODEL_VERSION, Parameter(("name",), Kind.MODEL)),
    "ModelConfig": named(Type.MODEL_VERSION, Parameter(("name",), Kind.MODEL)),
    "ExternalArtifact": named(
        None,
        takes(None, "value"),
        filtering(Kind.PIPELINE, "pipeline_name"),
        Parameter(("artifact_name", "name"), Kind.ARTIFACT, positional=False, filters=True, defines_beside="value"),
        filtering(Kind.MODEL, "model_name"),
    ),
    "save_artifact": named(Type.ARTIFACT, takes(None, "data"), defining(Kind.ARTIFACT, "name"), VERSION),
    "log_artifact": named(Type.ARTIFACT, takes(None, "data"), defining(Kind.ARTIFACT, "name"), VERSION),
    "register_artifact": named(
        Type.ARTIFACT, takes(None, "folder_or_file_uri"), defining(Kind.ARTIFACT, "name"), VERSION
    ),
    "log_metadata": named(
        None,
        takes(None, "metadata"),
        keyword(Kind.RUN, "run_id_name_or_prefix"),
        keyword(Kind.STEP, "step_name"),
        keyword(Kind.ARTIFACT, "artifact_name"),
        keyword(Kind.MODEL, "model_name"),
    ),
    "log_step_metadata": named(
        None,
        takes(None, "metadata"),
        takes(Kind.STEP, "step_name"),
        takes(Kind.PIPELINE, "pipeline_name_id_or_prefix"),
        keyword(Kind.RUN, "run_id"),
    ),
    "log_artifact_metadata": named(
        None,
        takes(None, "metadata"),
        takes(Kind.ARTIFACT, "artifact_name"),
        takes(Kind.VERSION, "artifact_version", "version"),
    ),
    "log_model_metadata": named(
        None, takes(None, "metadata"), takes(Kind.MODEL, "model_name"), takes(Kind.VERSION, "model_version", "version")
    ),
    **_functions_on_tags("add_tags", "remove_tags"),
    "Tag": named(None, defining(Kind.TAG, "name")),
    "PipelineRequest": named(None, defining(Kind.PIPELINE, "name")),
    "PipelineRunRequest": named(None, defining(Kind.RUN, "name")),
    "ArtifactRequest": named(None, defining(Kind.ARTIFACT, "name")),
    "ExecutionStatus": named(None, Parameter(("value",), Kind.STATUS)),
    "load_last_service_from_step": named(None, takes(Kind.PIPELINE, "pipeline_name"), takes(Kind.STEP, "step_name")),
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
_DEFINING = frozenset(("pipeline", "step", "BasePipeline", "BaseStep", "Pipeline", "Output", "ArtifactConfig"))
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
    return name in CLASSES or name in FUNCTIONS or name in _DEFINING


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

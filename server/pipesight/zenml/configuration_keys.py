"""The keys of ZenML's run configurations in YAML."""

from __future__ import annotations

# The fields of ZenML's `PipelineRunConfiguration` and `StepConfigurationUpdate`, over all releases.
_BOTH = (
    ("enable_cache", "enable_artifact_metadata", "enable_artifact_visualization", "enable_step_logs", "parameters")
    + ("settings", "environment", "secrets", "extra", "model", "retry", "substitutions", "cache_policy")
    + ("failure_hook_source", "success_hook_source", "start_hook_source", "end_hook_source")
)
RUN_KEYS = (
    ("steps", "run_name", "enable_pipeline_logs", "enable_heartbeat", "schedule", "build", "tags", "execution_mode")
    + ("init_hook_source", "init_hook_kwargs", "cleanup_hook_source", "pause_hook_source", "resume_hook_source")
    + _BOTH
)
STEP_KEYS = ("step_operator", "experiment_tracker", "outputs", "runtime", "heartbeat_healthy_threshold", *_BOTH)
OLD_RUN_KEYS = ("name", "model_version", "model_config", "skip_successful_steps", "steps_to_skip", "stack") + (
    "step_input_overrides",
    "step_default_input_overrides",
)
OLD_STEP_KEYS = ("name", "materializers", "model_version", "model_config", "group", "source", "inputs")
MODEL_KEYS = ("name", "version", "description", "tags", "license", "save_models_to_registry")
SETTING_KEYS = ("docker", "resources", "deployment")

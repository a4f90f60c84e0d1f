"""Which release of ZenML has which module, member, keyword, column to sort by and value of an enumeration.

Written by `tools/zenml_releases.py` from the wheels of all releases up to NEWEST. Do not edit it by hand.
`0.5.0:0.6.0` says that 0.5.0 is the first release with these names, and 0.6.0 the first without them. Names that
every release has are left out, except in COLUMNS and ENUMS. Names that none has stand under the empty key. "old "
marks the classes of the API before 0.41.
"""

NEWEST = "0.98.0"

MODULES = {
    "0.5.0:0.5.1": "zenml.types.base_type",
    "0.5.0:0.5.2": "zenml.core.repo_test",
    "0.5.0:0.5.3": (
        "zenml.artifact_stores.gcp_artifact_store, zenml.io.gcs_plugin, zenml.materializers.keras_meterializer, "
        "zenml.materializers.pytorch_lightning_materializer, zenml.materializers.pytorch_materializer, "
        "zenml.materializers.spec_materializer_registry, zenml.materializers.tf_dataset_materializer, "
        "zenml.metadata.mock_metadata_wrapper, zenml.types.pytorch_types"
    ),
    "0.5.0:0.5.3 0.5.5:0.39.0": "zenml.artifacts.data_artifact, zenml.artifacts.model_artifact",
    "0.5.0:0.5.3 0.5.6:0.13.0": "zenml.materializers.beam_materializer",
    "0.5.0:0.5.4 0.39.0:": "zenml.types",
    "0.5.0:0.5.5": "zenml.steps.step_interfaces.base_interface",
    "0.5.0:0.5.6": (
        "zenml.metadata.base_metadata_store, zenml.metadata.mysql_metadata_wrapper, "
        "zenml.metadata.sqlite_metadata_wrapper"
    ),
    "0.5.0:0.5.6 0.33.0:": "zenml.metadata",
    "0.5.0:0.6.0": "zenml.core, zenml.stacks",
    "0.5.0:0.20.0": "zenml.steps.base_step_config",
    "0.5.0:0.31.0": "zenml.steps.step_interfaces",
    "0.5.0:0.39.0": "zenml.artifacts.base_artifact, zenml.materializers.default_materializer_registry",
    "0.5.0:0.39.0 0.45.2:": "zenml.artifacts",
    "0.5.0:0.41.0": "zenml.post_execution.artifact, zenml.post_execution.step",
    "0.5.0:0.68.0": "zenml.pipelines.base_pipeline, zenml.post_execution, zenml.steps.step_output",
    "0.5.1:": "zenml.io.fileio",
    "0.5.1:0.5.3": "zenml.materializers.sklearn_materializer",
    "0.5.3:": "zenml.integrations",
    "0.5.3:0.5.4": "zenml.integrations.plotly.visualizers.pipeline_run_lineage_visualizer",
    "0.5.3:0.5.5": "zenml.integrations.beam.orchestrators, zenml.integrations.gcp.metadata_stores",
    "0.5.3:0.5.6": "zenml.integrations.beam",
    "0.5.3:0.7.1": "zenml.integrations.gcp.io, zenml.io.fileio_registry",
    "0.5.3:0.7.1 0.30.0:": "zenml.io.filesystem",
    "0.5.3:0.8.0": (
        "zenml.integrations.airflow.orchestrators.airflow_component, "
        "zenml.integrations.airflow.orchestrators.airflow_dag_runner, "
        "zenml.integrations.pytorch.materializers.pytorch_materializer, "
        "zenml.integrations.pytorch.materializers.pytorch_types"
    ),
    "0.5.3:0.13.0": (
        "zenml.integrations.tensorflow.steps, zenml.visualizers.base_pipeline_run_visualizer, "
        "zenml.visualizers.base_pipeline_visualizer, zenml.visualizers.base_step_visualizer"
    ),
    "0.5.3:0.30.0": "zenml.artifacts.constants",
    "0.5.3:0.39.0": "zenml.integrations.facets.visualizers, zenml.integrations.plotly, zenml.visualizers",
    "0.5.4:0.39.0": "zenml.integrations.dash, zenml.integrations.graphviz",
    "0.5.4:0.41.0 0.68.0:": "zenml.steps.step_context",
    "0.5.5:": "zenml.integrations.kubeflow, zenml.integrations.utils",
    "0.5.5:0.5.6": "zenml.container_registry",
    "0.5.5:0.5.7": "zenml.artifacts.type_registery, zenml.steps.step_interfaces.base_preprocesser_step",
    "0.5.5:0.6.0": "zenml.integrations.kubeflow.metadata",
    "0.5.5:0.6.3": "zenml.integrations.kubeflow.docker_utils",
    "0.5.5:0.8.0": (
        "zenml.integrations.kubeflow.container_entrypoint, "
        "zenml.integrations.kubeflow.orchestrators.kubeflow_component, "
        "zenml.integrations.kubeflow.orchestrators.kubeflow_dag_runner, "
        "zenml.integrations.kubeflow.orchestrators.kubeflow_utils"
    ),
    "0.5.5:0.13.0": (
        "zenml.integrations.sklearn.helpers, zenml.integrations.sklearn.steps, "
        "zenml.integrations.tensorflow.steps.tensorflow_trainer, zenml.pipelines.builtin_pipelines, "
        "zenml.steps.builtin_steps, zenml.steps.step_interfaces.base_evaluator_step, "
        "zenml.steps.step_interfaces.base_split_step, zenml.steps.step_interfaces.base_trainer_step"
    ),
    "0.5.5:0.31.0": (
        "zenml.steps.step_interfaces.base_analyzer_step, zenml.steps.step_interfaces.base_datasource_step"
    ),
    "0.5.5:0.39.0": "zenml.artifacts.schema_artifact, zenml.artifacts.statistics_artifact",
    "0.5.6:": "zenml.container_registries",
    "0.5.6:0.9.0": "zenml.io.utils",
    "0.5.6:0.20.0": "zenml.metadata_stores",
    "0.5.7:": "zenml.integrations.evidently, zenml.integrations.mlflow",
    "0.5.7:0.6.2 0.7.3:": "zenml.integrations.mlflow.mlflow_utils",
    "0.5.7:0.13.0": "zenml.steps.step_interfaces.base_preprocessor_step",
    "0.5.7:0.31.0": "zenml.artifacts.type_registry, zenml.steps.step_interfaces.base_drift_detection_step",
    "0.5.7:0.39.0": "zenml.artifacts.data_analysis_artifact, zenml.integrations.evidently.visualizers",
    "0.5.7:0.44.2": "zenml.integrations.evidently.steps.evidently_profile",
    "0.6.0:": "zenml.integrations.aws, zenml.integrations.whylogs, zenml.stack",
    "0.6.0:0.7.1": "zenml.integrations.aws.artifact_stores, zenml.integrations.aws.io",
    "0.6.0:0.8.0": "zenml.stack.stack_component_class_registry",
    "0.6.0:0.11.0": ("zenml.integrations.whylogs.whylogs_context, zenml.integrations.whylogs.whylogs_step_decorator"),
    "0.6.0:0.20.0": (
        "zenml.integrations.kubeflow.metadata_stores, zenml.pipelines.schedule, zenml.runtime_configuration"
    ),
    "0.6.0:0.39.0": "zenml.integrations.whylogs.visualizers",
    "0.6.0:0.40.3": "zenml.repository",
    "0.6.1:": "zenml.environment, zenml.integrations.azure",
    "0.6.1:0.7.1": "zenml.integrations.azure.io",
    "0.6.1:0.7.3": "zenml.integrations.mlflow.mlflow_environment",
    "0.6.1:0.20.0": "zenml.integrations.mlflow.mlflow_step_decorator",
    "0.6.1:0.68.0": "zenml.steps.step_environment",
    "0.6.2:": (
        "zenml.console, zenml.integrations.mlflow.services, zenml.integrations.mlflow.steps, "
        "zenml.materializers.service_materializer, zenml.services"
    ),
    "0.6.2:0.39.0": "zenml.artifacts.service_artifact",
    "0.6.2:0.41.0": "zenml.services.utils",
    "0.6.2:0.56.2": "zenml.services.service_registry",
    "0.6.2:0.80.0": "zenml.services.service_type",
    "0.6.3:": "zenml.step_operators",
    "0.6.3:0.7.0 0.9.0:": "zenml.integrations.aws.step_operators, zenml.integrations.azure.step_operators",
    "0.6.3:0.13.1": "zenml.integrations.tensorflow.services, zenml.integrations.tensorflow.visualizers",
    "0.6.3:0.20.0": "zenml.step_operators.entrypoint",
    "0.6.3:0.30.0": "zenml.step_operators.step_executor_operator",
    "0.7.0:": "zenml.secret",
    "0.7.0:0.7.3": "zenml.stack_stores",
    "0.7.0:0.9.0": (
        "zenml.integrations.aws.secret_schemas, zenml.integrations.azureml, zenml.integrations.sagemaker, "
        "zenml.integrations.vertex"
    ),
    "0.7.0:0.53.0": (
        "zenml.integrations.aws.secrets_managers, zenml.secret.arbitrary_secret_schema, "
        "zenml.secret.secret_schema_class_registry, zenml.secrets_managers"
    ),
    "0.7.1:": (
        "zenml.feature_stores, zenml.integrations.feast, zenml.integrations.neural_prophet, zenml.integrations.s3, "
        "zenml.integrations.seldon, zenml.model_deployers"
    ),
    "0.7.1:0.7.3": "zenml.stack_stores.rest_stack_store",
    "0.7.1:0.8.0": "zenml.zen_service",
    "0.7.2:": ("zenml.integrations.huggingface, zenml.integrations.mlflow.model_deployers, zenml.integrations.wandb"),
    "0.7.2:0.7.3": "zenml.integrations.wandb.wandb_environment",
    "0.7.2:0.12.0": "zenml.steps.restrict_step_access_decorator",
    "0.7.2:0.20.0": "zenml.integrations.wandb.wandb_step_decorator",
    "0.7.3:": (
        "zenml.experiment_trackers, zenml.integrations.lightgbm, zenml.integrations.mlflow.experiment_trackers, "
        "zenml.integrations.seldon.secret_schemas, zenml.integrations.wandb.experiment_trackers, "
        "zenml.integrations.xgboost, zenml.zen_stores"
    ),
    "0.8.0:": (
        "zenml.container_registries.azure_container_registry, zenml.container_registries.default_container_registry, "
        "zenml.container_registries.dockerhub_container_registry, zenml.container_registries.gcp_container_registry, "
        "zenml.container_registries.github_container_registry, zenml.entrypoints, "
        "zenml.integrations.aws.container_registries, "
        "zenml.integrations.pytorch.materializers.pytorch_dataloader_materializer, "
        "zenml.integrations.pytorch.materializers.pytorch_module_materializer, zenml.integrations.scipy, "
        "zenml.stack.flavor_registry, zenml.zen_server"
    ),
    "0.8.0:0.9.0": "zenml.integrations.gcp_secrets_manager",
    "0.8.0:0.11.0": "zenml.container_registries.gitlab_container_registry",
    "0.8.0:0.20.0": "zenml.entrypoints.step_entrypoint, zenml.metadata_stores.mysql_secret_schema",
    "0.8.0:0.30.0": (
        "zenml.integrations.kubeflow.orchestrators.kubeflow_entrypoint_configuration, "
        "zenml.integrations.kubeflow.orchestrators.utils"
    ),
    "0.8.1:": "zenml.alerter, zenml.integrations.slack",
    "0.8.1:0.10.0": "zenml.alerter.alerter_step",
    "0.8.1:0.31.0": "zenml.steps.step_interfaces.base_alerter_step",
    "0.9.0:": (
        "zenml.integrations.gcp.constants, zenml.integrations.gcp.google_credentials_mixin, "
        "zenml.integrations.gcp.orchestrators, zenml.integrations.gcp.step_operators, zenml.integrations.github, "
        "zenml.secret.schemas, zenml.stack.authentication_mixin"
    ),
    "0.9.0:0.21.0": (
        "zenml.integrations.gcp.orchestrators.vertex_entrypoint_configuration, "
        "zenml.integrations.github.orchestrators.github_actions_entrypoint_configuration"
    ),
    "0.9.0:0.37.0": "zenml.integrations.github.orchestrators, zenml.integrations.github.secrets_managers",
    "0.9.0:0.53.0": (
        "zenml.integrations.azure.secrets_managers, zenml.integrations.gcp.secrets_manager, "
        "zenml.secrets_managers.utils"
    ),
    "0.10.0:": (
        "zenml.data_validators, zenml.integrations.great_expectations, zenml.integrations.kubernetes, "
        "zenml.integrations.slack.steps.slack_alerter_ask_step, "
        "zenml.integrations.slack.steps.slack_alerter_post_step"
    ),
    "0.10.0:0.11.0": "zenml.integrations.great_expectations.steps.utils",
    "0.10.0:0.20.0": "zenml.integrations.kubernetes.metadata_stores",
    "0.10.0:0.21.0": "zenml.integrations.kubernetes.orchestrators.kubernetes_step_entrypoint_configuration",
    "0.10.0:0.30.0 0.84.2:0.95.0": "zenml.integrations.kubernetes.orchestrators.dag_runner",
    "0.10.0:0.39.0": "zenml.integrations.great_expectations.visualizers",
    "0.10.0:0.41.0": "zenml.alerter.alerter_utils",
    "0.10.0:0.53.0": "zenml.integrations.vault",
    "0.10.0:0.91.2": (
        "zenml.integrations.kubernetes.orchestrators.kube_utils, "
        "zenml.integrations.kubernetes.orchestrators.manifest_utils"
    ),
    "0.11.0:": (
        "zenml.annotators, zenml.integrations.deepchecks, zenml.integrations.evidently.data_validators, "
        "zenml.integrations.great_expectations.utils, zenml.integrations.label_studio, "
        "zenml.integrations.whylogs.data_validators, zenml.integrations.whylogs.secret_schemas"
    ),
    "0.11.0:0.20.0": "zenml.integrations.whylogs.whylabs_step_decorator",
    "0.11.0:0.34.0": "zenml.pipelines.run_pipeline",
    "0.11.0:0.39.0": "zenml.integrations.deepchecks.visualizers",
    "0.11.0:0.44.2": "zenml.integrations.evidently.materializers",
    "0.12.0:0.56.2": "zenml.integrations.kserve",
    "0.13.0:": (
        "zenml.integrations.pillow, zenml.integrations.seldon.custom_deployer, zenml.integrations.spark, "
        "zenml.integrations.tekton"
    ),
    "0.13.0:0.20.0": "zenml.integrations.spark.step_operators.spark_entrypoint",
    "0.13.0:0.21.0": "zenml.integrations.tekton.orchestrators.tekton_entrypoint_configuration",
    "0.13.0:0.56.2": "zenml.integrations.kserve.custom_deployer",
    "0.13.1:": "zenml.integrations.tensorboard",
    "0.20.0:": (
        "zenml.client, zenml.entrypoints.base_entrypoint_configuration, zenml.entrypoints.entrypoint, "
        "zenml.entrypoints.pipeline_entrypoint_configuration, zenml.integrations.airflow.flavors, "
        "zenml.integrations.aws.flavors, zenml.integrations.azure.flavors, zenml.integrations.deepchecks.flavors, "
        "zenml.integrations.evidently.flavors, zenml.integrations.feast.flavors, zenml.integrations.gcp.flavors, "
        "zenml.integrations.great_expectations.flavors, zenml.integrations.kubeflow.flavors, "
        "zenml.integrations.kubernetes.flavors, zenml.integrations.label_studio.flavors, "
        "zenml.integrations.mlflow.flavors, zenml.integrations.s3.flavors, zenml.integrations.seldon.constants, "
        "zenml.integrations.seldon.flavors, zenml.integrations.slack.flavors, zenml.integrations.slack.steps, "
        "zenml.integrations.spark.flavors, zenml.integrations.spark.step_operators.spark_entrypoint_configuration, "
        "zenml.integrations.tekton.flavors, zenml.integrations.wandb.flavors, zenml.integrations.whylogs.constants, "
        "zenml.integrations.whylogs.flavors, zenml.models, zenml.services.container, zenml.stack.flavor, "
        "zenml.step_operators.step_operator_entrypoint_configuration"
    ),
    "0.20.0:0.23.0": "zenml.models.component_model, zenml.models.user_management_models",
    "0.20.0:0.30.0": "zenml.entrypoints.utils",
    "0.20.0:0.33.0": "zenml.models.project_models",
    "0.20.0:0.37.0": "zenml.integrations.github.flavors",
    "0.20.0:0.41.0": "zenml.post_execution.lineage",
    "0.20.0:0.50.0": (
        "zenml.models.constants, zenml.models.flavor_models, zenml.models.pipeline_models, "
        "zenml.models.server_models, zenml.models.stack_models"
    ),
    "0.20.0:0.53.0": (
        "zenml.integrations.aws.flavors.aws_secrets_manager_flavor, "
        "zenml.integrations.azure.flavors.azure_secrets_manager_flavor, "
        "zenml.integrations.gcp.flavors.gcp_secrets_manager_flavor, zenml.integrations.vault.flavors"
    ),
    "0.20.0:0.54.0": "zenml.models.base_models",
    "0.20.0:0.56.2": "zenml.integrations.kserve.constants, zenml.integrations.kserve.flavors",
    "0.20.0:0.68.0": "zenml.services.terraform.terraform_service, zenml.steps.base_parameters",
    "0.20.4:0.45.2": "zenml.recipes",
    "0.21.0:": ("zenml.integrations.kubernetes.pod_settings, zenml.integrations.kubernetes.serialization_utils"),
    "0.21.0:0.60.0": "zenml.integrations.kubeflow.utils",
    "0.21.0:0.68.0": "zenml.services.terraform",
    "0.22.0:": "zenml.integrations.airflow.orchestrators.dag_generator, zenml.integrations.bentoml",
    "0.22.0:0.68.0": "zenml.integrations.bentoml.services.bentoml_deployment",
    "0.23.0:": "zenml.integrations.neptune",
    "0.23.0:0.32.0": "zenml.models.role_assignment_models",
    "0.23.0:0.50.0": (
        "zenml.models.artifact_models, zenml.models.component_models, zenml.models.pipeline_run_models, "
        "zenml.models.role_models, zenml.models.step_run_models, zenml.models.team_models, zenml.models.user_models"
    ),
    "0.30.0:": "zenml.io.filesystem_registry, zenml.io.local_filesystem",
    "0.30.0:0.55.2": (
        "zenml.integrations.gcp.google_cloud_function, zenml.integrations.gcp.google_cloud_scheduler, "
        "zenml.integrations.gcp.orchestrators.vertex_scheduler"
    ),
    "0.31.0:": ("zenml.integrations.aws.flavors.sagemaker_orchestrator_flavor, zenml.integrations.aws.orchestrators"),
    "0.31.0:0.45.2": "zenml.materializers.unmaterialized_artifact",
    "0.31.1:0.50.0": "zenml.models.schedule_model",
    "0.32.0:": "zenml.image_builders, zenml.integrations.kaniko",
    "0.32.0:0.50.0": (
        "zenml.models.filter_models, zenml.models.page_model, zenml.models.team_role_assignment_models, "
        "zenml.models.user_role_assignment_models"
    ),
    "0.33.0:": (
        "zenml.integrations.gcp.flavors.gcp_image_builder_flavor, zenml.integrations.gcp.image_builders, "
        "zenml.integrations.pytorch.utils, zenml.metadata.metadata_types"
    ),
    "0.33.0:0.41.0": "zenml.post_execution.base_view",
    "0.33.0:0.50.0": "zenml.models.run_metadata_models, zenml.models.workspace_models",
    "0.34.0:0.50.0": "zenml.models.pipeline_build_models, zenml.models.pipeline_deployment_models",
    "0.34.0:0.54.0": "zenml.models.secret_models",
    "0.35.1:": (
        "zenml.integrations.evidently.column_mapping, zenml.integrations.evidently.metrics, "
        "zenml.integrations.evidently.steps.evidently_report, zenml.integrations.evidently.steps.evidently_test, "
        "zenml.integrations.evidently.tests, zenml.integrations.mlflow.flavors.mlflow_model_registry_flavor, "
        "zenml.integrations.mlflow.model_registries, zenml.integrations.mlflow.steps.mlflow_registry, "
        "zenml.materializers.pydantic_materializer, zenml.model_registries"
    ),
    "0.36.0:": "zenml.hooks",
    "0.36.0:0.95.0": "zenml.hooks.hook_validators",
    "0.36.1:": (
        "zenml.analytics, zenml.integrations.langchain, zenml.integrations.llama_index, zenml.integrations.openai"
    ),
    "0.37.0:": ("zenml.code_repositories, zenml.integrations.github.code_repositories, zenml.integrations.gitlab"),
    "0.37.0:0.40.0 0.68.0:": "zenml.pipelines.build_utils",
    "0.37.0:0.50.0": "zenml.models.code_repository_models, zenml.models.hub_plugin_models",
    "0.37.0:0.64.0": "zenml._hub",
    "0.39.0:": (
        "zenml.integrations.facets.materializers, zenml.integrations.facets.models, zenml.integrations.facets.steps, "
        "zenml.integrations.pycaret, zenml.integrations.pytorch.materializers.base_pytorch_materializer, "
        "zenml.materializers.cloudpickle_materializer, zenml.materializers.materializer_registry"
    ),
    "0.39.0:0.40.0": "zenml.materializers.html_markdown_materializer",
    "0.39.0:0.50.0": "zenml.models.visualization_models",
    "0.40.0:": (
        "zenml.integrations.aws.service_connectors, zenml.integrations.gcp.service_connectors, "
        "zenml.integrations.kubernetes.service_connectors, zenml.materializers.structured_string_materializer, "
        "zenml.service_connectors, zenml.steps.entrypoint_function_utils, zenml.steps.step_invocation"
    ),
    "0.40.0:0.50.0": "zenml.models.service_connector_models",
    "0.40.0:0.63.0": "zenml.new.pipelines.deserialization_utils",
    "0.40.0:0.68.0": "zenml.new, zenml.steps.external_artifact",
    "0.40.0:0.70.0": "zenml.api",
    "0.40.3:": "zenml.integrations.azure.service_connectors",
    "0.40.3:0.42.0": (
        "zenml.artifact_stores.base_artifact_store_logging_handler, zenml.artifact_stores.step_logging_utils"
    ),
    "0.40.3:0.50.0": "zenml.models.logs_models",
    "0.41.0:0.68.0": "zenml.lineage_graph, zenml.new.steps.step_context",
    "0.42.0:0.93.0": "zenml.logging",
    "0.44.3:": "zenml.integrations.skypilot",
    "0.44.3:0.55.0": (
        "zenml.integrations.skypilot.flavors.skypilot_orchestrator_aws_vm_flavor, "
        "zenml.integrations.skypilot.flavors.skypilot_orchestrator_azure_vm_flavor, "
        "zenml.integrations.skypilot.flavors.skypilot_orchestrator_gcp_vm_flavor, "
        "zenml.integrations.skypilot.orchestrators.skypilot_aws_vm_orchestrator, "
        "zenml.integrations.skypilot.orchestrators.skypilot_azure_vm_orchestrator, "
        "zenml.integrations.skypilot.orchestrators.skypilot_gcp_vm_orchestrator"
    ),
    "0.45.2:": (
        "zenml.artifacts.external_artifact, zenml.artifacts.external_artifact_config, "
        "zenml.artifacts.unmaterialized_artifact, zenml.integrations.discord, zenml.model"
    ),
    "0.45.2:0.50.0": (
        "zenml.model.artifact_config, zenml.model.link_output_to_model, zenml.model.model_config, "
        "zenml.models.auth_models, zenml.models.device_models, zenml.new.steps.log_artifact_metadata"
    ),
    "0.45.2:0.51.0": "zenml.models.model_base_model, zenml.models.model_models",
    "0.45.2:0.65.0": "zenml.new.pipelines.model_utils",
    "0.45.2:0.68.0": "zenml.new.pipelines.pipeline_context",
    "0.45.6:": (
        "zenml.integrations.aws.orchestrators.sagemaker_orchestrator_entrypoint_config, "
        "zenml.integrations.aws.step_operators.sagemaker_step_operator_entrypoint_config, zenml.stack.utils"
    ),
    "0.47.0:0.50.0": "zenml.models.api_key_models, zenml.models.service_account_models",
    "0.47.0:0.54.0": "zenml.models.tag_models",
    "0.50.0:": "zenml.artifacts.artifact_config, zenml.artifacts.utils, zenml.model.utils, zenml.models.v2",
    "0.50.0:0.55.0 0.55.1:0.68.0": "zenml.model.model_version",
    "0.50.0:0.60.0": "zenml.models.v2.base.internal, zenml.models.v2.base.update",
    "0.50.0:0.64.0": "zenml.models.v2.misc.hub_plugin_models",
    "0.50.0:0.80.0": "zenml.models.v2.core.workspace",
    "0.50.0:0.90.0": "zenml.models.v2.core.pipeline_deployment",
    "0.51.0:": (
        "zenml.models.v2.core.artifact_version, zenml.models.v2.core.model, zenml.models.v2.core.model_version, "
        "zenml.models.v2.core.model_version_artifact, zenml.models.v2.core.model_version_pipeline_run"
    ),
    "0.54.0:": (
        "zenml.integrations.polars, zenml.models.v2.core.secret, zenml.models.v2.core.tag, "
        "zenml.models.v2.core.tag_resource"
    ),
    "0.54.1:": (
        "zenml.integrations.skypilot.orchestrators.skypilot_orchestrator_entrypoint, "
        "zenml.integrations.skypilot.orchestrators.skypilot_orchestrator_entrypoint_configuration"
    ),
    "0.55.0:": (
        "zenml.integrations.skypilot_aws, zenml.integrations.skypilot_azure, zenml.integrations.skypilot_gcp, "
        "zenml.metadata.lazy_load, zenml.model.lazy_load, zenml.model.model"
    ),
    "0.55.2:": "zenml.client_lazy_loader, zenml.integrations.hyperai",
    "0.55.4:0.68.0": "zenml.new.pipelines.run_utils",
    "0.55.4:0.94.0": (
        "zenml.actions, zenml.event_hub, zenml.event_sources, zenml.integrations.github.plugins, "
        "zenml.models.v2.base.base_plugin_flavor, zenml.models.v2.core.action_flavor, "
        "zenml.models.v2.core.event_source, zenml.models.v2.core.event_source_flavor, zenml.models.v2.core.trigger, "
        "zenml.models.v2.core.trigger_execution, zenml.plugins"
    ),
    "0.56.2:": (
        "zenml.integrations.huggingface.flavors, zenml.integrations.huggingface.model_deployers, "
        "zenml.integrations.huggingface.services, zenml.integrations.huggingface.steps, zenml.models.v2.core.service"
    ),
    "0.56.2:0.94.0": "zenml.integrations.bitbucket",
    "0.56.3:": "zenml.integrations.skypilot_lambda",
    "0.56.4:": "zenml.integrations.comet",
    "0.57.0:": "zenml.models.v2.core.server_settings",
    "0.58.0:": "zenml.integrations.argilla, zenml.integrations.pigeon, zenml.integrations.prodigy",
    "0.60.0:": "zenml.integrations.huggingface.steps.accelerate_runner",
    "0.60.0:0.63.0": "zenml.models.v2.core.pipeline_namespace",
    "0.60.0:0.94.0": "zenml.models.v2.core.action",
    "0.61.0:": "zenml.models.v2.misc.stack_deployment, zenml.stack_deployments",
    "0.61.0:0.65.0": "zenml.models.v2.misc.full_stack",
    "0.62.0:": (
        "zenml.integrations.databricks, zenml.service_connectors.service_connector_utils, "
        "zenml.stack_deployments.gcp_stack_deployment"
    ),
    "0.63.0:": (
        "zenml.integrations.kubernetes.flavors.kubernetes_step_operator_flavor, "
        "zenml.integrations.kubernetes.step_operators, zenml.models.v2.core.run_template, "
        "zenml.stack_deployments.azure_stack_deployment"
    ),
    "0.64.0:": ("zenml.integrations.azure.flavors.azureml_orchestrator_flavor, zenml.integrations.azure.orchestrators"),
    "0.64.0:0.68.0": "zenml.new.pipelines.code_archive",
    "0.65.0:": (
        "zenml.integrations.azure.azureml_utils, zenml.integrations.azure.flavors.azureml, "
        "zenml.integrations.huggingface.materializers.huggingface_t5_materializer, zenml.integrations.lightning, "
        "zenml.models.v2.misc.info_models"
    ),
    "0.66.0:": "zenml.integrations.numpy, zenml.integrations.pandas",
    "0.67.0:": "zenml.integrations.skypilot_kubernetes",
    "0.68.0:": (
        "zenml.integrations.bentoml.services.bentoml_container_deployment, "
        "zenml.integrations.bentoml.services.bentoml_local_deployment, "
        "zenml.integrations.bentoml.services.deployment_type, zenml.integrations.s3.utils, "
        "zenml.materializers.uuid_materializer, zenml.pipelines.pipeline_context, "
        "zenml.pipelines.pipeline_definition, zenml.pipelines.run_utils, zenml.steps.decorated_step"
    ),
    "0.68.0:0.70.0": "zenml.artifacts.load_directory_materializer",
    "0.70.0:": "zenml.artifacts.preexisting_data_materializer, zenml.integrations.vllm, zenml.login",
    "0.70.0:0.80.0": "zenml.login.pro.tenant",
    "0.71.0:": (
        "zenml.integrations.aws.flavors.aws_image_builder_flavor, zenml.integrations.aws.image_builders, "
        "zenml.integrations.modal, zenml.models.v2.misc.run_metadata"
    ),
    "0.73.0:": (
        "zenml.integrations.gcp.experiment_trackers, zenml.integrations.gcp.flavors.vertex_experiment_tracker_flavor, "
        "zenml.login.server_info"
    ),
    "0.80.0:": (
        "zenml.integrations.gcp.vertex_custom_job_parameters, zenml.login.pro.workspace, "
        "zenml.models.v2.core.project, zenml.models.v2.misc.service, zenml.models.v2.misc.statistics, "
        "zenml.models.v2.misc.tag"
    ),
    "0.80.1:": "zenml.stack_deployments.constants",
    "0.81.0:": "zenml.materializers.path_materializer",
    "0.83.0:": "zenml.integrations.skypilot.utils, zenml.models.v2.misc.pipeline_run_dag",
    "0.83.1:": "zenml.models.v2.core.api_transaction",
    "0.84.1:": "zenml.models.v2.misc.exception_info",
    "0.84.2:": "zenml.integrations.kubernetes.constants",
    "0.90.0:": (
        "zenml.deployers, zenml.deployers.server.app, zenml.deployers.server.entrypoint_configuration, "
        "zenml.deployers.server.models, zenml.deployers.server.runtime, zenml.deployers.server.service, "
        "zenml.integrations.aws.deployers, zenml.integrations.aws.flavors.aws_deployer_flavor, "
        "zenml.integrations.gcp.deployers, zenml.integrations.gcp.flavors.gcp_deployer_flavor, "
        "zenml.integrations.jax, zenml.materializers.in_memory_materializer, zenml.models.v2.core.deployment, "
        "zenml.models.v2.core.pipeline_snapshot"
    ),
    "0.91.0:": (
        "zenml.deployers.local, zenml.deployers.server, zenml.integrations.mlx, "
        "zenml.models.v2.core.curated_visualization, zenml.models.v2.misc.param_groups"
    ),
    "0.91.1:": (
        "zenml.artifacts.in_memory_cache, zenml.execution, zenml.integrations.huggingface.deployers, "
        "zenml.integrations.huggingface.flavors.huggingface_deployer_flavor, zenml.pipelines.compilation_context, "
        "zenml.pipelines.dynamic.entrypoint_configuration, zenml.pipelines.dynamic.pipeline_definition, "
        "zenml.steps.heartbeat"
    ),
    "0.91.2:": (
        "zenml.integrations.kubernetes.deployers, zenml.integrations.kubernetes.flavors.kubernetes_deployer_flavor, "
        "zenml.integrations.kubernetes.k8s_applier, zenml.integrations.kubernetes.kube_utils, "
        "zenml.integrations.kubernetes.manifest_utils, zenml.integrations.kubernetes.template_engine"
    ),
    "0.92.0:": "zenml.execution.pipeline.dynamic.utils, zenml.integrations.gcp.utils",
    "0.93.0:": "zenml.log_stores",
    "0.94.0:": (
        "zenml.execution.utils, zenml.integrations.aws.utils, zenml.integrations.runai, "
        "zenml.models.v2.core.triggers, zenml.triggers"
    ),
    "0.94.0:0.94.3": "zenml.pub_sub",
    "0.94.1:": (
        "zenml.execution.pipeline.dynamic.interactive_input_utils, zenml.materializers.dataclass_materializer, "
        "zenml.models.v2.core.run_wait_condition"
    ),
    "0.94.3:": (
        "zenml.container_engines, zenml.dispatcher, zenml.execution.pipeline.dynamic.future_registry, "
        "zenml.execution.pipeline.dynamic.invocation_dependency_graph, zenml.models.v2.core.resource_request"
    ),
    "0.94.3:0.97.0": ("zenml.models.v2.core.resource_pool, zenml.models.v2.core.resource_pool_subject_policy"),
    "0.94.4:": (
        "zenml.execution.pipeline.dynamic.compilation, zenml.execution.pipeline.dynamic.inputs, "
        "zenml.execution.pipeline.dynamic.pipeline_output_utils, "
        "zenml.integrations.databricks.flavors.databricks_shared_settings, "
        "zenml.integrations.databricks.flavors.databricks_step_operator_flavor, "
        "zenml.integrations.databricks.step_operators, "
        "zenml.integrations.runai.flavors.runai_training_workload_settings"
    ),
    "0.94.5:": (
        "zenml.integrations.wandb.experiment_trackers.run_initialization, zenml.models.v2.core.stream_event, "
        "zenml.models.v2.misc.run_statistics, zenml.streaming"
    ),
    "0.95.0:": (
        "zenml.hooks.execution, zenml.hooks.recording, zenml.hooks.validation, "
        "zenml.integrations.kubernetes.flavors.kubernetes_sandbox_flavor, zenml.integrations.kubernetes.sandboxes, "
        "zenml.integrations.modal.flavors.modal_orchestrator_flavor, "
        "zenml.integrations.modal.flavors.modal_sandbox_flavor, zenml.integrations.modal.orchestrators, "
        "zenml.integrations.modal.sandbox_utils, zenml.integrations.modal.sandboxes, "
        "zenml.models.v2.core.hook_invocation, zenml.sandboxes, zenml.steps.command_step"
    ),
    "0.96.0:": (
        "zenml.integrations.b2, zenml.integrations.baseten, zenml.integrations.modal.flavors.modal_base_flavor, "
        "zenml.integrations.trackio, zenml.service_connectors.oauth2_service_connector"
    ),
    "0.96.1:": "zenml.integrations.ssh",
    "0.96.2:": "zenml.execution.context, zenml.integrations.digitalocean",
    "0.96.3:": "zenml.sandboxes.docker_sandbox",
    "0.96.4:": "zenml.dispatcher.events, zenml.models.v2.core.webhook, zenml.webhooks",
    "0.97.0:": "zenml.models.v2.misc.log_models",
    "0.98.0:": "zenml.integrations.typesafe, zenml.webhooks.providers.dynamic",
}

RECEIVERS = {
    "0.5.0:0.20.0": "old metadata_store",
    "0.5.0:0.40.3": "old repository",
    "0.5.0:0.41.0": "old output, old pipeline, old run, old step",
    "0.6.0:": "stack",
    "0.20.0:": "client",
    "0.23.0:": "artifact, output, run, step",
    "0.40.0:": "model_version",
    "0.45.2:": "model",
}

MEMBERS = {
    "": (
        "artifact.model, artifact.producer_step, client.create_deployment, client.create_schedule, "
        "client.create_snapshot, client.get_pipelines, client.update_deployment, client.update_flavor, "
        "model._get_model_version, model._get_or_create_model_version, model.artifacts, model.data_artifacts, "
        "model.delete_artifact, model.deployment_artifacts, model.get_artifact, model.get_data_artifact, "
        "model.get_deployment_artifact, model.get_endpoint_artifact, model.get_model_artifact, "
        "model.get_pipeline_run, model.load_artifact, model.model, model.model_artifacts, model.pipeline_runs, "
        "model.version, output.model, output.producer_step, pipeline.get_run_for_completed_step, "
        "pipeline.get_run_names, pipeline.versions, run.get_step_names, run.get_steps, run.model, step.get_input, "
        "step.get_output, step.get_output_names, step.model"
    ),
    "0.5.0:0.5.2 0.33.0:0.41.0": (
        "old pipeline.get_runs, old step.get_input, old step.get_output, old step.get_output_names"
    ),
    "0.5.0:0.5.6 0.20.0:": "pipeline.name",
    "0.5.0:0.6.0 0.20.0:0.40.3": "old repository.get_active_stack, old repository.set_active_stack",
    "0.5.0:0.20.0": "old metadata_store.get_pipeline, old metadata_store.get_pipelines",
    "0.5.0:0.40.3": "old repository.get_pipeline, old repository.get_pipelines",
    "0.5.0:0.41.0": (
        "old output.read, old output.type, old output.uri, old pipeline.name, old run.get_step, old "
        "run.get_step_names, old run.name, old run.status, old run.steps, old step.inputs, old step.name, old "
        "step.outputs, old step.status"
    ),
    "0.5.2:0.20.0 0.33.0:0.41.0": "old pipeline.get_run, old pipeline.get_run_names",
    "0.5.2:0.41.0": "old pipeline.runs, old step.input, old step.output",
    "0.5.3:0.20.0 0.33.0:0.41.0": "old output.producer_step",
    "0.5.3:0.41.0": "old output.id, old step.id",
    "0.5.4:0.20.0 0.33.0:0.41.0": "old step.parent_steps",
    "0.5.4:0.41.0": "old output.data_type",
    "0.6.0:": "stack.name",
    "0.6.0:0.20.0": "stack.metadata_store",
    "0.6.0:0.40.3": (
        "old repository.activate_stack, old repository.active_stack, old repository.deregister_stack, old "
        "repository.get_stack"
    ),
    "0.6.0:0.41.0": "old step.entrypoint_name",
    "0.7.1:": "stack.model_deployer",
    "0.7.1:0.41.0": "old pipeline.get_run_for_completed_step",
    "0.11.0:": "pipeline.get_runs",
    "0.11.0:0.20.0": "pipeline.get_run",
    "0.20.0:": (
        "client.activate_stack, client.active_stack, client.active_stack_model, client.create_flavor, "
        "client.delete_flavor, client.delete_user, client.get_flavor_by_name_and_type, client.update_stack, "
        "client.update_stack_component, stack.id"
    ),
    "0.20.0:0.23.0": "client.get_pipeline_by_name",
    "0.20.0:0.33.0 0.80.0:": "client.delete_project, client.set_active_project",
    "0.20.0:0.41.0": "old output.name, old pipeline.id, old run.id",
    "0.23.0:": (
        "artifact.data_type, artifact.id, artifact.name, artifact.type, artifact.uri, client.create_stack_component, "
        "client.create_user, client.delete_pipeline, client.delete_stack, client.get_flavor, client.get_pipeline, "
        "client.get_pipeline_run, client.get_stack, client.get_stack_component, client.get_user, "
        "client.list_pipelines, client.list_stack_components, client.list_stacks, client.list_users, "
        "client.update_user, output.data_type, output.id, output.name, output.type, output.uri, pipeline.id, "
        "pipeline.runs, run.id, run.name, run.pipeline, run.stack, run.status, step.id, step.name, "
        "step.pipeline_run_id, step.status"
    ),
    "0.23.0:0.30.0": "step.entrypoint_name",
    "0.23.0:0.32.0 0.34.0:": "client.list_flavors",
    "0.23.0:0.33.0 0.80.0:": "client.create_project, client.get_project, client.update_project",
    "0.23.0:0.68.0": "client.list_runs",
    "0.30.0:": "client.get_run_step, client.list_run_steps, run.end_time, run.start_time",
    "0.31.0:": ("client.delete_artifact, client.delete_pipeline_run, client.get_artifact, client.list_artifacts"),
    "0.31.1:": "client.delete_schedule, client.get_schedule, client.list_schedules",
    "0.32.0:0.33.0 0.80.0:": "client.list_projects",
    "0.32.0:0.41.0": "old pipeline.num_runs",
    "0.33.0:0.41.0": (
        "old output.artifact, old output.get_hydrated_version, old output.load, old output.model, old "
        "output.producer_pipeline_run_id, old output.run, old output.run_metadata, old output.step, old "
        "output.version, old output.visualize, old pipeline.get_hydrated_version, old pipeline.last_run, old "
        "pipeline.last_successful_run, old pipeline.latest_run_id, old pipeline.model, old pipeline.versions, old "
        "run.artifact_versions, old run.artifacts, old run.end_time, old run.get_hydrated_version, old run.get_steps, "
        "old run.model, old run.model_version, old run.original_run, old run.outputs, old run.parent_run, old "
        "run.pipeline, old run.produced_artifact_versions, old run.produced_artifacts, old run.refresh_run_status, "
        "old run.run_metadata, old run.stack, old run.start_time, old step.config, old step.get_hydrated_version, old "
        "step.model, old step.model_version, old step.pipeline_run_id, old step.regular_inputs, old "
        "step.regular_outputs, old step.run, old step.run_metadata"
    ),
    "0.33.0:0.80.0": (
        "client.create_workspace, client.delete_workspace, client.get_workspace, client.list_workspaces, "
        "client.set_active_workspace, client.update_workspace"
    ),
    "0.34.0:": (
        "client.create_secret, client.delete_deployment, client.delete_secret, client.get_deployment, "
        "client.get_secret, client.list_deployments, client.list_secrets, client.update_secret"
    ),
    "0.34.0:0.80.0": "client.get_secret_by_name_and_scope",
    "0.35.1:": "client.delete_stack_component",
    "0.37.0:": (
        "client.create_code_repository, client.delete_code_repository, client.get_code_repository, "
        "client.list_code_repositories, client.update_code_repository"
    ),
    "0.41.0:": (
        "artifact.load, artifact.run, artifact.step, artifact.visualize, client.list_pipeline_runs, output.load, "
        "output.run, output.step, output.visualize, pipeline.last_run, pipeline.last_successful_run, pipeline.model, "
        "pipeline.num_runs, run.steps, step.config, step.input, step.inputs, step.output, step.outputs"
    ),
    "0.41.0:0.45.2": "run.get_step",
    "0.41.0:0.50.0": "step.parent_steps, step.run",
    "0.41.0:0.51.0": "run.artifacts, run.produced_artifacts",
    "0.41.0:0.68.0": "artifact.read, output.read",
    "0.45.2:": (
        "client.create_model_version, client.delete_model, client.get_model, client.get_model_version, "
        "client.list_model_versions, client.list_models, client.update_model, client.update_model_version, model.id, "
        "model.name, model.versions, model_version._get_model_version, model_version.id, model_version.model, "
        "model_version.name, model_version.pipeline_runs, model_version.set_stage, model_version.version"
    ),
    "0.45.2:0.50.0": "model_version.artifacts",
    "0.45.2:0.83.0": "model_version.get_pipeline_run",
    "0.47.0:": "client.create_tag, client.delete_tag, client.get_tag, client.list_tags, client.update_tag",
    "0.50.0:": (
        "artifact.get_hydrated_version, artifact.run_metadata, artifact.version, "
        "model_version._get_or_create_model_version, model_version.data_artifacts, model_version.get_artifact, "
        "model_version.get_data_artifact, model_version.get_model_artifact, model_version.load_artifact, "
        "model_version.model_artifacts, output.get_hydrated_version, output.run_metadata, output.version, "
        "pipeline.get_hydrated_version, run.get_hydrated_version, run.run_metadata, stack.get_hydrated_version, "
        "step.get_hydrated_version, step.run_metadata"
    ),
    "0.50.0:0.53.0": "model_version.get_endpoint_artifact",
    "0.51.0:": (
        "artifact.artifact, artifact.versions, client.delete_artifact_version, client.get_artifact_version, "
        "client.list_artifact_versions, client.update_artifact, client.update_artifact_version, "
        "model.get_hydrated_version, model_version.get_hydrated_version, output.artifact, run.artifact_versions, "
        "run.produced_artifact_versions"
    ),
    "0.53.0:": "model_version.get_deployment_artifact, model_version.run_metadata",
    "0.54.1:": "model_version.delete_artifact, model_version.deployment_artifacts",
    "0.55.3:": "artifact.producer_pipeline_run_id, output.producer_pipeline_run_id",
    "0.56.2:": (
        "client.create_service, client.delete_service, client.get_service, client.list_services, client.update_service"
    ),
    "0.58.0:": "run.model_version, step.model_version",
    "0.60.0:": "client.trigger_pipeline",
    "0.63.0:": (
        "client.create_run_template, client.delete_run_template, client.get_run_template, client.list_run_templates, "
        "client.update_run_template, pipeline.latest_run_id"
    ),
    "0.67.0:0.84.0": "run.refresh_run_status",
    "0.80.0:": "client.attach_tag, client.detach_tag, client.get_secret_by_name_and_private_status",
    "0.83.0:": "step.regular_inputs, step.regular_outputs",
    "0.84.1:": "client.update_schedule",
    "0.90.0:": (
        "client.delete_snapshot, client.deprovision_deployment, client.get_deployment_logs, client.get_snapshot, "
        "client.list_snapshots, client.provision_deployment, client.refresh_deployment, client.update_snapshot"
    ),
    "0.94.0:": "run.original_run",
    "0.94.3:": "client.replay_pipeline_run",
    "0.94.4:": "run.outputs, run.parent_run",
    "0.96.2:": "stack.model",
}

KEYWORDS = {
    "": (
        "client.activate_stack(name), client.activate_stack(name_id_or_prefix), client.activate_stack(stack_name), "
        "client.create_flavor(name), client.get_flavor_by_name_and_type(type), client.update_stack(stack_name), "
        "client.update_stack(stack_name_id_or_prefix), client.update_stack_component(type), old "
        "metadata_store.get_pipeline(name), old metadata_store.get_pipeline(name_id_or_prefix), old "
        "metadata_store.get_pipeline(pipeline), old metadata_store.get_pipeline(stack_key), old "
        "metadata_store.get_pipeline(stack_name), old metadata_store.get_pipelines(stack_key), old "
        "metadata_store.get_pipelines(stack_name)"
    ),
    "0.5.0:0.5.2 0.20.0:0.41.0": (
        "old pipeline.get_run(name_id_or_prefix), old pipeline.get_run(run), old pipeline.get_run(run_name)"
    ),
    "0.5.0:0.6.0 0.11.0:0.40.3": "old repository.get_pipeline(stack_key)",
    "0.5.0:0.6.0 0.20.0:0.40.3": (
        "old repository.activate_stack(name_id_or_prefix), old repository.activate_stack(stack), old "
        "repository.activate_stack(stack_name), old repository.activate_stack(stack_name_id_or_prefix), old "
        "repository.deregister_stack(name_id_or_prefix), old repository.deregister_stack(stack), old "
        "repository.deregister_stack(stack_name), old repository.deregister_stack(stack_name_id_or_prefix), old "
        "repository.get_pipelines(stack_key), old repository.get_stack(name_id_or_prefix), old "
        "repository.get_stack(stack), old repository.get_stack(stack_name), old "
        "repository.get_stack(stack_name_id_or_prefix)"
    ),
    "0.5.0:0.7.1 0.39.0:0.41.0": "old pipeline.get_run_for_completed_step(step)",
    "0.5.0:0.11.0 0.20.0:": ("pipeline.get_run(name), pipeline.get_run(name_id_or_prefix), pipeline.get_run(run)"),
    "0.5.0:0.20.0": "old metadata_store.get_pipeline(pipeline_name)",
    "0.5.0:0.40.3": (
        "old repository.activate_stack(name), old repository.deregister_stack(name), old "
        "repository.get_pipeline(pipeline_name), old repository.get_stack(name), old "
        "repository.set_active_stack(stack_key)"
    ),
    "0.5.0:0.41.0": (
        "old pipeline.get_run(name), old pipeline.get_run_for_completed_step(step_name), old run.get_step(name), old "
        "step.get_output(name)"
    ),
    "0.5.2:0.41.0": "old step.get_output(output_name)",
    "0.6.0:0.40.3": "old repository.get_pipeline(stack_name), old repository.get_pipelines(stack_name)",
    "0.11.0:0.40.3": (
        "old repository.get_pipeline(name), old repository.get_pipeline(name_id_or_prefix), old "
        "repository.get_pipeline(pipeline)"
    ),
    "0.11.0:0.41.0": "old run.get_step(step), old run.get_step(step_name)",
    "0.20.0:": (
        "client.create_code_repository(name), client.create_deployment(name), client.create_project(name), "
        "client.create_run_template(name), client.create_schedule(name), client.create_secret(name), "
        "client.create_snapshot(name), client.create_stack_component(component_type), "
        "client.create_stack_component(flavor), client.create_stack_component(name), client.create_user(name), "
        "client.create_workspace(name), client.delete_artifact_version(name_id_or_prefix), "
        "client.delete_artifact_version(version), client.delete_code_repository(name_id_or_prefix), "
        "client.delete_model(model_name_or_id), client.delete_pipeline(name_id_or_prefix), "
        "client.delete_pipeline_run(name_id_or_prefix), client.delete_run_template(name_id_or_prefix), "
        "client.delete_schedule(name_id_or_prefix), client.delete_secret(name_id_or_prefix), "
        "client.delete_service(name_id_or_prefix), client.delete_snapshot(name_id_or_prefix), "
        "client.delete_stack(name_id_or_prefix), client.delete_stack_component(component_type), "
        "client.delete_stack_component(name_id_or_prefix), client.delete_tag(tag_name_or_id), "
        "client.deprovision_deployment(name_id_or_prefix), client.detach_tag(tag_name_or_id), "
        "client.get_artifact_version(name_id_or_prefix), client.get_artifact_version(version), "
        "client.get_code_repository(name_id_or_prefix), client.get_deployment_logs(name_id_or_prefix), "
        "client.get_flavor(name_id_or_prefix), client.get_flavor_by_name_and_type(component_type), "
        "client.get_flavor_by_name_and_type(name), client.get_model(model_name_or_id), "
        "client.get_model_version(model_name_or_id), client.get_model_version(model_version_name_or_number_or_id), "
        "client.get_pipeline(name_id_or_prefix), client.get_pipeline_by_name(name), "
        "client.get_pipeline_run(name_id_or_prefix), client.get_project(name_id_or_prefix), "
        "client.get_run_step(step_run_id), client.get_run_template(name_id_or_prefix), "
        "client.get_schedule(name_id_or_prefix), client.get_secret(name_id_or_prefix), "
        "client.get_secret_by_name_and_private_status(name), client.get_secret_by_name_and_scope(name), "
        "client.get_service(name_id_or_prefix), client.get_snapshot(name_id_or_prefix), "
        "client.get_snapshot(pipeline_name_or_id), client.get_stack(name_id_or_prefix), "
        "client.get_stack_component(component_type), client.get_stack_component(name_id_or_prefix), "
        "client.get_tag(tag_name_or_id), client.get_user(name_id_or_prefix), client.get_workspace(name_id_or_prefix), "
        "client.list_artifact_versions(name), client.list_code_repositories(name), client.list_pipeline_runs(name), "
        "client.list_pipeline_runs(pipeline_id), client.list_pipeline_runs(stack_id), client.list_pipelines(name), "
        "client.list_projects(name), client.list_run_steps(pipeline_run_id), client.list_run_templates(name), "
        "client.list_runs(pipeline_id), client.list_schedules(name), client.list_secrets(name), "
        "client.list_snapshots(name), client.list_stack_components(name), client.list_stacks(name), "
        "client.list_users(name), client.list_workspaces(name), client.provision_deployment(name_id_or_prefix), "
        "client.refresh_deployment(name_id_or_prefix), client.replay_pipeline_run(name_id_or_prefix), "
        "client.set_active_project(project_name_or_id), client.set_active_workspace(workspace_name_or_id), "
        "client.trigger_pipeline(pipeline_name_or_id), client.trigger_pipeline(run_configuration), "
        "client.trigger_pipeline(stack_name_or_id), client.update_artifact(name_id_or_prefix), "
        "client.update_artifact_version(name_id_or_prefix), client.update_artifact_version(version), "
        "client.update_code_repository(name_id_or_prefix), client.update_deployment(name_id_or_prefix), "
        "client.update_flavor(name_id_or_prefix), client.update_project(name_id_or_prefix), "
        "client.update_run_template(name_id_or_prefix), client.update_schedule(name_id_or_prefix), "
        "client.update_secret(name_id_or_prefix), client.update_snapshot(name_id_or_prefix), "
        "client.update_tag(tag_name_or_id), client.update_workspace(name_id_or_prefix)"
    ),
    "0.20.0:0.23.0": (
        "client.activate_stack(stack), client.create_stack_component(type), client.delete_pipeline(name), "
        "client.delete_pipeline(pipeline), client.delete_pipeline(pipeline_id), "
        "client.delete_pipeline(pipeline_name), client.delete_pipeline(pipeline_name_or_id), "
        "client.delete_pipeline(version_name_or_number_or_id), client.delete_stack(name), client.delete_stack(stack), "
        "client.delete_stack(stack_name), client.delete_stack(stack_name_id_or_prefix), client.get_pipeline(name), "
        "client.get_pipeline(pipeline), client.get_pipeline(pipeline_id), client.get_pipeline(pipeline_name), "
        "client.get_pipeline(pipeline_name_or_id), client.get_pipeline(version_name_or_number_or_id), "
        "client.get_pipeline_run(name), client.get_pipeline_run(pipeline_run), client.get_pipeline_run(run), "
        "client.get_pipeline_run(run_id), client.get_pipeline_run(run_name), client.get_stack(name), "
        "client.get_stack(stack), client.get_stack(stack_name), client.get_stack(stack_name_id_or_prefix), "
        "client.get_stack_component(name), client.get_stack_component(type), client.update_stack(stack)"
    ),
    "0.20.0:0.23.0 0.32.0:": (
        "client.list_flavors(name), client.list_runs(name), client.list_stack_components(flavor), "
        "client.list_stack_components(type)"
    ),
    "0.20.0:0.23.0 0.34.0:0.63.0": "client.delete_pipeline(version), client.get_pipeline(version)",
    "0.20.0:0.23.0 0.35.1:": "client.update_user(name_id_or_prefix)",
    "0.20.0:0.23.0 0.41.0:": (
        "client.list_runs(pipeline), client.list_runs(pipeline_name), client.list_runs(pipeline_name_or_id)"
    ),
    "0.20.0:0.30.0 0.32.0:": "client.list_run_steps(name)",
    "0.20.0:0.31.0": (
        "client.delete_artifact(artifact), client.delete_artifact(artifact_name), client.delete_artifact(name), "
        "client.delete_artifact(name_or_id), client.delete_artifact(version_name_or_number_or_id), "
        "client.delete_pipeline_run(name), client.delete_pipeline_run(pipeline_run), client.delete_pipeline_run(run), "
        "client.delete_pipeline_run(run_id), client.delete_pipeline_run(run_name), client.get_artifact(artifact), "
        "client.get_artifact(artifact_name), client.get_artifact(name), client.get_artifact(name_or_id), "
        "client.get_artifact(version_name_or_number_or_id)"
    ),
    "0.20.0:0.31.0 0.32.0:": "client.list_artifacts(name)",
    "0.20.0:0.31.0 0.50.0:": ("client.delete_artifact(name_id_or_prefix), client.get_artifact(name_id_or_prefix)"),
    "0.20.0:0.31.0 0.50.0:0.51.0": "client.delete_artifact(version), client.get_artifact(version)",
    "0.20.0:0.32.0": "client.list_stack_components(component_type)",
    "0.20.0:0.32.0 0.41.0:": "client.list_runs(run_name)",
    "0.20.0:0.33.0 0.35.1:": "client.delete_workspace(name_id_or_prefix)",
    "0.20.0:0.33.0 0.80.0:": (
        "client.get_workspace(workspace_name_or_id), client.set_active_workspace(name_id_or_prefix), "
        "client.set_active_workspace(project_name_or_id), client.update_workspace(workspace_name_or_id)"
    ),
    "0.20.0:0.34.0 0.90.0:": (
        "client.delete_deployment(name_id_or_prefix), client.get_deployment(name_id_or_prefix), "
        "client.list_deployments(name)"
    ),
    "0.20.0:0.35.1": "client.delete_stack_component(name), client.delete_stack_component(type)",
    "0.20.0:0.35.1 0.80.0:": "client.delete_workspace(workspace_name_or_id)",
    "0.20.0:0.41.0": "client.list_pipeline_runs(pipeline_name_or_id)",
    "0.20.0:0.41.0 0.55.1:": "client.list_pipeline_runs(pipeline_name)",
    "0.20.0:0.41.0 0.67.0:": (
        "client.list_pipeline_runs(code_repository), client.list_pipeline_runs(pipeline), "
        "client.list_pipeline_runs(stack)"
    ),
    "0.20.0:0.45.2": (
        "client.create_model_version(model), client.create_model_version(model_name), "
        "client.create_model_version(model_name_id_or_prefix), client.delete_model(model), "
        "client.delete_model(model_name), client.delete_model(model_name_id_or_prefix), client.delete_model(name), "
        "client.get_model(model), client.get_model(model_name), client.get_model(model_name_id_or_prefix), "
        "client.get_model(name), client.get_model_version(model), client.get_model_version(model_name), "
        "client.get_model_version(model_name_id_or_prefix), client.get_model_version(name), "
        "client.get_model_version(version), client.update_model(model), client.update_model(model_name), "
        "client.update_model(model_name_id_or_prefix), client.update_model_version(model), "
        "client.update_model_version(model_name), client.update_model_version(model_name_id_or_prefix), "
        "client.update_model_version(version), client.update_model_version(version_name_or_number_or_id)"
    ),
    "0.20.0:0.45.2 0.46.0:": "client.list_model_versions(model_name_or_id)",
    "0.20.0:0.45.2 0.50.0:": (
        "client.create_model_version(model_name_or_id), client.create_model_version(name), client.list_models(name), "
        "client.update_model(model_name_or_id), client.update_model_version(model_name_or_id)"
    ),
    "0.20.0:0.45.2 0.82.0:": "client.list_model_versions(model)",
    "0.20.0:0.47.0": (
        "client.delete_tag(name_id_or_prefix), client.get_tag(name_id_or_prefix), client.update_tag(name_id_or_prefix)"
    ),
    "0.20.0:0.47.0 0.80.0:": "client.create_tag(name), client.list_tags(name)",
    "0.20.0:0.51.0": (
        "client.delete_artifact_version(artifact), client.delete_artifact_version(artifact_name), "
        "client.delete_artifact_version(name), client.delete_artifact_version(name_or_id), "
        "client.delete_artifact_version(version_name_or_number_or_id), client.get_artifact_version(artifact), "
        "client.get_artifact_version(artifact_name), client.get_artifact_version(name), "
        "client.get_artifact_version(name_or_id), client.get_artifact_version(version_name_or_number_or_id), "
        "client.list_artifact_versions(artifact_name), client.update_artifact(artifact), "
        "client.update_artifact(artifact_name), client.update_artifact(name_or_id), "
        "client.update_artifact_version(artifact), client.update_artifact_version(artifact_name), "
        "client.update_artifact_version(name), client.update_artifact_version(name_or_id), "
        "client.update_artifact_version(version_name_or_number_or_id)"
    ),
    "0.20.0:0.51.0 0.67.0:": "client.list_artifact_versions(pipeline_run)",
    "0.20.0:0.51.0 0.80.0:": "client.list_artifact_versions(artifact)",
    "0.20.0:0.56.2": (
        "client.create_service(name), client.list_services(name), client.update_service(name_id_or_prefix)"
    ),
    "0.20.0:0.60.0 0.90.0:": "client.trigger_pipeline(snapshot_name_or_id)",
    "0.20.0:0.80.0": "client.list_artifact_versions(artifact_id)",
    "0.20.0:0.80.0 0.90.0:": "client.attach_tag(tag)",
    "0.20.0:0.94.3": (
        "client.replay_pipeline_run(name), client.replay_pipeline_run(pipeline_run), client.replay_pipeline_run(run), "
        "client.replay_pipeline_run(run_id), client.replay_pipeline_run(run_name)"
    ),
    "0.23.0:": (
        "client.activate_stack(stack_name_id_or_prefix), client.delete_flavor(name_id_or_prefix), "
        "client.update_stack(name_id_or_prefix), client.update_stack_component(component_type), "
        "client.update_stack_component(name_id_or_prefix), run.get_step(step), step.get_output(name), "
        "step.get_output(output_name)"
    ),
    "0.23.0:0.41.0 0.45.2:": "run.get_step(name), run.get_step(step_name)",
    "0.33.0:": "client.delete_project(name_id_or_prefix)",
    "0.33.0:0.80.0": ("client.set_active_project(name_id_or_prefix), client.set_active_project(workspace_name_or_id)"),
    "0.35.1:": "client.delete_user(name_id_or_prefix)",
    "0.40.0:": (
        "model_version.delete_artifact(name), model_version.delete_artifact(version), "
        "model_version.get_artifact(name), model_version.get_artifact(version), "
        "model_version.get_data_artifact(name), model_version.get_data_artifact(version), "
        "model_version.get_deployment_artifact(name), model_version.get_deployment_artifact(version), "
        "model_version.get_endpoint_artifact(name), model_version.get_endpoint_artifact(version), "
        "model_version.get_model_artifact(name), model_version.get_model_artifact(version), "
        "model_version.get_pipeline_run(name), model_version.load_artifact(name), "
        "model_version.load_artifact(version), model_version.set_stage(stage)"
    ),
    "0.40.0:0.45.2 0.83.0:": (
        "model_version.get_pipeline_run(name_id_or_prefix), model_version.get_pipeline_run(pipeline_run), "
        "model_version.get_pipeline_run(run), model_version.get_pipeline_run(run_id), "
        "model_version.get_pipeline_run(run_name)"
    ),
    "0.40.0:0.50.0": (
        "model_version.get_artifact(artifact), model_version.get_artifact(artifact_name), "
        "model_version.get_artifact(name_id_or_prefix), model_version.get_artifact(name_or_id), "
        "model_version.get_artifact(version_name_or_number_or_id), model_version.get_data_artifact(artifact), "
        "model_version.get_data_artifact(artifact_name), model_version.get_data_artifact(name_id_or_prefix), "
        "model_version.get_data_artifact(name_or_id), model_version.get_data_artifact(version_name_or_number_or_id), "
        "model_version.get_model_artifact(artifact), model_version.get_model_artifact(artifact_name), "
        "model_version.get_model_artifact(name_id_or_prefix), model_version.get_model_artifact(name_or_id), "
        "model_version.get_model_artifact(version_name_or_number_or_id), model_version.load_artifact(artifact), "
        "model_version.load_artifact(artifact_name), model_version.load_artifact(name_id_or_prefix), "
        "model_version.load_artifact(name_or_id), model_version.load_artifact(version_name_or_number_or_id)"
    ),
    "0.40.0:0.50.0 0.53.0:": (
        "model_version.get_endpoint_artifact(artifact), model_version.get_endpoint_artifact(artifact_name), "
        "model_version.get_endpoint_artifact(name_id_or_prefix), model_version.get_endpoint_artifact(name_or_id), "
        "model_version.get_endpoint_artifact(version_name_or_number_or_id)"
    ),
    "0.40.0:0.53.0": (
        "model_version.get_deployment_artifact(artifact), model_version.get_deployment_artifact(artifact_name), "
        "model_version.get_deployment_artifact(name_id_or_prefix), model_version.get_deployment_artifact(name_or_id), "
        "model_version.get_deployment_artifact(version_name_or_number_or_id)"
    ),
    "0.40.0:0.54.1": (
        "model_version.delete_artifact(artifact), model_version.delete_artifact(artifact_name), "
        "model_version.delete_artifact(name_id_or_prefix), model_version.delete_artifact(name_or_id), "
        "model_version.delete_artifact(version_name_or_number_or_id)"
    ),
    "0.45.2:": (
        "model.delete_artifact(artifact), model.delete_artifact(artifact_name), model.delete_artifact(name), "
        "model.delete_artifact(name_id_or_prefix), model.delete_artifact(name_or_id), model.delete_artifact(version), "
        "model.delete_artifact(version_name_or_number_or_id), model.get_artifact(artifact), "
        "model.get_artifact(artifact_name), model.get_artifact(name), model.get_artifact(name_id_or_prefix), "
        "model.get_artifact(name_or_id), model.get_artifact(version), "
        "model.get_artifact(version_name_or_number_or_id), model.get_data_artifact(artifact), "
        "model.get_data_artifact(artifact_name), model.get_data_artifact(name), "
        "model.get_data_artifact(name_id_or_prefix), model.get_data_artifact(name_or_id), "
        "model.get_data_artifact(version), model.get_data_artifact(version_name_or_number_or_id), "
        "model.get_deployment_artifact(artifact), model.get_deployment_artifact(artifact_name), "
        "model.get_deployment_artifact(name), model.get_deployment_artifact(name_id_or_prefix), "
        "model.get_deployment_artifact(name_or_id), model.get_deployment_artifact(version), "
        "model.get_deployment_artifact(version_name_or_number_or_id), model.get_endpoint_artifact(artifact), "
        "model.get_endpoint_artifact(artifact_name), model.get_endpoint_artifact(name), "
        "model.get_endpoint_artifact(name_id_or_prefix), model.get_endpoint_artifact(name_or_id), "
        "model.get_endpoint_artifact(version), model.get_endpoint_artifact(version_name_or_number_or_id), "
        "model.get_model_artifact(artifact), model.get_model_artifact(artifact_name), model.get_model_artifact(name), "
        "model.get_model_artifact(name_id_or_prefix), model.get_model_artifact(name_or_id), "
        "model.get_model_artifact(version), model.get_model_artifact(version_name_or_number_or_id), "
        "model.get_pipeline_run(name), model.get_pipeline_run(name_id_or_prefix), "
        "model.get_pipeline_run(pipeline_run), model.get_pipeline_run(run), model.get_pipeline_run(run_id), "
        "model.get_pipeline_run(run_name), model.load_artifact(artifact), model.load_artifact(artifact_name), "
        "model.load_artifact(name), model.load_artifact(name_id_or_prefix), model.load_artifact(name_or_id), "
        "model.load_artifact(version), model.load_artifact(version_name_or_number_or_id)"
    ),
}

COLUMNS = {
    "0.32.0:": (
        "list_artifacts(created), list_artifacts(id), list_artifacts(name), list_artifacts(updated), "
        "list_pipelines(created), list_pipelines(id), list_pipelines(name), list_pipelines(updated), "
        "list_run_steps(cache_key), list_run_steps(code_hash), list_run_steps(created), list_run_steps(end_time), "
        "list_run_steps(id), list_run_steps(name), list_run_steps(original_step_run_id), "
        "list_run_steps(pipeline_run_id), list_run_steps(start_time), list_run_steps(status), "
        "list_run_steps(updated), list_schedules(active), list_schedules(catchup), list_schedules(created), "
        "list_schedules(cron_expression), list_schedules(end_time), list_schedules(id), "
        "list_schedules(interval_second), list_schedules(name), list_schedules(orchestrator_id), "
        "list_schedules(pipeline_id), list_schedules(start_time), list_schedules(updated), "
        "list_stack_components(created), list_stack_components(flavor), list_stack_components(id), "
        "list_stack_components(name), list_stack_components(type), list_stack_components(updated), "
        "list_stacks(created), list_stacks(description), list_stacks(id), list_stacks(name), list_stacks(updated), "
        "list_users(active), list_users(created), list_users(email), list_users(email_opted_in), "
        "list_users(full_name), list_users(id), list_users(name), list_users(updated)"
    ),
    "0.32.0:0.33.0": (
        "list_artifacts(project_id), list_pipelines(project_id), list_run_steps(project_id), list_runs(project_id), "
        "list_schedules(project_id), list_stack_components(project_id), list_stacks(component_id), "
        "list_stacks(project_id)"
    ),
    "0.32.0:0.33.0 0.80.0:": ("list_projects(created), list_projects(id), list_projects(name), list_projects(updated)"),
    "0.32.0:0.41.0": (
        "list_runs(created), list_runs(end_time), list_runs(id), list_runs(name), list_runs(num_steps), "
        "list_runs(orchestrator_run_id), list_runs(pipeline_id), list_runs(schedule_id), list_runs(stack_id), "
        "list_runs(start_time), list_runs(status), list_runs(updated), list_runs(user_id)"
    ),
    "0.32.0:0.45.2": "list_run_steps(entrypoint_name), list_run_steps(num_outputs)",
    "0.32.0:0.50.0": "list_stack_components(is_shared), list_stacks(is_shared)",
    "0.32.0:0.51.0": (
        "list_artifacts(artifact_store_id), list_artifacts(data_type), list_artifacts(materializer), "
        "list_artifacts(type), list_artifacts(uri)"
    ),
    "0.32.0:0.51.0 0.72.0:0.74.0": "list_artifacts(user_id)",
    "0.32.0:0.63.0": "list_pipelines(docstring)",
    "0.32.0:0.80.0": (
        "list_pipelines(user_id), list_run_steps(user_id), list_schedules(user_id), list_stack_components(user_id), "
        "list_stacks(user_id)"
    ),
    "0.33.0:0.41.0": "list_runs(workspace_id)",
    "0.33.0:0.51.0 0.72.0:0.74.0": "list_artifacts(workspace_id)",
    "0.33.0:0.80.0": (
        "list_pipelines(workspace_id), list_run_steps(workspace_id), list_schedules(workspace_id), "
        "list_stack_components(workspace_id), list_stacks(workspace_id), list_workspaces(created), "
        "list_workspaces(id), list_workspaces(name), list_workspaces(updated)"
    ),
    "0.34.0:": (
        "list_deployments(created), list_deployments(id), list_deployments(updated), list_flavors(created), "
        "list_flavors(id), list_flavors(integration), list_flavors(name), list_flavors(type), list_flavors(updated), "
        "list_secrets(created), list_secrets(id), list_secrets(name), list_secrets(updated)"
    ),
    "0.34.0:0.41.0": "list_runs(build_id), list_runs(deployment_id)",
    "0.34.0:0.63.0": "list_pipelines(version), list_pipelines(version_hash)",
    "0.34.0:0.80.0": (
        "list_deployments(user_id), list_deployments(workspace_id), list_flavors(user_id), "
        "list_flavors(workspace_id), list_secrets(scope), list_secrets(user_id), list_secrets(workspace_id)"
    ),
    "0.34.0:0.90.0": (
        "list_deployments(build_id), list_deployments(pipeline_id), list_deployments(schedule_id), "
        "list_deployments(stack_id)"
    ),
    "0.37.0:": (
        "list_code_repositories(created), list_code_repositories(id), list_code_repositories(name), "
        "list_code_repositories(updated)"
    ),
    "0.37.0:0.80.0": "list_code_repositories(user_id), list_code_repositories(workspace_id)",
    "0.40.0:": "list_stack_components(connector_id)",
    "0.41.0:": (
        "list_pipeline_runs(created), list_pipeline_runs(end_time), list_pipeline_runs(id), list_pipeline_runs(name), "
        "list_pipeline_runs(orchestrator_run_id), list_pipeline_runs(pipeline_id), list_pipeline_runs(start_time), "
        "list_pipeline_runs(status), list_pipeline_runs(updated)"
    ),
    "0.41.0:0.45.2": "list_pipeline_runs(num_steps)",
    "0.41.0:0.50.0": ("list_pipeline_runs(build_id), list_pipeline_runs(schedule_id), list_pipeline_runs(stack_id)"),
    "0.41.0:0.80.0": "list_pipeline_runs(user_id), list_pipeline_runs(workspace_id)",
    "0.41.0:0.90.0": "list_pipeline_runs(deployment_id)",
    "0.45.2:": "list_users(external_user_id)",
    "0.50.0:": (
        "list_model_versions(created), list_model_versions(id), list_model_versions(name), "
        "list_model_versions(number), list_model_versions(stage), list_model_versions(updated), list_models(created), "
        "list_models(id), list_models(name), list_models(updated)"
    ),
    "0.50.0:0.51.0": "list_artifacts(version), list_artifacts(version_number)",
    "0.50.0:0.80.0": (
        "list_model_versions(user_id), list_model_versions(workspace_id), list_models(user_id), "
        "list_models(workspace_id)"
    ),
    "0.51.0:": (
        "list_artifact_versions(artifact_store_id), list_artifact_versions(created), "
        "list_artifact_versions(data_type), list_artifact_versions(id), list_artifact_versions(materializer), "
        "list_artifact_versions(type), list_artifact_versions(updated), list_artifact_versions(uri), "
        "list_artifact_versions(version), list_artifact_versions(version_number)"
    ),
    "0.51.0:0.80.0": (
        "list_artifact_versions(artifact_id), list_artifact_versions(user_id), list_artifact_versions(workspace_id)"
    ),
    "0.54.0:": "list_artifacts(has_custom_name)",
    "0.56.2:": (
        "list_services(created), list_services(id), list_services(model_version_id), list_services(name), "
        "list_services(pipeline_run_id), list_services(updated)"
    ),
    "0.56.2:0.80.0": "list_services(user_id), list_services(workspace_id)",
    "0.56.3:": "list_schedules(run_once_start_time)",
    "0.63.0:": (
        "list_pipelines(latest_run), list_run_templates(created), list_run_templates(id), list_run_templates(name), "
        "list_run_templates(updated)"
    ),
    "0.63.0:0.67.0": "list_run_templates(build_id), list_run_templates(pipeline_id)",
    "0.63.0:0.80.0": "list_run_templates(user_id), list_run_templates(workspace_id)",
    "0.63.0:0.90.0": "list_deployments(template_id)",
    "0.67.0:": "list_pipeline_runs(model_version_id), list_run_steps(model_version_id)",
    "0.68.0:0.90.0": "list_run_steps(deployment_id)",
    "0.72.0:": (
        "list_artifact_versions(tags), list_artifact_versions(user), list_artifacts(latest_version), "
        "list_artifacts(tags), list_code_repositories(user), list_deployments(user), list_flavors(user), "
        "list_model_versions(tags), list_model_versions(user), list_models(latest_version), list_models(tags), "
        "list_models(user), list_pipeline_runs(model), list_pipeline_runs(model_version), "
        "list_pipeline_runs(pipeline), list_pipeline_runs(stack), list_pipeline_runs(tags), list_pipeline_runs(user), "
        "list_pipelines(tags), list_pipelines(user), list_run_steps(user), list_run_templates(tags), "
        "list_run_templates(user), list_schedules(user), list_secrets(user), list_services(user), "
        "list_stack_components(user), list_stacks(user)"
    ),
    "0.72.0:0.74.0": "list_artifacts(workspace)",
    "0.72.0:0.74.0 0.80.0:": "list_artifacts(user)",
    "0.72.0:0.80.0": (
        "list_artifact_versions(workspace), list_code_repositories(workspace), list_deployments(workspace), "
        "list_flavors(workspace), list_model_versions(workspace), list_models(workspace), "
        "list_pipeline_runs(workspace), list_pipelines(workspace), list_run_steps(workspace), "
        "list_run_templates(workspace), list_schedules(workspace), list_secrets(workspace), list_services(workspace), "
        "list_stack_components(workspace), list_stacks(workspace)"
    ),
    "0.72.0:0.91.0": "list_pipeline_runs(tag)",
    "0.80.0:": (
        "list_projects(display_name), list_secrets(private), list_tags(color), list_tags(created), "
        "list_tags(exclusive), list_tags(id), list_tags(name), list_tags(updated), list_tags(user)"
    ),
    "0.85.0:": "list_pipeline_runs(in_progress)",
    "0.90.0:": (
        "list_deployments(deployer_id), list_deployments(name), list_deployments(snapshot_id), "
        "list_deployments(status), list_deployments(tags), list_deployments(url), list_pipeline_runs(snapshot_id), "
        "list_run_steps(snapshot_id), list_snapshots(build_id), list_snapshots(created), list_snapshots(id), "
        "list_snapshots(name), list_snapshots(schedule_id), list_snapshots(source_snapshot_id), list_snapshots(tags), "
        "list_snapshots(updated), list_snapshots(user)"
    ),
    "0.91.0:": (
        "list_deployments(pipeline), list_deployments(snapshot), list_run_steps(cache_expires_at), "
        "list_snapshots(deployment), list_snapshots(pipeline), list_snapshots(stack)"
    ),
    "0.92.0:": "list_flavors(display_name)",
    "0.93.0:": "list_pipeline_runs(index)",
    "0.93.1:": "list_schedules(is_archived)",
    "0.93.3:": (
        "list_services(flavor), list_services(pipeline_name), list_services(pipeline_step_name), list_services(type)"
    ),
    "0.94.0:": "list_run_steps(version)",
    "0.94.4:": "list_pipeline_runs(parent_run_id)",
}

ENUMS = {
    "0.5.0:": "ExecutionStatus(completed), ExecutionStatus(failed), ExecutionStatus(running)",
    "0.5.3:": "ExecutionStatus(cached)",
    "0.45.2:": "ModelStages(archived), ModelStages(none), ModelStages(production), ModelStages(staging)",
    "0.47.0:": "ModelStages(latest)",
    "0.54.0:": "ExecutionStatus(initializing)",
    "0.84.0:": (
        "ExecutionStatus(retried), ExecutionStatus(retrying), ExecutionStatus(stopped), ExecutionStatus(stopping)"
    ),
    "0.85.0:": "ExecutionStatus(provisioning)",
    "0.90.0:": (
        "DeploymentStatus(absent), DeploymentStatus(error), DeploymentStatus(pending), DeploymentStatus(running), "
        "DeploymentStatus(unknown)"
    ),
    "0.94.0:": "ExecutionStatus(skipped)",
    "0.94.1:": "ExecutionStatus(paused), ExecutionStatus(resuming)",
    "0.94.3:": "ExecutionStatus(cancelled), ExecutionStatus(cancelling), ExecutionStatus(queued)",
}

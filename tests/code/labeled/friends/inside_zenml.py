"""Real ZenML code in which other libraries use the same names."""

import mlflow
from mlflow.tracking import MlflowClient
from sklearn.base import ClassifierMixin
from sklearn.pipeline import Pipeline
from zenml import pipeline, step
from zenml.client import Client
from zenml.integrations.mlflow.model_registries import MLFlowModelRegistry


@step
def explain(model: ClassifierMixin, sk_pipeline: Pipeline) -> float:
    scaler = sk_pipeline.steps[0]  #!
    last = sk_pipeline.steps[-1][1]  #!
    named = sk_pipeline.named_steps["scale"]  #!
    model.steps[-1]  #!
    return sum((scaler, last, named))


@step
def register() -> None:
    experiment = Client().active_stack.experiment_tracker
    run = mlflow.get_run("0af3")  #!
    print(run.data, experiment.get_run("x"))  #!
    registry = Client().active_stack.model_registry
    registry.get_model_version(name="credit", version="1")  #!
    MLFlowModelRegistry.get_active_model_registry().get_model_version("credit", "1")  #!
    client = MlflowClient()
    client.get_run("0af3")  #!
    client.get_model_version("credit", "1")  #!


@step
def converse(agent) -> str:
    for action in agent.steps:
        print(action.output)  #!
    answer = agent.run("hello")
    return answer.outputs["answer"]  #!


@pipeline
def training():
    explain()
    register()


def check(runner, layer):
    outcome = runner.invoke(training)
    assert "zenml" in outcome.output  #!
    return layer.output  #!


def newest(client: MlflowClient):
    for _ in range(3):
        runs = client.search_runs(["0"])
    print(runs[0])  #!
    return {run.info.run_name: run for run in runs}["tuned"]  #!


def retried(client: MlflowClient):
    try:
        client.ping()
    except OSError:
        run = client.get_run("0af3")  #!
    while client.busy():
        last_run = client.search_runs(["0"])
    return run.outputs["model"], last_run.steps["fit"]  #!

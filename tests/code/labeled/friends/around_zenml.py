"""Pipelines, runs and steps of other libraries in a file that uses ZenML. Nothing here is ZenML's."""
import os
import pytest
import mlflow
import kfp
from azure.ai.ml import MLClient, dsl
from azureml.core import Experiment, Run, Workspace
from azureml.pipeline.core import PipelineRun, PublishedPipeline
from azure.identity import train_pipeline
from github import Github
from docx import Document
from langchain.chains import some_pipeline
from sklearn.pipeline import Pipeline, make_pipeline
from imblearn.pipeline import make_pipeline as make_imb_pipeline
from transformers import pipeline as hf_pipeline
from src.features import build_pipeline, preprocessing_pipeline
from dagster import DagsterInstance
from kedro.pipeline import node, data_pipeline
from haystack import indexing_pipeline
from prefect import flow
from mlflow.tracking import MlflowClient as Client
from zenml import step, get_step_context
from zenml.client import Client as ZenClient

client = Client()
client.get_run("x")  #!
client.get_model_version("m", "1")  #!
client.list_artifacts("x")  #!
pipe = build_pipeline()
pipe.steps[-1]  #!
pipe.steps["x"]  #!
pipe.named_steps["x"]
pipe.model.predict(1)
preprocessing_pipeline.fit(1).steps[0]  #!
preprocessing_pipeline.steps[-1][1]  #!
preprocessing_pipeline.runs[0]  #!
preprocessing_pipeline.output  #!
preprocessing_pipeline.model.outputs[0]  #!
preprocessing_pipeline.model.output  #!
preprocessing_pipeline.outputs["x"]  #!
train_pipeline.get_runs()[0]  #!
train_pipeline().model.runs[0]  #!
data_pipeline.model.last_run  #!
indexing_pipeline.get_runs()[0]  #!
ws = Workspace.from_config()
exp = Experiment(ws, "x")
exp.get_runs()[0]  #!
list(exp.get_runs())[0].get_steps()  #!
run = PipelineRun(exp, "x")
run.get_steps()[0]  #!
run.find_step_run("x")
run.steps["x"]  #!
ml = MLClient()
ml.jobs.get("x").outputs["y"]  #!
dsl.pipeline(train_pipeline)().outputs["x"]  #!
kfp.Client().get_run("x")  #!
kfp.Client().get_pipeline("x").runs[0]  #!
kfp.Client().list_runs().runs[0]  #!
kfp.Client().list_pipelines().pipelines[0]  #!
docs = Document("x")
docs.paragraphs[0].runs[0]  #!
for p in docs.paragraphs:
    for run in p.runs:
        run.text
    p.runs[0].bold  #!
Github("x").get_repo("a/b").get_workflow("x").get_runs()[0]  #!
DagsterInstance.get().get_runs()[0]  #!
DagsterInstance.get().get_run("x").steps["a"]  #!
hf = hf_pipeline("x")
hf.model.outputs["a"]  #!
hf.model.last_run  #!


@step
def trainer(sk_pipeline: Pipeline, model, run, steps, outputs) -> None:
    sk_pipeline.steps[0]  #!
    model.steps[-1]  #!
    run.steps["a"]  #!
    run.outputs["b"]  #!
    run.output  #!
    steps["x"].output  #!
    outputs["output"]
    mlflow.get_run("x").info  #!
    mlflow.last_active_run().info
    mlflow.search_runs()[0]
    Client().get_run("x")  #!
    run = mlflow.active_run()
    run.steps["x"]  #!


@pytest.fixture
def client_fixture():
    return Client()


def test_one(client_fixture, clean_data, run):
    client_fixture.get_run("x")  #!
    clean_data.get_pipeline("x")  #!
    run.steps["x"]  #!
    result = CliRunner().invoke(cli, [])
    assert "x" in result.output  #!


class Planner:
    def __init__(self, steps, outputs):
        self.steps = steps  #!
        self.outputs = outputs  #!
        self.runs = []  #!

    def go(self):
        self.steps["a"].output  #!
        self.runs.append(1)  #!
        self.runs[0]  #!
        return self.outputs["x"]


Planner({}, {}).steps["x"]  #!
agent = load_agent()
agent.run("q").steps[0].output  #!
response = agent.get_step(name="x")  #!
runs = []
runs.append(agent)
runs[0].steps["a"]  #!
by = {}
by["a"] = agent
by["a"].steps["x"]  #!
steps = {"a": 1}
steps["a"]
"a" in steps
pipelines = {}
pipelines["a"] = pipe
pipelines["a"].runs[0]  #!

"""Clouds and engines with pipelines of their own. The file only mentions zenml."""

import boto3
import kfp
import oci
from aim import Repo
from azure.mgmt.datafactory import DataFactoryManagementClient
from google.adk.tools import ToolContext
from haystack import Pipeline
from kfp.dsl import pipeline
from prefect.client import get_client
from transformers import Trainer
from workflows import PipelineRun, Run, get_pipeline, get_run

codepipeline = boto3.client("codepipeline")
codepipeline.get_pipeline(name="deploy")  #!
codepipeline.get_pipeline_execution(pipelineName="deploy")  #!
factory = DataFactoryManagementClient(None, None)
factory.pipeline_runs.get("group", "factory", "run")  #!
adf = get_client()
adf.get_pipeline_run("run-1")  #!
data_science = oci.data_science.DataScienceClient({})
data_science.get_pipeline_run(pipeline_run_id="ocid1")  #!
data_science.get_pipeline("ocid1")  #!
kubeflow = kfp.Client()
kubeflow.get_pipeline(pipeline_id="1")  #!
kubeflow.get_run(run_id="1").run  #!
kubeflow.list_runs()[0]  #!


@pipeline(name="kubeflow_training")
def kubeflow_training():
    pass


kubeflow_training.model.last_run  #!
kubeflow_training.runs[0]  #!
repo = Repo("/logs")
repo.get_run("hash")  #!
repo.get_runs()[0]  #!
get_pipeline("training").runs[-1]  #!
get_run("run-1").steps["train"]  #!
get_run(run_name="run-1").get_step("train").output  #!
flow = Pipeline()
flow.get_component("x").outputs["answer"]  #!


def tool(context: ToolContext, run: Run, other: PipelineRun, trainer: Trainer):
    context.load_artifact("report.png")  #!
    context.load_artifact(filename="report.png")  #!
    run.steps["plan"].outputs["text"]  #!
    run.get_step("plan").output  #!
    other.steps["plan"]  #!
    trainer.get_step(name="x")  #!
    return other.last_run  #!

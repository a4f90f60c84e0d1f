"""The same names in other libraries. Nothing here is ZenML's, although this file talks of zenml."""

import subprocess

import mlflow
import wandb
from celery.schedules import crontab
from click.testing import CliRunner
from dagster import repository
from docx import Document
from github import Github
from gitlab import Gitlab
from keras.models import Sequential
from langsmith import Client
from mlflow.tracking import MlflowClient
from sklearn.pipeline import Pipeline, make_pipeline
from trulens.core import TruSession

mlflow.get_run("zenml-run")  #!
client = MlflowClient()
client.get_run("0af3")  #!
client.get_run(run_id="0af3").data.metrics  #!
client.get_model_version("credit", "3")  #!
session = TruSession()
session.get_run(run_name="first")  #!


@repository
def jobs():
    return []


jobs.get_pipeline("training")  #!
repo = Github("t").get_repo("zenml-io/zenml")
repo.get_workflow("ci").get_runs()[0]  #!
repo.get_pipeline("x")  #!
project = Gitlab().projects.get(1)
project.get_pipeline(name="deploy")  #!
paragraph = Document("a.docx").paragraphs[0]
paragraph.runs[0].text  #!
paragraph.runs[-1].bold  #!

pipe = Pipeline([("scale", None), ("model", None)])
pipe.steps[-1]  #!
pipe.steps[0][1]  #!
pipe.named_steps["model"]  #!
make_pipeline(None).steps[-1]  #!

tracer = Client()
run = tracer.read_run("1")
run.outputs["answer"]  #!
run.child_runs[0].outputs["answer"]  #!

result = CliRunner().invoke(None)
result.output  #!
try:
    subprocess.check_output(["ls"])
except subprocess.CalledProcessError as error:
    print(error.output)  #!
network = Sequential()
network.layers[0].output  #!
network.output  #!
crontab().last_run_at  #!
api = wandb.Api()
api.run("team/project/1").summary  #!
api.runs("team/project")[0]  #!
api.artifact("model:v1")  #!


class Repository:
    def get_pipeline(self, pipeline_name):
        return self.items[pipeline_name]


own = Repository()
own.get_pipeline(pipeline_name="training")  #!
own.get_pipeline("training").runs[-1]  #!


def plan(agent):
    run = agent.start()
    run.steps["search"].output  #!
    run.get_step(name="search")  #!
    return run.steps[-1]  #!


settings = load_settings()
settings.get_pipeline(pipeline_name="training", country="no")  #!

"""Model versions, stacks and what hangs on them."""

from typing import Annotated

from zenml import Model, get_pipeline_context, get_step_context, pipeline, step
from zenml.artifacts.external_artifact import ExternalArtifact
from zenml.client import Client

MODEL_NAME = "credit_scorer"


@step(model=Model(name="‹credit_scorer›", version="production"))  #= model credit_scorer literal
def promote() -> Annotated[str, "stage"]:
    model = get_step_context().model
    checked = model.get_artifact("‹validation›").load()  #= artifact validation literal
    scaler = model.load_artifact(name="‹scaler›")  #= artifact scaler literal
    run = model.get_pipeline_run("‹credit_training-7›")  #= run credit_training-7 literal
    return str((checked, scaler, run.steps["‹validate›"]))  #= step validate literal /credit_training-7


@pipeline
def inference():
    model = get_pipeline_context().model
    features = ExternalArtifact(pipeline_name="‹credit_features›", artifact_name="‹features›")  #= pipeline credit_features literal; artifact features literal
    return model.get_model_artifact("‹classifier›"), features  #= artifact classifier literal


def main(client: Client = None):
    client = client or Client()
    version = client.get_model_version(‹MODEL_NAME›, "latest")  #= model credit_scorer variable
    data = version.data_artifacts["‹train_set›"]["1"].load()  #= artifact train_set literal
    stack = client.get_stack("‹vertex›")  #= stack vertex literal
    client.activate_stack("‹local›")  #= stack local literal
    again = Model(name=‹MODEL_NAME›).get_artifact("‹report›")  #= model credit_scorer variable; artifact report literal
    client.delete_pipeline_run("‹credit_training-1›")  #= run credit_training-1 literal
    return data, stack, again

"""Serves the newest model."""

import zenml.client
from zenml import get_step_context, load_artifact, pipeline, step
from zenml.client import Client
from zenml.client import Client as ZenClient

STEP_NAME: str = "train"
MODEL_OUTPUT = "model"
PREFIX = "shop"


class Config:
    pipeline_name = "shop_training"
    outputs = {"score": "accuracy"}


@step
def fetch() -> object:
    return (
        Client()
        .get_pipeline("‹shop_training›")  #= pipeline shop_training literal
        .‹last_successful_run›.steps["‹train›"]  #= run ? attribute shop_training; step train literal shop_training
        .outputs["‹model›"][0]  #= output model literal shop_training//train
        .load()
    )


def via_constants():
    run = ZenClient().get_pipeline(name_id_or_prefix=‹Config.pipeline_name›).‹last_run›  #= pipeline shop_training variable; run ? attribute shop_training
    model = run.steps[‹STEP_NAME›].outputs[‹MODEL_OUTPUT›].load()  #= step train variable shop_training; output model variable shop_training//train
    score = run.steps[‹STEP_NAME›].outputs[‹Config.outputs["score"]›][0].load()  #= step train variable shop_training; output accuracy variable shop_training//train
    return model, score


def composed(city):
    client = zenml.client.Client()
    there = client.get_pipeline(‹f"{PREFIX}_{city}"›)  #= pipeline ? variable
    here = client.get_pipeline(‹f"{PREFIX}_training"›)  #= pipeline shop_training variable
    glued = client.get_pipeline(‹PREFIX + "_evaluation"›)  #= pipeline shop_evaluation variable
    return there.runs[‹0›], here.runs[‹0›], glued.‹last_run›  #= run ? index; run ? index shop_training; run ? attribute shop_evaluation


def listing():
    client = Client()
    runs = client.list_pipeline_runs(pipeline_name="‹shop_training›", size=20)  #= pipeline shop_training literal
    newest = runs[‹0›]  #= run ? index shop_training
    also = runs.items[‹0›].steps.get("‹evaluate›")  #= run ? index shop_training; step evaluate literal shop_training
    failed = client.list_pipeline_runs(pipeline="‹shop_training›", status="failed").items  #= pipeline shop_training literal
    print(failed[‹0›].steps["‹train›"].status)  #= run ? index shop_training; step train literal shop_training
    exact = client.list_pipeline_runs(name="‹shop_training-2024_05_01›")[‹0›]  #= run shop_training-2024_05_01 literal; run ? index
    if (found := newest.steps.get("‹train›")) is not None:  #= step train literal shop_training
        print(found.‹output›.load(), also, exact)  #= output ? attribute shop_training//train
    if "‹report›" in newest.steps:  #= step report literal shop_training
        return newest.steps["‹report›"].outputs.get("‹html›")  #= step report literal shop_training; output html literal shop_training//report
    return None


def collected(wanted):
    run = Client().get_pipeline_run("‹shop_training-2024_05_01›")  #= run shop_training-2024_05_01 literal
    values = {name: each.outputs["‹output›"].load() for name, each in run.steps.items() if name in wanted}  #= output output literal /shop_training-2024_05_01
    for name in run.steps:
        print(run.steps[‹name›].‹output›)  #= step ? variable /shop_training-2024_05_01; output ? attribute /shop_training-2024_05_01
    for name, each in run.steps.items():
        if name == "‹train›":  #= step train literal /shop_training-2024_05_01
            print(each.outputs["‹model›"])  #= output model literal /shop_training-2024_05_01/train
    first = list(run.steps.values())[‹0›]  #= step ? index /shop_training-2024_05_01
    return values, first.‹output›.load()  #= output ? attribute /shop_training-2024_05_01


def artifacts():
    client = Client()
    model = client.get_artifact_version("‹shop_model›")  #= artifact shop_model literal
    older = client.get_artifact_version(name_id_or_prefix="‹shop_model›", version="3")  #= artifact shop_model literal
    three = client.get_artifact_version("‹shop_training›::‹train›::‹output›")  #= pipeline shop_training literal; step train literal shop_training; output output literal shop_training//train
    table = load_artifact("‹prices›", version="12")  #= artifact prices literal
    many = client.list_artifact_versions(name="‹prices›").items  #= artifact prices literal
    return model.load(), older, three, table, many


def context():
    here = get_step_context()
    return Client().get_pipeline(‹here.pipeline.name›).‹last_successful_run›.steps["‹train›"]  #= pipeline ? variable; run ? attribute; step train literal


@pipeline
def shop_evaluation():
    fetch()


if __name__ == "__main__":
    run = shop_evaluation()
    mine = Client().get_pipeline_run(‹run.name›)  #= run ? variable shop_evaluation
    print(mine.steps["‹fetch›"].‹output›.load())  #= step fetch literal shop_evaluation; output ? attribute shop_evaluation//fetch
    print(‹shop_evaluation›.model.‹last_run›.steps["‹fetch›"])  #= pipeline shop_evaluation object; run ? attribute shop_evaluation; step fetch literal shop_evaluation
    print(‹shop_evaluation›.model.get_runs()[‹0›])  #= pipeline shop_evaluation object; run ? index shop_evaluation
    print(Client().get_pipeline(‹shop_evaluation.name›).‹last_run›)  #= pipeline shop_evaluation variable; run ? attribute shop_evaluation

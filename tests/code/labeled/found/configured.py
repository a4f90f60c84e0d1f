"""Names that come from arguments, the environment, classes of settings, and texts put together."""

import argparse
import os
from collections import namedtuple, ChainMap
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from types import SimpleNamespace
from typing import Optional, List, Dict, NamedTuple, TypedDict

import click
import typer
from pydantic import BaseModel, Field
from zenml.client import Client

client = Client()
parser = argparse.ArgumentParser()
parser.add_argument("--pipeline", default="training")
parser.add_argument("-s", "--step-name", type=str, default="trainer")
parser.add_argument("run", nargs="?", default="first")
parser.add_argument("--out", dest="output_name", default="model")
parser.add_argument("--unknown")
args = parser.parse_args()
client.get_pipeline(‹args.pipeline›)  #= pipeline training variable
run = client.get_pipeline_run(‹args.run›)  #= run first variable
run.steps[‹args.step_name›].outputs[‹args.output_name›]  #= step trainer variable /first; output model variable /first/trainer
client.get_pipeline(‹args.unknown›)  #= pipeline ? variable
known, rest = parser.parse_known_args()
client.get_pipeline(‹known.pipeline›)  #= pipeline training variable
opts = vars(args)
client.get_pipeline(‹opts["pipeline"]›)  #= pipeline training variable
client.get_pipeline(‹os.environ.get("PIPELINE", "training")›)  #= pipeline training variable
client.get_pipeline(‹os.getenv("PIPELINE", "training")›)  #= pipeline training variable
client.get_pipeline(‹os.environ["PIPELINE"]›)  #= pipeline ? variable
client.get_pipeline(‹os.getenv("PIPELINE")› or "‹training›")  #= pipeline ? variable; pipeline training literal


class Names(str, Enum):
    TRAIN = "training"
    INFER = "inference"


class Plain:
    PIPELINE = "training"
    STEPS = ["trainer", "evaluator"]


@dataclass
class Config:
    pipeline: str = "training"
    step: str = field(default="trainer")


class Settings(BaseModel):
    pipeline: str = "training"
    step: str = Field("trainer", description="x")
    output: str = Field(default="model")


class Pair(NamedTuple):
    pipeline: str
    step: str = "trainer"


ns = SimpleNamespace(pipeline="training", step="trainer")
NAMES = {"train": "training", "infer": "inference"}
STEPS = ["trainer", "evaluator"]
CONFIG = {"pipelines": {"train": {"name": "training"}}}
client.get_pipeline(‹Names.TRAIN›)  #= pipeline training variable
client.get_pipeline(‹Names.TRAIN.value›)  #= pipeline training variable
client.get_pipeline(‹Plain.PIPELINE›).‹last_run›.steps[‹Plain.STEPS[0]›]  #= pipeline training variable; run ? attribute training; step trainer variable training
config = Config()
client.get_pipeline(‹config.pipeline›).‹last_run›.steps[‹config.step›]  #= pipeline training variable; run ? attribute training; step trainer variable training
settings = Settings()
client.get_pipeline(‹settings.pipeline›).‹last_run›.steps[‹settings.step›].outputs[‹settings.output›]  #= pipeline training variable; run ? attribute training; step trainer variable training; output model variable training//trainer
pair = Pair("inference")
client.get_pipeline(‹pair.pipeline›).‹last_run›.steps[‹pair.step›]  #= pipeline inference variable; run ? attribute inference; step trainer variable inference
client.get_pipeline(‹ns.pipeline›).‹last_run›.steps[‹ns.step›]  #= pipeline training variable; run ? attribute training; step trainer variable training
client.get_pipeline(‹NAMES["train"]›).‹last_run›.steps[‹STEPS[0]›]  #= pipeline training variable; run ? attribute training; step trainer variable training
client.get_pipeline(‹NAMES.get("infer")›)  #= pipeline inference variable
client.get_pipeline(‹CONFIG["pipelines"]["train"]["name"]›)  #= pipeline training variable
client.get_pipeline(‹"train" + "ing"›)  #= pipeline training variable
client.get_pipeline(‹"{}_{}".format("training", "v1")›)  #= pipeline training_v1 variable
client.get_pipeline(‹"{0}_{name}".format("training", name="x")›)  #= pipeline training_x variable
client.get_pipeline(‹"%s_pipeline" % "training"›)  #= pipeline training_pipeline variable
client.get_pipeline(‹"%s_%s" % ("a", "b")›)  #= pipeline a_b variable
client.get_pipeline(‹"_".join(["training", "pipeline"])›)  #= pipeline training_pipeline variable
client.get_pipeline(‹"TRAINING".lower()›)  #= pipeline training variable
client.get_pipeline(‹"training".replace("ing", "er")›)  #= pipeline trainer variable
client.get_pipeline(‹f"{STEPS[0]}_pipeline"›)  #= pipeline trainer_pipeline variable
name = "training"
client.get_pipeline(‹f"{name!s}"›)  #= pipeline training variable
client.get_pipeline(‹f"{name:>10}"›)  #= pipeline ? variable
client.get_pipeline(‹f"{name!r}"›)  #= pipeline ? variable
client.get_pipeline(‹f"{name}_{run.id}"›)  #= pipeline ? variable
client.get_pipeline(‹name + suffix›)  #= pipeline ? variable
name += "_v2"
client.get_pipeline(‹name›)  #= pipeline training_v2 variable
fetch = partial(client.get_pipeline, "‹training›")  #= pipeline training literal
fetch().‹last_run›  #= run ? attribute training
getter = client.get_pipeline
getter("‹training›").‹last_run›  #= pipeline training literal; run ? attribute training


def by(pipeline, step):
    return client.get_pipeline(‹pipeline›).‹last_run›.steps[‹step›]  #= pipeline inference variable; run ? attribute inference; step scorer variable inference


scored = partial(by, pipeline="‹inference›")  #= pipeline inference literal
scored(step="‹scorer›").‹output›  #= step scorer literal inference; output ? attribute inference//scorer

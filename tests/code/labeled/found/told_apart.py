"""Values that are told apart: by element, key, case of a match, member of an enum."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypedDict

from zenml.client import Client

client = Client()
pipelines = {name: client.get_pipeline(‹name›) for name in ("training", "inference")}  #= pipeline ? variable
pipelines["inference"].‹last_run›.steps["‹predict›"]  #= run ? attribute inference; step predict literal inference
runs = [each.‹last_run› for each in pipelines.values()]  #= run ? attribute
runs[0].steps["‹train›"]  #= step train literal training
NAMES = {"train": "training", "infer": "inference"}
by_key = {key: client.get_pipeline(‹name›).‹last_run› for key, name in NAMES.items()}  #= pipeline ? variable; run ? attribute
by_key["train"].steps["‹train›"]  #= step train literal training


def pick(kind):
    match kind:
        case "train" | "fit":
            name = "training"
        case "infer":
            name = "inference"
        case _:
            raise ValueError(kind)
    return client.get_pipeline(‹name›).‹last_run›  #= pipeline ? variable; run ? attribute


pick("fit").steps["‹train›"]  #= step train literal training
pick("infer").steps["‹predict›"]  #= step predict literal inference
match client.get_pipeline("‹training›").‹last_run›:  #= pipeline training literal; run ? attribute training
    case None:
        pass
    case newest:
        newest.steps["‹train›"]  #= step train literal training


class Pipelines(str, Enum):
    TRAIN = "training"


class Place(TypedDict):
    pipeline: str
    step: str


@dataclass(frozen=True)
class Location:
    pipeline: str
    step: str = "train"


client.get_pipeline(‹Pipelines["TRAIN"]›).‹last_run›  #= pipeline training variable; run ? attribute training
client.get_pipeline(‹Pipelines("training")›).‹last_run›  #= pipeline training variable; run ? attribute training
place = Place(pipeline="training", step="train")
client.get_pipeline(‹place["pipeline"]›).‹last_run›.steps[‹place["step"]›]  #= pipeline training variable; run ? attribute training; step train variable training
moved = replace(Location("training"), step="evaluate")
client.get_pipeline(‹moved.pipeline›).‹last_run›.steps[‹moved.step›]  #= pipeline training variable; run ? attribute training; step evaluate variable training
listed = list(reversed(["training", "inference"]))
client.get_pipeline(‹listed[0]›).‹last_run›  #= pipeline inference variable; run ? attribute inference
unordered = list({"training", "inference"})
client.get_pipeline(‹unordered[0]›).‹last_run›  #= pipeline ? variable; run ? attribute
for name in listed:
    if name.endswith("ing"):
        chosen = "training"
        break
else:
    chosen = "inference"
client.get_pipeline(‹chosen›).‹last_run›  #= pipeline ? variable; run ? attribute
for name in listed:
    last = name
else:
    last = "training"
client.get_pipeline(‹last›).‹last_run›  #= pipeline training variable; run ? attribute training

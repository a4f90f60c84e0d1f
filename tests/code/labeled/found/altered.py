"""Objects and names that a call changes: arguments, globals, attributes of classes, other names of one object."""

import json

from zenml.client import Client

client = Client()
current = "training"


def choose():
    global current
    current = "inference"


def read_into(options):
    options["pipeline"] = "inference"


def fill(options, given):
    options.update(given)


def only_reads(options):
    options = options or {}
    return options["pipeline"]


client.get_pipeline(‹current›).‹last_run›  #= pipeline ? variable; run ? attribute
options = {"pipeline": "training"}
client.get_pipeline(‹options["pipeline"]›).‹last_run›  #= pipeline training variable; run ? attribute training
only_reads(options)
client.get_pipeline(‹options["pipeline"]›).‹last_run›  #= pipeline training variable; run ? attribute training
read_into(options)
client.get_pipeline(‹options["pipeline"]›).‹last_run›  #= pipeline ? variable; run ? attribute
filled = {}
fill(filled, {"pipeline": "training"})
client.get_pipeline(‹filled["pipeline"]›).‹last_run›  #= pipeline training variable; run ? attribute training
filled.update(step="train")
client.get_pipeline(‹filled["pipeline"]›).‹last_run›.steps[‹filled["step"]›]  #= pipeline training variable; run ? attribute training; step train variable training
names = ["training"]
names.extend(json.load(open("names.json")))
client.get_pipeline(‹names[-1]›).‹last_run›  #= pipeline ? variable; run ? attribute
left = right = {"pipeline": "training"}
right["pipeline"] = "inference"
client.get_pipeline(‹left["pipeline"]›).‹last_run›  #= pipeline ? variable; run ? attribute
client.get_pipeline(‹right["pipeline"]›).‹last_run›  #= pipeline inference variable; run ? attribute inference
REGISTRY = {"pipeline": "training"}
LAST = {}


def register(name):
    REGISTRY["pipeline"] = name
    LAST["run"] = client.get_pipeline("‹training›").‹last_run›  #= pipeline training literal; run ? attribute training


register("inference")
client.get_pipeline(‹REGISTRY["pipeline"]›).‹last_run›  #= pipeline ? variable; run ? attribute
LAST["run"].steps["‹train›"]  #= step train literal training


class Names:
    TRAINING = "training"
    INFERENCE = "inference"

    @classmethod
    def rename(cls):
        cls.INFERENCE = "serving"


client.get_pipeline(‹Names.TRAINING›).‹last_run›  #= pipeline training variable; run ? attribute training
Names.TRAINING = "retraining"
client.get_pipeline(‹Names.TRAINING›).‹last_run›  #= pipeline ? variable; run ? attribute
client.get_pipeline(‹Names.INFERENCE›).‹last_run›  #= pipeline ? variable; run ? attribute


class Loader:
    def __init__(self, name):
        self.name = name
        self.run = None

    def load(self):
        self.run = client.get_pipeline(‹self.name›).‹last_run›  #= pipeline ? variable; run ? attribute
        return self

    def use(self, name):
        self.name = name


loader = Loader("training")
loader.load()
loader.run.steps["‹train›"]  #= step train literal training
Loader("‹inference›").load().run.steps["‹predict›"]  #= pipeline inference literal; step predict literal inference
loader.use("inference")
client.get_pipeline(‹loader.name›).‹last_run›  #= pipeline ? variable; run ? attribute


def enclosing():
    name = "training"

    def change():
        nonlocal name
        name = "inference"

    change()
    return client.get_pipeline(‹name›).‹last_run›  #= pipeline ? variable; run ? attribute


class Report:
    name = "training"


first = second = Report()
first.name = "inference"
client.get_pipeline(‹first.name›).‹last_run›  #= pipeline inference variable; run ? attribute inference
client.get_pipeline(‹second.name›).‹last_run›  #= pipeline ? variable; run ? attribute
third = Report()
setattr(third, "name", "inference")
client.get_pipeline(‹third.name›).‹last_run›  #= pipeline inference variable; run ? attribute inference

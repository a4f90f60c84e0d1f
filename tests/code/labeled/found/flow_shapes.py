"""How values move: branches, handlers, tuples, closures, generators."""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from os import getenv

from zenml.client import Client
from zenml.models import PipelineRunResponse, StepRunResponse


@lru_cache
def client():
    return Client()


def pick(production):
    if production:
        name = "billing"
    else:
        name = "billing_test"
    found = client().get_pipeline(‹name›)  #= pipeline ? variable
    run = found.‹last_successful_run› if production else found.runs[‹0›]  #= run ? attribute; run ? index
    return run.steps["‹load›"]  #= step load literal


def guarded():
    try:
        run = client().get_pipeline("‹billing›").‹last_run›  #= pipeline billing literal; run ? attribute billing
    except KeyError:
        run = None
    if run is None:
        return None
    return run.steps["‹join›"].‹output›.load()  #= step join literal billing; output ? attribute billing//join


def pair():
    pipeline = client().get_pipeline("‹billing›")  #= pipeline billing literal
    return pipeline, pipeline.‹last_run›  #= run ? attribute billing


def unpacked():
    pipeline, run = pair()
    newest, older = pipeline.runs[‹0›], pipeline.runs[‹1›]  #= run ? index billing; run ? index billing
    left, right = (each.steps["‹join›"].‹output›.load() for each in (newest, older))  #= step join literal billing; output ? attribute billing//join
    return run.steps["‹load›"], left, right  #= step load literal billing


def outer():
    run = client().get_pipeline_run("‹billing-3›")  #= run billing-3 literal

    def inner(step_name="load"):
        return run.steps[‹step_name›].‹output›  #= step load variable /billing-3; output ? attribute /billing-3/load

    return inner()


def recent():
    for run in client().list_pipeline_runs(pipeline_name="‹billing›"):  #= pipeline billing literal
        yield run


def walk():
    for run in recent():
        with suppress(KeyError):
            print(run.steps["‹load›"].outputs["‹rows›"])  #= step load literal billing; output rows literal billing//load
    best = max(client().get_pipeline("‹billing›").runs, key=lambda r: r.steps["‹join›"].‹output›.load())  #= pipeline billing literal; step join literal billing; output ? attribute billing//join
    print(best.steps["‹load›"])  #= step load literal billing
    done = list(filter(lambda r: r.status == "completed", client().get_pipeline("‹billing›").get_runs()))  #= pipeline billing literal
    print(done[‹-1›])  #= run ? index billing
    return next(r for r in client().get_pipeline("‹billing›").runs if r.name == "‹billing-1›").steps["‹load›"]  #= pipeline billing literal; run billing-1 literal billing; step load literal billing/billing-1


def annotated(run: PipelineRunResponse, step: StepRunResponse | None = None):
    step = step or run.steps["‹load›"]  #= step load literal
    match step.status:
        case "completed":
            return step.outputs["‹rows›"]  #= output rows literal
        case other:
            return run.steps[‹getenv("FALLBACK", "join")›].outputs, other  #= step join variable


async def later():
    run = (await fetch_run()).steps
    return run["‹load›"]  #= step load literal billing


async def fetch_run():
    return client().get_pipeline("‹billing›").‹last_run›  #= pipeline billing literal; run ? attribute billing


class Dashboard:
    pipeline_name = "billing"

    def __init__(self, step_name: str):
        self._client = Client()
        self.step_name = step_name

    @property
    def run(self):
        return self._client.get_pipeline(‹self.pipeline_name›).‹last_run›  #= pipeline billing variable; run ? attribute billing

    def value(self, key: str = "rows"):
        return self.run.steps[‹self.step_name›].outputs[‹key›][0].load()  #= step load variable billing; output rows variable billing//load


print(Dashboard("‹load›").value())  #= step load literal billing
names = ["load", "join"]
for name in names:
    print(guarded(), Client().get_pipeline_run("‹billing-3›").steps[‹name›])  #= run billing-3 literal; step ? variable /billing-3


@dataclass
class Choice:
    pipeline: str
    step: str = "load"


class Base:
    def __init__(self, choice: Choice):
        self.client = Client()
        self.choice = choice


class Reader(Base):
    def read(self):
        run = self.client.get_pipeline(‹self.choice.pipeline›).‹last_run›  #= pipeline billing variable; run ? attribute billing
        kept = [step for step in run.steps.values() if step.name in ("‹load›", "‹join›")]  #= step load literal billing; step join literal billing
        return run.steps[‹self.choice.step›], kept[‹0›]  #= step load variable billing; step ? index billing


Reader(Choice("billing")).read()


def last_steps():
    if (found := client().get_pipeline("‹billing›")) and (newest := found.‹last_run›) is not None:  #= pipeline billing literal; run ? attribute billing
        return newest.steps["‹load›"]  #= step load literal billing ?


def grown():
    name = "billing"
    if (name := name + "_test") and (name := name + "_2"):
        return client().get_pipeline(‹name›)  #= pipeline billing_test_2 variable


def deep(rows):
    name = "billing"
    for a in rows:
        for b in a:
            for c in b:
                for d in c:
                    for e in d:

                        def own(title):
                            name = title
                            return name

                        client().get_pipeline(‹name›)  #= pipeline billing variable
                        own(e)


def chosen(which, wanted):
    run = client().get_pipeline("‹billing›").‹last_run›  #= pipeline billing literal; run ? attribute billing
    if which == "load":
        return run.steps[‹which›].‹output›  #= step load variable billing; output ? attribute billing//load
    match wanted:
        case "join":
            return run.steps[‹wanted›].‹output›  #= step join variable billing; output ? attribute billing//join
        case "split" if which:
            return run.steps[‹wanted›]  #= step split variable billing
        case "load" | "join":
            return run.steps[‹wanted›]  #= step ? variable billing
        case ["load", *_]:
            return run.steps[‹wanted›]  #= step ? variable billing
    return run.steps[‹wanted›]  #= step ? variable billing

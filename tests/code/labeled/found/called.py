"""Arguments in and results out: defaults, closures, methods, base classes, context managers, coroutines."""

import asyncio
from contextlib import contextmanager
from functools import cached_property, wraps
from zenml.client import Client
from zenml import pipeline, step, get_step_context, get_pipeline_context, Model
from zenml.post_execution import get_pipeline, get_run

c = Client()


def defaulted(name="a"):
    return c.get_pipeline(‹name›)  #= pipeline ? variable


defaulted()
defaulted("‹b›").‹last_run›  #= pipeline b literal; run ? attribute b
defaulted().‹last_run›  #= run ? attribute a


def keyworded(*, pipeline, step="s"):
    return c.get_pipeline(‹pipeline›).‹last_run›.steps[‹step›]  #= pipeline k variable; run ? attribute k; step s variable k


keyworded(pipeline="‹k›").‹output›  #= pipeline k literal; output ? attribute k//s
keyworded(**{"pipeline": "k"})


def outer(pipeline_name):
    def inner(step_name):
        return c.get_pipeline(‹pipeline_name›).‹last_run›.steps[‹step_name›]  #= pipeline out variable; run ? attribute out; step in variable out

    return inner("‹in›")  #= step in literal out


outer("‹out›").‹output›  #= pipeline out literal; output ? attribute out//in
name = "a"
for i in range(3):
    c.get_pipeline(‹name›)  #= pipeline ? variable
    name = "b"
name = "a"
while cond():
    c.get_pipeline(‹name›)  #= pipeline ? variable
    name = next_name()
run = None
for p in c.list_pipelines():
    if run:
        run.steps["‹s›"]  #= step s literal
    run = p.‹last_run›  #= run ? attribute
name = "x"


def shadow(name):
    c.get_pipeline(‹name›)  #= pipeline ? variable


def local():
    name = "loc"
    c.get_pipeline(‹name›)  #= pipeline loc variable


def later():
    c.get_pipeline(‹GLOBAL›)  #= pipeline glob variable


GLOBAL = "glob"
later()
[name for name in ("p", "q")]
c.get_pipeline(‹name›)  #= pipeline x variable
[c.get_pipeline(‹n›) for n in ("p", "q")]  #= pipeline ? variable
try:
    pass
except Exception as name:
    pass
c.get_pipeline(‹name›)  #= pipeline x variable


class C:
    pipeline = "base"

    def get(self):
        return c.get_pipeline(‹self.pipeline›)  #= pipeline base variable


class D(C):
    pipeline = "derived"

    def get2(self):
        return c.get_pipeline(‹self.pipeline›)  #= pipeline derived variable


class E(D):
    def __init__(self, pipeline):
        super().__init__()
        self.name = pipeline

    def get3(self):
        return c.get_pipeline(‹self.name›).‹last_run›  #= pipeline e variable; run ? attribute e


E("‹e›").get3().steps["‹s›"]  #= pipeline e literal; step s literal e


class Base2:
    def __init__(self, name):
        self.name = name
        self.run = c.get_pipeline(‹name›).‹last_run›  #= pipeline sup variable; run ? attribute sup


class Sub(Base2):
    def __init__(self):
        super().__init__("‹sup›")  #= pipeline sup literal

    def load(self):
        return self.run.steps["‹s›"]  #= step s literal sup


Sub().load().‹output›  #= output ? attribute sup//s


class Late:
    def __init__(self):
        self._setup("‹setup›")  #= pipeline setup literal

    def _setup(self, name):
        self.run = c.get_pipeline(‹name›).‹last_run›  #= pipeline setup variable; run ? attribute setup

    def load(self):
        return self.run.steps["‹s›"]  #= step s literal setup

    @cached_property
    def model(self):
        return self.run.steps["‹m›"]  #= step m literal setup

    def use(self):
        return self.model.‹output›  #= output ? attribute setup//m


@contextmanager
def opened(name):
    yield c.get_pipeline(‹name›)  #= pipeline ctx variable


with opened("‹ctx›") as ctx:  #= pipeline ctx literal
    ctx.‹last_run›  #= run ? attribute ctx


async def fetch():
    return c.get_pipeline("‹async›")  #= pipeline async literal


async def main():
    (await fetch()).‹last_run›  #= run ? attribute async
    pipe = await fetch()
    pipe.‹last_run›  #= run ? attribute async
    async for x in agen():
        x.steps["‹s›"]  #= step s literal async
    a, b = await asyncio.gather(fetch(), fetch())
    a.‹last_run›  #= run ? attribute async


async def agen():
    yield (await fetch()).‹last_run›  #= run ? attribute async


asyncio.run(fetch()).‹last_run›  #= run ? attribute async


@step
def trainer(x: int) -> int:
    ctx = get_step_context()
    run = ctx.pipeline_run
    run.steps["‹loader›"].‹output›  #= step loader literal; output ? attribute //loader
    c.get_pipeline(‹ctx.pipeline.name›).‹last_run›  #= pipeline ? variable; run ? attribute
    ctx.model.get_artifact("‹art›")  #= artifact art literal
    return 1


@pipeline
def training():
    trainer(1)
    get_pipeline_context().model.get_artifact("‹art2›")  #= artifact art2 literal


@pipeline(name="renamed")
def other():
    trainer(1)


training()
training.with_options(run_name="x")()
c.get_pipeline("‹training›").‹last_run›.steps["‹trainer›"]  #= pipeline training literal; run ? attribute training; step trainer literal training
run = training()
run.steps["‹trainer›"]  #= step trainer literal training
c.get_pipeline_run(‹run.id›).steps["‹trainer›"]  #= run ? variable training; step trainer literal training
‹other›.model.‹last_run›  #= pipeline renamed object; run ? attribute renamed
c.get_pipeline(‹other.name›)  #= pipeline renamed variable
c.get_pipeline(‹other›)  #= pipeline renamed object
c.get_pipeline(‹training.__name__›)  #= pipeline training variable
conf = training.with_options(config_path="x")
r2 = conf()
r2.steps["‹trainer›"].outputs["‹output›"]  #= step trainer literal training; output output literal training//trainer
if __name__ == "__main__":
    run = c.get_pipeline("‹main›").‹last_run›  #= pipeline main literal; run ? attribute main
    run.steps["‹s›"]  #= step s literal main
Model(name="‹mm›", version="1").get_artifact("‹aa›").load()  #= model mm literal; artifact aa literal


def listed(names):
    [c.get_pipeline("‹l›") for _ in names]  #= pipeline l literal

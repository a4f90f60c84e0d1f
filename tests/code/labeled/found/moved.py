"""How values move: unpacking, loops, lists and dicts that are filled, annotations, lambdas, pages of results."""

from __future__ import annotations

import zenml
import zenml.client
import zenml.post_execution as post
from zenml import client as zclient
from zenml.client import Client as ZenClient
from zenml.client import *
from zenml.models import PipelineRunResponse
from typing import Optional, Iterator, Dict, List, Tuple, TYPE_CHECKING, Any, cast
from itertools import chain, islice

c = ZenClient()
p, r = c.get_pipeline("‹a›"), c.get_pipeline_run("‹r1›")  #= pipeline a literal; run r1 literal
p.‹last_run›.steps["‹s›"]  #= run ? attribute a; step s literal a
r.steps["‹t›"]  #= step t literal /r1
(p, q), z = (c.get_pipeline("‹b›"), 2), 3  #= pipeline b literal
p.‹last_run›  #= run ? attribute b
first, *others = p.runs
first.steps["‹s›"]  #= step s literal b
others[‹0›].steps["‹s›"]  #= run ? index b; step s literal b
*rest, last = p.runs
last.steps["‹s›"]  #= step s literal b
if (w := c.get_pipeline("‹w›").‹last_run›) is not None:  #= pipeline w literal; run ? attribute w
    w.steps["‹s›"]  #= step s literal w
x = y = c.get_pipeline("‹xy›")  #= pipeline xy literal
y.‹last_run›  #= run ? attribute xy
try:
    t = c.get_pipeline("‹one›")  #= pipeline one literal
except KeyError as e:
    t = c.get_pipeline("‹two›")  #= pipeline two literal
else:
    t.‹last_run›  #= run ? attribute one
finally:
    t.‹last_run›  #= run ? attribute
t.‹last_run›  #= run ? attribute
for i, run in enumerate(p.runs):
    run.steps["‹s›"].outputs["‹o›"]  #= step s literal b; output o literal b//s
for a, b in zip(p.runs, y.runs):
    a.steps["‹s›"], b.steps["‹s›"]  #= step s literal b; step s literal xy
for run in reversed(p.runs):
    run.steps["‹s›"]  #= step s literal b
for run in sorted(p.runs, key=lambda r: r.start_time):
    run.steps["‹s›"]  #= step s literal b
for run in p.runs[‹:5›]:  #= run ? index b
    run.steps["‹s›"]  #= step s literal b
for run in chain(p.runs, p.runs):
    run.steps["‹s›"]  #= step s literal b
for run in islice(p.runs, 3):
    run.steps["‹s›"]  #= step s literal b
while p.runs:
    p.‹last_run›  #= run ? attribute b
    break
runs = [run for run in p.runs if run.status == "completed"]
runs[‹0›].steps["‹s›"]  #= run ? index b; step s literal b
models = []
for run in p.runs:
    models.append(run.steps["‹s›"].‹output›)  #= step s literal b; output ? attribute b//s
for m in models:
    m.load()
found = []
for run in p.runs:
    found.append(run)
found[‹0›].steps["‹s›"]  #= run ? index b; step s literal b
by_name = {}
for run in p.runs:
    by_name[run.name] = run
by_name["‹r7›"].steps["‹s›"]  #= run r7 literal b; step s literal b/r7
known = {"a": c.get_pipeline("‹a›"), "b": c.get_pipeline("‹b›")}  #= pipeline a literal; pipeline b literal
known["a"].‹last_run›  #= run ? attribute a
for n, pipe in known.items():
    pipe.‹last_run›  #= run ? attribute
pairs = [(run.name, run) for run in p.runs]
for n, run in pairs:
    run.steps["‹s›"]  #= step s literal b
lookup = dict(pairs)
res = next((run for run in p.runs if run.name == "‹r9›"), None)  #= run r9 literal b
res.steps["‹s›"]  #= step s literal b/r9
zenml.client.Client().get_pipeline("‹dotted›")  #= pipeline dotted literal
zclient.Client().get_pipeline("‹dotted2›")  #= pipeline dotted2 literal
post.get_pipeline("‹post›").runs[‹0›]  #= pipeline post literal; run ? index post
Client().get_pipeline("‹star›")  #= pipeline star literal
zenml.Model(name="‹m›")  #= model m literal
name = "a" if r else "b"
c.get_pipeline(‹name›)  #= pipeline ? variable
c.get_pipeline("‹a›" if r else "‹b›")  #= pipeline a literal; pipeline b literal
for name in ("a", "b"):
    c.get_pipeline(‹name›)  #= pipeline ? variable
for name in ["only"]:
    c.get_pipeline(‹name›)  #= pipeline only variable
typed: PipelineRunResponse = fetch()
typed.steps["‹s›"]  #= step s literal
opt: Optional["PipelineRunResponse"] = None
opt.steps["‹s›"]  #= step s literal
lst: List[PipelineRunResponse] = load()
lst[‹0›].steps["‹s›"]  #= run ? index; step s literal
dct: Dict[str, PipelineRunResponse] = load()
dct["k"].steps["‹s›"]  #= step s literal
tup: Tuple[str, PipelineRunResponse] = load()
tup[1].steps["‹s›"]  #= step s literal
nested: Dict[str, List[PipelineRunResponse]] = load()
nested["k"][‹0›].steps["‹s›"]  #= run ? index; step s literal
ca = cast(PipelineRunResponse, load())
ca.steps["‹s›"]  #= step s literal
ca = cast("PipelineRunResponse", load())
ca.steps["‹s›"]  #= step s literal
assert isinstance(thing, PipelineRunResponse)
thing.steps["‹s›"]  #= step s literal
if isinstance(other, PipelineRunResponse):
    other.steps["‹s›"]  #= step s literal


def stream() -> Iterator[PipelineRunResponse]:
    raise NotImplementedError


for run in stream():
    run.steps["‹s›"]  #= step s literal


def gen():
    yield from p.runs


for run in gen():
    run.steps["‹s›"]  #= step s literal b


def many(*names, **options):
    for name in names:
        c.get_pipeline(‹name›)  #= pipeline ? variable
    return c.get_pipeline(‹options["pipeline"]›)  #= pipeline z variable


many("x", "y", pipeline="‹z›")  #= pipeline z literal


def deco(f):
    return f


@deco
def wrapped():
    return c.get_pipeline("‹wrapped›")  #= pipeline wrapped literal


wrapped().‹last_run›  #= run ? attribute wrapped
get = lambda: c.get_pipeline("‹lam›")  #= pipeline lam literal
get().‹last_run›  #= run ? attribute lam
step_of = lambda run, step: run.steps[step]
step_of(r, "‹s›").‹output›  #= step s literal /r1; output ? attribute /r1/s


class Node:
    run = None

    def set(self, pipeline):
        self.pipeline = c.get_pipeline(‹pipeline›)  #= pipeline cls variable

    def use(self):
        return self.pipeline.‹last_run›  #= run ? attribute

    @staticmethod
    def make(name="static"):
        return c.get_pipeline(‹name›)  #= pipeline static variable

    @classmethod
    def load(cls, name):
        return c.get_pipeline(‹name›)  #= pipeline klass variable


n = Node()
n.set("‹cls›")  #= pipeline cls literal
Node.make().‹last_run›  #= run ? attribute static
Node.load("‹klass›").‹last_run›  #= pipeline klass literal; run ? attribute klass
del p
p.last_run
page = c.list_pipeline_runs(pipeline_name="‹pg›", size=5)  #= pipeline pg literal
page.items[‹0›].steps["‹s›"]  #= run ? index pg; step s literal pg
page[‹0›].steps["‹s›"]  #= run ? index pg; step s literal pg
for run in page.items:
    run.steps["‹s›"]  #= step s literal pg
for run in page:
    run.steps["‹s›"]  #= step s literal pg
if "‹s›" in run.steps:  #= step s literal pg
    pass
if "‹s›" not in run.steps.keys():  #= step s literal pg
    pass
run.steps.get("‹s›").outputs.get("‹o›")  #= step s literal pg; output o literal pg//s
steps = run.steps
s = steps["‹s›"]  #= step s literal pg
outs = s.outputs
outs["‹o›"][0].load()  #= output o literal pg//s
out, = outs.values()
out.load()
getattr(run, "steps")["‹s›"]  #= step s literal pg
list(run.steps.values())[‹-1›].outputs["‹o›"]  #= step ? index pg; output o literal pg
list(run.steps)[-1]
next(iter(run.steps.values())).outputs["‹o›"]  #= output o literal pg
run.steps["‹s›"].run.pipeline.name  #= step s literal pg

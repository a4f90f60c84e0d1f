"""Names that change: counters of loops, globals that functions set, and parameters that only keywords reach."""

from zenml.client import Client

client = Client()
pipe = client.get_pipeline("‹a›")  #= pipeline a literal
runs = pipe.runs
at = 0
while at < 3:
    runs[‹at›].steps["‹s›"]  #= run ? index a; step s literal a
    at += 1
number = 1
for _ in runs:
    runs[‹number›]  #= run ? index a
    number += 1


chosen = client.get_pipeline("‹a›")  #= pipeline a literal


def replace():
    global chosen
    chosen = client.get_pipeline("‹b›")  #= pipeline b literal


replace()
chosen.‹last_run›  #= run ? attribute


def named(first, *rest, name="c", **options):
    return client.get_pipeline(‹name›)  #= pipeline ? variable


named(1, "no name", 3).‹last_run›  #= run ? attribute c
named(1, name="‹d›").‹last_run›  #= pipeline d literal; run ? attribute d


NAME = "then"


def by_default(name=NAME):
    return client.get_pipeline(‹name›)  #= pipeline then variable


made = [lambda name=NAME: client.get_pipeline(‹name›)]  #= pipeline then variable
NAME = "now"
by_default().‹last_run›  #= run ? attribute then
made[0]().‹last_run›  #= run ? attribute then
client.get_pipeline(‹NAME›)  #= pipeline now variable


class Steps:
    def __init__(self, name):
        self.run = client.get_pipeline(‹name›).‹last_run›  #= pipeline e variable; run ? attribute e

    def __getitem__(self, key):
        return self.run.steps[‹key›]  #= step load variable e


steps = Steps("‹e›")  #= pipeline e literal
steps["‹load›"].outputs["‹rows›"]  #= step load literal e; output rows literal e//load


def found(name=None, kind="pipeline", fallback=""):
    if name is None:
        return client.get_pipeline("‹default›").‹last_run›  #= pipeline default literal; run ? attribute default
    if kind == "run":
        return client.get_pipeline_run(‹name›)  #= run ? variable
    elif not fallback:
        return client.get_pipeline(‹name›).‹last_run›  #= pipeline ? variable; run ? attribute
    return client.get_pipeline(‹fallback›).‹last_run›  #= pipeline ? variable; run ? attribute


found().steps["‹s›"]  #= step s literal default
found("‹g›").steps["‹s›"]  #= pipeline g literal; step s literal
found("‹r›", kind="run").steps["‹s›"]  #= run r literal; step s literal
found("‹h›", fallback="‹spare›").steps["‹s›"]  #= pipeline h literal; pipeline spare literal; step s literal


def perhaps(flag):
    name = None
    if flag:
        name = "a"
    if name is None:
        return client.get_pipeline("‹b›")  #= pipeline b literal
    return client.get_pipeline(‹name›)  #= pipeline a variable


perhaps(True).‹last_run›  #= run ? attribute


def last_of(names):
    before = None
    for name in names:
        if before is None:
            found = client.get_pipeline("‹first›")  #= pipeline first literal
        else:
            found = client.get_pipeline("‹later›")  #= pipeline later literal
        before = name
    return found


last_of(["x", "y"]).‹last_run›  #= run ? attribute


def of(name=None):
    return client.get_pipeline(‹name› or "‹f›").‹last_run›  #= pipeline i variable; pipeline f literal; run ? attribute


of().steps["‹s›"]  #= step s literal f
of("‹i›").steps["‹s›"]  #= pipeline i literal; step s literal i

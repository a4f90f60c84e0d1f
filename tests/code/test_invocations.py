"""The steps of the last run that calls and variables in the body of a pipeline denote."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from pipesight.code.document import Document
from pipesight.code.workspace import Workspace

STEPS = """
from typing import Annotated, Tuple
from zenml import pipeline, step
from zenml.steps import BaseStep

@step
def load(n: int = 3) -> list[int]: ...

@step
def split(n: int) -> Tuple[Annotated[int, "train"], Annotated[int, "test"]]: ...

@step
def pair() -> tuple[int, str]: ...

@step
def tell(n: int) -> None: ...

@step(name="renamed")
def other(): ...

class Fit(BaseStep):
    def entrypoint(self) -> Annotated[int, "score"]: ...
"""


def invocations(document: Document) -> list[str]:
    """Return each call and variable with its step or output. `name*` means several steps."""
    lines = document.text.split("\n")
    found: list[str] = []
    for each in document.invocations:
        names = [thing.name or (each.several + "*" if each.several else "?") for thing in each.thing.chain()]
        (line, start), (_, end) = each.span
        found.append(f"{lines[line][start:end]} {'/'.join(names[:-2])}")
    return found


# the body of `@pipeline def p(n)`, and what it denotes
BODIES = [
    ("load(n)", ["load load"]),
    ("data = load(n)\ntell(data)", ["load load", "data output/load", "tell tell", "data output/load"]),
    ("a, b = split(1)", ["split split", "a train/split", "b test/split"]),
    ("a, b = pair()", ["pair pair", "a output_0/pair", "b output_1/pair"]),
    ("load(1)\nload(2)\nload(3)", ["load load", "load load_2", "load load_3"]),
    ('load(1, id="first")\nload(2)\nload(3)', ["load first", "load load", "load load_2"]),
    ("load.with_options(enable_cache=False)(1)", ["load load"]),
    ("quick = load.with_options(enable_cache=False)\nquick(1)\nload(2)", ["quick load", "load load_2"]),
    ("again = load\nagain(1)", ["again load"]),
    ("other()", ["other renamed"]),
    ("f = load.submit(1)\nf.result()", ["load load", "f output/load", "f output/load"]),
    ('a, b = split.submit(1, id="mine").result()', ["split mine", "a train/mine", "b test/mine"]),
    ("a = split(1)[0]", ["split split", "a train/split"]),
    ("d = tell.map(load(1))\ntell(1)", ["tell map:tell:*", "load load", "tell tell_2"]),
    ("if n:\n    tell(1)\ntell.map(load(1))", ["tell tell", "tell map:tell*", "load load"]),
    ("tell.product(n=load(1))", ["tell map:tell:*", "load load"]),
    ("for i in range(n):\n    tell(i)", ["tell tell*"]),
    ("[tell(i) for i in range(n)]", ["tell tell*"]),
    ("if n:\n    load(1)\nelse:\n    tell(1)", ["load load", "tell tell"]),
    ("if n:\n    load(1)\nload(2)", ["load load", "load load*"]),
    ("load(1)\nif n:\n    load(2)", ["load load", "load load_2"]),
    ("def prepare():\n    return load(1)\nprepare()\nload(2)", ["load load*"]),
    ('load(1, id=f"load_{n}")', []),
    ("Fit()()", ["Fit Fit"]),
    ("print(n)\nunknown(1)", []),
]


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_bodies(body: str, expected: list[str]) -> None:
    code = STEPS + "\n@pipeline\ndef p(n: int):\n" + textwrap.indent(body, "    ")

    assert sorted(invocations(Document(None, code))) == sorted(expected)


LEGACY = """
from zenml.pipelines import pipeline, BasePipeline
from zenml.steps import step, Output

@pipeline
def training(importer, trainer):
    data = importer()
    trainer(data)

class Other(BasePipeline):
    def connect(self, importer):
        importer()

@step
def load() -> Output(x=int, y=int): ...

training(importer=load(), trainer=load()).run()
"""


def test_steps_that_the_first_releases_take_as_parameters() -> None:
    assert sorted(invocations(Document(None, LEGACY))) == [
        "data ?/importer",
        "data ?/importer",
        "importer importer",
        "importer importer",
        "trainer trainer",
    ]


def test_steps_of_other_files(tmp_path: Path) -> None:
    (tmp_path / "steps.py").write_text(STEPS)
    head = "from zenml import pipeline\nimport steps\nfrom steps import load as get\n"
    code = head + "@pipeline\ndef p():\n    get(1)\n    steps.load(2)\n"
    (tmp_path / "run.py").write_text(code)

    document = Workspace([tmp_path]).open(str(tmp_path / "run.py"), code)

    assert invocations(document) == ["get load", "load load_2"]


# Outside of pipelines, in the bodies of steps, and of other libraries
SILENT = [
    STEPS + "load(1)",
    STEPS + "def helper():\n    return load(1)",
    STEPS + "@step\ndef outer():\n    load(1)",
    "from prefect import flow as pipeline, task as step\n@step\ndef load(): ...\n@pipeline\ndef p():\n    load()",
]


@pytest.mark.parametrize("code", SILENT)
def test_silent(code: str) -> None:
    assert invocations(Document(None, code)) == []

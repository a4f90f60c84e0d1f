"""A document's answers: variables that hold things, members before the cursor, definitions, cells, silence."""

from __future__ import annotations

import pytest

from pipesight.code.document import Document
from pipesight.code.evaluation.flow import Flow
from pipesight.code.model import Position, Thing
from pipesight.code.syntax.program import Program
from pipesight.zenml.kinds import Kind, Which

HEAD = "from zenml.client import Client\nclient = Client()\n"


def at_cursor(text: str) -> tuple[Document, Position]:
    before, after = text.split("|")
    return Document(None, before + after), Position(before.count("\n"), len(before) - before.rfind("\n") - 1)


@pytest.mark.parametrize(
    ("text", "kind", "name", "variable"),
    [
        ("pipe|line = client.get_pipeline('p')", Kind.PIPELINE, "p", "pipeline"),
        ("p = client.get_pipeline('p')\nrun = p.last_run\nprint(r|un)", Kind.RUN, None, "run"),
        ("run = client.get_pipeline_run('r')\ns = run.steps['a']\n|s.outputs", Kind.STEP, "a", "s"),
        ("for na|me, step in client.get_pipeline_run('r').steps.items():\n    pass", None, None, ""),
        ("for name, st|ep in client.get_pipeline_run('r').steps.items():\n    pass", Kind.STEP, None, "step"),
        ("o = client.get_pipeline_run('r').steps['a'].output\nx = |o.load()", Kind.OUTPUT, None, "o"),
        ("def f(run: PipelineRunResponse):\n    pass\nx = |1", None, None, ""),
        ("class A:\n    def __init__(self):\n        self.run = client.get_pipeline_run('r')\n"
         "    def g(self):\n        return self.ru|n", Kind.RUN, "r", "run"),
    ],
)  # fmt: skip
def test_variables_that_hold_things(text: str, kind: Kind | None, name: str | None, variable: str) -> None:
    document, position = at_cursor(HEAD + text)
    found = document.thing_at(position)
    if kind is None:
        assert found is None
        return
    assert found is not None
    thing, span = found
    assert (thing.kind, thing.name) == (kind, name)
    line = (HEAD + text.replace("|", "")).split("\n")[span.start.line]
    assert line[span.start.column : span.end.column] == variable


def test_a_thing_says_how_it_was_picked() -> None:
    document = Document(None, HEAD + "client.get_pipeline('p').runs[2].steps['s'].output")
    pipeline, run, step, output = (site.thing for site in document.sites)
    assert (run.which, run.index, run.owner) == (Which.INDEX, 2, pipeline)
    assert (output.which, output.owner) == (Which.ONLY, step)
    assert list(output.chain()) == [output, step, run, pipeline]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("client.|", ("client", None)),
        ("client.get_pipe|", ("client", None)),
        ("client.get_pipeline('p').|", ("pipeline", "p")),
        ("client.get_pipeline('p').last_run.steps['a'].|outputs", ("step", "a")),
        ("other.|", None),
    ],
)
def test_the_receiver_before_the_cursor(text: str, expected: tuple[str, str | None] | None) -> None:
    document, position = at_cursor(HEAD + text)
    found = document.receiver_before(position)
    assert (found and (found[0], found[1].name if found[1] else None)) == expected


DEFINITIONS = """
from typing import Annotated, Tuple
from zenml import ArtifactConfig, pipeline, step
from zenml.steps import BaseStep, Output
from zenml.pipelines import BasePipeline
from zenml.pipelines import pipeline as old_pipeline
import functools

@step
def load() -> pd.DataFrame: ...

@step(name="split_data", enable_cache=False)
def split() -> Tuple[Annotated[int, "train"], Annotated[int, ArtifactConfig(name="test")]]: ...

@step
def old() -> Output(accuracy=float, model=object): ...

class Trainer(BaseStep):
    def entrypoint(self) -> Output(weights=int): ...

@pipeline(enable_cache=True)
def training(lr: float = 0.1): ...

@old_pipeline
def legacy(importer, trainer): ...

class Scoring(BasePipeline):
    def connect(self, load): ...

@functools.wraps
def step_like() -> Output(x=int): ...
"""


def test_definitions() -> None:
    document = Document(None, DEFINITIONS)
    found = [(each.kind.value, each.name, each.owner) for each in document.definitions]
    assert found == [
        ("step", "load", None),
        ("step", "split_data", None),
        ("output", "train", "split_data"),
        ("output", "test", "split_data"),
        ("step", "old", None),
        ("output", "accuracy", "old"),
        ("output", "model", "old"),
        ("step", "Trainer", None),
        ("output", "weights", "Trainer"),
        ("pipeline", "training", None),
        ("pipeline", "legacy", None),
        ("step", "importer", None),
        ("step", "trainer", None),
        ("pipeline", "Scoring", None),
    ]
    lines = DEFINITIONS.split("\n")
    for each in document.definitions:
        text = lines[each.span.start.line][each.span.start.column : each.span.end.column]
        assert text == each.name or each.name == "split_data"
        assert each.whole.contains(each.span.start)
    assert lines[document.definitions[1].whole.start.line].startswith("@step(name=")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("load_step = step(load)", [("step", "load", "load")]),
        ("second = step(name='other')(load)", [("step", "other", "load")]),
        ("nightly = zenml.pipeline(name='nightly')(load)", [("pipeline", "nightly", "load")]),
        (
            "@step\ndef split() -> 'Tuple[Annotated[int, \"train\"], int]': ...",
            [("step", "split", "split"), ("output", "train", "train")],
        ),
        ("class Own(BaseStep): ...\nclass Fit(Own): ...", [("step", "Own", "Own"), ("step", "Fit", "Fit")]),
        ("@other\n@step\ndef fit(): ...", [("step", "fit", "fit")]),
        ("NAME = 'fit'\n@step(name=f'{NAME}_2')\nasync def fit(): ...", [("step", "fit_2", "fit")]),
        ("@pipeline\ndef p():\n    fit(id='second')", [("pipeline", "p", "p"), ("step", "second", "second")]),
    ],
)
def test_other_ways_to_define(text: str, expected: list[tuple[str, str, str]]) -> None:
    head = "import zenml\nfrom zenml import pipeline, step\nfrom zenml.steps import BaseStep\ndef load(): ...\n"
    more = "@step\ndef fit(): ...\n" if "id=" in text else ""
    source = head + more + text
    lines = source.split("\n")
    found = [
        (each.kind.value, each.name, lines[each.span.start.line][each.span.start.column : each.span.end.column])
        for each in Document(None, source).definitions
        if each.span.start.line >= (head + more).count("\n")
    ]
    assert found == expected


def test_edits_move_what_stands_below() -> None:
    document = Document(None, HEAD + "client.get_pipeline('p')\n")
    assert document.sites[0].span.start == Position(2, 21)
    document.update("# new\n" + HEAD + "client.get_pipeline('p')\n")
    assert document.sites[0].span.start == Position(3, 21)
    document.update("# new\nclient = None\nclient.get_pipeline('p')\n")
    assert document.sites == ()


def test_the_newest_binding_counts() -> None:
    text = "from mlflow import MlflowClient\nclient = MlflowClient()\nclient.get_pipeline('a')\n" + HEAD
    document = Document(None, text + "client.get_pipeline('b')\nclient = object()\nclient.get_pipeline('c')\n")
    assert [site.name for site in document.sites] == ["b"]


def test_cells_of_a_notebook() -> None:
    document = Document.notebook(None, [("a", HEAD), ("b", "%%bash\necho '"), ("c", "client.get_pipeline('p')")])
    (site,) = document.sites
    assert document.locate(site.span.start) == ("c", Position(0, 21))
    assert document.globalize("c", Position(0, 21)) == site.span.start
    document.update_cell("a", "client = 1")
    assert document.sites == ()
    document.set_cells([("c", "client.get_pipeline('p')"), ("a", HEAD)])
    assert [each.name for each in document.sites] == ["p"]  # nothing binds `client` yet, and the notebook uses ZenML
    with pytest.raises(KeyError):
        document.globalize("b", Position(0, 0))


def test_a_file_without_zenml_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    document = Document(None, "repo.get_pipeline('x').runs[-1]\n")
    parsed: list[Program] = []
    monkeypatch.setattr(Flow, "__init__", lambda _, program, *_args, **_options: parsed.append(program))

    assert not document.uses_zenml
    assert document.sites == ()
    assert document.slot_at(Position(0, 19)) is None
    assert document.thing_at(Position(0, 1)) is None
    assert parsed == []


def test_things_compare_by_what_they_say() -> None:
    first = Document(None, HEAD + "client.get_pipeline('p').last_run").sites[1].thing
    assert first == Document(None, HEAD + "\n\nclient.get_pipeline('p').last_run").sites[1].thing
    assert isinstance(first, Thing)


# a document, and a line that an edit removes. What the line brought must not keep itself alive
REMOVED = [
    (
        HEAD + "c = f\ndef h():\n    global f\n    f = f\n    client.get_pipeline(c)\n    f = 'z'\n",
        "    f = 'z'\n",
    ),
    (
        HEAD + "e = h(1)\ndef h(d):\n    global e\n    e = e or d\n    return client.get_pipeline(e)\nh('z')\n",
        "h('z')\n",
    ),
]


@pytest.mark.parametrize(("text", "line"), REMOVED)
def test_a_global_forgets_what_an_edit_removed(text: str, line: str) -> None:
    document = Document(None, text)
    before = document.sites

    document.update(text.replace(line, ""))

    assert document.sites == Document(None, text.replace(line, "")).sites != before


RUNS = HEAD + "a = client.get_pipeline('p').last_run\nb = client.get_pipeline('q').last_run\n"
# code that changes which entries a dict has, or their order
REORDERED = [
    "runs = {'x': a, 'y': b}\nruns.pop(name)\n",
    "runs = {'x': a, 'y': b}\ndel runs[name]\n",
    "runs = {'x': a, 'y': b}\nruns.popitem()\n",
    "runs = {'x': a}\nif more:\n    runs['y'] = b\n",
    "runs = {each: client.get_pipeline(each).last_run for each in ('p', 'q') if each != 'p'}\n",
]


@pytest.mark.parametrize("code", REORDERED)
@pytest.mark.parametrize("position", [0, -1])
def test_an_entry_of_a_dict_by_its_position_is_uncertain_once_it_may_have_moved(code: str, position: int) -> None:
    step = Document(None, f"{RUNS}{code}list(runs.values())[{position}].steps['s']\n").sites[-1]
    assert len({each.owner for each in step.things}) == 2, "either run"


def test_an_entry_of_a_dict_by_its_position_is_known_if_the_dict_is_as_written() -> None:
    site = Document(None, RUNS + "runs = {'x': a, 'y': b}\nlist(runs.values())[-1].steps['s']\n").sites[-1]
    run = site.thing.owner
    assert (run and run.owner and run.owner.name, site.things) == ("q", ())


@pytest.mark.parametrize("code", ["runs.pop('x')", "del runs['x']", "runs.clear()\nruns['z'] = b"])
@pytest.mark.parametrize("position", [0, -1])
def test_an_entry_that_code_removes_is_gone(code: str, position: int) -> None:
    text = f"{RUNS}runs = {{'x': a, 'y': b}}\n{code}\nlist(runs.values())[{position}].steps['s']\n"
    run = Document(None, text).sites[-1].thing.owner
    assert (run and run.owner and run.owner.name) == "q"


@pytest.mark.parametrize("other", ["other = runs\n", "def same():\n    return runs\nother = same()\n"])
def test_two_variables_hold_the_same_list_also_after_edits(other: str) -> None:
    """The list of the edited line equals the one before, but only code that runs again finds the same object."""
    text = f"{RUNS}runs = [a]\n{other}other[0] = b\nruns[0].steps['s']\n"
    document = Document(None, text)
    assert document.sites
    for line in ("runs = [a]", "other[0] = b"):
        text = text.replace(line, line.replace(" = ", "  =  "))
        document.update(text)
        assert document.sites == Document(None, text).sites


def test_a_second_variable_for_a_list_that_later_code_changes_can_be_inserted() -> None:
    document = Document(None, f"{RUNS}runs = [a]\nruns[0] = b\nother[0].steps['s']\n")
    assert document.sites
    text = f"{RUNS}runs = [a]\nother = runs\nruns[0] = b\nother[0].steps['s']\n"
    document.update(text)
    assert document.sites == Document(None, text).sites

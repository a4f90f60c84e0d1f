"""Code that may denote several things: all of them are shown, and no diagnostic is about only one of them."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from pipesight.features.completion import complete
from pipesight.features.definition import definition
from pipesight.features.diagnostics import reported
from pipesight.features.hover import hover
from pipesight.features.inlay_hints import inlay_hints
from pipesight.features.references import references
from pipesight.workspace.target import target_at

from .conftest import Desk

EITHER = """from zenml.client import Client
client = Client()
name = "training_pipeline" if daily else "report_pipeline"
"""


def labels(desk: Desk, marked: str) -> list[str]:
    view, position = desk.at(EITHER + marked)
    found = complete(desk.context, view, position)
    return [item.label for item in found.items] if found is not None else []


def test_completion_offers_the_names_of_each(desk: Desk) -> None:
    offered = labels(desk, 'client.get_pipeline(name).last_run.steps["|"]')

    assert {"train", "write"} <= set(offered)
    assert len(offered) == len(set(offered))


def test_the_order_of_the_branches_does_not_count(desk: Desk) -> None:
    swapped = EITHER.replace("training", "x").replace("report", "training").replace("x_", "report_")
    view, position = desk.at(swapped + 'client.get_pipeline(name).last_run.steps["|"]')
    found = complete(desk.context, view, position)

    assert found is not None
    assert {item.label for item in found.items} == set(labels(desk, 'client.get_pipeline(name).last_run.steps["|"]'))


@pytest.mark.parametrize("marked", ["client.get_pipeline(na|me)", "client.get_pipeline(name).last|_run"])
def test_hover_shows_each(desk: Desk, marked: str) -> None:
    view, position = desk.at(EITHER + marked)
    at = target_at(desk.context, view, position)
    shown = hover(desk.context, at) if at is not None else None

    assert shown is not None
    assert "training_pipeline" in str(shown.contents)
    assert "report_pipeline" in str(shown.contents)


def test_definition_leads_to_each(desk: Desk) -> None:
    view, position = desk.at(EITHER + "client.get_pipeline(na|me)")

    assert len(definition(desk.context, view, position) or []) == 2


def test_references_count_a_variable_for_each(desk: Desk) -> None:
    view, position = desk.at(EITHER + 'client.get_pipeline(name)\nclient.get_pipeline("report_pip|eline")')

    found = references(desk.context, view, position, declaration=False) or []

    assert [place.range.start.line for place in found if place.uri == view.uri] == [3, 4]


@pytest.mark.parametrize(
    "code",
    [
        "client.get_pipeline(name).last_run",
        'client.get_pipeline(name).last_run.steps["wrte"]',
        "client.get_pipeline(name).runs[-1]",
    ],
)
def test_nothing_is_said_of_one_alone(desk: Desk, code: str) -> None:
    view = desk.type(EITHER + code)
    everything = lsp.Range(lsp.Position(0, 0), lsp.Position(9, 0))

    assert inlay_hints(desk.context, view, everything).items == []
    assert [each.code for each in reported(desk.context, view)] == []


LOOPED = [
    ('for name in ("train", "nope"):\n    run.steps[name]', ["nope"]),
    ('for name in ["train", "nope", "a", "evaluate", "b", "c"]:\n    run.steps[name].outputs', ["nope", "a", "b", "c"]),
    ('found = {name: run.steps[name] for name in ("train", "nope")}', ["nope"]),
    ('NAMES = ("train", "nope")\nfor name in NAMES:\n    run.steps[name]\n    run.steps[name].outputs', ["nope"]),
    ('for index, name in enumerate(["train", "nope"]):\n    run.steps[name]', ["nope"]),
    ('for name, output in (("train", "model"), ("nope", "model")):\n    run.steps[name].outputs[output]', ["nope"]),
    ('for name, output in {"train": "model", "nope": "x"}.items():\n    run.steps[name].outputs[output]', ["nope"]),
    ('for name in ("training_pipeline", "nowhere"):\n    client.get_pipeline(name)', ["nowhere"]),
    ('for name in ("train", "nope"):\n    if name in run.steps:\n        run.steps[name]', []),
    ('for name in ("train", "nope"):\n    if name not in run.steps:\n        continue\n    run.steps[name]', []),
    ('for name in ("train", "nope"):\n    if name == "train":\n        run.steps[name]', []),
    ('for name in ("train", "nope"):\n    try:\n        run.steps[name]\n    except KeyError:\n        pass', []),
    ('for name in ("train", "nope"):\n    run.steps.get(name)', []),
    ('found = [run.steps[name] for name in ("train", "nope") if name in run.steps]', []),
    ('name = "train" if test else "nope"\nrun.steps[name]', []),
]


@pytest.mark.parametrize(("code", "unknown"), LOOPED)
def test_a_loop_uses_each_literal(desk: Desk, code: str, unknown: list[str]) -> None:
    start = "from zenml.client import Client\nclient = Client()\nrun = client.get_pipeline_run('first_training')\n"
    view = desk.type(start + code)

    said = [view.document.text_at(finding.span) for finding in reported(desk.context, view)]

    assert said == unknown

"""Hovers and lenses show what a run recorded."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pipesight.features.code_lens import code_lenses
from pipesight.features.completion import complete
from pipesight.features.hover import hover
from pipesight.workspace.target import target_at
from tests.features.conftest import Desk

HEAD = "from zenml.client import Client\nclient = Client()\n"

HOVERS = [
    # a run that failed says why and where, and what it logged
    (
        'client.get_pipeline_run("training_03|")',
        ("Step fit failed: ValueError: math domain error (go_record.py, line 59)", "Tags: nightly", "budget    0.4"),
    ),
    # the step that failed says it as well, and a step says what went in
    (
        'client.get_pipeline_run("training_03").steps["fit|"]',
        ("failed", "ValueError: math domain error (go_record.py, line 59)", "Inputs: data"),
    ),
    # an output says what was logged with it, and what took it
    (
        'client.get_pipeline_run("training_11").steps["load_rows"].outputs["table|"]',
        ("Consumed by: apply, fit",),
    ),
    # a version belongs to one run, and an artifact without a version is the newest
    ('client.get_artifact_version("accuracy|", version="11")', ("version 11", "From step fit, run training_11")),
    ('client.get_artifact_version("accuracy|")', ("version 11", "Newest: step fit, run training_11")),
]


@pytest.mark.parametrize(("marked", "said"), HOVERS)
def test_a_hover_tells_the_record(desk_of: Callable[[str], Desk], marked: str, said: tuple[str, ...]) -> None:
    desk = desk_of("0.98.0-record")
    view, position = desk.at(HEAD + marked)
    at = target_at(desk.context, view, position)
    assert at is not None
    shown = hover(desk.context, at)

    assert shown is not None
    text = str(shown.contents)
    assert [part for part in said if part not in text] == []


LENSES = [
    (
        'client.get_pipeline_run("training_03")',
        r"failed .* ago · .* s · ValueError: math domain error \(go_record.py, line 59\)",
    ),
    ('client.get_pipeline_run("training_03").steps["fit"]', r"failed .* · ValueError: math domain error"),
    ('client.get_pipeline("training")', r"12 runs · last run completed"),
]


@pytest.mark.parametrize(("code", "title"), LENSES)
def test_a_lens_tells_why_a_run_failed(desk_of: Callable[[str], Desk], code: str, title: str) -> None:
    desk = desk_of("0.98.0-record")
    lenses = code_lenses(desk.context, desk.type(HEAD + code)).items

    titles = [lens.command.title for lens in lenses if lens.command is not None]
    assert len(titles) == 1
    assert re.search(title, titles[0])


RUN = 'run = client.get_pipeline_run("training_11")\n'
# code, the keys that are offered, with the value of the first
KEYS = [
    ('run.run_metadata["|"]', ["budget"], "1.2"),
    ("run.run_metadata[|]", ["budget"], "1.2"),
    ('client.get_pipeline("training").last_run.run_metadata["|"]', ["budget"], "1.2"),
    ('for each in client.get_pipeline("training").runs:\n    each.run_metadata["|"]', ["budget"], "1.2"),
    ('run.steps["fit"].run_metadata["|"]', ["epochs", "loss", "schedule"], "4"),
    ('run.steps["fit"].config.parameters["|"]', ["fail", "rate"], "false"),
    ('run.steps["fit"].config.parameters.get("|")', ["fail", "rate"], "false"),
    ('step = run.steps["fit"]\nname = step.config\nname.parameters["r|"]', ["fail", "rate"], "false"),
    ('run.steps["judge"].config.parameters["|"]', [], ""),
]


@pytest.mark.parametrize(("marked", "keys", "value"), KEYS)
def test_the_keys_of_what_is_recorded_are_offered(
    desk_of: Callable[[str], Desk], marked: str, keys: list[str], value: str
) -> None:
    desk = desk_of("0.98.0-record")
    answer = complete(desk.context, *desk.at(HEAD + RUN + marked))

    assert answer is not None
    items = sorted(answer.items, key=lambda each: each.label)
    assert [each.label for each in items] == keys
    assert not items or value in str(items[0].detail)


def test_the_keys_of_an_artifact_are_those_of_its_version(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-record")
    for code in (
        'run.steps["load_rows"].outputs["table"][0].run_metadata["|"]',
        'client.get_artifact_version("table").run_metadata["|"]',
    ):
        answer = complete(desk.context, *desk.at(HEAD + RUN + code))

        assert answer is not None
        assert {"rows", "origin"} <= {each.label for each in answer.items}


def test_a_key_of_metadata_hides_no_fact_of_its_run(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-record")
    code = 'client.get_pipeline_run("training_11").run_metadata["budget"]'
    view = desk.type(HEAD + code)

    assert [site.kind for site in view.document.sites] == ["run"]
    assert len(code_lenses(desk.context, view).items) == 1

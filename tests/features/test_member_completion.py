"""Completion of members of ZenML's objects, as the installed release has them, if the setting is on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipesight.features.completion import complete
from pipesight.settings import CompletionSettings
from pipesight.zenml.releases import Release

from .conftest import Desk

LEGACY = 'from zenml.repository import Repository\npipeline = Repository().get_pipeline("training_pipeline")\n'
MODERN = 'from zenml.client import Client\nrun = Client().get_pipeline("training_pipeline").last_run\n'

OFFERED = [
    (LEGACY + "pipeline.|", None, {"runs", "get_run", "last_run"}, set[str]()),
    (LEGACY + "pipeline.ru|", (0, 13, 2), {"runs", "get_run"}, {"last_run", "last_successful_run"}),
    (MODERN + "run.|", (0, 98, 0), {"steps", "status"}, {"get_step"}),
    (MODERN + 'run.steps["train"].out|', (0, 98, 0), {"outputs", "output"}, {"get_output"}),
]


@pytest.mark.parametrize(("marked", "release", "offered", "missing"), OFFERED)
def test_members(desk: Desk, marked: str, release: Release | None, offered: set[str], missing: set[str]) -> None:
    desk.context.settings = replace(desk.context.settings, completion=CompletionSettings(members=True))
    desk.context.zenml = release

    answer = complete(desk.context, *desk.at(marked))

    labels = {item.label for item in answer.items} if answer else set[str]()
    assert offered <= labels
    assert not missing & labels


@pytest.mark.parametrize("marked", [MODERN + "run.|", "import mlflow\nrun = mlflow.active_run()\nrun.|"])
def test_silence_unless_asked_for(desk: Desk, marked: str) -> None:
    assert complete(desk.context, *desk.at(marked)) is None

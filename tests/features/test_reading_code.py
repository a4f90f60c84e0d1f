"""The code to copy that reads something in the history runs with the project's ZenML release."""

from __future__ import annotations

import ast

import pytest

from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.reading_code import reading_code
from pipesight.zenml.releases import Release

from .conftest import Desk

PIPELINE = HistoryPath(pipeline="training")
RUN = HistoryPath(pipeline="training", run="first")
OUTPUT = HistoryPath(pipeline="training", run="first", step="train", output="model")
ODD = HistoryPath(run="first", step="train", output="output 0")

CODE: list[tuple[Release, HistoryPath, str, str]] = [
    ((0, 98), PIPELINE, "from zenml.client import Client", 'pipeline = Client().get_pipeline("training")'),
    ((0, 98), RUN, "from zenml.client import Client", 'run = Client().get_pipeline_run("first")'),
    (
        (0, 98),
        OUTPUT,
        "from zenml.client import Client",
        'model = Client().get_pipeline_run("first").steps["train"].outputs["model"][0].load()',
    ),
    (
        (0, 55, 5),
        ODD,
        "from zenml.client import Client",
        'value = Client().get_pipeline_run("first").steps["train"].outputs["output 0"].load()',
    ),
    (
        (0, 40, 2),
        OUTPUT,
        "from zenml.post_execution import get_pipeline",
        'model = get_pipeline("training").get_run("first").get_step("train").outputs["model"].read()',
    ),
    (
        (0, 40, 2),
        ODD,
        "from zenml.post_execution import get_run",
        'value = get_run("first").get_step("train").outputs["output 0"].read()',
    ),
    (
        (0, 13, 2),
        OUTPUT,
        "from zenml.repository import Repository",
        'model = Repository().get_pipeline(pipeline_name="training").get_run("first").get_step("train")'
        '.outputs["model"].read()',
    ),
]


@pytest.mark.parametrize(("release", "path", "imported", "statement"), CODE)
def test_the_installed_release_decides(
    desk: Desk, release: Release, path: HistoryPath, imported: str, statement: str
) -> None:
    assert reading_code(desk.context.history, path, release) == f"{imported}\n\n{statement}\n"


def test_else_the_release_of_the_store_decides(desk: Desk) -> None:
    assert "[0].load()" in reading_code(desk.context.history, OUTPUT, None)


@pytest.mark.parametrize("name", ['a "b" \\ \n\r', "ü \u2028 🙂", "\u202e turned"])
def test_any_name_stays_the_name_it_is(desk: Desk, name: str) -> None:
    code = reading_code(desk.context.history, HistoryPath(pipeline=name), (0, 98))

    assert [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)] == [name]

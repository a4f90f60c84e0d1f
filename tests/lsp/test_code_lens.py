"""Code lenses through the protocol: above statements and above definitions."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest

from tests.waiting import until

from .conftest import Editor
from .test_completion import LEGACY, MODERN

NEWEST, OLDEST = "training_pipeline-2026_11_23-04_15_32_745695: ", "first_training: "
ABOVE = [
    (LEGACY, 2, r"4 runs · last run completed .* ago · [\d.]+ s"),
    (LEGACY, 3, r"completed .* ago · [\d.]+ s"),
    (LEGACY, 4, r"completed .* · (accuracy|model|params), "),
    (LEGACY + "newest = pipeline.runs[-1]", 5, NEWEST + "completed"),
    (LEGACY + "oldest = pipeline.runs[0]", 5, OLDEST + "completed"),
    (MODERN, 1, NEWEST + "completed"),
    (MODERN.replace("last_run", "runs[0]"), 1, NEWEST + "completed"),
    ("from zenml import pipeline\n@pipeline\ndef training_pipeline(): ...", 2, r"4 runs · last run completed"),
    ("from zenml import step\n@step\ndef train() -> float: ...", 2, r"completed"),
]


@pytest.mark.parametrize(("text", "line", "title"), ABOVE)
@pytest.mark.depends_on("inlay_hints")
async def test_titles(editor: Editor, text: str, line: int, title: str) -> None:
    if editor.name == "vscode":
        title = title.removeprefix(NEWEST).removeprefix(OLDEST)  # there an inlay hint names the run
    editor.open(text)

    async def titles() -> list[str]:
        return [lens.command.title for lens in await editor.lenses() if lens.range.start.line == line and lens.command]

    shown = await until(titles, lambda titles: any(re.match(title, found) for found in titles))
    assert any(re.match(title, found) for found in shown), shown


@pytest.mark.depends_on("refresh_code_lens")
async def test_a_lens_shows_the_value_once_it_is_read(editor: Editor) -> None:
    editor.open(LEGACY + 'accuracy = step.outputs["accuracy"].read()')

    async def titles() -> list[str]:
        return [lens.command.title for lens in await editor.lenses() if lens.command]

    shown = await until(titles, lambda titles: any(title.startswith("accuracy: 0.9") for title in titles))
    assert any(title.startswith("accuracy: 0.9") for title in shown), shown


@pytest.mark.depends_on("panel")
async def test_clicking_a_lens_reads_the_output(editor: Editor) -> None:
    editor.open(LEGACY + 'data = run.get_step("load_data").outputs["test"].read()')
    lenses = await until(editor.lenses)  # there are none while the file is analyzed
    command = lenses[-1].command
    assert command is not None
    assert command.arguments is not None

    argument = cast("dict[str, Any]", command.arguments[0])

    result = await editor.execute(command.command, argument)

    assert result["title"] == "test"
    assert result["preview"]["table"]["total"] == 60


@pytest.mark.parametrize("text", ['import mlflow\nrun = mlflow.get_run("first_training")', "x = 1", ""])
async def test_silence(editor: Editor, text: str) -> None:
    assert await editor.lenses(text) == []

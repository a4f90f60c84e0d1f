"""Hover through the protocol, over each kind of name."""

from __future__ import annotations

import pytest

from .conftest import Editor
from .test_completion import LEGACY, MODERN

SAID = [
    (LEGACY.replace('"training_pipeline"', '"training_|pipeline"'), ["training_pipeline", "4 runs", "weak_model"]),
    (LEGACY.replace('"first_training"', '"first_|training"'), ["first_training", "completed", "load_data", "train"]),
    (LEGACY.replace('"train"', '"tr|ain"'), ["train", "completed", "accuracy", "LogisticRegression", "strength"]),
    (LEGACY + 'step.outputs["accu|racy"].read()', ["accuracy", "float", "0.9"]),
    (LEGACY + 'step.outputs["par|ams"].read()', ["params", "dict", "max_iter", "lbfgs"]),
    (LEGACY + 'run.get_step(name="load_data").outputs["te|st"].read()', ["DataFrame", "sepal length (cm)", "60"]),
    (MODERN + 'run.steps["evaluate"].outputs["conf|usion"]', ["ndarray", "int64", "(3, 3)"]),
    (LEGACY + 'step.outputs["mo|del"].read()', ["model", "LogisticRegression", "sklearn.linear_model"]),
    (LEGACY + "pri|nt(step)\nst|ep".replace("pri|nt", "print"), ["train", "first_training"]),
    (MODERN.replace("last_run", "last_r|un"), ["training_pipeline", "completed"]),
]


@pytest.mark.parametrize(("text", "facts"), SAID)
@pytest.mark.depends_on("hover_format", "panel")
async def test_facts(editor: Editor, text: str, facts: list[str]) -> None:
    said = await editor.hover(text, *facts)

    assert said is not None
    assert [fact for fact in facts if fact not in said] == []


@pytest.mark.parametrize(
    "text",
    [
        'import mlflow\nmlflow.get_run("first_tr|aining")',
        "import click\nresult = click.testing.CliRunner().invoke(main)\nresult.out|put",
        'from zenml.client import Client\nname = "training_pip|eline"',
    ],
)
async def test_silence(editor: Editor, text: str) -> None:
    assert await editor.hover(text) is None


async def test_a_name_that_the_history_lacks_is_said_to_be_missing(editor: Editor) -> None:
    said = await editor.hover(MODERN.replace("training_pipeline", "traning_pipe|line"), "Not in the history")

    assert said is not None
    assert "Not in the history" in said

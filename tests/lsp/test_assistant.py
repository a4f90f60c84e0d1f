"""The tools for assistants through the protocol, as VS Code calls them: without the SDK."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Editor

TRAINING = {"pipeline": "training_pipeline", "run": "first_training"}


async def called(editor: Editor, tool: str, **arguments: object) -> Any:
    """Return the answer of the tool: the data of its text, or the error."""
    answer = await editor.execute("pipesight.callTool", {"tool": tool, "arguments": arguments})
    return json.loads(answer["text"]) if "text" in answer else answer


async def test_a_tool_answers_from_the_history_of_the_editor(editor: Editor) -> None:
    page = await called(editor, "list_runs", pipeline="training_pipeline", limit=1)
    assert page["total"] == 4
    assert page["next_step"] == "There are 3 more. Call again with offset=1."

    value = await called(editor, "read_output", **TRAINING, step="train", output="accuracy")
    assert "problem" not in value, value
    assert value["from_history"]["value"] == 0.9889


async def test_code_is_checked_against_the_workspace(editor: Editor) -> None:
    code = "from zenml.client import Client\n\nClient().get_pipeline('trainin_pipeline')\n"
    (problem,) = (await called(editor, "check_code", code=code))["from_history"]

    assert (problem["line"], problem["code"]) == (3, "unknown-name")


async def test_a_picture_comes_beside_the_text(editor: Editor) -> None:
    names = {"pipeline": "report_pipeline", "run": "first_report", "step": "draw", "output": "scatter"}
    answer = await editor.execute("pipesight.callTool", {"tool": "read_output", "arguments": names})

    assert answer["picture"]["mime"] == "image/png"
    assert answer["picture"]["data"] not in answer["text"]


WRONG = [
    ("list_run", {}, "There is no tool 'list_run'. There are: list_pipelines, list_runs,"),
    ("list_runs", {}, "list_runs needs the argument 'pipeline'. Its arguments are: pipeline, status,"),
    ("list_runs", {"pipeline": "x", "page": 1}, "list_runs has no argument 'page'."),
    ("list_runs", {"pipeline": 1}, "The argument 'pipeline' is not a text."),
    ("list_pipelines", {"limit": 1000}, "The argument 'limit' is greater than 100."),
    ("list_pipelines", {"limit": 0}, "The argument 'limit' is less than 1."),
    ("list_pipelines", {"limit": True}, "The argument 'limit' is not a whole number."),
    ("find_names", {"query": "", "kind": "word"}, "The argument 'kind' is none of: pipeline, run, step,"),
    ("check_code", {"code": "x" * 200_001}, "The argument 'code' is longer than 200,000 characters."),
    ("list_runs", {"pipeline": "trainin_pipeline"}, "Did you mean 'training_pipeline'?"),
]


@pytest.mark.parametrize(("tool", "arguments", "said"), WRONG)
async def test_a_wrong_call_says_what_is_right(editor: Editor, tool: str, arguments: dict[str, Any], said: str) -> None:
    assert said in (await called(editor, tool, **arguments))["problem"]

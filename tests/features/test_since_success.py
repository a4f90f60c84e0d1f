"""The code action that compares a run with the last success: where it is offered, and for which run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lsprotocol import types as lsp

from pipesight.features.code_actions import code_actions
from pipesight.history.model import Status
from tests.examples import mostly_slow

from .conftest import Desk

TITLE = "What changed since the last successful run?"
MODERN = "from zenml.client import Client\nclient = Client()\n"
LEGACY = "from zenml.repository import Repository\nrepo = Repository()\n"
STEP = "from zenml import step\n@step\ndef wri|te() -> int:\n    return 1\n"


def offered(desk: Desk, marked: str) -> dict[str, object] | None:
    """Return the argument of the action's command, None if the action is not offered at the cursor."""
    view, position = desk.at(marked)
    asked = lsp.CodeActionContext(diagnostics=[])
    actions = code_actions(desk.context, view, lsp.Range(position, position), asked) or []
    commands = [each.command for each in actions if isinstance(each, lsp.CodeAction) and each.title == TITLE]
    (command,) = commands or [None]
    assert command is None or command.command == "pipesight.compareRuns"
    return command.arguments[0] if command is not None and command.arguments else None


@pytest.mark.parametrize(
    "code",
    [
        MODERN + 'client.get_pipeline("report_|pipeline")',
        MODERN + 'client.get_pipeline("report_pipeline").last_|run',
        MODERN + 'run = client.get_pipeline("report_pipeline").last_run\nrun.steps["wri|te"]',
        MODERN + 'client.get_pipeline_run("broken_report").steps["wri|te"]',
        LEGACY + 'repo.get_pipeline("report_|pipeline")',
        STEP,
    ],
)
def test_at_a_pipeline_its_last_run_and_a_failed_step(desk: Desk, code: str) -> None:
    argument = offered(desk, code)

    assert argument is not None
    assert (argument["pipeline"], argument["right"]) == ("report_pipeline", "broken_report")


@pytest.mark.parametrize(
    "code",
    [
        MODERN + 'client.get_pipeline("report_pipeline").last_successful_|run',
        MODERN + 'client.get_pipeline_run("first_rep|ort")',  # nothing succeeded before
        MODERN + 'client.get_pipeline_run("broken_report").steps["dr|aw"]',  # it did not fail
        MODERN + 'client.get_pipeline("no_such_|pipeline")',
        MODERN + 'other.get_pipeline("report_|pipeline")',
        'print("report_|pipeline")',
    ],
)
def test_silence_where_there_is_no_answer(desk: Desk, code: str) -> None:
    assert offered(desk, code) is None


@pytest.mark.parametrize("name", mostly_slow(["0.98.0-record", "0.41.0", "legacy-0.7.3"], quick=("0.98.0-record",)))
def test_the_run_before_is_the_newest_that_succeeded(desk_of: Callable[[str], Desk], name: str) -> None:
    history = desk_of(name).context.history
    for run in history.runs():
        runs = [each for each in history.runs(run.pipeline) if each.start and run.start and each.start < run.start]
        expected = next((each for each in runs if each.status in (Status.COMPLETED, Status.CACHED)), None)
        assert history.success_before(run) == expected
    assert any(history.success_before(run) for run in history.runs())

"""Code actions: the text after each fix, the run's own name, and the commands of code lenses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lsprotocol import types as lsp

from pipesight.features.code_actions import code_actions
from pipesight.settings import CodeLensSettings, Settings

from .conftest import ABLE, Desk, applied
from .test_diagnostics import LEGACY, MODERN, SILENT

NEWEST = "training_pipeline-2026_11_23-04_15_32_745695"

# the last line with the cursor, the title of an action, the last line after it
EDITS = [
    (LEGACY, 'run.get_step(name="tri|an")', "Change to 'train'", 'run.get_step(name="train")'),
    (LEGACY, "run.get_step(name='tri|an')", "Change to 'train'", "run.get_step(name='train')"),
    (LEGACY, 'x = "é😀", run.get_step(name="tri|an")', "Change to 'train'", 'x = "é😀", run.get_step(name="train")'),
    (LEGACY, 'run.get_step("train").outp|ut', 'Use `.outputs["model"]`', 'run.get_step("train").outputs["model"]'),
    (MODERN, 'run.steps["train"].outp|ut', 'Use `.outputs["model"][0]`', 'run.steps["train"].outputs["model"][0]'),
    (MODERN, "p.runs[-|1]", "Use `.runs[0]`, the newest run", "p.runs[0]"),
    (LEGACY, "run.steps[|1].output", "Use the name 'train'", 'run.get_step("train").output'),
    (MODERN, "p.last|_run", f"Use the run's name, '{NEWEST}'", f'p.get_runs(name="{NEWEST}")[0]'),
    (MODERN, "p.runs[|0].name", f"Use the run's name, '{NEWEST}'", f'p.get_runs(name="{NEWEST}")[0].name'),
    (
        MODERN,
        'client.get_pipeline("training_pipeline").last|_run.steps',
        f"Use the run's name, '{NEWEST}'",
        f'client.get_pipeline_run("{NEWEST}").steps',
    ),
    (LEGACY, "p.runs[|-1].steps", f"Use the run's name, '{NEWEST}'", f'p.get_run("{NEWEST}").steps'),
]
RELEASED = [
    (MODERN, 'run.steps["train"].outputs["model"][0].re|ad()', "Use `load`", '...outputs["model"][0].load()'),
    (MODERN, 'run.get_|step(name="train").outputs', 'Use `steps["train"]`', 'run.steps["train"].outputs'),
    (MODERN, "run.get_|step('say \"hi\"').outputs", r'Use `steps["say \"hi\""]`', r'run.steps["say \"hi\""].outputs'),
    (MODERN, 'client.get_pipeline(pipeline_|name="report_pipeline")', "Use `name_id_or_prefix`", "name_id_or_prefix="),
]


def actions(desk: Desk, marked: str, only: list[lsp.CodeActionKind | str] | None = None) -> list[lsp.CodeAction]:
    view, position = desk.at(marked)
    asked = lsp.CodeActionContext(diagnostics=[], only=only)
    given = code_actions(desk.context, view, lsp.Range(position, position), asked) or []
    return [action for action in given if isinstance(action, lsp.CodeAction)]


def after(desk: Desk, marked: str, title: str) -> str:
    """Return the last line of the document after the action with that title."""
    found = {action.title: action for action in actions(desk, marked)}
    assert title in found, list(found)
    edit = found[title].edit
    assert edit is not None
    assert edit.document_changes is not None
    change = edit.document_changes[0]
    assert isinstance(change, lsp.TextDocumentEdit)
    view = desk.context.documents.view(change.text_document.uri)
    assert view is not None
    assert change.text_document.version == view.text.version
    return applied(view, [each for each in change.edits if isinstance(each, lsp.TextEdit)]).split("\n")[-1]


@pytest.mark.parametrize(("start", "line", "title", "expected"), EDITS)
def test_edits(desk: Desk, start: str, line: str, title: str, expected: str) -> None:
    assert after(desk, start + line, title) == expected


@pytest.mark.parametrize(("start", "line", "title", "expected"), RELEASED)
def test_edits_for_the_installed_release(desk: Desk, start: str, line: str, title: str, expected: str) -> None:
    desk.context.zenml = (0, 98, 0)

    assert expected.removeprefix("...") in after(desk, start + line, title)


def test_the_likeliest_fix_is_preferred(desk: Desk) -> None:
    found = actions(desk, LEGACY + 'run.get_step(name="tri|an")', [lsp.CodeActionKind.QuickFix])

    assert (found[0].title, found[0].is_preferred) == ("Change to 'train'", True)
    assert [each.code for action in found for each in action.diagnostics or ()] == ["unknown-name"] * len(found)


KINDS = [
    (["quickfix"], {"quickfix"}),
    (["refactor"], {"refactor.rewrite"}),
    (["refactor.rewrite"], {"refactor.rewrite"}),
    (["refactor.extract"], set[str]()),
    (None, {"quickfix", "refactor.rewrite", ""}),
]


@pytest.mark.parametrize(("only", "kinds"), KINDS)
def test_only_what_the_client_asks_for(
    desk: Desk, only: list[lsp.CodeActionKind | str] | None, kinds: set[str]
) -> None:
    found = actions(desk, MODERN + "p.runs[-|1]", only)

    assert {str(getattr(action.kind, "value", action.kind)) for action in found} == kinds


def test_what_a_lens_does_is_an_action_too(desk: Desk) -> None:
    desk.context.settings = Settings(code_lens=CodeLensSettings(enabled=False))
    found = actions(desk, MODERN + 'run.steps["tra|in"]')

    commands = {action.command.command: action.title for action in found if action.command}
    assert commands["pipesight.readOutput"].startswith("Read output: completed")


def test_clients_without_literals_get_commands(desk: Desk) -> None:
    desk.context.client = replace(ABLE, action_literals=False)
    view, position = desk.at(LEGACY + 'run.get_step(name="tra|in")')
    given = code_actions(desk.context, view, lsp.Range(position, position), lsp.CodeActionContext(diagnostics=[]))

    assert [type(action) for action in given or ()] == [lsp.Command]


def test_a_range_that_ends_at_the_start_of_a_line_leaves_that_line_out(desk: Desk) -> None:
    view, position = desk.at(LEGACY + 'p.runs[-1]\n|run.get_step(name="train")\n')
    line = lsp.Range(lsp.Position(position.line - 1, 0), position)
    given = code_actions(desk.context, view, line, lsp.CodeActionContext(diagnostics=[])) or []

    titles = [action.title for action in given]
    assert f"Use the run's name, '{NEWEST}'" in titles
    assert not [title for title in titles if title.startswith("Read output")]


def test_a_diagnostic_with_the_whole_document_gets_only_its_likeliest_fix(desk: Desk) -> None:
    """Kate 22.12 sends such a request for a quick fix, and applies all fixes in the answer."""
    view, position = desk.at(LEGACY + 'p.runs[-1]\nrun.get_step(name="lod_data")\nrun.get_step(name="tri|an")')
    at_cursor = actions(desk, view.text.text.replace("trian", "tri|an"), [lsp.CodeActionKind.QuickFix])
    named = [each for action in at_cursor[:1] for each in action.diagnostics or ()]
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(position.line, 40))
    given = code_actions(desk.context, view, whole, lsp.CodeActionContext(diagnostics=named)) or []

    assert [action.title for action in given] == ["Change to 'train'"]


@pytest.mark.parametrize("text", SILENT[:6])
def test_silence(desk: Desk, text: str) -> None:
    assert actions(desk, text + "|") == []

"""Diagnostics, code actions, navigation, hints, links and symbols through the protocol, as four real clients ask."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from pipesight.demo.sample import unpack_sample
from pipesight.workspace.file_uris import to_path
from tests.waiting import until, until_true

from .conftest import Editor, start
from .test_completion import LEGACY, MODERN

WRONG = [
    ('run.get_step(name="trian")', "unknown-name", "trian"),
    ('run.get_step(name="train").output', "ambiguous-output", "output"),
    ("run.steps[1]", "index-access", "1"),
    ('x = "é😀", run.get_step(name="trian")', "unknown-name", "trian"),
]


async def diagnosed(editor: Editor, text: str) -> list[lsp.Diagnostic]:
    """Return the diagnostics of `text`, pulled or published. Wait for them while the history is being read."""
    editor.client.diagnostics.clear()
    editor.open(text)
    return await until(lambda: pulled(editor) if editor.name == "vscode" else published(editor))


async def published(editor: Editor) -> list[lsp.Diagnostic]:
    """Return the diagnostics that the server published last."""
    return list(editor.client.diagnostics.get(editor.uri, ()))


async def pulled(editor: Editor) -> list[lsp.Diagnostic]:
    """Return the diagnostics that a client requests."""
    params = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(editor.uri))
    report = await editor.client.text_document_diagnostic_async(params)
    assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
    return list(report.items)


def covered(text: str, where: lsp.Range) -> str:
    """Return the text that a range covers, in UTF-16 units."""
    line = text.split("\n")[where.start.line].encode("utf-16-le")
    return line[where.start.character * 2 : where.end.character * 2].decode("utf-16-le")


@pytest.mark.parametrize(("line", "code", "where"), WRONG)
@pytest.mark.depends_on("pulls_diagnostics", "diagnostic_pages")
async def test_diagnostics(editor: Editor, line: str, code: str, where: str) -> None:
    said = await diagnosed(editor, LEGACY + line)

    assert [(each.code, covered(LEGACY + line, each.range)) for each in said] == [(code, where)]
    assert (said[0].code_description is not None) is (editor.name == "vscode")


@pytest.mark.depends_on("pulls_diagnostics", "refresh_diagnostics")
async def test_diagnostics_follow_an_edit(editor: Editor) -> None:
    assert await diagnosed(editor, LEGACY + 'run.get_step(name="trian")')
    editor.client.diagnostics.clear()
    version = lsp.VersionedTextDocumentIdentifier(uri=editor.uri, version=2)
    change = lsp.TextDocumentContentChangeWholeDocument(LEGACY + 'run.get_step(name="train")')
    editor.client.text_document_did_change(lsp.DidChangeTextDocumentParams(version, [change]))

    if editor.name == "vscode":
        assert await pulled(editor) == []
        return
    await until_true(lambda: editor.uri in editor.client.diagnostics)
    assert list(editor.client.diagnostics[editor.uri]) == []


async def actions(editor: Editor, text: str, wanted: str = "") -> list[Any]:
    """Return the actions at the mark. With `wanted`, ask until one has this title. Findings wait for the store."""
    position = editor.open(text)
    assert position is not None
    params = lsp.CodeActionParams(
        lsp.TextDocumentIdentifier(editor.uri),
        lsp.Range(position, position),
        lsp.CodeActionContext(diagnostics=[]),
    )
    found = await until(
        lambda: editor.client.text_document_code_action_async(params),
        lambda found: not wanted or any(action.title == wanted for action in found or ()),
    )
    return list(found or ())


@pytest.mark.depends_on("action_literals", "versioned_edits")
async def test_code_actions(editor: Editor) -> None:
    wanted = "Change to 'train'" if editor.name != "jupyterlab" else ""
    given = await actions(editor, LEGACY + 'run.get_step(name="tri|an")', wanted)
    found = {action.title: action for action in given}

    if editor.name == "jupyterlab":  # knows commands only, and the step that is meant has none
        assert not any(isinstance(action, lsp.CodeAction) for action in found.values())
        return
    edit = found["Change to 'train'"].edit
    if editor.name == "neovim":  # no versions
        assert [each.new_text for each in edit.changes[editor.uri]] == ["train"]
    else:
        assert [each.new_text for each in edit.document_changes[0].edits] == ["train"]


def command_of(action: Any) -> dict[str, Any]:
    """Return the command of an action as JSON. The tests' client takes an action with a command for a command."""
    if isinstance(action, lsp.CodeAction):
        action = action.command
    told = str(action.command)
    return ast.literal_eval(told) if told.startswith("{") else {"command": told, "arguments": action.arguments}


@pytest.mark.depends_on("action_literals")
async def test_an_action_reads_an_output(editor: Editor) -> None:
    found = await actions(editor, LEGACY + 'step.outputs["accu|racy"].read()')
    reads = [each for each in map(command_of, found) if each["command"] == "pipesight.readOutput"]
    result = await editor.execute(reads[0]["command"], dict(reads[0]["arguments"][0]))
    assert result["title"] == "accuracy"


@pytest.mark.depends_on("definition_links")
async def test_definition(editor: Editor) -> None:
    position = editor.open(LEGACY + 'run.get_step(name="eval|uate")')
    assert position is not None
    params = lsp.DefinitionParams(lsp.TextDocumentIdentifier(editor.uri), position)
    # The files are looked through in the background.
    answer: Any = await until(lambda: editor.client.text_document_definition_async(params))

    assert [Path(getattr(each, "target_uri", None) or each.uri).name for each in answer] == ["pipelines.py"]
    assert all(isinstance(each, lsp.LocationLink) for each in answer)


@pytest.mark.depends_on("versioned_edits")
async def test_references_and_rename(editor: Editor) -> None:
    position = editor.open(MODERN + 'run.steps["evaluate"].outputs["conf|usion"]')
    assert position is not None
    document = lsp.TextDocumentIdentifier(editor.uri)

    params = lsp.ReferenceParams(lsp.ReferenceContext(include_declaration=True), document, position)

    async def files() -> set[str]:
        return {Path(each.uri).name for each in await editor.client.text_document_references_async(params) or ()}

    # The files are looked through in the background.
    expected = {"pipelines.py", "report.py", Path(editor.uri).name}
    assert await until(files, expected.issubset) >= expected
    lights = await editor.client.text_document_document_highlight_async(lsp.DocumentHighlightParams(document, position))
    edit = await editor.client.text_document_rename_async(lsp.RenameParams(document, position, "matrix"))
    kept = await editor.client.text_document_rename_async(lsp.RenameParams(document, position, 'mat"rix'))

    assert [light.range.start.line for light in lights or ()] == [2]
    assert edit is not None
    assert (edit.document_changes is not None) is (editor.name in ("vscode", "emacs"))
    assert kept is None
    assert [each.message for each in editor.client.messages if "quotes" in each.message]


@pytest.mark.depends_on("inlay_hints")
async def test_inlay_hints(editor: Editor) -> None:
    editor.open(MODERN + "run.name")
    where = lsp.Range(lsp.Position(0, 0), lsp.Position(9, 0))
    params = lsp.InlayHintParams(lsp.TextDocumentIdentifier(editor.uri), where)
    hints = await until(lambda: editor.client.text_document_inlay_hint_async(params))

    assert [(hint.position.line, str(hint.label)[:19]) for hint in hints or ()] == [(1, "✓ 2026-11-23 04:15:")]


@pytest.mark.parametrize(("defined", "linked"), [(False, ["accuracy"]), (True, [])])
@pytest.mark.thorough
async def test_document_links_soon_after_the_start(
    server: LanguageClient, tmp_path: Path, defined: bool, linked: list[str]
) -> None:
    folder = unpack_sample(tmp_path)
    if not defined:
        (folder / "pipelines.py").unlink()  # a name that is defined leads there
    await start(server, "neovim", folder, tmp_path / "index", wait=False)
    editor = Editor(server, folder, "neovim")
    text = MODERN + 'run.steps["train"].outputs["accuracy"]'
    editor.open(text)
    params = lsp.DocumentLinkParams(lsp.TextDocumentIdentifier(editor.uri))

    async def ask() -> list[lsp.DocumentLink]:
        return list(await server.text_document_document_link_async(params) or ())

    links = await until(ask, lambda links: bool(links) is bool(linked))

    assert [covered(text, link.range) for link in links] == linked
    assert all(Path(to_path(link.target or "") or "").is_dir() for link in links)


@pytest.mark.depends_on("resolves_symbols", "opens_pages")
async def test_workspace_symbols(editor: Editor) -> None:
    found: Any = await editor.client.workspace_symbol_async(lsp.WorkspaceSymbolParams("weak"))

    if editor.name != "vscode":  # cannot be told later where a symbol is
        assert found is None
        return
    page = await editor.client.workspace_text_document_content_async(
        lsp.TextDocumentContentParams(found[0].location.uri)
    )
    assert found[0].location.uri.startswith("pipesight:/training_pipeline/weak_model.md")
    assert page.text.startswith("run **weak_model**")


@pytest.mark.parametrize("text", ['import mlflow\nmlflow.get_r|un("first_training")', "x| = 1", "|"])
async def test_silence(editor: Editor, text: str) -> None:
    position = editor.open(text)
    assert position is not None
    document, client = lsp.TextDocumentIdentifier(editor.uri), editor.client
    everything = lsp.Range(lsp.Position(0, 0), lsp.Position(9, 0))

    assert await actions(editor, text) == []
    assert await client.text_document_definition_async(lsp.DefinitionParams(document, position)) is None
    assert await client.text_document_rename_async(lsp.RenameParams(document, position, "x")) is None
    assert await client.text_document_inlay_hint_async(lsp.InlayHintParams(document, everything)) is None
    assert await client.text_document_document_link_async(lsp.DocumentLinkParams(document)) is None

"""Run configurations in YAML through the protocol: opened, typed into, completed, hovered and diagnosed."""

from __future__ import annotations

from lsprotocol import types as lsp

from tests.waiting import until

from .conftest import Editor

TEXT = "enable_cache: true\nsteps:\n  train:\n    parameters:\n      strength: 1\n  \n"


async def test_a_configuration_is_typed(editor: Editor) -> None:
    client, uri = editor.client, (editor.folder / "configs" / "typed.yaml").as_uri()
    document = lsp.TextDocumentIdentifier(uri)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "yaml", 1, TEXT)))
    at_a_step = lsp.CompletionParams(document, lsp.Position(5, 2))
    # The server looks at the files of the workspace after its start.
    answer = await until(lambda: client.text_document_completion_async(at_a_step))
    assert isinstance(answer, lsp.CompletionList)
    assert {"load_data", "evaluate", "write"} <= {item.label for item in answer.items}
    assert "train" not in {item.label for item in answer.items}

    hover = await client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(2, 4)))
    assert hover is not None
    assert "train" in str(hover.contents)

    edit = lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(4, 6), lsp.Position(4, 14)), "strenght")
    client.text_document_did_change(
        lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(uri=uri, version=2), [edit])
    )
    report = await client.text_document_diagnostic_async(lsp.DocumentDiagnosticParams(document))
    assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
    assert [item.message for item in report.items] == [
        "Step 'train' has no parameter 'strenght'. Did you mean 'strength'?"
    ]

    client.text_document_did_close(lsp.DidCloseTextDocumentParams(document))
    assert await client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(2, 4))) is None

"""A file whose analysis takes seconds: other requests are answered meanwhile, and its own answers come later."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from tests.waiting import until

HEAD = "from zenml.client import Client\nclient = Client()\n"
LINE = "client.get_pipeline('training_pipeline').last_run.steps['trainer'].outputs['output'][0].load()\n"


async def hover(client: LanguageClient, uri: str) -> lsp.Hover | None:
    params = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), lsp.Position(2, 25))
    return await client.text_document_hover_async(params)


async def answered(client: LanguageClient, uri: str) -> None:
    """Wait until a hover is answered."""
    assert await until(lambda: hover(client, uri)), f"{uri} is never answered"


async def test_small_files_are_answered_while_a_large_one_is_analysed(
    server: LanguageClient, sample: Path, tmp_path: Path
) -> None:
    options = {"cacheFolder": str(tmp_path / "index"), "settings": {"history": ["history"]}}
    await server.initialize_session(
        lsp.InitializeParams(lsp.ClientCapabilities(), root_uri=sample.as_uri(), initialization_options=options)
    )
    small, large = ((sample / f"{name}.py").as_uri() for name in ("small", "large"))
    for uri, text in ((small, HEAD + LINE), (large, HEAD + LINE * 4000)):
        item = lsp.TextDocumentItem(uri=uri, language_id="python", version=1, text=text)
        server.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        if uri == small:
            await answered(server, small)

    assert await hover(server, large) is None
    assert await hover(server, small) is not None
    params = lsp.CompletionParams(lsp.TextDocumentIdentifier(large), lsp.Position(2, 25))
    completed = await server.text_document_completion_async(params)
    assert isinstance(completed, lsp.CompletionList)
    assert completed.is_incomplete

    await answered(server, large)

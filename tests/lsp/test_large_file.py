"""A file whose analysis takes seconds: its hover waits for it, and everything else is answered meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from tests.waiting import until

HEAD = "from zenml.client import Client\nclient = Client()\n"
LINE = "client.get_pipeline('training_pipeline').last_run.steps['trainer'].outputs['output'][0].load()\n"
LARGE = HEAD + LINE * 4000


async def hover(client: LanguageClient, uri: str) -> lsp.Hover | None:
    params = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), lsp.Position(2, 25))
    return await client.text_document_hover_async(params)


async def complete(client: LanguageClient, uri: str) -> lsp.CompletionList:
    params = lsp.CompletionParams(lsp.TextDocumentIdentifier(uri), lsp.Position(2, 25))
    completed = await client.text_document_completion_async(params)
    assert isinstance(completed, lsp.CompletionList)
    return completed


async def opened(client: LanguageClient, sample: Path, tmp_path: Path) -> tuple[str, str]:
    """Open a small document, wait until its hover shows the history, and open a large one. Return their URIs."""
    options = {"cacheFolder": str(tmp_path / "index"), "settings": {"history": ["history"]}}
    await client.initialize_session(
        lsp.InitializeParams(lsp.ClientCapabilities(), root_uri=sample.as_uri(), initialization_options=options)
    )
    small, large = ((sample / f"{name}.py").as_uri() for name in ("small", "large"))
    for uri, text in ((small, HEAD + LINE), (large, LARGE)):
        item = lsp.TextDocumentItem(uri=uri, language_id="python", version=1, text=text)
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        if uri == small:
            assert await until(lambda: hover(client, small)), "the small document is never answered"
    return small, large


async def test_small_files_are_answered_while_a_large_one_is_analysed(
    server: LanguageClient, sample: Path, tmp_path: Path
) -> None:
    small, large = await opened(server, sample, tmp_path)

    waiting = asyncio.ensure_future(hover(server, large))
    assert await hover(server, small) is not None
    assert (await complete(server, large)).is_incomplete
    assert not waiting.done()

    assert await waiting is not None


async def test_an_edit_ends_what_waits_for_the_analysis(server: LanguageClient, sample: Path, tmp_path: Path) -> None:
    _, large = await opened(server, sample, tmp_path)

    waiting = asyncio.ensure_future(hover(server, large))
    assert (await complete(server, large)).is_incomplete
    version = lsp.VersionedTextDocumentIdentifier(uri=large, version=2)
    change = lsp.TextDocumentContentChangeWholeDocument("# Another line\n" + LARGE)
    server.text_document_did_change(lsp.DidChangeTextDocumentParams(version, [change]))

    assert await waiting is None

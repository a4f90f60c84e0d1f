"""A file whose analysis takes seconds: hover waits for it, completion a moment. Other files are answered meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from pipesight.lsp import document_handlers
from pipesight.lsp.session import Session
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


@pytest.mark.thorough
async def test_small_files_are_answered_while_a_large_one_is_analyzed(
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


class Analyzing:
    """A session whose document is analyzed after a pass of the event loop, or never."""

    def __init__(self, *, ends: bool) -> None:
        self.ends = ends

    async def analyzed(self, uri: str) -> bool:
        await (asyncio.sleep(0) if self.ends else asyncio.Event().wait())
        return True


@pytest.mark.parametrize("ends", [True, False])
async def test_completion_waits_for_the_analysis_but_not_for_long(ends: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_handlers, "_TYPING_PATIENCE", 60.0 if ends else 0.01)

    assert await document_handlers.is_analyzed_soon(cast("Session", Analyzing(ends=ends)), "file:///a.py") is ends

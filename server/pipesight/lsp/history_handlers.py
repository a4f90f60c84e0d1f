"""The handlers of requests about the history: symbols, pages and commands."""

from __future__ import annotations

import logging
from typing import Any

from lsprotocol import types as lsp

from pipesight import features
from pipesight.pages import uris as pages
from pipesight.pages.contract.command_ids import COMMANDS_WITH_ANSWERS, REFRESH

from .pygls_server import PipesightServer, quiet, quiet_async, server

logger = logging.getLogger(__name__)


@server.feature(lsp.WORKSPACE_SYMBOL, lsp.WorkspaceSymbolOptions(resolve_provider=True))
@quiet
def find_symbols(ls: PipesightServer, params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol] | None:
    """Return the pipelines, steps and runs of the history that match the query."""
    if ls.session.context is None or not ls.session.context.settings.enable:
        return None
    return features.symbols.workspace_symbols(ls.session.context, params.query, ls.session.pages_folder().as_uri())


@server.feature(lsp.WORKSPACE_SYMBOL_RESOLVE)
@quiet_async
async def resolve_symbol(ls: PipesightServer, symbol: lsp.WorkspaceSymbol) -> lsp.WorkspaceSymbol:
    """Write the page of a symbol that no code defines."""
    if ls.session.context is not None and symbol.data is not None:
        from .command_handlers import page_of

        page = await page_of(ls.session.context, symbol.data)
        if page is not None:
            start = lsp.Position(0, 0)
            symbol.location = lsp.Location(ls.session.write_document(page).as_uri(), lsp.Range(start, start))
    return symbol


@server.feature(lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT, lsp.TextDocumentContentOptions([pages.SCHEME]))
@quiet_async
async def show_page(ls: PipesightServer, params: lsp.TextDocumentContentParams) -> lsp.TextDocumentContentResult:
    """Return the content of a page of the history."""
    names, page = pages.names_of(params.uri), None
    if ls.session.context is not None and names:
        from .command_handlers import page_of

        page = await page_of(ls.session.context, names)
    return lsp.TextDocumentContentResult(
        page.text if page is not None else "The history does not have this any more.\n"
    )


@server.command(REFRESH)
@quiet
def refresh(ls: PipesightServer, *arguments: Any) -> None:
    """Read the stores now."""
    ls.session.refresh()


def _register(command: str) -> None:
    """Register the command with this id. Its module is imported later, because its many classes slow down the start."""

    async def execute(ls: PipesightServer, *arguments: Any) -> object:
        from . import command_handlers

        return await command_handlers.execute(ls, command, arguments)

    server.command(command)(execute)


for _id in COMMANDS_WITH_ANSWERS:
    _register(_id)

"""The handlers of requests about the history: symbols, pages and commands."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, cast

from lsprotocol import types as lsp

from pipesight.features import commands, comparisons, loads, symbols, what_moved
from pipesight.pages import show
from pipesight.pages import uris as pages
from pipesight.pages.contract.command_table import (
    BLAME,
    CALL_TOOL,
    CODE,
    COMPARE_RUNS,
    COMPARE_VALUES,
    EXPORT_TABLE,
    HISTORY,
    LOAD_VALUE,
    NEWEST_OUTPUT,
    PLAN_LOAD,
    PROFILE_TABLE,
    READ_LOG,
    READ_OUTPUT,
    REFRESH,
    RUN_LABELS,
    SHOW_RUN,
    SHOW_RUNS,
    STATUS,
    SUM_UP_TABLE,
    TABLE_COLUMNS,
    Answer,
)
from pipesight.pages.contract.history_tree import RunLabels
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.output_view import ReadingCode
from pipesight.pages.contract.store_status import ServerStatus
from pipesight.pages.contract.tool_call import ToolArgument
from pipesight.pages.contract.wire import encode
from pipesight.workspace.context import Client, Context

from .background import in_background
from .pygls_server import PipesightServer, quiet, quiet_async, server

logger = logging.getLogger(__name__)

_STARTING = Trouble("Pipesight is still starting.", "Try again in a moment.")
_FAILED = Trouble("Pipesight failed to do this.", "Its log tells more.")


@server.feature(lsp.WORKSPACE_SYMBOL, lsp.WorkspaceSymbolOptions(resolve_provider=True))
@quiet
def find_symbols(ls: PipesightServer, params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol] | None:
    """Return the things of the history with such a name."""
    if ls.session.context is None or not ls.session.context.settings.enable:
        return None
    return symbols.workspace_symbols(ls.session.context, params.query, ls.session.pages_folder().as_uri())


@server.feature(lsp.WORKSPACE_SYMBOL_RESOLVE)
@quiet_async
async def resolve_symbol(ls: PipesightServer, symbol: lsp.WorkspaceSymbol) -> lsp.WorkspaceSymbol:
    """Write the page of what no code defines."""
    if ls.session.context is not None and symbol.data is not None:
        page = show.document(await commands.show_run(ls.session.context, _argument((symbol.data,))))
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
        page = show.document(await commands.show_run(ls.session.context, names))
    return lsp.TextDocumentContentResult(page.text if page is not None else "The history has this no more.\n")


@server.command(HISTORY)
async def list_history(ls: PipesightServer, *arguments: Any) -> Any:
    """Return the children of a node of the history tree."""
    context, listed = ls.session.context, quiet_async(commands.list_history)
    return encode(await listed(context, _argument(arguments)) or ()) if context is not None else []


@server.command(RUN_LABELS)
def run_labels(ls: PipesightServer, *arguments: Any) -> Any:
    """Return the labels that runs can be filtered by."""
    return encode(commands.run_labels(ls.session.context) if ls.session.context is not None else RunLabels())


@server.command(REFRESH)
@quiet
def refresh(ls: PipesightServer, *arguments: Any) -> None:
    """Look at the stores now."""
    ls.session.refresh()


@server.command(CODE)
def code(ls: PipesightServer, *arguments: Any) -> Any:
    """Code that reads something in the history."""
    context = ls.session.context
    return encode(commands.code(context, _argument(arguments)) if context is not None else ReadingCode(""))


@server.command(STATUS)
def status(ls: PipesightServer, *arguments: Any) -> Any:
    """Return the state of each source."""
    return encode(commands.status(ls.session.context) if ls.session.context is not None else ServerStatus(()))


@server.command(CALL_TOOL)
async def call_tool(ls: PipesightServer, *arguments: Any) -> Any:
    """Return the answer of a tool for assistants."""
    from . import assistant  # few sessions need it

    session, argument = ls.session, ToolArgument.of(_argument(arguments))
    if session.context is None:
        return encode(_STARTING)
    bench = assistant.EditorBench(session.context, next(iter(ls.folders()), Path.cwd()), session.options.interpreter)
    try:
        return encode(await in_background(lambda: assistant.call_tool(bench, argument)))
    except Exception:
        logger.exception("The tool %s failed", argument.tool)
        return encode(_FAILED)


async def _run(
    ls: PipesightServer,
    command: Callable[[Context, Mapping[str, object]], Awaitable[Answer]],
    arguments: tuple[Any, ...],
) -> object:
    """Return a command's answer. A client without a panel is also shown a document."""
    argument = _argument(arguments)
    uri, source = argument.get("uri"), argument.get("source")
    context = ls.session.context_of(uri) if isinstance(uri, str) else ls.session.context
    if not isinstance(uri, str) and isinstance(source, str):
        context = ls.session.context_of_source(source)
    if context is None:
        return encode(_STARTING)
    try:
        answer = await command(context, argument)
    except Exception:
        logger.exception("%s failed", getattr(command, "__name__", "a command"))
        return encode(_FAILED)
    if not context.client.panel:
        await _show(ls, context.client, answer)
    return encode(answer)


async def _show(ls: PipesightServer, client: Client, answer: Answer) -> None:
    """Show an answer as a document, or say in a message what it is and where its file is."""
    document = show.document(answer)
    file = ls.session.write_document(document) if document is not None else None
    if file is not None and client.show_document:
        await ls.window_show_document_async(lsp.ShowDocumentParams(uri=file.as_uri(), take_focus=False))
    else:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, show.message(answer, file)))


def _argument(arguments: tuple[Any, ...]) -> Mapping[str, object]:
    """Return the one object that a command takes, or an empty one if the client sent something else."""
    first = _plain(arguments[0]) if arguments else None
    return cast("Mapping[str, object]", first) if isinstance(first, dict) else {}


def _plain(value: Any) -> Any:
    """JSON as it was sent: pygls turns its objects into named tuples."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value


_COMMANDS: Mapping[str, Callable[[Context, Mapping[str, object]], Awaitable[Answer]]] = {
    READ_OUTPUT: commands.read_output,
    SHOW_RUN: commands.show_run,
    READ_LOG: commands.read_log,
    SHOW_RUNS: commands.show_runs,
    COMPARE_RUNS: comparisons.compare_runs,
    COMPARE_VALUES: comparisons.compare_values,
    BLAME: what_moved.blame,
    SUM_UP_TABLE: commands.sum_up_table,
    PROFILE_TABLE: commands.profile_table,
    TABLE_COLUMNS: commands.table_columns,
    NEWEST_OUTPUT: commands.newest_output,
    EXPORT_TABLE: commands.export_table,
    PLAN_LOAD: loads.plan_load,
    LOAD_VALUE: loads.load_value,
}


def _register(id_: str, command: Callable[[Context, Mapping[str, object]], Awaitable[Answer]]) -> None:
    """Have the server execute a command of that id."""

    async def execute(ls: PipesightServer, *arguments: Any) -> object:
        return await _run(ls, command, arguments)

    server.command(id_)(execute)


for _id, _command in _COMMANDS.items():
    _register(_id, _command)

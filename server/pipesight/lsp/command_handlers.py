"""Execute the commands of clients, and send their answers. Imported when the first command is executed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from lsprotocol import types as lsp

from pipesight.features import comparisons, history_tree, loads, outputs, runs, tables, what_moved
from pipesight.pages import show
from pipesight.pages.contract import command_ids
from pipesight.pages.contract.command_table import Answer
from pipesight.pages.contract.given import as_sent
from pipesight.pages.contract.history_tree import RunLabels
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.output_view import ReadingCode
from pipesight.pages.contract.store_status import ServerStatus
from pipesight.pages.contract.tool_call import ToolArgument
from pipesight.pages.contract.wire import encode
from pipesight.settings import table
from pipesight.workspace.context import Client, Context

from .background import in_background
from .pygls_server import PipesightServer, quiet_async

logger = logging.getLogger(__name__)

_CommandFunction: TypeAlias = Callable[[Context, Mapping[str, object]], Awaitable[Answer]]
_Handler: TypeAlias = Callable[[PipesightServer, Mapping[str, object]], Awaitable[object]]

_STARTING = Trouble("Pipesight is still starting.", "Try again in a moment.")
_FAILED = Trouble("Pipesight failed to do this.", "The log of the server says more.")


async def execute(ls: PipesightServer, command: str, arguments: Sequence[Any]) -> object:
    """Execute the command of that id, and return its answer as JSON data."""
    return await _HANDLERS[command](ls, _argument(arguments))


async def page_of(context: Context, names: object) -> show.MarkdownFile | None:
    """Return the page of the object with these names in the history, None if there is none."""
    return show.document(await runs.show_run(context, _argument((names,))))


async def list_history(ls: PipesightServer, argument: Mapping[str, object]) -> object:
    """Return the children of a node of the history tree."""
    context, listed = ls.session.context, quiet_async(history_tree.list_history)
    return encode(await listed(context, argument) or ()) if context is not None else []


async def run_labels(ls: PipesightServer, argument: Mapping[str, object]) -> object:
    """Return the labels by which runs can be filtered."""
    return encode(history_tree.run_labels(ls.session.context) if ls.session.context is not None else RunLabels())


async def code(ls: PipesightServer, argument: Mapping[str, object]) -> object:
    """Return code that reads an object of the history."""
    context = ls.session.context
    return encode(history_tree.code(context, argument) if context is not None else ReadingCode(""))


async def status(ls: PipesightServer, argument: Mapping[str, object]) -> object:
    """Return the state of each source."""
    return encode(history_tree.status(ls.session.context) if ls.session.context is not None else ServerStatus(()))


async def call_tool(ls: PipesightServer, argument: Mapping[str, object]) -> object:
    """Return the answer of a tool for assistants."""
    from . import assistant  # few sessions need it

    session, asked = ls.session, ToolArgument.of(argument)
    if session.context is None:
        return encode(_STARTING)
    bench = assistant.EditorBench(session.context, next(iter(ls.folders()), Path.cwd()), session.options.interpreter)
    try:
        return encode(await in_background(lambda: assistant.call_tool(bench, asked)))
    except Exception:
        logger.exception("The tool %s failed", asked.tool)
        return encode(_FAILED)


async def _run(ls: PipesightServer, command: _CommandFunction, argument: Mapping[str, object]) -> object:
    """Return a command's answer. Also show it as a document if the client has no panel."""
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
    """Show an answer as a document, or as a message with the path of its file."""
    document = show.document(answer)
    file = ls.session.write_document(document) if document is not None else None
    if file is not None and client.show_document:
        await ls.window_show_document_async(lsp.ShowDocumentParams(uri=file.as_uri(), take_focus=False))
    else:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, show.message(answer, file)))


def _argument(arguments: Sequence[Any]) -> Mapping[str, object]:
    """Return the object that is a command's only argument, {} if the client sent something else."""
    first = as_sent(arguments[0]) if arguments else None
    return table(first) or {}


def _with_document(command: _CommandFunction) -> _Handler:
    """Return a handler of a command whose answer is a document in clients without a panel."""

    async def handle(ls: PipesightServer, argument: Mapping[str, object]) -> object:
        return await _run(ls, command, argument)

    return handle


_HANDLERS: Mapping[str, _Handler] = {
    command_ids.READ_OUTPUT: _with_document(outputs.read_output),
    command_ids.SHOW_RUN: _with_document(runs.show_run),
    command_ids.READ_LOG: _with_document(runs.read_log),
    command_ids.SHOW_RUNS: _with_document(runs.show_runs),
    command_ids.COMPARE_RUNS: _with_document(comparisons.compare_runs),
    command_ids.COMPARE_VALUES: _with_document(comparisons.compare_values),
    command_ids.BLAME: _with_document(what_moved.blame),
    command_ids.SUM_UP_TABLE: _with_document(tables.sum_up_table),
    command_ids.PROFILE_TABLE: _with_document(tables.profile_table),
    command_ids.TABLE_COLUMNS: _with_document(tables.table_columns),
    command_ids.NEWEST_OUTPUT: _with_document(outputs.newest_output),
    command_ids.EXPORT_TABLE: _with_document(tables.export_table),
    command_ids.PLAN_LOAD: _with_document(loads.plan_load),
    command_ids.LOAD_VALUE: _with_document(loads.load_value),
    command_ids.HISTORY: list_history,
    command_ids.RUN_LABELS: run_labels,
    command_ids.CODE: code,
    command_ids.STATUS: status,
    command_ids.CALL_TOOL: call_tool,
}

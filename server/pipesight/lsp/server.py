"""The language server: lifecycle and wiring. Each handler hands its request to a feature and returns the answer."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from pipesight import __version__
from pipesight.code.project_files import SUFFIXES
from pipesight.features import (
    code_actions,
    code_lens,
    commands,
    comparisons,
    completion,
    definition,
    document_links,
    hover,
    inlay_hints,
    loads,
    references,
    symbols,
    what_moved,
)
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
    STATUS_CHANGED,
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
from pipesight.settings import Settings
from pipesight.workspace.context import Client, Context
from pipesight.workspace.documents import View, to_path
from pipesight.workspace.target import target_at

from .background import in_background
from .connection import briefly
from .protocol import Protocol
from .session import Session

logger = logging.getLogger(__name__)

_STARTING = Trouble("Pipesight is still starting.", "Try again in a moment.")
_FAILED = Trouble("Pipesight failed to do this.", "Its log tells more.")
_PATIENCE = 2.0  # seconds that document links wait for files and dashboards to be looked up

_P = ParamSpec("_P")
_T = TypeVar("_T")


class PipesightServer(LanguageServer):
    """The connection to one client, and the session behind it."""

    def __init__(self) -> None:
        self.session = Session(self)  # pygls looks at all attributes of the protocol, which needs it, at once
        super().__init__(
            "pipesight",
            __version__,
            text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental,
            notebook_document_sync=_NOTEBOOKS,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )

    @property
    def peer(self) -> Protocol:
        """The server's side of the connection."""
        return cast("Protocol", self.protocol)

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log an error that no request waits to hear of. pygls would show it to the person."""
        logger.error("%s", error)

    def folders(self) -> list[Path]:
        """Return the workspace's folders as they are now."""
        uris = list(self.workspace.folders) or [self.workspace.root_uri or ""]
        return [Path(path) for uri in uris if (path := to_path(uri)) is not None]

    def status_changed(self, status: ServerStatus) -> None:
        """Tell a client that has a place to show it."""
        self.protocol.notify(STATUS_CHANGED, encode(status))

    def refresh_code_lenses(self) -> None:
        """Have the client ask for the lenses again."""
        self.workspace_code_lens_refresh(None)

    def refresh_inlay_hints(self) -> None:
        """Have the client ask for the hints again."""
        self.workspace_inlay_hint_refresh(None)

    def refresh_diagnostics(self) -> None:
        """Have the client ask for the diagnostics again."""
        self.workspace_diagnostic_refresh(None)

    def warn(self, message: str) -> None:
        """Show a warning."""
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, message))

    def publish(self, uri: str, items: list[lsp.Diagnostic], version: int | None = None) -> None:
        """Show these diagnostics of a document."""
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, items, version))


_NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    notebook_selector=[
        lsp.NotebookDocumentFilterWithNotebook(notebook="*", cells=[lsp.NotebookCellLanguage(language="python")]),
    ],
    save=False,
)

_SOURCES = f"**/*{{{','.join(SUFFIXES)}}}"
_WATCHED = [
    lsp.FileSystemWatcher(_SOURCES),
    lsp.FileSystemWatcher("**/.zen/*.yaml"),
    lsp.FileSystemWatcher("**/{pipesight,pyproject}.toml"),
    lsp.FileSystemWatcher("**/*", lsp.WatchKind.Delete),  # of a folder's files, only the folder is said to be gone
]
_FILES = lsp.FileOperationRegistrationOptions(
    [
        lsp.FileOperationFilter(lsp.FileOperationPattern(_SOURCES, matches=lsp.FileOperationPatternKind.File), "file"),
        lsp.FileOperationFilter(lsp.FileOperationPattern("**", matches=lsp.FileOperationPatternKind.Folder), "file"),
    ]
)

server = PipesightServer()


def _quiet(handler: Callable[_P, _T | None]) -> Callable[_P, _T | None]:
    """Wrap a handler so that a failure is logged and answered with nothing. An editor has no use for a traceback."""

    @functools.wraps(handler)
    def quiet(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        try:
            return handler(*args, **kwargs)
        except Exception:
            logger.exception("%s failed", getattr(handler, "__name__", "a handler"))
            return None

    return quiet


def _quiet_async(handler: Callable[_P, Awaitable[_T | None]]) -> Callable[_P, Awaitable[_T | None]]:
    """Wrap an async handler as `_quiet` does."""

    @functools.wraps(handler)
    async def quiet(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        try:
            return await handler(*args, **kwargs)
        except Exception:
            logger.exception("%s failed", getattr(handler, "__name__", "a handler"))
            return None

    return quiet


def _at(ls: PipesightServer, uri: str) -> tuple[Context, View] | None:
    """Return the context of the document's folder and the document.

    Return None before the server has loaded, if it is off, and while a long analysis of the document goes on.
    """
    context, view = ls.session.context_of(uri), ls.session.documents.view(uri)
    if context is None or not context.settings.enable or view is None or not ls.session.is_ready(view.document):
        return None
    return context, view


async def _at_with_files(ls: PipesightServer, uri: str) -> tuple[Context, View] | None:
    """Return what `_at` does, once the knowledge of the workspace's files is up to date."""
    at = _at(ls, uri)
    if at is not None and at[1].document.uses_zenml:
        await ls.session.scan()
    return at


@server.feature(lsp.INITIALIZED)
@_quiet_async
async def initialized(ls: PipesightServer, params: lsp.InitializedParams) -> None:
    """Load once the client is ready, so that the answer to `initialize` need not wait."""
    ls.session.load(ls.client_capabilities)
    files = ls.client_capabilities.workspace and ls.client_capabilities.workspace.did_change_watched_files
    if files and files.dynamic_registration:
        options = lsp.DidChangeWatchedFilesRegistrationOptions(_WATCHED)
        watch = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        ls.client_register_capability(lsp.RegistrationParams([watch]))
    await _ask_for_settings_of_folders(ls)


async def _ask_for_settings_of_folders(ls: PipesightServer) -> None:
    """Ask the client for the settings of each folder. One folder alone has the settings of the window."""
    workspace = ls.client_capabilities.workspace
    folders = ls.folders()
    if len(folders) < 2 or workspace is None or not workspace.configuration:
        return
    items = [lsp.ConfigurationItem(scope_uri=folder.as_uri(), section="pipesight") for folder in folders]
    answers = await ls.workspace_configuration_async(lsp.ConfigurationParams(items)) or ()
    given = zip(folders, answers, strict=False)
    ls.session.configure_folders({folder: settings for folder, settings in given if Settings.are_in(settings)})


@server.feature(lsp.SHUTDOWN)
@_quiet
def shutdown(ls: PipesightServer, params: None) -> None:
    """End the background work."""
    briefly(ls.session.unload)


@server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
@_quiet_async
async def did_change_folders(ls: PipesightServer, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Another folder may bring another store, and other files."""
    ls.session.folders_changed()
    await _ask_for_settings_of_folders(ls)


@server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
@_quiet
def did_change_files(ls: PipesightServer, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Something beside the editor changed files: git, a generator, another editor."""
    ls.session.files_changed(change.uri for change in params.changes)


@server.feature(lsp.WORKSPACE_DID_CREATE_FILES, _FILES)
@server.feature(lsp.WORKSPACE_DID_DELETE_FILES, _FILES)
@_quiet
def did_create_or_delete_files(ls: PipesightServer, params: lsp.CreateFilesParams | lsp.DeleteFilesParams) -> None:
    """Note created or deleted files and folders."""
    ls.session.files_changed(file.uri for file in params.files)


@server.feature(lsp.WORKSPACE_DID_RENAME_FILES, _FILES)
@_quiet
def did_rename_files(ls: PipesightServer, params: lsp.RenameFilesParams) -> None:
    """Note renamed or moved files and folders."""
    ls.session.files_changed(uri for file in params.files for uri in (file.old_uri, file.new_uri))


@server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
@_quiet_async
async def did_change_configuration(ls: PipesightServer, params: lsp.DidChangeConfigurationParams) -> None:
    """Take the settings sent, or pull them where the client would rather be asked."""
    section: object = None
    if isinstance(params.settings, Mapping):
        section = cast("Mapping[str, object]", params.settings).get("pipesight")
    workspace = ls.client_capabilities.workspace
    if not Settings.are_in(section) and workspace is not None and workspace.configuration:
        items = [lsp.ConfigurationItem(section="pipesight")]
        section = next(iter(await ls.workspace_configuration_async(lsp.ConfigurationParams(items)) or ()), None)
    await _ask_for_settings_of_folders(ls)
    if not Settings.are_in(section):
        return  # the client has none of its own, so what it said at the start stays
    problems = ls.session.configure(section)
    if problems:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, " ".join(problems)))


@server.feature(
    lsp.TEXT_DOCUMENT_COMPLETION,
    lsp.CompletionOptions(trigger_characters=completion.TRIGGER_CHARACTERS, resolve_provider=True),
)
@_quiet
def complete(ls: PipesightServer, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    """Return the names that fit at the cursor."""
    at = _at(ls, params.text_document.uri)
    if at is None and ls.session.is_analysing:
        return lsp.CompletionList(is_incomplete=True, items=[])
    return completion.complete(*at, params.position) if at else None


@server.feature(lsp.COMPLETION_ITEM_RESOLVE)
@_quiet_async
async def resolve_completion(ls: PipesightServer, item: lsp.CompletionItem) -> lsp.CompletionItem:
    """Add the page of the selected name."""
    context = ls.session.context_of(completion.document_of(item))
    if context is not None:
        item.documentation = await completion.documentation(context, item)
    return item


_hover_target, _hover_value, _hover = _quiet(target_at), _quiet_async(Context.preview), _quiet(hover.hover)


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def show_hover(ls: PipesightServer, params: lsp.HoverParams) -> Generator[Any, Any, lsp.Hover | None]:
    """Return the page at the cursor. It waits only for a value that has to be read."""
    at = _at(ls, params.text_document.uri)
    target = _hover_target(*at, params.position) if at else None
    if at is None or target is None:
        return None
    context, _ = at
    output = hover.wanted(context, target)
    preview = (yield _hover_value, (context, output), None) if output is not None else None
    shown = _hover(context, target, preview)
    ls.session.look_soon(context)
    return shown


@server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions(resolve_provider=False))
@_quiet
def show_code_lenses(ls: PipesightServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens] | None:
    """Facts above statements and definitions."""
    at = _at(ls, params.text_document.uri)
    if at is None:
        return None
    lenses = code_lens.code_lenses(*at)
    ls.session.read_soon(at[0], lenses.wanted)
    ls.session.look_soon(at[0])
    return lenses.items


@server.feature(
    lsp.TEXT_DOCUMENT_DIAGNOSTIC,
    lsp.DiagnosticOptions(identifier="pipesight", inter_file_dependencies=True, workspace_diagnostics=False),
)
@_quiet
def pull_diagnostics(ls: PipesightServer, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    """Return the diagnostics of a document, for clients that pull."""
    at = _at(ls, params.text_document.uri)
    return lsp.RelatedFullDocumentDiagnosticReport(items=ls.session.diagnostics_of(*at) if at else [])


@server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
@_quiet
def saved(ls: PipesightServer, params: lsp.DidSaveTextDocumentParams) -> None:
    """Note that values which other files import from this one may have changed."""
    ls.session.left()


@server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=code_actions.KINDS))
@_quiet
def show_code_actions(
    ls: PipesightServer, params: lsp.CodeActionParams
) -> Sequence[lsp.Command | lsp.CodeAction] | None:
    """Return the code actions of a range."""
    at = _at(ls, params.text_document.uri)
    return code_actions.code_actions(*at, params.range, params.context) if at else None


@server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
@_quiet
def go_to_definition(
    ls: PipesightServer, params: lsp.DefinitionParams
) -> Sequence[lsp.Location] | Sequence[lsp.LocationLink] | None:
    """Return the definitions at the cursor."""
    at = _at(ls, params.text_document.uri)
    return definition.definition(*at, params.position) if at else None


@server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
@_quiet_async
async def find_references(ls: PipesightServer, params: lsp.ReferenceParams) -> list[lsp.Location] | None:
    """Return the references of the name at the cursor."""
    at = await _at_with_files(ls, params.text_document.uri)
    declaration = params.context.include_declaration
    return references.references(*at, params.position, declaration=declaration) if at else None


@server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
@_quiet
def show_highlights(ls: PipesightServer, params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight] | None:
    """Return the highlights of the name at the cursor."""
    at = _at(ls, params.text_document.uri)
    return references.highlights(*at, params.position) if at else None


@server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
@_quiet
def prepare_rename(ls: PipesightServer, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
    """Return the name at the cursor that can be renamed."""
    at = _at(ls, params.text_document.uri)
    return references.prepare_rename(*at, params.position) if at else None


@server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
@_quiet_async
async def rename(ls: PipesightServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    """Return the edits of a rename."""
    at = await _at_with_files(ls, params.text_document.uri)
    try:
        renaming = references.rename(*at, params.position, params.new_name) if at else None
    except references.RenameError as error:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, str(error)))
        return None
    if renaming is not None and renaming.warning is not None:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, renaming.warning))
    return renaming.edit if renaming is not None else None


@server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
@_quiet
def show_inlay_hints(ls: PipesightServer, params: lsp.InlayHintParams) -> list[lsp.InlayHint] | None:
    """Return the hints of runs and values."""
    at = _at(ls, params.text_document.uri)
    if at is None:
        return None
    hints = inlay_hints.inlay_hints(*at, params.range)
    ls.session.read_soon(at[0], hints.wanted)
    return hints.items or None


@server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
@_quiet_async
async def show_links(ls: PipesightServer, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink] | None:
    """Return the links of names. They wait for lookups, because a client cannot be told to ask again."""
    at = _at(ls, params.text_document.uri)
    if at is None or not at[1].document.uses_zenml:
        return None
    await ls.session.begun(_PATIENCE)
    at = _at(ls, params.text_document.uri)
    if at is None:
        return None
    links = document_links.document_links(*at)
    if looks := ls.session.look_soon(at[0]):
        await asyncio.wait(looks, timeout=_PATIENCE)
        at = _at(ls, params.text_document.uri)
        links = document_links.document_links(*at) if at else None
    return links


@server.feature(lsp.WORKSPACE_SYMBOL, lsp.WorkspaceSymbolOptions(resolve_provider=True))
@_quiet
def find_symbols(ls: PipesightServer, params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol] | None:
    """Return the things of the history with such a name."""
    if ls.session.context is None or not ls.session.context.settings.enable:
        return None
    return symbols.workspace_symbols(ls.session.context, params.query, ls.session.pages_folder().as_uri())


@server.feature(lsp.WORKSPACE_SYMBOL_RESOLVE)
@_quiet_async
async def resolve_symbol(ls: PipesightServer, symbol: lsp.WorkspaceSymbol) -> lsp.WorkspaceSymbol:
    """Write the page of what no code defines."""
    if ls.session.context is not None and symbol.data is not None:
        page = show.document(await commands.show_run(ls.session.context, _argument((symbol.data,))))
        if page is not None:
            start = lsp.Position(0, 0)
            symbol.location = lsp.Location(ls.session.write_document(page).as_uri(), lsp.Range(start, start))
    return symbol


@server.feature(lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT, lsp.TextDocumentContentOptions([pages.SCHEME]))
@_quiet_async
async def show_page(ls: PipesightServer, params: lsp.TextDocumentContentParams) -> lsp.TextDocumentContentResult:
    """Return the content of a page of the history."""
    names, page = pages.names_of(params.uri), None
    if ls.session.context is not None and names:
        page = show.document(await commands.show_run(ls.session.context, names))
    return lsp.TextDocumentContentResult(page.text if page is not None else "The history has this no more.\n")


@server.command(READ_OUTPUT)
async def read_output(ls: PipesightServer, *arguments: Any) -> Any:
    """Read an output. Show it as a document to a client without a panel."""
    return await _run(ls, commands.read_output, arguments)


@server.command(SHOW_RUN)
async def show_run(ls: PipesightServer, *arguments: Any) -> Any:
    """Show a run with its steps and outputs."""
    return await _run(ls, commands.show_run, arguments)


@server.command(READ_LOG)
async def read_log(ls: PipesightServer, *arguments: Any) -> Any:
    """Return a part of the log of a run or a step."""
    return await _run(ls, commands.read_log, arguments)


@server.command(SHOW_RUNS)
async def show_runs(ls: PipesightServer, *arguments: Any) -> Any:
    """Show the runs of a pipeline."""
    return await _run(ls, commands.show_runs, arguments)


@server.command(COMPARE_RUNS)
async def compare_runs(ls: PipesightServer, *arguments: Any) -> Any:
    """Show what differs between two runs."""
    return await _run(ls, comparisons.compare_runs, arguments)


@server.command(COMPARE_VALUES)
async def compare_values(ls: PipesightServer, *arguments: Any) -> Any:
    """Show what differs between one output in two runs."""
    return await _run(ls, comparisons.compare_values, arguments)


@server.command(BLAME)
async def show_moves(ls: PipesightServer, *arguments: Any) -> Any:
    """Show what moved a number."""
    return await _run(ls, what_moved.blame, arguments)


@server.command(SUM_UP_TABLE)
async def sum_up_table(ls: PipesightServer, *arguments: Any) -> Any:
    """Sum up the columns of a table."""
    return await _run(ls, commands.sum_up_table, arguments)


@server.command(PROFILE_TABLE)
async def profile_table(ls: PipesightServer, *arguments: Any) -> Any:
    """Find out how the values of a table's columns are distributed."""
    return await _run(ls, commands.profile_table, arguments)


@server.command(TABLE_COLUMNS)
async def table_columns(ls: PipesightServer, *arguments: Any) -> Any:
    """List the columns of a table, and what changed since the run before."""
    return await _run(ls, commands.table_columns, arguments)


@server.command(NEWEST_OUTPUT)
async def newest_output(ls: PipesightServer, *arguments: Any) -> Any:
    """Find the same output in the newest run."""
    return await _run(ls, commands.newest_output, arguments)


@server.command(EXPORT_TABLE)
async def export_table(ls: PipesightServer, *arguments: Any) -> Any:
    """Write the rows of a table to a file."""
    return await _run(ls, commands.export_table, arguments)


@server.command(PLAN_LOAD)
async def plan_load(ls: PipesightServer, *arguments: Any) -> Any:
    """Say what loading an output in Python would run."""
    return await _run(ls, loads.plan_load, arguments)


@server.command(LOAD_VALUE)
async def load_value(ls: PipesightServer, *arguments: Any) -> Any:
    """Load an output in Python, as a person agreed to."""
    return await _run(ls, loads.load_value, arguments)


@server.command(HISTORY)
async def list_history(ls: PipesightServer, *arguments: Any) -> Any:
    """Return the children of a node of the history tree."""
    context, listed = ls.session.context, _quiet_async(commands.list_history)
    return encode(await listed(context, _argument(arguments)) or ()) if context is not None else []


@server.command(RUN_LABELS)
def run_labels(ls: PipesightServer, *arguments: Any) -> Any:
    """Return the labels that runs can be filtered by."""
    return encode(commands.run_labels(ls.session.context) if ls.session.context is not None else RunLabels())


@server.command(REFRESH)
@_quiet
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

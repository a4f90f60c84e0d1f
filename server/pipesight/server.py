"""The language server: lifecycle and wiring. Each handler hands its request to a feature and returns the answer."""

from __future__ import annotations

import asyncio
import functools
import logging
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePath
from typing import Any, ParamSpec, TypeVar, cast

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from pipesight import __version__
from pipesight.code.workspace import Workspace
from pipesight.features import (
    code_actions,
    code_lens,
    commands,
    completion,
    definition,
    diagnostics,
    document_links,
    hover,
    inlay_hints,
    pages,
    references,
    show,
    symbols,
)
from pipesight.features.context import Client, Context
from pipesight.features.describe import READ_OUTPUT, SHOW_RUN
from pipesight.features.documents import Documents, Encoding, View, to_path
from pipesight.features.installed import installed_release
from pipesight.features.places import SUFFIXES, Places
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import Output
from pipesight.history.sources.source import Source
from pipesight.outputs.service import PreviewService
from pipesight.settings import InitializationOptions, Settings

logger = logging.getLogger(__name__)

STATUS_CHANGED = "pipesight/statusChanged"
_IDLE = 0.5  # seconds after the start until what can wait is done
_LOOK_AGAIN = 5.0  # seconds from one look for stores to the next
_SETTLE = 0.1  # seconds in which changes of the history, or of files, are gathered before the client hears of them
_PATIENCE = 2.0  # seconds that document links wait for files and dashboards to be looked up
_TYPING = 0.3  # seconds without an edit after which diagnostics are published
_SYNCING = 0.5  # seconds after which a history that was being read is looked at again

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Protocol(LanguageServerProtocol):
    """pygls' protocol with documents of our own: its own split lines where the protocol does not."""

    _server: PipesightServer  # pyright: ignore[reportIncompatibleVariableOverride]

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        options = self._server.read_options(params)
        result = yield from super().lsp_initialize(params)
        if result.capabilities.workspace is not None:
            result.capabilities.workspace.text_document_content = lsp.TextDocumentContentOptions([pages.SCHEME])
        provider = result.capabilities.execute_command_provider
        if provider is not None:
            provider.commands = [name for name in provider.commands if name not in options.client_commands]
        return result

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Any:
        self._server.documents.open(params.text_document)
        self._server.opened(params.text_document.uri)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Any:
        self._server.documents.change(params.text_document.uri, params.content_changes, params.text_document.version)
        self._server.edited()

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Any:
        self._server.documents.close(params.text_document.uri)
        self._server.left()

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: lsp.DidOpenNotebookDocumentParams) -> Any:
        self._server.documents.open_notebook(params.notebook_document, params.cell_text_documents)
        self._server.edited()

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: lsp.DidChangeNotebookDocumentParams) -> Any:
        self._server.documents.change_notebook(params.notebook_document.uri, params.change)
        self._server.edited()

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: lsp.DidCloseNotebookDocumentParams) -> Any:
        self._server.documents.close_notebook(params.notebook_document.uri)
        self._server.left()


class PipesightServer(LanguageServer):
    """The server's state: what the client said, and the context that features read once it is initialized."""

    def __init__(self) -> None:
        super().__init__(
            "pipesight",
            __version__,
            text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental,
            notebook_document_sync=_NOTEBOOKS,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )
        self.options = InitializationOptions()
        self.documents = Documents(Encoding())
        self.context: Context | None = None
        self._read_for_lenses: set[str] = set()
        self._news: asyncio.TimerHandle | None = None
        self._shown: tempfile.TemporaryDirectory[str] | None = None
        self._diagnosing: asyncio.TimerHandle | None = None
        self._scanning: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._reported: dict[str, list[lsp.Diagnostic]] = {}
        self._disk: ThreadPoolExecutor | None = None

    def read_options(self, params: lsp.InitializeParams) -> InitializationOptions:
        """Take what the client said in `initialize`; wrong values fall back to the defaults."""
        self.options, problems = InitializationOptions.read(params.initialization_options)
        for problem in problems:
            logger.warning(problem)
        return self.options

    def load(self) -> None:
        """Open the history and the documents' workspace; the store itself is read in the background."""
        settings = self.options.settings
        folders = self._folders()
        encoding = Encoding(self.server_capabilities.position_encoding or lsp.PositionEncodingKind.Utf16)
        documents = Documents(encoding, Workspace(folders))
        self.documents = documents
        places = Places(folders, documents)
        self.context = Context(
            history=self._open_history(self._find_sources(settings)),
            documents=documents,
            previews=self._open_previews(settings),
            settings=settings,
            client=Client.of(self.client_capabilities, self.options.client_commands),
            places=places,
            zenml=installed_release(self.options.interpreter, folders),
        )
        loop = asyncio.get_running_loop()
        loop.call_later(_LOOK_AGAIN, self._look_again)
        loop.call_later(_IDLE, places.start, lambda: _call_in(loop, self.announce))

    def configure(self, settings: Settings) -> None:
        """Take new settings; the history is opened anew when they name other sources."""
        context = self.context
        if context is None or settings == context.settings:
            return
        old, context.settings = context.settings, settings
        if settings.reader != old.reader:
            context.previews.close()
            context.previews = self._open_previews(settings)
        if (settings.enable, settings.history) != (old.enable, old.history):
            self.refresh()
        self.announce()

    def refresh(self) -> None:
        """Look at the stores now, and for stores that were not there before."""
        if self.context is not None:
            self.context.history.refresh()
            self._use(self._find_sources(self.context.settings))

    def _use(self, sources: Sequence[Source]) -> None:
        """Open the history anew when these are other sources than it has."""
        context = self.context
        if context is None:
            return
        if [source.key for source in sources] != [state.source for state in context.history.state.sources]:
            context.history.close()
            context.history = self._open_history(sources)
            self.announce()

    def unload(self) -> None:
        """End what runs beside the server."""
        if self.context is not None:
            self.context.history.close()
            self.context.previews.close()
            if self.context.places is not None:
                self.context.places.stop()
            self.context = None
        if self._shown is not None:
            self._shown.cleanup()
            self._shown = None
        if self._disk is not None:
            self._disk.shutdown(wait=False, cancel_futures=True)
            self._disk = None

    def announce(self) -> None:
        """Tell the client, in a moment, that what it shows of the history may be old."""
        if self._news is None:
            self._news = asyncio.get_running_loop().call_later(_SETTLE, self._announce_now)

    def read_soon(self, outputs: Iterable[Output]) -> None:
        """Read the values that lenses or hints would show, each once, and have them asked for again."""
        wanted = [output for output in outputs if output.id not in self._read_for_lenses]
        local = [output for output in wanted if "://" not in output.uri]
        self._read_for_lenses.update(output.id for output in wanted)
        if local and self.context is not None:
            task = asyncio.ensure_future(_read_all(self.context, local))
            task.add_done_callback(lambda _: self.announce())

    def diagnostics_of(self, context: Context, view: View) -> list[lsp.Diagnostic]:
        """The diagnostics of a document; while the history is being read, those it had before."""
        if context.history.state.syncing:
            self.diagnose_soon(_SYNCING)
        else:
            self._reported[view.uri] = diagnostics.diagnostics(context, view)
            self.look_soon(context)
        return self._reported.get(view.uri, [])

    def opened(self, uri: str) -> None:
        """A document was opened: the client shows no diagnostics of it yet."""
        self._reported.pop(uri, None)
        self.edited()

    def edited(self) -> None:
        """A document was edited: a client that does not pull diagnostics is sent them soon."""
        if self.context is not None and not self.context.client.pulls_diagnostics:
            self.diagnose_soon()

    def left(self) -> None:
        """A document was saved or closed: it is from now on as it is on disk."""
        if self.context is not None:
            self._start(self.scan())
            if self.context.client.pulls_diagnostics:
                self._reported = {uri: kept for uri, kept in self._reported.items() if self.documents.view(uri)}
            self.edited()

    def files_changed(self, uris: Iterable[str]) -> None:
        """Files were changed, created, renamed or deleted, perhaps whole folders of them."""
        paths = [PurePath(path) for uri in uris if (path := to_path(uri)) is not None]
        if any(path.parent.name == ".zen" for path in paths):
            self.refresh()
        if self._scanning is None and any(path.suffix in ("", *SUFFIXES) for path in paths):
            self._scanning = asyncio.get_running_loop().call_later(_SETTLE, self._scan_now)

    async def scan(self) -> None:
        """Bring what is known of the workspace's files up to date."""
        if self.context is not None and self.context.places is not None:
            changed = await self.in_background(self.context.places.scan) - self.documents.files()
            if changed:
                self.documents.changed_on_disk()
                self.announce()

    def diagnose_soon(self, delay: float = _TYPING) -> None:
        """Have the client hear of the diagnostics once `delay` seconds have passed without another reason to."""
        if self._diagnosing is not None:
            self._diagnosing.cancel()
        self._diagnosing = asyncio.get_running_loop().call_later(delay, self._diagnose)

    def look_soon(self, context: Context) -> set[asyncio.Task[None]]:
        """Look for files of outputs, and for dashboards, that were asked for, and announce what changed."""
        looks: set[asyncio.Task[None]] = set()
        if context.presence.wants_to_look:
            looks.add(self._start(self._announce_after(self.in_background(context.presence.look))))
        if context.dashboards.wants_to_look:
            ask = functools.partial(context.dashboards.look, context.history)
            looks.add(self._start(self._announce_after(asyncio.to_thread(ask))))
        return looks

    async def _announce_after(self, look: Awaitable[bool]) -> None:
        if await look:
            self.announce()

    def in_background(self, work: Callable[[], _T]) -> asyncio.Future[_T]:
        """Run work that touches the disk, one at a time, beside the server."""
        if self._disk is None:
            self._disk = ThreadPoolExecutor(1, "pipesight-disk")
        return asyncio.get_running_loop().run_in_executor(self._disk, work)

    def pages_folder(self) -> Path:
        """A folder for documents, which is removed when the server ends."""
        if self._shown is None:
            self._shown = tempfile.TemporaryDirectory(prefix="pipesight-")
        return Path(self._shown.name)

    def write_document(self, document: show.Document) -> Path:
        """Write a document to that folder."""
        file = self.pages_folder() / document.name
        file.write_text(document.text, encoding="utf-8")
        return file

    def _scan_now(self) -> None:
        self._scanning = None
        self.documents.changed_on_disk()
        self._start(self.scan())
        self.announce()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _announce_now(self) -> None:
        self._news = None
        context = self.context
        if context is None:
            return
        if context.client.panel:
            self.protocol.notify(STATUS_CHANGED, commands.status(context))
        if context.client.refresh_code_lens:
            self.workspace_code_lens_refresh(None)
        if context.client.refresh_inlay_hints:
            self.workspace_inlay_hint_refresh(None)
        self.diagnose_soon(0.0)

    def _diagnose(self) -> None:
        """Have the client pull the diagnostics again, or publish those that changed to one that does not pull."""
        self._diagnosing = None
        context = self.context
        if context is None or not context.settings.enable:
            return
        if context.client.pulls_diagnostics:
            if context.client.refresh_diagnostics:
                self.workspace_diagnostic_refresh(None)
            return
        known = dict(self._reported)
        for view in context.documents.views():
            before, now = known.pop(view.uri, []), self.diagnostics_of(context, view)
            if before != now:
                self._publish(view.uri, now, view.text.version)
        for closed in known:
            self._publish(closed, [])
            self._reported.pop(closed, None)

    def _publish(self, uri: str, items: list[lsp.Diagnostic], version: int | None = None) -> None:
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, items, version))

    def _find_sources(self, settings: Settings) -> Sequence[Source]:
        return discover(self._folders(), history=settings.history).sources if settings.enable else ()

    def _open_history(self, sources: Sequence[Source]) -> History:
        cache_folder = Path(self.options.cache_folder) if self.options.cache_folder else None
        history = History.open(sources, cache_folder=cache_folder)
        loop = asyncio.get_running_loop()
        history.subscribe(lambda: _call_in(loop, self.announce))
        return history

    def _look_again(self) -> None:
        """Use what has come or gone meanwhile: a project's first run makes its store, a login names a server."""
        if self.context is None:
            return
        looking = asyncio.ensure_future(asyncio.to_thread(self._find_sources, self.context.settings))
        looking.add_done_callback(self._looked)

    def _looked(self, looking: asyncio.Future[Sequence[Source]]) -> None:
        if self.context is None or looking.cancelled():
            return
        if looking.exception() is None:
            self._use(looking.result())
        asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._look_again)

    def _open_previews(self, settings: Settings) -> PreviewService:
        return PreviewService(
            self.options.interpreter or None,
            timeout=settings.reader.timeout,
            memory_limit=settings.reader.memory * 1024 * 1024,
        )

    def _folders(self) -> list[Path]:
        uris = list(self.workspace.folders) or [self.workspace.root_uri or ""]
        return [Path(path) for uri in uris if (path := to_path(uri)) is not None]


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
    """A handler whose failure is logged and answered with nothing: an editor has no use for a traceback."""

    @functools.wraps(handler)
    def quiet(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        try:
            return handler(*args, **kwargs)
        except Exception:
            logger.exception("%s failed", getattr(handler, "__name__", "a handler"))
            return None

    return quiet


def _quiet_async(handler: Callable[_P, Awaitable[_T | None]]) -> Callable[_P, Awaitable[_T | None]]:
    """As `_quiet`, for handlers that wait."""

    @functools.wraps(handler)
    async def quiet(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        try:
            return await handler(*args, **kwargs)
        except Exception:
            logger.exception("%s failed", getattr(handler, "__name__", "a handler"))
            return None

    return quiet


def _at(ls: PipesightServer, uri: str) -> tuple[Context, View] | None:
    """The context and the open document; None before the server has loaded or when it is switched off."""
    if ls.context is None or not ls.context.settings.enable:
        return None
    view = ls.documents.view(uri)
    return (ls.context, view) if view is not None else None


async def _at_with_files(ls: PipesightServer, uri: str) -> tuple[Context, View] | None:
    """As `_at`, once what is known of the workspace's files is up to date."""
    at = _at(ls, uri)
    if at is not None and at[1].document.uses_zenml:
        await ls.scan()
    return at


@server.feature(lsp.INITIALIZED)
@_quiet
def initialized(ls: PipesightServer, params: lsp.InitializedParams) -> None:
    """Load once the client is ready; the answer to `initialize` need not wait for it."""
    ls.load()
    files = ls.client_capabilities.workspace and ls.client_capabilities.workspace.did_change_watched_files
    if files and files.dynamic_registration:
        options = lsp.DidChangeWatchedFilesRegistrationOptions(_WATCHED)
        watch = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        ls.client_register_capability(lsp.RegistrationParams([watch]))


@server.feature(lsp.SHUTDOWN)
@_quiet
def shutdown(ls: PipesightServer, params: None) -> None:
    """End the background work."""
    ls.unload()


@server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
@_quiet
def did_change_folders(ls: PipesightServer, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Another folder may bring another store."""
    ls.refresh()


@server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
@_quiet
def did_change_files(ls: PipesightServer, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Something beside the editor changed files: git, a generator, another editor."""
    ls.files_changed(change.uri for change in params.changes)


@server.feature(lsp.WORKSPACE_DID_CREATE_FILES, _FILES)
@server.feature(lsp.WORKSPACE_DID_DELETE_FILES, _FILES)
@_quiet
def did_create_or_delete_files(ls: PipesightServer, params: lsp.CreateFilesParams | lsp.DeleteFilesParams) -> None:
    """The editor created or deleted files or folders."""
    ls.files_changed(file.uri for file in params.files)


@server.feature(lsp.WORKSPACE_DID_RENAME_FILES, _FILES)
@_quiet
def did_rename_files(ls: PipesightServer, params: lsp.RenameFilesParams) -> None:
    """The editor renamed or moved files or folders."""
    ls.files_changed(uri for file in params.files for uri in (file.old_uri, file.new_uri))


@server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
@_quiet_async
async def did_change_configuration(ls: PipesightServer, params: lsp.DidChangeConfigurationParams) -> None:
    """Take the settings sent, or pull them where the client would rather be asked."""
    section: object = None
    if isinstance(params.settings, Mapping):
        section = cast("Mapping[str, object]", params.settings).get("pipesight")
    workspace = ls.client_capabilities.workspace
    if section is None and workspace is not None and workspace.configuration:
        items = [lsp.ConfigurationItem(section="pipesight")]
        section = (await ls.workspace_configuration_async(lsp.ConfigurationParams(items)))[0]
    if section is None:
        return  # the client has none of its own: what it said at the start stays
    settings, problems = Settings.read(section)
    if problems:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, " ".join(problems)))
    ls.configure(settings)


@server.feature(
    lsp.TEXT_DOCUMENT_COMPLETION,
    lsp.CompletionOptions(trigger_characters=completion.TRIGGER_CHARACTERS, resolve_provider=True),
)
@_quiet
def complete(ls: PipesightServer, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    """Names that fit at the cursor."""
    at = _at(ls, params.text_document.uri)
    return completion.complete(*at, params.position) if at else None


@server.feature(lsp.COMPLETION_ITEM_RESOLVE)
@_quiet_async
async def resolve_completion(ls: PipesightServer, item: lsp.CompletionItem) -> lsp.CompletionItem:
    """The page of the selected name."""
    if ls.context is not None:
        item.documentation = await completion.documentation(ls.context, item)
    return item


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def show_hover(ls: PipesightServer, params: lsp.HoverParams) -> Generator[Any, Any, lsp.Hover | None]:
    """The page of what is under the cursor: at once, unless a value has to be read for it."""
    at = _at(ls, params.text_document.uri)
    target = _quiet(hover.target)(*at, params.position) if at else None
    if at is None or target is None:
        return None
    context, _ = at
    output = hover.wanted(context, target)
    preview = (yield hover.read, (context, output), None) if output is not None else None
    shown = _quiet(hover.hover)(context, target, preview)
    ls.look_soon(context)
    return shown


@server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions(resolve_provider=False))
@_quiet
def show_code_lenses(ls: PipesightServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens] | None:
    """Facts above statements and definitions."""
    at = _at(ls, params.text_document.uri)
    if at is None:
        return None
    lenses = code_lens.code_lenses(*at)
    ls.read_soon(lenses.wanted)
    return lenses.items


@server.feature(
    lsp.TEXT_DOCUMENT_DIAGNOSTIC,
    lsp.DiagnosticOptions(identifier="pipesight", inter_file_dependencies=True, workspace_diagnostics=False),
)
@_quiet
def pull_diagnostics(ls: PipesightServer, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    """What is wrong in a document, for clients that ask."""
    at = _at(ls, params.text_document.uri)
    return lsp.RelatedFullDocumentDiagnosticReport(items=ls.diagnostics_of(*at) if at else [])


@server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
@_quiet
def saved(ls: PipesightServer, params: lsp.DidSaveTextDocumentParams) -> None:
    """What other files read from this one may have changed."""
    ls.left()


@server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=code_actions.KINDS))
@_quiet
def show_code_actions(
    ls: PipesightServer, params: lsp.CodeActionParams
) -> Sequence[lsp.Command | lsp.CodeAction] | None:
    """What can be done here."""
    at = _at(ls, params.text_document.uri)
    return code_actions.code_actions(*at, params.range, params.context) if at else None


@server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
@_quiet
def go_to_definition(
    ls: PipesightServer, params: lsp.DefinitionParams
) -> Sequence[lsp.Location] | Sequence[lsp.LocationLink] | None:
    """Where what is under the cursor is defined in code."""
    at = _at(ls, params.text_document.uri)
    return definition.definition(*at, params.position) if at else None


@server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
@_quiet_async
async def find_references(ls: PipesightServer, params: lsp.ReferenceParams) -> list[lsp.Location] | None:
    """Every place that means what is under the cursor."""
    at = await _at_with_files(ls, params.text_document.uri)
    declaration = params.context.include_declaration
    return references.references(*at, params.position, declaration=declaration) if at else None


@server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
@_quiet
def show_highlights(ls: PipesightServer, params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight] | None:
    """The places in the document that mean what is under the cursor."""
    at = _at(ls, params.text_document.uri)
    return references.highlights(*at, params.position) if at else None


@server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
@_quiet
def prepare_rename(ls: PipesightServer, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
    """The name that could be renamed."""
    at = _at(ls, params.text_document.uri)
    return references.prepare_rename(*at, params.position) if at else None


@server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
@_quiet_async
async def rename(ls: PipesightServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    """The edits that rename."""
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
    """Which runs, and which values."""
    at = _at(ls, params.text_document.uri)
    if at is None:
        return None
    hints = inlay_hints.inlay_hints(*at, params.range)
    ls.read_soon(hints.wanted)
    return hints.items or None


@server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
@_quiet_async
async def show_links(ls: PipesightServer, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink] | None:
    """Where names lead outside the editor. Clients cannot be told to ask again: what has to be looked up is awaited."""
    at = _at(ls, params.text_document.uri)
    if at is None:
        return None
    links = document_links.document_links(*at)
    if looks := ls.look_soon(at[0]):
        await asyncio.wait(looks, timeout=_PATIENCE)
        at = _at(ls, params.text_document.uri)
        links = document_links.document_links(*at) if at else None
    return links


@server.feature(lsp.WORKSPACE_SYMBOL, lsp.WorkspaceSymbolOptions(resolve_provider=True))
@_quiet
def find_symbols(ls: PipesightServer, params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol] | None:
    """What of the history has such a name."""
    if ls.context is None or not ls.context.settings.enable:
        return None
    return symbols.workspace_symbols(ls.context, params.query, ls.pages_folder().as_uri())


@server.feature(lsp.WORKSPACE_SYMBOL_RESOLVE)
@_quiet_async
async def resolve_symbol(ls: PipesightServer, symbol: lsp.WorkspaceSymbol) -> lsp.WorkspaceSymbol:
    """Write the page of what no code defines."""
    if ls.context is not None and symbol.data is not None:
        page = show.document(await commands.show_run(ls.context, _argument((symbol.data,))))
        if page is not None:
            start = lsp.Position(0, 0)
            symbol.location = lsp.Location(ls.write_document(page).as_uri(), lsp.Range(start, start))
    return symbol


@server.feature(lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT, lsp.TextDocumentContentOptions([pages.SCHEME]))
@_quiet_async
async def show_page(ls: PipesightServer, params: lsp.TextDocumentContentParams) -> lsp.TextDocumentContentResult:
    """The content of a page of the history."""
    names, page = pages.names_of(params.uri), None
    if ls.context is not None and names:
        page = show.document(await commands.show_run(ls.context, names))
    return lsp.TextDocumentContentResult(page.text if page is not None else "The history has this no more.\n")


@server.command(READ_OUTPUT)
async def read_output(ls: PipesightServer, *arguments: Any) -> Any:
    """Read an output; a client without a panel is shown a document."""
    return await _run(ls, commands.read_output, arguments)


@server.command(SHOW_RUN)
async def show_run(ls: PipesightServer, *arguments: Any) -> Any:
    """Show a run with its steps and outputs."""
    return await _run(ls, commands.show_run, arguments)


@server.command(commands.HISTORY)
async def list_history(ls: PipesightServer, *arguments: Any) -> Any:
    """The children of a node of the history tree."""
    listed = _quiet_async(commands.list_history)
    return (await listed(ls.context, _argument(arguments)) or []) if ls.context is not None else []


@server.command(commands.REFRESH)
def refresh(ls: PipesightServer, *arguments: Any) -> None:
    """Look at the stores now."""
    ls.refresh()


@server.command(commands.STATUS)
def status(ls: PipesightServer, *arguments: Any) -> Any:
    """How each source is doing."""
    return commands.status(ls.context) if ls.context is not None else {"sources": []}


async def _run(ls: PipesightServer, command: Callable[..., Awaitable[Any]], arguments: tuple[Any, ...]) -> Any:
    """The command's result; where the client has no panel of its own, also shown as a document."""
    context = ls.context
    if context is None:
        return {"problem": "Pipesight is still starting.", "advice": "Try again in a moment."}
    try:
        result = await command(context, _argument(arguments))
    except Exception:
        logger.exception("%s failed", getattr(command, "__name__", "a command"))
        return {"problem": "Pipesight failed to do this.", "advice": "Its log tells more."}
    if not context.client.panel:
        await _show(ls, context.client, result)
    return result


async def _show(ls: PipesightServer, client: Client, result: Mapping[str, Any]) -> None:
    """Show a result as a document, or say in a message what it is and where it lies."""
    document = show.document(result)
    file = ls.write_document(document) if document is not None else None
    if file is not None and client.show_document:
        await ls.window_show_document_async(lsp.ShowDocumentParams(uri=file.as_uri(), take_focus=False))
    elif message := show.message(result, file):
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, message))


def _argument(arguments: tuple[Any, ...]) -> Mapping[str, object]:
    """The one object that a command takes; nothing when the client sent something else."""
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


async def _read_all(context: Context, outputs: list[Any]) -> None:
    for output in outputs:
        await context.previews.preview(output)


def _call_in(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback)

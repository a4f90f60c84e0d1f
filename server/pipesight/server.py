"""The language server: lifecycle and wiring. Each handler hands its request to a feature and returns the answer."""

from __future__ import annotations

import asyncio
import functools
import logging
import tempfile
from collections.abc import Awaitable, Callable, Generator, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from pipesight import __version__
from pipesight.features import code_lens, commands, completion, hover, show
from pipesight.features.context import Client, Context
from pipesight.features.describe import READ_OUTPUT, SHOW_RUN
from pipesight.features.documents import Documents, Encoding, View, to_path
from pipesight.settings import InitializationOptions, Settings

logger = logging.getLogger(__name__)

STATUS_CHANGED = "pipesight/statusChanged"
_SETTLE = 0.1  # seconds in which changes of the history are gathered before the client hears of them

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Protocol(LanguageServerProtocol):
    """pygls' protocol with documents of our own: its own split lines where the protocol does not."""

    _server: PipesightServer  # pyright: ignore[reportIncompatibleVariableOverride]

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        options = self._server.read_options(params)
        result = yield from super().lsp_initialize(params)
        provider = result.capabilities.execute_command_provider
        if provider is not None:
            provider.commands = [name for name in provider.commands if name not in options.client_commands]
        return result

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Any:
        self._server.documents.open(params.text_document)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Any:
        self._server.documents.change(params.text_document.uri, params.content_changes, params.text_document.version)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Any:
        self._server.documents.close(params.text_document.uri)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: lsp.DidOpenNotebookDocumentParams) -> Any:
        self._server.documents.open_notebook(params.notebook_document, params.cell_text_documents)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: lsp.DidChangeNotebookDocumentParams) -> Any:
        self._server.documents.change_notebook(params.notebook_document.uri, params.change)

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: lsp.DidCloseNotebookDocumentParams) -> Any:
        self._server.documents.close_notebook(params.notebook_document.uri)


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

    def read_options(self, params: lsp.InitializeParams) -> InitializationOptions:
        """Take what the client said in `initialize`; wrong values fall back to the defaults."""
        self.options, problems = InitializationOptions.read(params.initialization_options)
        for problem in problems:
            logger.warning(problem)
        return self.options

    def load(self) -> None:
        """Open the history and the documents' workspace; the store itself is read in the background."""
        from pipesight.outputs.service import PreviewService

        settings = self.options.settings
        encoding = Encoding(self.server_capabilities.position_encoding or lsp.PositionEncodingKind.Utf16)
        documents = Documents(encoding)
        self.documents = documents
        self.context = Context(
            history=self._open_history(settings),
            documents=documents,
            previews=PreviewService(
                self.options.interpreter or None,
                timeout=settings.reader.timeout,
                memory_limit=settings.reader.memory * 1024 * 1024,
            ),
            settings=settings,
            client=Client.of(self.client_capabilities, self.options.client_commands),
        )

    def configure(self, settings: Settings) -> None:
        """Take new settings; the history is opened anew when they name other sources."""
        context = self.context
        if context is None or settings == context.settings:
            return
        reopen = settings.history != context.settings.history
        context.settings = settings
        if reopen:
            context.history.close()
            context.history = self._open_history(settings)
        self.announce()

    def unload(self) -> None:
        """End what runs beside the server."""
        if self.context is not None:
            self.context.history.close()
            self.context.previews.close()
            self.context = None
        if self._shown is not None:
            self._shown.cleanup()
            self._shown = None

    def announce(self) -> None:
        """Tell the client, in a moment, that what it shows of the history may be old."""
        if self._news is None:
            self._news = asyncio.get_running_loop().call_later(_SETTLE, self._announce_now)

    def read_soon(self, lenses: code_lens.Lenses) -> None:
        """Read the values that lenses would show, each once, and have the lenses asked for again."""
        wanted = [output for output in lenses.wanted if output.id not in self._read_for_lenses]
        local = [output for output in wanted if "://" not in output.uri]
        self._read_for_lenses.update(output.id for output in wanted)
        if local and self.context is not None:
            task = asyncio.ensure_future(_read_all(self.context, local))
            task.add_done_callback(lambda _: self.announce())

    def write_document(self, document: show.Document) -> Path:
        """Write a document to a folder that is removed when the server ends."""
        if self._shown is None:
            self._shown = tempfile.TemporaryDirectory(prefix="pipesight-")
        file = Path(self._shown.name) / document.name
        file.write_text(document.text, encoding="utf-8")
        return file

    def _announce_now(self) -> None:
        self._news = None
        context = self.context
        if context is None:
            return
        if context.client.panel:
            self.protocol.notify(STATUS_CHANGED, commands.status(context))
        if context.client.refresh_code_lens:
            self.workspace_code_lens_refresh(None)

    def _open_history(self, settings: Settings) -> Any:
        from pipesight.history.discovery import discover
        from pipesight.history.history import History

        sources = discover(self._folders(), history=settings.history).sources if settings.enable else ()
        cache_folder = Path(self.options.cache_folder) if self.options.cache_folder else None
        history = History.open(sources, cache_folder=cache_folder)
        loop = asyncio.get_running_loop()
        history.subscribe(lambda: _call_in(loop, self.announce))
        return history

    def _folders(self) -> list[Path]:
        uris = list(self.workspace.folders) or [self.workspace.root_uri or ""]
        return [Path(path) for uri in uris if (path := to_path(uri)) is not None]


_NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    notebook_selector=[
        lsp.NotebookDocumentFilterWithNotebook(notebook="*", cells=[lsp.NotebookCellLanguage(language="python")]),
    ],
    save=False,
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


@server.feature(lsp.INITIALIZED)
@_quiet
def initialized(ls: PipesightServer, params: lsp.InitializedParams) -> None:
    """Load once the client is ready; the answer to `initialize` need not wait for it."""
    ls.load()


@server.feature(lsp.SHUTDOWN)
@_quiet
def shutdown(ls: PipesightServer, params: None) -> None:
    """End the background work."""
    ls.unload()


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
    return _quiet(hover.hover)(context, target, preview)


@server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions(resolve_provider=False))
@_quiet
def show_code_lenses(ls: PipesightServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens] | None:
    """Facts above statements and definitions."""
    at = _at(ls, params.text_document.uri)
    if at is None:
        return None
    lenses = code_lens.code_lenses(*at)
    ls.read_soon(lenses)
    return lenses.items


@server.command(READ_OUTPUT)
async def read_output(ls: PipesightServer, *arguments: Any) -> Any:
    """Read an output; a client without a panel is shown a document."""
    return await _run(ls, commands.read_output, arguments)


@server.command(SHOW_RUN)
async def show_run(ls: PipesightServer, *arguments: Any) -> Any:
    """Show a run with its steps and outputs."""
    return await _run(ls, commands.show_run, arguments)


@server.command(commands.HISTORY)
def list_history(ls: PipesightServer, *arguments: Any) -> Any:
    """The children of a node of the history tree."""
    return commands.list_history(ls.context, _argument(arguments)) if ls.context is not None else []


@server.command(commands.REFRESH)
def refresh(ls: PipesightServer, *arguments: Any) -> None:
    """Look at the stores now."""
    if ls.context is not None:
        ls.context.history.refresh()


@server.command(commands.STATUS)
def status(ls: PipesightServer, *arguments: Any) -> Any:
    """How each source is doing."""
    return commands.status(ls.context) if ls.context is not None else {"sources": []}


async def _run(ls: PipesightServer, command: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """The command's result; where the client has no panel of its own, also shown as a document."""
    context = ls.context
    if context is None:
        return {"problem": "Pipesight is still starting.", "advice": "Try again in a moment."}
    result = command(context, _argument(arguments))
    if asyncio.iscoroutine(result):
        result = await result
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

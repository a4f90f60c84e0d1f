"""The server as pygls needs it: the connection to one client, and its session."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from pipesight import __version__
from pipesight.pages.contract.command_ids import STATUS_CHANGED
from pipesight.workspace.file_uris import to_path

from .protocol import Protocol
from .session import Session

if TYPE_CHECKING:
    from pipesight.pages.contract.store_status import ServerStatus

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")

_NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    notebook_selector=[
        lsp.NotebookDocumentFilterWithNotebook(notebook="*", cells=[lsp.NotebookCellLanguage(language="python")]),
    ],
    save=False,
)


class PipesightServer(LanguageServer):
    """The connection to one client, with its session."""

    def __init__(self) -> None:
        self.session = Session(self)  # set first, because pygls reads all attributes of the protocol, which needs it
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
        """Log an error that belongs to no request. pygls would show it to the user."""
        logger.error("%s", error)

    def folders(self) -> list[Path]:
        """Return the workspace's folders as they are now."""
        uris = list(self.workspace.folders) or [self.workspace.root_uri or ""]
        return [Path(path) for uri in uris if (path := to_path(uri)) is not None]

    def status_changed(self, status: ServerStatus) -> None:
        """Notify a client that can show the status."""
        from pipesight.pages.contract.wire import encode

        self.protocol.notify(STATUS_CHANGED, encode(status))

    def refresh_code_lenses(self) -> None:
        """Ask the client to request the code lenses again."""
        self.workspace_code_lens_refresh(None)

    def refresh_inlay_hints(self) -> None:
        """Ask the client to request the inlay hints again."""
        self.workspace_inlay_hint_refresh(None)

    def refresh_diagnostics(self) -> None:
        """Ask the client to request the diagnostics again."""
        self.workspace_diagnostic_refresh(None)

    def warn(self, message: str) -> None:
        """Show a warning to the user."""
        self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, message))

    async def publish(self, uri: str, items: list[lsp.Diagnostic], version: int | None = None) -> None:
        """Publish the diagnostics of a document."""
        params = lsp.PublishDiagnosticsParams(uri, items, version)
        await self.peer.notify_in_order(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)


server = PipesightServer()


def quiet(handler: Callable[_P, _T | None]) -> Callable[_P, _T | None]:
    """Wrap a handler so that an exception is logged and the answer is null. An editor cannot use a traceback."""

    @functools.wraps(handler)
    def quiet(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        try:
            return handler(*args, **kwargs)
        except Exception:
            logger.exception("%s failed", getattr(handler, "__name__", "a handler"))
            return None

    return quiet


def quiet_async(handler: Callable[_P, Awaitable[_T | None]]) -> Callable[_P, Awaitable[_T | None]]:
    """Wrap an async handler as `quiet` does."""

    @functools.wraps(handler)
    async def quiet(*args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        try:
            return await handler(*args, **kwargs)
        except Exception:
            logger.exception("%s failed", getattr(handler, "__name__", "a handler"))
            return None

    return quiet

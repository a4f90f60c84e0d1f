"""The rules of the protocol: the answers before and after a session, and to invalid messages."""

from __future__ import annotations

import asyncio
import json
import logging
import typing
from collections.abc import Generator, Mapping
from typing import Any, cast

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import RPCMessage

from pipesight.lsp.connection import Leave, MessageWriter, end_with
from pipesight.lsp.empties import with_objects
from pipesight.lsp.encoding import encoded, is_large
from pipesight.lsp.session import Session
from pipesight.pages.uris import SCHEME
from pipesight.workspace.documents import Encoding

logger = logging.getLogger(__name__)

Refusal = tuple[int, str]

# The capabilities of clients for requests that this server does not answer. They are not parsed, because lsprotocol
# would build their classes when the server starts.
UNSERVED: Mapping[str, frozenset[str]] = {
    "textDocument": frozenset(
        (
            "callHierarchy",
            "colorProvider",
            "declaration",
            "documentSymbol",
            "foldingRange",
            "formatting",
            "implementation",
            "inlineCompletion",
            "inlineValue",
            "linkedEditingRange",
            "moniker",
            "onTypeFormatting",
            "rangeFormatting",
            "selectionRange",
            "semanticTokens",
            "signatureHelp",
            "typeDefinition",
            "typeHierarchy",
        )
    ),
    "workspace": frozenset(("foldingRange", "inlineValue", "semanticTokens")),
}

_NOT_JSON: Refusal = (lsp.ErrorCodes.ParseError, "This is not JSON.")
_NO_MESSAGE: Refusal = (lsp.ErrorCodes.InvalidRequest, "This is no message of JSON-RPC 2.0.")
_TOO_EARLY: Refusal = (lsp.ErrorCodes.ServerNotInitialized, "The server is not initialized.")
_TOO_LATE: Refusal = (lsp.ErrorCodes.InvalidRequest, "The server is shutting down.")
_AGAIN: Refusal = (lsp.ErrorCodes.InvalidRequest, "The server is initialized already.")


def _without_traceback(record: logging.LogRecord) -> bool:
    """Remove the traceback of a refused request from the log, because nothing failed. Return True."""
    if record.exc_info and isinstance(record.exc_info[1], JsonRpcException):
        record.exc_info = None
    return True


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Return False for pygls' tracebacks of invalid messages. Our own code logs the refusal in one line."""
    return not record.getMessage().startswith("Unable to deserialize message")


for _keep in (_without_traceback, _is_worth_logging):
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_keep)


def served(params: object) -> object:
    """Return the parameters of `initialize` without the capabilities in `UNSERVED`."""
    if not isinstance(params, dict):
        return params
    given = cast("dict[str, Any]", params)
    capabilities = given.get("capabilities")
    if not isinstance(capabilities, dict):
        return given
    kept = cast("dict[str, Any]", capabilities)
    for section, unserved in UNSERVED.items():
        of_section = kept.get(section)
        if isinstance(of_section, dict):
            abilities = cast("dict[str, Any]", of_section).items()
            kept = {**kept, section: {name: value for name, value in abilities if name not in unserved}}
    return {**given, "capabilities": kept}


class _Host(typing.Protocol):
    session: Session


class Protocol(LanguageServerProtocol):
    """pygls' protocol with the rules of a session, and without pygls' documents, which split lines differently."""

    _leave: Leave
    _is_initialized = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sending: set[asyncio.Future[None]] = set()  # asyncio itself keeps no task alive

    @property
    def _session(self) -> Session:
        return cast("_Host", self._server).session

    @property
    def is_orderly(self) -> bool:
        """True if the client has sent `shutdown` before it ended."""
        return self._shutdown

    def begin(self, writer: MessageWriter, leave: Leave) -> None:
        """Send all messages to `writer` from now on. `leave` ends the connection."""
        self._leave = leave
        self.set_writer(writer)

    def receive(self, body: bytes) -> None:
        """Handle a message, or answer with an error."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, "a message", _NOT_JSON)
            return
        message = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
        message_id = message.get("id")
        if isinstance(message_id, (dict, list)):
            self._refuse(None, "a message", _NO_MESSAGE)
        elif message.get("jsonrpc") != self.VERSION:
            self._refuse(message_id, "a message", _NO_MESSAGE)
        elif "method" in message:
            self._receive_call(message, b"[]" in body)
        else:
            self._receive_answer(message)

    def _receive_call(self, data: dict[str, Any], has_empty_lists: bool) -> None:
        """Handle a request or a notification."""
        method, is_request = str(data["method"]), "id" in data
        refusal = self._refusal(method, data.get("params"), is_request)
        if refusal is None:
            if method == lsp.INITIALIZE:
                data = {**data, "params": served(data.get("params"))}
            kind = self.get_message_type(method) or (JsonRPCRequestMessage if is_request else JsonRPCNotification)
            try:
                message = self._converter.structure(with_objects(data, kind) if has_empty_lists else data, kind)
            except Exception:  # noqa: BLE001 - any error of the converter means that the parameters are wrong
                refusal = (lsp.ErrorCodes.InvalidParams, f"The parameters of {method} are not valid.")
            else:
                self.handle_message(message)
        if refusal is not None and is_request:
            self._refuse(data["id"], method, refusal)

    def _receive_answer(self, data: dict[str, Any]) -> None:
        try:
            self.handle_message(cast("RPCMessage", self.structure_message(data)))
        except JsonRpcException:
            logger.info("An answer of the client is not valid.")

    def _refusal(self, method: str, params: object, is_request: bool) -> Refusal | None:
        """Return why this method is not allowed in the state of the session, None if it is."""
        if method == lsp.EXIT:
            return None
        if self._shutdown:
            return _TOO_LATE
        if method == lsp.INITIALIZE:
            return _AGAIN if self._is_initialized else None
        if not self._is_initialized:
            return _TOO_EARLY
        if is_request and method not in self.fm.builtin_features and method not in self.fm.features:
            return (lsp.ErrorCodes.MethodNotFound, f"There is no method {method}.")
        command = cast("dict[str, object]", params).get("command") if isinstance(params, dict) else None
        if method == lsp.WORKSPACE_EXECUTE_COMMAND and command not in self.fm.commands:
            return (lsp.ErrorCodes.InvalidParams, f"There is no command {command}.")
        return None

    def _refuse(self, message_id: Any, what: str, refusal: Refusal) -> None:
        code, reason = refusal
        logger.info("Refused %s: %s", what, reason)
        error = {"code": int(code), "message": reason}
        # A plain dict, because lsprotocol's class omits an id that is null.
        self._send_data({"jsonrpc": self.VERSION, "id": message_id, "error": error})

    async def notify_in_order(self, method: str, params: object) -> None:
        """Send a notification, and return when it is sent."""
        if is_large(params):
            await self._send_in_slices({"method": method, "params": params})
        else:
            self.notify(method, params)

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        """Send a response. A large one is sent soon, and other messages may come before it."""
        if error is None and is_large(result):
            self._result_types.pop(msg_id, None)
            sending = asyncio.ensure_future(self._send_in_slices({"id": msg_id, "result": result}))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)
        else:
            super()._send_response(msg_id, result, error)

    async def _send_in_slices(self, message: dict[str, Any]) -> None:
        message = {"jsonrpc": self.VERSION, **message}
        text = await self._session.in_slices(lambda: encoded(message, self._serialize_message))
        if self.writer is not None and text is not None:
            body = text.encode(self.CHARSET)
            head = f"Content-Length: {len(body)}\r\nContent-Type: {self.CONTENT_TYPE}; charset={self.CHARSET}\r\n\r\n"
            self.writer.write(head.encode() + body)

    @lsp_method(lsp.EXIT)
    def lsp_exit(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self._leave()

    def _execute_handler(self, msg_id: Any, handler: Any, callback: Any, args: Any = None, kwargs: Any = None) -> None:
        """Run a handler. pygls forgets the handlers of requests that have ended, but not those that they wait for."""
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))

    @lsp_method(lsp.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Cancel all other requests, and shut down.

        A handler that waits answers as soon as it is cancelled, and leaves the requests that pygls would go through.
        """
        for message_id, future in list(self._request_futures.items()):
            if message_id != self.msg_id:
                future.cancel()
        return (yield from super().lsp_shutdown(*args))

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        options = self._session.read_options(params.initialization_options)
        result = yield from super().lsp_initialize(params)
        self._is_initialized = True
        if params.process_id is not None:
            end_with(params.process_id, self._leave)
        self._session.begin(Encoding(result.capabilities.position_encoding or lsp.PositionEncodingKind.Utf16))
        if result.capabilities.workspace is not None:
            result.capabilities.workspace.text_document_content = lsp.TextDocumentContentOptions([SCHEME])
        provider = result.capabilities.execute_command_provider
        if provider is not None:
            provider.commands = [name for name in provider.commands if name not in options.client_commands]
        return result

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Any:
        self._session.documents.open(params.text_document)
        self._session.opened(params.text_document.uri)

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Any:
        self._session.documents.change(params.text_document.uri, params.content_changes, params.text_document.version)
        self._session.edited()

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Any:
        self._session.documents.close(params.text_document.uri)
        self._session.left()

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: lsp.DidOpenNotebookDocumentParams) -> Any:
        self._session.documents.open_notebook(params.notebook_document, params.cell_text_documents)
        self._session.edited()

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: lsp.DidChangeNotebookDocumentParams) -> Any:
        self._session.documents.change_notebook(params.notebook_document.uri, params.change)
        self._session.edited()

    @lsp_method(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: lsp.DidCloseNotebookDocumentParams) -> Any:
        self._session.documents.close_notebook(params.notebook_document.uri)
        self._session.left()

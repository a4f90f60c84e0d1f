"""The rules of the protocol, tested with messages as bytes and without a client library."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, cast

import pytest

from pipesight.lsp import connection
from tests.forks import PIPESIGHT, forked_pipesight

PATIENCE = 60.0

Message = dict[str, Any]


class Wire:
    """A client that writes and reads messages."""

    def __init__(self, writer: BinaryIO, reader: BinaryIO) -> None:
        self._writer, self._reader = writer, reader
        self._last = 0

    def send(self, message: Any, header: str = "Content-Length: {}") -> None:
        self.send_bytes(json.dumps(message).encode(), header)

    def send_bytes(self, body: bytes, header: str = "Content-Length: {}") -> None:
        self._writer.write(f"{header.format(len(body))}\r\n\r\n".encode() + body)
        self._writer.flush()

    def notify(self, method: str, **params: Any) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, header: str = "Content-Length: {}", **rest: Any) -> Message:
        """Return the answer to a request. Other messages of the server are skipped."""
        self._last += 1
        self.send({"jsonrpc": "2.0", "id": self._last, "method": method, **rest}, header)
        return self.answer(self._last)

    def answer(self, message_id: int | str | None) -> Message:
        while True:
            message = self._read()
            if "method" not in message and message["id"] == message_id:
                return message

    def error(self, method: str, **rest: Any) -> int:
        return self.ask(method, **rest)["error"]["code"]

    def initialize(self, **params: Any) -> Message:
        return self.ask("initialize", params={"processId": None, "rootUri": None, "capabilities": {}, **params})

    def _read(self) -> Message:
        length = 0
        while (line := self._reader.readline()).strip():
            name, _, value = line.partition(b":")
            length = int(value) if name == b"Content-Length" else length
        assert length, "the server has ended"
        return json.loads(self._reader.read(length))


class Server(Wire):
    """A server for one test."""

    def __init__(self, *options: str, forked: bool = True) -> None:
        command = forked_pipesight() if forked else PIPESIGHT
        self.process = subprocess.Popen(
            [*command, "lsp", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        super().__init__(cast("BinaryIO", self.process.stdin), cast("BinaryIO", self.process.stdout))

    def status(self) -> int:
        """Return the exit status."""
        return self.process.wait(PATIENCE)

    def log(self) -> str:
        """Return the log. The server must have ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def end(self) -> None:
        """End the server, if it has not ended."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()


Start = Callable[..., Server]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts a server. Servers that still run are ended after the test."""
    started: list[Server] = []

    def begin(*options: str, forked: bool = True) -> Server:
        started.append(Server(*options, forked=forked))
        return started[-1]

    yield begin
    for server in started:
        server.end()


@pytest.fixture(scope="module")
def unready() -> Iterator[Server]:
    """Yield a server that is not initialized. Tests share it, because wrong messages change nothing."""
    server = Server()
    yield server
    assert "result" in server.initialize()
    server.end()


@pytest.fixture(scope="module")
def ready() -> Iterator[Server]:
    """Yield a server whose session has begun. Its log stays short, whatever the tests send."""
    server = Server()
    server.initialize()
    yield server
    server.notify("exit")
    server.status()
    assert len(server.log()) < 4000
    server.end()


# The session


@pytest.mark.thorough
def test_exit_after_shutdown(start: Start) -> None:
    server = start(forked=False)
    server.initialize()
    assert server.ask("shutdown")["result"] is None
    server.notify("exit")

    assert server.status() == 0
    assert server.log() == ""


def test_a_shutdown_cancels_a_request_that_waits(start: Start) -> None:
    """A hover waits until its document is analyzed, which takes seconds here."""
    server = start()
    server.initialize()
    server.notify("initialized")
    text = (
        "from zenml.client import Client\nclient = Client()\n" + "client.get_pipeline('x').last_run.steps['s']\n" * 6000
    )
    document = {"uri": "file:///large.py", "languageId": "python", "version": 1, "text": text}
    server.notify("textDocument/didOpen", textDocument=document)
    where = {"textDocument": {"uri": "file:///large.py"}, "position": {"line": 2, "character": 22}}
    server.send({"jsonrpc": "2.0", "id": "hover", "method": "textDocument/hover", "params": where})
    server.send({"jsonrpc": "2.0", "id": "shutdown", "method": "shutdown"})

    assert server.answer("hover")["error"]["code"] == -32800
    assert server.answer("shutdown")["result"] is None
    server.notify("exit")
    assert server.status() == 0


def test_exit_without_shutdown(start: Start) -> None:
    server = start()
    server.initialize()
    server.notify("exit")

    assert server.status() == 1


def test_requests_before_initialize(start: Start) -> None:
    server = start()
    server.notify("textDocument/didOpen", textDocument={"uri": "file:///x.py"})

    assert server.error("textDocument/hover", params={}) == -32002
    assert server.error("shutdown") == -32002
    assert server.error("no/such/method") == -32002
    assert "capabilities" in server.initialize()["result"]


def test_requests_after_shutdown(start: Start) -> None:
    server = start()
    server.initialize()
    server.ask("shutdown")

    assert server.error("textDocument/hover", params={}) == -32600
    assert server.error("no/such/method") == -32600
    assert server.error("shutdown") == -32600


def test_a_second_initialize(start: Start) -> None:
    server = start()
    server.initialize()

    assert server.initialize()["error"]["code"] == -32600


# Invalid messages


def test_an_unknown_request(start: Start) -> None:
    server = start()
    server.initialize()
    for rest in ({}, {"params": {}}, {"params": []}, {"params": {"textDocument": {"uri": "x"}}}):
        assert server.error("no/such/method", **rest) == -32601
        assert server.error("$/noSuchMethod", **rest) == -32601
    server.notify("exit")
    server.status()

    assert server.log() == ""


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("textDocument/hover", {}),
        ("textDocument/hover", {"params": {"textDocument": {"uri": "x"}, "position": {"line": "x" * 100_000}}}),
        ("textDocument/hover", {"params": 7}),
        ("workspace/executeCommand", {"params": {"command": "pipesight.noSuchCommand"}}),
    ],
)
def test_parameters_that_make_no_sense(ready: Server, method: str, rest: Message) -> None:
    assert ready.error(method, **rest) == -32602


@pytest.mark.parametrize(
    ("body", "message_id", "code"),
    [
        (b"{", None, -32700),
        (b"\xff", None, -32700),
        (b"[]", None, -32600),
        (b"7", None, -32600),
        (b'{"id": "x", "method": "initialize"}', "x", -32600),
        (b'{"jsonrpc": "2.0", "id": [], "method": "shutdown"}', None, -32600),
        (b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "shutdown"}', None, -32600),
        (b"[" * 100_000, None, -32700),
        (b'{"jsonrpc": "2.0", "id": ' + b"1" * 5_000 + b', "method": "shutdown"}', None, -32700),
    ],
)
def test_what_is_no_message(unready: Server, body: bytes, message_id: str | None, code: int) -> None:
    unready.send_bytes(body)

    assert unready.answer(message_id)["error"]["code"] == code


def test_an_answer_to_nothing(start: Start) -> None:
    server = start()
    server.initialize()
    server.send({"jsonrpc": "2.0", "id": "never asked", "result": 1})
    server.send({"jsonrpc": "2.0", "id": "never asked", "error": "wrong"})
    server.send({"jsonrpc": "2.0", "id": None, "error": {"code": 1}})

    assert server.ask("shutdown")["result"] is None
    server.notify("exit")
    assert server.status() == 0
    assert "Traceback" not in server.log()


@pytest.mark.parametrize("length", ["99999999999999", "9" * 40, "9" * 6000])
def test_a_message_without_measure_ends_the_connection(start: Start, length: str) -> None:
    server = start()
    server.initialize()
    server.send_bytes(b"{}", f"Content-Length: {length}")
    assert server.status() == 1
    assert "announced a message of" in server.log()


# How it is said


@pytest.mark.parametrize(
    "header",
    [
        "content-length: {}",
        "CONTENT-LENGTH:{}",
        "Content-Length:                         {}",
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-Length:   {}",
        "Content-Length: {}\r\ncontent-type: application/vscode-jsonrpc",
    ],
)
def test_header_names_in_any_case(unready: Server, header: str) -> None:
    assert unready.ask("shutdown", header)["error"]["code"] == -32002


def test_lua_s_empty_tables(start: Start) -> None:
    server = start()
    server.notify("initialized")
    result = server.initialize(
        capabilities={"textDocument": {"hover": [], "completion": {"completionItem": []}}, "workspace": []},
        initializationOptions=[],
        workspaceFolders=[],
        clientInfo={"name": "lua"},
    )

    assert result["result"]["serverInfo"]["name"] == "pipesight"
    assert server.ask("shutdown", params=[])["result"] is None


# The end of the client


@pytest.mark.thorough
def test_the_end_of_standard_input(start: Start) -> None:
    server = start(forked=False)
    server.initialize()
    assert server.process.stdin is not None
    server.process.stdin.close()

    assert server.status() == 1


def test_a_parent_that_is_gone(start: Start) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    server = start()
    server.initialize(processId=parent.pid)
    assert server.error("no/such/method") == -32601
    parent.communicate(b"\n")

    assert server.status() == 1


def test_processes_that_run_and_that_do_not() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    assert connection.is_running(os.getpid())
    ended.wait()

    assert not connection.is_running(ended.pid)


def test_work_that_never_ends_holds_nothing() -> None:
    connection.briefly(threading.Event().wait)


def test_a_client_that_never_reads_the_log(start: Start) -> None:
    server = start("--log-level", "debug")
    server.initialize()
    for number in range(3000):
        server.send({"jsonrpc": "2.0", "id": f"x{number}", "method": "no/such/method/" + "x" * 100})

    assert server.ask("shutdown")["result"] is None
    server.notify("exit")
    assert server.status() == 0


@pytest.mark.thorough
def test_the_socket(start: Start) -> None:
    server = start("--tcp", "127.0.0.1:0", "--log-level", "info", forked=False)
    assert server.process.stderr is not None
    listening = re.search(rb"Listening on 127.0.0.1:(\d+)", server.process.stderr.readline())
    assert listening is not None
    with socket.create_connection(("127.0.0.1", int(listening[1]))) as client:
        wire = Wire(client.makefile("wb"), client.makefile("rb"))
        wire.initialize()
        wire.ask("shutdown")
        wire.notify("exit")
        assert server.status() == 0

    assert "Traceback" not in server.log()

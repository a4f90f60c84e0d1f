"""A minimal language client, so that the measured time is that of the server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_LENGTH = re.compile(rb"Content-Length: (\d+)", re.IGNORECASE)
CAPABILITIES = json.loads((Path(__file__).parents[1] / "tests" / "lsp" / "clients" / "vscode.json").read_text())


class Client:
    """One server process, spoken to over its standard input and output, one request at a time."""

    def __init__(
        self, command: Sequence[str], folder: Path, options: object = None, capabilities: object = CAPABILITIES
    ) -> None:
        self.spawned = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder, bufsize=0
        )
        self._buffer = b""
        self._number = 0
        self.answered: set[int] = set()
        params = {
            "processId": os.getpid(),
            "rootUri": folder.as_uri(),
            "workspaceFolders": [{"uri": folder.as_uri(), "name": "workspace"}],
            "capabilities": capabilities,
            "initializationOptions": options,
        }
        self.request("initialize", params)
        self.initialized = time.perf_counter()
        self.notify("initialized", {})

    def request(self, method: str, params: object) -> Any:
        """Return the result of a request. The server's own requests meanwhile are answered with null."""
        number = self.ask(method, params)
        while True:
            message = self._receive()
            if "method" in message and "id" in message:
                asked = message.get("params") or {}
                nothing = [None] * len(asked["items"]) if message["method"] == "workspace/configuration" else None
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": nothing})
            elif message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message.get("result")
            elif "id" in message:
                self.answered.add(message["id"])

    def wait_for_index(self) -> None:
        """Wait until the history is indexed."""
        while True:
            status = self.request("workspace/executeCommand", {"command": "pipesight.status", "arguments": [{}]})
            sources = status["sources"]
            if sources and all(each.get("synced_at") and not each.get("syncing") for each in sources):
                return
            time.sleep(0.02)

    def ask(self, method: str, params: object) -> int:
        """Send a request and return its number, which is in `answered` once a later request has met its answer."""
        self._number += 1
        self._send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        return self._number

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def open(self, uri: str, text: str) -> None:
        """Open a Python document."""
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def edit(self, uri: str, version: int, line: int, start: int, end: int, text: str) -> None:
        """Replace a part of one line."""
        place = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
        changes = [{"range": place, "text": text}]
        self.notify(
            "textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}
        )

    def memory(self) -> float:
        """Resident memory of the server and its children, in MB."""
        return sum(map(_resident, _family(self._process.pid))) / 1024

    def spent(self) -> float:
        """Return the milliseconds of the processor that all threads of the server have used."""
        threads = Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6

    def close(self) -> None:
        """Shut the server down."""
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self._process.wait(5)
        except (OSError, EOFError, subprocess.TimeoutExpired):
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()

    def _send(self, message: object) -> None:
        body = json.dumps(message, separators=(",", ":")).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _receive(self) -> Any:
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self._read()
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        match = _LENGTH.search(head)
        assert match is not None
        length = int(match[1])
        while len(rest) < length:
            rest += self._read()
        self._buffer = rest[length:]
        return json.loads(rest[:length])

    def _read(self) -> bytes:
        assert self._process.stdout is not None
        data = os.read(self._process.stdout.fileno(), 1 << 20)
        if not data:
            raise EOFError(f"the server ended with status {self._process.poll()}")
        return data


def _resident(pid: int) -> int:
    try:
        match = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(match[1]) if match else 0


def _family(pid: int) -> list[int]:
    found = [pid]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if parent == pid:
                found += _family(int(entry.name))
    return found

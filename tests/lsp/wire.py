"""Send messages to a language server in its own process, and read its messages."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from tests.waiting import PATIENCE


class Wire:
    """A server and the client's end of its pipes. Requests of the server are answered with null."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path, **environment: str) -> None:
        self._log = log.open("wb")
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._number = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def initialize(self, folder: Path, **options: object) -> None:
        """Initialize a session in a folder, as a client without any abilities does."""
        self.answer_to(self.ask_to_initialize(folder, **options))
        self.notify("initialized", {})

    def ask_to_initialize(self, folder: Path, **options: object) -> int:
        """Send the request that begins a session, and return its number."""
        params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}, "initializationOptions": options}
        return self.ask("initialize", params)

    def request(self, method: str, params: object, *, patience: float = PATIENCE) -> Any:
        """Return the result of a request. Raises RuntimeError for an error, and queue.Empty if there is no answer."""
        return self.answer_to(self.ask(method, params), patience=patience)

    def ask(self, method: str, params: object) -> int:
        """Send a request and return its number. Do not wait for the answer."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self._number

    def answer_to(self, number: int, *, patience: float = PATIENCE) -> Any:
        """Return the result of the request of that number. Answers to others are dropped."""
        while True:
            answer = self._answers.get(timeout=patience)
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(str(answer["error"]))
                return answer.get("result")

    def notify(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def end(self, patience: float = PATIENCE) -> int:
        """Shut the server down and return its exit status."""
        self.request("shutdown", None)
        self.notify("exit", None)
        status = self.process.wait(patience)
        self._log.close()
        return status

    def kill(self) -> None:
        """End the process, if it has not ended."""
        self.process.kill()
        self.process.wait()
        self._log.close()

    def _send(self, message: Mapping[str, object]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = 0
            while header.strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
                header = stream.readline()
            message = cast("dict[str, Any]", json.loads(stream.read(length)))
            if "method" not in message:
                self._answers.put(message)
            elif "id" in message:
                self._send({"id": message["id"], "result": None})

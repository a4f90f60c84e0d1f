"""A server on this machine with the answers that a real ZenML server gave for a history."""

from __future__ import annotations

import json
import lzma
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

TOKEN = "a-token-of-the-test"


class Replay:
    """The answers of the server, and the faults to simulate."""

    def __init__(self, history: str) -> None:
        self.answers: dict[str, tuple[int, Any]] = json.loads(lzma.decompress(recording(history).read_bytes()))
        self.password = "sesame"
        self.api_key = "ZENKEY_sesame"
        self.token = TOKEN
        self.failures: list[int] = []  # HTTP statuses of the next answers
        self.elsewhere = ""  # where a status of 3xx sends one on to
        self.delay = 0.0  # seconds before each answer
        self.body: bytes | None = None  # instead of every answer
        self.asked: list[str] = []
        self.waited = 0  # the answers whose delay is over
        self.url = ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that do not wait for their answers, because they were told to end."""


def recording(history: str) -> Path:
    """Return the file of answers that `record_server.py` wrote."""
    return Path(__file__).with_name(f"server-{history}.json.xz")


@contextmanager
def serve(history: str) -> Generator[Replay]:
    """Run the server on a free port."""
    replay = Replay(history)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            path = parts.path.removeprefix("/api/v1/")
            replay.asked.append(self.path)
            if self._hindered():
                return
            if parts.path == "/health":
                self._answer(200, "OK")
            elif self.headers.get("Authorization") != f"Bearer {replay.token}":
                self._answer(401, {"detail": "Not authenticated"})
            else:
                key = f"{path}?{urlencode(sorted(parse_qsl(parts.query)))}"
                self._answer(*replay.answers.get(key, (404, {"detail": "not recorded"})))

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            replay.asked.append(self.path)
            if self._hindered():
                return
            with_password = form.get("username") == ["me"] and form.get("password") == [replay.password]
            if with_password or ("username" not in form and form.get("password") == [replay.api_key]):
                self._answer(200, {"access_token": replay.token, "token_type": "bearer"})
            else:
                self._answer(401, {"detail": "Authentication error"})

        def _hindered(self) -> bool:
            time.sleep(replay.delay)
            replay.waited += 1
            if replay.failures:
                self._answer(replay.failures.pop(0), {"detail": "out of order"})
                return True
            return False

        def _answer(self, status: int, content: object) -> None:
            body = replay.body if replay.body is not None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if 300 <= status < 400:
                self.send_header("Location", f"{replay.elsewhere}{self.path}")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    replay.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield replay
    finally:
        server.shutdown()
        server.server_close()

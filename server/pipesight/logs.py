"""Log to standard error or a file. Never log secrets, and never wait for a reader."""

from __future__ import annotations

import io
import logging
import os
import queue
import re
import threading
import time
from contextlib import suppress
from pathlib import Path

from pipesight.characters import visible

LEVELS = ("debug", "info", "warning", "error")

_SECRETS = (
    re.compile(r"(?<=://)[^/@\s\"']+(?=@)"),  # user:password in a URL
    re.compile(r"ZENKEY_[\w\-=+/]+"),
    re.compile(r"(?i)(?<=bearer )[\w\-.=+/]+"),
    re.compile(r"(?i)((?:password|token|api_key|secret)[\"']?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;}]+)"),
)
_KEPT = 1000  # lines that wait for a client to read them
_PATIENCE = 0.2  # seconds that the last lines have


def redact(text: str) -> str:
    """Return `text` without passwords and tokens."""
    for pattern in _SECRETS[:-1]:
        text = pattern.sub("***", text)
    return _SECRETS[-1].sub(r"\1***", text)


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return visible(redact(super().format(record)))


class StandardError(io.TextIOBase):
    """Standard error for a server. A thread writes it, since a client that never reads it would stall the server."""

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self._lines: queue.Queue[bytes] = queue.Queue(_KEPT)
        threading.Thread(target=self._work, name="pipesight-log", daemon=True).start()

    def write(self, text: str, /) -> int:
        """Have the text written. If nobody reads and the queue is full, leave it out."""
        with suppress(queue.Full):
            self._lines.put_nowait(text.encode("utf-8", "backslashreplace"))
        return len(text)

    def drain(self) -> None:
        """Wait for what was written, but not for long."""
        give_up = time.monotonic() + _PATIENCE
        while self._lines.unfinished_tasks and time.monotonic() < give_up:
            time.sleep(0.01)

    def _work(self) -> None:
        while True:
            data = self._lines.get()
            with suppress(OSError):  # nobody is there
                while data:
                    data = data[os.write(self._descriptor, data) :]
            self._lines.task_done()


def set_up_logging(level: str, file: Path | None = None, stream: StandardError | None = None) -> None:
    """Log from `level` up, to `file`, else to `stream`, else to standard error.

    pygls logs whole messages, so only its errors are logged.
    """
    handler = logging.FileHandler(file, encoding="utf-8") if file is not None else logging.StreamHandler(stream)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("pygls").setLevel(logging.ERROR)

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
_LONGEST = 3000  # characters of one message with its traceback
_AT_MOST, _MINUTE = 20, 60.0  # messages that one line of code logs in so many seconds
_KEPT = 1000  # lines that wait for a client to read them
_PATIENCE = 0.2  # seconds that the last lines have


def redact(text: str) -> str:
    """Return `text` without passwords and tokens."""
    for pattern in _SECRETS[:-1]:
        text = pattern.sub("***", text)
    return _SECRETS[-1].sub(r"\1***", text)


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return shortened(visible(redact(super().format(record))))


def shortened(text: str) -> str:
    """Return `text` without its middle if it is long. A traceback says most at its end."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} [... {len(text) - 2 * half} left out ...] {text[-half:]}"


class Repeats(logging.Filter):
    """Leaves out what one line of code logs too often. A client that sends nonsense would fill the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._since: dict[tuple[str, int], float] = {}
        self._count: dict[tuple[str, int], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to log the record."""
        origin = (record.pathname, record.lineno)
        if record.created - self._since.setdefault(origin, record.created) > _MINUTE:
            self._since[origin], self._count[origin] = record.created, 0
        self._count[origin] = self._count.get(origin, 0) + 1
        if self._count[origin] == _AT_MOST:
            record.msg = f"{record.msg} (More of this kind is left out for a minute.)"
        return self._count[origin] <= _AT_MOST


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
    handler.addFilter(Repeats())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("pygls").setLevel(logging.ERROR)

"""Log to standard error or a file, without secrets and without waiting for a reader."""

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
_AT_MOST, _MINUTE = 20, 60.0  # messages that one line of code may log in this many seconds
_KEPT = 1000  # lines in the queue for a client that does not read
_PATIENCE = 0.2  # seconds to write the last lines at the end


def redact(text: str) -> str:
    """Return `text` without passwords and tokens."""
    for pattern in _SECRETS[:-1]:
        text = pattern.sub("***", text)
    return _SECRETS[-1].sub(r"\1***", text)


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return shortened(visible(redact(super().format(record))))


def shortened(text: str) -> str:
    """Return `text` without its middle if it is long. The end stays, because it has the error of a traceback."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} [... {len(text) - 2 * half} left out ...] {text[-half:]}"


class Repeats(logging.Filter):
    """The filter that drops messages which one line of code logs too often, so that no client can fill the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._since: dict[tuple[str, int], float] = {}
        self._count: dict[tuple[str, int], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record."""
        origin = (record.pathname, record.lineno)
        if record.created - self._since.setdefault(origin, record.created) > _MINUTE:
            self._since[origin], self._count[origin] = record.created, 0
        self._count[origin] = self._count.get(origin, 0) + 1
        if self._count[origin] == _AT_MOST:
            record.msg = f"{record.msg} (More of this kind is left out for a minute.)"
        return self._count[origin] <= _AT_MOST


class StandardError(io.TextIOBase):
    """Standard error of the server. A thread writes it, because a client that never reads would block the server."""

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self._lines: queue.Queue[bytes] = queue.Queue(_KEPT)
        threading.Thread(target=self._work, name="pipesight-log", daemon=True).start()

    def write(self, text: str, /) -> int:
        """Queue the text for writing. Drop it if the queue is full because nobody reads."""
        with suppress(queue.Full):
            self._lines.put_nowait(text.encode("utf-8", "backslashreplace"))
        return len(text)

    def drain(self) -> None:
        """Wait until the queue is written, but at most 0.2 s."""
        give_up = time.monotonic() + _PATIENCE
        while self._lines.unfinished_tasks and time.monotonic() < give_up:
            time.sleep(0.01)

    def _work(self) -> None:
        while True:
            data = self._lines.get()
            with suppress(OSError):  # the reader is gone
                while data:
                    data = data[os.write(self._descriptor, data) :]
            self._lines.task_done()


def set_up_logging(level: str, file: Path | None = None, stream: StandardError | None = None) -> None:
    """Log messages from `level` up to `file`, else to `stream`, else to standard error.

    Of pygls only errors are logged, because it logs whole messages of the protocol.
    """
    handler = logging.FileHandler(file, encoding="utf-8") if file is not None else logging.StreamHandler(stream)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Repeats())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("pygls").setLevel(logging.ERROR)

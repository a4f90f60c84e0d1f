"""Read logs: local files directly, and those of remote stores by a reader with the user's Python and its plug-ins."""

from __future__ import annotations

import threading

from pipesight.outputs.process import ReaderProcess
from pipesight.outputs.reader.locations import scheme_of
from pipesight.outputs.reader.logs import PAGE, LogPage, read_log


class LogReader:
    """The reader of parts of logs. Thread-safe. It waits for the disk or the network."""

    def __init__(self, interpreter: str | None, *, timeout: float = 10.0, memory_limit: int = 2 * 1024**3) -> None:
        self._reader = ReaderProcess(interpreter, timeout=timeout, memory_limit=memory_limit)
        self._lock = threading.Lock()

    def read(
        self, uri: str, before: int | None = None, after: int | None = None, limit: int = PAGE, whole: bool = False
    ) -> LogPage:
        """Return a part of a log, as `read_log` does.

        Raises Problem if it cannot be read.
        """
        if scheme_of(uri) in ("", "file"):
            return read_log(uri, before, after, limit, whole)
        with self._lock:
            return self._reader.ask_log(uri, before, after, limit, whole=whole)

    def close(self) -> None:
        """End the reader."""
        self._reader.stop()

"""Read logs: local files directly, and those of remote stores by a reader with the user's Python and its plug-ins."""

from __future__ import annotations

import threading

from pipesight.outputs.process import ReaderProcess
from pipesight.outputs.reader.locations import scheme_of
from pipesight.outputs.reader.logs import PAGE, LogPage, read_log
from pipesight.outputs.reader.problem import Problem


class LogReader:
    """The reader of parts of logs. Thread-safe. It waits for the disk or the network."""

    def __init__(self, interpreter: str | None, *, timeout: float = 10.0, memory_limit: int = 2 * 1024**3) -> None:
        self._reader = ReaderProcess(interpreter, timeout=timeout, memory_limit=memory_limit)
        self._lock = threading.Lock()
        self._is_closed = False

    def read(
        self, uri: str, before: int | None = None, after: int | None = None, limit: int = PAGE, whole: bool = False
    ) -> LogPage:
        """Return a part of a log, as `read_log` does.

        Raises Problem if it cannot be read.
        """
        if scheme_of(uri) in ("", "file"):
            return read_log(uri, before, after, limit, whole)
        with self._lock:
            try:
                if self._is_closed:
                    raise Problem("Pipesight is shutting down.")
                return self._reader.ask_log(uri, before, after, limit, whole=whole)
            finally:
                if self._is_closed:  # closed meanwhile, perhaps before the process started
                    self._reader.close()

    def close(self) -> None:
        """End the reader. Every later read of a remote log is a problem."""
        self._is_closed = True
        if not self._lock.acquire(blocking=False):
            self._reader.stop()  # the thread that reads closes it
            return
        try:
            self._reader.close()
        finally:
            self._lock.release()

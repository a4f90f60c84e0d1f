"""The history that the tools ask: opened with the first question, and brought up to date before each."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from pipesight.cli.asked import Where, open_history, settings_here
from pipesight.history.history import History
from pipesight.history.sources import SourceError
from pipesight.outputs.service import PreviewService
from pipesight.settings import Settings

_FRESH = 2.0  # seconds for which the history counts as up to date


class Workbench:
    """A history and a reader of outputs, for tools that are called from several threads."""

    def __init__(self, where: Where, interpreter: str = "") -> None:
        self.interpreter = interpreter
        self.settings: Settings = settings_here()
        limits = self.settings.reader
        self.previews = PreviewService(
            interpreter or None, timeout=limits.timeout, memory_limit=limits.memory * 1024 * 1024
        )
        self._where = where
        self._lock = threading.Lock()
        self._opened: History | None = None
        self._looked = 0.0

    def history(self) -> History:
        """Return the history as it is now. A store that cannot be read is as it was before.

        Raises CommandError when there is no history.
        """
        with self._lock:
            if self._opened is None:
                self._opened = open_history(self._where)
            elif time.monotonic() - self._looked > _FRESH:
                with suppress(SourceError):
                    self._opened.sync_once()
            self._looked = time.monotonic()
            return self._opened

    def close(self) -> None:
        """End the reader and close the history."""
        self.previews.close()
        if self._opened is not None:
            self._opened.close()

"""The history that the tools ask: opened with the first question, and brought up to date before each."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path

from pipesight.cli.open_history import Where, open_history, settings_here
from pipesight.features.file_check import check_text
from pipesight.features.file_finding import FileFinding
from pipesight.history.history import History
from pipesight.history.sources import SourceError
from pipesight.workspace.context import open_previews

_FRESH = 2.0  # seconds for which the history counts as up to date


class Workbench:
    """A history and a reader of outputs, for tools that are called from several threads."""

    def __init__(self, where: Where, interpreter: str = "") -> None:
        self._interpreter = interpreter
        self._settings = settings_here()
        self.previews = open_previews(self._settings, interpreter)
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

    def check(self, code: str) -> list[FileFinding]:
        """Return what is wrong in a piece of code of the current folder.

        Raises UncheckedError when the history is empty or not known to be complete.
        """
        return check_text(code, Path.cwd(), self.history(), self._settings, interpreter=self._interpreter)

    def close(self) -> None:
        """End the reader and close the history."""
        self.previews.close()
        if self._opened is not None:
            self._opened.close()

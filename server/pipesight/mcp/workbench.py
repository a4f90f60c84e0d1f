"""Open the history for the first call of a tool, and bring it up to date before each further call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipesight.history.history import History
from pipesight.history.sources import SourceError
from pipesight.rules.file_check import check_text
from pipesight.rules.file_finding import FileFinding
from pipesight.settings import Settings
from pipesight.workspace.opening import open_previews

_FRESH = 2.0  # seconds for which the history is taken for up to date


class Workbench:
    """A history and a reader of outputs, for tools that are called from several threads.

    `open_history` opens the history and brings it up to date. It raises CommandError if there is none.
    """

    def __init__(self, open_history: Callable[[], History], settings: Settings, interpreter: str = "") -> None:
        self._interpreter = interpreter
        self._settings = settings
        self.previews = open_previews(settings, interpreter)
        self._open_history = open_history
        self._lock = threading.Lock()
        self._opened: History | None = None
        self._looked = 0.0

    def history(self) -> History:
        """Return the history, brought up to date. A store that cannot be read keeps its last state.

        Raises CommandError if there is no history.
        """
        with self._lock:
            if self._opened is None:
                self._opened = self._open_history()
            elif time.monotonic() - self._looked > _FRESH:
                with suppress(SourceError):
                    self._opened.sync_once()
            self._looked = time.monotonic()
            return self._opened

    def check(self, code: str) -> list[FileFinding]:
        """Return the problems of a piece of code, as if it were in a file of the current folder.

        Raises UncheckedError if the history is empty or may be incomplete.
        """
        return check_text(code, Path.cwd(), self.history(), self._settings, interpreter=self._interpreter)

    def close(self) -> None:
        """End the reader and close the history."""
        self.previews.close()
        if self._opened is not None:
            self._opened.close()

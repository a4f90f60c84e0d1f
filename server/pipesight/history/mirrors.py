"""Open a mirror for each source of a workspace: its index, and the sync that keeps the index up to date."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipesight.history.index import Index
    from pipesight.history.questions import Questions
    from pipesight.history.sources import Source
    from pipesight.history.sync import Sync

_PATIENCE = 1.0  # seconds that `close` waits for hanging stores, for all of them together


@dataclass(frozen=True, slots=True)
class Mirror:
    """The index of a source, and its sync."""

    index: Index
    sync: Sync

    @property
    def source(self) -> str:
        """The key of the source."""
        return self.sync.source.key

    @property
    def questions(self) -> Questions:
        """The questions that the index answers."""
        return self.index.questions


class Mirrors:
    """All opened mirrors, including those of projects that are not active. Thread-safe."""

    def __init__(self, cache_folder: Path | None) -> None:
        self._cache_folder = cache_folder
        self._by_source: dict[str, Mirror] = {}
        self._subscribers: list[Callable[[], None]] = []
        self._is_started = False
        self._opening = threading.Lock()

    def open(self, source: Source) -> Mirror:
        """Return the mirror of a source. Open it first if it is not open."""
        from pipesight.history.index import Index
        from pipesight.history.sync import Sync

        with self._opening:
            if source.key not in self._by_source:
                index = Index.open(source.key, folder=self._cache_folder)
                mirror = self._by_source[source.key] = Mirror(index, Sync(source, index))
                for callback in self._subscribers:
                    mirror.sync.subscribe(callback)
                if self._is_started:
                    mirror.sync.start()
            return self._by_source[source.key]

    def start(self) -> None:
        """Begin to sync all mirrors in the background, including those that are opened later."""
        self._is_started = True
        for mirror in self.opened():
            mirror.sync.start()

    def of(self, source: str) -> Mirror | None:
        """Return the mirror of the source with that key, None if it is not open."""
        return self._by_source.get(source)

    def opened(self) -> tuple[Mirror, ...]:
        """Return all mirrors."""
        return tuple(self._by_source.values())

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` from a worker thread whenever an index or the state of a source has changed."""
        self._subscribers.append(callback)
        for mirror in self.opened():
            mirror.sync.subscribe(callback)

    def close(self) -> None:
        """Stop syncing and close the indexes."""
        mirrors = self.opened()
        for mirror in mirrors:
            mirror.sync.end()
        give_up = time.monotonic() + _PATIENCE
        for mirror in mirrors:
            mirror.sync.stop(max(0.0, give_up - time.monotonic()))
        for mirror in mirrors:
            mirror.index.file.close()

"""The local index of one source: a small SQLite file that mirrors the data that features ask for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipesight.history.index_file import IndexFile
from pipesight.history.questions import Questions
from pipesight.history.sync_progress import SyncProgress


@dataclass(frozen=True, slots=True)
class Index:
    """The mirror of one source: its file, the questions of features, and the progress of the sync."""

    file: IndexFile
    questions: Questions
    progress: SyncProgress

    @classmethod
    def open(cls, source: str, *, folder: Path | None = None) -> Index:
        """Open the index of the source with that key. `folder` holds the index files."""
        file = IndexFile.open(source, folder=folder)
        return cls(file, Questions(source, file), SyncProgress(file))

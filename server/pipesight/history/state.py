"""How the sources of a workspace are doing, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceState:
    """How one source is doing.

    `synced_at` is when the index last agreed with the store, None if it never did. While `error` is set, the last good
    index is used, and `advice` says what a person can do. `run_count` runs of the store's `total` are in the index.
    `store` says whose tables the runs are in (ZenML, ML Metadata), and `release` which release of ZenML they are of.
    `total`, `store` and `release` are None as long as they are not known.
    """

    source: str
    label: str
    kind: str
    synced_at: datetime | None
    syncing: bool
    error: str | None
    advice: str | None
    run_count: int
    total: int | None = None
    store: str | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryState:
    """How the sources are doing, in the workspace's order."""

    sources: tuple[SourceState, ...]

    @property
    def syncing(self) -> bool:
        return any(source.syncing for source in self.sources)

    @property
    def synced_at(self) -> datetime | None:
        """The oldest of the sources' times. None while one of them has none."""
        times = [source.synced_at for source in self.sources]
        return None if not times or None in times else min(time for time in times if time is not None)

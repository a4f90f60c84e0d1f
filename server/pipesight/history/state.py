"""The state of the sources of a workspace as plain data: progress, age and errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of one source.

    `source` is its key, and `label` is its name for people. `synced_at` is when the index last agreed with the store,
    None if it never did. While `error` is set, the last good index is used, and `advice` says what the user can do.
    The index has `run_count` of the `total` runs of the store. `store` is the kind of its tables (ZenML or ML
    Metadata), and `release` is the ZenML release of these tables. `total`, `store` and `release` are None while they
    are unknown.
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
    """The states of the sources, in the workspace's order."""

    sources: tuple[SourceState, ...]

    @property
    def syncing(self) -> bool:
        return any(source.syncing for source in self.sources)

    @property
    def synced_at(self) -> datetime | None:
        """The oldest `synced_at` of the sources. None if one of them has none."""
        times = [source.synced_at for source in self.sources]
        return None if not times or None in times else min(time for time in times if time is not None)

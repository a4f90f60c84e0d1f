"""The state of the stores."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The state of one store. `synced_at` is ISO 8601, and `age` is the same time in words."""

    label: str
    kind: str
    syncing: bool
    runs: int
    synced_at: str | None = None
    age: str | None = None
    error: str | None = None
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """The state of every store, also sent as the notification `pipesight/statusChanged`."""

    sources: tuple[SourceStatus, ...]

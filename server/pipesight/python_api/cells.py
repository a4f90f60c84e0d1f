"""Times and durations as cells of a table in a notebook."""

from __future__ import annotations

from datetime import datetime

from pipesight.pages.words import duration


def when(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC") if time else "?"


def lasted(seconds: float | None) -> str:
    return "" if seconds is None else duration(seconds)

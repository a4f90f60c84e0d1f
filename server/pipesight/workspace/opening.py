"""Open what the settings of a workspace choose: its stores, and the services that read and load outputs.

The imports are local, because a command or a session needs only some of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipesight.history.discovery import Discovery
    from pipesight.outputs.loader_service import ValueLoader
    from pipesight.outputs.service import PreviewService
    from pipesight.settings import Settings


def find_stores(
    folders: Sequence[Path], settings: Settings, *, history: Sequence[str] = (), project: str = ""
) -> Discovery:
    """Find the given stores, else those of the settings, else those that ZenML's rules find.

    `project` is read instead of the project in the settings.
    """
    from pipesight.history.discovery import discover

    return discover(folders, history=history or settings.history, project=project or settings.project)


def open_previews(settings: Settings, interpreter: str = "") -> PreviewService:
    """Return the service that reads outputs with this Python, within the limits of the settings."""
    from pipesight.outputs.service import PreviewService

    reader = settings.reader
    return PreviewService(interpreter or None, timeout=reader.timeout, memory_limit=reader.memory * 1024 * 1024)


def open_loader(settings: Settings, interpreter: str, folders: Sequence[Path]) -> ValueLoader:
    """Return the service that loads values with this Python, within the limits of the settings."""
    from pipesight.outputs.loader_service import ValueLoader

    loader = settings.loader
    return ValueLoader(interpreter, folders, seconds=loader.timeout, memory=loader.memory * 1024 * 1024)

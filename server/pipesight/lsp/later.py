"""Import the modules that the first answers do not need, after the start of the server."""

from __future__ import annotations

from importlib import import_module

from pipesight import features

IDLE = 0.5  # seconds after the start
_ROOMS = ("pipesight.lsp.command_handlers", *(f"pipesight.features.{name}" for name in sorted(features.MODULES)))


def import_the_rest() -> None:
    """Import the commands and features, so that the first hover or command need not wait for the import."""
    for room in _ROOMS:
        import_module(room)

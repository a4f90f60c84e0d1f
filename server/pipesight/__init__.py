"""Pipesight: a project's pipeline history in the editor, and the same history for Python code."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "Output",
    "OutputCountError",
    "Pipeline",
    "ReadError",
    "Repository",
    "Run",
    "SourceError",
    "Step",
    "UnknownNameError",
]

if TYPE_CHECKING:
    from pipesight.python_api import *
else:

    def __getattr__(name: str) -> object:
        """Import the public classes lazily, because they would slow down the start of the server."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from pipesight import python_api

        return getattr(python_api, name)

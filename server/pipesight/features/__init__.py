"""One module per LSP feature, imported when a client first asks for it: `features.hover.hover(...)`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import (
        code_actions as code_actions,
        code_lens as code_lens,
        comparisons as comparisons,
        completion as completion,
        configuration_completion as configuration_completion,
        definition as definition,
        diagnostics as diagnostics,
        document_links as document_links,
        history_tree as history_tree,
        hover as hover,
        inlay_hints as inlay_hints,
        loads as loads,
        outputs as outputs,
        references as references,
        runs as runs,
        symbols as symbols,
        tables as tables,
        what_moved as what_moved,
    )

MODULES = frozenset(module.name for module in iter_modules(__path__))


def __getattr__(name: str) -> ModuleType:
    """Import the feature with this name. Importing all features would slow down the start of the server."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")

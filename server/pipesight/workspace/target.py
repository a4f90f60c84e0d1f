"""What is under the cursor: the thing that the code denotes, and what the history knows of it."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types as lsp

from pipesight.code.model import Position, Span, Thing
from pipesight.zenml.kinds import Kind

from .context import Context
from .documents import View
from .find import Found


@dataclass(frozen=True, slots=True)
class Target:
    """What is under the cursor, and where the code says so."""

    thing: Thing
    found: Found
    range: lsp.Range


def target_at(context: Context, view: View, position: lsp.Position) -> Target | None:
    """What is at `position`; None where nothing of the history is."""
    if not view.document.uses_zenml or context.history.is_empty:
        return None
    denoted = thing_at(view, view.position(position))
    if denoted is None:
        return None
    thing, span = denoted
    return Target(thing, context.find(thing), view.range(span))


def thing_at(view: View, position: Position) -> tuple[Thing, Span] | None:
    """The thing that the code at `position` denotes or defines, and where it says so."""
    site = view.document.site_at(position)
    if site is not None:
        return site.thing, site.span
    held = view.document.thing_at(position)
    if held is not None:
        return held
    for definition in view.document.definitions:
        if definition.span.contains(position):
            owner = Thing(Kind.STEP, definition.owner) if definition.owner is not None else None
            return Thing(definition.kind, definition.name, owner=owner), definition.span
    return None

"""Definition: from a name in the history to the function, class or annotation that defines it."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types as lsp

from pipesight.code.model import Position, Span, Thing
from pipesight.workspace.configured import configured_by
from pipesight.workspace.context import Context
from pipesight.workspace.definition_places import definitions_of
from pipesight.workspace.documents import View
from pipesight.workspace.places import Place
from pipesight.workspace.target import thing_at, things_at
from pipesight.zenml.kinds import Kind

_NOTHING: tuple[Sequence[Thing], Span] = (), Span(Position(0, 0), Position(0, 0))


def definition(
    context: Context, view: View, position: lsp.Position
) -> list[lsp.Location] | list[lsp.LocationLink] | None:
    """Return the definitions of the thing at `position`. None if the code there denotes nothing in the history."""
    things, span = _configured_at(context, view, position) if view.is_yaml else _denoted_at(view, position)
    places = list(dict.fromkeys(place for thing in things for place in definitions_of(context, thing)))
    encoding = context.documents.encoding
    if not places:
        return None
    if not context.client.definition_links:
        return [place.location(encoding) for place in places]
    return [_link(context, view, span, place) for place in places]


def _denoted_at(view: View, position: lsp.Position) -> tuple[Sequence[Thing], Span]:
    at = view.position(position)
    denoted = thing_at(view, at) if view.document.uses_zenml else None
    return (things_at(view, at), denoted[1]) if denoted is not None else _NOTHING


def _configured_at(context: Context, view: View, position: lsp.Position) -> tuple[Sequence[Thing], Span]:
    """Return the step that a run configuration names, or whose parameter it names, and the span of the name."""
    configured = configured_by(context, view)
    name = configured.configuration.at(view.text.position(position)) if configured is not None else None
    if configured is None or name is None:
        return _NOTHING
    step = configured.thing(name).nearest(Kind.STEP)
    return ((step,) if step is not None else (), name.span)


def _link(context: Context, view: View, span: Span, place: Place) -> lsp.LocationLink:
    encoding = context.documents.encoding
    name = place.range(encoding)
    return lsp.LocationLink(
        target_uri=place.uri,
        target_range=name,
        target_selection_range=name,
        origin_selection_range=view.range(span) if view.contains(span) else None,
    )

"""Definition: from a name in the history to the function, class or annotation that gives it."""

from __future__ import annotations

from lsprotocol import types as lsp

from pipesight.code.model import Span
from pipesight.workspace.context import Context
from pipesight.workspace.definitions import definitions_of
from pipesight.workspace.documents import View
from pipesight.workspace.places import Place
from pipesight.workspace.target import thing_at, things_at


def definition(
    context: Context, view: View, position: lsp.Position
) -> list[lsp.Location] | list[lsp.LocationLink] | None:
    """Return the definitions of the thing at `position`. None if the code there denotes nothing of the history."""
    if not view.document.uses_zenml:
        return None
    denoted = thing_at(view, view.position(position))
    if denoted is None:
        return None
    things = things_at(view, view.position(position))
    places = list(dict.fromkeys(place for thing in things for place in definitions_of(context, thing)))
    span = denoted[1]
    encoding = context.documents.encoding
    if not places:
        return None
    if not context.client.definition_links:
        return [place.location(encoding) for place in places]
    return [_link(context, view, span, place) for place in places]


def _link(context: Context, view: View, span: Span, place: Place) -> lsp.LocationLink:
    encoding = context.documents.encoding
    name = place.range(encoding)
    return lsp.LocationLink(
        target_uri=place.uri,
        target_range=name,
        target_selection_range=name,
        origin_selection_range=view.range(span) if view.contains(span) else None,
    )

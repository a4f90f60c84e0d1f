"""Definition: from a name in the history to the function, class or annotation that gives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types as lsp

from pipesight.code.model import Kind, Span, Thing
from pipesight.features.context import Context
from pipesight.features.documents import View
from pipesight.features.find import Found, invoked
from pipesight.features.hover import thing_at
from pipesight.features.places import Place


def definition(
    context: Context, view: View, position: lsp.Position
) -> list[lsp.Location] | list[lsp.LocationLink] | None:
    """Where the thing at `position` is defined; None where nothing of the history stands."""
    if not view.document.uses_zenml or context.places is None:
        return None
    denoted = thing_at(view, view.position(position))
    if denoted is None:
        return None
    thing, span = denoted
    places = definitions_of(context, thing)
    encoding = context.documents.encoding
    if not places:
        return None
    if not context.client.definition_links:
        return [place.location(encoding) for place in places]
    return [_link(context, view, span, place) for place in places]


def definitions_of(context: Context, thing: Thing) -> Sequence[Place]:
    """The definitions that a thing of the history comes from: of a run, its pipeline's."""
    if context.places is None:
        return ()
    for kind, name, owner in _candidates(thing, context.find(thing)):
        places = context.places.definitions(kind, name)
        of_owner = [place for place in places if owner is None or (place.thing.owner or Thing(kind)).name == owner]
        if of_owner or (places and kind is not Kind.OUTPUT):
            return of_owner or places
    return ()


def _candidates(thing: Thing, found: Found) -> Iterator[tuple[Kind, str, str | None]]:
    """Kind, name and owning step of what may define the thing, the likeliest first."""
    if thing.kind in (Kind.PIPELINE, Kind.RUN):
        pipeline = thing.nearest(Kind.PIPELINE)
        if pipeline is not None and pipeline.name is not None:
            yield Kind.PIPELINE, pipeline.name, None
        elif found.pipeline is not None:
            yield Kind.PIPELINE, found.pipeline.name, None
    elif thing.kind is Kind.STEP:
        for name in _step_names(thing, found):
            yield Kind.STEP, name, None
    elif found.output is not None or thing.name is not None:
        name = found.output.name if found.output is not None else thing.name or ""
        owner = thing.nearest(Kind.STEP)
        for step in _step_names(owner, found):
            yield Kind.OUTPUT, name, step
        for step in _step_names(owner, found):  # an output without a name has no annotation of its own
            yield Kind.STEP, step, None


def _step_names(thing: Thing | None, found: Found) -> list[str]:
    """The names that the step's definition may have: its own, its function's, and that of its first invocation."""
    names: list[str | None] = [thing.name if thing is not None else None]
    if found.step is not None:
        names += [found.step.name, found.step.entrypoint]
    names += [invoked(name) for name in names if name]
    return list(dict.fromkeys(name for name in names if name))


def _link(context: Context, view: View, span: Span, place: Place) -> lsp.LocationLink:
    encoding = context.documents.encoding
    name = place.range(encoding)
    return lsp.LocationLink(
        target_uri=place.uri,
        target_range=name,
        target_selection_range=name,
        origin_selection_range=view.range(span) if view.contains(span) else None,
    )

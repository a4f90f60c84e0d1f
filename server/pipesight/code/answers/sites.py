"""Turn the records of a chunk into sites and words at exact positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipesight.code.evaluation.joins import common_of
from pipesight.code.evaluation.records import Denotation, Records
from pipesight.code.model import Form, Position, Site, Thing
from pipesight.code.syntax.program import Chunk
from pipesight.zenml.kinds import Kind


def sites_of(chunk: Chunk, records: Iterable[Records]) -> list[Site]:
    """Return the sites and words of one chunk in source order, at most one for each span and kind."""
    places: dict[tuple[Position, Position, Kind], list[Denotation]] = {}
    for each in records:
        for found in each.found:
            if found.end > found.start or found.form is not Form.LITERAL:
                span = chunk.span(found.unit, found.start, found.end)
                places.setdefault((span.start, span.end, found.thing.kind), []).append(found)
    sites = [_site(chunk, all_found) for all_found in places.values()]
    return sorted(sites, key=lambda site: (site.span.start.line, site.span.start.column))


def _site(chunk: Chunk, all_found: Sequence[Denotation]) -> Site:
    """Return one site for all findings at one span, which may come from several callers or alternatives."""
    named = [each for each in all_found if each.thing.name is not None]
    told = named or [each for each in all_found if each.things] or all_found
    thing, things = _told(told)
    first = told[0]
    return Site(
        thing,
        first.form,
        chunk.span(first.unit, first.start, first.end),
        chunk.span(first.unit, first.open, first.close),
        first.call,
        first.keyword,
        things,
        frozenset[str].intersection(*(each.caught for each in told)),
    )


def _told(told: Sequence[Denotation]) -> tuple[Thing, tuple[Thing, ...]]:
    """Return the part of a thing that all findings agree on, and its alternatives in a fixed order."""
    certain = tuple(dict.fromkeys(each.thing for each in told))
    several = dict.fromkeys(thing for each in told for thing in each.things or (each.thing,))
    thing = certain[0] if len(certain) == 1 else common_of(certain)
    uncertain = len(several) > 1 or any(each.things for each in told)
    return thing, tuple(sorted(several, key=str)) if uncertain else ()

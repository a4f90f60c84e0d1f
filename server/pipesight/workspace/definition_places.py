"""The definitions in the workspace from which a thing of the history comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipesight.code.model import Thing
from pipesight.zenml.kinds import Kind

from .context import Context
from .find import Found, invoked
from .places import Place


def definitions_of(context: Context, thing: Thing) -> Sequence[Place]:
    """Return the definitions of a thing of the history. A run has those of its pipeline."""
    for kind, name, owner in _candidates(thing, context.find(thing)):
        places = context.places.definitions(kind, name)
        of_owner = [place for place in places if owner is None or (place.thing.owner or Thing(kind)).name == owner]
        if of_owner or (places and kind is not Kind.OUTPUT):
            return of_owner or places
    return ()


def _candidates(thing: Thing, found: Found) -> Iterator[tuple[Kind, str, str | None]]:
    """Yield the kind, name and owning step of definitions of the thing, the likeliest first."""
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
        if is_input(thing):  # what another step made, if that is known
            owner = None
            if found.output is None or found.step is None:
                return
        for step in _step_names(owner, found):
            yield Kind.OUTPUT, name, step
        for step in _step_names(owner, found):  # an output without a name has no annotation of its own
            yield Kind.STEP, step, None


def is_input(thing: Thing) -> bool:
    """Return True for the input of a step, which is an output that some step made."""
    return thing.kind is Kind.ARTIFACT and thing.owner is not None and thing.owner.kind is Kind.STEP


def _step_names(thing: Thing | None, found: Found) -> list[str]:
    """Return the names that the step's definition may have: its own, its function's, and its first invocation's."""
    names: list[str | None] = [thing.name if thing is not None else None]
    if found.step is not None:
        names += [found.step.name, found.step.entrypoint]
    names += [invoked(name) for name in names if name]
    return list(dict.fromkeys(name for name in names if name))

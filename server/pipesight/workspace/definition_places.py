"""Find the functions, classes and annotations in the workspace that define a thing of the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipesight.code.model import Thing
from pipesight.zenml.kinds import Kind

from .context import Context
from .find import Found, invoked
from .places import Place


def definitions_of(context: Context, thing: Thing) -> Sequence[Place]:
    """Return the places that define a thing. For a run, they are those that define its pipeline."""
    for kind, name, owner in _candidates(thing, context.find(thing)):
        places = context.places.definitions(kind, name)
        of_owner = [place for place in places if owner is None or (place.thing.owner or Thing(kind)).name == owner]
        if of_owner or (places and kind is not Kind.OUTPUT):
            return of_owner or places
    return ()


def _candidates(thing: Thing, found: Found) -> Iterator[tuple[Kind, str, str | None]]:
    """Yield kinds, names and owning steps of possible definitions of the thing, the most likely first."""
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
        yield from _candidates_of_output(thing, found)


def _candidates_of_output(thing: Thing, found: Found) -> Iterator[tuple[Kind, str, str | None]]:
    name = found.output.name if found.output is not None else thing.name or ""
    owner = thing.nearest(Kind.STEP)
    if is_input(thing):  # the definition is that of the step that produced it, if that is known
        owner = None
        if found.output is None or found.step is None:
            return
    for step in _step_names(owner, found):
        yield Kind.OUTPUT, name, step
    for step in _step_names(owner, found):  # an output without a name has no annotation of its own
        yield Kind.STEP, step, None


def is_input(thing: Thing) -> bool:
    """Return True if the thing is an input of a step. The history has it as the output of another step."""
    return thing.kind is Kind.ARTIFACT and thing.owner is not None and thing.owner.kind is Kind.STEP


def _step_names(thing: Thing | None, found: Found) -> list[str]:
    """Return the possible names of the step's definition: its own name, its function's, and both without `_2`."""
    names: list[str | None] = [thing.name if thing is not None else None]
    if found.step is not None:
        names += [found.step.name, found.step.entrypoint]
    names += [invoked(name) for name in names if name]
    return list(dict.fromkeys(name for name in names if name))

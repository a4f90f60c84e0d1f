"""Find the target under the cursor: the thing that the code denotes, and its objects in the history."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types as lsp

from pipesight.code.model import Position, Span, Thing
from pipesight.zenml.kinds import Kind

from .configured import configured_by
from .context import Context
from .documents import View
from .find import Found
from .last_invocations import made_by

_SEVERAL = 4  # steps of one call that are shown


@dataclass(frozen=True, slots=True)
class Target:
    """The thing under the cursor, its objects in the history, and the range of the code that denotes it.

    If the code may denote several things, `alternatives` has each of them.
    """

    thing: Thing
    found: Found
    range: lsp.Range
    alternatives: tuple[tuple[Thing, Found], ...] = ()


def target_at(context: Context, view: View, position: lsp.Position) -> Target | None:
    """Return the target at `position`, None if the code there denotes nothing in the history."""
    if view.is_yaml:
        return _configured_at(context, view, position)
    if not view.document.uses_zenml or context.history.is_empty:
        return None
    at = view.position(position)
    invoked = _invoked_at(context, view, at)
    if invoked is not None:
        return invoked
    denoted = view.document.key_at(at) or thing_at(view, at) or _word_at(view, at)
    if denoted is None:
        return None
    thing, span = denoted
    alternatives = tuple((each, context.find(each)) for each in things_at(view, at) if each != thing)
    return Target(thing, context.find(thing), view.range(span), alternatives)


def _configured_at(context: Context, view: View, position: lsp.Position) -> Target | None:
    """Return the step or parameter that a run configuration names at `position`, None if the history lacks it."""
    configured = configured_by(context, view)
    name = configured.configuration.at(view.text.position(position)) if configured is not None else None
    if configured is None or name is None:
        return None
    thing = configured.thing(name)
    found = context.find(thing)
    if found.step is None or (name.kind is Kind.PARAMETER and name.name not in found.step.parameters):
        return None
    return Target(thing, found, view.text.range(name.span))


def _invoked_at(context: Context, view: View, position: Position) -> Target | None:
    """Return the steps or outputs of the last run that came from the call of a step at `position`.

    The call is in the body of a pipeline. `position` may also be at a variable that has its result.
    """
    invocation = view.document.invocation_at(position)
    made = made_by(context, invocation) if invocation is not None else None
    if invocation is None or made is None:
        return None
    where = view.range(invocation.span)
    if not invocation.several:
        return Target(invocation.thing, made.found, where)
    steps = [Thing(Kind.STEP, step.name, owner=invocation.thing.owner) for step in made.steps[:_SEVERAL]]
    return Target(invocation.thing, made.found, where, tuple((step, context.find(step)) for step in steps))


def things_at(view: View, position: Position) -> tuple[Thing, ...]:
    """Return the things that the code at `position` may denote. Several things are alternatives."""
    site = view.document.site_at(position)
    if site is not None and site.things:
        return site.things
    denoted = thing_at(view, position)
    return (denoted[0],) if denoted is not None else ()


def thing_at(view: View, position: Position) -> tuple[Thing, Span] | None:
    """Return the thing that the code at `position` denotes or defines, and the span of that code.

    If the code has alternatives, the thing has the facts that all of them share.
    """
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


def _word_at(view: View, position: Position) -> tuple[Thing, Span] | None:
    word = view.document.word_at(position)
    return (word.thing, word.span) if word is not None and word.kind is not Kind.KEY else None

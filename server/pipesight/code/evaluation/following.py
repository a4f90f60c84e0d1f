"""Limit the work of following calls of the user's functions, and remember their results.

The calls of a statement may evaluate a limited number of expressions. A remembered call counts as much as an evaluated
one, so the result of a statement does not depend on earlier evaluations. All programs share the remembered results,
except those that depend on the position of the call: recursion that ends at an outer call, and literals that keep
their position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pipesight.code.syntax.guarding import errors_caught

from .alternatives import plain
from .changing import CHANGING, is_of_module
from .evaluation import DEPTH, Evaluation, ExhaustedError
from .records import Denotation
from .values import Arguments, FollowedCall, FunctionValue, Text, Trace, Value, has_origin, holds, reach

Given = dict[str, Value]
"""The arguments of a call of a function, by the names of the parameters."""


@dataclass(frozen=True, slots=True)
class _CallToFollow:
    """A call. `origins` are the parameters whose literals keep their position. `exact` holds these positions."""

    function: FunctionValue
    key: tuple[FunctionValue, Arguments, bool]
    exact: Arguments
    origins: frozenset[str]
    is_plain: bool  # whether the literals are arguments themselves, and not inside objects

    @classmethod
    def of(cls, ev: Evaluation, function: FunctionValue, arguments: Given) -> _CallToFollow:
        exact = tuple(arguments.items())
        origins = frozenset(name for name, value in exact if has_origin(value))
        without = tuple((name, plain(value)) for name, value in exact) if origins else exact
        is_plain = all(isinstance(arguments[name], Text) for name in origins)
        around = () if is_of_module(function.frame) else _variables_around(function)
        exact, without = exact + around, without + around
        return cls(function, (function, without, ev.module.about_zenml), exact, origins, is_plain)

    @property
    def marks(self) -> frozenset[object]:
        """Return the marks of the objects in the arguments."""
        return frozenset[object]().union(*(reach(value) for _, value in self.exact))


def _variables_around(function: FunctionValue) -> Arguments:
    """Return the variables of the functions around a function. They may differ between two calls."""
    frames = (each for each in function.frame.chain() if each.parent is not None)
    return tuple((name, plain(value)) for each in frames for name, value in each.names.items())


def followed(
    ev: Evaluation, function: FunctionValue, arguments: Given, evaluate: Callable[[], tuple[Value, Given, Given]]
) -> FollowedCall | None:
    """Follow a call with `evaluate`, or return its earlier result. None if it is recursive or beyond the limits."""
    stack = ev.stack
    if stack.refuses(function):
        return None
    call = _CallToFollow.of(ev, function, arguments)
    is_remembered = ev.pipeline is None  # in a pipeline, the names of steps depend on earlier calls
    known = _recall(ev, call) if is_remembered else None
    if known is not None:
        _repeat(ev, known)
        return known
    if stack.spent >= stack.limit:
        stack.trace.is_cut = True
        return None
    made = _evaluated(ev, call, evaluate)
    if made is not None and is_remembered:
        _keep(ev, call, made)
    return made


def _recall(ev: Evaluation, call: _CallToFollow) -> FollowedCall | None:
    """Return the earlier result of a call if it is the same here."""
    shared = call.function.place.module.memory.get(call.key)
    room = DEPTH - len(ev.stack.active)
    for each in (shared.get(0), shared.get(room)) if shared is not None else ():
        if each is not None and call.is_plain and call.origins <= each.origins and _fits(ev, each, room, call):
            return each
    for where in ((), tuple(ev.stack.active)) if ev.local else ():
        each = ev.local.get((call.function, call.exact, where))
        if each is not None and _fits(ev, each, room, call):
            return each
    return None


def _fits(ev: Evaluation, known: FollowedCall, room: int, call: _CallToFollow) -> bool:
    """Return whether an earlier result holds here, and the statement may still evaluate as much as it cost."""
    stack, trace = ev.stack, known.trace
    if known.handed is not None and known.handed != call.marks:
        return False
    if (trace.height > room if not known.room else known.room != room) or not trace.functions.isdisjoint(stack.active):
        return False
    is_affordable = stack.spent + trace.need <= stack.share or stack.cost_of(trace) == 0
    return is_affordable and _still_holds(ev, known)


def _still_holds(ev: Evaluation, known: FollowedCall) -> bool:
    now = ev.module.imports.clock.now
    if known.checked != now and not holds(known.reads, CHANGING):
        return False
    known.checked = now
    return True


def _repeat(ev: Evaluation, known: FollowedCall) -> None:
    """Record the findings that following the call again would record."""
    ev.outcome.reads.update(known.reads)
    ev.outcome.records.found += _caught_here(ev, known.found)
    ev.helpers |= known.helpers
    ev.stack.take(known.trace)


def _evaluated(
    ev: Evaluation, call: _CallToFollow, evaluate: Callable[[], tuple[Value, Given, Given]]
) -> FollowedCall | None:
    """Follow a call and return its result, or None if it evaluates more than it may."""
    stack, outcome = ev.stack, ev.outcome
    room, outer, now = DEPTH - len(stack.active), stack.trace, ev.module.imports.clock.now
    limit, stack.limit = stack.limit, stack.share
    trace = stack.trace = Trace(functions={call.function}, began=stack.spent)
    stack.spent += 1
    stack.following += 1
    reads, outcome.reads = outcome.reads, {}
    helpers, ev.helpers = ev.helpers, set[FunctionValue]()
    before = len(outcome.records.found)
    try:
        value, put, altered = evaluate()
        found = _merged(outcome.records.found[before:])
        total = stack.spent - trace.began
        trace.calls[hash((call.key, room if trace.is_too_deep else 0))] = total - trace.inner
        trace.need = max(trace.need, total)
        made = FollowedCall(value, tuple(put.items()), found, outcome.reads, frozenset(ev.helpers), trace)
        made.altered = tuple(altered.items())
        marks = call.marks
        kept = (value, *put.values(), *altered.values()) if marks else ()
        made.handed = None if all(marks.isdisjoint(reach(each)) for each in kept) else marks
        made.room, made.origins, made.checked = room if trace.is_too_deep else 0, call.origins, now
        return made
    except ExhaustedError:
        trace.is_cut = True
        return None
    except RecursionError:
        trace.is_cut = True
        raise
    finally:
        outcome.records.found[before:] = _caught_here(ev, _merged(outcome.records.found[before:]))
        reads.update(outcome.reads)
        helpers |= ev.helpers
        outcome.reads, ev.helpers, stack.trace, stack.limit = reads, helpers, outer, limit
        stack.following -= 1
        stack.count(trace, trace.began)


def _merged(found: Iterable[Denotation]) -> tuple[Denotation, ...]:
    """Return each finding once, with the errors that are caught on every path to it.

    If each path gave its own finding, their number would multiply with each level of calls.
    """
    caught: dict[Denotation, frozenset[str]] = {}
    for each in found:
        plainly = replace(each, caught=frozenset()) if each.caught else each
        before = caught.get(plainly)
        caught[plainly] = each.caught if before is None else before & each.caught
    return tuple(replace(each, caught=errors) if errors else each for each, errors in caught.items())


def _caught_here(ev: Evaluation, found: Sequence[Denotation]) -> list[Denotation]:
    """Return the findings of a call, with the errors that are caught around the call added."""
    around = errors_caught(ev.chunk, ev.unit) if found else frozenset[str]()
    return [replace(each, caught=each.caught | around) for each in found] if around else list(found)


def _keep(ev: Evaluation, call: _CallToFollow, made: FollowedCall) -> None:
    if made.trace.is_cut:
        return
    if made.trace.lowest < len(ev.stack.active):
        ev.local[call.function, call.exact, tuple(ev.stack.active)] = made
    elif made.found or not call.is_plain or any(has_origin(value) for _, value in made.put):
        ev.local[call.function, call.exact, ()] = made
    else:
        memory = call.function.place.module.memory
        shared = memory.get(call.key)
        if shared is None:
            memory.keep(call.key, shared := {})
        before = shared.get(made.room)
        if before is not None and _still_holds(ev, before):
            made.origins |= before.origins
        shared[made.room] = made

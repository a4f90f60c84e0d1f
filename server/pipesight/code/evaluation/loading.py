"""Evaluate the loaded values of outputs: the keys that code reads of them, and the operations that change them."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator

from pipesight.code.model import Thing
from pipesight.code.syntax.tree import Argument, Call, List, Name, Node, String, Subscript
from pipesight.zenml.declarations import How, Member, Parameter
from pipesight.zenml.kinds import Kind

from .alternatives import alternatives
from .binding import changed_in
from .changing import rebuilt
from .evaluation import Evaluation
from .joins import join, mapped
from .naming import Asked, denote
from .objects import Loaded
from .records import Opening
from .values import UNKNOWN, Container, Frame, FunctionValue, OneOf, Text, Value

_SAME_KEYS = frozenset(("copy", "head", "sample", "tail"))
_CHANGING = frozenset(
    ("append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update")
    + ("drop_in_place", "insert_column", "replace_column")  # methods of polars
    + ("pipe",)  # gives the table to any function
)
_GET = Member(How.VALUE, None, (Parameter(("key",), Kind.KEY),), call=True)


def key_of(ev: Evaluation, node: Subscript, loaded: Loaded, index: Value) -> Value:
    """Evaluate `frame["age"]`, `report["scores"]` or `frame[["age", "city"]]`."""
    if ev.quiet == 0:
        ev.outcome.records.openings.append(Opening(ev.unit, node, loaded.thing, None, kind=Kind.KEY))
    asked = Asked(Kind.KEY, loaded.thing, None, None, node)
    if isinstance(node.index, List):
        for each in node.index.elts:
            if isinstance(each, String):
                denote(ev, each, UNKNOWN, asked)
        return UNKNOWN
    return _at_key(ev, node.index, index, asked)


def call_loaded(ev: Evaluation, node: Call, loaded: Loaded, name: str, frame: Frame) -> Value:
    """Evaluate a method of a loaded value: `report.get("scores")`, `frame.copy()`, `frame.pop("age")`."""
    values = [ev.value(argument.value, frame) for argument in node.arguments]
    in_place = any(argument.keyword == "inplace" for argument in node.arguments)
    calls_back = any(_calls_back(*each, frame) for each in zip(node.arguments, values, strict=True))
    if in_place or calls_back or name in _CHANGING:
        change_loaded(ev, loaded, frame)
    if name == "get" and node.arguments:
        if ev.quiet == 0:
            ev.outcome.records.openings.append(Opening(ev.unit, node, loaded.thing, None, member=_GET))
        return _at_key(ev, node.arguments[0].value, values[0], Asked(Kind.KEY, loaded.thing, None, name, node))
    return loaded if name in _SAME_KEYS else UNKNOWN


def _calls_back(argument: Argument, value: Value, frame: Frame) -> bool:
    """Return whether an argument is a function of the user's that may change the loaded value."""
    if isinstance(value, FunctionValue):
        return bool(changed_in(value.place.unit))
    return value == UNKNOWN and isinstance(argument.value, Name) and _is_of_user(argument.value, frame)


def _is_of_user(function: Name, frame: Frame) -> bool:
    return not hasattr(builtins, function.id) and function.id not in frame.module.foreign()


def _at_key(ev: Evaluation, place: Node, index: Value, asked: Asked) -> Value:
    """Return the part of a loaded value at a key. A position, a slice and a mask are no keys."""
    if not all(isinstance(each, Text) for each in alternatives(index)):
        return UNKNOWN
    return join(Loaded(thing) for thing in denote(ev, place, index, asked) if thing.name is not None)


def may_be_loaded(value: Value) -> bool:
    """Return whether a value is a loaded one on some paths only, so that its keys are not certain."""
    known = alternatives(value)
    return len(known) > 1 and any(isinstance(each, Loaded) for each in known)


def change_loaded(ev: Evaluation, value: Value, frame: Frame) -> None:
    """Make every variable unknown that may hold a loaded value, because the code changes the value here."""
    changed = {_output_of(each.thing) for each in alternatives(value) if isinstance(each, Loaded)}
    if not changed:
        return
    for name in {name for each in frame.chain() for name, held in each.names.items() if _holds(held, changed)}:
        ev.bind(frame, name, _without(ev.known(frame, name), changed))
    for name in [name for name, held in frame.module.names.items() if _holds(held, changed)]:
        value = ev.read(frame.module, name)
        if not frame.binds(name):
            ev.bind(frame, name, _without(value, changed))


def pass_loaded(ev: Evaluation, function: Node, values: Iterable[Value], frame: Frame) -> None:
    """Record values that are passed to an unknown function. A user's may change them, a library's does not."""
    if isinstance(function, Name) and _is_of_user(function, frame):
        hand_loaded(ev, values, frame)


def hand_loaded(ev: Evaluation, values: Iterable[Value], frame: Frame) -> None:
    """Record that a function of the user's gets these values, alone or in another object, and may change them."""
    for value in [part for each in values for part in _parts(each) if isinstance(part, (Loaded, OneOf))]:
        change_loaded(ev, value, frame)


def _parts(value: Value) -> Iterator[Value]:
    yield value
    for each in alternatives(value):
        if isinstance(each, Container):
            for inner in each.inside():
                yield from _parts(inner)


def _holds(value: Value, outputs: set[Thing]) -> bool:
    """Return whether a value is one of these outputs, or an object with one."""
    for each in alternatives(value):
        if isinstance(each, Loaded) and _output_of(each.thing) in outputs:
            return True
        if isinstance(each, Container) and any(_holds(inner, outputs) for inner in each.inside()):
            return True
    return False


def _without(value: Value, outputs: set[Thing]) -> Value:
    """Return a value in which these outputs are unknown."""
    if any(isinstance(each, Loaded) for each in alternatives(value)):
        return UNKNOWN
    return mapped(value, lambda each: rebuilt(each, lambda inner: _without(inner, outputs)))


def _output_of(thing: Thing) -> Thing:
    """Return the output that a key belongs to."""
    while thing.kind is Kind.KEY and thing.owner is not None:
        thing = thing.owner
    return thing

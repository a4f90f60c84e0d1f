"""Assignment to targets: names, tuples of them, attributes and entries."""

from __future__ import annotations

from pipesight.code.syntax.tree import Attribute, Name, Node, Sequence, Starred, Subscript

from .containers import unpacked, with_attribute, with_entry
from .evaluation import Evaluation
from .functions import is_own
from .loading import change_loaded
from .naming import hold
from .values import (
    UNKNOWN,
    ArgumentParser,
    Each,
    Frame,
    Instance,
    Items,
    Many,
    Namespace,
    Record,
    Value,
    alternatives,
)

_CHANGING = (Items, Each, Many, Record, Namespace, ArgumentParser, Instance)


def assign(ev: Evaluation, target: Node, value: Value, frame: Frame) -> None:
    """Bind what an assignment to `target` binds."""
    match target:
        case Name():
            ev.bind(frame, target.id, value)
            hold(ev, target, value)
        case Sequence():
            for each, part in zip(target.elts, unpacked(value, target.elts), strict=True):
                assign(ev, each.value if isinstance(each, Starred) else each, part, frame)
        case Starred():
            assign(ev, target.value, UNKNOWN, frame)
        case Attribute():
            change_loaded(ev, ev.value(target.value, frame), frame)
            put(ev, target, value, frame)
        case Subscript():
            holder = ev.value(target.value, frame)
            ev.value(target.index, frame)
            change_loaded(ev, holder, frame)
            put(ev, target, value, frame)
        case _:
            pass


def put(ev: Evaluation, target: Node, value: Value, frame: Frame) -> None:
    """Take `value` as what `target` is from here on: a change inside an object makes its variable anew."""
    match target:
        case Name() if any(isinstance(each, _CHANGING) for each in alternatives(ev.lookup(frame, target.id))):
            ev.bind(frame, target.id, value)
        case Attribute() if is_own(target.value, frame) and frame.instance is not None:
            frame.instance[target.name] = value
        case Attribute():
            changed = with_attribute(ev.quietly(target.value, frame), target.name, value)
            if changed is not None:
                put(ev, target.value, changed, frame)
        case Subscript():
            changed = with_entry(ev.quietly(target.value, frame), ev.quietly(target.index, frame), value)
            if changed is not None:
                put(ev, target.value, changed, frame)
        case _:
            pass

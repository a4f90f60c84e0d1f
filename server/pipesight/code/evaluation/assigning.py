"""Assignment to targets: names, tuples of them, attributes and entries. The names that statements may change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import (
    AnnAssign,
    Assign,
    Attribute,
    AugAssign,
    Branch,
    Call,
    ClassDef,
    Delete,
    For,
    FunctionDef,
    Import,
    ImportFrom,
    Name,
    NamedExpr,
    Node,
    Sequence,
    Starred,
    Subscript,
    With,
    walk,
)

from .containers import CHANGING_METHODS, unpacked, with_attribute, with_entry
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


def changed_names(units: Iterable[Unit]) -> frozenset[str]:
    """Return the names that statements, and those below them, may bind or whose objects they may change."""
    found: set[str] = set()
    for unit in units:
        for statement in unit.code.statements:
            found.update(name for node in walk(statement) for name in _changed_by(node))
        found |= changed_names(unit.body)
    return frozenset(found)


def _changed_by(node: Node) -> Iterator[str]:
    match node:
        case Assign(targets=targets) | Delete(targets=targets):
            for each in targets:
                yield from _roots(each)
        case AugAssign() | AnnAssign() | For() | NamedExpr():
            yield from _roots(node.target)
        case With():
            for _, target in node.items:
                yield from _roots(target) if target is not None else ()
        case Call(function=Attribute(name=name) as method) if name in CHANGING_METHODS:
            yield from _roots(method.value)
        case Branch():
            yield from node.bound
        case FunctionDef() | ClassDef():
            yield node.name
        case Import() | ImportFrom():
            yield from (alias or name.split(".", 1)[0] for name, alias in node.names or ())
        case _:
            pass


def _roots(target: Node) -> Iterator[str]:
    """Yield the variables that an assignment to a target changes."""
    match target:
        case Name():
            yield target.id
        case Attribute() | Subscript() | Starred():
            yield from _roots(target.value)
        case Sequence():
            for each in target.elts:
                yield from _roots(each)
        case _:
            pass

"""Assign values to targets: names, tuples, attributes and entries. Find the names that statements may change."""

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
    Global,
    Import,
    ImportFrom,
    Name,
    NamedExpr,
    Node,
    Sequence,
    Starred,
    Subscript,
    With,
    elements,
    walk,
)

from .alternatives import alternatives, only
from .containers import CHANGING_METHODS, unpacked, with_attribute, with_entry
from .evaluation import Evaluation
from .joins import join
from .loading import change_loaded
from .naming import hold
from .objects import Many
from .values import (
    MOST_NAMES,
    NEVER,
    UNKNOWN,
    ArgumentParser,
    ClassValue,
    Each,
    Frame,
    Instance,
    Items,
    Namespace,
    Package,
    Record,
    Text,
    Value,
)

CHANGING = (Items, Each, Many, Record, Namespace, ArgumentParser, Instance)


def is_own(node: Node, frame: Frame) -> bool:
    """Return whether an expression is `self`."""
    return isinstance(node, Name) and node.id == frame.own


def shared_name(holder: ClassValue | Package, attribute: str) -> str:
    """Return the name under which a module keeps the value that code assigns to an attribute of `holder`."""
    return f"{holder.name}.{attribute}"


def assign(ev: Evaluation, target: Node, value: Value, frame: Frame) -> None:
    """Bind the names that an assignment to `target` binds."""
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
    """Bind `target` to `value` from here on. A change inside an object binds its variable again."""
    match target:
        case Name() if any(isinstance(each, CHANGING) for each in alternatives(ev.lookup(frame, target.id))):
            _alter(ev, frame, target.id, value)
        case Attribute() if isinstance(of := only(ev.quietly(target.value, frame)), (ClassValue, Package)):
            _share(ev, frame, shared_name(of, target.name), value if value != UNKNOWN else Text(None))
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


def _alter(ev: Evaluation, frame: Frame, name: str, value: Value) -> None:
    """Bind a variable to its changed object. Other variables may hold the same object."""
    scopes = [each.names for each in frame.chain()]
    if len(frame.module.names) <= MOST_NAMES:
        scopes.append(frame.module.names)
        shared = frame.module.shared_names
        ev.outcome.reads[shared, name] = shared.read(name)
    before = next((each[name] for each in scopes if name in each), None)
    found = [each for names in scopes if isinstance(before, CHANGING) for each in names.items()]
    for other in {other for other, held in found if held is before and other != name}:
        ev.bind(frame, other, join((ev.lookup(frame, other), value)))
    frame.altered.add(name)
    _share(ev, frame, name, value)


def _share(ev: Evaluation, frame: Frame, name: str, value: Value) -> None:
    """Bind a name here. In a function, others see the change if the name is the module's."""
    is_inside = any(each.parent is not None for each in frame.chain())
    is_local = any(name in each.names for each in frame.chain() if each.parent is not None)
    ev.bind(frame, name, value)
    if is_inside and not is_local and ev.quiet == 0 and name not in frame.globals:
        ev.outcome.writes[name] = join((ev.outcome.writes.get(name, NEVER), value))


def altered(frame: Frame, unit: Unit, given: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments whose objects a function has changed, with their values after its body ran in `frame`."""
    names = [name for name in given if name in frame.altered and name != frame.own]
    others = rebound(unit) if names else frozenset[str]()
    # The frame lacks changes on a path that returns early. So an object that looks unchanged is unknown.
    after = {name: frame.names.get(name, UNKNOWN) for name in names if name not in others}
    return {name: value if value != given[name] else UNKNOWN for name, value in after.items()}


def rebound(unit: Unit) -> frozenset[str]:
    """Return the variables that the body of a function binds."""
    return frozenset[str]().union(*map(_bound_by, _nodes_in(unit.body)))


def changed_names(units: Iterable[Unit]) -> frozenset[str]:
    """Return the names that statements, and those below them, may bind or whose objects they may change."""
    return frozenset(name for unit in units for name in _changed_in(unit))


def _changed_in(unit: Unit) -> frozenset[str]:
    nodes = _nodes(unit)
    changed = changed_names(unit.body).union(*map(_changed_by, nodes))
    head = unit.header
    return changed if not isinstance(head, (FunctionDef, ClassDef)) else changed - _own_names(unit, head) | {head.name}


def shared_names(unit: Unit) -> frozenset[str]:
    """Return the names that a function declares as `global` or `nonlocal`."""
    return frozenset(name for node in _nodes_in([unit]) if isinstance(node, Global) for name in node.names)


def _nodes_in(units: Iterable[Unit]) -> list[Node]:
    """Return the nodes of statements and of those below them."""
    pending, nodes = list(units), list[Node]()
    while pending:
        each = pending.pop()
        nodes += _nodes(each)
        pending += each.body
    return nodes


def _own_names(unit: Unit, head: FunctionDef | ClassDef) -> frozenset[str]:
    """Return the names that a function or class binds for itself."""
    nodes = _nodes_in([unit])
    shared = shared_names(unit)
    parameters = (each.name for each in head.parameters) if isinstance(head, FunctionDef) else ()
    return frozenset(parameters).union(*map(_bound_by, nodes)) - shared


def _nodes(unit: Unit) -> list[Node]:
    return [node for statement in unit.code.statements for node in walk(statement)]


def _changed_by(node: Node) -> Iterator[str]:
    """Yield the variables that a node binds, or whose objects it changes."""
    yield from _bound_by(node)
    for target in _targets(node):
        yield from _roots(target)
    if isinstance(node, Call) and isinstance(method := node.function, Attribute) and method.name in CHANGING_METHODS:
        yield from _roots(method.value)


def _bound_by(node: Node) -> Iterator[str]:
    """Yield the variables that a node binds."""
    match node:
        case Branch():
            yield from node.bound
        case FunctionDef() | ClassDef():
            yield node.name
        case Import() | ImportFrom():
            yield from (alias or name.split(".", 1)[0] for name, alias in node.names or ())
        case _:
            for target in _targets(node):
                yield from (each.id for each in elements(target) if isinstance(each, Name))


def _targets(node: Node) -> Iterator[Node]:
    """Yield the targets that a statement assigns to."""
    match node:
        case Assign(targets=targets) | Delete(targets=targets):
            yield from targets
        case AugAssign() | AnnAssign() | For() | NamedExpr():
            yield node.target
        case With():
            yield from (target for _, target in node.items if target is not None)
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

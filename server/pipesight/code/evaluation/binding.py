"""Find the names that statements bind, and those whose objects they change."""

from __future__ import annotations

import builtins
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

from .containers import CHANGING_METHODS


def bound_in(unit: Unit) -> Iterator[str]:
    """Yield the names that the statements below a line bind, each as often as it is bound."""
    return bound_by(unit.body)


def bound_by(units: Iterable[Unit]) -> Iterator[str]:
    """Yield the names that statements, and those below them, bind, each as often as it is bound."""
    for node in nodes_in(units):
        yield from _bound_by(node)


def changed_in(unit: Unit) -> frozenset[str]:
    """Return the names that the body of a function may bind or whose objects it may change."""
    if unit.changed is None:
        inline = [node for each in unit.header.inline for node in walk(each)] if unit.header is not None else []
        unit.changed = changed_names(unit.body).union(*map(_changed_by, inline))
    return unit.changed


def sets_attributes(unit: Unit) -> bool:
    """Return whether the body of a function sets attributes of other objects than `self`."""
    if unit.sets is None:
        set_ = (target for node in nodes_in([unit]) for each in targets_of(node) for target in elements(each))
        unit.sets = any(isinstance(each, Attribute) and not _is_self(each.value) for each in set_)
    return unit.sets


def _is_self(node: Node) -> bool:
    return isinstance(node, Name) and node.id == "self"


def handed_in(unit: Unit) -> frozenset[str]:
    """Return the variables whose objects the body of a function gives to functions that are not Python's own."""
    calls = [node for node in nodes_in(unit.body) if isinstance(node, Call)]
    given = [call for call in calls if not (isinstance(call.function, Name) and hasattr(builtins, call.function.id))]
    return frozenset(name for call in given for each in call.arguments for name in _roots(each.value))


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
    return frozenset(name for node in nodes_in([unit]) if isinstance(node, Global) for name in node.names)


def nodes_in(units: Iterable[Unit]) -> list[Node]:
    """Return the nodes of statements and of those below them."""
    pending, nodes = list(units), list[Node]()
    while pending:
        each = pending.pop()
        nodes += _nodes(each)
        pending += each.body
    return nodes


def _own_names(unit: Unit, head: FunctionDef | ClassDef) -> frozenset[str]:
    """Return the names that a function or class binds for itself."""
    nodes = nodes_in([unit])
    shared = shared_names(unit)
    parameters = (each.name for each in head.parameters) if isinstance(head, FunctionDef) else ()
    return frozenset(parameters).union(*map(_bound_by, nodes)) - shared


def _nodes(unit: Unit) -> list[Node]:
    return [node for statement in unit.code.statements for node in walk(statement)]


def _changed_by(node: Node) -> Iterator[str]:
    """Yield the variables that a node binds, or whose objects it changes."""
    yield from _bound_by(node)
    for target in targets_of(node):
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
            for target in targets_of(node):
                yield from (each.id for each in elements(target) if isinstance(each, Name))


def targets_of(node: Node) -> Iterator[Node]:
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

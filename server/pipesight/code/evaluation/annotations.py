"""Evaluate annotations to values of the classes that they name: ZenML's and the user's own."""

from __future__ import annotations

from collections.abc import Sequence

from pipesight.code.model import Thing
from pipesight.code.syntax.parser import parse
from pipesight.code.syntax.tree import (
    Attribute,
    BinOp,
    Constant,
    Expr,
    Name,
    Node,
    String,
    Subscript,
    elements,
    last_name,
)
from pipesight.zenml import module_names
from pipesight.zenml.declarations import Type
from pipesight.zenml.kinds import Kind

from .alternatives import only, says_nothing
from .evaluation import Evaluation
from .joins import join, mapped
from .objects import Object, Symbol
from .values import NONE, UNKNOWN, ClassValue, Each, Frame, Instance, Items, Record, Single, Value


def annotation(ev: Evaluation, node: Node, frame: Frame) -> Value:
    """Return a value of the annotated type, where that is ZenML's or the file's own class."""
    if not isinstance(node, String):
        return annotated(ev, node, frame)
    parsed = parse(node.text)
    if len(parsed) == 1 and isinstance(parsed[0], Expr):
        return annotated(ev, parsed[0].value, frame)
    return UNKNOWN


def annotated(ev: Evaluation, node: Node, frame: Frame) -> Value:
    """Return a value of a type that is written as an expression."""
    match node:
        case Name() | Attribute():
            return instance_of(ev.quietly(node, frame))
        case BinOp(op="|"):
            return join((annotation(ev, node.left, frame), annotation(ev, node.right, frame)))
        case Constant(value=None):
            return NONE
        case Subscript():
            return _subscripted(ev, node, frame)
        case _:
            return UNKNOWN


def _subscripted(ev: Evaluation, node: Subscript, frame: Frame) -> Value:
    items, name = elements(node.index), last_name(node.value)
    if name in ("Optional", "Union", "Annotated", "Final", "ClassVar"):
        used = items[:1] if name == "Annotated" else items
        return join(annotation(ev, each, frame) for each in used)
    return _generic(ev, name, items, frame)


def _generic(ev: Evaluation, name: str, items: Sequence[Node], frame: Frame) -> Value:
    """Return a value of `name[items]`."""
    values = [annotation(ev, each, frame) for each in items]
    if all(value == UNKNOWN for value in values) or name in ("Callable", "Type", "type"):
        return UNKNOWN
    if name in ("Tuple", "tuple") and not (len(items) == 2 and isinstance(items[1], Constant)):
        return Items(tuple(values))
    if name in ("Awaitable", "Coroutine"):
        return values[-1]
    if not name.lower().endswith(("dict", "mapping")):
        return values[0].many(keyed=False) if isinstance(values[0], Object) else Each(values[0])
    element = values[-1]
    # A dict of steps or outputs has their names as keys. A dict of runs or pipelines has keys of the user's choice.
    by_name = isinstance(element, Object) and element.type in (Type.STEP, Type.OUTPUT, Type.ARTIFACT)
    return element.many(keyed=True) if isinstance(element, Object) and by_name else Record(((None, element),))


def instance_of(value: Value) -> Value:
    """Return an object of a class."""
    return mapped(value, _instance_of)


def _instance_of(value: Single) -> Value:
    match value:
        case Symbol() if value.name in module_names.CLASSES:
            type_, generation = module_names.CLASSES[value.name]
            return Object(type_, Thing(type_.kind) if type_.kind else None, generation)
        case Symbol(name="Model" | "ModelVersion"):
            return Object(Type.MODEL_VERSION, Thing(Kind.MODEL))
        case Symbol() if module_names.BASES.get(value.name) is Kind.PIPELINE:
            return Object(Type.UNSEEN)
        case ClassValue():
            return Instance(value, is_any=True)
        case _:
            return UNKNOWN


def or_annotated(ev: Evaluation, value: Value, node: Node | None, frame: Frame) -> Value:
    """Return a value, or one of its annotated type if nothing is known of the value."""
    if node is None or not says_nothing(value):
        return value
    promised = annotation(ev, node, frame)
    return value if says_nothing(promised) and not says_nothing(only(value)) else promised

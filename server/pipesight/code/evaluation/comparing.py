"""Evaluate comparisons: the names that things are compared with, and what is known of a variable after a test."""

from __future__ import annotations

from dataclasses import replace

from pipesight.code.syntax.tree import (
    Attribute,
    BoolOp,
    Call,
    Compare,
    Constant,
    Name,
    NamedExpr,
    Node,
    Sequence,
    String,
    UnaryOp,
    called,
    elements,
)
from pipesight.zenml.kinds import Kind

from .alternatives import alternatives, only
from .annotations import annotated
from .binding import changed_in
from .changing import is_of_module
from .evaluation import Evaluation
from .joins import join
from .naming import Asked, denote
from .objects import CollectionView, Many, Object
from .values import NONE, UNKNOWN, Each, Frame, Integer, Items, NoneValue, Record, Single, Text, Value

_NAMED = (Kind.STEP, Kind.OUTPUT)
_TEXTS = ("name", "status", "value")  # attributes that hold a name or a word


def compare(ev: Evaluation, node: Compare, frame: Frame) -> Value:
    """Evaluate `a == b`, `a in b` and the like, which may compare a name of the run history with a literal."""
    left = ev.value(node.left, frame)
    before = node.left
    for operator, right_node in node.rest:
        right = ev.value(right_node, frame)
        if operator in ("in", "not in"):
            _membership(ev, before, left, right_node, right)
        elif operator in ("==", "!="):
            _equality(ev, before, left, right_node, right)
            _equality(ev, right_node, right, before, left)
        before, left = right_node, right
    return UNKNOWN


def _membership(ev: Evaluation, node: Node, value: Value, container: Node, collection: Value) -> None:
    """Record the names in a membership test: `"trainer" in run.steps`, `step.name in ("trainer", "evaluator")`."""
    name = only(value)
    if not isinstance(name, Text) and not (name == UNKNOWN and isinstance(node, Name)):
        return
    if isinstance(name, Text) and name.of is not None and isinstance(container, Sequence):
        for each in container.elts:
            named_so(ev, each, name)
    for each in alternatives(collection):
        if isinstance(each, Each) and isinstance(text := each.element, Text) and text.of is not None:
            named_so(ev, node, text)
        many = each.many if isinstance(each, CollectionView) and each.name == "keys" else each
        if isinstance(many, Many) and (kind := many.type.kind) in _NAMED and kind is not None:
            denote(ev, node, value, Asked(kind, many.owner, many.generation, "in", container))


def named_so(ev: Evaluation, node: Node, name: Text) -> None:
    """Record a literal that the name of a thing is compared with."""
    if isinstance(node, String) and (thing := name.of) is not None:
        denote(ev, node, Text(node.text), Asked(thing.kind, thing.owner, thing.generation, "name", node))


def _equality(ev: Evaluation, node: Node, value: Value, other: Node, text: Value) -> None:
    """Record the names and words in a comparison: `step.name == "trainer"`, `run.status == "completed"`."""
    name, text = only(value), only(text)
    thing = name.of if isinstance(name, Text) else None
    if thing is None or not isinstance(text, Text) or text.of is not None or text.text is None:
        return
    is_name = isinstance(node, Attribute) and node.name in _TEXTS
    if is_name or (isinstance(node, Name) and isinstance(other, String)):
        denote(ev, other, text, Asked(thing.kind, thing.owner, thing.generation, "name", other))


def holds_for(ev: Evaluation, test: Node, frame: Frame) -> bool | None:
    """Return whether a test passes, as far as parameters whose value is `None` or a text decide it.

    Return None if it is not certain. It is never certain in a loop, or in findings that are recorded for any caller.
    A join leaves `None` out beside a text. So a parameter with a known text may also be `None`, and only the
    comparison with a different text is certain.
    """
    if not ev.is_certain or frame.is_in_loop:
        return None
    match test:
        case UnaryOp(op="not"):
            inner = holds_for(ev, test.operand, frame)
            return None if inner is None else not inner
        case BoolOp():
            both = (holds_for(ev, test.left, frame), holds_for(ev, test.right, frame))
            decisive = test.op == "or"
            return decisive if decisive in both else None if None in both else not decisive
        case Compare(rest=[("is" | "is not" | "==" | "!=" as operator, right)]):
            is_equal = _is_equal(ev, test.left, right, frame)
            return None if is_equal is None else is_equal is (operator in ("is", "=="))
        case Name():
            return False if _certain(ev, test, frame) == NONE else None
        case _:
            return None


def passes_for(ev: Evaluation, test: Node, value: Value, frame: Frame) -> bool | None:
    """Return whether a test passes that has this value. None if it is not certain.

    Findings are recorded for any caller, which may pass something else than `None`. In a loop, the value may change.
    """
    passes = test.value if isinstance(test, Constant) and isinstance(test.value, bool) else holds_for(ev, test, frame)
    if passes is not None or frame.is_in_loop:
        return passes
    is_any = not ev.is_certain and not is_of_module(frame)
    found = {None if is_any and not isinstance(each, Text) else is_true(each) for each in alternatives(value)}
    return found.pop() if len(found) == 1 else None


def is_true(value: Single) -> bool | None:
    """Return whether `bool(value)` is true. None if it is not certain."""
    match value:
        case NoneValue():
            return False
        case Text(text=str() as text, is_default=False) if "{" not in text:
            return bool(text)
        case Integer(value=int() as number):
            return bool(number)
        case Items() | Record(exact=True):
            return bool(value.inside())
        case _:
            return None


def _is_equal(ev: Evaluation, left: Node, right: Node, frame: Frame) -> bool | None:
    """Return whether two operands are equal. None if that is not certain."""
    values = _certain(ev, left, frame), _certain(ev, right, frame)
    if None in values or values == (NONE, NONE):
        return None if None in values else True
    is_literal = isinstance(left, String) or isinstance(right, String)
    return False if is_literal and values[0] != values[1] else None


def _certain(ev: Evaluation, node: Node, frame: Frame) -> Text | NoneValue | None:
    """Return the text or Python's `None` that a literal or a parameter has. Return None for anything else.

    This includes parameters that the function or a nested function binds again.
    """
    value: Value = UNKNOWN
    if (isinstance(node, String) and "b" not in node.prefix) or isinstance(node, Constant):
        value = ev.quietly(node, frame)
    elif isinstance(node, Name) and _is_parameter(ev, node.id):
        value = next((each.names[node.id] for each in frame.scopes() if node.id in each.names), UNKNOWN)
    if isinstance(value, Text) and value.text is not None and "{" not in value.text:
        return Text(value.text)
    return value if isinstance(value, NoneValue) else None


def _is_parameter(ev: Evaluation, name: str) -> bool:
    """Return whether the function that is evaluated has a parameter of this name and keeps it."""
    function = ev.stack.active[-1] if ev.stack.active else None
    if function is None or not any(each.name == name and not each.stars for each in function.head.parameters):
        return False
    unit = function.place.unit
    return name not in changed_in(unit)


def narrow(ev: Evaluation, test: Node, frame: Frame) -> None:
    """Bind the facts about a variable that a passed test gives: `step.name == "x"` holds from here on."""
    match test:
        case BoolOp(op="and"):
            narrow(ev, test.left, frame)
            narrow(ev, test.right, frame)
        case NamedExpr(target=Name() as target) if test in ev.operands:
            frame.names[target.id] = ev.operands[test]
        case Compare(left=NamedExpr() as left):
            narrow(ev, left, frame)
        case Call():
            _narrow_type(ev, test, frame)
        case Compare(rest=[("==", right)]):
            left = test.left
            if isinstance(left, String):
                left, right = right, left
            _narrow_name(ev, left, right, frame)
        case _:
            pass


def _narrow_name(ev: Evaluation, node: Node, literal: Node, frame: Frame) -> None:
    """Narrow by a name: `step.name == "x"`, or `name == "x"` after `for name, step in run.steps.items()`.

    If nothing is known of a variable, `name == "x"` gives it this text.
    """
    if isinstance(node, Attribute) and node.name == "name" and isinstance(node.value, Name):
        held = ev.lookup(frame, node.value.id)
        names = [node.value.id]
    elif isinstance(node, Name):
        key = only(ev.lookup(frame, node.id))
        if key in (UNKNOWN, Text(None)) and isinstance(literal, String) and literal.text:
            frame.names[node.id] = Text(literal.text)
            return
        held = key if isinstance(key, Text) and key.of is not None and key.text is None else UNKNOWN
        names = _that_hold(frame, held)
    else:
        return
    known = only(ev.quietly(literal, frame)) if names else UNKNOWN
    if isinstance(known, Text) and known.text:
        for name in names:
            frame.names[name] = _of_name(ev.lookup(frame, name), known.text)


def _that_hold(frame: Frame, key: Value) -> list[str]:
    """Return the variables that hold the thing whose name is `key`, in a loop over `items()`."""
    if not isinstance(key, Text):
        return []
    names: dict[str, Value] = {}
    for each in frame.chain():
        names = {**each.names, **names}
    return [name for name, value in names.items() if isinstance(value, Object) and value.thing == key.of]


def _of_name(value: Value, name: str) -> Value:
    if isinstance(value, Object) and value.thing is not None and value.thing.name is None:
        return replace(value, thing=replace(value.thing, name=name, which=None, index=None))
    return value


def _narrow_type(ev: Evaluation, test: Call, frame: Frame) -> None:
    """Narrow by a type: `isinstance(x, PipelineRunResponse)` holds from here on."""
    if called(test) != "isinstance" or len(test.arguments) != 2:
        return
    held, type_ = (argument.value for argument in test.arguments)
    if isinstance(held, Name) and ev.lookup(frame, held.id) == UNKNOWN:
        frame.names[held.id] = join(annotated(ev, each, frame) for each in elements(type_))

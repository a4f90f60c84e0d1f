"""Record the expressions that denote things: literals, variables, positions and attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipesight.code.model import CallDetails, Form, Thing
from pipesight.code.syntax.guarding import errors_caught
from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import (
    Attribute,
    Await,
    BinOp,
    BoolOp,
    Call,
    Constant,
    IfExp,
    JoinedStr,
    Name,
    Node,
    String,
    Subscript,
    called,
)
from pipesight.zenml.kinds import Detail, Generation, Kind, Which

from .alternatives import alternatives, only
from .evaluation import Evaluation
from .joins import common_of
from .objects import Object
from .records import Denotation, Held, Literal, StepCall
from .texts import as_text
from .values import ClassValue, FunctionValue, Instance, NoneValue, Produced, Single, Text, Value

_BY_DEFAULT = (Detail.DEFAULT, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a thing: its kind, its owner, the member and keyword that take its name, and the expression."""

    kind: Kind
    owner: Thing | None
    generation: Generation | None
    call: str | None
    whole: Node
    keyword: str | None = None
    details: CallDetails = ()

    def thing(self, name: str | None = None, which: Which | None = None, index: int | None = None) -> Thing:
        """Return the requested thing."""
        return Thing(self.kind, name, which, index, self.owner, self.generation, self.details)


def denote(ev: Evaluation, node: Node, value: Value, asked: Asked) -> tuple[Thing, ...]:
    """Record the expression that names the requested thing, and return the things that it may denote."""
    if isinstance(node, Call) and called(node) == "UUID" and node.arguments:
        node = node.arguments[0].value
    if isinstance(node, String):
        thing = asked.thing(node.text or None)
        _record_literal(ev, ev.unit, node, thing, asked)
        return (thing,)
    named = [each for each in alternatives(value) if not isinstance(each, NoneValue)]
    things = tuple(dict.fromkeys(denoted(each, asked) for each in named)) or (asked.thing(),)
    operands = _operands(node)
    if operands is not None:
        for each in operands:
            is_fallback = isinstance(node, BoolOp) and each is node.right and node.op == "or"
            choice = replace(asked, details=(*asked.details, _BY_DEFAULT)) if is_fallback else asked
            denote(ev, each, ev.operands.get(each, value), choice)
        return things
    if isinstance(node, JoinedStr):
        _record_joined(ev, node, value, things, asked)
        return things
    if isinstance(node, (Name, Attribute, Call, Subscript, BinOp, Await)):
        for each in alternatives(value):
            _record_origin(ev, each, asked)
        form = Form.OBJECT if _is_object(only(value)) else Form.VARIABLE
        find(ev, (node.start, node.end), things, form, asked)
    return things


def denoted(value: Single, asked: Asked) -> Thing:
    """Return the thing that a value names."""
    match value:
        case Text():
            if value.of is not None and value.of.kind is asked.kind and value.of.which is not Which.ANY:
                return _within(value.of, asked.owner)
            thing = asked.thing(value.text or None, Which.ANY if value.of else None)
            return replace(thing, details=(*thing.details, _BY_DEFAULT)) if value.is_default else thing
        case FunctionValue() | ClassValue() if value.kind is asked.kind:
            return asked.thing(value.name)
        case Instance() if value.of.kind is asked.kind:
            return asked.thing(value.of.name)
        case Object() if value.thing is not None and (found := value.thing.nearest(asked.kind)) is not None:
            return _within(found, asked.owner)
        case _:
            return asked.thing()


def _record_literal(
    ev: Evaluation, unit: Unit, node: String, thing: Thing, asked: Asked, *, passed: bool = False
) -> None:
    """Record a string that is a name, at its position here or at the position that it was `passed` from."""
    if ev.quiet > 0 and not passed:
        return
    whole = node if passed else asked.whole
    caught = errors_caught(ev.chunk, ev.unit) if passed else frozenset[str]()
    parts = node.text.split("::")
    if thing.kind is Kind.ARTIFACT and len(parts) == 3 and len(node.text) == node.inner_end - node.inner_start:
        _record_path(ev, unit, node, parts, whole, replace(asked, generation=thing.generation), caught)
        return
    place = (unit, node.inner_start, node.inner_end, whole.start, whole.end)
    found = Denotation(*place, thing, Form.LITERAL, asked.call, asked.keyword, Literal(node), caught=caught)
    ev.outcome.records.found.append(found)


def _record_path(
    ev: Evaluation,
    unit: Unit,
    node: String,
    parts: Sequence[str],
    whole: Node,
    asked: Asked,
    caught: frozenset[str],
) -> None:
    """Record `"pipeline::step::output"`, the name that ZenML gives to an artifact without one."""
    owner: Thing | None = None
    start = node.inner_start
    for kind, part in zip((Kind.PIPELINE, Kind.STEP, Kind.OUTPUT), parts, strict=True):
        owner = Thing(kind, part, None, None, owner, asked.generation)
        place = (unit, start, start + len(part), whole.start, whole.end)
        found = Denotation(*place, owner, Form.LITERAL, asked.call, asked.keyword, Literal(node), caught=caught)
        ev.outcome.records.found.append(found)
        start += len(part) + 2


def _record_joined(ev: Evaluation, node: JoinedStr, value: Value, things: Sequence[Thing], asked: Asked) -> None:
    """Record adjacent literals, or an f-string. A name can be completed in each of their parts."""
    if ev.quiet > 0:
        return
    nodes = leaves(node)
    known = tuple(as_text(ev.operands[part]) if part in ev.operands else None for part in nodes)
    place = (ev.unit, node.start, node.end, asked.whole.start, asked.whole.end)
    thing, several = _certain(things)
    literal = Literal(node, tuple(nodes), known)
    found = Denotation(*place, thing, Form.VARIABLE, asked.call, asked.keyword, literal, several)
    ev.outcome.records.found.append(found)


def leaves(node: Node) -> list[Node]:
    """Return the parts of adjacent strings, including the parts of f-strings."""
    return [leaf for each in node.values for leaf in leaves(each)] if isinstance(node, JoinedStr) else [node]


def _record_origin(ev: Evaluation, value: Single, asked: Asked) -> None:
    """Record a literal of this chunk that was passed to a function, which uses it as a name."""
    if isinstance(value, Text) and value.origin is not None:
        origin = value.origin
        if isinstance(origin.node, String) and origin.chunk is ev.home:
            _record_literal(ev, origin.unit, origin.node, denoted(value, asked), asked, passed=True)


def find(ev: Evaluation, span: tuple[int, int], things: Sequence[Thing], form: Form, asked: Asked) -> None:
    """Record an expression that denotes one of `things`."""
    if ev.quiet == 0:
        thing, several = _certain(things)
        place = (ev.unit, *span, asked.whole.start, asked.whole.end)
        ev.outcome.records.found.append(Denotation(*place, thing, form, asked.call, asked.keyword, None, several))


def find_one(ev: Evaluation, span: tuple[int, int], thing: Thing, form: Form, whole: Node, call: str | None) -> None:
    """Record an expression that denotes a thing that is already known."""
    if ev.quiet == 0:
        ev.outcome.records.found.append(Denotation(ev.unit, *span, whole.start, whole.end, thing, form, call))


def hold(ev: Evaluation, node: Node, value: Value) -> None:
    """Record a variable that holds a thing."""
    _hold(ev, node.start, node.end, value)


def hold_attribute(ev: Evaluation, node: Attribute, value: Value) -> None:
    """Record an attribute that holds a thing."""
    _hold(ev, node.name_start, node.name_start + len(node.name), value)


def _hold(ev: Evaluation, start: int, end: int, value: Value) -> None:
    if ev.quiet > 0:
        return
    if isinstance(value, Produced):
        ev.outcome.records.invoked.append(StepCall(ev.unit, start, end, start, end, value.output))
        return
    things = [thing for each in alternatives(value) if (thing := _held(each)) is not None]
    if things:
        thing = common_of(things)
        several = tuple(things) if len(things) > 1 else ()
        ev.outcome.records.held.append(Held(ev.unit, start, end, thing, several))


def _held(value: Single) -> Thing | None:
    if isinstance(value, Object):
        return value.thing
    if isinstance(value, FunctionValue) and value.kind is not None:
        return Thing(value.kind, value.name)
    return None


def _certain(things: Sequence[Thing]) -> tuple[Thing, tuple[Thing, ...]]:
    """Return what several things have in common, and those with a name if there are several."""
    return common_of(things), tuple(each for each in things if each.name is not None) if len(things) > 1 else ()


def _operands(node: Node) -> Sequence[Node] | None:
    """Return the expressions that an argument chooses from: `a or b`, `a if x else b`."""
    match node:
        case IfExp():
            found = (node.body, node.orelse)
        case BoolOp(op="or"):
            found = (node.left, node.right)
        case BoolOp():
            found = (node.right,)
        case _:
            return None
    return [each for each in found if not isinstance(each, Constant)]


def _within(thing: Thing, owner: Thing | None) -> Thing:
    """Return the thing of this owner that is requested by the name of another thing."""
    return thing if owner is None or thing.name is None else replace(thing, owner=owner)


def _is_object(value: Single) -> bool:
    if isinstance(value, Object):
        return value.thing is None or value.thing.which is not Which.ANY
    if isinstance(value, (FunctionValue, ClassValue)):
        return value.kind is not None
    return isinstance(value, Instance) and value.of.kind is not None

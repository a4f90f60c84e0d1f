"""Evaluate expressions: literals, operators, displays, comprehensions and lambdas."""

from __future__ import annotations

from dataclasses import replace

from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import (
    Await,
    BinOp,
    BoolOp,
    Comprehension,
    Constant,
    Dict,
    DictComp,
    FormattedValue,
    FunctionDef,
    IfExp,
    JoinedStr,
    Lambda,
    ListComp,
    Name,
    NamedExpr,
    Node,
    Return,
    Sequence,
    Set,
    Slice,
    Starred,
    String,
    UnaryOp,
    Yield,
    YieldFrom,
    walk,
)

from .alternatives import alternatives, only
from .assigning import assign
from .changing import take_branch
from .comparing import is_true, narrow, passes_for
from .containers import collected, concatenated, element, merged, simple
from .evaluation import Evaluation
from .handing import arrived
from .joins import any_of, join, mapped
from .naming import hold
from .objects import ListLength, Many
from .texts import percent, together
from .values import (
    NONE,
    UNKNOWN,
    Each,
    Frame,
    FunctionValue,
    Integer,
    Items,
    NodePlace,
    OneOf,
    Record,
    Single,
    Text,
    Value,
)

_MOST_TOLD = 8  # elements of a list for each of which a comprehension is evaluated


def name(ev: Evaluation, node: Name, frame: Frame) -> Value:
    """Evaluate a name."""
    value = ev.lookup(frame, node.id)
    hold(ev, node, value)
    return value


def string(ev: Evaluation, node: String, frame: Frame) -> Value:
    """Evaluate a string literal."""
    return Text(node.text)


def constant(ev: Evaluation, node: Constant, frame: Frame) -> Value:
    """Evaluate a number, `None`, `True` ..."""
    if node.value is None:
        return NONE
    if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
        return UNKNOWN
    return Integer(node.value if isinstance(node.value, int) else None)


def joined_str(ev: Evaluation, node: JoinedStr, frame: Frame) -> Value:
    """Evaluate an f-string, or literals side by side."""
    values: list[Value] = []
    for part in node.values:
        value = ev.operands[part] = ev.value(part, frame)
        values.append(value)
    if len(values) == 1 and isinstance(only(values[0]), Text):
        return values[0]
    return together(values)


def formatted_value(ev: Evaluation, node: FormattedValue, frame: Frame) -> Value:
    """Evaluate a field of an f-string whose format makes another text."""
    ev.value(node.value, frame)
    return UNKNOWN


def unary_op(ev: Evaluation, node: UnaryOp, frame: Frame) -> Value:
    """Evaluate `-x`."""
    return mapped(ev.value(node.operand, frame), lambda value: _signed(node.op, value))


def _signed(operator: str, value: Single) -> Value:
    if isinstance(value, Integer) and value.value is not None and operator in "+-":
        return Integer(-value.value if operator == "-" else value.value)
    return UNKNOWN


def bin_op(ev: Evaluation, node: BinOp, frame: Frame) -> Value:
    """Evaluate `a + b` and the like."""
    return _operated(ev.value(node.left, frame), node.op, ev.value(node.right, frame))


def _operated(left: Value, operator: str, right: Value) -> Value:
    """Return the result of an operator on two values."""
    if isinstance(left, OneOf) or isinstance(right, OneOf):
        pairs = [(a, b) for a in alternatives(left) for b in alternatives(right)]
        return join(_operated(a, operator, b) for a, b in pairs)
    match left, operator, right:
        case Text(), "+", Text():
            return together((left, right))
        case Text(), "%", _:
            return percent(left, right)
        case (Items() | Many() | Each() | Record(), _, _) | (_, _, Items() | Many() | Each() | Record()):
            return _combined(left, operator, right)
        case (Text(), _, _) | (_, "+", Text()):
            return Text(None)
        case ListLength(), "-", Integer(value=int() as less):
            return replace(left, less=left.less + less)
        case (Integer() | ListLength(), _, _) | (_, _, Integer() | ListLength()):
            return Integer(None)
        case _:
            return UNKNOWN


def _combined(left: Single, operator: str, right: Single) -> Value:
    """Return the result of an operator on lists and dicts. It holds the same objects, also if one is not known."""
    match left, operator, right:
        case (Items() | Many() | Each(), "+", Items() | Many() | Each()):
            return concatenated(left, right)
        case (Items() | Many() | Each(), "*", Integer()):
            return Each(any_of(left))
        case (Items() | Many() | Each(), "+", _):
            return Each(join((any_of(left), UNKNOWN)))
        case (_, "+", Items() | Many() | Each()):
            return Each(join((any_of(right), UNKNOWN)))
        case Record(), "|", Record():
            return merged(left, right)
        case (Record() as known, "|", _) | (_, "|", Record() as known):
            return Record((*known.pairs, (None, UNKNOWN)))
        case _:
            return UNKNOWN


def bool_op(ev: Evaluation, node: BoolOp, frame: Frame) -> Value:
    """Evaluate `a or b`, `a and b`."""
    left = ev.value(node.left, frame)
    passes = passes_for(ev, node.left, left, frame)
    inner = frame
    if node.op == "and":
        inner = frame.branch()
        narrow(ev, node.left, inner)
    ev.operands[node.right] = right = ev.value(node.right, inner)
    if inner is not frame:
        take_branch(ev, inner, frame)
    if node.op == "and":
        return join((right, UNKNOWN)) if passes is None else right if passes else left
    kept = [each for each in alternatives(left) if is_true(each) is not False] if passes is not False else []
    ev.operands[node.left] = join(kept)
    return join(kept if passes else (*kept, right))


def if_exp(ev: Evaluation, node: IfExp, frame: Frame) -> Value:
    """Evaluate `a if test else b`."""
    passes = passes_for(ev, node.test, ev.value(node.test, frame), frame)
    inner = frame.branch()
    narrow(ev, node.test, inner)
    ev.operands[node.body] = body = ev.value(node.body, inner)
    take_branch(ev, inner, frame)
    ev.operands[node.orelse] = orelse = ev.value(node.orelse, frame)
    return join((body, orelse)) if passes is None else body if passes else orelse


def lambda_(ev: Evaluation, node: Lambda, frame: Frame) -> Value:
    """Evaluate a lambda, whose arguments are not known."""
    return applied_lambda(ev, node, frame, UNKNOWN)


def applied_lambda(ev: Evaluation, node: Lambda, frame: Frame, first: Value) -> FunctionValue:
    """Evaluate a lambda. Its body runs with `first` for the first parameter."""
    inner = frame.branch()
    defaults = {each.name: ev.value(each.default, frame) for each in node.parameters if each.default is not None}
    for index, parameter in enumerate(node.parameters):
        default = defaults.get(parameter.name, UNKNOWN)
        inner.names[parameter.name] = first if index == 0 and first != UNKNOWN else default
    with ev.repeating():
        ev.value(node.body, inner)
    take_branch(ev, inner, frame, [each.name for each in node.parameters])
    body = Return(node.body.start, node.body.end, node.body)
    head = FunctionDef(node.start, node.end, [body], "", node.start, node.parameters, None)
    place = NodePlace(frame.module, ev.chunk, Unit(ev.unit.line, ev.unit.code), head)
    return FunctionValue(place, frame, defaults=tuple(defaults.items()))


def sequence(ev: Evaluation, node: Sequence, frame: Frame) -> Value:
    """Evaluate a list, tuple or set display."""
    elements = tuple(ev.value(each, frame) for each in node.elts)
    starred = any(isinstance(each, Starred) for each in node.elts)
    return Each(join(elements)) if starred or isinstance(node, Set) else simple(Items(elements))


def dict_(ev: Evaluation, node: Dict, frame: Frame) -> Value:
    """Evaluate a dict display."""
    pairs: list[tuple[str | None, Value]] = []
    for key_node, value_node in node.pairs:
        key = only(ev.value(key_node, frame)) if key_node is not None else UNKNOWN
        value = ev.value(value_node, frame)
        if key_node is None:
            pairs += value.pairs if isinstance(value, Record) else [(None, UNKNOWN)]
        else:
            pairs.append((key.text if isinstance(key, Text) else None, value))
    return simple(_exactly(pairs))


def comprehension(ev: Evaluation, node: Comprehension, frame: Frame) -> Value:
    """Evaluate a comprehension."""
    inner = frame.branch()
    sources = [_generated(ev, each.iter, each.target, each.ifs, inner) for each in node.generators]
    filtered = any(each.ifs for each in node.generators)
    source = sources[0] if len(sources) == 1 else UNKNOWN
    with ev.repeating():
        value = ev.value(node.elt, inner)
        if isinstance(node, DictComp):
            value = ev.value(node.value, inner)
    take_branch(ev, inner, frame, _bound_in(node))
    listed = only(source)
    if isinstance(listed, Items) and 1 < len(listed.elements) <= _MOST_TOLD and not _holds_scope(node):
        if isinstance(node, DictComp):
            return _entries(ev, node, listed, frame)
        if isinstance(node, ListComp) and not filtered:
            return Items(tuple(_for_element(ev, node, [node.elt], each, frame)[0] for each in listed.elements))
    return collected(value, source, filtered, keyed=isinstance(node, DictComp))


def _bound_in(node: Comprehension) -> list[str]:
    """Return the variables of a comprehension."""
    return [each.id for one in node.generators for each in walk(one.target) if isinstance(each, Name)]


def _holds_scope(node: Comprehension) -> bool:
    """Return whether the elements contain comprehensions or lambdas.

    Each level of comprehensions would multiply the number of evaluations. A lambda sees the last element.
    """
    parts = (node.elt, node.value) if isinstance(node, DictComp) else (node.elt,)
    return any(isinstance(each, (ListComp, DictComp, Lambda)) for part in parts for each in walk(part))


def _entries(ev: Evaluation, node: DictComp, listed: Items, frame: Frame) -> Value:
    """Return the dict that a comprehension makes of a known list."""
    found = [_for_element(ev, node, [node.elt, node.value], each, frame) for each in listed.elements]
    keys = [only(key) for key, _ in found]
    pairs = [(key.text if isinstance(key, Text) else None, value) for key, (_, value) in zip(keys, found, strict=True)]
    filtered = any(each.ifs for each in node.generators)
    return simple(Record(tuple(pairs)) if filtered else _exactly(pairs))


def _exactly(pairs: list[tuple[str | None, Value]]) -> Record:
    """Return a dict that has these entries and no others."""
    return Record(tuple(pairs), exact=bool(pairs) and all(key is not None for key, _ in pairs))


def _for_element(ev: Evaluation, node: Comprehension, parts: list[Node], one: Value, frame: Frame) -> list[Value]:
    """Return the values of parts of a comprehension with one generator, for one element. Nothing is recorded."""
    inner = frame.branch()
    with ev.unrecorded(), ev.repeating():
        assign(ev, node.generators[0].target, one, inner)
        return [ev.value(each, inner) for each in parts]


def _generated(ev: Evaluation, iterable: Node, target: Node, tests: list[Node], inner: Frame) -> Value:
    source = ev.value(iterable, inner)
    assign(ev, target, element(source), inner)
    for test in tests:
        ev.value(test, inner)
        narrow(ev, test, inner)
    return source


def starred_(ev: Evaluation, node: Starred, frame: Frame) -> Value:
    """Evaluate `*a`."""
    return element(ev.value(node.value, frame))


def await_(ev: Evaluation, node: Await, frame: Frame) -> Value:
    """Evaluate `await a`."""
    return arrived(ev.value(node.value, frame))


def yield_(ev: Evaluation, node: Yield, frame: Frame) -> Value:
    """Evaluate `yield a`."""
    frame.yields.append(ev.value(node.value, frame))
    return UNKNOWN


def yield_from(ev: Evaluation, node: YieldFrom, frame: Frame) -> Value:
    """Evaluate `yield from a`."""
    frame.yields.append(element(ev.value(node.value, frame)))
    return UNKNOWN


def named_expr(ev: Evaluation, node: NamedExpr, frame: Frame) -> Value:
    """Evaluate `a := b`."""
    ev.operands[node] = value = ev.value(node.value, frame)
    assign(ev, node.target, value, frame)
    return value


def slice_(ev: Evaluation, node: Slice, frame: Frame) -> Value:
    """Evaluate the parts of `a:b`."""
    for part in node.parts:
        ev.operands[part] = ev.value(part, frame)
    return UNKNOWN


def augmented(before: Value, value: Value) -> Value:
    """Return the result of `before += value`."""
    match only(before), only(value):
        case Text(text=str()) as first, Text(text=str()) as second:
            return together((first, second))
        case Text(), _:
            return Text(None)
        case (Items() | Each() | Many()) as first, (Items() | Each() | Many()) as second:
            return concatenated(first, second)
        case Record() as first, Record() as second:
            return merged(first, second)
        case Each() as first, _:
            return first
        case Many() as first, _:
            return replace(first, chosen=True)
        case Integer(), _:
            return Integer(None)
        case _:
            return UNKNOWN

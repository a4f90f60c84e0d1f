"""Join values: find what holds if a value may be any one of several.

Values form a set of up to `MOST` alternatives. Joining is commutative and monotone: `join((a, b))` equals
`join((b, a))`, and joining `a` to the result once more changes nothing. `tests/code/test_joins.py` holds both.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from functools import reduce
from typing import TypeVar

from pipesight.code.model import CallDetails, Thing
from pipesight.zenml.kinds import Which

from .alternatives import alternatives, plain
from .objects import CollectionView, Many, Object
from .values import (
    NEVER,
    UNKNOWN,
    ArgumentParser,
    Bound,
    ClassValue,
    Container,
    Each,
    FunctionValue,
    Instance,
    Integer,
    Items,
    Listed,
    Method,
    Namespace,
    NoneValue,
    OneOf,
    Package,
    Produced,
    Record,
    Single,
    Text,
    Unknown,
    Value,
)

MOST = 4  # alternatives of a value that are kept apart
_DESCRIBED = 3  # levels of nested values that are compared to put alternatives in order
_BATCH = 32  # distinct alternatives that are collected before they are reduced to `MOST`

_Key = TypeVar("_Key", str, "str | None")
_Held = TypeVar("_Held", Items | Each, Record, Namespace, Instance, Items | Each | Record | Namespace | Instance)


def join(values: Iterable[Value]) -> Value:
    """Return what is known of a value that may be any of `values`."""
    found: list[Single] = []
    for value in values:
        for each in alternatives(value):
            if each not in found:
                found.append(each)
            elif isinstance(each, Container):
                _take_marks(found, each)
        if len(found) > _BATCH:
            found = list(alternatives(_normalized(found)))
    return found[0] if len(found) == 1 else _normalized(found) if found else NEVER


def _take_marks(found: list[Single], again: Container) -> None:
    """Make an alternative that is equal to another object any one of both objects."""
    for index, each in enumerate(found):
        if each is not again and isinstance(each, _MERGED) and each == again and not again.reach <= each.reach:
            found[index] = _marked(replace(each), each.marks | again.reach)


def _marked(made: _Held, marks: frozenset[object]) -> _Held:
    """Return a new value as that of any one of the objects that have these marks."""
    made.mark(marks)
    return made


def renewed(value: Value) -> Value:
    """Return a value as that of a new object, such as a copy of a list."""
    return mapped(value, lambda each: replace(each) if isinstance(each, (*_MERGED, Many)) else each)


def mapped(value: Value, action: Callable[[Single], Value]) -> Value:
    """Return the join of the results of `action` for each alternative.

    `None` is left out beside others, because an operation on it raises an error and has no result.
    """
    if not isinstance(value, OneOf):
        return action(value)
    return join(action(each) for each in value.alternatives if not isinstance(each, NoneValue))


def data_of(value: Value) -> Value:
    """Return the Python value that a step gets for another step's output."""
    return mapped(value, lambda each: each.value if isinstance(each, Produced) else each)


def any_of(value: Listed) -> Value:
    """Return any one element of a list."""
    if isinstance(value, Many):
        return value.element
    return value.element if isinstance(value, Each) else join(value.elements)


def widened(value: Value) -> Value:
    """Return a value with at most one alternative of each shape, so that a loop comes to an end."""
    return _one_of(_collapsed(_merged(alternatives(value)))) if isinstance(value, OneOf) else value


def _common_thing(a: Thing | None, b: Thing | None) -> Thing | None:
    """Return what two things have in common. None if they are of different kinds."""
    if a is None or b is None or a.kind is not b.kind:
        return None
    if a == b:
        return a
    same = a.name == b.name and a.which == b.which and a.index == b.index
    return Thing(
        a.kind,
        a.name if same else None,
        a.which if same else Which.ANY,
        a.index if same else None,
        _common_thing(a.owner, b.owner),
        a.generation if a.generation is b.generation else None,
        _common_details(a.details, b.details),
    )


def _common_details(a: CallDetails, b: CallDetails) -> CallDetails:
    """Return the details of both. The value of a detail that differs is unknown."""
    ours, theirs = dict(a), dict(b)
    keys = sorted({**ours, **theirs}, key=str)
    return tuple((each, ours.get(each) if ours.get(each) == theirs.get(each) else None) for each in keys)


def common_of(things: Iterable[Thing]) -> Thing:
    """Return what things of one kind have in common."""
    return reduce(lambda a, b: _common_thing(a, b) or Thing(a.kind), things)


def _normalized(found: Sequence[Single]) -> Value:
    kept = _merged(found)
    if sum(not isinstance(each, (Unknown, NoneValue)) for each in kept) > MOST:
        kept = _collapsed(kept)
    return _one_of(kept)


def _one_of(found: Sequence[Single]) -> Value:
    return found[0] if len(found) == 1 else OneOf(tuple(found))


def _merged(found: Sequence[Single]) -> list[Single]:
    """Merge the containers, and leave out each alternative that another one covers."""
    groups: dict[Hashable, list[Single]] = {}
    for each in map(_plain, found):
        groups.setdefault(_shape(each), []).append(each)
    if "list" in groups:
        _take_collections(groups)
    kept: list[Single] = []
    for group in groups.values():
        kept += [reduce(_common, group)] if isinstance(group[0], _CONTAINERS) else _uncovered(group)
    return kept


def _take_collections(groups: dict[Hashable, list[Single]]) -> None:
    """Make one list of lists and collections. The history does not know the positions of its elements.

    An empty list beside a collection is left out.
    """
    collections = [shape for shape, group in groups.items() if isinstance(group[0], Many)]
    if collections and all(each == Items(()) for each in groups["list"]):
        del groups["list"]
        return
    for shape in collections:
        groups["list"] += [Each(each.element) for each in groups.pop(shape) if isinstance(each, Many)]


def _uncovered(group: Sequence[Single]) -> list[Single]:
    if all(isinstance(each, Text) and each.of is None and each.text is not None for each in group):
        # No text covers another one, with one exception: a default covers the same text from another source, because
        # it may differ when the code runs.
        defaults = {each.text for each in group if isinstance(each, Text) and each.is_default}
        return [e for e in dict.fromkeys(group) if isinstance(e, Text) and (e.is_default or e.text not in defaults)]
    kept: list[Single] = []
    for each in group:
        if any(_common(other, each) == other for other in kept):
            continue
        kept = [other for other in kept if _common(each, other) != each]
        kept.append(each)
    return kept


def _collapsed(found: Sequence[Single]) -> list[Single]:
    """Reduce alternatives of the same shape to what they have in common, and leave out shapes beyond `MOST`."""
    groups: dict[Hashable, list[Single]] = {}
    for each in found:
        groups.setdefault(_shape(each), []).append(each)
    kept = [reduce(_common, group) for group in groups.values()]
    told = [each for each in kept if not isinstance(each, (Unknown, NoneValue))]
    if len(told) <= MOST:
        return kept
    first = sorted(told, key=_rank)[:MOST]
    return [*first, UNKNOWN, *(each for each in kept if isinstance(each, NoneValue))]


def _rank(value: Single) -> tuple[bool, str, str]:
    """Return the sort key of an alternative, if there are too many. A collection sorts like its list.

    Otherwise a collection that was dropped as part of a list would displace other alternatives when it comes again.
    """
    is_merged = type(value) in _COMMON and not isinstance(value, Instance)
    mark = _shape(value) if is_merged else _described(value.of if isinstance(value, Instance) else value, _DESCRIBED)
    return not isinstance(value, (Items, Each, Many)), type(value).__name__, str(mark)


def _described(value: Value, depth: int) -> object:
    """Return a description of a value by its source code, down to a depth of nested values.

    It contains neither memory addresses nor lines of the file, because both change when other code is edited.
    """
    if depth == 0:
        return type(value).__name__
    match value:
        case OneOf():
            return sorted(str(_described(each, depth - 1)) for each in value.alternatives)
        case FunctionValue() | ClassValue():
            return value.name, value.place.unit.line, [code.text for _, code in value.place.chunk.lines]
        case _:
            said, inside = _parts(value)
            return said, [_described(each, depth - 1) for each in inside]


def _parts(value: Single) -> tuple[object, Iterable[Value]]:
    """Return a value's own data, and the values in it."""
    match value:
        case Method():
            return value.name, (value.receiver,)
        case Bound():
            return None, (value.function or UNKNOWN, value.result, *(each for _, each in value.arguments))
        case Instance():
            return [name for name, _ in value.given], (value.of, *value.inside())
        case Container():
            return type(value).__name__, value.inside()
        case ArgumentParser():
            return value.parent, [each for _, each in value.options]
        case Produced():
            return (value.thing, value.outputs), (value.value,)
        case Package():
            return value.name, ()
        case _:
            return value, ()


_MERGED = (Items, Each, Record, Namespace, Instance)
_CONTAINERS = (*_MERGED, ArgumentParser)


def _shape(value: Single) -> Hashable:
    """Return the key that two alternatives must share to be merged into one."""
    match value:
        case Items() | Each():
            return "list"
        case Object() | Many():
            return type(value).__name__, value.type.value
        case CollectionView():
            return "CollectionView", value.many.type.value, value.name, value.called
        case Instance():
            return "Instance", value.of.name, id(value.of)
        case FunctionValue() | ClassValue():
            return type(value).__name__, value.name, value.place.unit.line, id(value)
        case Text() | Integer() | Record() | Namespace() | ArgumentParser() | Unknown() | NoneValue():
            return type(value).__name__
        case Method():
            return "Method", value.name, _shape(value.receiver), value
        case Package():
            return "Package", value.name
        case _:
            return type(value).__name__, value


def _common(a: Single, b: Single) -> Single:
    """Return what two alternatives of one shape have in common."""
    common = _COMMON.get(type(a))
    return common(a, b) if common is not None else a


def _common_object(a: Object, b: Object) -> Object:
    generation = a.generation if a.generation is b.generation else None
    return Object(a.type, _common_thing(a.thing, b.thing), generation)


def _common_text(a: Text, b: Text) -> Text:
    is_default = (a.is_default or b.is_default) and a.text == b.text
    return Text(a.text if a.text == b.text else None, a.of if a.of == b.of else None, is_default=is_default)


def _common_integer(a: Integer, b: Integer) -> Integer:
    return a if a == b else Integer(None)


def _common_view(a: CollectionView, b: CollectionView) -> CollectionView:
    return replace(a, many=_common_many(a.many, b.many))


def _common_record(a: Record, b: Record) -> Record:
    return _marked(Record(_common_pairs(a.pairs, b.pairs)), a.marks | b.marks)


def _common_namespace(a: Namespace, b: Namespace) -> Namespace:
    return _marked(Namespace(_common_pairs(a.attributes, b.attributes)), a.marks | b.marks)


def _common_instance(a: Instance, b: Instance) -> Instance:
    ours, theirs = dict(a.given), dict(b.given)
    both: list[tuple[str, Value]] = []
    for name in ours.keys() | theirs.keys():
        values = [given.get(name, a.of.attributes.get(name)) for given in (ours, theirs)]  # else that of the class
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            both.append((name, join(known)))
    return _marked(Instance(a.of, tuple(sorted(both, key=_first)), a.is_any or b.is_any), a.marks | b.marks)


def _common_parser(a: ArgumentParser, b: ArgumentParser) -> ArgumentParser:
    parent = a.parent if a.parent == b.parent else None
    return ArgumentParser(_common_pairs(a.options, b.options), parent)


def _common_many(a: Many, b: Many) -> Many:
    return Many(
        a.type,
        _common_thing(a.owner, b.owner),
        a.generation if a.generation is b.generation else None,
        a.keyed if a.keyed is b.keyed else None,
        a.chosen or b.chosen or a.name != b.name or a.window != b.window,
        a.name if a.name == b.name else None,
        _common_details(a.details, b.details),
        a.window if a.window == b.window else None,
    )


def _common_list(a: Items | Each, b: Items | Each) -> Items | Each:
    return _marked(_elements_of_both(a, b), a.marks | b.marks)


def _elements_of_both(a: Items | Each, b: Items | Each) -> Items | Each:
    if a == Items(()) or b == Items(()):
        return replace(b if a == Items(()) else a)
    if isinstance(a, Items) and isinstance(b, Items) and len(a.elements) == len(b.elements):
        return Items(tuple(join(pair) for pair in zip(a.elements, b.elements, strict=True)))
    return Each(join((any_of(a), any_of(b))))


def _common_pairs(
    a: tuple[tuple[_Key, Value], ...], b: tuple[tuple[_Key, Value], ...]
) -> tuple[tuple[_Key, Value], ...]:
    known: dict[_Key, Value] = {}
    for key, value in (*a, *b):
        if key not in known:
            known[key] = value
        elif known[key] is not value:
            known[key] = join((known[key], value))
    return tuple(sorted(known.items(), key=_first))


def _first(pair: tuple[str | None, Value]) -> tuple[bool, str]:
    return pair[0] is not None, pair[0] or ""


def _plain(value: Single) -> Single:
    found = plain(value)
    return UNKNOWN if isinstance(found, OneOf) else found


_COMMON: dict[type[Single], Callable[..., Single]] = {
    Object: _common_object,
    Many: _common_many,
    CollectionView: _common_view,
    Text: _common_text,
    Integer: _common_integer,
    Instance: _common_instance,
    Items: _common_list,
    Each: _common_list,
    Record: _common_record,
    Namespace: _common_namespace,
    ArgumentParser: _common_parser,
}

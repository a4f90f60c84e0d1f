"""Evaluate operations on lists, dicts and plain objects whose parts are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipesight.code.syntax.tree import Node, Starred
from pipesight.zenml.kinds import Generation, Kind, Which

from .alternatives import alternatives, as_default, only, says_nothing
from .joins import any_of, join, mapped, renewed
from .objects import CollectionView, Many, Object
from .values import (
    UNKNOWN,
    ArgumentParser,
    Each,
    Instance,
    Integer,
    Items,
    Listed,
    Namespace,
    NoneValue,
    Produced,
    Record,
    Single,
    Text,
    Unknown,
    Value,
    extent,
)

_MOST = 1000  # parts of a list or dict that are kept apart
_MOST_GROWN = 100  # the same, if the code adds them one after another, because each addition makes a new value
_MOST_IN_ALL = 2000  # the same, with the parts of all nested lists and dicts
_DEEPEST = 8  # levels of nested lists, dicts and objects


def simple(value: Items | Record) -> Items | Record | Each:
    """Return a list or dict. If it is too large or too deep to be followed, its parts are not told apart."""
    return value if len(value.inside()) <= _MOST and not is_vast(value) else _together(value)


def _grown(value: Items | Record) -> Items | Record | Each:
    """Return a list or dict to which code has added something."""
    return simple(value) if len(value.inside()) <= _MOST_GROWN else _together(value)


def _together(value: Items | Record) -> Record | Each:
    part = UNKNOWN if is_vast(value) else join(value.inside())
    return Each(part) if isinstance(value, Items) else Record(((None, part),))


def before_or(before: Value, after: Value) -> Value:
    """Return what is known of an object before or after a change. Elements that are not told apart include all."""
    is_together = isinstance(after, Record) and [key for key, _ in after.pairs] == [None]
    return after if is_together and isinstance(before, Record) else join((before, after))


def is_vast(value: Value) -> bool:
    """Return whether a value is too deep, or holds too much on all its levels."""
    size = extent(value)
    return size.levels > _DEEPEST or size.parts > _MOST_IN_ALL


def merged(first: Record, second: Record) -> Value:
    """Return a dict with the entries of both."""
    return _grown(Record(first.pairs + second.pairs))


def as_list(value: Value) -> Value:
    """Return the `.items` of a page, or the `.values()` of a dict, as a list."""
    return mapped(value, _as_list)


def _as_list(value: Single) -> Value:
    listed = isinstance(value, CollectionView) and (
        value.name == "values" or (value.name == "items" and not value.called)
    )
    return replace(value.many, keyed=False) if isinstance(value, CollectionView) and listed else value


def element(value: Value) -> Value:
    """Return any one element of an iterable."""
    return mapped(value, _element)


def _element(value: Single) -> Value:
    match value:
        case Many():
            keyed = value.generation is Generation.MODERN if value.keyed is None else value.keyed
            return Text(None, value.element.thing) if keyed else value.element
        case CollectionView():
            return _viewed(value)
        case Each():
            return value.element
        case Items():
            return join(value.elements)
        case Record():
            return join(Text(key) for key, _ in value.pairs)
        case _:
            return UNKNOWN


def _viewed(view: CollectionView) -> Value:
    member = view.many.element
    key = Text(None, member.thing)
    if view.name == "items":
        return Items((key, member)) if view.called else member
    return key if view.name == "keys" else member


def unpacked(value: Value, targets: Sequence[Node]) -> list[Value]:
    """Return the value that each of several targets gets by unpacking. One target may have a star."""
    parts = [_unpacked(each, targets) for each in alternatives(as_list(value)) if not isinstance(each, NoneValue)]
    return [join(each) for each in zip(*parts, strict=True)] if parts else [UNKNOWN] * len(targets)


def _unpacked(value: Single, targets: Sequence[Node]) -> list[Value]:
    count = len(targets)
    star = next((index for index, target in enumerate(targets) if isinstance(target, Starred)), None)
    if isinstance(value, Items) and star is not None and len(value.elements) >= count - 1:
        elements, end = value.elements, len(value.elements) - (count - 1 - star)
        return [*elements[:star], Items(elements[star:end]), *elements[end:]]
    if isinstance(value, Items) and star is None and len(value.elements) == count:
        return list(value.elements)
    if isinstance(value, Many):
        return [
            value.picked(Which.INDEX, index if star is None or index < star else index - count)
            if index != star
            else replace(value, chosen=True)
            for index in range(count)
        ]
    if isinstance(value, Produced):
        return _unpacked_artifacts(value, targets)
    any_one = any_of(value) if isinstance(value, (Items, Each)) else UNKNOWN
    return [Each(any_one) if index == star else any_one for index in range(count)]


def _unpacked_artifacts(produced: Produced, targets: Sequence[Node]) -> list[Value]:
    """Return the outputs of a step in their order. If the code does not name them, unpack its function's result."""
    values = unpacked(produced.value, targets)
    names = produced.outputs or ()
    if len(names) != len(targets) or any(isinstance(target, Starred) for target in targets):
        return values
    return [Produced(produced.named(name), (), value) for name, value in zip(names, values, strict=True)]


def with_attribute(value: Value, name: str, attribute: Value) -> Value | None:
    """Return an object after `value.name = attribute`. None if its attributes are not known."""
    value = only(value)
    if is_vast(attribute):
        attribute = UNKNOWN
    if isinstance(value, Namespace):
        return Namespace((*(each for each in value.attributes if each[0] != name), (name, attribute)))
    if isinstance(value, Instance):
        return replace(value, given=(*(each for each in value.given if each[0] != name), (name, attribute)))
    return None


def with_entry(value: Value, key: Value, entry: Value) -> Value | None:
    """Return a container after `value[key] = entry`. None if nothing is known of it."""
    value, key = only(value), only(key)
    match value:
        case Record(pairs=()) if isinstance(key, Text) and isinstance(entry, Object) and key.of is not None:
            if key.of == entry.thing and key.of.which is Which.ANY:
                return Many(entry.type, key.of.owner, entry.generation, keyed=True, chosen=True)
        case Many(keyed=False):
            return Each(join((any_of(value), entry)))
        case Items() | Each():
            known = key.value if isinstance(key, Integer) else None
            if isinstance(value, Items) and known is not None and 0 <= known < len(value.elements):
                return Items((*value.elements[:known], entry, *value.elements[known + 1 :]))
            return Each(join((any_of(value), entry)))
        case _:
            pass
    if not isinstance(value, Record):
        return None
    name = key.text if isinstance(key, Text) else None
    kept = tuple(pair for pair in value.pairs if pair[0] != name or name is None)
    return _grown(Record((*kept, (name, entry))))


def item(items: Items, index: Value) -> Value:
    """Return the element of a list at an index."""
    return join(_item(items, each) for each in alternatives(index))


def _item(items: Items, index: Single) -> Value:
    known = index.value if isinstance(index, Integer) else None
    if known is not None and -len(items.elements) <= known < len(items.elements):
        return items.elements[known]
    return join(items.elements)


def entry(record: Record, key: Value) -> Value | None:
    """Return the value of a dict at a key, None if there is none. An entry with an unknown key may have that key."""
    found = [value for each in alternatives(key) for value in _entries(record, each)]
    return join(found) if found else None


def _entries(record: Record, key: Single) -> list[Value]:
    name = key.text if isinstance(key, Text) else None
    found = [value for known, value in record.pairs if name is None or known is None]
    return found + [value for known, value in record.pairs if known is not None and known == name][-1:]


CHANGING_METHODS = frozenset(
    ("append", "add", "appendleft", "insert", "extend", "update", "sort", "reverse", "remove", "pop", "popleft")
    + ("discard", "clear", "rotate", "setdefault", "popitem")
)


def changed(receiver: Value, name: str, values: Sequence[Value]) -> Value | None:
    """Return a list or dict after its method was called. None if that changes nothing that is known."""
    match only(receiver), name, [only(value) for value in values]:
        case ((Items() | Each() | Many()) as listed, ("append" | "add" | "appendleft"), [_]):
            return _appended(listed, values[0])
        case ((Items() | Each() | Many()) as listed, "insert", [_, _]):
            return Each(join((any_of(listed), values[1])))
        case ((Items() | Each() | Many()) as listed, ("extend" | "update"), [Items() | Each() | Many() as more]):
            return concatenated(listed, more)
        case (Items() | Each() as listed, ("extend" | "update"), [_]):
            return Each(join((any_of(listed), UNKNOWN)))
        case (Many() as many, "extend", [_]):
            return replace(many, chosen=True)
        case (Items() | Each() as listed, ("sort" | "reverse" | "remove" | "pop" | "popleft" | "discard" | "clear"), _):
            return Each(any_of(listed))
        case (Many() as many, ("remove" | "clear" | "rotate"), _):
            return replace(many, chosen=True)
        case Record() as record, _, _:
            return _record_changed(record, name, values)
        case Items() | Each() as listed, _, _ if name in CHANGING_METHODS:
            return Each(join((any_of(listed), UNKNOWN)))
        case _:
            return None


def without_entry(record: Record, key: Value) -> Record:
    """Return a dict after `del record[key]`."""
    known = only(key)
    name = known.text if isinstance(known, Text) else None
    kept = tuple(pair for pair in record.pairs if pair[0] != name) if name is not None else record.pairs
    return Record(kept if name is not None else (*kept, (None, UNKNOWN)))


def _record_changed(record: Record, name: str, values: Sequence[Value]) -> Value | None:
    match name, [only(value) for value in values]:
        case "update", [Record() as more]:
            return merged(record, more)
        case "update", [Items(elements=pairs)] if all(isinstance(e, Items) and len(e.elements) == 2 for e in pairs):
            made: Value | None = record
            for pair in pairs:
                made = with_entry(made or UNKNOWN, *pair.elements) if isinstance(pair, Items) else None
            return made
        case "update", [_]:
            return Record(tuple((key, as_default(value)) for key, value in record.pairs))
        case "setdefault", [key, _] if entry(record, key) is None:
            return with_entry(record, key, values[1])
        case "pop", [key, *_]:
            return without_entry(record, key)
        case "popitem", _:
            return Record((*record.pairs, (None, UNKNOWN)))
        case "clear", _:
            return Record(())
        case _:
            return None


def _appended(receiver: Listed, value: Value) -> Value:
    if receiver == Items(()) and isinstance(value, Object) and value.thing and value.thing.which is Which.ANY:
        # A loop over a collection appends its element: the list has some or all of the collection's elements.
        return Many(value.type, value.thing.owner, value.generation, keyed=False, chosen=True)
    if isinstance(receiver, Items):
        return _grown(Items((*receiver.elements, value)))
    if isinstance(receiver, Many) and receiver.element == value:
        return receiver
    return Each(join((any_of(receiver), value)))


def concatenated(first: Listed, second: Listed) -> Value:
    """Return one list behind another."""
    if isinstance(first, Items) and isinstance(second, Items):
        return _grown(Items(first.elements + second.elements))
    if first == Items(()):
        return replace(second, chosen=True) if isinstance(second, Many) else second
    if first == second and isinstance(first, Many):
        return replace(first, chosen=True)
    return Each(join((any_of(first), any_of(second))))


def same_elements(source: Value, *, chosen: bool) -> Value:
    """Return a list with the elements of another collection. They are in another order if `chosen`."""
    return mapped(as_list(source), lambda each: _same_elements(each, chosen=chosen))


def _same_elements(source: Single, *, chosen: bool) -> Value:
    if isinstance(source, CollectionView):
        return Each(element(source))
    if not isinstance(source, Many):
        return Each(element(source)) if isinstance(source, Items) and chosen else renewed(source)
    keyed = isinstance(element(source), Text)
    if keyed and source.type.kind is not None and source.type.kind in (Kind.STEP, Kind.OUTPUT):
        return Each(element(source))
    return replace(source, keyed=False, chosen=source.chosen or chosen, window=None if chosen else source.window)


def collected(value: Value, source: Value, filtered: bool, *, keyed: bool) -> Value:
    """Return a list or dict of values. If they are the members of one collection, return that collection."""
    many = source.many if isinstance(source, CollectionView) else source
    if isinstance(value, Object) and value.thing is not None and isinstance(many, Many):
        same = value.thing.which is Which.ANY and value.type is many.type
        return replace(many, keyed=keyed, chosen=many.chosen or filtered) if same else Each(value)
    return Each(value)


def with_defaults(
    parser: ArgumentParser, defaults: Sequence[tuple[str, Value]], *, certain: bool = True
) -> ArgumentParser:
    """Return a parser with these defaults of options. Those of several commands are not `certain`."""
    options = dict(parser.options)
    for name, default in defaults:
        options[name] = default if certain or name not in options else join((options[name], default))
    return replace(parser, options=tuple(options.items()))


def is_empty(value: Value) -> bool:
    """Return whether a value says no more than its annotation, such as an empty list."""
    return says_nothing(value) or value in (Items(()), Record(()), Unknown())

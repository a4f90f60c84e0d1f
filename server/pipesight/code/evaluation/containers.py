"""Texts, lists, dicts and plain objects whose parts are known, and what comes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from string import Formatter

from pipesight.code.syntax.tree import Node, Starred
from pipesight.zenml.kinds import Which

from .values import (
    ArgumentParser,
    Each,
    Instance,
    Integer,
    Items,
    Many,
    Namespace,
    Object,
    Record,
    Text,
    Value,
    View,
    any_of,
    join,
)

_LONGEST = 300  # letters of a text that is put together; what is longer is no name
_MOST = 1000  # parts of a list or dict that are told apart
_DEEPEST = 8  # levels of lists and dicts in one another
# Methods of texts whose result is a text, and follows from texts alone.
_TEXT_METHODS = frozenset(
    ("strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold", "swapcase", "replace")
    + ("removeprefix", "removesuffix")
)
_NO_TEXT = frozenset(("encode", "startswith", "endswith", "isdigit", "find", "index", "count", "partition"))


def text(content: str) -> Text:
    """A text put together from known parts."""
    return Text(content if len(content) <= _LONGEST else None)


def as_text(value: Value) -> str | None:
    """The text that `str` makes of a value, where it is known."""
    if isinstance(value, Integer) and value.value is not None:
        return str(value.value)
    return value.text if isinstance(value, Text) else None


def percent(template: Text, value: Value) -> Text:
    """`"%s_pipeline" % name`, where all parts are known."""
    given = [as_text(each) for each in (value.elements if isinstance(value, Items) else (value,))]
    pieces = re.split("%[sd]", template.text or "%")
    if "%" in "".join(pieces) or len(pieces) != len(given) + 1 or None in given:
        return Text(None)
    return text("".join(piece + (each or "") for piece, each in zip(pieces, [*given, ""], strict=True)))


def simple(value: Items | Record) -> Value:
    """A list or dict; of one that is too large or too deep to be followed, nothing but that it is one."""
    size = len(value.elements if isinstance(value, Items) else value.pairs)
    if size <= _MOST and not _is_deep(value, _DEEPEST):
        return value
    return Each(None) if isinstance(value, Items) else Record(((None, None),))


def _is_deep(value: Value, levels: int) -> bool:
    if not isinstance(value, (Items, Record)):
        return False
    inside = value.elements if isinstance(value, Items) else [each for _, each in value.pairs]
    return levels == 0 or any(_is_deep(each, levels - 1) for each in inside)


def merged(first: Record, second: Record) -> Value:
    """A dict with what another one has."""
    return simple(Record(first.pairs + second.pairs))


def as_list(value: Value) -> Value:
    """The `.items` of a page, or the `.values()` of a dict, as the list they are."""
    listed = isinstance(value, View) and (value.name == "values" or (value.name == "items" and not value.called))
    return replace(value.many, keyed=False) if isinstance(value, View) and listed else value


def unpacked(value: Value, targets: Sequence[Node]) -> list[Value]:
    """What each of several targets gets, one of them perhaps with a star."""
    value = as_list(value)
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
    element = any_of(value) if isinstance(value, (Items, Each)) else None
    return [Each(element) if index == star else element for index in range(count)]


def with_attribute(value: Value, name: str, attribute: Value) -> Value:
    """An object after `value.name = attribute`; None where it is none whose attributes are known."""
    if isinstance(value, Namespace):
        return Namespace((*(each for each in value.attributes if each[0] != name), (name, attribute)))
    if isinstance(value, Instance):
        return Instance(value.of, (*(each for each in value.given if each[0] != name), (name, attribute)))
    return None


def with_entry(value: Value, key: Value, entry: Value) -> Value:
    """A container after `value[key] = entry`; None where nothing is known of it."""
    match value:
        case Record(pairs=()) if isinstance(key, Text) and isinstance(entry, Object) and key.of is not None:
            if key.of == entry.thing and key.of.which is Which.ANY:
                return Many(entry.type, key.of.owner, entry.generation, keyed=True, chosen=True)
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
    return simple(Record((*kept, (name, entry))))


def item(items: Items, index: Value) -> Value:
    """The element of a list at an index."""
    known = index.value if isinstance(index, Integer) else None
    if known is not None and -len(items.elements) <= known < len(items.elements):
        return items.elements[known]
    return join(items.elements)


def entry(record: Record, key: Value) -> Value:
    """The value of a dict at a key; None where there is none. One put in at an unknown key may be it."""
    name = key.text if isinstance(key, Text) else None
    found = [value for known, value in record.pairs if name is None or known is None]
    found += [value for known, value in record.pairs if known is not None and known == name][-1:]
    return join(found) if found else None


def text_method(receiver: Text, name: str, values: Sequence[Value], named: Sequence[tuple[str, Value]]) -> Value:
    """What a method of a text gives."""
    given = [value.text if isinstance(value, Text) else None for value in values]
    known = receiver.text
    if name in _NO_TEXT:
        return None
    if name in ("split", "rsplit", "splitlines"):
        if known is None or name != "split" or len(given) > 1 or None in given:
            return Each(Text(None))
        return Items(tuple(map(text, known.split(given[0] if given else None)[:_MOST])))
    if known is None:
        return Text(None)
    if name == "format":
        return _format(known, values, dict(named))
    if name == "join" and len(values) == 1 and isinstance(values[0], Items):
        parts = [as_text(each) for each in values[0].elements]
        return Text(None) if None in parts else text(known.join(each or "" for each in parts))
    if name in _TEXT_METHODS and None not in given and not named:
        method: Callable[..., str] = getattr(known, name)
        try:
            return text(method(*given))
        except TypeError:
            return Text(None)
    return Text(None)


def _format(template: str, values: Sequence[Value], named: dict[str, Value]) -> Text:
    """`"{}_{name}".format(...)`, where all parts are known and none is changed by its format."""
    parts: list[str] = []
    position = 0
    try:
        fields = list(Formatter().parse(template))
    except ValueError:
        return Text(None)
    for literal, field, spec, conversion in fields:
        parts.append(literal)
        if field is None:
            continue
        if field == "":
            field, position = str(position), position + 1
        index = int(field) if field.isdecimal() else -1
        value = values[index] if 0 <= index < len(values) else named.get(field)
        known = as_text(value)
        if known is None or spec or conversion:
            return Text(None)
        parts.append(known)
    return text("".join(parts))


def changed(receiver: Value, name: str, values: Sequence[Value]) -> Value:
    """A list or dict after its method was called; None where that changes nothing that is known."""
    match receiver, name, values:
        case ((Items() | Each() | Many()), ("append" | "add" | "appendleft"), [value]):
            return _appended(receiver, value)
        case ((Items() | Each() | Many()), "insert", [_, value]):
            return Each(join((any_of(receiver), value)))
        case ((Items() | Each() | Many()), ("extend" | "update"), [Items() | Each() | Many() as more]):
            return concatenated(receiver, more)
        case Items(), ("sort" | "reverse" | "remove" | "pop" | "popleft" | "discard" | "clear"), _:
            return Each(any_of(receiver))
        case Many(), ("sort" | "reverse" | "remove" | "pop"), _:
            return replace(receiver, chosen=True)
        case Record(), "update", [Record() as more]:
            return merged(receiver, more)
        case Record(), "setdefault", [key, value] if entry(receiver, key) is None:
            return with_entry(receiver, key, value)
        case _:
            return None


def _appended(receiver: Items | Each | Many, value: Value) -> Value:
    if receiver == Items(()) and isinstance(value, Object) and value.thing and value.thing.which is Which.ANY:
        # Of a collection that is gone through, some or all once more.
        return Many(value.type, value.thing.owner, value.generation, keyed=False, chosen=True)
    if isinstance(receiver, Items):
        return simple(Items((*receiver.elements, value)))
    if isinstance(receiver, Many) and receiver.element == value:
        return receiver
    return Each(join((any_of(receiver), value)))


def concatenated(first: Items | Each | Many, second: Items | Each | Many) -> Value:
    """One list behind another."""
    if isinstance(first, Items) and isinstance(second, Items):
        return simple(Items(first.elements + second.elements))
    if first == Items(()):
        return replace(second, chosen=True) if isinstance(second, Many) else second
    return (
        replace(first, chosen=True)
        if first == second and isinstance(first, Many)
        else Each(join((any_of(first), any_of(second))))
    )


def option(flags: Sequence[Value], named: Sequence[tuple[str, Value]]) -> list[tuple[str, Value]]:
    """The attribute that `add_argument` of an `argparse` parser makes, and its default."""
    given = dict(named)
    names = [value.text for value in flags if isinstance(value, Text) and value.text]
    if not names:
        return []
    flag = next((each for each in names if each.startswith("--")), names[0])
    name = as_text(given.get("dest")) or flag.lstrip("-").replace("-", "_")
    return [(name, given.get("default") if "required" not in given else None)]


def with_defaults(
    parser: ArgumentParser, defaults: Sequence[tuple[str, Value]], *, certain: bool = True
) -> ArgumentParser:
    """A parser with these defaults of options; those of several commands are not `certain` to be the ones."""
    options = dict(parser.options)
    for name, default in defaults:
        options[name] = default if certain or name not in options else join((options[name], default))
    return replace(parser, options=tuple(options.items()))

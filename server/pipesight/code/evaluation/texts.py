"""Evaluate operations on strings: formatting, concatenation and methods, with known and unknown parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from string import Formatter

from .alternatives import alternatives, as_default, is_default, only
from .joins import MOST, join
from .objects import ListPart
from .values import Each, Integer, Items, Record, Single, Text, Value

_LONGEST = 300  # letters of a composed text. No name of the history is longer
_MOST = 1000  # parts of a split text that are kept apart
# The string methods that return a string and take only strings.
_TEXT_METHODS = frozenset(
    ("strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold", "swapcase", "replace")
    + ("removeprefix", "removesuffix")
)
_NO_TEXT = frozenset(("encode", "startswith", "endswith", "isdigit", "find", "index", "count"))
_PERCENT = re.compile(r"%(?:\((\w+)\))?[sd]")


def text(content: str) -> Text:
    """Return a text put together from known parts."""
    return Text(content if len(content) <= _LONGEST else None)


def as_text(value: Value) -> str | None:
    """Return the text that `str` makes of a value. None if it is not known."""
    value = only(value)
    if isinstance(value, Integer) and value.value is not None:
        return str(value.value)
    return value.text if isinstance(value, Text) else None


def together(parts: Sequence[Value]) -> Value:
    """Return the text of adjacent parts, for each combination of their alternatives."""
    choices = [alternatives(part) for part in parts]
    count = 1
    for each in choices:
        count *= len(each)
    if count > MOST:
        return Text(None)
    return join(_together(combination) for combination in product(*choices))


def _together(parts: Sequence[Single]) -> Value:
    known = [as_text(part) for part in parts]
    return Text(None) if None in known else _of(parts, text("".join(each or "" for each in known)))


def _of(parts: Iterable[Value], made: Value) -> Value:
    """Return a text that was made of parts. It is a default if a part is one."""
    return as_default(made) if any(map(is_default, parts)) else made


def percent(template: Text, value: Value) -> Value:
    """Return `"%s_pipeline" % name` and `"%(name)s" % {...}`, if all parts are known."""
    value = only(value)
    pieces = _PERCENT.split(template.text or "%")
    literals, keys = pieces[::2], pieces[1::2]
    if isinstance(value, Record):
        entries = dict(value.pairs)
        values: Sequence[Value] = [entries[key] for key in keys if key in entries]
    else:
        values = value.elements if isinstance(value, Items) else (value,)
    given = [as_text(each) for each in values]
    if "%" in "".join(literals) or len(keys) != len(given) or None in given:
        return Text(None)
    made = text("".join(piece + (each or "") for piece, each in zip(literals, [*given, ""], strict=True)))
    return _of((template, *values), made)


def text_method(receiver: Text, name: str, values: Sequence[Value], named: Sequence[tuple[str, Value]]) -> Value | None:
    """Return the result of a method of a string, or None if the result is no string."""
    made = _text_method(receiver, name, values, named)
    return made if made is None else _of((receiver, *values, *(each for _, each in named)), made)


def _text_method(
    receiver: Text, name: str, values: Sequence[Value], named: Sequence[tuple[str, Value]]
) -> Value | None:
    if name in _NO_TEXT:
        return None
    given = [each.text if isinstance(each, Text) else None for each in map(only, values)]
    if name in ("split", "rsplit", "splitlines"):
        return _split(receiver.text if name == "split" else None, given)
    if name in ("partition", "rpartition"):
        return _partitioned(receiver.text, name, given)
    if receiver.text is None:
        return Text(None)
    if name == "format":
        return _format(receiver.text, values, dict(named))
    if name == "join" and len(values) == 1:
        return _joined(receiver.text, only(values[0]))
    if name in _TEXT_METHODS and None not in given and not named:
        method: Callable[..., str] = getattr(receiver.text, name)
        try:
            return text(method(*given))
        except TypeError:
            return Text(None)
    return Text(None)


def part_of(whole: Text, place: ListPart | Value | None) -> Value:
    """Return `name[:-3]` and `name[0]`. `place` is None if the ends of a slice are not known."""
    if whole.text is None or place is None:
        return Text(None)
    if isinstance(place, ListPart):
        first, last = (place.first, place.last) if place.step == 1 else (None, None)
        end = last + 1 if last not in (None, -1) else None
        return _of([whole], text(whole.text[first : end : place.step]))
    index = only(place)
    try:
        return (
            _of([whole], text(whole.text[index.value]))
            if isinstance(index, Integer) and index.value is not None
            else Text(None)
        )
    except IndexError:
        return Text(None)


def _split(known: str | None, given: Sequence[str | None]) -> Value:
    if known is None or len(given) > 1 or None in given or "" in given:
        return Each(Text(None))
    return Items(tuple(map(text, known.split(given[0] if given else None)[:_MOST])))


def _partitioned(known: str | None, name: str, given: Sequence[str | None]) -> Value:
    separator = given[0] if len(given) == 1 else None
    if known is None or not separator:
        return Items((Text(None),) * 3)
    return Items(tuple(map(text, known.partition(separator) if name == "partition" else known.rpartition(separator))))


def _joined(separator: str, parts: Single) -> Value:
    if not isinstance(parts, Items):
        return Text(None)
    known = [as_text(each) for each in parts.elements]
    return Text(None) if None in known else text(separator.join(each or "" for each in known))


def _format(template: str, values: Sequence[Value], named: dict[str, Value]) -> Text:
    """Return `"{}_{name}".format(...)`, if all parts are known and no format changes them."""
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
        known = as_text(value) if value is not None else None
        if known is None or spec or conversion:
            return Text(None)
        parts.append(known)
    return text("".join(parts))


def option(flags: Sequence[Value], named: Sequence[tuple[str, Value]]) -> tuple[str, Value | None] | None:
    """Return the attribute that `add_argument` of an `argparse` parser makes, and its default if it has one."""
    given = dict(named)
    names = [each.text for each in map(only, flags) if isinstance(each, Text) and each.text]
    if not names:
        return None
    flag = next((each for each in names if each.startswith("--")), names[0])
    dest = given.get("dest")
    name = (as_text(dest) if dest is not None else None) or flag.lstrip("-").replace("-", "_")
    default = given.get("default") if "required" not in given else None
    return name, as_default(default) if default is not None else None

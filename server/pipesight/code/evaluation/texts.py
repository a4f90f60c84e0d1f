"""Strings that are put together from known parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from string import Formatter

from .joins import MOST, join
from .values import Each, Integer, Items, Single, Text, Value, alternatives, only

_LONGEST = 300  # letters of a text that is put together: what is longer is no name
_MOST = 1000  # parts of a text that are told apart
# Methods of texts whose result is a text, and follows from texts alone.
_TEXT_METHODS = frozenset(
    ("strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold", "swapcase", "replace")
    + ("removeprefix", "removesuffix")
)
_NO_TEXT = frozenset(("encode", "startswith", "endswith", "isdigit", "find", "index", "count", "partition"))


def text(content: str) -> Text:
    """Return a text put together from known parts."""
    return Text(content if len(content) <= _LONGEST else None)


def as_text(value: Value) -> str | None:
    """Return the text that `str` makes of a value, where it is known."""
    value = only(value)
    if isinstance(value, Integer) and value.value is not None:
        return str(value.value)
    return value.text if isinstance(value, Text) else None


def together(parts: Sequence[Value]) -> Value:
    """Return the text that parts side by side make, for each combination of their alternatives."""
    choices = [alternatives(part) for part in parts]
    count = 1
    for each in choices:
        count *= len(each)
    if count > MOST:
        return Text(None)
    return join(_together(combination) for combination in product(*choices))


def _together(parts: Iterable[Single]) -> Text:
    known = [as_text(part) for part in parts]
    return Text(None) if None in known else text("".join(each or "" for each in known))


def percent(template: Text, value: Value) -> Text:
    """Return `"%s_pipeline" % name`, where all parts are known."""
    value = only(value)
    given = [as_text(each) for each in (value.elements if isinstance(value, Items) else (value,))]
    pieces = re.split("%[sd]", template.text or "%")
    if "%" in "".join(pieces) or len(pieces) != len(given) + 1 or None in given:
        return Text(None)
    return text("".join(piece + (each or "") for piece, each in zip(pieces, [*given, ""], strict=True)))


def text_method(receiver: Text, name: str, values: Sequence[Value], named: Sequence[tuple[str, Value]]) -> Value | None:
    """Return the result of a method of a string, or None if the result is no string."""
    if name in _NO_TEXT:
        return None
    given = [each.text if isinstance(each, Text) else None for each in map(only, values)]
    if name in ("split", "rsplit", "splitlines"):
        return _split(receiver.text if name == "split" else None, given)
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


def _split(known: str | None, given: Sequence[str | None]) -> Value:
    if known is None or len(given) > 1 or None in given or "" in given:
        return Each(Text(None))
    return Items(tuple(map(text, known.split(given[0] if given else None)[:_MOST])))


def _joined(separator: str, parts: Single) -> Value:
    if not isinstance(parts, Items):
        return Text(None)
    known = [as_text(each) for each in parts.elements]
    return Text(None) if None in known else text(separator.join(each or "" for each in known))


def _format(template: str, values: Sequence[Value], named: dict[str, Value]) -> Text:
    """Return `"{}_{name}".format(...)`, where all parts are known and none is changed by its format."""
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
    return name, given.get("default") if "required" not in given else None

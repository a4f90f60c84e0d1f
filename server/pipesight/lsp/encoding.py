"""Encode large messages as JSON in slices, because one of thousands of code lenses takes a tenth of a second."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import attrs

from pipesight.slices import pause

from .empties import camel

_LARGE = 500  # items of all lists in a message that is encoded in slices
_BATCH = 50  # items of a list that are encoded together
_LEVELS = 5  # levels of objects and lists whose items are counted

Plain = Callable[[Any], Any]  # a function that returns an object of the protocol as a dictionary


def is_large(value: object) -> bool:
    """Return whether a part of a message has many items."""
    return _count(value, _LEVELS) > _LARGE


def encoded(value: object, plain: Plain) -> str:
    """Return the JSON of a part of a message. Call this in sliced work."""
    return "".join(_pieces(value, plain))


def _count(value: object, levels: int) -> int:
    """Return the number of items. Stop counting when there are enough for a large message."""
    if not levels:
        return 0
    parts = _parts(value)
    if len(parts) > _LARGE:
        return len(parts)
    found = len(parts) if isinstance(value, (list, tuple)) else 0
    for part in parts:
        if found > _LARGE:
            break
        found += _count(part, levels - 1)
    return found


def _parts(value: object) -> Sequence[object]:
    if isinstance(value, (list, tuple)):
        return cast("Sequence[object]", value)
    if isinstance(value, dict):
        return list(cast("dict[str, object]", value).values())
    return list(_fields(value).values()) if attrs.has(type(value)) else ()


def _fields(value: object) -> dict[str, object]:
    kind: Any = type(value)
    return {field.name: getattr(value, field.name) for field in attrs.fields(kind)}


def _pieces(value: object, plain: Plain) -> Iterator[str]:
    pause()
    if not is_large(value):
        yield json.dumps(value, default=plain)
    elif isinstance(value, (list, tuple)):
        yield from _batches(cast("Sequence[object]", value), plain)
    elif isinstance(value, dict):
        yield from _members(cast("dict[str, Any]", value), plain)
    else:
        yield from _members(_with_objects(value, plain), plain)


def _batches(items: Sequence[object], plain: Plain) -> Iterator[str]:
    """Yield a long list. Its items are encoded together where they are small, which is faster."""
    for start in range(0, len(items), _BATCH):
        batch = items[start : start + _BATCH]
        yield "," if start else "["
        if any(map(is_large, batch)):
            yield from _joined("", (_pieces(item, plain) for item in batch))
        else:
            pause()
            yield json.dumps(batch, default=plain)[1:-1]
    yield "]"


def _members(members: dict[str, Any], plain: Plain) -> Iterator[str]:
    yield from _joined("{}", (_member(name, value, plain) for name, value in members.items()))


def _member(name: str, value: object, plain: Plain) -> Iterator[str]:
    yield f"{json.dumps(name)}: "
    yield from _pieces(value, plain)


def _joined(brackets: str, items: Iterator[Iterator[str]]) -> Iterator[str]:
    yield brackets[:1]
    for number, item in enumerate(items):
        if number:
            yield ", "
        yield from item
    yield brackets[1:]


def _with_objects(value: Any, plain: Plain) -> dict[str, Any]:
    """Return an object of the protocol as a dictionary. Objects in its lists stay objects."""
    holding = {
        name: cast("object", each) for name, each in _fields(value).items() if isinstance(each, (list, tuple, dict))
    }
    hollow = plain(
        attrs.evolve(value, **{name: {} if isinstance(each, dict) else [] for name, each in holding.items()})
    )
    return {**hollow, **{camel(name): each for name, each in holding.items()}}

"""Read JSON that a client sent, and the fields of an argument in it. A value of the wrong type counts as missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pipesight.pages.contract.history_paths import CursorPosition


def as_sent(value: Any) -> Any:
    """Return JSON as it was sent. pygls turns its objects into named tuples."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: as_sent(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [as_sent(item) for item in cast("list[Any]", value)]
    return value


def text(given: Mapping[str, object], name: str) -> str | None:
    """Return the field if it is a string, else None."""
    value = given.get(name)
    return value if isinstance(value, str) else None


def texts(given: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return the strings in the field if it is a list, else ()."""
    values = given.get(name)
    return (
        tuple(each for each in cast("list[object]", values) if isinstance(each, str))
        if isinstance(values, list)
        else ()
    )


def number(given: Mapping[str, object], name: str) -> int | None:
    """Return the field if it is an integer that is not negative, else None."""
    value = given.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def numbers(given: Mapping[str, object], name: str) -> tuple[int, ...] | None:
    """Return the field if it is a non-empty list of integers that are not negative, else None."""
    value = given.get(name)
    if not isinstance(value, list):
        return None
    items = cast("list[object]", value)
    found = tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool) and item >= 0)
    return found if found and len(found) == len(items) else None


def position(given: Mapping[str, object]) -> CursorPosition:
    """Return the position with the fields `line` and `character`, which are 0 by default."""
    return CursorPosition(number(given, "line") or 0, number(given, "character") or 0)

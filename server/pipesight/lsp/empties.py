"""Correct empty tables from clients in Lua, which send `[]` for an empty object."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

import attrs


def with_objects(value: Any, expected: Any) -> Any:
    """Return `value` with `{}` for each `[]` that is no list according to `expected`, a type of the protocol."""
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        fields = next((_fields(kind) for kind in _members(expected) if attrs.has(kind)), dict[str, Any]())
        return {key: with_objects(item, fields.get(key, Any)) for key, item in entries.items()}
    if not isinstance(value, list):
        return value
    items = cast("list[Any]", value)
    lists = [kind for kind in _members(expected) if _is_list(kind)]
    if not items and not lists:
        return {}
    item_type = next((get_args(kind)[0] for kind in lists if get_args(kind)), Any)
    return [with_objects(item, item_type) for item in items]


def _members(expected: Any) -> tuple[Any, ...]:
    return get_args(expected) if get_origin(expected) in (Union, UnionType) else (expected,)


def _is_list(kind: Any) -> bool:
    """Return whether this type allows a list. The types `Any` and `object` allow one as well."""
    origin = get_origin(kind) or kind
    return origin in (Any, object) or (isinstance(origin, type) and issubclass(origin, Sequence) and origin is not str)


@cache
def _fields(kind: type) -> dict[str, Any]:
    """Return the types of an object's fields by their names in JSON."""
    return {camel(field.name): field.type for field in attrs.fields(kind)}


def camel(name: str) -> str:
    """Return the name in JSON of a field of lsprotocol's classes."""
    head, *tail = name.removesuffix("_").split("_")
    return head + "".join(word.capitalize() for word in tail)

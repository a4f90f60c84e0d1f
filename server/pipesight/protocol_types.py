"""Have lsprotocol build each class of the protocol when it is first used.

lsprotocol defines more than 500 classes with attrs, which compiles methods for each of them. That is more than half of
what a server needs to start, and a session uses a fifth of the classes.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from typing import Any, TypeVar, get_type_hints

import attrs

_T = TypeVar("_T")

_FIELDS = "__attrs_attrs__"  # the attribute in which attrs keeps the fields of a class
_define = attrs.define
_building = threading.RLock()


def build_when_used() -> None:
    """Import lsprotocol's types without building their classes. If they are imported already, they stay as they are."""
    if "lsprotocol.types" in sys.modules:
        return
    attrs.define = _define_when_used
    try:
        import_module("lsprotocol.types")
    finally:
        attrs.define = _define
    from lsprotocol import _hooks

    # lsprotocol would build all classes to resolve the names in their annotations. Each is resolved when it is built.
    _hooks._resolved_forward_references = True  # pyright: ignore[reportPrivateUsage]


def _define_when_used(owner: type[_T] | None = None, **options: Any) -> Any:
    """Return the class, changed so that its first object or the first access to its fields builds it.

    A class with options is built at once. lsprotocol 2025.0 has none.
    """
    if owner is None or options:
        return _define(owner, **options)

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        _build(owner)
        owner.__init__(self, *args, **kwargs)

    setattr(owner, "__init__", __init__)  # noqa: B010
    setattr(owner, _FIELDS, _Unbuilt(owner))
    return owner


class _Unbuilt:
    """The placeholder for the fields of a class that is not built yet."""

    def __init__(self, owner: type) -> None:
        self._owner = owner

    def __get__(self, instance: object, cls: type) -> object:
        _build(self._owner)
        return getattr(cls, _FIELDS)


def _build(owner: type) -> None:
    """Build the class in place. With slots, attrs would make another class object.

    The placeholders stay until attrs replaces them, because another thread may make an object meanwhile.
    """
    with _building:
        if isinstance(vars(owner)[_FIELDS], _Unbuilt):
            _define(owner, slots=False, init=True, field_transformer=_resolved)
            attrs.resolve_types(owner)


def _resolved(owner: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """Return the fields with their types, before another thread can see them. In lsprotocol, types are names."""
    types = get_type_hints(owner)
    return [field.evolve(type=types[field.name]) for field in fields]

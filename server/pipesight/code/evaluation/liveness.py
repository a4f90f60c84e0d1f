"""Tell which values may lead to things of the run history. The evaluation need not follow any other value."""

from __future__ import annotations

from .objects import CollectionView, Loaded, Many, Object, Symbol
from .values import (
    Bound,
    Builtin,
    ClassValue,
    Container,
    FunctionValue,
    Imported,
    Instance,
    Integer,
    Method,
    NoneValue,
    OneOf,
    Package,
    Text,
    Value,
)

ALWAYS_LIVE: frozenset[str] = frozenset(("zenml",))


def is_live(value: Value) -> bool:
    """Return whether a value may lead to things of the run history."""
    match value:
        case Object() | Loaded() | Many() | CollectionView() | Symbol() | Method():
            return True
        case Package():
            return value.name.split(".", 1)[0] == "zenml"
        case FunctionValue() | ClassValue():
            return value.kind is not None or not value.place.unit.words.isdisjoint(value.place.module.live())
        case Instance():
            return is_live(value.of) or any(map(is_live, value.inside()))
        case Container():
            return any(map(is_live, value.inside()))
        case OneOf():
            return any(map(is_live, value.alternatives))
        case Bound():
            return (value.function is not None and is_live(value.function)) or is_live(value.result)
        case Text():
            return value.of is not None
        case _:
            return False


def is_data(value: Value) -> bool:
    """Return whether code that uses a value calls no function of the user's."""
    match value:
        case Text() | Integer() | NoneValue() | Object() | Many() | Symbol() | Builtin() | Package() | Imported():
            return True
        case Instance():
            return False
        case Container():
            return all(map(is_data, value.inside()))
        case OneOf():
            return all(map(is_data, value.alternatives))
        case _:
            return False

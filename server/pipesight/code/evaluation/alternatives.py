"""Ask a value for its alternatives, and for what is known of all of them."""

from __future__ import annotations

from dataclasses import replace

from .values import UNKNOWN, NoneValue, OneOf, Single, Text, Unknown, Value


def alternatives(value: Value) -> tuple[Single, ...]:
    """Return the alternatives of a value. A value that is no `OneOf` is its only alternative."""
    return value.alternatives if isinstance(value, OneOf) else (value,)


def only(value: Value) -> Single:
    """Return the one alternative beside `UNKNOWN` and `None`. `UNKNOWN` if there are several, or none."""
    if not isinstance(value, OneOf):
        return value
    known = [each for each in value.alternatives if not says_nothing(each)]
    return known[0] if len(known) == 1 else UNKNOWN


def says_nothing(value: Value) -> bool:
    """Return whether nothing is known of a value, except that it may be `None`."""
    return all(isinstance(each, (Unknown, NoneValue)) for each in alternatives(value))


def as_default(value: Value) -> Value:
    """Return a value as that of a default, which may have another value when the code runs."""
    if isinstance(value, OneOf):
        return OneOf(tuple(_as_default(each) for each in value.alternatives))
    return _as_default(value)


def _as_default(value: Single) -> Single:
    return replace(value, is_default=True) if isinstance(value, Text) and value.text is not None else value


def is_default(value: Value) -> bool:
    """Return whether a value is the text of a default."""
    return any(isinstance(each, Text) and each.is_default for each in alternatives(value))


def plain(value: Value) -> Value:
    """Return a value without the positions of literals."""
    return replace(value, origin=None) if isinstance(value, Text) and value.origin is not None else value

"""Describe the parameters of tools, and check the arguments that a client sends."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args, get_origin

from pipesight.pages.command_error import CommandError


@dataclass(frozen=True, slots=True)
class Described:
    """The description of a parameter, the bounds of a number, and the longest length of a text."""

    description: str
    ge: int | None = None
    le: int | None = None
    max_length: int | None = None


def checked(tool: Callable[..., object], given: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments for a call of the tool, which are valid.

    Raises CommandError if one is missing, unknown, of the wrong type or out of bounds.
    """
    parameters = inspect.signature(tool, eval_str=True).parameters
    unknown = sorted(given.keys() - parameters.keys())
    missing = [
        name for name, each in parameters.items() if each.default is inspect.Parameter.empty and name not in given
    ]
    if unknown or missing:
        fault = f"has no argument {unknown[0]!r}" if unknown else f"needs the argument {missing[0]!r}"
        raise CommandError(f"{tool.__name__} {fault}. Its arguments are: {', '.join(parameters)}")
    for name, value in given.items():
        kinds, described = _parts(parameters[name].annotation)
        fault = _fault(value, kinds, described)
        if fault:
            raise CommandError(f"The argument {name!r} {fault}.")
    return dict(given)


def _parts(annotation: object) -> tuple[tuple[object, ...], Described]:
    """Return the types and words that a parameter allows, and its description."""
    kind, described = get_args(annotation)
    assert isinstance(described, Described)
    allowed: list[object] = []
    for part in get_args(kind) or (kind,):
        allowed.extend(get_args(part) if get_origin(part) is Literal else (part,))
    return tuple(allowed), described


def _fault(value: object, allowed: tuple[object, ...], described: Described) -> str | None:
    words = [word for word in allowed if isinstance(word, str)]
    if words:
        fits = value in words or (value is None and type(None) in allowed)
        return None if fits else f"is none of: {', '.join(words)}"
    if type(value) not in allowed:
        return "is not a whole number" if int in allowed else "is not a text"
    if isinstance(value, str):
        longest = described.max_length
        return f"is longer than {longest:,} characters" if longest is not None and len(value) > longest else None
    return _out_of_bounds(value, described) if isinstance(value, int) else None


def _out_of_bounds(value: int, described: Described) -> str | None:
    if described.ge is not None and value < described.ge:
        return f"is less than {described.ge:,}"
    if described.le is not None and value > described.le:
        return f"is greater than {described.le:,}"
    return None

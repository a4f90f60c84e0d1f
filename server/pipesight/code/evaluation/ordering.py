"""Track the order of lists of runs that code sorts, reverses or shortens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipesight.code.syntax.tree import Argument, Attribute, Call, Constant, Lambda, Name, Node, String, called
from pipesight.zenml.declarations import Type
from pipesight.zenml.kinds import Detail, Which

from .alternatives import only
from .containers import element
from .objects import ListPart, Many
from .values import Integer, Items, Single, Value

_TIMES = ("created", "start_time")


def order_of(arguments: Sequence[Argument]) -> str | None:
    """Return the order that `key=` and `reverse=` give to runs: `asc` or `desc` by time. None if it is another."""
    given = {argument.keyword: argument.value for argument in arguments if argument.keyword}
    reverse = given.get("reverse")
    if not _is_by_time(given.get("key")) or not (reverse is None or isinstance(reverse, Constant)):
        return None
    return "desc" if isinstance(reverse, Constant) and reverse.value else "asc"


def _is_by_time(key: Node | None) -> bool:
    match key:
        case Lambda(parameters=[one], body=Attribute(value=Name(id=name), name=time)):
            return name == one.name and time in _TIMES
        case Call(arguments=[Argument(value=String(text=time))]):
            return called(key) == "attrgetter" and time in _TIMES
        case _:
            return False


def ordered(value: Single, order: str | None) -> Single:
    """Return a collection after it was sorted."""
    if not isinstance(value, Many):
        return value
    if order is None or value.type is not Type.RUN or value.window is not None:
        return replace(value, chosen=True, window=None)
    kept = tuple(each for each in value.details if each[0] is not Detail.ORDER)
    return replace(value, details=(*kept, (Detail.ORDER, order)))


def turned(value: Single) -> Single:
    """Return a collection reversed."""
    if isinstance(value, Items):
        return Items(value.elements[::-1])
    return value.turned if isinstance(value, Many) else value


def first_of(iterator: Single) -> Value:
    """Return the first element of a new iterator."""
    return iterator.picked(Which.INDEX, 0) if isinstance(iterator, Many) else element(iterator)


def extreme(source: Single, order: str, *, newest: bool) -> Value:
    """Return `max(runs, key=...)` or `min(runs, key=...)`, for a key of that order."""
    listed = ordered(source, order)
    return (
        listed.picked(Which.INDEX, -1 if newest is (order == "asc") else 0)
        if isinstance(listed, Many)
        else element(listed)
    )


def after(many: Many, name: str, arguments: Sequence[Argument], values: Sequence[Value]) -> Many | None:
    """Return a collection after its method was called. None if that is not about the order of its elements."""
    match name:
        case "sort":
            listed = ordered(many, order_of(arguments))
            return listed if isinstance(listed, Many) else None
        case "reverse":
            return many.turned
        case "pop" | "popleft":
            index = only(values[0]) if values else Integer(-1 if name == "pop" else 0)
            return without(many, index)
        case _:
            return None


def without(many: Many, index: Single) -> Many:
    """Return a collection without the element at an index."""
    number = index.value if isinstance(index, Integer) else None
    return many.part(ListPart(1, -1) if number == 0 else ListPart(0, -2) if number == -1 else None)

"""The inert data that a pickle's opcodes make, and the types of NumPy in it."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Tuple, cast


class PickleGlobal:
    """A name that a pickle would import."""

    __slots__ = ("attribute", "module")

    def __init__(self, module: str, attribute: str) -> None:
        self.module = module
        self.attribute = attribute


class Made:
    """The object that a call would make: the pieces of the call, and the state that is set afterwards.

    `beside` is what joblib keeps between the opcodes for an array: its bytes, or the list of its objects.
    """

    __slots__ = ("arguments", "beside", "items", "state", "what")

    def __init__(self, what: object, arguments: object) -> None:
        self.what = what
        self.arguments = arguments
        self.state: object = None
        self.items: List[object] = []
        self.beside: object = None


class Pairs(List[Tuple[object, object]]):
    """The items of a dict. Its keys need not be hashable here."""


def as_tuple(value: object) -> Tuple[object, ...]:
    """Return the value if it is a tuple, else an empty one."""
    return cast(Tuple[object, ...], value) if isinstance(value, tuple) else ()


def descriptor(kind: object) -> str:
    """Return `<f8` for `dtype('f8', False, True)` with state `(3, '<', ...)`.

    Raises ValueError for what is no type of NumPy.
    """
    if not isinstance(kind, Made) or not isinstance(kind.what, PickleGlobal) or kind.what.attribute != "dtype":
        raise ValueError("no dtype")
    state = as_tuple(kind.state) or (3, "|")
    code = str(as_tuple(kind.arguments)[0])
    unit: Any = state[-1] if code[:1] in "mM" else None
    name, count = unit[-1][:2] if unit else (b"", 1)
    suffix = f"[{count if count != 1 else ''}{name.decode()}]" if unit else ""
    return f"{state[1]}{code}{suffix}"


class WrappedArray(NamedTuple):
    """An array that joblib keeps beside the opcodes. `alignment` is None where no padding comes before its bytes."""

    kind: object
    shape: Tuple[int, ...]
    order: object
    item: int  # bytes
    has_objects: bool
    alignment: object

    @property
    def length(self) -> int:
        """The bytes that follow the opcodes."""
        count = 1
        for size in self.shape:
            count *= size
        return count * self.item


def wrapped_array(made: object) -> WrappedArray:
    """Return what joblib wrote about an array.

    Raises ValueError or TypeError for another object, and for an array that cannot be understood.
    """
    if not isinstance(made, Made) or not is_wrapper(made.what) or not isinstance(made.state, Pairs):
        raise ValueError("no array of joblib")
    state = {name: value for name, value in made.state if isinstance(name, str)}
    shape = as_tuple(state.get("shape"))
    kind = state.get("dtype")
    if not all(isinstance(size, int) and size >= 0 for size in shape) or not isinstance(state.get("shape"), tuple):
        raise ValueError("no shape")
    code = descriptor(kind).lstrip("<>|=")
    size = int(code[1:].partition("[")[0])
    flags = (*as_tuple(cast(Made, kind).state), None)[7:8]
    has_objects = code[0] == "O" or (code[0] == "V" and (not flags or not isinstance(flags[0], int) or flags[0] & 1))
    alignment = state.get("numpy_array_alignment_bytes")
    width = size * 4 if code[0] == "U" else size
    return WrappedArray(kind, cast("Tuple[int, ...]", shape), state.get("order"), width, bool(has_objects), alignment)


def is_wrapper(what: object) -> bool:
    """Return whether a class is joblib's wrapper, whose objects stand for arrays in its files."""
    is_class = isinstance(what, PickleGlobal) and what.attribute == "NumpyArrayWrapper"
    return is_class and cast(PickleGlobal, what).module.endswith("joblib.numpy_pickle")


def mentions_wrapper(value: object, depth: int = 8) -> bool:
    """Return whether a call may make a wrapper of joblib in a way that joblib itself does not use.

    A direct call of the class is joblib's own way and does not count. The class as an argument counts, and so does
    `type(wrapper)`, which yields the class again.
    """
    if is_wrapper(value) or depth == 0:
        return is_wrapper(value)
    if not isinstance(value, Made):
        return any(mentions_wrapper(part, depth - 1) for part in as_tuple(value)[:8])
    if is_wrapper(value.what):
        return False
    arguments = as_tuple(value.arguments)
    is_class = isinstance(value.what, PickleGlobal) and value.what.attribute == "type"
    if is_class and any(isinstance(each, Made) and is_wrapper(each.what) for each in arguments):
        return True
    return any(mentions_wrapper(part, depth - 1) for part in (value.what, value.arguments))

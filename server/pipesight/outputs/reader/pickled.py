"""The inert data that a pickle's opcodes make, and the types of NumPy in it."""

from __future__ import annotations

import re
from typing import Any, List, NamedTuple, Tuple, cast


class PickleGlobal:
    """A name that a pickle would import."""

    __slots__ = ("attribute", "module")

    def __init__(self, module: str, attribute: str) -> None:
        self.module = module
        self.attribute = attribute


class Made:
    """The object that a call would make: the pieces of the call, and the state that is set afterwards.

    `beside` is the content of an array that joblib keeps between the opcodes: its bytes, or the list of its objects.
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

    Raises ValueError for anything but a type of NumPy.
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
    """An array that joblib keeps beside the opcodes. `alignment` is None if no padding comes before its bytes."""

    kind: object
    shape: Tuple[int, ...]
    order: object
    item: int  # bytes of one number
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

    Raises ValueError or TypeError for another object, and for an array that joblib itself would not write like this.
    """
    if not isinstance(made, Made) or not is_wrapper(made.what) or not isinstance(made.state, Pairs):
        raise ValueError("no array of joblib")
    state = dict(made.state)  # raises TypeError for a key that is not a text. Loading may turn it into one
    shape, kind, alignment = state.get("shape"), state.get("dtype"), state.get("numpy_array_alignment_bytes")
    if made.arguments != () or not all(type(name) is str for name in state) or type(alignment) not in (int, type(None)):
        raise ValueError("an array that is made in another way")
    sizes = [size for size in as_tuple(shape) if isinstance(size, int) and type(size) is int and size >= 0]
    if not isinstance(shape, tuple) or len(sizes) < len(as_tuple(state["shape"])):
        raise ValueError("no shape")
    width, has_objects = _width_and_objects(cast(Made, kind), descriptor(kind).lstrip("<>|="))
    return WrappedArray(kind, tuple(sizes), state.get("order"), width, has_objects, alignment)


def _width_and_objects(kind: Made, code: str) -> Tuple[int, bool]:
    """Return the bytes of an item of a type, and whether they are Python objects. `code` is the type's description.

    NumPy takes both from the state of the type. Raises ValueError for a state that NumPy would not write.
    """
    about = as_tuple(kind.state)
    item, flags = (about[5], about[7]) if len(about) > 7 else (None, None)
    if not _WRITTEN.fullmatch(code) or cast(PickleGlobal, kind.what).module != "numpy" or type(flags) is not int:
        raise ValueError("a type that NumPy would not write like this")
    width = int(code[1:].partition("[")[0]) * (4 if code[0] == "U" else 1)
    has_objects = bool(flags & 1)
    if item != (width if code[0] in "SUV" else -1) or (code[0] != "V" and has_objects != (code[0] == "O")):
        raise ValueError("a type that NumPy would not write like this")
    return width, has_objects


_WRITTEN = re.compile(r"[biufcmMSUVO][0-9]{1,18}(?:\[[0-9a-zA-Z]{1,20}\])?")
WRAPPERS = ("NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper")


def is_wrapper(what: object) -> bool:
    """Return whether a class is joblib's wrapper, whose objects stand for arrays in its files."""
    is_class = isinstance(what, PickleGlobal) and what.attribute == "NumpyArrayWrapper"
    return is_class and cast(PickleGlobal, what).module.endswith("joblib.numpy_pickle")

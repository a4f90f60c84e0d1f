"""Follows a pickle's opcodes over inert data: what it would import stays a name, what it would call is never called."""

from __future__ import annotations

import itertools
import pickletools
from typing import Any, BinaryIO, Dict, List, NamedTuple, Optional, Tuple, cast

from .bounds import clip

_OPCODES = 400_000


class Name:
    """Something a pickle would import."""

    __slots__ = ("attribute", "module")

    def __init__(self, module: str, attribute: str) -> None:
        self.module = module
        self.attribute = attribute


class Made:
    """What calling something imported would have made: the call's pieces and the state set afterwards."""

    __slots__ = ("arguments", "items", "state", "what")

    def __init__(self, what: Any, arguments: Any) -> None:
        self.what = what
        self.arguments = arguments
        self.state: Any = None
        self.items: List[Any] = []


class Followed(NamedTuple):
    """Where a pickle's opcodes led: the names it would import, and its object as far as they could be followed."""

    protocol: int
    names: List[Tuple[str, str]]
    root: Any
    complete: bool


def follow(file: BinaryIO) -> Followed:
    """Follows the pickle at the file's place; stops where it ends, cannot be understood, or goes on too long."""
    machine = _Machine()
    complete = False
    try:
        for opcode, argument, _ in itertools.islice(pickletools.genops(file), _OPCODES):
            if opcode.name == "STOP":
                complete = True
                break
            machine.step(opcode.name, argument)
    except (ValueError, IndexError, KeyError, OverflowError, UnicodeError, AttributeError, TypeError):
        complete = False  # raw arrays between the opcodes (joblib), or a damaged file
    root = machine.pop() if complete else (machine.stack[0] if machine.stack else UNKNOWN)
    return Followed(machine.protocol, machine.names, root, complete)


_MARK = object()
UNKNOWN = Name("", "…")


class _Machine:
    """A pickle's stack machine over inert data: names stay names, and calls become Made objects."""

    def __init__(self) -> None:
        self.stack: List[Any] = []
        self.memo: Dict[int, Any] = {}
        self.names: List[Tuple[str, str]] = []
        self.protocol = 0

    def pop(self) -> Any:
        return self.stack.pop() if self.stack and self.stack[-1] is not _MARK else UNKNOWN

    def to_mark(self) -> List[Any]:
        items: List[Any] = []
        while self.stack:
            item = self.stack.pop()
            if item is _MARK:
                break
            items.append(item)
        return items[::-1]

    def top(self) -> Any:
        return self.stack[-1] if self.stack else UNKNOWN

    def name(self, module: Any, attribute: Any) -> None:
        found = Name(clip(str(module), 200), clip(str(attribute), 200))
        self.names.append((found.module, found.attribute))
        self.stack.append(found)

    def make(self, what: Any, arguments: Any) -> None:
        self.stack.append(_latin1(what, arguments) or Made(what, arguments))

    def step(self, code: str, argument: Any) -> None:
        if code in _PUSHES:
            self.stack.append(argument)
        elif code in _CONSTANTS:
            self.stack.append(_constant(code))
        else:
            action = getattr(self, "on_" + code.lower(), None)
            if action is not None:
                action(argument)

    def on_proto(self, argument: Any) -> None:
        self.protocol = argument

    def on_mark(self, _: Any) -> None:
        self.stack.append(_MARK)

    def on_pop(self, _: Any) -> None:
        if self.stack:
            self.stack.pop()

    def on_pop_mark(self, _: Any) -> None:
        self.to_mark()

    def on_dup(self, _: Any) -> None:
        self.stack.append(self.top())

    def on_memoize(self, _: Any) -> None:
        self.memo[len(self.memo)] = self.top()

    def on_put(self, argument: Any) -> None:
        self.memo[argument] = self.top()

    on_binput = on_long_binput = on_put

    def on_get(self, argument: Any) -> None:
        self.stack.append(self.memo.get(argument, UNKNOWN))

    on_binget = on_long_binget = on_get

    def on_global(self, argument: Any) -> None:
        module, _, attribute = str(argument).partition(" ")
        self.name(module, attribute)

    def on_stack_global(self, _: Any) -> None:
        attribute, module = self.pop(), self.pop()
        self.name(module if isinstance(module, str) else "?", attribute if isinstance(attribute, str) else "?")

    def on_inst(self, argument: Any) -> None:
        arguments = self.to_mark()
        self.on_global(argument)
        self.make(self.pop(), tuple(arguments))

    def on_obj(self, _: Any) -> None:
        items = self.to_mark()
        self.make(items[0] if items else UNKNOWN, tuple(items[1:]))

    def on_reduce(self, _: Any) -> None:
        arguments = self.pop()
        self.make(self.pop(), arguments)

    on_newobj = on_reduce

    def on_newobj_ex(self, _: Any) -> None:
        self.pop()
        self.on_reduce(None)

    def on_persid(self, argument: Any) -> None:
        self.stack.append(Made(Name("", "external"), (argument,)))

    def on_binpersid(self, _: Any) -> None:
        self.stack.append(Made(Name("", "external"), (self.pop(),)))

    def on_build(self, _: Any) -> None:
        state, made = self.pop(), self.top()
        if isinstance(made, Made):
            made.state = state

    def on_tuple(self, _: Any) -> None:
        self.stack.append(tuple(self.to_mark()))

    def on_tuple1(self, _: Any) -> None:
        self.stack.append((self.pop(),))

    def on_tuple2(self, _: Any) -> None:
        last, first = self.pop(), self.pop()
        self.stack.append((first, last))

    def on_tuple3(self, _: Any) -> None:
        last, middle, first = self.pop(), self.pop(), self.pop()
        self.stack.append((first, middle, last))

    def on_list(self, _: Any) -> None:
        self.stack.append(self.to_mark())

    def on_frozenset(self, _: Any) -> None:
        self.stack.append(Made(Name("builtins", "frozenset"), tuple(self.to_mark())))

    def on_dict(self, _: Any) -> None:
        items = self.to_mark()
        self.stack.append(_list_of_pairs(items))

    def on_append(self, _: Any) -> None:
        item = self.pop()
        _extend(self.top(), [item])

    def on_appends(self, _: Any) -> None:
        items = self.to_mark()
        _extend(self.top(), items)

    on_additems = on_appends

    def on_setitem(self, _: Any) -> None:
        value, key = self.pop(), self.pop()
        _extend(self.top(), Pairs([(key, value)]))

    def on_setitems(self, _: Any) -> None:
        items = self.to_mark()
        _extend(self.top(), _list_of_pairs(items))


def _latin1(what: Any, arguments: Any) -> Optional[bytes]:
    """The bytes that old protocols write as the encoding of a text; any other call gives None."""
    if not isinstance(what, Name) or (what.module, what.attribute) != ("_codecs", "encode"):
        return None
    pieces = as_tuple(arguments)
    if pieces[1:] != ("latin1",) or not isinstance(pieces[0], str):
        return None
    return pieces[0].encode("latin-1", "replace")


def as_tuple(value: Any) -> Tuple[Any, ...]:
    """The value if it is a tuple, else an empty one."""
    return cast(Tuple[Any, ...], value) if isinstance(value, tuple) else ()


class Pairs(List[Any]):
    """A dict's items: its keys need not be hashable here."""


def _list_of_pairs(items: List[Any]) -> Pairs:
    """Keys and values in turn, as pairs."""
    return Pairs(zip(items[::2], items[1::2]))  # noqa: B905


def _extend(container: Any, items: List[Any]) -> None:
    """Adds to a list, a dict or an object what its kind takes."""
    if isinstance(container, Made):
        container.items.extend(items)
    elif isinstance(container, list) and isinstance(container, Pairs) == isinstance(items, Pairs):
        container.extend(items)  # pyright: ignore[reportUnknownMemberType]


_PUSHES = {
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "STRING", "BINSTRING", "SHORT_BINSTRING",
    "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE",
    "BINUNICODE8", "FLOAT", "BINFLOAT",
}  # fmt: skip
_CONSTANTS = {"NONE", "NEWTRUE", "NEWFALSE", "EMPTY_LIST", "EMPTY_TUPLE", "EMPTY_DICT", "EMPTY_SET"}


def _constant(code: str) -> Any:
    if code == "EMPTY_LIST":
        return []
    if code == "EMPTY_DICT":
        return Pairs()
    if code == "EMPTY_TUPLE":
        return ()
    if code == "EMPTY_SET":
        return Made(Name("builtins", "set"), ())
    return {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}[code]

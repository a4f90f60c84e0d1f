"""Follow a pickle's opcodes over inert data. An import stays a name, and a call is only recorded."""

from __future__ import annotations

import pickletools
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .bounds import clip
from .harmless import HARMLESS, judge
from .pickled import WRAPPERS, Made, Pairs, PickleGlobal, as_tuple, is_wrapper, wrapped_array

if TYPE_CHECKING:
    from .protocols import PickleStream, RewoundStream

OPCODES = 2_000_000
PICKLES = 1_000
_BESIDE = 64 * 1024 * 1024  # bytes of arrays that are kept
_SKIPPED = 32 * 1024  # bytes that are skipped in one read
_PROTO = b"\x80"


class Followed(NamedTuple):
    """The result of following a pickle's opcodes: the names it would import, and what is known of its object."""

    protocol: int
    names: List[Tuple[str, str]]
    root: object
    complete: bool
    cut: bool = False  # whether there are more opcodes or pickles than are followed
    has_arrays: bool = False  # whether there are arrays of joblib beside the opcodes, or names that may make some

    @property
    def is_sure(self) -> bool:
        """Return whether `names` certainly has every import.

        joblib reads some bytes as an array that pickle reads as opcodes. A file can use this to hide imports.
        """
        return self.complete and not self.cut and not self.has_arrays


def follow_file(file: RewoundStream) -> List[Followed]:
    """Follow the pickles of a file that pickle or joblib may load.

    After some opcodes, joblib reads bytes as an array that pickle reads as opcodes. Such a file is followed in both
    ways, and the result has the names of both.
    """
    file.seek(0)
    found = follow(file, with_arrays=True)
    if any(each.has_arrays for each in found):
        file.seek(0)
        others = follow(file)
        names = [name for each in others for name in each.names if _is_importable(name)]
        cut = found[-1].cut or any(each.cut for each in others)
        found[-1] = found[-1]._replace(names=[*found[-1].names, *names], cut=cut)
    return found


def follow(file: PickleStream, *, with_arrays: bool = False) -> List[Followed]:
    """Follow the pickles from the file's position on, one after the other. `with_arrays` reads them as joblib does.

    Stop at the end of the file, at a pickle that cannot be followed, and at the limits. Bytes after a complete pickle
    are ignored if they are no pickle and import nothing.
    """
    left = OPCODES
    pickles: List[Followed] = []
    while left > 0 and len(pickles) < PICKLES:
        start = file.read(1)
        if pickles and not start:
            break
        found, used = _follow_one(_Pushed(start, file), left, with_arrays)
        left -= used
        if pickles and not _is_pickle(found, start):
            break
        pickles.append(found)
        if not found.complete:
            break
    if (left <= 0 or len(pickles) == PICKLES) and file.read(1):
        pickles[-1] = pickles[-1]._replace(cut=True)
    return pickles


def _is_pickle(found: Followed, start: bytes) -> bool:
    return found.complete or found.cut or start == _PROTO or any(map(_is_importable, found.names))


def _is_importable(name: Tuple[str, str]) -> bool:
    return all(part.isidentifier() for text in name for part in text.split("."))


def _is_of_joblib(name: Tuple[str, str]) -> bool:
    return any(part == "joblib" or part in WRAPPERS for text in name for part in text.split("."))


def _follow_one(file: _Pushed, most: int, with_arrays: bool) -> Tuple[Followed, int]:
    machine = _Machine()
    beside = _Beside(file, machine)
    complete = False
    used = 0
    try:
        for opcode, argument, _ in pickletools.genops(file):  # type: ignore[arg-type]
            used += 1
            if opcode.name == "STOP":
                complete = True
                break
            if used >= most:
                break
            machine.step(opcode.name, argument)
            # Pickles state their protocol only since protocol 2.
            machine.protocol = max(machine.protocol, min(opcode.proto, 1))
            if with_arrays and opcode.name == "BUILD":
                used += beside.read(machine.top(), most - used)
    except (ValueError, IndexError, KeyError, OverflowError, UnicodeError, AttributeError, TypeError):
        complete = False  # the file is damaged
    root = machine.pop() if complete else (machine.stack[0] if machine.stack else UNKNOWN)
    is_cut = used >= most and not complete
    has_arrays = beside.has_arrays or any(map(_is_of_joblib, machine.names))
    return Followed(machine.protocol, machine.names, root, complete, is_cut, has_arrays), used


class _Beside:
    """The reader of arrays that joblib writes between the opcodes."""

    def __init__(self, file: _Pushed, machine: _Machine) -> None:
        self._file = file
        self._machine = machine
        self._left = _BESIDE
        self.has_arrays = False

    def read(self, made: object, most: int) -> int:
        """Read the array that follows if an array of joblib was made. Return the number of opcodes that were followed.

        Raises ValueError if the array is missing.
        """
        if not isinstance(made, Made) or not is_wrapper(made.what):
            return 0
        self.has_arrays = True
        array = wrapped_array(made)
        if array.has_objects:  # they are a pickle of their own
            found, used = _follow_one(_Pushed(b"", self._file), most, with_arrays=False)
            self._machine.names += found.names
            if not found.complete:
                raise ValueError("objects that cannot be followed")
            made.beside = found.root
            return used
        if array.alignment is not None:
            self._skip((*self._file.read(1), 0)[0])
        if array.length <= self._left:
            self._left -= array.length
            made.beside = self._file.read(array.length)
            if len(made.beside) < array.length:
                raise ValueError("an array is cut short")
        else:
            self._skip(array.length)
        return 0

    def _skip(self, length: int) -> None:
        while length > 0:
            found = len(self._file.read(min(length, _SKIPPED)))
            if not found:
                raise ValueError("an array is cut short")
            length -= found


class _Pushed:
    """A file whose next byte was read already."""

    def __init__(self, start: bytes, file: PickleStream) -> None:
        self._start = start
        self._file = file

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        start, self._start = self._start[:size], self._start[size:]
        return start + self._file.read(size - len(start)) if len(start) < size else start

    def readline(self) -> bytes:
        """Return the rest of the line."""
        start, self._start = self._start, b""
        return start if start == b"\n" else start + self._file.readline()


_MARK = object()
UNKNOWN = PickleGlobal("", "…")


class _Machine:
    """A pickle's stack machine over inert data. Names stay names, and calls become Made objects."""

    def __init__(self) -> None:
        self.stack: List[object] = []
        self.memo: Dict[int, object] = {}
        self.names: List[Tuple[str, str]] = []
        self.protocol = 0

    def pop_callable(self) -> object:
        return self.stack.pop() if self.stack and self.stack[-1] is not _MARK else UNKNOWN

    def pop(self) -> object:
        return self.as_data(self.pop_callable())

    def as_data(self, item: object) -> object:
        """Record a `getattr` that is used as data, because it may later get any attribute."""
        if isinstance(item, PickleGlobal) and _is_getattr(item):
            self.names.append((item.module, item.attribute))
        return item

    def to_mark(self) -> List[object]:
        items: List[object] = []
        while self.stack:
            item = self.stack.pop()
            if item is _MARK:
                break
            items.append(self.as_data(item))
        return items[::-1]

    def top(self) -> object:
        return self.stack[-1] if self.stack else UNKNOWN

    def name(self, module: object, attribute: object) -> None:
        found = PickleGlobal(clip(str(module), 200), clip(str(attribute), 200))
        if not _is_getattr(found):  # `getattr` is as harmless as the attribute, which is judged instead
            self.names.append((found.module, found.attribute))
        self.stack.append(found)

    def make(self, what: object, arguments: object) -> None:
        if isinstance(what, PickleGlobal) and _is_getattr(what):
            self.get_attribute(what, as_tuple(arguments))
        else:
            self.stack.append(_latin1(what, arguments) or Made(what, arguments))

    def get_attribute(self, what: PickleGlobal, arguments: Tuple[object, ...]) -> None:
        """Follow `getattr(Color, "RED")`, which is how some Pythons pickle the member of an enumeration."""
        owner, attribute = [*arguments, None, None][:2]
        if isinstance(owner, PickleGlobal) and isinstance(attribute, str) and _is_open(owner, attribute):
            self.name(owner.module, f"{owner.attribute}.{attribute}")
        else:
            self.names.append((what.module, what.attribute))
            self.stack.append(Made(what, arguments))

    def step(self, code: str, argument: object) -> None:
        if code in _PUSHES:
            self.stack.append(argument)
        elif code in _CONSTANTS:
            self.stack.append(_constant(code))
        else:
            action = getattr(self, "on_" + code.lower(), None)
            if action is not None:
                action(argument)

    def on_proto(self, argument: object) -> None:
        self.protocol = argument if isinstance(argument, int) else 0

    def on_mark(self, _: object) -> None:
        self.stack.append(_MARK)

    def on_pop(self, _: object) -> None:
        if self.stack:
            self.stack.pop()

    def on_pop_mark(self, _: object) -> None:
        self.to_mark()

    def on_dup(self, _: object) -> None:
        self.stack.append(self.top())

    def on_memoize(self, _: object) -> None:
        self.memo[len(self.memo)] = self.top()

    def on_put(self, argument: object) -> None:
        if isinstance(argument, int):
            self.memo[argument] = self.top()

    on_binput = on_long_binput = on_put

    def on_get(self, argument: object) -> None:
        self.stack.append(self.memo.get(argument, UNKNOWN) if isinstance(argument, int) else UNKNOWN)

    on_binget = on_long_binget = on_get

    def on_global(self, argument: object) -> None:
        module, _, attribute = str(argument).partition(" ")
        self.name(module, attribute)

    def on_stack_global(self, _: object) -> None:
        attribute, module = self.pop(), self.pop()
        self.name(module if isinstance(module, str) else "?", attribute if isinstance(attribute, str) else "?")

    def on_ext1(self, argument: object) -> None:
        self.name("copyreg", f"extension {argument}")

    on_ext2 = on_ext4 = on_ext1

    def on_inst(self, argument: object) -> None:
        arguments = self.to_mark()
        self.on_global(argument)
        self.make(self.pop_callable(), tuple(arguments))

    def on_obj(self, _: object) -> None:
        items = self.to_mark()
        self.make(items[0] if items else UNKNOWN, tuple(items[1:]))

    def on_reduce(self, _: object) -> None:
        arguments = self.pop()
        self.make(self.pop_callable(), arguments)

    on_newobj = on_reduce

    def on_newobj_ex(self, _: object) -> None:
        self.pop()
        self.on_reduce(None)

    def on_persid(self, argument: object) -> None:
        self.stack.append(Made(PickleGlobal("", "external"), (argument,)))

    def on_binpersid(self, _: object) -> None:
        self.stack.append(Made(PickleGlobal("", "external"), (self.pop(),)))

    def on_build(self, _: object) -> None:
        state, made = self.pop(), self.top()
        if isinstance(made, Made):
            made.state = state

    def on_tuple(self, _: object) -> None:
        self.stack.append(tuple(self.to_mark()))

    def on_tuple1(self, _: object) -> None:
        self.stack.append((self.pop(),))

    def on_tuple2(self, _: object) -> None:
        last, first = self.pop(), self.pop()
        self.stack.append((first, last))

    def on_tuple3(self, _: object) -> None:
        last, middle, first = self.pop(), self.pop(), self.pop()
        self.stack.append((first, middle, last))

    def on_list(self, _: object) -> None:
        self.stack.append(self.to_mark())

    def on_frozenset(self, _: object) -> None:
        self.stack.append(Made(PickleGlobal("builtins", "frozenset"), tuple(self.to_mark())))

    def on_dict(self, _: object) -> None:
        items = self.to_mark()
        self.stack.append(_list_of_pairs(items))

    def on_append(self, _: object) -> None:
        item = self.pop()
        _extend(self.top(), [item])

    def on_appends(self, _: object) -> None:
        items = self.to_mark()
        _extend(self.top(), items)

    on_additems = on_appends

    def on_setitem(self, _: object) -> None:
        value, key = self.pop(), self.pop()
        _extend(self.top(), Pairs([(key, value)]))

    def on_setitems(self, _: object) -> None:
        items = self.to_mark()
        _extend(self.top(), _list_of_pairs(items))


def _is_open(owner: PickleGlobal, attribute: str) -> bool:
    """Return False for attributes that lead out of an object, such as `__subclasses__`."""
    return not attribute.startswith("_") or judge(owner.module, f"{owner.attribute}.{attribute}") == HARMLESS


def _is_getattr(name: PickleGlobal) -> bool:
    return name.attribute == "getattr" and name.module in ("builtins", "__builtin__")


def _latin1(what: object, arguments: object) -> Optional[bytes]:
    """Return the bytes that old protocols write as an encoded text. None for any other call."""
    if not isinstance(what, PickleGlobal) or (what.module, what.attribute) != ("_codecs", "encode"):
        return None
    pieces = as_tuple(arguments)
    if pieces[1:] != ("latin1",) or not isinstance(pieces[0], str):
        return None
    return pieces[0].encode("latin-1", "replace")


def _list_of_pairs(items: List[object]) -> Pairs:
    """Return pairs of alternating keys and values."""
    return Pairs(zip(items[::2], items[1::2]))


def _extend(container: object, items: Sequence[object]) -> None:
    """Add items to a list, a dict or an object, if its kind takes them."""
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


def _constant(code: str) -> object:
    if code == "EMPTY_LIST":
        return []
    if code == "EMPTY_DICT":
        return Pairs()
    if code == "EMPTY_TUPLE":
        return ()
    if code == "EMPTY_SET":
        return Made(PickleGlobal("builtins", "set"), ())
    return {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}[code]

"""Describe pickles without loading them: their content, their imports, and whether these are harmless."""

from __future__ import annotations

import itertools
import re
import zipfile
from typing import (
    Any,
    BinaryIO,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Sized,
    Tuple,
    TypeVar,
    cast,
)

from .archives import list_zip
from .array_numbers import Numbers
from .arrays import array_picture, checked_shape
from .bounds import CELL, TEXT, Picture, Request, clip, digits, size
from .dtypes import dtype_of
from .folder import Folder
from .harmless import HARMFUL, UNKNOWN, judge
from .opcodes import OPCODES, PICKLES, Followed, follow, follow_file
from .pickled import Made, Pairs, PickleGlobal, as_tuple, descriptor, is_wrapper, wrapped_array
from .problem import Problem
from .signatures import defaults_of
from .unpacking import PackedError, opened, packing_of
from .zips import open_member

_DEPTH = 4
_MAGIC = 6  # first bytes of a file that identify its compression
_WIDTH = 12  # items of a container, or attributes of an object, that are shown
_VALUES = 2000  # values that are shown. A few bytes can refer to one value thousands of times
_VALUES_OF_CELL = 50
_LINKS = 20  # nested calls that are followed to find a class
_SHOWN_IMPORTS = 30
_SHOWN_PICKLES = 5
_TORCH_INDEX = 32 * 1024 * 1024  # bytes of the pickle in a file of PyTorch. The tensors are in other members
_INDEXES = 5  # pickles of a file of PyTorch that are described. An intact file has one
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_LEGACY_TORCH = (
    0x1950A86A20F9469CFC6C  # the first pickle of a file of torch.save before 1.6, whose object is the fourth
)

_Item = TypeVar("_Item")


class Description(NamedTuple):
    """A pickle for people: its object as far as the opcodes could be followed, whether that is all, and a text.

    `imports` are the names of modules that loading would import.
    """

    root: object
    complete: bool
    text: str
    imports: Tuple[str, ...] = ()


def describe_stream(file: BinaryIO, length: int) -> Description:
    """Describe the pickles of `length` bytes at the file's position. A file may hold several, one after the other."""
    return _described(follow(file), length)


def _described(pickles: List[Followed], length: int, packing: str = "") -> Description:
    is_torch = pickles[0].root == _LEGACY_TORCH and len(pickles) > 3
    root = pickles[3 if is_torch else 0].root
    modules = tuple(module for found in pickles for module, _ in found.names)
    return Description(root, all(found.complete for found in pickles), _text(pickles, length, packing), modules)


def _text(pickles: List[Followed], length: int, packing: str) -> str:
    count = "A pickle" if len(pickles) == 1 else f"{len(pickles)} pickles, one after the other,"
    about = f"{size(length)}, packed by {packing}" if packing else size(length)
    lines = [f"{count} of {about}, protocol {pickles[0].protocol}. Not loaded: loading a pickle runs its code."]
    names = list(dict.fromkeys(name for found in pickles for name in found.names))
    lines += _judgment(names, pickles, is_packed=bool(packing))
    for found in pickles[:_SHOWN_PICKLES]:
        if not isinstance(found.root, PickleGlobal):
            lines += ["", _Words(_VALUES).of(found.root, _DEPTH, multiline=True)]
    if len(pickles) > _SHOWN_PICKLES:
        lines += ["", f"and {len(pickles) - _SHOWN_PICKLES} more pickles"]
    if names:
        lines += ["", "Loading it would import:", *(f"  {name}" for name in _shown(names))]
    return clip("\n".join(lines), TEXT)


def _judgment(names: List[Tuple[str, str]], pickles: List[Followed], *, is_packed: bool) -> List[str]:
    """Return sentences about what loading would do, as far as it is known."""
    harmful = sorted(name for name in names if judge(*name) == HARMFUL)
    unknown = sorted(name for name in names if judge(*name) == UNKNOWN)
    lines = [f"Warning: loading it would reach {', '.join(_shown(harmful))}."] if harmful else []
    if unknown:
        lines.append(f"Not known to be harmless: {', '.join(_shown(unknown))}.")
    last = pickles[-1]
    if last.cut:
        lines.append(
            f"Only its first {OPCODES:,} instructions, in {PICKLES:,} pickles at most, were followed. "
            "What the others import is not known."
        )
    elif not last.complete:
        lines.append("It cannot be followed to its end. What it imports after that place is not known.")
    elif is_packed or any(found.has_arrays for found in pickles):
        lines.append("joblib and pickle read such a file in different ways, so it could import more than this.")
    elif names and not harmful and not unknown:
        lines.append("All that it imports is known to be harmless.")
    return lines


def _shown(names: List[Tuple[str, str]]) -> List[str]:
    more = len(names) - _SHOWN_IMPORTS
    return [".".join(filter(None, name)) for name in names[:_SHOWN_IMPORTS]] + (
        [f"and {more} more"] if more > 0 else []
    )


def class_of(root: object) -> Optional[str]:
    """Return the dotted class of a pickle's object, None if its opcodes do not show it."""
    name = _class_name(root)
    if isinstance(name, PickleGlobal):
        return ".".join(filter(None, (name.module, name.attribute)))
    if isinstance(root, Pairs):
        return "dict"
    return type(root).__name__ if isinstance(root, (list, tuple, str, int, float, bytes)) else None  # pyright: ignore[reportUnknownArgumentType]


_HELPERS = {"_reconstructor", "__newobj__", "__newobj_ex__", "_reconstruct", "_mareconstruct"}


def _class_name(root: object) -> Optional[PickleGlobal]:
    for _ in range(_LINKS):
        if not isinstance(root, Made):
            return None
        what, arguments = root.what, as_tuple(root.arguments)
        if isinstance(what, PickleGlobal) and (what.attribute == "_frombuffer" or is_wrapper(what)):
            return PickleGlobal("numpy", "ndarray")
        if isinstance(what, PickleGlobal) and what.attribute == "_make_skeleton_class" and len(arguments) > 1:
            return PickleGlobal("", str(arguments[1]))  # a class that cloudpickle has put into the pickle
        root = arguments[0] if _is_helper(what) and arguments else what
        if isinstance(root, PickleGlobal):
            return root
    return None


def _is_helper(what: object) -> bool:
    return isinstance(what, PickleGlobal) and what.attribute in _HELPERS


class _Words:
    """The writer of values in Python's syntax, with limits for the depth, width and number of nested ones."""

    def __init__(self, values: int) -> None:
        self.left = values

    def of(self, value: object, depth: int, multiline: bool = False) -> str:
        self.left -= 1
        if value is None or isinstance(value, (bool, float)):
            return repr(value)
        if isinstance(value, int):
            return clip(digits(value), CELL)
        if isinstance(value, str):
            return repr(clip(value, CELL))
        if isinstance(value, (bytes, bytearray)):
            return f"<{size(len(value))} of bytes>" if len(value) > 40 else repr(bytes(value))
        if isinstance(value, PickleGlobal):
            return f"{value.module}.{value.attribute}".lstrip(".")
        if depth <= 0 or self.left < 0:
            return "…"
        if isinstance(value, Made):
            return self._object(value, depth, multiline)
        if isinstance(value, Pairs):
            pairs = [f"{self.of(k, depth - 1)}: {self.of(v, depth - 1)}" for k, v in _few(value)]
            return _joined("{", pairs, value, "}")
        if isinstance(value, (list, tuple)):
            held = cast(Sequence[object], value)
            brackets = ("(", ",)" if len(held) == 1 else ")") if isinstance(value, tuple) else "[]"
            return _joined(brackets[0], self._items(held, depth), held, brackets[1])
        return "…"

    def _items(self, items: Sequence[object], depth: int) -> List[str]:
        return [self.of(item, depth - 1) for item in _few(items)]

    def _object(self, made: Made, depth: int, multiline: bool) -> str:
        name = _class_name(made)
        numbers = _ndarray(made)
        label = name.attribute if name else "object"
        if numbers is not None and not numbers.shape and numbers.dtype != "object":
            return clip(str(numbers.read(0, 1)[0]), CELL)
        if numbers is not None:
            return f"{numbers.dtype} array of shape {numbers.shape}"
        if is_wrapper(made.what):
            return _words_of_wrapped(made)
        if isinstance(made.what, PickleGlobal) and made.what.attribute == "_mareconstruct":
            return _words_of_masked(made)
        arguments = as_tuple(made.arguments)
        if label in ("set", "frozenset"):
            first = (*arguments, None)[0]
            held: List[object] = made.items or (
                cast(List[object], first) if isinstance(first, list) else list(arguments)
            )
            return _joined("{", self._items(held, depth), held, "}")
        pieces = [] if _is_helper(made.what) else self._items(arguments, depth)
        pieces += self._items(made.items, depth)
        defaults = defaults_of(name.module, name.attribute) if multiline and name is not None else {}
        shown, usual = _without_defaults(made.state, defaults)
        pieces += self._attributes(shown, depth, 40 if multiline else _WIDTH)
        if multiline and (len(pieces) > 1 or usual):
            rest = f"\nAt their defaults: {', '.join(self._attributes(usual, 2, len(usual)))}" if usual else ""
            return f"{label}(\n" + "".join(f"  {piece},\n" for piece in pieces) + ")" + rest
        return f"{label}({', '.join(pieces)})"

    def _attributes(self, state: object, depth: int, most: int) -> List[str]:
        if len(as_tuple(state)) == 2:  # the state of a class with `__slots__`
            state = Pairs(pair for part in as_tuple(state) if isinstance(part, Pairs) for pair in part)
        if not isinstance(state, Pairs):
            return []
        pieces = [
            f"{clip(key, 60) if isinstance(key, str) else self.of(key, 1)}={self.of(item, depth - 1)}"
            for key, item in state[:most]
        ]
        return pieces + (["…"] if len(state) > most else [])


def _without_defaults(state: object, defaults: Mapping[str, object]) -> Tuple[object, Pairs]:
    """Split the attributes of an object into those to show, and parameters that have their defaults."""
    if not isinstance(state, Pairs) or not defaults:
        return state, Pairs()
    usual = Pairs(pair for pair in state if isinstance(pair[0], str) and _is_default(pair[1], pair[0], defaults))
    names = {name for name, _ in usual}
    return Pairs(pair for pair in state if not isinstance(pair[0], str) or pair[0] not in names), usual


def _is_default(value: object, name: str, defaults: Mapping[str, object]) -> bool:
    plain = (bool, int, float, str, type(None))
    if name not in defaults or not isinstance(value, plain):
        return False
    return type(value) is type(defaults[name]) and value == defaults[name]


def _few(items: Iterable[_Item]) -> Iterator[_Item]:
    return itertools.islice(items, _WIDTH)


def _joined(opening: str, items: List[str], whole: Sized, closing: str) -> str:
    return opening + ", ".join(items + (["…"] if len(whole) > _WIDTH else [])) + closing


def array_of(found: Description) -> Optional[Numbers]:
    """Return the array of a whole pickle, None if its object is no array."""
    return _ndarray(found.root) if found.complete else None


def _ndarray(made: object) -> Optional[Numbers]:
    """Return the numbers of a numpy array or scalar that a pickle holds, read from its bytes."""
    if not isinstance(made, Made) or not isinstance(made.what, PickleGlobal):
        return None
    try:
        if made.what.attribute == "_reconstruct":
            _, shape, kind, fortran, data = as_tuple(made.state)
        elif made.what.attribute == "_frombuffer":
            data, kind, shape, order = as_tuple(made.arguments)
            fortran = order == "F"
        elif is_wrapper(made.what):
            array = wrapped_array(made)
            kind, shape, data, fortran = array.kind, array.shape, made.beside, array.order == "F"
            inner = _ndarray(data) if array.has_objects else None
            if inner is not None:
                return Numbers(array.shape, inner.dtype, inner.read, fortran)
        elif made.what.attribute == "scalar" and made.what.module.startswith("numpy."):
            kind, data = as_tuple(made.arguments)
            shape, fortran = (), False
        else:
            return None
        dtype = dtype_of(descriptor(kind))
        if dtype.name == "object":
            return _objects(shape, data, bool(fortran))
        if dtype.decode is None or not isinstance(data, (bytes, bytearray)):
            return None
        lengths = checked_shape(as_tuple(shape), len(data) // dtype.size)
    except (Problem, ValueError, TypeError, IndexError, AttributeError, ZeroDivisionError):
        return None
    decode, width = dtype.decode, dtype.size
    return Numbers(lengths, dtype.name, lambda i, n: decode(bytes(data[i * width : (i + n) * width])), bool(fortran))


def _words_of_wrapped(made: Made) -> str:
    """Return a description of a joblib array whose numbers were not read."""
    try:
        array = wrapped_array(made)
        return f"{dtype_of(descriptor(array.kind)).name} array of shape {array.shape}"
    except (Problem, ValueError, TypeError):
        return "array"


def _words_of_masked(made: Made) -> str:
    """Return the type and the shape of an array some of whose numbers are masked."""
    try:
        _, shape, kind, *_ = as_tuple(made.state)
        return f"masked {dtype_of(descriptor(kind)).name} array of shape {as_tuple(shape)}"
    except (Problem, ValueError):
        return "masked array"


def _objects(shape: Any, data: object, fortran: bool) -> Optional[Numbers]:
    """Return an array of Python objects: plain ones as they are, others as descriptions."""
    if not isinstance(data, list):
        return None
    values = cast(List[object], data)
    lengths = checked_shape(shape, len(values))

    def read(start: int, count: int) -> List[object]:
        return [
            v if isinstance(v, (str, int, float)) else _Words(_VALUES_OF_CELL).of(v, _DEPTH)
            for v in values[start : start + count]
        ]

    return Numbers(lengths, "object", read, fortran)


def read_pickle(folder: Folder, path: str, request: Request) -> Picture:
    """Return a pickle's description, or the numbers themselves if it is a plain numpy array."""
    if not folder.size(path):
        raise Problem(f"{path} is empty.", "It was not written to the end. Run the step again.")
    with folder.open(path) as file:
        start = file.read(_MAGIC)
        file.seek(0)
        if start[:4] == b"PK\x03\x04":
            return _torch(file, path, folder.size(path), request)
        packing = packing_of(start)
        try:
            stream = opened(file, packing)
        except PackedError as error:
            return _no_pickle(folder, path, f"It is packed by {error.name}, which cannot be unpacked here. ")
        found = _described(follow_file(stream), folder.size(path), packing.name if packing else "")
        stream.seek(0)
        start = stream.read(1)
    if not found.complete and start != b"\x80" and not any(map(_MODULE.fullmatch, found.imports)):
        return _no_pickle(folder, path)
    numbers = array_of(found)
    if numbers is not None:
        picture = array_picture(numbers, request)
        picture["text"] = "Read from a pickle's bytes, without loading it."
        return picture
    name = (class_of(found.root) or request.data_type or "object").rpartition(".")[2]
    return {
        "kind": "pickle",
        "summary": f"{clip(name, 60)}, a pickle of {size(folder.size(path))}",
        "text": _with_python(found.text, folder, path),
        "truncated": True,
    }


def _with_python(text: str, folder: Folder, path: str) -> str:
    """Return the description, with the Python that wrote the pickle if ZenML noted it."""
    beside = path.rpartition("/")[0]
    noted = f"{beside}/python_version.txt" if beside else "python_version.txt"
    if noted not in folder:
        return text
    version = clip(folder.read(noted, 40).decode("utf-8", "replace").strip(), 40)
    first, _, rest = text.partition("\n")
    return f"{first}\nWritten by Python {version}.\n{rest}"


def _no_pickle(folder: Folder, path: str, why: str = "") -> Picture:
    return {
        "kind": "files",
        "summary": f"{path}, {size(folder.size(path))}, in a format of its library",
        "files": [{"path": path, "size": folder.size(path)}],
        "advice": f"{why}Pipesight cannot follow what loading it would do. Load it with the library that wrote it, "
        "and only if you trust where it comes from.",
    }


def _torch(file: BinaryIO, path: str, length: int, request: Request) -> Picture:
    """Describe a file of PyTorch: a zip that holds a pickle and one file per tensor."""
    try:
        with zipfile.ZipFile(file) as archive:
            inner = [info for info in archive.infolist() if info.filename.rpartition("/")[2] == "data.pkl"]
            members = len(archive.infolist())
            if not inner:
                return list_zip(archive, path, length)
            indexes = [_index(archive, info) for info in inner[:_INDEXES]]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return {"kind": "pickle", "summary": f"a damaged zip of {size(length)}", "text": "It cannot be opened."}
    name = (class_of(indexes[0].root) or request.data_type or "object").rpartition(".")[2]
    text = "\n\n".join(found.text for found in indexes)
    which = "this index" if len(inner) == 1 else f"{len(inner)} indexes, of which PyTorch loads one"
    return {
        "kind": "pickle",
        "summary": f"{clip(name, 60)}, a PyTorch file of {size(length)}",
        "text": f"A PyTorch file of {size(length)} with {members} parts and {which}:\n\n{clip(text, TEXT)}",
        "truncated": True,
    }


def _index(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Description:
    with open_member(archive, info, _TORCH_INDEX) as member:
        return describe_stream(member, info.file_size)

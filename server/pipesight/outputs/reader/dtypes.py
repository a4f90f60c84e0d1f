"""Numpy's types by their descriptors: their names, and their bytes turned into values, without numpy."""

from __future__ import annotations

import datetime
import re
import struct
from typing import Any, Callable, List, Optional

from .bounds import clip
from .problem import Problem

_FORMATS = {
    "f2": "e", "f4": "f", "f8": "d", "b1": "?", "i1": "b", "i2": "h", "i4": "i", "i8": "q",
    "u1": "B", "u2": "H", "u4": "I", "u8": "Q", "c8": "f", "c16": "d", "m8": "q", "M8": "q",
}  # fmt: skip
_NAMES = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
_UNITS = {"W": 604800.0, "D": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_PER_SECOND = {"ms": 10**3, "us": 10**6, "ns": 10**9}
_NOT_A_TIME = -(2**63)


class Dtype:
    """A numpy type: `decode` turns whole items' bytes into values, None where only numpy could."""

    def __init__(self, name: str, size: int, decode: Optional[Callable[[bytes], List[Any]]]) -> None:
        self.name = name
        self.size = size
        self.decode = decode


def dtype_of(descr: object) -> Dtype:
    """The numpy type that a descriptor such as `<f8` names.

    Raises Problem for what is no descriptor.
    """
    match = re.match(r"^([<>|=]?)([a-zA-Z])(\d*)(?:\[(\d*)(\w+)\])?$", descr) if isinstance(descr, str) else None
    if match is None:
        raise Problem(f"Unknown numpy type {clip(str(descr), 60)}.", "Open this output with numpy itself.")
    order, letter, digits = match.group(1), match.group(2), match.group(3)
    order = ">" if order == ">" else "<"
    width = int(digits or 1)
    if letter == "O":
        return Dtype("object", 8, None)
    if letter in "US":
        return _text_type(letter, width, order)
    code = _FORMATS.get(letter + digits)
    if code is None:
        return Dtype(_NAMES.get(letter, letter) + (str(width * 8) if letter in _NAMES else digits), width, None)
    if letter in "mM":
        return _time_type(letter, order, match.group(4), match.group(5))
    if letter == "c":
        return Dtype(f"complex{width * 8}", width, lambda data: _complex(_unpack(order, code, data)))
    name = "bool" if letter == "b" else f"{_NAMES[letter]}{width * 8}"
    return Dtype(name, width, lambda data: _unpack(order, code, data))


def _unpack(order: str, code: str, data: bytes) -> List[Any]:
    count = len(data) // struct.calcsize(order + code)
    return list(struct.unpack(f"{order}{count}{code}", data))


def _complex(parts: List[float]) -> List[str]:
    pairs = zip(parts[::2], parts[1::2])  # noqa: B905
    return [str(complex(real, imaginary)).strip("()") for real, imaginary in pairs]


def _text_type(letter: str, width: int, order: str) -> Dtype:
    if letter == "S":
        return Dtype(f"bytes{width}", width, lambda data: [item.rstrip(b"\0") for item in items(data, width)])
    encoding = "utf-32-be" if order == ">" else "utf-32-le"
    return Dtype(
        f"str{width}",
        width * 4,
        lambda data: [item.decode(encoding, "replace").rstrip("\0") for item in items(data, width * 4)],
    )


def items(data: bytes, width: int) -> List[bytes]:
    """Bytes cut into pieces of `width`."""
    return [data[i : i + width] for i in range(0, len(data), width)] if width else []


def _time_type(letter: str, order: str, step: Optional[str], unit: Optional[str]) -> Dtype:
    name = ("datetime64" if letter == "M" else "timedelta64") + (f"[{step or ''}{unit}]" if unit else "")
    convert = _moment if letter == "M" else _duration

    def decode(data: bytes) -> List[Any]:
        values = _unpack(order, "q", data)
        return [None if value == _NOT_A_TIME else convert(value * int(step or 1), unit or "") for value in values]

    return Dtype(name, 8, decode)


def _moment(value: int, unit: str) -> str:
    if unit in ("Y", "M"):
        year, month = (1970 + value, 0) if unit == "Y" else (1970 + value // 12, value % 12)
        return f"{year:04d}" if unit == "Y" else f"{year:04d}-{month + 1:02d}"
    if unit not in _UNITS:
        return f"{value} {unit}".strip()
    return moment(value, unit)


def moment(value: int, unit: str) -> str:
    """A count of `unit`s since 1970 as ISO text; dates beyond the calendar as a number."""
    per_second = _PER_SECOND.get(unit, 1)
    seconds, fraction = divmod(value, per_second) if per_second > 1 else (value * int(_UNITS[unit]), 0)
    try:
        text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)).isoformat()
    except OverflowError:
        return f"{value} {unit} since 1970"
    if unit in ("D", "W"):
        return text[:10]
    return text + _fraction(fraction, per_second)


def _fraction(fraction: int, per_second: int) -> str:
    return f".{fraction:0{len(str(per_second)) - 1}d}".rstrip("0") if fraction else ""


def time_delta(value: int, unit: str) -> str:
    """A count of seconds or parts of them as pandas writes durations: `1 days 02:30:00`."""
    per_second = _PER_SECOND.get(unit, 1)
    seconds, fraction = divmod(value, per_second)
    days, seconds = divmod(seconds, 86400)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{days} days {'+' if days < 0 else ''}{clock}{_fraction(fraction, per_second)}"


def _duration(value: int, unit: str) -> str:
    return f"{value} {unit}".strip()

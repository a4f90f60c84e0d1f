"""Decode the bytes and numbers of NumPy, pandas and Parquet without these libraries."""

from __future__ import annotations

import datetime
import decimal
import math
import re
import struct
from typing import Any, Callable, List, Optional, Sequence, Tuple

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
    """A numpy type. `decode` turns the bytes of whole items into values. It is None where only numpy can."""

    def __init__(self, name: str, size: int, decode: Optional[Callable[[bytes], Sequence[object]]]) -> None:
        self.name = name
        self.size = size
        self.decode = decode


def dtype_of(descr: object) -> Dtype:
    """Return the numpy type that a descriptor such as `<f8` names.

    Raises Problem for any other value.
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
    pairs = zip(parts[::2], parts[1::2])
    return [str(complex(real, imaginary)).strip("()") for real, imaginary in pairs]


_NARROW = {"float": ("<f", 9), "float32": ("<f", 9), "halffloat": ("<e", 5), "float16": ("<e", 5)}


def shortest(value: object, kind: str) -> object:
    """Return a number of a narrow floating-point type with the fewest digits that identify it, as NumPy prints it.

    It is 0.1 for 0.10000000149. Other values stay as they are.
    """
    layout, digits = _NARROW.get(kind, ("", 0))
    if not layout or not isinstance(value, float) or not math.isfinite(value):
        return value
    for count in range(1, digits + 1):
        shown = float(f"{value:.{count}g}")
        if _narrowed(shown, layout) == value:
            return shown
    return value


def _narrowed(value: float, layout: str) -> Optional[float]:
    """Return the closest number of a narrow type, None if it is beyond the largest one."""
    try:
        narrow: float = struct.unpack(layout, struct.pack(layout, value))[0]
    except OverflowError:
        return None
    return narrow


def scaled(value: int, scale: int) -> decimal.Decimal:
    """Return the exact decimal for a stored integer, which is the decimal times `10 ** scale`."""
    return decimal.Decimal((value < 0, tuple(map(int, str(abs(value)))), -scale))


_COMPUTED = 15  # digits of sums and differences of doubles that are reliable
_SHORT = 12  # the most digits of a number that a person has probably written


def computed(value: Optional[float], kind: str) -> Optional[float]:
    """Return a mean or a difference as precise as the numbers of its type, without digits that computing has added.

    It is 1.99 for 1.9899999999999998, and 0.1 for 0.10000000149 of 32-bit numbers.
    """
    if value is None or not math.isfinite(value):
        return value
    layout, _ = _NARROW.get(kind, ("", 0))
    if layout:
        narrow = shortest(_narrowed(value, layout), kind)
        return narrow if isinstance(narrow, float) else value
    rounded = f"{value:.{_COMPUTED}g}"
    digits = rounded.partition("e")[0].replace(".", "").strip("-0")
    return float(rounded) if len(digits) <= _SHORT else value


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
    """Return the bytes in pieces of `width` bytes."""
    return [data[i : i + width] for i in range(0, len(data), width)] if width else []


def _time_type(letter: str, order: str, step: Optional[str], unit: Optional[str]) -> Dtype:
    name = ("datetime64" if letter == "M" else "timedelta64") + (f"[{step or ''}{unit}]" if unit else "")
    convert = _moment if letter == "M" else _duration

    def decode(data: bytes) -> List[object]:
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
    """Return a count of `unit`s since 1970 as ISO text. Years may have more than four digits."""
    per_second = _PER_SECOND.get(unit, 1)
    seconds, fraction = divmod(value, per_second) if per_second > 1 else (value * int(_UNITS[unit]), 0)
    days, rest = divmod(seconds, 86400)
    if unit in ("D", "W"):
        return date_text(days)
    return f"{date_text(days)}T{_clock(rest)}{_fraction(fraction, per_second)}"


def utc(value: int, unit: str) -> str:
    """Return a moment with the zone of UTC."""
    return moment(value, unit) + "+00:00"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def date_text(days: int) -> str:
    """Return a count of days since 1970 as ISO text. Years may have more than four digits."""
    cycles, day = divmod(days, 146097)  # the calendar repeats every 400 years
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
    year = date.year + 400 * cycles
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{date.month:02d}-{date.day:02d}"


def time_text(value: int, unit: str) -> str:
    """Return a time of the day, counted in `unit`s since midnight, as ISO text. Some writers store durations so."""
    per_second = _PER_SECOND.get(unit, 1)
    seconds, fraction = divmod(abs(value), per_second)
    return f"{'-' if value < 0 else ''}{_clock(seconds)}{_fraction(fraction, per_second)}"


def _fraction(fraction: int, per_second: int) -> str:
    return f".{fraction:0{len(str(per_second)) - 1}d}".rstrip("0") if fraction else ""


def time_delta(value: int, unit: str) -> str:
    """Return a duration, counted in `unit`s, as pandas writes it: `1 days 02:30:00`."""
    per_second = _PER_SECOND.get(unit, 1)
    seconds, fraction = divmod(value, per_second)
    days, seconds = divmod(seconds, 86400)
    return f"{days} days {'+' if days < 0 else ''}{_clock(seconds)}{_fraction(fraction, per_second)}"


def uuid_text(value: bytes) -> str:
    """Return the 16 bytes of a UUID as text."""
    digits = value.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


_PERIOD_UNITS = {"D": "D", "h": "h", "H": "h", "min": "m", "T": "m", "s": "s", "S": "s"}
_PERIOD_UNITS.update({"ms": "ms", "L": "ms", "us": "us", "U": "us", "ns": "ns", "N": "ns"})
_WEEK_ENDS = {"SUN": -4, "MON": -3, "TUE": -2, "WED": -1, "THU": 0, "FRI": 1, "SAT": 2}  # days since 1970 of week 0
_FREQUENCY = re.compile(r"\d{0,9}([A-Za-z]+)(?:-([A-Z]{3}))?")
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def frequency_of(word: str) -> Tuple[str, str]:
    """Return the unit of a pandas frequency and the month or weekday that ends it: `Q` and `MAR` for `2Q-MAR`.

    The unit is empty for a rare frequency.
    """
    match = _FREQUENCY.fullmatch(word)
    name, end = match.groups("") if match is not None else ("", "")
    name = {"A": "Y", "YE": "Y", "QE": "Q", "ME": "M"}.get(name, name)
    if name in ("Y", "Q") and (end or "DEC") in _MONTH_NAMES:
        return name, end or "DEC"
    if name == "W" and (end or "SUN") in _WEEK_ENDS:
        return name, end or "SUN"
    return ("", "") if end else (name if name == "M" else _PERIOD_UNITS.get(name, ""), "")


def month_number(name: str) -> int:
    """Return the number of a month that a frequency names."""
    return _MONTH_NAMES.index(name) + 1


def week_end(name: str) -> int:
    """Return the last day of week 0 of weeks that end on a weekday, in days since 1970."""
    return _WEEK_ENDS[name]


def period(value: int, frequency: str) -> object:
    """Return a pandas period, a count since 1970, as pandas writes it. Rare frequencies stay numbers."""
    kind, end = frequency_of(frequency)
    if kind == "Y":
        return f"{1970 + value:04d}"
    if kind == "Q":
        return f"{1970 + value // 4:04d}Q{value % 4 + 1}"
    if kind == "M":
        return f"{1970 + value // 12:04d}-{value % 12 + 1:02d}"
    if kind == "W":
        last = value * 7 + week_end(end)
        return f"{date_text(last - 6)}/{date_text(last)}"
    return _short(moment(value, kind), kind) if kind else value


def _short(text: str, unit: str) -> str:
    """Return a time with the precision of its unit: minutes as `2024-01-01 05:00`, milliseconds with `.500`."""
    whole, point, fraction = text.replace("T", " ").partition(".")
    if unit in ("h", "m"):
        return whole[:-3]
    digits = len(str(_PER_SECOND.get(unit, 1))) - 1
    return f"{whole}.{(fraction if point else '').ljust(digits, '0')}" if digits else whole


def _duration(value: int, unit: str) -> str:
    return f"{value} {unit}".strip()

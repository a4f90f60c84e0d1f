"""Families of column types, and the comparable values of their cells: the same in every engine that reads tables."""

from __future__ import annotations

import datetime
import decimal
import math
import re
from fractions import Fraction
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple

from .dtypes import date_text, scaled, utc
from .dtypes import moment as moment_text

INTEGER, DECIMAL, FLOAT, TRUTH, TEXT, MOMENT, OTHER = "integer", "decimal", "float", "truth", "text", "moment", "other"
NUMBERS = (INTEGER, DECIMAL, FLOAT)
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}

_INTEGER = re.compile(r"(u?)int(8|16|32|64)")
_DECIMAL = re.compile(r"decimal\((\d+), (\d+)\)")
_TIMESTAMP = re.compile(r"timestamp\[(s|ms|us|ns)(, UTC)?\]")
_FLOATS = ("double", "float", "halffloat")
_MOMENT = re.compile(
    r"(?P<year>-?[0-9]{4,6})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


class Family(NamedTuple):
    """The type of values that the cells of a column compare with. `low` and `high` bound the values of the file's type.

    A decimal is the integer `value * 10 ** scale`. A moment is an integer that counts `unit`s since 1970 in UTC.
    """

    name: str
    low: int = 0
    high: int = 0
    scale: int = 0
    unit: str = ""
    is_utc: bool = False


def family_of(word: str) -> Family:
    """Return the family of a type, which is named by a word of our readers (`double`, `timestamp[us, UTC]`)."""
    integer, fixed, moment = _INTEGER.fullmatch(word), _DECIMAL.fullmatch(word), _TIMESTAMP.fullmatch(word)
    if integer:
        bits = int(integer.group(2))
        return (
            Family(INTEGER, 0, 2**bits - 1)
            if integer.group(1)
            else Family(INTEGER, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        )
    if fixed and int(fixed.group(1)) <= 38:
        limit = 10 ** int(fixed.group(1)) - 1
        return Family(DECIMAL, -limit, limit, int(fixed.group(2)))
    if moment:
        return Family(MOMENT, -(2**63), 2**63 - 1, unit=moment.group(1), is_utc=bool(moment.group(2)))
    if word == "date":
        return Family(MOMENT, -(2**31), 2**31 - 1, unit="D")
    if word in _FLOATS:
        return Family(FLOAT)
    return Family({"bool": TRUTH, "string": TEXT}.get(word, OTHER))


def plural(family: Family) -> str:
    """Return the word for the cells of a family, for messages."""
    words = {TRUTH: "true or false", TEXT: "text", MOMENT: "dates" if family.unit == "D" else "times", OTHER: "values"}
    return words.get(family.name, "numbers")


def comparable(values: Sequence[Any], family: Family) -> List[Any]:
    """Return the comparable values of cells as our readers give them. None stands for a missing one."""
    if family.name == MOMENT:
        return [None if value is None else moment_number(value, family.unit) for value in values]
    if family.name == DECIMAL:
        return [None if value is None else unscaled(value, family.scale) for value in values]
    if family.name == FLOAT:
        return [None if value is None else _float(value) for value in values]
    return list(values)


def _float(value: float) -> Optional[float]:
    return None if math.isnan(value) else float(value)


def stored(value: Any, family: Family) -> Any:
    """Return a comparable value as a library takes it for the column: a decimal for a scaled integer."""
    return scaled(value, family.scale) if family.name == DECIMAL else value


def unscaled(value: decimal.Decimal, scale: int) -> int:
    """Return `value * 10 ** scale`, exactly."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    number = int("".join(map(str, digits)) or "0") * 10 ** (exponent + scale)
    return -number if sign else number


def moment_number(text: str, unit: str) -> Optional[int]:
    """Return the time that ISO text means as a count of `unit`s, without what is less than one."""
    number = nanoseconds(text)
    return None if number is None else number // nanoseconds_of(unit)


def moment_cell(number: int, family: Family) -> str:
    """Return the cell of a moment that an engine counts in the family's unit."""
    if family.unit == "D":
        return date_text(number)
    return utc(number, family.unit) if family.is_utc else moment_text(number, family.unit)


def nanoseconds_of(unit: str) -> int:
    """Return how many nanoseconds a unit of time has."""
    return 86_400 * 10**9 if unit == "D" else 10**9 // PER_SECOND[unit]


def nanoseconds(text: str) -> Optional[int]:
    """Return the nanoseconds since 1970 of a date or time in ISO text. Without a zone, it is in UTC."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    part = match.groupdict()
    year, cycles = int(part["year"]) % 400 + 2000, int(part["year"]) // 400 - 5  # the calendar repeats
    try:
        date = datetime.date(year, int(part["month"]), int(part["day"]))
        clock = datetime.time(int(part["hour"] or 0), int(part["minute"] or 0), int(part["second"] or 0))
    except ValueError:
        return None
    days = (date - datetime.date(1970, 1, 1)).days + cycles * 146_097
    seconds = ((days * 24 + clock.hour) * 60 + clock.minute) * 60 + clock.second - _offset(part["zone"])
    return seconds * 10**9 + int((part["fraction"] or "").ljust(9, "0"))


def _offset(zone: Optional[str]) -> int:
    if zone in (None, "Z"):
        return 0
    digits = zone[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def nearest(value: Fraction, sign: str) -> Tuple[str, int]:
    """Return a comparison of integers that holds for the same ones as the comparison with `value`.

    `value` is no integer when the sign is `=` or `!=`, unless the result is exact. Callers test that.
    """
    below = math.floor(value)
    return (sign, below if sign in (">", "<=") else math.ceil(value))

"""Families of column types, and the comparable values of their cells: the same in every engine that reads tables."""

from __future__ import annotations

import decimal
import math
import re
from fractions import Fraction
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .dtypes import (
    date_text,
    frequency_of,
    moment as moment_text,
    period as period_text,
    scaled,
    time_delta,
    time_text,
    utc,
)
from .times import day_time, duration_length, example_of_period, nanoseconds, nanoseconds_of, period_number

INTEGER, DECIMAL, FLOAT, TRUTH, TEXT, OTHER = "integer", "decimal", "float", "truth", "text", "other"
MOMENT, DURATION, CLOCK, PERIOD = "moment", "duration", "clock", "period"
NUMBERS = (INTEGER, DECIMAL, FLOAT)
TIMES = (MOMENT, DURATION, CLOCK, PERIOD)  # families whose cells are texts and compare as integers
AVERAGED = (MOMENT, DURATION)  # families for which pandas has a mean

_INTEGER = re.compile(r"(u?)int(8|16|32|64)")
_DECIMAL = re.compile(r"decimal\((\d+), (\d+)\)")
_TIMESTAMP = re.compile(r"timestamp\[(s|ms|us|ns)(, UTC)?\]")
_LENGTH = re.compile(r"(timedelta64|time)\[(s|ms|us|ns)\]")
_PERIOD = re.compile(r"period\[([\w-]{1,20})\]")
_FLOATS = ("double", "float", "halffloat")


class Family(NamedTuple):
    """The type of values that the cells of a column compare with. `low` and `high` bound the values of the file's type.

    A decimal is the integer `value * 10 ** scale`. A moment is the number of `unit`s since 1970 in UTC. A duration and
    a time of the day are a number of `unit`s. A period is the number of periods since 1970, and `unit` is its
    frequency.
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
    length, period = _LENGTH.fullmatch(word), _PERIOD.fullmatch(word)
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
    if length:
        return Family(CLOCK if length.group(1) == "time" else DURATION, -(2**63), 2**63 - 1, unit=length.group(2))
    if period and frequency_of(period.group(1))[0]:
        return Family(PERIOD, -(2**63), 2**63 - 1, unit=period.group(1))
    if word == "date":
        return Family(MOMENT, -(2**31), 2**31 - 1, unit="D")
    if word in _FLOATS:
        return Family(FLOAT)
    return Family({"bool": TRUTH, "string": TEXT}.get(word, OTHER))


def family_as_kept(word: str, kept: str) -> Family:
    """Return the family of a type that a file keeps as another one. Fastparquet keeps durations as times of the day."""
    family, stored_family = family_of(word), family_of(kept)
    return family._replace(unit=stored_family.unit) if stored_family.name == CLOCK else family


def plural(family: Family) -> str:
    """Return the noun for the cells of a family, for messages."""
    words = {TRUTH: "true or false", TEXT: "text", MOMENT: "dates" if family.unit == "D" else "times", OTHER: "values"}
    words.update({DURATION: "durations", CLOCK: "times of the day", PERIOD: "periods"})
    return words.get(family.name, "numbers")


def example(family: Family) -> str:
    """Return an example of a time of a family, for messages."""
    if family.name == PERIOD:
        return f"'{example_of_period(family.unit)}'"
    examples = {DURATION: "'00:05:00' or '1 days 02:30:00' or '5 min'", CLOCK: "'14:30' or '14:30:05'"}
    return examples.get(family.name, "'2024-12-19' or '2024-12-19 14:30'")


def comparable(values: Sequence[Any], family: Family) -> List[Any]:
    """Return the comparable values of cells as our readers give them. None stands for a missing one."""
    if family.name in TIMES:
        return [None if value is None else time_number(value, family) for value in values]
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


def time_number(text: str, family: Family) -> Optional[int]:
    """Return the count of units that the text of a time means, rounded down."""
    number = sought(text, family)
    return None if number is None else math.floor(number)


def sought(text: str, family: Family) -> Optional[Fraction]:
    """Return the value for comparisons with a time that the user writes as `text`. None if it is no time."""
    if family.name == PERIOD:
        number = period_number(text, family.unit)
        return None if number is None else Fraction(number)
    length = _LENGTHS[family.name](text)
    return None if length is None else Fraction(length, nanoseconds_of(family.unit))


_LENGTHS: Dict[str, Callable[[str], Optional[int]]] = {
    MOMENT: nanoseconds,
    DURATION: duration_length,
    CLOCK: day_time,
}


def time_cell(number: int, family: Family) -> object:
    """Return the cell of a time that is counted in the family's unit."""
    if family.name == PERIOD:
        return period_text(number, family.unit)
    if family.name == MOMENT and family.unit == "D":
        return date_text(number)
    return _text_of(family)(number, family.unit)


def _text_of(family: Family) -> Callable[[int, str], str]:
    if family.name == MOMENT:
        return utc if family.is_utc else moment_text
    return time_delta if family.name == DURATION else time_text


def time_mean(total: int, count: int, family: Family) -> str:
    """Return the mean of times whose counts have this sum, to the nanosecond."""
    return _text_of(family)(total * nanoseconds_of(family.unit) // count, "ns")


def nearest(value: Fraction, sign: str) -> Tuple[str, int]:
    """Return a comparison with an integer that holds for the same integers as the comparison with `value`.

    If the sign is `=` or `!=`, callers have made sure that the result is exact.
    """
    below = math.floor(value)
    return (sign, below if sign in (">", "<=") else math.ceil(value))

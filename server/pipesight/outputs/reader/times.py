"""Moments, durations, times of the day and periods: the integers that they compare as, and their texts."""

from __future__ import annotations

import datetime
import re
from typing import Dict, NamedTuple, Optional, Tuple

from .dtypes import frequency_of, month_number, period, week_end

_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}

_SECOND = 10**9
_DAY = 86_400 * _SECOND
_YEAR = "(?:-?[0-9]{4,19}|-[0-9]{3})"  # pandas writes the year -5 with three digits, as -005
_MOMENT = re.compile(
    rf"(?P<year>{_YEAR})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_CLOCK = re.compile(r"(-)?([0-9]{1,19}):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,9}))?")
_DAYS = re.compile(r"(-?[0-9]{1,19}) days?,?(?: (?=[+0-9])\+?|$)")
_PARTS = re.compile(r"(?:[0-9]{1,12}(?:\.[0-9]{1,9})? ?(?:[a-zµ]+)(?: |$)?)+")
_PART = re.compile(r"([0-9]+)(?:\.([0-9]+))? ?([a-zµ]+)")
_LENGTHS: Dict[str, int] = {
    **dict.fromkeys(("week", "weeks", "w"), 7 * _DAY),
    **dict.fromkeys(("day", "days", "d"), _DAY),
    **dict.fromkeys(("hour", "hours", "hr", "h"), 3600 * _SECOND),
    **dict.fromkeys(("minute", "minutes", "min", "m"), 60 * _SECOND),
    **dict.fromkeys(("second", "seconds", "sec", "s"), _SECOND),
    **dict.fromkeys(("millisecond", "milliseconds", "ms"), 10**6),
    **dict.fromkeys(("microsecond", "microseconds", "us", "µs"), 10**3),
    **dict.fromkeys(("nanosecond", "nanoseconds", "ns"), 1),
}
_UNITS = {"h": 3600 * _SECOND, "m": 60 * _SECOND, "s": _SECOND, "ms": 10**6, "us": 10**3, "ns": 1}
_PERIOD = re.compile(rf"(?P<year>{_YEAR})(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


class _PeriodStart(NamedTuple):
    """The beginning of a period. `quarter` is set for `2024Q1`, `is_year` for `2024`."""

    year: int
    month: int
    nanoseconds: int
    quarter: int = 0
    is_year: bool = False


def nanoseconds_of(unit: str) -> int:
    """Return how many nanoseconds a unit of time has."""
    return _DAY if unit == "D" else _SECOND // _PER_SECOND[unit]


def nanoseconds(text: str) -> Optional[int]:
    """Return the nanoseconds since 1970 of a date or time in ISO text. Without a zone, it is in UTC."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    part = match.groupdict()
    try:
        days = _days(int(part["year"]), int(part["month"]), int(part["day"]))
        clock = datetime.time(int(part["hour"] or 0), int(part["minute"] or 0), int(part["second"] or 0))
    except ValueError:
        return None
    seconds = ((days * 24 + clock.hour) * 60 + clock.minute) * 60 + clock.second - _offset(part["zone"])
    return seconds * _SECOND + int((part["fraction"] or "").ljust(9, "0"))


def _days(year: int, month: int, day: int) -> int:
    """Return the days since 1970 of a date."""
    within, cycles = year % 400 + 2000, year // 400 - 5  # the calendar repeats every 400 years
    return (datetime.date(within, month, day) - datetime.date(1970, 1, 1)).days + cycles * 146_097


def _offset(zone: Optional[str]) -> int:
    if zone in (None, "Z"):
        return 0
    digits = zone[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if zone[0] == "-" else seconds


def clock_length(text: str) -> Optional[int]:
    """Return the nanoseconds of a time such as `14:30:05.5`, which may be longer than a day or negative."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    sign, hours, minutes, seconds, fraction = match.groups("")
    length = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * _SECOND + int(fraction.ljust(9, "0"))
    return -length if sign else length


def day_time(text: str) -> Optional[int]:
    """Return the nanoseconds since midnight of a time of the day, which may leave out its seconds."""
    text = text.strip()
    return clock_length(f"{text}:00" if text.count(":") == 1 else text)


def duration_length(text: str) -> Optional[int]:
    """Return the nanoseconds of a duration: `1 days 02:30:00` as pandas writes it, `00:05:00`, `5 min`, `1h 30m`."""
    text = text.strip().lower()
    days = _DAYS.match(text)
    if days is not None:
        rest = text[days.end() :]
        length = clock_length(rest) if rest else 0
        if length is not None and not rest.startswith("-"):
            return int(days.group(1)) * _DAY + length
    sign = -1 if text.startswith("-") else 1
    text = text[1:] if text.startswith(("+", "-")) else text
    length = None if text.startswith("-") else clock_length(text)
    return _sum_of_parts(text.strip(), sign) if length is None else sign * length


def _sum_of_parts(text: str, sign: int) -> Optional[int]:
    if not _PARTS.fullmatch(text):
        return None
    total = 0
    for whole, fraction, unit in _PART.findall(text):
        length = _LENGTHS.get(unit)
        if length is None:
            return None
        total += int(whole) * length + int(fraction or "0") * length // 10 ** len(fraction)
    return sign * total


def period_number(text: str, frequency: str) -> Optional[int]:
    """Return the period that holds the beginning of another one or of a time, as pandas counts it."""
    kind, end = frequency_of(frequency)
    start = _start_of(text.strip())
    if start is None or not kind:
        return None
    if kind == "Y":
        is_own = start.is_year or start.quarter  # such a text is a period of the frequency itself
        return start.year - 1970 + (not is_own and start.month > month_number(end))
    if kind == "Q":
        if start.quarter:
            return (start.year - 1970) * 4 + start.quarter - 1
        quarter = (start.month - month_number(end) - 1) % 12 // 3
        return (start.year + (start.month > month_number(end)) - 1970) * 4 + quarter
    if kind == "M":
        return (start.year - 1970) * 12 + start.month - 1
    days = start.nanoseconds // _DAY
    if kind == "W":
        return -((week_end(end) - days) // 7)
    return days if kind == "D" else start.nanoseconds // _UNITS[kind]


def _start_of(text: str) -> Optional[_PeriodStart]:
    text = text.partition("/")[0].strip()  # pandas writes a week as its first and its last day
    match = _PERIOD.fullmatch(text)
    if match is None:
        moment = nanoseconds(text)
        if moment is None:
            return None
        year, month = _year_and_month(text)
        return _PeriodStart(year, month, moment)
    year, quarter = int(match.group("year")), int(match.group("quarter") or 0)
    month = quarter * 3 - 2 if quarter else int(match.group("month") or 1)
    is_year = len(match.group("year")) == len(text)
    return _PeriodStart(year, month, _days(year, month, 1) * _DAY, quarter, is_year)


def _year_and_month(text: str) -> Tuple[int, int]:
    match = _MOMENT.fullmatch(text)
    assert match is not None
    return int(match.group("year")), int(match.group("month"))


def example_of_period(frequency: str) -> str:
    """Return how a period of a frequency is written, for messages."""
    number = period_number("2024-03-01", frequency)
    return str(period(0 if number is None else number, frequency))

"""The types of Parquet columns: the words for them, and cells out of stored values."""

from __future__ import annotations

import decimal
import functools
import operator
import struct
from typing import Any, Callable, NamedTuple, Optional

from . import parquet_format as form
from .dtypes import date_text, moment, scaled, time_text, utc, uuid_text
from .parquet_format import Element, Logical, TimeUnit

Convert = Callable[[Any], object]

_PHYSICAL = ("bool", "int32", "int64", "timestamp[ns]", "float", "double", "binary", "binary")
_CONVERTED_INTEGERS = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
_CONVERTED_UNITS = {
    form.TIME_MILLIS: TimeUnit("ms", False),
    form.TIME_MICROS: TimeUnit("us", False),
    form.TIMESTAMP_MILLIS: TimeUnit("ms", False),
    form.TIMESTAMP_MICROS: TimeUnit("us", False),
}
_GROUPS = {form.MAP: "map", form.MAP_KEY_VALUE: "map", form.LIST: "list"}
_JULIAN_1970 = 2440588


class Meaning(NamedTuple):
    """The word for a type, and what makes a cell of a stored value. Nested columns have no `convert`."""

    word: str
    convert: Optional[Convert]


def meaning_of(element: Element) -> Meaning:
    """Return the meaning of a column.

    Raises ValueError for a physical type that does not exist.
    """
    if element.is_group or element.repetition == form.REPEATED:
        return Meaning(_GROUPS.get(element.converted, "struct"), None)
    physical = element.physical
    if not 0 <= physical < len(_PHYSICAL) or (physical == form.FIXED_LEN_BYTE_ARRAY and element.length <= 0):
        raise ValueError("a column of a type that does not exist")
    return _logical(element) or Meaning(_PHYSICAL[physical], _int96 if physical == form.INT96 else same)


def _logical(element: Element) -> Optional[Meaning]:
    converted, logical = element.converted, element.logical
    if element.physical == form.BYTE_ARRAY and _is_text(element):
        return Meaning("string", _text)
    if converted == form.DECIMAL or Logical.DECIMAL in logical:
        return _decimal(element)
    if converted == form.DATE or Logical.DATE in logical:
        return Meaning("date", date_text)
    if Logical.UNKNOWN in logical:
        return Meaning("null", same)
    if Logical.UUID in logical:
        return Meaning("uuid", uuid_text)
    if Logical.FLOAT16 in logical:
        return Meaning("halffloat", _half)
    return _timestamp(element) or _time(element) or _integer(element)


def _is_text(element: Element) -> bool:
    texts = {Logical.STRING, Logical.ENUM, Logical.JSON}
    return element.converted in (form.UTF8, form.ENUM, form.JSON) or bool(element.logical.keys() & texts)


def _timestamp(element: Element) -> Optional[Meaning]:
    unit = element.unit(Logical.TIMESTAMP)
    if unit is None and element.converted in (form.TIMESTAMP_MILLIS, form.TIMESTAMP_MICROS):
        unit = _CONVERTED_UNITS[element.converted]
    if unit is None:
        return None
    word = f"timestamp[{unit.name}{', UTC' if unit.utc else ''}]"
    return Meaning(word, functools.partial(utc if unit.utc else moment, unit=unit.name))


def _time(element: Element) -> Optional[Meaning]:
    unit = element.unit(Logical.TIME)
    if unit is None and element.converted in (form.TIME_MILLIS, form.TIME_MICROS):
        unit = _CONVERTED_UNITS[element.converted]
    return None if unit is None else Meaning(f"time[{unit.name}]", functools.partial(time_text, unit=unit.name))


def _integer(element: Element) -> Optional[Meaning]:
    name = element.integer()
    if name is None and form.UINT_8 <= element.converted <= form.INT_64:
        name = _CONVERTED_INTEGERS[element.converted - form.UINT_8]
    if name is None or not name.startswith("uint"):
        return None if name is None else Meaning(name, same)
    return Meaning(name, functools.partial(operator.and_, 2 ** int(name[4:]) - 1))


def _decimal(element: Element) -> Meaning:
    is_bytes = element.physical in (form.BYTE_ARRAY, form.FIXED_LEN_BYTE_ARRAY)

    def convert(value: Any) -> decimal.Decimal:
        unscaled = int.from_bytes(value, "big", signed=True) if is_bytes else value
        return scaled(unscaled, element.scale)

    return Meaning(f"decimal({element.precision}, {element.scale})", convert)


def same(value: object) -> object:
    """Return a stored value that already is a cell."""
    return value


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _half(value: bytes) -> float:
    number: float = struct.unpack("<e", value)[0]
    return number


def _int96(value: bytes) -> str:
    nanoseconds, day = struct.unpack("<qi", value)
    return moment((day - _JULIAN_1970) * 86400 * 10**9 + nanoseconds, "ns")

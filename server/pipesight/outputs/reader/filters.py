"""Bind a condition to the columns of a table, as tests that mean the same in every engine.

A test of a missing cell is not true, and neither is its opposite, as in SQL. This module moves each `not` into the
tests below it. So an engine needs no third value beside true and false.
"""

from __future__ import annotations

import decimal
import re
from difflib import get_close_matches
from fractions import Fraction
from typing import List, NamedTuple, Optional, Sequence, Tuple, Union

from .bounds import clip
from .families import (
    DECIMAL,
    FLOAT,
    INTEGER,
    NUMBERS,
    OTHER,
    PERIOD,
    TEXT,
    TIMES,
    TRUTH,
    Family,
    example,
    nearest as nearest_integer,
    plural,
    sought,
)
from .predicates import (
    CellComparison,
    CellMembership,
    CellMissing,
    CellPattern,
    CellTruth,
    ColumnName,
    Condition,
    ConditionValue,
    Junction,
    Negation,
)
from .problem import Problem

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_NAMED = 8  # columns in a message


class Always(NamedTuple):
    """Holds for all rows, or for none."""

    value: bool


class PresenceTest(NamedTuple):
    """Holds if the cell is there, or if it is missing."""

    column: int
    is_held: bool


class ValueTest(NamedTuple):
    """Compares a cell with a value of the column's family: an integer for integers, decimals and moments."""

    column: int
    sign: str
    value: Union[int, float, str, bool]


class ColumnTest(NamedTuple):
    """Compares the cells of two columns. With `as_floats`, both are converted to floating-point numbers before."""

    column: int
    sign: str
    other: int
    as_floats: bool


class RangeTest(NamedTuple):
    """Holds if the cell is one of the values, or is none of them."""

    column: int
    values: Tuple[Union[int, float, str, bool], ...]
    is_among: bool


class TextTest(NamedTuple):
    """Holds if a regular expression matches the whole text, or does not. It means the same to Python and to RE2."""

    column: int
    regex: str
    is_matched: bool


class Several(NamedTuple):
    """Holds if all parts hold, or if any does."""

    is_all: bool
    parts: Tuple[Test, ...]


Test = Union[Always, PresenceTest, ValueTest, ColumnTest, RangeTest, TextTest, Several]


class TableColumn(NamedTuple):
    """A column that a condition may name."""

    name: str
    family: Family


def columns_of(test: Test) -> List[int]:
    """Return the columns whose cells a test reads."""
    if isinstance(test, Several):
        return sorted({column for part in test.parts for column in columns_of(part)})
    if isinstance(test, Always):
        return []
    return sorted({test.column, test.other}) if isinstance(test, ColumnTest) else [test.column]


def position(name: str, names: Sequence[str]) -> int:
    """Return the position of the first column with this name. Case counts only if two names differ only in case.

    Raises Problem, which names the closest column.
    """
    return positions(name, names)[0]


def positions(name: str, names: Sequence[str]) -> List[int]:
    """Return the positions of all columns with this name. Case counts only if two names differ only in case.

    Raises Problem, which names the closest column.
    """
    exact = [i for i, other in enumerate(names) if other == name]
    if exact:
        return exact
    alike = [i for i, other in enumerate(names) if other.lower() == name.lower()]
    if len({names[i] for i in alike}) == 1:
        return alike
    if name.lower() == "index" and "" in names:
        return [names.index("")]
    close = get_close_matches(name, names, 1) or get_close_matches(name.lower(), [n.lower() for n in names], 1)
    if close:
        meant = next(other for other in names if close[0] in (other, other.lower()))
        advice = f"Did you mean {clip(meant, 80)!r}?"
    else:
        named = [other for other in names if other]
        shown = ", ".join(repr(clip(other, 40)) for other in named[:_NAMED])
        advice = f"There are: {shown}{', ...' if len(named) > _NAMED else ''}. Text is in single quotes."
    raise Problem(f"The table has no column {clip(name, 80)!r}.", advice)


def bind(condition: Condition, columns: Sequence[TableColumn]) -> Test:
    """Return the test of a condition on these columns.

    Raises Problem if a column is missing, or is compared with a value of another kind.
    """
    return _TestMaker([column.name for column in columns], columns).test(condition, True)


class _TestMaker:
    def __init__(self, names: List[str], columns: Sequence[TableColumn]) -> None:
        self._names = names
        self._columns = columns

    def test(self, condition: Condition, wanted: bool) -> Test:
        """Return the test of a condition, or of its opposite."""
        if isinstance(condition, Negation):
            return self.test(condition.part, not wanted)
        if isinstance(condition, Junction):
            return Several(condition.is_all == wanted, tuple(self.test(part, wanted) for part in condition.parts))
        column = position(condition.column.name, self._names)
        if isinstance(condition, CellMissing):
            return PresenceTest(column, not wanted)
        if isinstance(condition, CellComparison):
            return self._comparison(column, condition, wanted)
        if isinstance(condition, CellMembership):
            return self._membership(column, condition, wanted)
        if isinstance(condition, CellPattern):
            return self._pattern(column, condition, wanted)
        return self._truth(column, condition, wanted)

    def _family(self, column: int) -> Family:
        return self._columns[column].family

    def _wrong(self, column: int, advice: str) -> Problem:
        held = plural(self._family(column))
        return Problem(f"The column {clip(self._names[column], 80)!r} holds {held}.", advice)

    def _truth(self, column: int, condition: CellTruth, wanted: bool) -> Test:
        if self._family(column).name != TRUTH:
            raise self._wrong(column, "Compare it with something: `and`, `or` and `not` join comparisons.")
        return ValueTest(column, "=", wanted)

    def _pattern(self, column: int, condition: CellPattern, wanted: bool) -> Test:
        if self._family(column).name != TEXT:
            raise self._wrong(column, "`like` and `contains` look into text only. Use = < > or `in`.")
        return TextTest(column, _regex(condition), wanted)

    def _comparison(self, column: int, condition: CellComparison, wanted: bool) -> Test:
        sign = condition.sign if wanted else _OPPOSITE[condition.sign]
        if isinstance(condition.other, ColumnName):
            return self._columns_test(column, sign, position(condition.other.name, self._names))
        if self._family(column).name == TRUTH and sign not in ("=", "!="):
            raise self._wrong(column, "Compare it with = or !=.")
        return self._value_test(column, sign, condition.other)

    def _columns_test(self, column: int, sign: str, other: int) -> Test:
        left, right = self._family(column).name, self._family(other).name
        are_numbers = left in NUMBERS and right in NUMBERS
        units = {self._family(place).unit for place in (column, other) if left == PERIOD}
        if OTHER in (left, right) or (left != right and not are_numbers) or len(units) > 1:
            what = f"{clip(self._names[other], 80)!r} holds {plural(self._family(other))}."
            raise self._wrong(column, f"{what} They cannot be compared.")
        if left == TRUTH and sign not in ("=", "!="):
            raise self._wrong(column, "Compare it with = or !=.")
        return ColumnTest(column, sign, other, are_numbers and not (left == right == INTEGER))

    def _membership(self, column: int, condition: CellMembership, wanted: bool) -> Test:
        tests = [self._value_test(column, "=", value) for value in condition.values]
        values = tuple(test.value for test in tests if isinstance(test, ValueTest))
        if values:
            return RangeTest(column, values, wanted)
        return Always(False) if wanted else PresenceTest(column, True)

    def _value_test(self, column: int, sign: str, value: ConditionValue) -> Test:
        family = self._family(column)
        if family.name in (INTEGER, DECIMAL):
            return _integer_test(column, sign, Fraction(self._number(column, value)) * 10**family.scale, family)
        if family.name == FLOAT:
            return ValueTest(column, sign, float(self._number(column, value)))
        if family.name in TIMES:
            return _integer_test(column, sign, self._time(column, value), family)
        if family.name == OTHER:
            raise self._wrong(column, "They can only be tested with `is null` and `is not null`.")
        if family.name == TRUTH and not isinstance(value, bool):
            raise self._wrong(column, "Compare it with true or false.")
        if family.name == TEXT and not isinstance(value, str):
            shown = str(value).lower() if isinstance(value, bool) else value
            raise self._wrong(column, f"Write the value in single quotes: '{clip(str(shown), 40)}'.")
        assert isinstance(value, (str, bool))
        return ValueTest(column, sign, value)

    def _number(self, column: int, value: ConditionValue) -> decimal.Decimal:
        if isinstance(value, decimal.Decimal):
            return value
        raise self._wrong(column, "Compare it with a number, without quotes.")

    def _time(self, column: int, value: ConditionValue) -> Fraction:
        family = self._family(column)
        number = sought(value, family) if isinstance(value, str) else None
        if number is None:
            raise self._wrong(column, f"Write one like this: {example(family)}.")
        return number


def _integer_test(column: int, sign: str, value: Fraction, family: Family) -> Test:
    """Return the test of an integer column against any number, which may be fractional or out of range."""
    if sign in ("=", "!=") and value.denominator != 1:
        return Always(False) if sign == "=" else PresenceTest(column, True)
    sign, number = nearest_integer(value, sign)
    if family.low <= number <= family.high:
        return ValueTest(column, sign, number)
    is_above = number > family.high
    holds = sign == "!=" or (sign in ("<", "<=") if is_above else sign in (">", ">="))
    return PresenceTest(column, True) if holds else Always(False)


def _regex(condition: CellPattern) -> str:
    if not condition.is_like:
        return f"(?s).*{_quoted(condition.text)}.*"
    wild = {"%": ".*", "_": "."}
    text = re.sub("%+", "%", condition.text)
    return "(?s)" + "".join(wild.get(character) or _quoted(character) for character in text)


def _quoted(text: str) -> str:
    """Escape a text for Python's regular expressions and for RE2."""
    return "".join(
        character if character.isalnum() or ord(character) > 127 else f"\\x{ord(character):02x}" for character in text
    )


def whole_test(text: str, columns: Sequence[TableColumn]) -> Optional[Test]:
    """Return the test that a condition's text writes, None for an empty one."""
    from .predicates import parse

    return bind(parse(text), columns) if text.strip() else None

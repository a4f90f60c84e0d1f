"""Detect the types of columns in files without types, such as CSV and JSON lines."""

from __future__ import annotations

import re
import sys
from typing import Any, Callable, Dict, Iterator, List, Mapping, Sequence, Tuple

from .families import FLOAT, INTEGER, OTHER, TEXT, TRUTH, Family, family_of

_MISSING = ("", "nan", "NaN")  # cells of CSV that stand for a missing value in every column
# Words that pandas also reads as missing values. In a column of texts they stay texts: NA is the code of Namibia.
_NO_VALUE = {
    "NA", "N/A", "n/a", "<NA>", "#N/A", "#NA", "#N/A N/A", "NULL", "null", "None", "-nan", "-NaN", "1.#IND", "1.#QNAN",
    "-1.#IND", "-1.#QNAN",
}  # fmt: skip
_WORDS = {FLOAT: "double", TRUTH: "bool", TEXT: "string", OTHER: "object"}
_NUMBER = re.compile(
    r" *(?:[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?|[+-]?inf(?:inity)?) *", re.IGNORECASE
)
_WHOLE = re.compile(r" *[+-]?[0-9]{1,400} *")
_INTEGERS = ("int64", "uint64")


class Untyped:
    """The detection of a column's type from its cells: integers, numbers, booleans, texts or a mixture.

    All cells of CSV are texts (`are_texts`) and may mean numbers. A text of JSON is always a text.
    """

    def __init__(self, are_texts: bool) -> None:
        self._are_texts = are_texts
        self._may_be: Tuple[str, ...] = (INTEGER, FLOAT, TRUTH, TEXT)
        self._is_empty = True
        self._low = self._high = 0

    def add(self, values: Sequence[Any]) -> None:
        """Add more cells of the column."""
        held = [value for value in values if not self._is_missing(value, self._are_texts)]
        reads = _TEXTS if self._are_texts else _VALUES
        if held:
            self._is_empty = False
            self._may_be = tuple(_narrowed(self._may_be, held, reads))
        if held and self._may_be[:1] == (INTEGER,):
            numbers = list(map(int, held))
            self._low, self._high = min(self._low, *numbers), max(self._high, *numbers)

    def _is_missing(self, value: object, has_words: bool) -> bool:
        return value is None or (self._are_texts and (value in _MISSING or (has_words and value in _NO_VALUE)))

    @property
    def family(self) -> Family:
        """The family that all cells so far belong to."""
        if self._is_empty:
            return Family(TEXT)
        if not self._may_be:
            return Family(OTHER)
        return self._integers() if self._may_be[0] == INTEGER else Family(self._may_be[0])

    def _integers(self) -> Family:
        """Return the type that holds all integers. If there is none, they are texts, as in pandas."""
        for family in map(family_of, _INTEGERS):
            if family.low <= self._low and self._high <= family.high:
                return family
        return Family(TEXT if self._are_texts else OTHER)

    @property
    def word(self) -> str:
        """The word for the column's type."""
        family = self.family
        return _INTEGERS[family.low == 0] if family.name == INTEGER else _WORDS[family.name]

    def cells(self, values: Sequence[Any]) -> List[Any]:
        """Return the cells as values of the family."""
        family = self.family.name
        convert = _MAKES.get(family) if self._are_texts else None
        held = [None if self._is_missing(value, family != TEXT) else value for value in values]
        return held if convert is None else [None if value is None else convert(value) for value in held]


def _narrowed(
    may_be: Sequence[str], held: Sequence[Any], reads: Mapping[str, Callable[[Any], object]]
) -> Iterator[str]:
    """Yield the families that all cells may belong to. A text always stays one, and an integer is also a number."""
    is_integer = False
    for name in may_be:
        is_implied = reads is _TEXTS and (name == TEXT or (name == FLOAT and is_integer))
        if is_implied or all(map(reads[name], held)):
            is_integer = is_integer or name == INTEGER
            yield name


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_integer_of_float(value: Any) -> bool:
    """Return whether a float can represent the integer, which has to be less than about 1.8e308."""
    return _is_integer(value) and abs(value) <= sys.float_info.max


_TEXTS: Dict[str, Callable[[str], object]] = {
    INTEGER: _WHOLE.fullmatch,
    FLOAT: _NUMBER.fullmatch,
    TRUTH: lambda text: text.lower() in ("true", "false"),
    TEXT: lambda _: True,
}
_VALUES: Dict[str, Callable[[object], bool]] = {
    INTEGER: _is_integer,
    FLOAT: lambda value: isinstance(value, float) or _is_integer_of_float(value),
    TRUTH: lambda value: isinstance(value, bool),
    TEXT: lambda value: isinstance(value, str),
}
_MAKES: Dict[str, Callable[[str], object]] = {INTEGER: int, FLOAT: float, TRUTH: lambda text: text.lower() == "true"}


def is_number_text(text: str) -> bool:
    """Return True for a text that is a number."""
    return _NUMBER.fullmatch(text) is not None

"""Parse a condition on the rows of a table, such as `age > 40 and plan = 'pro'`, into a tree."""

from __future__ import annotations

import decimal
import re
from typing import Iterator, List, NamedTuple, Tuple, Union

from .bounds import clip
from .problem import Problem

_LONGEST = 10_000  # characters of a condition
_DEEPEST = 50  # parentheses inside each other
_EXPONENT = 400  # the largest exponent of a number. No number of a table has a larger one
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<word>[^\W\d][\w.]*)
    |(?P<sign><=|>=|<>|!=|==|&&|\|\||[-+=<>(),&|~!])
    )""",
    re.VERBOSE,
)
_COMPARING = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_WORDS = {"and", "or", "not", "in", "is", "null", "like", "contains", "between", "true", "false"}
_INSTEAD = {"&&": "and", "&": "and", "||": "or", "|": "or", "~": "not", "!": "not"}

ConditionValue = Union[str, bool, decimal.Decimal]


class ColumnName(NamedTuple):
    """A column, as the condition writes it."""

    name: str


class CellComparison(NamedTuple):
    """A column compared with a value or with another column. `sign` is one of `= != < <= > >=`."""

    column: ColumnName
    sign: str
    other: Union[ColumnName, ConditionValue]


class CellMembership(NamedTuple):
    """A column that is one of some values."""

    column: ColumnName
    values: Tuple[ConditionValue, ...]


class CellMissing(NamedTuple):
    """A column without a value."""

    column: ColumnName


class CellPattern(NamedTuple):
    """A column of text that is like a pattern of SQL (`%` and `_`), or contains a text."""

    column: ColumnName
    text: str
    is_like: bool


class CellTruth(NamedTuple):
    """A column of booleans that is true."""

    column: ColumnName


class Negation(NamedTuple):
    """The opposite of a condition."""

    part: Condition


class Junction(NamedTuple):
    """Several conditions: all of them hold, or at least one."""

    is_all: bool
    parts: Tuple[Condition, ...]


Condition = Union[CellComparison, CellMembership, CellMissing, CellPattern, CellTruth, Negation, Junction]


class _Lexeme(NamedTuple):
    kind: str  # text, quoted, number, word (a name), key (a reserved word), sign, end
    text: str


def parse(text: str) -> Condition:
    """Parse the text of a condition.

    Raises Problem, which says what cannot be read and how to write a condition.
    """
    if len(text) > _LONGEST:
        raise Problem(f"The condition has more than {_LONGEST:,} characters.", "Write a shorter one.")
    return _ConditionParser(text).whole()


def _tokens(text: str) -> Iterator[_Lexeme]:
    place = 0
    end = len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unreadable(text[place:].lstrip())
        kind = str(match.lastgroup)
        found = match.group(kind)
        if kind == "word" and found.lower() in _WORDS:
            yield _Lexeme("key", found.lower())
        elif kind in ("text", "quoted"):
            yield _Lexeme(kind, found[1:-1].replace(found[0] * 2, found[0]))
        else:
            yield _Lexeme(kind, found)
        place = match.end()
    yield _Lexeme("end", "")


def _unreadable(rest: str) -> Problem:
    if rest[:1] in ("'", '"', "`"):
        return _wrong(f"The quote {rest[0]} is not closed in {clip(rest, 40)}.")
    return _wrong(f"{clip(rest, 40)!r} cannot be read.")


def _wrong(text: str) -> Problem:
    return Problem(
        f"The condition is not valid. {text}",
        "Write it like this: age > 40 and plan = 'pro'. Text is in single quotes. A column whose name is not one word "
        "is in double quotes.",
    )


class _ConditionParser:
    """The parser of the tokens of one condition, from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: List[_Lexeme] = list(_tokens(text))
        self._place = 0
        self._depth = 0

    def whole(self) -> Condition:
        """Return the condition that all tokens make."""
        condition = self._any()
        if self._next.kind != "end":
            raise self._unexpected("`and`, `or` or the end")
        return condition

    @property
    def _next(self) -> _Lexeme:
        return self._tokens[self._place]

    def _take(self) -> _Lexeme:
        token = self._next
        self._place += token.kind != "end"
        return token

    def _taken(self, *texts: str) -> bool:
        """Take the next token if it is this key or sign."""
        if self._next.kind not in ("key", "sign") or self._next.text not in texts:
            return False
        self._place += 1
        return True

    def _unexpected(self, wanted: str) -> Problem:
        token = self._next
        if token.kind == "sign" and token.text in _INSTEAD:
            return _wrong(f"Write `{_INSTEAD[token.text]}` instead of `{token.text}`.")
        if token.kind == "end":
            return _wrong(f"It ends where {wanted} is expected.")
        return _wrong(f"{clip(token.text, 40)!r} stands where {wanted} is expected.")

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._taken("or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Junction(False, tuple(parts))

    def _all(self) -> Condition:
        parts = [self._negation()]
        while self._taken("and"):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else Junction(True, tuple(parts))

    def _negation(self) -> Condition:
        is_negated = False
        while self._taken("not"):
            is_negated = not is_negated
        part = self._group() if self._taken("(") else self._test()
        return Negation(part) if is_negated else part

    def _group(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _wrong(f"It has more than {_DEEPEST} parentheses inside each other.")
        condition = self._any()
        if not self._taken(")"):
            raise self._unexpected("`)`")
        self._depth -= 1
        return condition

    def _test(self) -> Condition:
        left = self._operand()
        if self._next.kind == "sign" and self._next.text in _COMPARING:
            return self._comparison(left)
        if not isinstance(left, ColumnName):
            raise self._unexpected("a comparison")
        if self._taken("is"):
            is_negated = self._taken("not")
            if not self._taken("null"):
                raise self._unexpected("`null`")
            return Negation(CellMissing(left)) if is_negated else CellMissing(left)
        is_negated = self._taken("not")
        if self._next.text in ("in", "like", "contains", "between") and self._next.kind == "key":
            test = self._worded(left)
            return Negation(test) if is_negated else test
        if is_negated:
            raise self._unexpected("`in`, `like`, `contains` or `between`")
        return CellTruth(left)

    def _comparison(self, left: Union[ColumnName, ConditionValue]) -> Condition:
        sign = _COMPARING[self._take().text]
        if self._next == _Lexeme("key", "null"):
            raise _wrong("Nothing equals null. Write `is null` or `is not null`.")
        right = self._operand()
        if isinstance(left, ColumnName):
            return CellComparison(left, sign, right)
        if isinstance(right, ColumnName):
            return CellComparison(right, _MIRRORED[sign], left)
        raise _wrong("A comparison needs a column. A column whose name is not one word is in double quotes.")

    def _worded(self, column: ColumnName) -> Condition:
        word = self._take().text
        if word == "in":
            return CellMembership(column, tuple(self._values()))
        if word == "between":
            low = self._value()
            if not self._taken("and"):
                raise self._unexpected("`and`")
            return Junction(True, (CellComparison(column, ">=", low), CellComparison(column, "<=", self._value())))
        if self._next.kind != "text":
            raise self._unexpected("a text in single quotes")
        return CellPattern(column, self._take().text, word == "like")

    def _values(self) -> Iterator[ConditionValue]:
        if not self._taken("("):
            raise self._unexpected("`(`")
        yield self._value()
        while self._taken(","):
            yield self._value()
        if not self._taken(")"):
            raise self._unexpected("`,` or `)`")

    def _operand(self) -> Union[ColumnName, ConditionValue]:
        if self._next.kind in ("word", "quoted"):
            return ColumnName(self._take().text)
        return self._value("a column or a value")

    def _value(self, wanted: str = "a value") -> ConditionValue:
        token = self._next
        if token.kind == "text":
            return self._take().text
        if token.kind == "key" and token.text in ("true", "false"):
            return self._take().text == "true"
        is_negative = self._taken("-")
        if not is_negative:
            self._taken("+")
        if self._next.kind != "number":
            raise self._unexpected(wanted)
        return _number(self._take().text, is_negative)


def _number(text: str, is_negative: bool) -> decimal.Decimal:
    value = decimal.Decimal(text)
    if len(text) > _EXPONENT or (value and abs(value.adjusted()) > _EXPONENT):
        raise _wrong(f"The number {clip(text, 40)} is too large or too small.")
    return value.copy_negate() if is_negative else value

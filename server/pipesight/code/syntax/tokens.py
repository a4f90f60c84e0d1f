"""Split Python source text into tokens, tolerating half-typed code."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple


class TokenType(IntEnum):
    """The type of a token."""

    NAME = 1
    NUMBER = 2
    STRING = 3
    OPERATOR = 4
    END = 5


class Token(NamedTuple):
    """A piece of text from offset `start` up to `end`. `closed` is False for a string without its closing quote."""

    type: TokenType
    text: str
    start: int
    end: int
    closed: bool = True


# An unclosed string ends before a closing bracket or comma, which most likely belongs to the code around the string:
# `run.get_step("tr)`.
_UNCLOSED = r"(?:[^{quote}\\\n)\]}},]|\\.)*"
STRING_PATTERN = (
    r"(?P<prefix>[rRbBuUfFtT]{0,2})"
    r"(?P<quote>\"\"\"|'''|\"|')"
)
STRING = re.compile(STRING_PATTERN)
_PIECE = re.compile(
    r"[ \t\f\r\n\\]*(?:#[^\n]*|\{%[^\n]*?%\}"
    rf"|(?P<string>{STRING_PATTERN})"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<number>0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJ]?)"
    r"|(?P<operator>\*\*=?|//=?|>>=?|<<=?|->|:=|\.\.\.|[-+*/%@&|^=<>!~]=|[-+*/%@&|^=<>~.,:;()\[\]{}])"
    r"|.|\Z)"
)
_TYPES = {"name": TokenType.NAME, "number": TokenType.NUMBER, "operator": TokenType.OPERATOR}
_BODY = {
    "'": re.compile(r"(?:[^'\\\n]|\\.|\\\n)*", re.DOTALL),
    '"': re.compile(r'(?:[^"\\\n]|\\.|\\\n)*', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*', re.DOTALL),
}
_CUT = {quote: re.compile(_UNCLOSED.format(quote=quote), re.DOTALL) for quote in "'\""}
_FIRST_LINE = re.compile(r"[^\n]*")
_FORMATTED = re.compile(r"[{}()\[\]'\"\\\n:!]")
_CLOSER = re.compile(r"[)\]}]")


def tokens(text: str) -> list[Token]:
    """Return the tokens of one logical line without whitespace, comments, template tags and unknown characters."""
    found = _scan(text, None)
    if found[-1].type is not TokenType.END or all(token.closed for token in found):
        return found
    return _repaired(text, found)


def string_end(text: str, match: re.Match[str]) -> tuple[int, bool]:
    """Return the end of the string that `match` (of `STRING`) opens, and whether its closing quote is there."""
    quote, start = match["quote"], match.end()
    if is_formatted(match["prefix"].lower()):
        end, _ = _scan_formatted(text, start, len(text), quote)
        if end is not None:
            return end + len(quote), True
    body = _BODY[quote].match(text, start)
    end = body.end() if body else start
    if text.startswith(quote, end):
        return end + len(quote), True
    cut = (_FIRST_LINE if len(quote) == 3 else _CUT[quote]).match(text, start)
    return (cut.end() if cut else start), False


def _scan(text: str, cut_at: int | None) -> list[Token]:
    """Return the tokens of `text`. Take the string that starts at `cut_at` as unclosed."""
    found: list[Token] = []
    position, size = 0, len(text)
    while position < size:
        match = _PIECE.match(text, position)
        if match is None:
            break
        position = match.end()
        group = match.lastgroup
        if group is None:
            continue
        start = match.start(group)
        if group != "string":
            found.append(Token(_TYPES[group], match[group], start, position))
        else:
            if start == cut_at and match["quote"] in _CUT:
                cut = _CUT[match["quote"]].match(text, position)
                position, closed = (cut.end() if cut else position), False
            else:
                position, closed = string_end(text, match)
            found.append(Token(TokenType.STRING, text[start:position], start, position, closed))
    found.append(Token(TokenType.END, "", size, size))
    return found


def _repaired(text: str, found: list[Token]) -> list[Token]:
    """Find the string whose missing closing quote makes every later string look inverted: `a["b].c["d"]`."""
    for token in found:
        if token.type is TokenType.STRING and token.closed and _CLOSER.search(token.text):
            other = _scan(text, token.start)
            if sum(not each.closed for each in other) == 1:
                return other
    return found


class Field(NamedTuple):
    """A replacement field of an f-string, from its `{` up to behind its `}`."""

    start: int
    expression_end: int
    end: int

    def is_plain(self, text: str) -> bool:
        """Return whether the field formats its value as `str` does: no `=`, no conversion but `!s`, no format."""
        return text[self.expression_end : self.end] in ("}", "!s}") and text[self.expression_end - 1] != "="


def is_formatted(prefix: str) -> bool:
    """Return whether a literal with this prefix in lower case is an f-string or a t-string."""
    return "f" in prefix or "t" in prefix


def replacement_fields(text: str, start: int, end: int) -> list[Field]:
    """Return the fields of an f-string whose content lies from `start` to `end`."""
    return _scan_formatted(text, start, end, None)[1]


def _scan_formatted(text: str, start: int, limit: int, quote: str | None) -> tuple[int | None, list[Field]]:
    """Scan the content of an f-string, whose fields may hold strings with the same quotes.

    Return the offset of the closing `quote` and the fields. Without `quote` the content ends at `limit`.
    The offset is None if the f-string does not end.
    """
    fields: list[Field] = []
    position = start
    while match := _FORMATTED.search(text, position, limit):
        character, at = match[0], match.start()
        position = at + 1
        if character == "\\":
            position += 1
        elif character == "{" and not text.startswith("{{", at):
            field = _scan_field(text, at, limit, strict=quote is not None)
            if field is None:
                return None, fields
            fields.append(field)
            position = field.end
        elif character in "{}" and text.startswith(character * 2, at):
            position += 1
        elif quote is not None and text.startswith(quote, at):
            return at, fields
        elif character == "\n" and quote is not None and len(quote) == 1:
            return None, fields
    return None, fields


def _scan_field(text: str, start: int, limit: int, *, strict: bool) -> Field | None:
    """Scan the field that opens at `start`. If it does not end, it reaches `limit`, or is None if `strict`."""
    depth, position, expression_end = 0, start + 1, -1
    while match := _FORMATTED.search(text, position, limit):
        character, at = match[0], match.start()
        position = at + 1
        if character == "\\":
            position += 1
        elif character in "'\"":
            inner = STRING.match(text, at)
            end, closed = string_end(text, inner) if inner else (position, True)
            if strict and not closed:
                return None
            position = max(position, min(end, limit))
        elif character in "([{":
            depth += 1
        elif character == "}" and depth == 0:
            return Field(start, at if expression_end < 0 else expression_end, position)
        elif character in ")]}":
            depth -= 1
        elif character in ":!" and depth == 0 and expression_end < 0 and text[at : at + 2] != "!=":
            expression_end = at
    return None if strict else Field(start, limit if expression_end < 0 else expression_end, limit)

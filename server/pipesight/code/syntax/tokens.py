"""Python source text to tokens, forgiving what is half typed."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple


class Type(IntEnum):
    """What a token is."""

    NAME = 1
    NUMBER = 2
    STRING = 3
    OPERATOR = 4
    END = 5


class Token(NamedTuple):
    """A piece of text from offset `start` up to `end`. `closed` is False for a string without its closing quote."""

    type: Type
    text: str
    start: int
    end: int
    closed: bool = True


# An unclosed string ends before what most likely belongs to the code around it: `run.get_step("tr)`.
_UNCLOSED = r"(?:[^{quote}\\\n)\]}},]|\\.)*"
STRING = (
    r"(?P<prefix>[rRbBuUfFtT]{0,2})"
    r"(?P<quote>\"\"\"|'''|\"|')"
)
_STRING = re.compile(STRING)
_PIECE = re.compile(
    r"[ \t\f\r\n\\]+|#[^\n]*|\{%[^\n]*?%\}"
    rf"|(?P<string>{STRING})"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<number>0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJ]?)"
    r"|(?P<operator>\*\*=?|//=?|>>=?|<<=?|->|:=|\.\.\.|[-+*/%@&|^=<>!~]=|[-+*/%@&|^=<>~.,:;()\[\]{}])"
    r"|."
)
_BODY = {
    "'": re.compile(r"(?:[^'\\\n]|\\.|\\\n)*", re.DOTALL),
    '"': re.compile(r'(?:[^"\\\n]|\\.|\\\n)*', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*', re.DOTALL),
}
_CUT = {quote: re.compile(_UNCLOSED.format(quote=quote), re.DOTALL) for quote in "'\""}
_FIRST_LINE = re.compile(r"[^\n]*")
_FORMATTED = re.compile(r"[{}'\"\\\n]")
_CLOSER = re.compile(r"[)\]}]")


def tokens(text: str) -> list[Token]:
    """The tokens of one logical line. Whitespace, comments, tags of templates and unknown characters are left out."""
    found = _scan(text, None)
    if found[-1].type is not Type.END or all(token.closed for token in found):
        return found
    return _repaired(text, found)


def string_end(text: str, match: re.Match[str]) -> tuple[int, bool]:
    """Where the string that `match` (of `STRING`) opens ends, and whether its closing quote is there."""
    quote, start = match["quote"], match.end()
    if "f" in match["prefix"].lower() or "t" in match["prefix"].lower():
        end = _formatted_end(text, start, quote)
        if end is not None:
            return end, True
    body = _BODY[quote].match(text, start)
    end = body.end() if body else start
    if text.startswith(quote, end):
        return end + len(quote), True
    cut = (_FIRST_LINE if len(quote) == 3 else _CUT[quote]).match(text, start)
    return (cut.end() if cut else start), False


def _scan(text: str, cut_at: int | None) -> list[Token]:
    """Tokens of `text`; the string that starts at `cut_at` is taken as unclosed."""
    found: list[Token] = []
    position, size = 0, len(text)
    while position < size:
        match = _PIECE.match(text, position)
        if match is None:
            break
        position = match.end()
        group = match.lastgroup
        if group == "name":
            found.append(Token(Type.NAME, match[0], match.start(), position))
        elif group == "operator":
            found.append(Token(Type.OPERATOR, match[0], match.start(), position))
        elif group == "number":
            found.append(Token(Type.NUMBER, match[0], match.start(), position))
        elif group == "string":
            start = match.start()
            if start == cut_at and match["quote"] in _CUT:
                cut = _CUT[match["quote"]].match(text, position)
                position, closed = (cut.end() if cut else position), False
            else:
                position, closed = string_end(text, match)
            found.append(Token(Type.STRING, text[start:position], start, position, closed))
    found.append(Token(Type.END, "", size, size))
    return found


def _repaired(text: str, found: list[Token]) -> list[Token]:
    """Looks for the one string whose missing quote turned all later strings inside out: `a["b].c["d"]`."""
    for token in found:
        if token.type is Type.STRING and token.closed and _CLOSER.search(token.text):
            other = _scan(text, token.start)
            if sum(not each.closed for each in other) == 1:
                return other
    return found


def _formatted_end(text: str, start: int, quote: str) -> int | None:
    """The end of an f-string, whose fields may hold strings with the same quotes; None if it does not end."""
    depth, position = 0, start
    while match := _FORMATTED.search(text, position):
        character, at = match[0], match.start()
        position = at + 1
        if character == "\\":
            position += 1
        elif character == "\n":
            if len(quote) == 1 and depth == 0:
                return None
        elif character == "{":
            if depth == 0 and text.startswith("{{", at):
                position += 1
            else:
                depth += 1
        elif character == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            if text.startswith(quote, at):
                return at + len(quote)
        else:
            inner = _STRING.match(text, at)
            if inner is None:
                return None
            if len(quote) == 1 and inner["quote"] == quote and "\n" in text[at:] and depth == 0:
                return None
            position, closed = string_end(text, inner)
            if not closed:
                return None
    return None

"""Compute the values of literals: strings with escapes, and numbers."""

from __future__ import annotations

import re
import sys
from math import nan

from .tokens import is_formatted
from .tree import String

_ESCAPE = re.compile(
    r"\\(?:(?P<code>x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3})|(?P<letter>.))", re.DOTALL
)
_ESCAPES = {**dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True)), "\\": "\\", "'": "'", '"': '"', "\n": ""}


def content_of(text: str, literal: String) -> str:
    """Return the value of a literal: its text without escapes and without doubled braces."""
    content = _unescaped(text[literal.inner_start : literal.inner_end], "r" in literal.prefix)
    return content.replace("{{", "{").replace("}}", "}") if is_formatted(literal.prefix) else content


def _unescaped(text: str, raw: bool) -> str:
    return text if raw or "\\" not in text else _ESCAPE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code, letter = match["code"], match["letter"]
    if code:
        value = int(code[1:], 16) if code[0] in "xuU" else int(code, 8)
        return chr(value) if value < sys.maxunicode else match[0]
    return _ESCAPES.get(letter, match[0])


def number_of(text: str) -> int | float:
    """Return the value of a number, NaN for one that `int` does not read."""
    try:
        return int(text, 0)
    except ValueError:
        return nan

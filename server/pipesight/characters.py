"""Characters that steer a terminal, reorder text or hide in it: spelled out for people, escaped in code and JSON."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 control codes, but for tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings and isolates of the bidirectional algorithm
    "\u00ad\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # of no width
    "\u2028\u2029"  # line and paragraph separator
    "\ud800-\udfff"  # halves of a surrogate pair, which no encoding of text carries
    "\U000e0000-\U000e0fff"  # tags and variation selectors, which can carry a text that nobody sees
    "]"
)
_HIDDEN_IN_STRING = re.compile(f"[\t\n]|{_HIDDEN.pattern}")


def visible(text: str, *, one_line: bool = False) -> str:
    """Spell out control codes and characters that reorder or hide others: ESC becomes a backslash and `x1b`.

    Newlines and tabs stay, unless the text must fit `one_line`.
    """
    if one_line:
        text = text.replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎").replace("\t", " ")
    return _HIDDEN.sub(_escape, text.replace("\r\n", "\n"))


def escaped_in_code(text: str) -> str:
    """Replace the same characters, newlines and tabs by the escapes of a Python string."""
    return _HIDDEN_IN_STRING.sub(_escape, text)


def escaped_in_json(document: str) -> str:
    """Replace the same characters in the strings of a JSON document by its own escapes. Its value stays the same."""
    return _HIDDEN.sub(_json_escape, document)


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")


def _json_escape(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))

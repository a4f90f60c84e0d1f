"""Replace characters that control a terminal, reorder text or are invisible, in text for people, code and JSON."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 control codes, except tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings and isolates of the bidirectional algorithm
    "\u00ad\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # characters without width
    "\u2028\u2029"  # line and paragraph separator
    "\ud800-\udfff"  # halves of a surrogate pair, which no text encoding can represent
    "\U000e0000-\U000e0fff"  # tags and variation selectors, which can encode an invisible text
    "]"
)
_HIDDEN_IN_STRING = re.compile(f"[\t\n]|{_HIDDEN.pattern}")


def visible(text: str, *, one_line: bool = False) -> str:
    r"""Spell out control codes and invisible or reordering characters as escapes, such as `\x1b` for ESC.

    Newlines and tabs stay. With `one_line`, a newline becomes `⏎`, and a tab becomes a space.
    """
    if one_line:
        text = text.replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎").replace("\t", " ")
    return _HIDDEN.sub(_escape, text.replace("\r\n", "\n"))


def escaped_in_code(text: str) -> str:
    """Replace the same characters, and newlines and tabs, by the escapes of a Python string."""
    return _HIDDEN_IN_STRING.sub(_escape, text)


def escaped_in_json(document: str) -> str:
    """Replace the same characters in the strings of a JSON document by JSON escapes, which keep its value."""
    return _HIDDEN.sub(_json_escape, document)


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")


def _json_escape(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))

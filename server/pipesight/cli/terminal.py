"""What a terminal can show: the characters of its encoding, colours where they are wanted, JSON for programs."""

from __future__ import annotations

import codecs
import io
import json
import os
import sys

_PLAIN = {
    "✓": "+",
    "✗": "x",
    "≡": "=",
    "·": "-",
    "×": "x",
    "…": "...",
    "“": '"',
    "”": '"',
    "⏎": "\\n",
    "⚠": "!",
}


def prepare() -> None:
    """From now on characters that standard output or error cannot encode are replaced by some that they can."""
    codecs.register_error("pipesight", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="pipesight")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    unknown = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in unknown), error.end


def print_json(value: object) -> None:
    """One line of JSON, which any encoding can carry."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(value, ensure_ascii=not is_unicode, default=str))


def bold(text: str) -> str:
    """A heading."""
    return _styled(text, 1) if _has_colours() else f"== {text}"


def dim(text: str) -> str:
    """Something said aside."""
    return _styled(text, 2) if _has_colours() else text


def _styled(text: str, code: int) -> str:
    return f"\033[{code}m{text}\033[0m"


def _has_colours() -> bool:
    """Whether a person looks on who did not ask for plain text (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

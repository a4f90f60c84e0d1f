"""Compares two texts line by line."""

from __future__ import annotations

import difflib
from typing import Dict

from .bounds import clip

_LINES = 3000  # of a text that are compared
_SHOWN = 400  # lines of a patch that an answer carries
_LINE = 400  # characters


def text_changes(left: str, right: str) -> Dict[str, object]:
    """Return the hunks of a unified diff, and how many lines were added and removed."""
    one, other = ([clip(line, _LINE) for line in text.splitlines()[:_LINES]] for text in (left, right))
    hunks = list(difflib.unified_diff(one, other, lineterm=""))[2:]
    return {
        "patch": "\n".join(hunks[:_SHOWN]),
        "added": sum(line.startswith("+") for line in hunks),
        "removed": sum(line.startswith("-") for line in hunks),
    }

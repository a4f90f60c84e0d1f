"""Compare two texts line by line."""

from __future__ import annotations

import difflib
from typing import Dict, List, Sequence, Tuple

from .bounds import clip

_LINES = 3000  # lines of a text that are compared
_SHOWN = 400  # lines of a patch in an answer
_LINE = 400  # characters of a line


def text_changes(left: str, right: str) -> Dict[str, object]:
    """Return the hunks of a unified diff, and the numbers of added and removed lines."""
    one, other = ([clip(line, _LINE) for line in text.splitlines()[:_LINES]] for text in (left, right))
    patch = hunks(one, other)
    added, removed = counted(patch)
    return {"patch": "\n".join(patch[:_SHOWN]), "added": added, "removed": removed}


def hunks(one: Sequence[str], other: Sequence[str]) -> List[str]:
    """Return the hunks of a unified diff of lines, without its header."""
    return list(difflib.unified_diff(one, other, lineterm=""))[2:]


def counted(patch: Sequence[str]) -> Tuple[int, int]:
    """Return the numbers of lines that the hunks add and remove."""
    return sum(line.startswith("+") for line in patch), sum(line.startswith("-") for line in patch)

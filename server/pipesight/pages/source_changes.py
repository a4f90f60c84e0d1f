"""The lines that differ between two texts, as a patch and as counts."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff
from itertools import islice

_LINES = 5000
"""Lines of a text that are compared. More would take too long."""


def changed_lines(left: str, right: str) -> tuple[int, int]:
    """Return how many lines were added, and how many removed."""
    lines = patch(left, right)
    return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)


def patch(left: str, right: str) -> Sequence[str]:
    """Return the hunks of a unified diff, without the names of files."""
    one, other = (text.splitlines()[:_LINES] for text in (left, right))
    return list(islice(unified_diff(one, other, lineterm=""), 2, None))

"""The lines that differ between the sources of a step in two runs, as a patch and as counts."""

from __future__ import annotations

from collections.abc import Sequence

from pipesight.outputs.reader.compare_texts import counted, hunks

_LINES = 5000
"""Lines of a text that are compared. More would take too long."""


def changed_lines(left: str, right: str) -> tuple[int, int]:
    """Return how many lines were added, and how many removed."""
    return counted(patch(left, right))


def patch(left: str, right: str) -> Sequence[str]:
    """Return the hunks of a unified diff, without the names of files."""
    return hunks(left.splitlines()[:_LINES], right.splitlines()[:_LINES])

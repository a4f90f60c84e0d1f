"""Compare the source code of a step in two runs, as a patch and by the numbers of changed lines."""

from __future__ import annotations

from collections.abc import Sequence

from pipesight.outputs.reader.compare_texts import counted, hunks

_LINES = 5000
"""Lines of a text that are compared. The rest is ignored, because it would take too long."""


def changed_lines(left: str, right: str) -> tuple[int, int]:
    """Return the number of added lines and that of removed lines."""
    return counted(patch(left, right))


def patch(left: str, right: str) -> Sequence[str]:
    """Return the hunks of a unified diff without its header."""
    return hunks(left.splitlines()[:_LINES], right.splitlines()[:_LINES])

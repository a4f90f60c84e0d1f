"""`pipesight check`: print the diagnostics of files as text, as JSON lines or as SARIF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from pipesight.rules.catalog import Severity
from pipesight.rules.file_finding import FileFinding
from pipesight.settings import Settings

from .sarif import sarif
from .terminal import json_text

_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION, Severity.HINT)


def worst_is_at_least(problems: Iterable[FileFinding], limit: str) -> bool:
    """Return True if any problem is at least as severe as `limit`."""
    order = [str(each.value) for each in _SEVERITIES]
    return any(order.index(problem.severity) <= order.index(limit) for problem in problems)


def shown(problems: Sequence[FileFinding], how: str, settings: Settings | None = None) -> str:
    """Return the problems as text, as JSON lines or as SARIF."""
    if how == "sarif":
        return json_text(sarif(problems, Path.cwd(), settings or Settings()), indent=2)
    if how == "json":
        return "\n".join(json_text(asdict(problem)) for problem in problems)
    return "\n".join(problem.text() for problem in problems)

"""What `pipesight doctor` says: which history is read and why, what is wrong and what to do."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from pipesight import __version__
from pipesight.history.discovery import Discovery
from pipesight.history.sources import Source, SourceError

_MARKS = {"found": "✓", "absent": "·", "note": "·", "problem": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `level` is found, absent, note or problem; `advice` says what to do next."""

    level: str
    subject: str
    detail: str
    advice: str | None = None

    def text(self) -> str:
        """The finding for a terminal."""
        lines = [f"{_MARKS[self.level]} {self.subject}: {self.detail}"]
        if self.advice:
            lines.append(f"    -> {self.advice}")
        return "\n".join(lines)


def findings(discovery: Discovery) -> Iterator[Finding]:
    """Every finding: how the stores were found, whether each can be read, and what outputs are read with."""
    yield Finding("note", "pipesight", f"{__version__} on Python {platform.python_version()}")
    for found in discovery.findings:
        yield Finding(found.outcome, found.subject, found.detail, found.advice)
    if not discovery.sources:
        advice = "Run a pipeline once, or name the store: `--source` here, the setting pipesight.history in an editor."
        yield Finding("problem", "history", "no store of run history was found", advice)
    for source in discovery.sources:
        yield _readable(source)
    yield _reader()


def _readable(source: Source) -> Finding:
    try:
        with source.connect() as session:
            pipelines, runs = len(session.pipelines()), session.run_count()
    except SourceError as error:
        return Finding("problem", source.label, error.message, error.advice or None)
    if not runs:
        advice = "Run a pipeline with this stack active; it appears by itself."
        return Finding("note", source.label, f"{source.kind}, readable, but it has no run yet", advice)
    return Finding("found", source.label, f"{source.kind} with {pipelines} pipelines and {runs} runs")


def _reader() -> Finding:
    subject = f"reader of outputs ({sys.executable})"
    missing = [name for name in ("pyarrow", "numpy", "PIL") if find_spec(name) is None]
    if not missing:
        return Finding(
            "found", subject, "it has pyarrow, numpy and PIL: every table, array and picture is shown in full"
        )
    return Finding(
        "note",
        subject,
        f"without {', '.join(missing)}: tables, arrays and pictures are read by Pipesight itself, in their usual forms",
        "In an editor, choose your project's environment as the interpreter (setting pipesight.interpreter).",
    )

"""`pipesight doctor`: explain which history Pipesight reads and why, with its problems and what to do."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from pipesight import __version__
from pipesight.characters import visible
from pipesight.history.discovery import Discovery
from pipesight.history.gathered import NAME_A_STORE, Observation
from pipesight.history.sources import Source, SourceError
from pipesight.logs import redact
from pipesight.pages.words import count
from pipesight.project_settings import ProjectSettings

from .open_history import Where
from .terminal import json_text

_MARKS = {"found": "✓", "absent": "·", "note": "·", "problem": "✗"}


def text(finding: Observation) -> str:
    """Return a finding as text for a terminal."""
    lines = [visible(f"{_MARKS[finding.outcome]} {finding.subject}: {finding.detail}", one_line=True)]
    if finding.advice:
        lines.append(visible(f"    -> {finding.advice}", one_line=True))
    return "\n".join(lines)


def findings(discovery: Discovery, project: ProjectSettings, where: Where) -> Iterator[Observation]:
    """Yield the observations: the settings, the search for stores, each store, and the Python that reads outputs."""
    yield Observation("pipesight", "note", f"{__version__} on Python {platform.python_version()}")
    yield from _settings(project, where)
    yield from discovery.findings
    if not discovery.sources:
        told = any(finding.advice for finding in discovery.findings)
        advice = None if told else f"Run a pipeline once, or {NAME_A_STORE}."
        yield Observation("history", "problem", "no store of run history was found", advice)
    for source in discovery.sources:
        yield _readable(source)
    yield _reader()


def _settings(project: ProjectSettings, where: Where) -> Iterator[Observation]:
    """Yield the origin of each setting in the project's file, and the problems of the file."""
    for name, value in project.given():
        option = {"history": where.sources and "--source", "project": where.project and "--project"}.get(name)
        if option:
            yield Observation(f"setting {name}", "note", f"{option} overrides {project.file}")
        else:
            yield Observation(f"setting {name}", "note", f"{redact(json_text(value))}, from {project.file}")
    for problem in project.problems:
        subject = str(project.file)
        yield Observation(subject, "problem", problem.removeprefix(f"{subject}: "), "Correct the file.")


def _readable(source: Source) -> Observation:
    try:
        with source.connect() as session:
            pipelines, runs = len(session.pipelines()), session.run_count()
    except SourceError as error:
        message = error.message.removeprefix(f"{source.label} ")  # the line begins with the label
        return Observation(source.label, "problem", message, error.advice or None)
    if not runs:
        advice = "Run a pipeline with this stack active. It then appears by itself."
        return Observation(source.label, "note", f"{source.kind}, readable, but it has no run yet", advice)
    return Observation(
        source.label, "found", f"{source.kind} with {count(pipelines, 'pipeline')} and {count(runs, 'run')}"
    )


def _reader() -> Observation:
    subject = f"reader of outputs ({sys.executable})"
    missing = [name for name in ("pyarrow", "numpy", "PIL") if find_spec(name) is None]
    if not missing:
        return Observation(
            subject, "found", "it has pyarrow, numpy and PIL: every table, array and picture is shown in full"
        )
    return Observation(
        subject,
        "note",
        f"without {', '.join(missing)}: Pipesight itself reads tables, arrays and pictures in their usual forms",
        "In an editor, choose your project's environment as the interpreter (setting pipesight.interpreter).",
    )

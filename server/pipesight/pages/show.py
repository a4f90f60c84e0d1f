"""Answers of commands as Markdown documents, for editors without the side panel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .contract import Answer, Choices, HistoryPath, Reading, RunPage, RunsComparison, RunsPage, StepFacts, Trouble
from .page import Grid, Heading, Line, Page, Value
from .words import count, duration

_ROWS = 200


@dataclass(frozen=True, slots=True)
class MarkdownFile:
    """A Markdown document and the file name it should have."""

    name: str
    text: str


def document(answer: Answer) -> MarkdownFile | None:
    """Return the document that shows an answer, or None if there is nothing to show yet."""
    match answer:
        case Reading():
            page = _output(answer)
        case RunPage():
            page = _run(answer)
        case RunsPage():
            page = _runs(answer)
        case RunsComparison():
            return MarkdownFile(f"{_file_name(answer.right.path)} compared.md", _comparison(answer).markdown() + "\n")
        case _:
            return None
    return MarkdownFile(f"{_file_name(answer.path)}.md", page.markdown() + "\n")


def message(answer: Answer, file: Path | None) -> str:
    """Return one line for a client that shows no document: the value and its file, or what is wrong."""
    match answer:
        case Trouble():
            return " ".join(filter(None, (answer.problem, answer.advice)))
        case Choices():
            labels = ", ".join(choice.label for choice in answer.choices[:10])
            return f"More than one fits. Put the cursor on one of: {labels}"
        case Reading():
            short = answer.preview.summary
        case RunPage():
            short = answer.subtitle
        case RunsComparison():
            short = count(len(answer.differences), "difference")
        case RunsPage():
            short = count(answer.total, "run")
    return f"{answer.title}: {short}" + (f" (whole: {file})" if file is not None else "")


def _output(reading: Reading) -> Page:
    names = reading.path.names
    owners = [f"{kind} {names[kind]}" for kind in ("step", "run", "pipeline") if kind in names]
    facts = (Heading("output", reading.title), Line(reading.subtitle), Line("From " + ", ".join(owners)))
    return Page((*facts, Line(reading.output.uri), Value(reading.preview, _ROWS)))


def _run(page: RunPage) -> Page:
    rows = [(step.name, f"{step.mark} {step.status}", step.duration or "", _outputs(step)) for step in page.steps]
    grid = Grid(("step", "status", "took", "outputs"), rows)
    return Page((Heading("run", page.title), Line(page.subtitle), grid))


def _runs(page: RunsPage) -> Page:
    """Columns that are the same in all runs only take room, so they are left out."""
    differing = [at for at, _ in enumerate(page.columns) if len({repr(row.values[at]) for row in page.rows}) > 1]
    heads = ("run", "status", "start", "took", *(page.columns[at].name for at in differing))
    rows = [
        (row.short, row.status, row.start or "", duration(row.seconds) if row.seconds is not None else "")
        + tuple("" if row.values[at] is None else str(row.values[at]) for at in differing)
        for row in page.rows
    ]
    return Page((Heading("pipeline", page.title), Line(count(page.total, "run")), Grid(heads, rows)))


def _comparison(answer: RunsComparison) -> Page:
    rows = [(each.kind, each.name, each.left or "", each.right or "") for each in answer.differences]
    grid = Grid(("what", "name", answer.left.short, answer.right.short), rows)
    return Page((Heading("runs", answer.title), grid if rows else Line("No differences.")))


def _outputs(step: StepFacts) -> str:
    return ", ".join(f"{output.name} ({output.type})" for output in step.outputs)


def _file_name(path: HistoryPath) -> str:
    names = filter(None, (path.pipeline, path.run, path.step, path.output))
    return re.sub(r"[^\w.-]+", "_", " ".join(names))[:120] or "pipesight"

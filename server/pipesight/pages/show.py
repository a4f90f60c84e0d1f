"""Answers of commands as Markdown documents, for editors without the side panel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .contract import Choices, HistoryPath, Reading, RunPage, StepFacts, Trouble
from .page import Grid, Heading, Line, Page, Value

_ROWS = 200


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown document and the file name it should have."""

    name: str
    text: str


def document(answer: Reading | RunPage | Choices | Trouble) -> Document | None:
    """Return the document that shows an answer, or None if there is nothing to show yet."""
    match answer:
        case Reading():
            page = _output(answer)
        case RunPage():
            page = _run(answer)
        case _:
            return None
    return Document(f"{_file_name(answer.path)}.md", page.markdown() + "\n")


def message(answer: Reading | RunPage | Choices | Trouble, file: Path | None) -> str:
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


def _outputs(step: StepFacts) -> str:
    return ", ".join(f"{output.name} ({output.type})" for output in step.outputs)


def _file_name(path: HistoryPath) -> str:
    names = filter(None, (path.pipeline, path.run, path.step, path.output))
    return re.sub(r"[^\w.-]+", "_", " ".join(names))[:120] or "pipesight"

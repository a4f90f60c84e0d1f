"""Answers of commands as Markdown documents, for editors without the side panel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from .contract import (
    Answer,
    Choices,
    Exported,
    FailureFacts,
    HistoryPath,
    LogEntry,
    LogPart,
    Reading,
    RecordedValue,
    RunPage,
    RunsComparison,
    RunsPage,
    StepFacts,
    StepSources,
    TableProfile,
    TableSummary,
    Trouble,
)
from .page import Block, Grid, Heading, Line, Page, Preformatted, Value
from .source_changes import patch
from .sparkline import moved
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
        case LogPart():
            return MarkdownFile(f"{_file_name(answer.path)} log.md", _log(answer).markdown() + "\n")
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
        case TableSummary() | TableProfile():
            return count(len(answer.columns), "column")
        case Exported():
            return f"{count(answer.rows, 'row')} written to {answer.file}"
        case Reading():
            short = answer.preview.summary
        case RunPage():
            short = answer.subtitle
        case RunsComparison():
            short = count(len(answer.differences), "difference")
        case RunsPage():
            short = count(answer.total, "run")
        case LogPart():
            short = count(len(answer.entries), "message")
    return f"{answer.title}: {short}" + (f" (whole: {file})" if file is not None else "")


def _output(reading: Reading) -> Page:
    names = reading.path.names
    owners = [f"{kind} {names[kind]}" for kind in ("step", "run", "pipeline") if kind in names]
    facts = (Heading("output", reading.title), Line(reading.subtitle), Line("From " + ", ".join(owners)))
    metadata = _values(("metadata", "value"), reading.metadata)
    return Page((*facts, Line(reading.output.uri), Value(reading.preview, _ROWS), *metadata))


def _run(page: RunPage) -> Page:
    asked = [step for step in page.steps if page.path.step in (None, step.name)]
    rows = [(step.name, f"{step.mark} {step.status}", step.duration or "", _outputs(step)) for step in page.steps]
    grid = Grid(("step", "status", "took", "outputs"), rows)
    failure = _failure("The run failed", page.failure)
    facts = _values(("metadata", "value"), page.metadata)
    return Page((Heading("run", page.title), Line(page.subtitle), *failure, grid, *facts, *chain(*map(_step, asked))))


def _step(step: StepFacts) -> Iterator[Heading | Line | Grid | Preformatted]:
    """Yield what the table of steps does not say of a step."""
    inputs = [f"{each.name} from {each.path.step or 'elsewhere'}" for each in step.inputs]
    blocks = [
        *_failure(f"It {step.status}", step.failure),
        *([Line("Inputs: " + ", ".join(inputs))] if inputs else []),
        *_values(("parameter", "value"), step.parameters),
        *_values(("metadata", "value"), step.metadata),
    ]
    if blocks:
        yield Heading("step", step.name)
        yield from blocks


def _failure(start: str, failure: FailureFacts | None) -> Iterator[Line | Preformatted]:
    if failure is not None:
        yield Line(f"{start}: {failure.what}" + (f" ({failure.where})" if failure.where else ""))
        if failure.traceback:
            yield Preformatted("\n".join(line.text for line in failure.traceback))


def _values(heads: tuple[str, str], values: Sequence[RecordedValue]) -> Iterator[Grid]:
    if values:
        yield Grid(heads, [(each.name, each.value) for each in values])


def _log(part: LogPart) -> Page:
    cut = (Line("Earlier messages are left out."),) if part.start > 0 else ()
    return Page((Heading("log", part.title), *cut, Preformatted("\n".join(map(_entry, part.entries)))))


def _entry(entry: LogEntry) -> str:
    level = "" if entry.level in (None, "info") else f"{entry.level}: "
    moment = f"{entry.time[:19].replace('T', ' ')} " if entry.time else ""
    return f"{moment}{level}{entry.message}"


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
    rows = [
        (each.kind, each.name, each.left or "", each.right or "", moved(each.change, each.percent))
        for each in answer.differences
    ]
    grid = Grid(("what", "name", answer.left.short, answer.right.short, "change"), rows)
    sources = chain(*map(_source, answer.sources))
    return Page((Heading("runs", answer.title), grid if rows else Line("No differences."), *sources))


def _source(sources: StepSources) -> tuple[Block, ...]:
    return Heading("source of step", sources.step), Preformatted("\n".join(patch(sources.left, sources.right)), "diff")


def _outputs(step: StepFacts) -> str:
    return ", ".join(f"{output.name} ({output.type})" for output in step.outputs)


def _file_name(path: HistoryPath) -> str:
    names = filter(None, (path.pipeline, path.run, path.step, path.output))
    return re.sub(r"[^\w.-]+", "_", " ".join(names))[:120] or "pipesight"

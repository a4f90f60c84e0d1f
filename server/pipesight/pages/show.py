"""Render answers of commands as Markdown documents or messages, for editors without the side panel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from pipesight.pages.contract.command_table import Answer
from pipesight.pages.contract.comparison_view import (
    ComparedValues,
    NumberMove,
    NumberMoves,
    RunsComparison,
    StepSources,
)
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.load_view import LoadedValue, LoadPlan
from pipesight.pages.contract.log_view import LogEntry, LogPart
from pipesight.pages.contract.no_answer import Choices, Trouble
from pipesight.pages.contract.output_view import NewestOutput, Reading
from pipesight.pages.contract.run_view import FailureFacts, RecordedValue, RunPage, StepFacts
from pipesight.pages.contract.runs_view import RunsPage
from pipesight.pages.contract.table_view import Exported, TableColumns, TableProfile, TableSummary
from pipesight.pages.words import first_names

from .compared_values import blocks
from .page import Block, Grid, Heading, Line, Page, Preformatted, ValuePreview
from .source_changes import patch
from .sparkline import moved
from .words import count, duration

_ROWS = 200  # rows of a table
_OF_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)  # names that Windows reserves

_Titled: TypeAlias = (
    LoadedValue | Reading | RunPage | RunsComparison | ComparedValues | NumberMoves | RunsPage | LogPart
)


@dataclass(frozen=True, slots=True)
class MarkdownFile:
    """A Markdown document, with a name for its file."""

    name: str
    text: str


def document(answer: Answer) -> MarkdownFile | None:
    """Return the document that shows an answer. None if a message can show it."""
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
        case ComparedValues():
            page = Page(tuple(_values_compared(answer)))
            return MarkdownFile(f"{_file_name(answer.path)} compared.md", page.markdown() + "\n")
        case NumberMoves():
            return MarkdownFile(f"{_file_name(answer.path)} moves.md", _moves(answer).markdown() + "\n")
        case LoadPlan():
            page = Page((Heading("output", answer.title), Line(answer.question), *map(Line, answer.details)))
            return MarkdownFile(f"{_file_name(answer.path)} plan.md", page.markdown() + "\n")
        case LoadedValue():
            return MarkdownFile(f"{_file_name(answer.path)} loaded.md", _loaded(answer).markdown() + "\n")
        case _:
            return None
    return MarkdownFile(f"{_file_name(answer.path)}.md", page.markdown() + "\n")


def message(answer: Answer, file: Path | None) -> str:
    """Return one line for a client that shows no documents: a summary and the path of `file`, or the problem."""
    match answer:
        case Trouble():
            return " ".join(filter(None, (answer.problem, answer.advice)))
        case Choices():
            labels = first_names([choice.label for choice in answer.choices], show=str)
            return f"More than one fits. Put the cursor on one of: {labels}"
        case TableSummary() | TableProfile() | TableColumns():
            return count(len(answer.columns), "column")
        case NewestOutput():
            return f"The newest is from {answer.run.name}." if answer.run is not None else "No run has it."
        case Exported():
            return f"{count(answer.rows, 'row')} written to {answer.file}"
        case LoadPlan():
            return " ".join((answer.question, *answer.details))
        case _:
            return f"{answer.title}: {_short(answer)}" + (f" (whole: {file})" if file is not None else "")


def _short(answer: _Titled) -> str:
    """Return a few words about an answer that has a title."""
    match answer:
        case LoadedValue():
            return answer.value.type
        case Reading():
            return answer.preview.summary
        case RunPage():
            return answer.subtitle
        case RunsComparison():
            return count(len(answer.differences), "difference")
        case ComparedValues():
            return answer.digest
        case NumberMoves():
            return count(len(answer.moves), "move")
        case RunsPage():
            return count(answer.total, "run")
        case LogPart():
            return count(len(answer.entries), "message")


def _output(reading: Reading) -> Page:
    names = reading.path.names
    owners = [f"{kind} {names[kind]}" for kind in ("step", "run", "pipeline") if kind in names]
    facts = (Heading("output", reading.title), Line(reading.subtitle), Line("From " + ", ".join(owners)))
    metadata = _values(("metadata", "value"), reading.metadata)
    return Page((*facts, Line(reading.output.uri), ValuePreview(reading.preview, _ROWS), *metadata))


def _loaded(answer: LoadedValue) -> Page:
    value = answer.value
    texts = [Preformatted(text) for text in (value.repr, value.describe) if text]
    facts = (Heading("output", answer.title), Line(value.type), *map(Line, value.notes))
    return Page((*facts, *texts))


def _run(page: RunPage) -> Page:
    asked = [step for step in page.steps if page.path.step in (None, step.name)]
    rows = [(step.name, f"{step.mark} {step.status}", step.duration or "", _outputs(step)) for step in page.steps]
    grid = Grid(("step", "status", "took", "outputs"), rows)
    failure = _failure("The run failed", page.failure)
    facts = _values(("metadata", "value"), page.metadata)
    return Page((Heading("run", page.title), Line(page.subtitle), *failure, grid, *facts, *chain(*map(_step, asked))))


def _step(step: StepFacts) -> Iterator[Heading | Line | Grid | Preformatted]:
    """Yield the facts of a step that the table of steps does not have."""
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
    """Return the page of a pipeline's runs. Columns with the same value in all runs are left out."""
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
    details = chain(*map(_values_compared, answer.outputs))
    return Page((Heading("runs", answer.title), grid if rows else Line("No differences."), *sources, *details))


def _moves(answer: NumberMoves) -> Page:
    over = f"Over {count(answer.runs, 'run')}, the largest moves first."
    return Page((Heading("number", answer.metric), Line(over), *chain(*map(_move, answer.moves))))


def _move(each: NumberMove) -> Iterator[Block]:
    by = moved(each.change, each.percent)
    yield Heading("run", f"{each.run.short}: {each.was:.6g} → {each.value:.6g} {by}")
    rows = [(cause.kind, cause.name, cause.left or "", cause.right or "") for cause in each.causes]
    grid = Grid(("what", "name", each.before.short, each.run.short), rows)
    yield grid if rows else Line("Nothing differs in what went into it.")


def _values_compared(answer: ComparedValues) -> Iterator[Block]:
    yield Heading("output", answer.title)
    yield Line(answer.digest)
    yield from blocks(answer.comparison)


def _source(sources: StepSources) -> tuple[Block, ...]:
    return Heading("source of step", sources.step), Preformatted("\n".join(patch(sources.left, sources.right)), "diff")


def _outputs(step: StepFacts) -> str:
    return ", ".join(f"{output.name} ({output.type})" for output in step.outputs)


def _file_name(path: HistoryPath) -> str:
    names = filter(None, (path.pipeline, path.run, path.step, path.output))
    name = re.sub(r"[^\w.-]+", "_", " ".join(names))[:120] or "pipesight"
    return f"_{name}" if _OF_DEVICE.match(name) else name

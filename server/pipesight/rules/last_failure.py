"""Find the line of a `@step` function at which the last run of the step failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from pipesight.code.model import Definition, Position, Span
from pipesight.history.history import History
from pipesight.history.model import Failure, Status, Step
from pipesight.pages.recorded_facts import why
from pipesight.slices import pausing
from pipesight.workspace.find import invoked
from pipesight.zenml.kinds import Kind

from .checked import CheckedDocument
from .finding import Finding

_CODE = "last-failure"
_LONGEST = 2_000
"""Lines of a function up to which it is compared. The time grows with the square of the lines."""
_RUNS = 20
"""Runs that are searched if the newest ones have not finished or did not reach the step."""
_CHANGED = " The code of the step has changed since then."
_INEXACT = " The code of the step has changed since then, so the position is inexact."


@dataclass(frozen=True, slots=True)
class _FailureLine:
    """The line at which a failure is shown. `line` counts from 0 in the current function. None means its name."""

    line: int | None = None
    remark: str = ""


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield the failures of the steps that a document defines, unless a newer run of the step succeeded."""
    history = checked.context.history
    for definition in pausing(checked.document.definitions):
        if definition.kind is Kind.STEP and checked.contains(definition.whole):
            for step in _last_failed(history, definition.name):
                yield from _shown(checked, definition, step)


def _last_failed(history: History, name: str) -> Iterator[Step]:
    """Yield the calls of a step that failed in the newest run in which the step finished."""
    for calls in _calls(history, name):
        if any(call.status is Status.FAILED or call.status.is_success for call in calls):
            yield from (call for call in calls if call.status is Status.FAILED)
            return


def _calls(history: History, name: str) -> Iterator[Sequence[Step]]:
    """Yield the calls of a step in each run (`train`, `train_2`), newest run first."""
    newest = [step for step in history.step_names(None) if _is_call(step, name)]
    if not newest:
        return
    yield [step for step in newest if step.run_id == newest[0].run_id]
    last = history.run_of(newest[0])
    for run in history.runs(last.pipeline, limit=_RUNS) if last is not None else ():
        yield [step for step in history.steps(run) or () if _is_call(step, name)]


def _is_call(step: Step, name: str) -> bool:
    return name in (step.name, step.entrypoint, invoked(step.name))


def _shown(checked: CheckedDocument, definition: Definition, step: Step) -> Iterator[Finding]:
    code, run = checked.context.history.code(step), checked.context.history.run_of(step)
    if code is None or run is None:
        return  # the code is being read from the store, and clients ask again when it is there
    failure = checked.context.failures.of(step) or Failure(None, None)
    lines = _lines_of(checked, definition)
    place = _place(code.source, failure.source_line, lines)
    if place.remark == _INEXACT and len(checked.context.places.definitions(Kind.STEP, definition.name)) > 1:
        return  # another function with this name may be the step that failed
    span = definition.span if place.line is None else _line_span(lines, definition.whole.start.line, place.line)
    yield Finding(
        _CODE, span, f"Step {step.name!r} failed in run {run.name!r}: {why(failure).rstrip('.')}.{place.remark}"
    )


def _lines_of(checked: CheckedDocument, definition: Definition) -> Sequence[str]:
    whole = definition.whole
    return checked.document.flow().program.lines[whole.start.line : whole.end.line]


def _line_span(lines: Sequence[str], first: int, line: int) -> Span:
    text = lines[line].rstrip()
    return Span(Position(first + line, len(text) - len(text.lstrip())), Position(first + line, len(text)))


def _place(source: str | None, source_line: int | None, lines: Sequence[str]) -> _FailureLine:
    """Return the place in the current lines of a line in the recorded source. `source_line` counts from 1."""
    if source is None or source_line is None:
        return _FailureLine()
    before, now = [line.strip() for line in source.splitlines()], [line.strip() for line in lines]
    while now and not now[-1]:
        now.pop()
    line = source_line - 1
    if before == now and line < len(now):
        return _FailureLine(line)
    if max(len(before), len(now)) > _LONGEST:
        return _FailureLine(remark=_INEXACT)
    return _moved(before, now, line)


def _moved(before: Sequence[str], now: Sequence[str], line: int) -> _FailureLine:
    """Return the place of a line in changed code: the same line, else the most similar one that replaced it."""
    for tag, start, end, start_now, end_now in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if start <= line < end and tag == "equal":
            return _FailureLine(start_now + line - start, _CHANGED)
        if start <= line < end and tag == "replace":
            close = get_close_matches(before[line], now[start_now:end_now], 1)
            return _FailureLine(now.index(close[0], start_now) if close else None, _INEXACT)
    return _FailureLine(remark=_INEXACT)

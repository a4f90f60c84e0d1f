"""Return a run as the answer of `pipesight.showRun`: its steps, their inputs and outputs, and its failure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.history.model import Details, Input, Metadata, Output, Run, Status, Step
from pipesight.history.sources.failures import completed
from pipesight.outputs.log_reader import LogReader
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.run_view import (
    CodeLocation,
    FailureFacts,
    InputLink,
    OutputLink,
    RecordedValue,
    RunFacts,
    RunPage,
    StepFacts,
)
from pipesight.workspace.logged_failures import failure_in_logs, is_untold

from .code_links import CodeLinks
from .recorded_facts import logged
from .words import duration, json_text, mark, one_line, short_name, state, tone, type_name, when

_RECENT = 20  # recent runs of the same pipeline
_VALUE = 200  # characters of the value of a parameter or of metadata
_METADATA = 200  # metadata values of one run or step
_LOGS = 5  # failed steps whose log is read, if the store does not record why they failed


def run_page(
    history: History,
    run: Run,
    definitions: Mapping[str, CodeLocation],
    links: CodeLinks,
    logs: LogReader,
    asked: str | None = None,
) -> RunPage:
    """Return the page of a run. `definitions` has the definitions of its steps by id. `asked` is the requested step.

    If the store does not record exceptions, this reads the logs of failed steps.
    """
    steps, details = history.steps(run), history.details(run) or Details()
    recent = history.runs(run.pipeline, limit=_RECENT) if run.pipeline is not None else (run,)
    failures = _failures(history, steps or (), links, logs)
    return RunPage(
        title=visible(run.name, one_line=True),
        subtitle=visible(" · ".join(filter(None, (run.pipeline, state(run)))), one_line=True),
        path=replace(run_path(run), step=asked),
        run=run_facts(run),
        loading=steps is None,
        steps=tuple(
            _whole_step(history, run, step, definitions.get(step.id), failures.get(step.id)) for step in steps or ()
        ),
        runs=tuple(map(run_facts, recent)),
        metadata=metadata_facts(details.metadata),
        tags=tuple(visible(tag, one_line=True) for tag in details.tags),
        commit=visible(details.commit, one_line=True) if details.commit else None,
        failure=links.failure(details.failure) if details.failure is not None and not failures else None,
    )


def run_facts(run: Run) -> RunFacts:
    """Return the facts of a run, as data and in words."""
    return RunFacts(
        name=visible(run.name, one_line=True),
        short=visible(short_name(run), one_line=True),
        status=str(run.status),
        tone=tone(run.status),
        mark=mark(run.status),
        path=run_path(run),
        pipeline=visible(run.pipeline, one_line=True) if run.pipeline is not None else None,
        start=iso(run.start),
        end=iso(run.end),
        when=when(run),
        duration=duration(run.duration) if run.duration is not None else None,
        stack=visible(run.stack, one_line=True) if run.stack is not None else None,
    )


def step_facts(history: History, run: Run, step: Step) -> StepFacts:
    """Return the state, the parameters and the outputs of a step."""
    path = replace(run_path(run), step=step.name)
    return StepFacts(
        name=visible(step.name, one_line=True),
        status=str(step.status),
        tone=tone(step.status),
        mark=mark(step.status),
        parameters=tuple(_parameter(name, value) for name, value in step.parameters.items()),
        outputs=tuple(
            OutputLink(visible(output.name, one_line=True), replace(path, output=output.name), type_name(output))
            for output in history.outputs(step) or ()
        ),
        entrypoint=step.entrypoint,
        start=iso(step.start),
        end=iso(step.end),
        when=when(step),
        duration=duration(step.duration) if step.duration is not None else None,
    )


def metadata_facts(metadata: Mapping[str, Metadata]) -> tuple[RecordedValue, ...]:
    """Return metadata as names and texts, without the entry that repeats the value of an output."""
    return tuple(_parameter(each.name, each.value) for each in islice(logged(metadata).values(), _METADATA))


def run_path(run: Run) -> HistoryPath:
    """Return the names that identify a run."""
    return HistoryPath(pipeline=run.pipeline, run=run.name, source=run.source)


def iso(moment: datetime | None) -> str | None:
    """Return a time in ISO 8601. None stays None."""
    return moment.isoformat() if moment is not None else None


def _whole_step(
    history: History, run: Run, step: Step, code: CodeLocation | None, failure: FailureFacts | None
) -> StepFacts:
    return replace(
        step_facts(history, run, step),
        inputs=tuple(_input(history, each) for each in history.inputs(step) or ()),
        metadata=metadata_facts(step.metadata),
        failure=failure,
        code=code,
    )


def _failures(history: History, steps: Iterable[Step], links: CodeLinks, logs: LogReader) -> dict[str, FailureFacts]:
    """Return why steps failed, by step id. Failures that the store does not record completely come from logs."""
    failed = [step for step in steps if step.status is Status.FAILED]
    found = {step.id: links.failure(step.failure) for step in failed if step.failure is not None}
    for step in islice(filter(is_untold, failed), _LOGS):
        told = completed(step.failure, failure_in_logs(history, step, logs))
        if told is not None:
            found[step.id] = links.failure(told, from_log=step.failure is None)
    return found


def _input(history: History, each: Input) -> InputLink:
    output = each.output
    return InputLink(visible(each.name, one_line=True), _origin(history, each, output), type_name(output))


def _origin(history: History, each: Input, output: Output) -> HistoryPath:
    made = history.producer(each)
    if made is None:
        return HistoryPath(output=output.name, source=output.source)
    _, run, step = made
    return replace(run_path(run), step=step.name, output=output.name)


def _parameter(name: str, value: object) -> RecordedValue:
    text = value if isinstance(value, str) else json_text(value)
    return RecordedValue(visible(name, one_line=True), visible(one_line(text, _VALUE)))

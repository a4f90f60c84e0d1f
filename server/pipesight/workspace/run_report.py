"""Describe a run as one row of a table: its facts, parameters, metrics and error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pipesight.history.history import History
from pipesight.history.model import Details, Failure, Metadata, Output, Run, Status, Step
from pipesight.history.sources.failures import completed
from pipesight.outputs.service import PreviewService

from .logged_failures import is_untold
from .output_number import read_number
from .run_log import RunLog, failure_in_lines

_AT_ONCE = 200  # runs whose steps are fetched together


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run failed. `file` and `line` are the recorded location in the code."""

    step: str | None
    type: str | None
    message: str | None
    file: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run. The fields are the keys of `pipesight runs --json`.

    `start` is a time in ISO 8601 and UTC. `duration` is in seconds. The names of `parameters` are `STEP.PARAMETER`. The
    names of `metrics` are `KEY` for metadata of the run, `STEP.KEY` for metadata of a step, and `STEP.OUTPUT` for an
    output that is a number or a boolean.
    """

    project: str | None
    pipeline: str | None
    run: str
    status: str
    start: str | None
    duration: float | None
    stack: str | None
    tags: tuple[str, ...] = ()
    commit: str | None = None
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])
    metrics: Mapping[str, object] = field(default_factory=dict[str, object])
    error: RunError | None = None


def reports(
    history: History, runs: Iterable[Run], previews: PreviewService, *, logs: bool = True
) -> Iterator[RunReport]:
    """Yield the reports of these runs in their order. Runs that are not mirrored are read from the store.

    `logs` is as for `report`. Raises SourceError if the store has to be read and cannot be read.
    """
    remaining = iter(runs)
    while part := list(islice(remaining, _AT_ONCE)):
        for run in history.fetch(part):
            yield report(history, run, previews, logs=logs, whole=True)


def report(
    history: History, run: Run, previews: PreviewService, *, logs: bool = False, whole: bool = False
) -> RunReport:
    """Return the report of a run whose steps are mirrored.

    With `logs`, read the log of a failed step if the store does not record why it failed. With `whole`, read metadata
    values of which the index has only the beginning. Both ask the store and may raise SourceError.
    """
    details, steps = history.details(run) or Details(), history.steps(run) or ()
    project = history.project_of(run)
    return RunReport(
        project=project.name if project is not None else None,
        pipeline=run.pipeline,
        run=run.name,
        status=str(run.status),
        start=run.start.isoformat() if run.start is not None else None,
        duration=run.duration,
        stack=run.stack,
        tags=tuple(sorted(details.tags)),
        commit=details.commit,
        parameters={f"{step.name}.{name}": value for step in steps for name, value in step.parameters.items()},
        metrics=dict(_metrics(history, _recorded(history, run, details, steps, whole=whole), steps, previews)),
        error=_run_error(history if logs else None, run, details, steps),
    )


def _run_error(history: History | None, run: Run, details: Details, steps: Sequence[Step]) -> RunError | None:
    """Return why a run failed. None for a run that did not fail.

    The store's record counts first. If it is incomplete and `history` is given, the log of the step completes it.
    """
    failed = [step for step in steps if step.status is Status.FAILED]
    step = next((step for step in failed if step.failure is not None), failed[0] if failed else None)
    name, failure = step.name if step is not None else None, step.failure if step is not None else None
    if failure is None:
        failure = details.failure
    if history is not None and step is not None and run.status is Status.FAILED and is_untold(step):
        failure = completed(failure, _in_log(history, run, step))
    if failure is not None:
        return _error(name, failure)
    return RunError(name, None, None, None, None) if run.status is Status.FAILED else None


def _in_log(history: History, run: Run, step: Step) -> Failure | None:
    """Return the last failure that the logs of a step show."""
    return failure_in_lines(line for printed in RunLog(history, run, step).read() for line in printed.lines)


def _error(step: str | None, failure: Failure) -> RunError:
    return RunError(step, failure.type, failure.message, failure.file, failure.line)


def _recorded(
    history: History, run: Run, details: Details, steps: Sequence[Step], *, whole: bool
) -> Mapping[str, Mapping[str, Metadata]]:
    """Return the metadata of each step by the step's name, and that of the run by an empty name."""
    known: list[tuple[str, Run | Step, Mapping[str, Metadata]]] = [("", run, details.metadata)]
    known += [(step.name, step, step.metadata) for step in steps]
    return {name: history.whole(thing, metadata) if whole else metadata for name, thing, metadata in known}


def _metrics(
    history: History, recorded: Mapping[str, Mapping[str, Metadata]], steps: Sequence[Step], previews: PreviewService
) -> Iterator[tuple[str, object]]:
    for name, metadata in recorded[""].items():
        yield name, metadata.value
    for step in steps:
        for name, metadata in recorded[step.name].items():
            yield f"{step.name}.{name}", metadata.value
        for name, output in outputs_by_name(history, step).items():
            value = read_number(output, previews)
            if value is not None:
                yield f"{step.name}.{name}", value


def outputs_by_name(history: History, step: Step) -> dict[str, Output]:
    """Return the outputs of a step by name. A returned output replaces one that was saved by a call under the name."""
    outputs = sorted(history.outputs(step) or (), key=lambda output: output.is_regular)
    return {output.name: output for output in outputs}

"""Describe what a run recorded in words: failures, logged values, inputs and outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from pipesight.history.history import History
from pipesight.history.model import Failure, Input, Metadata, Output, Run, Status, Step

from .page import Grid, Line
from .words import count, json_text, one_line

_MESSAGE = 200
"""Characters of an exception's message."""
_VALUE = 60
"""Characters of a metadata value."""
_ROWS = 20
"""Rows of metadata, and names in a line."""
_TEXT_OF_VALUE = "string_representation"
"""The name under which ZenML logs the value of a scalar output. It is left out, because the page shows the value."""


def why(failure: Failure) -> str:
    """Return text such as `ValueError: bad rows (train.py, line 31)`."""
    where = place(failure)
    return f"{what(failure)} ({where})" if where else what(failure)


def what(failure: Failure) -> str:
    """Return text such as `ValueError: bad rows`."""
    told = ": ".join(filter(None, (failure.type, one_line(failure.message or "", _MESSAGE))))
    return told or "no reason was recorded"


def place(failure: Failure) -> str:
    """Return text such as `train.py, line 31`, as far as it is recorded."""
    if failure.file is None:
        return ""
    name = PurePosixPath(failure.file.replace("\\", "/")).name
    return f"{name}, line {failure.line}" if failure.line is not None else name


def failed_step(history: History, run: Run) -> Step | None:
    """Return the first failed step of a failed run, else None."""
    if run.status is not Status.FAILED:
        return None
    return next((step for step in history.steps(run) or () if step.status is Status.FAILED), None)


Why = Callable[[Step], Failure | None]
"""A function that returns why a step failed, None if that is unknown."""


def recorded(step: Step) -> Failure | None:
    """Return why a step failed according to the store."""
    return step.failure


def run_failure(history: History, run: Run, why_step: Why = recorded) -> str | None:
    """Return why a run failed in one line. None if it did not fail or the reason is unknown."""
    step = failed_step(history, run)
    if step is not None:
        failure = why_step(step)
        return f"Step {step.name} failed: {why(failure)}" if failure is not None else f"Step {step.name} failed."
    details = history.details(run) if run.status is Status.FAILED else None
    return f"Failed: {why(details.failure)}" if details is not None and details.failure is not None else None


def metadata_grid(metadata: Mapping[str, Metadata]) -> Iterable[Grid | Line]:
    """Yield a table of the names and values of metadata, if there are any."""
    shown = logged(metadata)
    rows = [(name, metadata_text(each)) for name, each in list(shown.items())[:_ROWS]]
    if rows:
        yield Grid(("metadata", "value"), rows)
    if len(shown) > _ROWS:
        yield Line(f"and {count(len(shown) - _ROWS, 'more value')}")


def logged(metadata: Mapping[str, Metadata]) -> dict[str, Metadata]:
    """Return metadata without the entry that repeats the value of an output."""
    return {name: each for name, each in metadata.items() if name != _TEXT_OF_VALUE}


def metadata_text(metadata: Metadata) -> str:
    """Return a metadata value in one line."""
    value = metadata.value if isinstance(metadata.value, str) else json_text(metadata.value)
    shown = one_line(value, _VALUE)
    return shown if metadata.is_whole or shown.endswith("…") else f"{shown}…"


def inputs_line(inputs: tuple[Input, ...] | None) -> Iterable[Line]:
    """Yield a line such as `Inputs: data, labels`, if there are inputs."""
    return names_line("Inputs", (each.name for each in inputs or ()))


def consumers_line(history: History, output: Output) -> Iterable[Line]:
    """Yield a line such as `Consumed by: evaluate, deploy`, if there are consumers."""
    return names_line("Consumed by", (step.name for step in history.consumers(output)))


def tags_line(tags: tuple[str, ...], commit: str | None = None) -> Iterable[Line]:
    """Yield a line such as `Tags: nightly · commit 1a2b3c4`, if there are tags or a commit."""
    facts = [f"Tags: {', '.join(tags)}" if tags else "", f"commit {commit[:10]}" if commit else ""]
    if any(facts):
        yield Line(" · ".join(filter(None, facts)))


def names_line(what: str, names: Iterable[str]) -> Iterable[Line]:
    """Yield a line such as `Inputs: data, labels` without repeated names, if there are names."""
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - _ROWS} more" if len(unique) > _ROWS else ""
    if unique:
        yield Line(f"{what}: {', '.join(unique[:_ROWS])}{more}")

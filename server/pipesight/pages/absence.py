"""Explain in a sentence why a run lacks a step or an output that other runs have."""

from __future__ import annotations

from pipesight.code.model import Thing
from pipesight.history.history import History
from pipesight.history.model import Output, Run, Status, Step
from pipesight.pages.words import first_names
from pipesight.workspace.find import Found, longer_names
from pipesight.zenml.kinds import Kind, Which

_NAMED = 3
_ENDS = {Status.FAILED: "failed", Status.STALE: "was killed", Status.STOPPED: "was stopped"}


def why_absent(history: History, thing: Thing, found: Found) -> str | None:
    """Return why the history, or the found run, lacks the thing. None if the reason is unknown."""
    if thing.kind in (Kind.PIPELINE, Kind.RUN):
        return _no_one_name(history, thing)
    run = found.run
    if run is None or found.assumed or (thing.name is None and thing.which is not Which.ONLY):
        return None
    if thing.kind is Kind.STEP and found.step is None and thing.name is not None:
        return _no_step(history, thing.name, run)
    if thing.kind is Kind.OUTPUT and found.step is None and thing.owner is not None and thing.owner.name is not None:
        return _no_step(history, thing.owner.name, run)
    if thing.kind is Kind.OUTPUT and found.step is not None and found.output is None:
        return _no_output(history, thing.name, run, found.step)
    return None


def _no_one_name(history: History, thing: Thing) -> str | None:
    """Return a sentence that several names have this prefix. ZenML accepts a prefix only if one name has it."""
    longer = longer_names(history, thing)
    if len(longer.names) < 2:
        return None
    number = f"{len(longer.names)}" if longer.complete else f"At least {len(longer.names)}"
    return f"{number} names begin with it: {first_names(longer.names, _NAMED, str)}. ZenML needs more of the name."


def _no_step(history: History, name: str, run: Run) -> str | None:
    if not run.status.is_finished or history.steps(run) is None:
        return None
    step = next((each for each in history.step_names(run.pipeline) if name in (each.name, each.entrypoint)), None)
    if step is None:
        return None
    end = _ENDS.get(run.status)
    why = f"which {end}" if end is not None else f"which is {run.status}"
    last = next((each for each in history.runs(run.pipeline, limit=50) if each.id == step.run_id), None)
    before = f" It last ran in {last.name}." if last is not None else ""
    return f"Step {name} has not run in {run.name}, {why}.{before}"


def _no_output(history: History, name: str | None, run: Run, step: Step) -> str | None:
    """Say why a step has no output of a name, or no output at all."""
    outputs = history.outputs(step)
    if outputs is None or not step.status.is_finished:
        return None
    last = _newest_of(history, name, run, step)
    before = f" The last one is from {last.name}." if last is not None else ""
    if not step.status.is_success and (last is not None or name is None) and not (name is None and outputs):
        end = _ENDS.get(step.status, f"is {step.status}")
        return f"Step {step.name} {end} in run {run.name} and saved no output.{before}"
    if outputs:
        return None
    return f"Step {step.name} has no output in run {run.name}.{before}"


def _newest_of(history: History, name: str | None, run: Run, step: Step) -> Run | None:
    """Return the newest run whose step has an output of that name, or any output."""
    known = history.output_names(run.pipeline, step.name)
    seen: Output | None = next((each for each in known if name in (None, each.name)), None)
    location = history.location(seen) if seen is not None else None
    return location[1] if location is not None else None

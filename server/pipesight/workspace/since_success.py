"""The run under the cursor and the last successful run before it, for the question what changed between them."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.history.history import History
from pipesight.history.model import Run, Status
from pipesight.zenml.kinds import Kind, Which

from .context import Context
from .target import Target


@dataclass(frozen=True, slots=True)
class SinceSuccess:
    """A run, and the newest run of its pipeline that succeeded before it."""

    before: Run
    run: Run


def since_success(context: Context, target: Target) -> SinceSuccess | None:
    """Return the two runs to compare at a pipeline, at its last run and at a failed step. Else return None.

    Nothing is returned if no run succeeded before, or if a command would find another run by the same names.
    """
    history = context.history
    run = _run(history, target)
    named = history.run(run.name, run.pipeline) if run is not None and run.pipeline is not None else None
    if run is None or named is None or named.id != run.id:
        return None
    before = history.success_before(run)
    return SinceSuccess(before, run) if before is not None else None


def _run(history: History, target: Target) -> Run | None:
    thing, found = target.thing, target.found
    if thing.kind is Kind.PIPELINE and found.pipeline is not None:
        return history.last_run(found.pipeline.name)
    if thing.kind is Kind.RUN and thing.which is Which.LAST:
        return found.run
    steps = [found.step, *(each.step for _, each in target.alternatives)] if thing.kind is Kind.STEP else []
    failed = next((step for step in steps if step is not None and step.status is Status.FAILED), None)
    return history.run_of(failed) if failed is not None else None

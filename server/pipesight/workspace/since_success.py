"""Find the run under the cursor that can be compared with the last success before it."""

from __future__ import annotations

from pipesight.history.history import History
from pipesight.history.model import Run, Status
from pipesight.zenml.kinds import Kind, Which

from .context import Context
from .target import Target


def since_success(context: Context, target: Target) -> Run | None:
    """Return the run to compare with the last success before it.

    It is the last run at a pipeline or at `.last_run`, and the run of a failed step at that step. Return None if no
    earlier run succeeded, or if a command would find another run by the same names.
    """
    history = context.history
    run = _run(history, target)
    named = history.run(run.name, run.pipeline) if run is not None and run.pipeline is not None else None
    if run is None or named is None or named.id != run.id:
        return None
    return run if history.success_before(run) is not None else None


def _run(history: History, target: Target) -> Run | None:
    thing, found = target.thing, target.found
    if thing.kind is Kind.PIPELINE and found.pipeline is not None:
        return history.last_run(found.pipeline.name)
    if thing.kind is Kind.RUN and thing.which is Which.LAST:
        return found.run
    steps = [found.step, *(each.step for _, each in target.alternatives)] if thing.kind is Kind.STEP else []
    failed = next((step for step in steps if step is not None and step.status is Status.FAILED), None)
    return history.run_of(failed) if failed is not None else None

"""Find the steps of a pipeline's last run that came from the calls in its body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipesight.code.model import Invocation
from pipesight.history.model import Run, Step
from pipesight.zenml.kinds import Generation, Kind

from .context import Context
from .find import Found, invoked


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """The steps or outputs in the last run that came from a call in the body of a pipeline."""

    invocation: Invocation
    found: Found
    steps: tuple[Step, ...] = ()


def made_by(context: Context, invocation: Invocation) -> InvocationResult | None:
    """Return the steps or outputs that came from a call in the last run of its pipeline. None if there are none."""
    found = context.find(invocation.thing)
    if invocation.several:
        steps = _several(context, found.run, invocation.several) if found.run is not None else ()
        return InvocationResult(invocation, replace(found, step=None), tuple(steps)) if steps else None
    step = invocation.thing.nearest(Kind.STEP)
    if step is None or found.step is None or found.assumed:
        return None
    # Only legacy releases name steps by their function. In others, this step comes from another call of the function.
    if found.step.name != step.name and step.generation is not Generation.LEGACY:
        return None
    return InvocationResult(invocation, found, (found.step,)) if found.of(invocation.thing.kind) is not None else None


def _several(context: Context, run: Run, beginning: str) -> Sequence[Step]:
    """Return the steps of a mapped call (`map:double:0`, `map:double:1`, ...), or those of all such calls of a step."""
    steps = context.history.steps(run) or ()
    if beginning.endswith(":"):
        return [step for step in steps if step.name.startswith(beginning)]
    return [step for step in steps if invoked(_call_of(step)) == beginning]


def _call_of(step: Step) -> str:
    """Return the name of the call that made a step: `map:double_2` for `map:double_2:0`."""
    return step.name.rpartition(":")[0] if step.name.startswith("map:") else step.name

"""Find `.output` of steps that have several outputs or none."""

from __future__ import annotations

from collections.abc import Iterator

from pipesight.code.model import Site, Thing
from pipesight.code.quoting import quoted
from pipesight.history.model import Step
from pipesight.pages.words import count
from pipesight.workspace.context import Context
from pipesight.zenml.kinds import Generation, Kind, Which

from .checked import CheckedDocument
from .finding import Finding, Fix

_CODE = "ambiguous-output"
_LISTS = (0, 70)  # the first release in which an output name has a list of artifacts


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield each `.output` that raises an error."""
    for site in checked.certain_sites(Kind.OUTPUT):
        owner = checked.owner_of(site) if site.thing.which is Which.ONLY else None
        if owner is not None and not owner.assumed and owner.run is not None and owner.step is not None:
            yield from _several(checked, site, owner.step)


def _several(checked: CheckedDocument, site: Site, step: Step) -> Iterator[Finding]:
    outputs = checked.history_of(site).outputs(step)
    if outputs is None or not step.status.is_success:
        return
    names = list(dict.fromkeys(output.name for output in outputs))
    if not names and not checked.asked.outcomes:
        yield Finding(_CODE, site.span, f"Step {step.name!r} has no output: `.output` raises an error.")
    elif len(names) > 1:
        listed = ", ".join(map(repr, names))
        message = f"Step {step.name!r} has {count(len(names), 'output')} ({listed}): `.output` raises an error."
        end = "[0]" if _outputs_are_lists(checked.context, site.thing) else ""
        written = [f"outputs[{quoted(name)}]{end}" for name in names]
        yield Finding(_CODE, site.span, message, tuple(Fix(f"Use `.{each}`", site.span, each) for each in written))


def _outputs_are_lists(context: Context, thing: Thing) -> bool:
    if thing.generation is not Generation.MODERN:
        return False
    return context.zenml is None or context.zenml >= _LISTS

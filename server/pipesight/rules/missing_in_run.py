"""Find steps and outputs that other runs have, but not the run that the code names."""

from __future__ import annotations

from collections.abc import Iterator

from pipesight.code.model import Site
from pipesight.history.model import Run, Status
from pipesight.pages.absence import why_absent
from pipesight.zenml.kinds import Kind, Which

from .checked import CheckedDocument
from .finding import Finding
from .unknown_name import has_step, name_at

_CODE = "missing-in-run"
_ENDS = {
    Status.FAILED: " It failed before that.",
    Status.STALE: " It was killed before that.",
    Status.STOPPED: " It was stopped before that.",
}


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield the steps and outputs that the runs named in a document lack.

    `.last_run` is left out, because the next run may have them.
    """
    if checked.asked.outcomes:
        return
    for site in checked.certain_sites(Kind.STEP, Kind.OUTPUT):
        name, run = name_at(site), site.thing.nearest(Kind.RUN)
        if run is None or run.name is None:
            continue
        if name is not None:
            found = _step(checked, site, name) if site.kind is Kind.STEP else _output(checked, site, name)
            yield from (each for each in found if not checked.asked.has(name))
        elif site.thing.which is Which.ONLY:
            yield from _only_output(checked, site)


def _step(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    history, owner = checked.history_of(site), checked.owner_of(site)
    if owner is None or owner.pipeline is None or owner.run is None:
        return
    steps = history.steps(owner.run)
    if steps and not has_step(steps, name) and has_step(history.step_names(owner.pipeline.name), name):
        yield from _missing(site, owner.run, f"step {name!r}")


def _output(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    history, owner = checked.history_of(site), checked.owner_of(site)
    if owner is None or owner.assumed or owner.run is None or owner.step is None:
        return
    outputs = history.outputs(owner.step)
    if outputs is None or not owner.step.status.is_finished:
        return
    saved = sum(output.name == name for output in outputs)
    if saved:
        yield from _beyond(site, owner.run, name, saved)
        return
    if all(output.name != name for output in history.output_names(owner.run.pipeline, owner.step.name)):
        return
    why = why_absent(history, site.thing, owner)
    if why is not None:
        yield Finding(_CODE, site.span, why)
    else:
        yield from _missing(site, owner.run, f"output {name!r} of step {owner.step.name!r}")


def _only_output(checked: CheckedDocument, site: Site) -> Iterator[Finding]:
    """Yield `.output` of a step that did not succeed. It raises an error."""
    owner = checked.owner_of(site)
    if owner is None or owner.step is None or owner.step.status.is_success:
        return
    why = why_absent(checked.history_of(site), site.thing, owner)
    if why is not None:
        yield Finding(_CODE, site.span, why)


def _beyond(site: Site, run: Run, name: str, saved: int) -> Iterator[Finding]:
    index = site.thing.index
    if index is not None and not -saved <= index < saved:
        what = f"output {name!r} once" if saved == 1 else f"output {name!r} {saved} times"
        yield Finding(_CODE, site.span, f"Run {run.name!r} saved {what}, so `[{index}]` raises an IndexError.")


def _missing(site: Site, run: Run, what: str) -> Iterator[Finding]:
    if run.status.is_finished:
        why = _ENDS.get(run.status, "")
        yield Finding(_CODE, site.span, f"Run {run.name!r} has no {what}, but other runs have it.{why}")

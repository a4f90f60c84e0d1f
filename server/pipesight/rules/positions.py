"""Runs, steps and outputs picked by position where that is wrong, or likely to be."""

from __future__ import annotations

from collections.abc import Iterator

from pipesight.code.model import Form, Site, Thing
from pipesight.code.quoting import quoted
from pipesight.pages.words import count, when
from pipesight.workspace.context import Context
from pipesight.workspace.edits import access_of
from pipesight.workspace.find import newest_first
from pipesight.zenml.kinds import Generation, Which

from .finding import AMBIGUOUS_OUTPUT, INDEX_ACCESS, OLDEST_RUN, Finding, Fix, Reading, owner_of

_LISTS = (0, 70)  # since when an output is a list of artifacts


def ambiguous_output(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """`.output` of a step that has several outputs, or none."""
    owner = owner_of(context, site)
    if site.thing.which is not Which.ONLY or owner is None or owner.assumed or owner.run is None or owner.step is None:
        return
    outputs = context.history.outputs(owner.step)
    if outputs is None or not owner.step.status.is_success:
        return
    names = list(dict.fromkeys(output.name for output in outputs))
    if len(names) == 1:
        return
    if not names:
        yield Finding(
            AMBIGUOUS_OUTPUT, site.span, f"Step {owner.step.name!r} has no output: `.output` raises an error."
        )
        return
    listed = ", ".join(map(repr, names))
    message = f"Step {owner.step.name!r} has {count(len(names), 'output')} ({listed}): `.output` raises an error."
    end = "[0]" if _outputs_are_lists(context, site.thing) else ""
    written = [f"outputs[{quoted(name)}]{end}" for name in names]
    fixes = [Fix(f"Use `.{each}`", site.span, each) for each in written]
    yield Finding(AMBIGUOUS_OUTPUT, site.span, message, tuple(fixes))


def _outputs_are_lists(context: Context, thing: Thing) -> bool:
    if thing.generation is not Generation.MODERN:
        return False
    return context.zenml is None or context.zenml >= _LISTS


def oldest_run(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """The oldest run where the newest is likely meant."""
    thing = site.thing
    if thing.which is not Which.INDEX or thing.index not in (0, -1) or site.call != "runs":
        return
    newest = _newest_index(context, thing)
    if newest is None or thing.index == newest:
        return
    pipeline = context.find(thing).pipeline
    message = f"`.runs[{thing.index}]` is the oldest run"
    if pipeline is not None:
        runs = context.history.run_count(pipeline.name)
        if runs < 2:
            return
        last = context.history.last_run(pipeline.name)
        message += f" of {runs}"
        if last is not None:
            message += f"; the newest, `.runs[{newest}]`, is {last.name!r} ({when(last) or last.status})"
    elif context.zenml is None:
        return
    fix = Fix(f"Use `.runs[{newest}]`, the newest run", site.span, str(newest), preferred=True)
    yield Finding(OLDEST_RUN, site.span, message + ".", (fix,))


def _newest_index(context: Context, thing: Thing) -> int | None:
    """Where in `.runs` the newest run is, for code that may mean it; None when that is not certain."""
    first = newest_first(context.history, thing.generation, context.zenml)
    if thing.generation is Generation.MODERN:
        return 0 if first else -1
    return 0 if first else None  # what was written for the old order is right where that still holds


def pipeline_by_index(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """A pipeline by its position."""
    if _is_index(site):
        yield Finding(
            INDEX_ACCESS, site.span, "Which pipeline has this position changes with every new one; use its name."
        )


def step_by_index(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """A step by its position."""
    if not _is_index(site):
        return
    message = "Which step has this position changes with the pipeline; use its name."
    owner = owner_of(context, site)
    steps = context.history.steps(owner.run) if owner is not None and owner.run is not None else None
    index = site.thing.index or 0
    fixes: list[Fix] = []
    if steps and -len(steps) <= index < len(steps):
        name = steps[index].name
        message = f"This is step {name!r} now, and another when the pipeline changes; use its name."
        fixes += _step_by_name(reading, site, name)
    yield Finding(INDEX_ACCESS, site.span, message, tuple(fixes))


def _step_by_name(reading: Reading, site: Site, name: str) -> Iterator[Fix]:
    if site.thing.generation is Generation.MODERN:
        yield Fix(f"Use the name {name!r}", site.span, quoted(name), preferred=True)
    elif (access := access_of(reading.document, site)) is not None:
        yield Fix(f"Use the name {name!r}", access, f"get_step({quoted(name)})", preferred=True)


def _is_index(site: Site) -> bool:
    return site.form is Form.INDEX and site.thing.which is Which.INDEX and site.thing.index is not None

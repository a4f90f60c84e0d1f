"""Runs, steps and outputs picked by position where that is wrong, or likely to be."""

from __future__ import annotations

from collections.abc import Iterator

from pipesight.code.model import Form, Site, Thing
from pipesight.code.quoting import quoted
from pipesight.pages.words import count, when
from pipesight.workspace.context import Context
from pipesight.workspace.edits import access_of
from pipesight.workspace.find import reads_elsewhere
from pipesight.workspace.run_lists import RunList, newest_first, run_list
from pipesight.zenml.kinds import Detail, Generation, Which

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
    """The last run of a list where the newest is likely meant."""
    thing = site.thing
    if thing.which is not Which.INDEX or thing.index not in (0, -1) or site.call != "runs":
        return
    first = newest_first(context.history, thing.generation, context.runtime)
    if first is None or thing.says(Detail.SORT) or reads_elsewhere(thing):
        return
    newest = _newest_index(thing, first)
    if newest is None or thing.index == newest:
        return
    pipeline = context.find(thing).pipeline
    if pipeline is None:
        if context.zenml is not None:
            yield _oldest(site, newest, f"`.runs[{thing.index}]` is the oldest run")
        return
    runs = run_list(context.history, thing, pipeline.name, context.runtime)
    if runs is not None and runs.length > 1:
        which = f"the oldest run of {runs.total}" if runs.is_whole else _on_page(runs)
        message = f"`.runs[{thing.index}]` is {which}"
        last = context.history.last_run(pipeline.name)
        if last is not None and newest == runs.newest_index:
            message += f"; the newest, `.runs[{newest}]`, is {last.name!r} ({when(last) or last.status})"
        yield _oldest(site, newest, message)


def _on_page(runs: RunList) -> str:
    return f"only the oldest of the newest {runs.length}, of {runs.total} runs"


def _oldest(site: Site, newest: int, message: str) -> Finding:
    fix = Fix(f"Use `.runs[{newest}]`, the newest run", site.span, str(newest), preferred=True)
    return Finding(OLDEST_RUN, site.span, message + ".", (fix,))


def _newest_index(thing: Thing, newest_is_first: bool) -> int | None:
    """Where in `.runs` the newest run is, for code that may mean it; None when that is not certain."""
    if thing.generation is Generation.MODERN:
        return 0 if newest_is_first else -1
    return 0 if newest_is_first else None  # what was written for the old order is right where that still holds


def pipeline_by_index(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """A pipeline by its position."""
    if _is_index(site) and site.thing.owner is None:
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

"""Names that the history does not have, or not where the code looks for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from pipesight.code.model import Form, Site
from pipesight.history.model import Pipeline, Run, Status, Step
from pipesight.pages.absence import why_absent
from pipesight.workspace.context import Context
from pipesight.workspace.edits import content_of
from pipesight.workspace.find import Found, invoked, reads_elsewhere
from pipesight.zenml.kinds import Generation, Kind

from .finding import MISSING_IN_RUN, UNKNOWN_NAME, Finding, Fix, Reading, owner_of

_IDENTIFIER = re.compile(r"[0-9a-f-]+\Z")
_OPERATOR = re.compile(r"(?:(?:not_?)?(?:contains|oneof|equals?)|startswith|endswith|is(?:not)?null|in|gte?|lte?):")
_TESTS = ("in", "get")  # members that ask whether a name is there
_NAMES_COMPARED = 100
_ARTIFACTS_KNOWN = 900  # with more than these the history may not know the name of each


def unknown_pipeline(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """A pipeline that the history does not have."""
    history, name = context.history, _name_said(site)
    if name is None or history.pipeline(name) is not None:
        return
    names = [pipeline.name for pipeline in history.pipelines()]
    if not _may_be_shortened(site, names) and not _is_defined(context, reading, Kind.PIPELINE, name):
        yield from _unknown(reading, site, names)


def unknown_run(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """A run that the history does not have, or that is another pipeline's."""
    history, name = context.history, _name_said(site)
    owner = owner_of(context, site)
    if name is None or owner is None:
        return
    pipeline = owner.pipeline.name if owner.pipeline is not None else None
    if history.run(name, pipeline) is not None or _is_defined(context, reading, Kind.RUN, name):
        return
    close = [run.name for run in history.search_runs(name, limit=_NAMES_COMPARED)]
    if _may_be_shortened(site, close):
        return
    elsewhere = history.run(name)
    if elsewhere is not None:
        whose = f"a run of {elsewhere.pipeline!r}" if elsewhere.pipeline else "an unlisted run"
        yield Finding(UNKNOWN_NAME, site.span, f"Pipeline {pipeline!r} has no run {name!r}: it is {whose}.")
    else:
        names = [run.name for run in history.runs(pipeline, limit=_NAMES_COMPARED)]
        yield from _unknown(reading, site, names, f"pipeline {pipeline!r}" if pipeline else "")


def unknown_step(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """A step that the pipeline never had, or that the run named lacks."""
    history, name = context.history, _name_said(site)
    owner = owner_of(context, site)
    if name is None or owner is None or owner.pipeline is None or site.call == "in":
        return
    seen = history.step_names(owner.pipeline.name)
    steps = seen if owner.run is None else history.steps(owner.run)
    if not steps or _has_step(steps, name):
        return
    if _has_step(seen, name):
        if owner.run is not None:
            yield from _missing_in_run(site, owner.run, f"step {name!r}")
    elif not _is_defined(context, reading, Kind.STEP, name) and _all_steps_are_seen(context, owner.pipeline, owner.run):
        names = [step.name for step in seen]
        yield from _unknown(reading, site, names, f"pipeline {owner.pipeline.name!r}")


def unknown_output(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """An output that the step never had, or that it lacks in the run named."""
    history, name = context.history, _name_said(site)
    owner = owner_of(context, site)
    if name is None or owner is None or owner.assumed or owner.run is None or owner.step is None or site.call == "in":
        return
    outputs = history.outputs(owner.step)
    if outputs is None or not owner.step.status.is_finished or any(output.name == name for output in outputs):
        return
    seen = history.output_names(owner.run.pipeline, owner.step.name)
    if any(output.name == name for output in seen):
        yield from _missing_output(context, site, owner, owner.run)
    elif not owner.step.status.is_success:
        return
    elif not _is_defined(context, reading, Kind.OUTPUT, name):
        yield from _unknown(reading, site, [output.name for output in outputs], f"step {owner.step.name!r}")


def unknown_artifact(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    """An artifact that the history does not have."""
    name = _name_said(site)
    artifacts = context.history.artifacts()
    if name is None or not 0 < len(artifacts) < _ARTIFACTS_KNOWN or site.thing.generation is not Generation.MODERN:
        return
    if site.thing.owner is not None and site.thing.owner.kind is not Kind.MODEL:
        return  # the name of an input or of a version
    names = [artifact.artifact or artifact.name for artifact in artifacts]
    known = name in names or _may_be_shortened(site, names)
    if not known and not any(_is_defined(context, reading, kind, name) for kind in (Kind.OUTPUT, Kind.ARTIFACT)):
        yield from _unknown(reading, site, names)


def _name_said(site: Site) -> str | None:
    """The name at a site that means one thing; None for what is still to be typed, for ids and for search terms."""
    name = site.name
    if not name or site.form not in (Form.LITERAL, Form.VARIABLE) or _OPERATOR.match(name):
        return None
    return name


def _may_be_shortened(site: Site, names: Iterable[str]) -> bool:
    """Whether ZenML might take the name for an id, or for the beginning of an id or of a longer name."""
    name = site.name or ""
    exact = site.thing.generation in (Generation.LEGACY, Generation.MIDDLE)
    return _IDENTIFIER.match(name) is not None or (not exact and any(other.startswith(name) for other in names))


def _is_defined(context: Context, reading: Reading, kind: Kind, name: str) -> bool:
    """Whether the code defines the name: it may not have run yet."""
    names = (name, invoked(name)) if kind is Kind.STEP else (name,)
    if any((kind, each) in reading.defined for each in names):
        return True
    return context.places is not None and any(context.places.defines(kind, each) for each in names)


def _has_step(steps: Iterable[Step], name: str) -> bool:
    return any(name in (step.name, step.entrypoint) for step in steps)


def _all_steps_are_seen(context: Context, pipeline: Pipeline, run: Run | None) -> bool:
    """Whether a run got to its end, and the one that is asked to its own: a step that comes later is not known."""
    completed = context.history.last_run(pipeline.name, successful=True) is not None
    return completed and (run is None or run.status.is_finished)


def _unknown(reading: Reading, site: Site, names: Sequence[str], where: str = "") -> Iterator[Finding]:
    name = site.name or ""
    close = get_close_matches(name, names, 3, 0.6)
    if reading.switches or reads_elsewhere(site.thing) or not (close or site.form is Form.LITERAL):
        return  # a variable may hold another name when the code runs, unless this one is a slip
    message = f"{where[:1].upper()}{where[1:]} has" if where else "The history has"
    message += f" no {site.kind} {name!r}."
    if close:
        message += f" Did you mean {close[0]!r}?"
    elif names:
        listed = ", ".join(map(repr, names[:5]))
        message += f" There {'is' if len(names) == 1 else 'are'}: {listed}{', ...' if len(names) > 5 else ''}"
    written = ((other, content_of(reading.document, site, other)) for other in close)
    fixes = [
        Fix(f"Change to {other!r}", edit[0], edit[1], preferred=number == 0)
        for number, (other, edit) in enumerate(written)
        if edit is not None
    ]
    yield Finding(UNKNOWN_NAME, site.span, message, tuple(fixes))


def _missing_output(context: Context, site: Site, owner: Found, run: Run) -> Iterator[Finding]:
    named = site.thing.nearest(Kind.RUN)
    if named is None or named.name is None or site.call in _TESTS:
        return
    why = why_absent(context.history, site.thing, owner)
    if why is not None:
        yield Finding(MISSING_IN_RUN, site.span, why)
    elif owner.step is not None:
        yield from _missing_in_run(site, run, f"output {site.name!r} of step {owner.step.name!r}")


def _missing_in_run(site: Site, run: Run, what: str) -> Iterator[Finding]:
    """Only where the code names the run: what `last_run` lacks today the next run may have."""
    named = site.thing.nearest(Kind.RUN)
    if named is None or named.name is None or not run.status.is_finished or site.call in _TESTS:
        return
    why = {
        Status.FAILED: " It failed before.",
        Status.STALE: " It was killed before.",
        Status.STOPPED: " It was stopped before.",
    }.get(run.status, "")
    yield Finding(MISSING_IN_RUN, site.span, f"Run {run.name!r} has no {what}, though other runs have.{why}")

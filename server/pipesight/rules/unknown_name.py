"""Find names of pipelines, runs, steps, outputs and artifacts that the history does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipesight.code.answers.asked import is_tested, seeks
from pipesight.code.answers.looped import looped
from pipesight.code.model import Form, Site
from pipesight.history.history import History
from pipesight.history.model import Pipeline, Run, Step
from pipesight.pages.words import first_names
from pipesight.slices import pausing
from pipesight.workspace.edits import content_of
from pipesight.zenml.kinds import Detail, Generation, Kind

from .catalog import DIAGNOSTICS
from .checked import CheckedDocument
from .finding import Finding, Fix
from .likeness import close_names
from .unknown_word import reads, unknown_word

_CODE = "unknown-name"
_ERRORS = DIAGNOSTICS[_CODE].errors
_IDENTIFIER = re.compile(r"[0-9a-f-]+\Z")
_OPERATOR = re.compile(r"(?:(?:not_?)?(?:contains|oneof|equals?)|startswith|endswith|is(?:not)?null|in|gte?|lte?):")
_PLACEHOLDER = re.compile(r"<[^<>]*>\Z|\{[^{}]*\}\Z|\.+\Z|your[ _-]", re.IGNORECASE)
_GIVING_NONE = (Generation.LEGACY, Generation.MIDDLE)  # their get_pipeline() returns None for a missing name
_INPUTS = ("inputs", "regular_inputs")
_NAMES_COMPARED = 100
_NAMES_LISTED = 5
_ARTIFACTS_KNOWN = 900  # artifacts up to which the index certainly has all names


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield the unknown names of a document."""
    if checked.switches:
        return
    rules = {
        Kind.PIPELINE: _pipeline,
        Kind.RUN: _run,
        Kind.STEP: _step,
        Kind.OUTPUT: _output,
        Kind.ARTIFACT: _artifact,
        Kind.MODEL: _model,
        Kind.STACK: _stack,
    }
    sites = [site for site in checked.sites(*rules) if not site.thing.says(Detail.DEFAULT)]
    given = {(each.span, each.kind): each for site in pausing(sites) for each in _looped(checked, site)}
    for site in pausing((*sites, *given.values())):
        name = name_at(site)
        if name is not None:
            yield from rules[site.kind](checked, site, name)
    for site in checked.words():
        name = name_at(site) if not site.thing.is_default else None
        unknown = unknown_word(checked, site, name) if name is not None else None
        if unknown is not None and not (unknown.only_slips and not close_names(name or "", unknown.words)):
            yield from _unknown(checked, site, unknown.words, unknown.where)


def _looped(checked: CheckedDocument, site: Site) -> Iterator[Site]:
    """Yield a site for each literal that a loop assigns to the variable at a site. The loop certainly uses them all."""
    if site.form is not Form.VARIABLE or site.name is not None or seeks(site):
        return
    # Few variables are assigned by such a loop, so this is checked before the slower conditions.
    literals = [each for each in looped(checked.document, site) if checked.contains(each[1])]
    if not literals or checked.expects(site.span, _ERRORS):
        return
    if any(each.call == "in" and _same_text(checked, each, site) for each in checked.document.sites):
        return
    for name, span in literals:
        thing = replace(site.thing, name=name, which=None, index=None)
        yield replace(site, thing=thing, things=(), form=Form.LITERAL, span=span, expression=span)


def _same_text(checked: CheckedDocument, one: Site, other: Site) -> bool:
    return checked.document.text_at(one.span) == checked.document.text_at(other.span)


def name_at(site: Site) -> str | None:
    """Return the name at a site. None for a placeholder, a filter such as `startswith:x`, and an empty name."""
    name = site.name
    if not name or site.form not in (Form.LITERAL, Form.VARIABLE) or _OPERATOR.match(name) or _PLACEHOLDER.match(name):
        return None
    return name


def has_step(steps: Iterable[Step], name: str) -> bool:
    """Return whether one of the steps has this name, or a function of this name."""
    return any(name in (step.name, step.entrypoint) for step in steps)


def _pipeline(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    history = checked.history_of(site)
    if history.pipeline(name) is not None:
        return
    if site.thing.generation in _GIVING_NONE and is_tested(checked.document, site):
        return
    names = [pipeline.name for pipeline in history.pipelines()]
    if not _may_be_shortened(site, names) and not checked.defines(Kind.PIPELINE, name):
        yield from _unknown(checked, site, names)


def _run(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    """Yield a finding for a run that the history lacks, or that belongs to another pipeline."""
    history, owner = checked.history_of(site), checked.owner_of(site)
    if owner is None:
        return
    pipeline = owner.name_of(Kind.PIPELINE)
    if history.run(name, pipeline) is not None or checked.defines(Kind.RUN, name):
        return
    close = [run.name for run in history.search_runs(name, limit=_NAMES_COMPARED)]
    if _may_be_shortened(site, close):
        return
    elsewhere = history.run(name)
    if elsewhere is not None and site.thing.is_default:
        return
    if elsewhere is not None and not checked.asked.has(name):
        whose = f"a run of {elsewhere.pipeline!r}" if elsewhere.pipeline else "an unlisted run"
        yield Finding(_CODE, site.span, f"Pipeline {pipeline!r} has no run {name!r}: it is {whose}.")
    else:
        names = [run.name for run in history.runs(pipeline, limit=_NAMES_COMPARED)]
        yield from _unknown(checked, site, names, f"pipeline {pipeline!r}" if pipeline else "")


def _step(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    """Yield a finding for a step that the pipeline never had."""
    history, owner = checked.history_of(site), checked.owner_of(site)
    if owner is None or owner.pipeline is None or site.call == "in":
        return
    seen = history.step_names(owner.pipeline.name)
    steps = seen if owner.run is None else history.steps(owner.run)
    if not steps or has_step(steps, name) or has_step(seen, name) or checked.defines(Kind.STEP, name):
        return
    if _all_steps_are_seen(history, owner.pipeline, owner.run):
        yield from _unknown(checked, site, [step.name for step in seen], f"pipeline {owner.pipeline.name!r}")


def _output(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    """Yield a finding for an output that the step never had."""
    history, owner = checked.history_of(site), checked.owner_of(site)
    if owner is None or owner.assumed or owner.run is None or owner.step is None or site.call == "in":
        return
    outputs = history.outputs(owner.step)
    if outputs is None or not owner.step.status.is_success:
        return
    seen = {output.name for output in (*outputs, *history.output_names(owner.run.pipeline, owner.step.name))}
    if name not in seen and not checked.defines(Kind.OUTPUT, name):
        yield from _unknown(checked, site, [output.name for output in outputs], f"step {owner.step.name!r}")


def _artifact(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    artifacts = checked.history_of(site).artifacts()
    if not 0 < len(artifacts) < _ARTIFACTS_KNOWN or site.thing.generation is not Generation.MODERN:
        return
    if site.thing.owner is not None and site.thing.owner.kind is Kind.STEP:
        yield from _input(checked, site, name)
        return
    if site.thing.owner is not None and site.thing.owner.kind is not Kind.MODEL:
        return  # the name is that of a version
    names = [artifact.artifact or artifact.name for artifact in artifacts]
    known = name in names or _may_be_shortened(site, names)
    if not known and not any(checked.defines(kind, name) for kind in (Kind.OUTPUT, Kind.ARTIFACT)):
        yield from _unknown(checked, site, names)


def _input(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    """Yield a finding for an input that the step of a run did not have."""
    owner = checked.owner_of(site)
    if owner is None or owner.assumed or owner.step is None or site.call not in _INPUTS:
        return
    names = [each.name for each in checked.history_of(site).inputs(owner.step) or ()]
    if names and name not in names and owner.step.status.is_finished:
        yield from _unknown(checked, site, names, f"step {owner.step.name!r}", "input")


def _model(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    """Yield a finding for a model that the code reads, unless the workspace mentions the name elsewhere."""
    models = checked.history_of(site).models()
    is_missing = bool(models) and reads(site.call or "") and not _may_be_shortened(site, models)
    if is_missing and not _is_said_elsewhere(checked, site):
        yield from _unknown(checked, site, models)


def _stack(checked: CheckedDocument, site: Site, name: str) -> Iterator[Finding]:
    stacks = checked.history_of(site).stacks()
    is_asked = site.thing.generation is Generation.MODERN and reads(site.call or "")
    if stacks and is_asked and not _may_be_shortened(site, stacks) and not _is_said_elsewhere(checked, site):
        yield from _unknown(checked, site, stacks)


def _is_said_elsewhere(checked: CheckedDocument, site: Site) -> bool:
    """Return whether the workspace contains the name at another place, which may create the object."""
    said = (each.thing for each in checked.context.places.all())
    return sum(1 for thing in said if (thing.kind, thing.name) == (site.kind, site.name)) > 1


def _may_be_shortened(site: Site, names: Iterable[str]) -> bool:
    """Return whether ZenML may accept the name as an id, or as a prefix of an id or of another name."""
    name = site.name or ""
    exact = site.thing.generation in (Generation.LEGACY, Generation.MIDDLE)
    return _IDENTIFIER.match(name) is not None or (not exact and any(other.startswith(name) for other in names))


def _all_steps_are_seen(history: History, pipeline: Pipeline, run: Run | None) -> bool:
    """Return whether the history has every step: some run completed, and the given run has ended."""
    completed = history.last_run(pipeline.name, successful=True) is not None
    return completed and (run is None or run.status.is_finished)


def _unknown(
    checked: CheckedDocument, site: Site, names: Sequence[str], where: str = "", what: str = ""
) -> Iterator[Finding]:
    name = site.name or ""
    if not checked.says(site) or name in checked.asked.tested or checked.defines(site.kind, name):
        return
    close = close_names(name, names)
    if site.thing.is_default and not (close and _is_nowhere(checked.history_of(site), site.kind, name)):
        return  # the code may get another owner than the default, and that one may have the name
    if not close and (site.form is not Form.LITERAL or name in checked.asked.sought):
        return  # a variable may have another value at run time, and a search may find nothing. Only a slip is certain
    message = f"{where[:1].upper()}{where[1:]} has" if where else "The history has"
    message += f" no {what or site.kind} {name!r}."
    if close:
        message += f" Did you mean {close[0]!r}?"
    elif names:
        message += f" There {'is' if len(names) == 1 else 'are'}: {first_names(names, _NAMES_LISTED)}"
    yield Finding(_CODE, site.span, message, tuple(_fixes(checked, site, close)))


def _is_nowhere(history: History, kind: Kind, name: str) -> bool:
    """Return whether no pipeline has a step or output with this name."""
    if kind is Kind.OUTPUT:
        return all(each.name != name for each in history.output_names(None, None))
    return not has_step(history.step_names(None), name)


def _fixes(checked: CheckedDocument, site: Site, close: Sequence[str]) -> Iterator[Fix]:
    written = ((other, content_of(checked.document, site, other)) for other in close)
    for number, (other, edit) in enumerate(written):
        if edit is not None:
            yield Fix(f"Change to {other!r}", *edit, preferred=number == 0)

"""What is wrong, or likely wrong, in how code reads the history: one rule for each diagnostic, silent when unsure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from pipesight.code.accesses import Access, accesses, imports
from pipesight.code.analysis import Document
from pipesight.code.model import Form, Generation, Kind, Site, Span, Thing, Which
from pipesight.features.context import Context
from pipesight.features.edits import access_of, content_of
from pipesight.features.find import Found, newest_first
from pipesight.features.installed import Release, shown
from pipesight.features.members import KEYWORDS, MEMBERS, MODULES, Absence, absent
from pipesight.features.words import count, when
from pipesight.history.history import History
from pipesight.history.model import Output, Run, Status, Step

UNKNOWN_NAME = "unknown-name"
AMBIGUOUS_OUTPUT = "ambiguous-output"
OLDEST_RUN = "oldest-run"
INDEX_ACCESS = "index-access"
MISSING_MEMBER = "missing-member"
MISSING_IN_RUN = "missing-in-run"
MISSING_ARTIFACT = "missing-artifact"

CODES = {
    UNKNOWN_NAME: "A name that the history does not have.",
    AMBIGUOUS_OUTPUT: "`.output` of a step that has several outputs, or none.",
    OLDEST_RUN: "An index into `.runs` that gives the oldest run where the newest is likely meant.",
    INDEX_ACCESS: "A pipeline or step picked by its position, which changes, instead of its name.",
    MISSING_MEMBER: "A module, member or keyword that the installed ZenML does not have.",
    MISSING_IN_RUN: "A step or output that other runs have, but not the one that is named.",
    MISSING_ARTIFACT: "An output whose file is gone.",
}

_IDENTIFIER = re.compile(r"[0-9a-f-]+\Z")
_OPERATOR = re.compile(r"(?:contains|startswith|endswith|oneof|in|not_?equals?|equals|gte?|lte?):")
_TESTS = ("in", "get")  # members that ask whether a name is there
_SWITCHES = frozenset(
    ("activate_stack", "set_active_stack", "set_active_project", "set_active_workspace", "activate_project")
)
_NAMES_COMPARED = 100
_ARTIFACTS_KNOWN = 900  # with more than these the history may not know the name of each
_LISTS = (0, 70)  # since when an output is a list of artifacts


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that mends a finding: what to write over `span`. `preferred` when it is very likely the right one."""

    title: str
    span: Span
    text: str
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at `span`, with the diagnostic's code, a sentence for people, and how to mend it."""

    code: str
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()


def is_settled(history: History) -> bool:
    """True when the index is known to be what the stores say: only then a name can be called unknown."""
    sources = history.state.sources
    return bool(sources) and all(
        source.total is not None and not source.syncing and source.error is None for source in sources
    )


def findings(context: Context, document: Document, contains: Callable[[Span], bool]) -> Iterator[Finding]:
    """What is wrong in the part of a document that `contains` says; nothing without a history that is settled."""
    if not document.uses_zenml or context.history.is_empty or not is_settled(context.history):
        return
    reading = Reading(document)
    for site in document.sites:
        if contains(site.span):
            for rule in _RULES.get(site.kind, ()):
                yield from rule(context, reading, site)
    if context.zenml is not None:
        yield from _missing_members(reading, context.zenml, contains)


class Reading:
    """A document, and what it asks of ZenML's objects besides names, worked out once it is needed."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def accesses(self) -> tuple[Access, ...]:
        return tuple(accesses(self.document))

    @cached_property
    def defined(self) -> frozenset[tuple[Kind, str]]:
        """The names that it defines itself."""
        return frozenset((each.kind, each.name) for each in self.document.definitions)

    @cached_property
    def switches(self) -> bool:
        """Whether it turns to another project or stack."""
        return any(access.member in _SWITCHES for access in self.accesses)


# Names


def _unknown_pipeline(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    history, name = context.history, _name_said(site)
    if name is None or history.pipeline(name) is not None:
        return
    names = [pipeline.name for pipeline in history.pipelines()]
    if not _may_be_shortened(site, names) and not _is_defined(context, reading, Kind.PIPELINE, name):
        yield from _unknown(reading, site, names)


def _unknown_run(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    history, name = context.history, _name_said(site)
    owner = _owner(context, site)
    if name is None or owner is None:
        return
    pipeline = owner.pipeline.name if owner.pipeline is not None else None
    if history.run(name, pipeline) is not None:
        return
    close = [run.name for run in history.search_runs(name, limit=1)]
    if _may_be_shortened(site, close):
        return
    elsewhere = history.run(name)
    if elsewhere is not None:
        whose = f"a run of {elsewhere.pipeline!r}" if elsewhere.pipeline else "an unlisted run"
        yield Finding(UNKNOWN_NAME, site.span, f"Pipeline {pipeline!r} has no run {name!r}: it is {whose}.")
    else:
        names = [run.name for run in history.runs(pipeline, limit=_NAMES_COMPARED)]
        yield from _unknown(reading, site, names, f"pipeline {pipeline!r}" if pipeline else "")


def _unknown_step(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    history, name = context.history, _name_said(site)
    owner = _owner(context, site)
    if name is None or owner is None or owner.pipeline is None or site.call == "in":
        return
    seen = history.step_names(owner.pipeline.name)
    steps = seen if owner.run is None else history.steps(owner.run)
    if not steps or _has_step(steps, name):
        return
    if _has_step(seen, name):
        if owner.run is not None:
            yield from _missing_in_run(site, owner.run, f"step {name!r}")
    elif not _is_defined(context, reading, Kind.STEP, name) and _has_ended(owner.run):
        names = [step.name for step in seen]
        yield from _unknown(reading, site, names, f"pipeline {owner.pipeline.name!r}")


def _unknown_output(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    history, name = context.history, _name_said(site)
    owner = _owner(context, site)
    if name is None or owner is None or owner.assumed or owner.run is None or owner.step is None or site.call == "in":
        return
    outputs = history.outputs(owner.step)
    if not outputs or not owner.step.status.is_success or any(output.name == name for output in outputs):
        return
    seen = history.output_names(owner.run.pipeline, owner.step.name)
    if any(output.name == name for output in seen):
        yield from _missing_in_run(site, owner.run, f"output {name!r} of step {owner.step.name!r}")
    elif not _is_defined(context, reading, Kind.OUTPUT, name):
        yield from _unknown(reading, site, [output.name for output in outputs], f"step {owner.step.name!r}")


def _unknown_artifact(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    name = _name_said(site)
    artifacts = context.history.artifacts()
    if name is None or not 0 < len(artifacts) < _ARTIFACTS_KNOWN or site.thing.generation is not Generation.MODERN:
        return
    names = [artifact.artifact or artifact.name for artifact in artifacts]
    known = name in names or _may_be_shortened(site, names)
    if not known and not _is_defined(context, reading, Kind.OUTPUT, name):
        yield from _unknown(reading, site, names)


def _name_said(site: Site) -> str | None:
    """The name at a site that means one thing; None for what is still to be typed, for ids and for search terms."""
    name = site.name
    if not name or site.form not in (Form.LITERAL, Form.VARIABLE) or _OPERATOR.match(name):
        return None
    return name


def _owner(context: Context, site: Site) -> Found | None:
    """The owner of a site's thing in the history, nothing for a thing without one; None when it is itself unknown."""
    owner = site.thing.owner
    if owner is None:
        return Found() if site.kind is Kind.RUN else None
    found = context.find(owner)
    told = {Kind.PIPELINE: found.pipeline, Kind.RUN: found.run, Kind.STEP: found.step}
    for thing in owner.chain():
        picked = thing.name is not None or thing.which in (Which.LAST, Which.LAST_SUCCESSFUL, Which.INDEX)
        if picked and told.get(thing.kind) is None:
            return None
    return found


def _may_be_shortened(site: Site, names: Iterable[str]) -> bool:
    """Whether ZenML might take the name for an id, or for the beginning of an id or of a longer name."""
    name = site.name or ""
    exact = site.thing.generation in (Generation.LEGACY, Generation.MIDDLE)
    return _IDENTIFIER.match(name) is not None or (not exact and any(other.startswith(name) for other in names))


def _is_defined(context: Context, reading: Reading, kind: Kind, name: str) -> bool:
    """Whether the code defines the name: it may not have run yet."""
    if (kind, name) in reading.defined:
        return True
    return context.places is not None and context.places.defines(kind, name)


def _has_step(steps: Iterable[Step], name: str) -> bool:
    return any(name in (step.name, step.entrypoint) for step in steps)


def _has_ended(run: Run | None) -> bool:
    return run is None or run.status.is_finished


def _unknown(reading: Reading, site: Site, names: Sequence[str], where: str = "") -> Iterator[Finding]:
    name = site.name or ""
    close = get_close_matches(name, names, 3, 0.6)
    if _reads_elsewhere(reading, site) or not (close or site.form is Form.LITERAL):
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


def _reads_elsewhere(reading: Reading, site: Site) -> bool:
    """Whether the code turns to another project or stack than the one that the history is of."""
    if reading.switches:
        return True
    keywords = [
        keyword
        for access in reading.accesses
        if site.expression.start <= access.span.start and access.span.end <= site.expression.end
        for keyword, _ in access.keywords
    ]
    return "project" in keywords or "workspace" in keywords


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


# Positions


def _ambiguous_output(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    owner = _owner(context, site)
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
    fixes = [Fix(f'Use `.outputs["{name}"]{end}`', site.span, f'outputs["{name}"]{end}') for name in names]
    yield Finding(AMBIGUOUS_OUTPUT, site.span, message, tuple(fixes))


def _outputs_are_lists(context: Context, thing: Thing) -> bool:
    if thing.generation is not Generation.MODERN:
        return False
    return context.zenml is None or context.zenml >= _LISTS


def _oldest_run(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
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


def _pipeline_by_index(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    if _is_index(site):
        yield Finding(
            INDEX_ACCESS, site.span, "Which pipeline has this position changes with every new one; use its name."
        )


def _step_by_index(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    if not _is_index(site):
        return
    message = "Which step has this position changes with the pipeline; use its name."
    owner = _owner(context, site)
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
        yield Fix(f"Use the name {name!r}", site.span, f'"{name}"', preferred=True)
    elif (access := access_of(reading.document, site)) is not None:
        yield Fix(f"Use the name {name!r}", access, f'get_step("{name}")', preferred=True)


def _is_index(site: Site) -> bool:
    return site.form is Form.INDEX and site.thing.which is Which.INDEX and site.thing.index is not None


# Files and members


def _missing_artifact(context: Context, reading: Reading, site: Site) -> Iterator[Finding]:
    found = context.find(site.thing)
    output = found.output
    if output is None or found.assumed or found.run is None or not context.presence.is_gone(output.uri):
        return
    yield Finding(MISSING_ARTIFACT, site.span, _gone(output, found.run))


def _gone(output: Output, run: Run) -> str:
    return f"The value of output {output.name!r} of run {run.name!r} is gone: {output.uri} does not exist any more."


def _missing_members(reading: Reading, release: Release, contains: Callable[[Span], bool]) -> Iterator[Finding]:
    for module, span in imports(reading.document):
        absence = absent(MODULES, module, release) if contains(span) else None
        if absence is not None:
            yield Finding(MISSING_MEMBER, span, _lacks(f"module {module}", release, absence))
    for access in reading.accesses:
        if _may_exist(access):
            yield from (found for found in _missing_member(reading, release, access) if contains(found.span))


def _missing_member(reading: Reading, release: Release, access: Access) -> Iterator[Finding]:
    absence = MEMBERS.get((access.receiver, access.member))
    if absence is not None and absence.covers(release):
        article = "an" if access.receiver[0] in "aeiou" else "a"
        message = _lacks(f"member {access.member!r} of {article} {access.receiver}", release, absence)
        yield Finding(MISSING_MEMBER, access.span, message, tuple(_replaced(reading, access)))
        return
    for keyword, span in access.keywords:
        absence = KEYWORDS.get((access.receiver, access.member, keyword))
        if absence is not None and absence.covers(release):
            fixes = [Fix(f"Use `{absence.instead}`", span, absence.instead, preferred=True)] if absence.instead else []
            message = _lacks(f"keyword {keyword!r} of {access.member}()", release, absence)
            yield Finding(MISSING_MEMBER, span, message, tuple(fixes))


def _may_exist(access: Access) -> bool:
    """False for what comes from an import that itself is reported."""
    generation = access.thing.generation if access.thing is not None else None
    return generation in (None, Generation.MODERN)


def _lacks(what: str, release: Release, absence: Absence) -> str:
    instead = f" Use {absence.instead}." if absence.instead else ""
    return f"ZenML {shown(release)}, which is installed, has no {what}.{instead}"


def _replaced(reading: Reading, access: Access) -> Iterator[Fix]:
    if access.member in ("read", "load"):
        other = "load" if access.member == "read" else "read"
        yield Fix(f"Use `{other}`", access.span, other, preferred=True)
    elif access.member == "list_runs":
        yield Fix("Use `list_pipeline_runs`", access.span, "list_pipeline_runs", preferred=True)
    elif access.member == "get_step":
        for site in reading.document.sites:
            literal = site.form is Form.LITERAL and site.call == "get_step" and site.name
            if literal and site.expression.start <= access.span.start and access.span.end <= site.span.start:
                whole = Span(access.span.start, site.expression.end)
                yield Fix(f'Use `steps["{site.name}"]`', whole, f'steps["{site.name}"]', preferred=True)
                return


Rule = Callable[[Context, Reading, Site], Iterator[Finding]]

_RULES: dict[Kind, tuple[Rule, ...]] = {
    Kind.PIPELINE: (_unknown_pipeline, _pipeline_by_index),
    Kind.RUN: (_unknown_run, _oldest_run),
    Kind.STEP: (_unknown_step, _step_by_index),
    Kind.OUTPUT: (_unknown_output, _ambiguous_output, _missing_artifact),
    Kind.ARTIFACT: (_unknown_artifact, _missing_artifact),
}

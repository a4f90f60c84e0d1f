"""Build the pages of models, stacks and words: versions, tags, projects, metadata keys, statuses and columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipesight.code.model import Thing
from pipesight.history.history import History
from pipesight.history.model import Entity, Metadata, ModelVersion, Status
from pipesight.workspace.context import Context
from pipesight.workspace.find import Found, model_version
from pipesight.workspace.vocabulary import Asking, asked_history, entities, metadata_of
from pipesight.zenml.kinds import Detail, Kind
from pipesight.zenml.releases import columns, stages, statuses

from .describe import describe, source_line
from .page import Block, Grid, Heading, Line, Page
from .recorded_facts import metadata_grid, names_line, tags_line
from .words import count, json_text, one_line

_VALUE = 400
"""Characters of the value of a metadata key."""
_VERSIONS = 5
_DIRECTIONS = {"desc": "the largest or newest first", "asc": "the smallest or oldest first"}


def term_page(context: Context, thing: Thing, found: Found) -> Page | None:
    """Return the page of a model, a stack or a word, None if nothing is known about it.

    `found` has the objects that the word belongs to.
    """
    name = thing.name
    if not name:
        return None
    if thing.kind in (Kind.METADATA, Kind.PARAMETER):
        return _key(context, thing, name, found)
    if thing.kind is Kind.PROJECT:
        return _project(context.history, name)
    if thing.kind in _WORDS:
        return _closed(context, thing, name)
    history = asked_history(context, Asking.of(thing))
    if history is None:
        return None
    match thing.kind:
        case Kind.MODEL:
            return _model(history, name)
        case Kind.VERSION:
            return _version(context, thing, name)
        case _:
            return _entity(history, thing, name)


# Keys


def _key(context: Context, thing: Thing, name: str, found: Found) -> Page | None:
    """Return the page of a metadata key or a parameter: its value, and the run or step that has it."""
    if thing.kind is Kind.PARAMETER:
        return _parameter(context.history_of(thing), name, found)
    logged = (metadata_of(context, thing.owner, found) or {}).get(name)
    if logged is None:
        return None
    return Page((Heading("metadata", name), Line(_value(logged)), *_whose(context, thing, found)))


def _parameter(history: History, name: str, found: Found) -> Page | None:
    if found.step is None or name not in found.step.parameters:
        return None
    value = one_line(json_text(found.step.parameters[name]), _VALUE)
    line = Line(f"{value} in step {found.step.name}")
    return Page((Heading("parameter", name), line, *source_line(history, found)))


def _value(logged: Metadata) -> str:
    text = logged.value if isinstance(logged.value, str) else json_text(logged.value)
    more = f" … {logged.length} characters" if logged.length is not None else ""
    return one_line(text, _VALUE) + more + (f" · {logged.type}" if logged.type else "")


def _whose(context: Context, thing: Thing, found: Found) -> Iterable[Line]:
    owner, history = thing.owner, context.history_of(thing)
    if owner is not None and owner.kind is Kind.MODEL:
        version = model_version(history, owner)
        return (Line(f"From version {version.name} of model {version.model}"),) if version is not None else ()
    if owner is not None and owner.kind is Kind.RUN and found.run is None and found.pipeline is not None:
        last = history.last_run(found.pipeline.name)
        return source_line(history, Found(found.pipeline, last, assumed=True))
    return source_line(history, found, of_step=True)


# Models and their versions, versions of artifacts


def _model(history: History, name: str) -> Page | None:
    if name not in history.models():
        return None
    entity = _named(history.entities(Kind.MODEL.value), name)
    versions = history.model_versions(name)
    return Page((Heading("model", name), *_facts(entity), *_model_versions(versions)))


def _model_versions(versions: Sequence[ModelVersion] | None) -> Iterable[Block]:
    if versions is None:
        yield Line("Its versions are being read. Ask again in a moment.")
        return
    yield Line(count(len(versions), "version"))
    if versions:
        rows = [(each.name, each.stage or "", ", ".join(each.tags)) for each in versions[:_VERSIONS]]
        staged = [(each.name, each.stage or "", ", ".join(each.tags)) for each in versions[_VERSIONS:] if each.stage]
        yield Grid(("version", "stage", "tags"), rows + staged[:_VERSIONS])


def _version(context: Context, thing: Thing, name: str) -> Page | None:
    owner = thing.owner
    if owner is None or owner.name is None:
        return None
    details = (*(each for each in owner.details if each[0] is not Detail.VERSION), (Detail.VERSION, name))
    told = Thing(owner.kind, owner.name, owner=owner.owner, generation=owner.generation, details=details)
    history = context.history_of(told)
    if owner.kind is Kind.ARTIFACT:
        found = context.find(told)
        return describe(history, found) if found.output is not None and found.output.version == name else None
    version = model_version(history, told)
    return _model_version(history, version) if version is not None else None


def _model_version(history: History, version: ModelVersion) -> Page:
    artifacts = history.model_artifacts(version) or ()
    facts = [f"number {version.number}", f"stage {version.stage}" if version.stage else ""]
    return Page(
        (
            Heading("model version", f"{version.model} {version.name}"),
            Line(" · ".join(filter(None, facts))),
            *tags_line(version.tags),
            *names_line("Artifacts", (each.artifact or each.name for each in artifacts)),
            *metadata_grid(version.metadata),
        )
    )


# Named objects


def _entity(history: History, thing: Thing, name: str) -> Page | None:
    found = [each for each in entities(history, Asking.of(thing)) or () if each.name == name]
    if not found:
        return None
    if thing.kind is Kind.STACK:
        return Page((Heading("stack", name), *(Grid(("component", "name"), each.facts) for each in found)))
    pages = [block for each in found[:_VERSIONS] for block in _facts(each)]
    return Page((Heading(str(thing.kind), name), *pages))


def _named(found: Iterable[Entity] | None, name: str) -> Entity | None:
    return next((each for each in found or () if each.name == name), None)


def _facts(entity: Entity | None) -> Iterable[Line]:
    if entity is not None and entity.facts:
        yield Line(" · ".join(f"{word} {value}" for word, value in entity.facts))


def _project(history: History, name: str) -> Page | None:
    project = next((each for each in history.projects() if each.is_named(name)), None)
    if project is None:
        return None
    pipelines = history.in_project(project.id).pipelines()
    active = "The active project" if project == history.project() else "Another project of this store"
    names = names_line(count(len(pipelines), "pipeline"), (each.name for each in pipelines))
    return Page((Heading("project", project.name), Line(active), *names))


# Words of a closed set


def _closed(context: Context, thing: Thing, name: str) -> Page | None:
    about = _WORDS[thing.kind](context, Asking.of(thing).detail(Detail.CALL), name)
    return Page((Heading(str(thing.kind), name), Line(about))) if about else None


def _status(context: Context, call: str, name: str) -> str:
    if name not in statuses(call, context.zenml):
        return ""
    if name not in statuses("", context.zenml):
        return "A status of a deployment."
    status = Status(name)
    if not status.is_finished:
        return "Not ended yet."
    return "Ended with success." if status.is_success else "Ended without success."


def _stage(context: Context, call: str, name: str) -> str:
    return "A stage of a model version." if name in stages(context.zenml) else ""


def _column(context: Context, call: str, name: str) -> str:
    direction, _, column = name.rpartition(":")
    if column not in columns(call, context.zenml):
        return ""
    return f"Sorted by {column}, {_DIRECTIONS.get(direction, _DIRECTIONS['asc'])}."


_WORDS = {Kind.STATUS: _status, Kind.STAGE: _stage, Kind.COLUMN: _column}

"""Completion of names (of pipelines, runs, steps, outputs and artifacts) and of words, such as versions and tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from lsprotocol import types as lsp

from pipesight.characters import visible
from pipesight.code.model import Slot, Thing
from pipesight.code.quoting import written
from pipesight.history.history import History
from pipesight.history.model import Output, Pipeline, Run, Step
from pipesight.pages.describe import address, describe, run_total
from pipesight.pages.markup import markup
from pipesight.pages.recorded_facts import metadata_text
from pipesight.pages.words import ago, json_text, mark, one_line, state, type_name, when
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.find import Found, follow, linked_artifacts, longer_names
from pipesight.workspace.run_lists import list_of
from pipesight.workspace.value_keys import keys_of
from pipesight.workspace.vocabulary import Asking, asked_history, metadata_of, terms
from pipesight.zenml.api import members_of
from pipesight.zenml.kinds import Kind
from pipesight.zenml.releases import gives_metadata_of_steps, is_absent

from .configuration_completion import complete_configuration

TRIGGER_CHARACTERS = ('"', "'", "[", "(", ",", "=")

_ITEM_KINDS = {
    Kind.PIPELINE: lsp.CompletionItemKind.Class,
    Kind.RUN: lsp.CompletionItemKind.Event,
    Kind.STEP: lsp.CompletionItemKind.Function,
    Kind.OUTPUT: lsp.CompletionItemKind.Field,
    Kind.ARTIFACT: lsp.CompletionItemKind.Value,
    Kind.MODEL: lsp.CompletionItemKind.Struct,
    Kind.STACK: lsp.CompletionItemKind.EnumMember,
    Kind.METADATA: lsp.CompletionItemKind.Property,
    Kind.PARAMETER: lsp.CompletionItemKind.Property,
    Kind.KEY: lsp.CompletionItemKind.Field,
    Kind.PROJECT: lsp.CompletionItemKind.Module,
    Kind.TAG: lsp.CompletionItemKind.Keyword,
    Kind.COLUMN: lsp.CompletionItemKind.Field,
}
_ITEM_KIND = lsp.CompletionItemKind.EnumMember  # the kind of all other words


_PARAMETER = 60
"""Characters of a parameter's value."""
_FURTHEST = 1000  # runs. An index further from the newest run is not looked up


@dataclass(frozen=True, slots=True)
class Offer:
    """A name to offer, with a fact directly after it and one at the end of the line."""

    text: str
    detail: str = ""
    description: str = ""


def complete(context: Context, view: View, position: lsp.Position) -> lsp.CompletionList | None:
    """Return the names that fit at `position`. None if the code expects no name there."""
    if view.is_yaml:
        return complete_configuration(context, view, position)
    if not view.document.uses_zenml or context.history.is_empty:
        return None
    slot = view.document.slot_at(view.position(position), by_index=True)
    if slot is None:
        return _members(context, view, position) if context.settings.completion.members else None
    owner = context.find(slot.owner) if slot.owner is not None else Found()
    names, complete_list = _names_of_all(context, slot, owner)
    return _completion_list(context, view, slot, owner, names, complete_list and not context.history.is_beginning)


def _members(context: Context, view: View, position: lsp.Position) -> lsp.CompletionList | None:
    """Return the members of the object before the dot that the installed ZenML has."""
    receiver = view.document.receiver_before(view.position(position))
    if receiver is None:
        return None
    type_name, _ = receiver
    items = [
        lsp.CompletionItem(name, kind=lsp.CompletionItemKind.Method if call else lsp.CompletionItemKind.Property)
        for name, call in members_of(type_name).items()
        if not is_absent(type_name, name, context.zenml)
    ]
    return lsp.CompletionList(is_incomplete=False, items=items)


async def documentation(context: Context, item: lsp.CompletionItem) -> lsp.MarkupContent | str | None:
    """Return the page of an offered name."""
    found = _found(context, item)
    shows_value = found.output is not None and context.settings.hover.preview
    preview = await context.preview(found.output) if shows_value and found.output is not None else None
    page = describe(context.history, found, preview, context.settings.hover.rows)
    kind = context.client.documentation_format
    if page is None:
        return None
    return page.plain() if kind is None else markup(page, kind, links=False)


def document_of(item: lsp.CompletionItem) -> str:
    """Return the URI of the document in which a name was offered."""
    return str(cast("Mapping[str, object]", item.data).get("uri", "")) if isinstance(item.data, Mapping) else ""


def _found(context: Context, item: lsp.CompletionItem) -> Found:
    if not isinstance(item.data, Mapping):
        return Found()
    data = cast("Mapping[str, object]", item.data)
    kind = data.get("kind")
    name = str(data.get("name", item.label))
    if kind == Kind.ARTIFACT:
        return context.find(Thing(Kind.ARTIFACT, name))
    return follow(context.history, {**data, kind: name}) if isinstance(kind, str) else Found()


def _names_of_all(context: Context, slot: Slot, owner: Found) -> tuple[list[Offer], bool]:
    """Return the names for a slot and all of its possible owners. The second value is True if these are all."""
    if not slot.owners or slot.by_index or slot.kind is Kind.KEY:
        return _names(context, slot, owner)
    offered = [_names(context, replace(slot, owner=each, owners=()), context.find(each)) for each in slot.owners]
    names = {name.text: name for found, _ in reversed(offered) for name in reversed(found)}
    limit = context.settings.completion.limit
    return list(reversed(names.values()))[:limit], all(complete for _, complete in offered) and len(names) <= limit


def _names(context: Context, slot: Slot, owner: Found) -> tuple[list[Offer], bool]:
    """Return the names for a slot, best first and up to the limit. The second value is True if these are all."""
    limit = context.settings.completion.limit
    history = asked_history(context, Asking(slot.kind, slot.owner, slot.details)) or History(())
    finders: dict[Kind, Callable[[], tuple[Iterable[Offer], bool]]] = {
        Kind.PIPELINE: lambda: ((_pipeline_name(history, p) for p in history.pipelines()), True),
        Kind.RUN: lambda: _run_names(history, slot, owner, limit),
        Kind.STEP: lambda: _step_names(history, owner),
        Kind.OUTPUT: lambda: (_output_names(history, slot, owner), True),
        Kind.ARTIFACT: lambda: _artifact_names(history, slot, owner),
        Kind.MODEL: lambda: ((Offer(model) for model in history.models()), True),
        Kind.STACK: lambda: ((Offer(stack) for stack in history.stacks()), True),
        Kind.METADATA: lambda: _metadata_names(context, slot, owner),
        Kind.PARAMETER: lambda: (_parameter_names(owner), True),
        Kind.KEY: lambda: _key_names(context, slot, owner),
    }
    find_names = finders.get(slot.kind, lambda: _words(context, slot))
    if _is_missing(slot, owner) or _is_ambiguous(history, slot, owner):
        return [], True
    if slot.by_index:
        return _positions(context, history, slot, owner, limit), True
    found, all_of_them = find_names()
    names = list(found)
    if len(names) <= limit:
        return names, all_of_them
    typed = slot.prefix.lower()
    fitting = [name for name in names if _fits(name.text.lower(), typed)]
    return fitting[:limit], False


def _positions(context: Context, history: History, slot: Slot, owner: Found, limit: int) -> list[Offer]:
    """Return the indexes of a list with their names: runs from the newest on, steps in execution order."""
    if slot.kind is Kind.RUN and owner.pipeline is not None:
        return _run_positions(context, history, slot, owner.pipeline.name, limit)
    if slot.kind is Kind.STEP and owner.run is not None:
        steps = history.steps(owner.run) or ()
        return [Offer(str(number), step.name, state(step)) for number, step in enumerate(steps[:limit])]
    return []


def _run_positions(context: Context, history: History, slot: Slot, pipeline: str, limit: int) -> list[Offer]:
    held = list_of(history, slot.generation, slot.details, pipeline, context.runtime)
    if held is None:
        return []
    indexes = range(held.length) if held.newest_first else range(-1, -1 - held.length, -1)
    wanted = [(index, held.from_newest(index)) for index in indexes[:limit]]
    furthest = max((place for _, place in wanted if place is not None), default=-1)
    runs = history.runs(pipeline, limit=furthest + 1) if furthest < _FURTHEST else ()
    at = [(index, runs[place]) for index, place in wanted if place is not None and place < len(runs)]
    return [Offer(str(index), run.name, state(run)) for index, run in at]


def _fits(name: str, typed: str) -> bool:
    """Return whether `name` contains the letters of `typed` in this order, which is how editors filter."""
    letters = iter(name)
    return all(letter in letters for letter in typed)


def _is_missing(slot: Slot, owner: Found) -> bool:
    """Return whether the code names a pipeline that the history does not have. Then no name fits."""
    pipeline = slot.owner.nearest(Kind.PIPELINE) if slot.owner is not None else None
    return pipeline is not None and pipeline.name is not None and owner.pipeline is None


def _is_ambiguous(history: History, slot: Slot, owner: Found) -> bool:
    """Return whether the name in the code is a prefix of several runs. ZenML refuses such a name."""
    run = slot.owner.nearest(Kind.RUN) if slot.owner is not None else None
    return run is not None and owner.run is None and len(longer_names(history, run).names) > 1


def _pipeline_name(history: History, pipeline: Pipeline) -> Offer:
    last = ago(pipeline.last_run) if pipeline.last_run is not None and history.has_newest else ""
    return Offer(pipeline.name, run_total(history, pipeline), last)


def _run_names(history: History, slot: Slot, owner: Found, limit: int) -> tuple[list[Offer], bool]:
    pipeline = owner.name_of(Kind.PIPELINE)
    runs: Sequence[Run] = history.runs(pipeline, limit=limit + 1)
    everything = len(runs) <= limit
    if not everything and slot.prefix:
        runs = history.search_runs(slot.prefix, pipeline, limit=limit)
    newest: dict[str, Run] = {}
    for run in runs[:limit]:
        newest.setdefault(run.name, run)  # another store may have a run with the same name
    return [_run_name(run) for run in newest.values()], everything


def _run_name(run: Run) -> Offer:
    return Offer(run.name, f"{mark(run.status)} {run.status}", when(run) or "")


def _step_names(history: History, owner: Found) -> tuple[list[Offer], bool]:
    pipeline = owner.name_of(Kind.PIPELINE)
    steps = history.steps(owner.run) if owner.run is not None else None
    known = steps if steps is not None else history.step_names(pipeline)
    return [_step_name(step) for step in known], steps is not None or owner.run is None


def _step_name(step: Step) -> Offer:
    function = f"{step.entrypoint}()" if step.entrypoint and step.entrypoint != step.name else ""
    return Offer(step.name, f"{mark(step.status)} {step.status}", function or (when(step) or ""))


def _output_names(history: History, slot: Slot, owner: Found) -> list[Offer]:
    """Return the outputs of the step. If the run has none of them, return those of other runs."""
    if owner.step is not None and not owner.assumed:
        outputs = history.outputs(owner.step)
        if outputs is not None and (outputs or owner.step.status.is_success):
            return [_output_name(output) for output in _one_per_name(outputs)]
    pipeline = owner.name_of(Kind.PIPELINE)
    told = slot.owner.name if slot.owner is not None and slot.owner.kind is Kind.STEP else None
    step = owner.step.name if owner.step is not None else told
    known = history.output_names(pipeline, step) or (() if owner.step else history.output_names(pipeline, None))
    return [_output_name(output) for output in known]


def _one_per_name(outputs: Iterable[Output]) -> Iterable[Output]:
    return {output.name: output for output in outputs}.values()


def _output_name(output: Output) -> Offer:
    return Offer(output.name, type_name(output))


def _artifact_names(history: History, slot: Slot, owner: Found) -> tuple[Iterable[Offer], bool]:
    """Return the inputs of a step, the artifacts of a model, the versions of an artifact, or all artifacts."""
    of = slot.owner
    if of is not None and of.kind is Kind.STEP:
        inputs = history.inputs(owner.step) if owner.step is not None and not owner.assumed else None
        return [Offer(each.name, type_name(each.output)) for each in inputs or ()], True
    if of is not None and of.kind is Kind.MODEL:
        linked = linked_artifacts(history, of, slot.details)
        return [_artifact_name(each) for each in _newest_of_each(linked or ())], linked is not None
    if of is not None and of.kind is Kind.ARTIFACT:
        versions = history.artifact_versions(of.name) if of.name is not None else ()
        return [Offer(each.version, type_name(each)) for each in versions or () if each.version], versions is not None
    return [_artifact_name(artifact) for artifact in history.artifacts()], True


def _words(context: Context, slot: Slot) -> tuple[Iterable[Offer], bool]:
    """Return the versions, tags, projects and the like that fit."""
    found = terms(context, Asking(slot.kind, slot.owner, slot.details))
    offers = {each.name: Offer(each.name, each.fact, each.more) for each in reversed(found or ())}
    return list(reversed(offers.values())), found is not None


def _metadata_names(context: Context, slot: Slot, owner: Found) -> tuple[Iterable[Offer], bool]:
    """Return the metadata keys of a run, step, artifact or model version."""
    logged = metadata_of(context, slot.owner, owner, with_steps=gives_metadata_of_steps(context.zenml))
    if logged is None:
        return (), slot.owner is None or slot.owner.kind is not Kind.RUN
    return (Offer(name, metadata_text(each), each.type or "") for name, each in logged.items()), True


def _parameter_names(owner: Found) -> Iterable[Offer]:
    if owner.step is not None:
        for name, value in owner.step.parameters.items():
            yield Offer(name, one_line(json_text(value), _PARAMETER))


def _key_names(context: Context, slot: Slot, owner: Found) -> tuple[Iterable[Offer], bool]:
    """Return the columns or keys of a loaded value, with the version and the run of the value."""
    if slot.owner is None or slot.owners:
        return (), True
    known = keys_of(context, slot.owner, owner)
    version = f"version {owner.output.version}" if owner.output is not None and owner.output.version else ""
    origin = ", ".join(filter(None, (version, owner.name_of(Kind.RUN))))
    return [Offer(key.name, key.type, origin) for key in known.keys], known.complete


def _newest_of_each(linked: Sequence[Output]) -> Iterable[Output]:
    return {each.artifact: each for each in reversed(linked)}.values()


def _artifact_name(output: Output) -> Offer:
    return Offer(
        output.artifact or output.name, type_name(output), f"version {output.version}" if output.version else ""
    )


def _completion_list(
    context: Context, view: View, slot: Slot, owner: Found, names: Sequence[Offer], complete_list: bool
) -> lsp.CompletionList:
    client = context.client
    edit_range = view.range(slot.replace)
    is_part = bool(slot.before or slot.after)  # one of several adjacent strings. Editors compare only its own text
    data = {"kind": slot.kind.value, "uri": view.uri, **address(owner)}
    items: list[lsp.CompletionItem] = []
    for number, name in enumerate(names):
        text = written(name.text, slot)
        if text is None:
            continue
        label = visible(name.text, one_line=True)
        item = lsp.CompletionItem(label, kind=_ITEM_KINDS.get(slot.kind, _ITEM_KIND), sort_text=f"{number:03}")
        _set_details(item, name, client.label_details)
        if client.default_edit_range:
            if text != label:
                item.text_edit_text = text
                item.filter_text = text if is_part else name.text
        else:
            item.text_edit = lsp.TextEdit(edit_range, text)
            item.filter_text = text if is_part else None
            item.data = data
        meant = name.detail if slot.by_index else name.text
        if meant != label:
            item.data = {**data, "name": meant}
        items.append(item)
    defaults = lsp.CompletionItemDefaults(edit_range=edit_range, data=data) if client.default_edit_range else None
    return lsp.CompletionList(is_incomplete=not complete_list, items=items, item_defaults=defaults)


def _set_details(item: lsp.CompletionItem, name: Offer, label_details: bool) -> None:
    detail, description = visible(name.detail, one_line=True), visible(name.description, one_line=True)
    if label_details:
        item.label_details = lsp.CompletionItemLabelDetails(
            detail=f"  {detail}" if detail else None, description=description or None
        )
    elif facts := " · ".join(filter(None, (detail, description))):
        item.detail = facts

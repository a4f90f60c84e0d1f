"""References, highlights and renaming: all places in the workspace's code that mean one thing of the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp

from pipesight.code.model import Form, Thing
from pipesight.pages.words import first_names
from pipesight.slices import pausing
from pipesight.workspace.configured import configured_by, names_file
from pipesight.workspace.context import Context
from pipesight.workspace.definition_places import definitions_of, is_input
from pipesight.workspace.documents import View
from pipesight.workspace.edits import workspace_edit
from pipesight.workspace.file_uris import to_path
from pipesight.workspace.find import invoked
from pipesight.workspace.places import Place, places_of, same
from pipesight.workspace.target import thing_at
from pipesight.zenml.kinds import Kind

_LISTED = 5
_UNWRITABLE = frozenset("\"'\\{}")


class RenameError(Exception):
    """A name cannot be given. The message says why, for the user who typed it."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """The edits of a rename, and a sentence about what they do not change."""

    edit: lsp.WorkspaceEdit
    warning: str | None


def references(context: Context, view: View, position: lsp.Position, *, declaration: bool) -> list[lsp.Location] | None:
    """Return all places that read the thing at `position`, and with `declaration` those that define it.

    For an output, they include the steps that took it in recorded runs.
    """
    thing = _named_at(view, position)
    if thing is None:
        return None
    places = _meaning(context, thing, context.places.all(), defined=_is_definition(view, position))
    found = [place for place in places if declaration or place.whole is None]
    encoding = context.documents.encoding
    found += _along_the_data(context, thing)
    return [place.location(encoding) for place in pausing(_each_once(found))] or None


def _each_once(places: Iterable[Place]) -> Iterable[Place]:
    """Return each place once. A place that may mean several things occurs several times in `places`."""
    return {(place.uri, place.span): place for place in places}.values()


def _along_the_data(context: Context, thing: Thing) -> Iterator[Place]:
    """Yield the steps that took an output, and the places that read it as an input. For an input, use its output."""
    output = context.find(thing).output if thing.kind in (Kind.OUTPUT, Kind.ARTIFACT) else None
    if output is None:
        return
    history = context.history_of(thing)
    taken = [
        Thing(Kind.ARTIFACT, each.name, owner=Thing(Kind.STEP, step.name))
        for step in history.consumers(output)
        for each in history.inputs(step) or ()
        if each.output.id == output.id
    ]
    made = history.location(output)
    meant = [Thing(Kind.OUTPUT, output.name, owner=Thing(Kind.STEP, made[2].name))] if made is not None else []
    read = [*(meant if is_input(thing) else ()), *taken]
    for place in pausing(context.places.all()):
        if place.whole is None and any(same(place.thing, each) for each in read):
            yield place
    for step in dict.fromkeys(each.owner for each in taken if each.owner is not None):
        yield from definitions_of(context, step)


def highlights(context: Context, view: View, position: lsp.Position) -> list[lsp.DocumentHighlight] | None:
    """Return the places in this document that mean the thing at `position`."""
    thing = _named_at(view, position)
    if thing is None:
        return None
    return [
        lsp.DocumentHighlight(
            place.range(context.documents.encoding),
            lsp.DocumentHighlightKind.Read if place.whole is None else lsp.DocumentHighlightKind.Write,
        )
        for place in pausing(
            _each_once(_meaning(context, thing, places_of(view), defined=_is_definition(view, position)))
        )
    ] or None


def prepare_rename(context: Context, view: View, position: lsp.Position) -> lsp.PrepareRenamePlaceholder | None:
    """Return the name at `position` if it is in quotes. The Python language server renames functions."""
    place = _renamed(context, view, position)
    if place is None:
        return None
    return lsp.PrepareRenamePlaceholder(
        range=place.range(context.documents.encoding), placeholder=place.thing.name or ""
    )


def rename(context: Context, view: View, position: lsp.Position, new_name: str) -> Renaming | None:
    """Return the edits that replace the name at `position` in all places in quotes.

    Raises RenameError if the new name needs escapes, or if the name is that of a function or class.
    """
    place = _renamed(context, view, position)
    if place is None:
        return None
    if not new_name.strip() or _UNWRITABLE & set(new_name) or not new_name.isprintable():
        raise RenameError("A name is not empty and has no quotes, backslashes, braces, tabs or line ends.")
    places = list(pausing(context.places.all()))
    _refuse_functions(place.thing, places)
    if view.is_yaml:
        _refuse_unnamed(place.thing, places)
        _refuse_odd_keys(new_name)
        places.append(place)
    _refuse_parts(context, place.thing)
    edits, kept = _edits(context, place.thing, new_name, places)
    if not any(edits.values()):
        return None
    told = (
        _recorded(context, place.thing, new_name),
        _variables(place.thing, kept),
        _configurations(context, place.thing, view),
    )
    return Renaming(workspace_edit(context, edits), " ".join(filter(None, told)) or None)


def _edits(
    context: Context, thing: Thing, new_name: str, places: Iterable[Place]
) -> tuple[dict[str, list[lsp.TextEdit]], list[str]]:
    """Return the edits of each document, and the lines of variables with the name, which are kept."""
    edits: dict[str, list[lsp.TextEdit]] = {}
    kept: list[str] = []
    for each in pausing(places):
        if not same(each.thing, thing):
            continue
        where = each.range(context.documents.encoding)
        edit, line = lsp.TextEdit(where, new_name), f"{_file(each)}, line {where.start.line + 1}"
        if each.replaceable and edit not in edits.setdefault(each.uri, []):  # a name that may mean several things
            edits[each.uri].append(edit)
        elif each.form is Form.VARIABLE and line not in kept:
            kept.append(line)
    return edits, kept


def _refuse_functions(thing: Thing, places: Sequence[Place]) -> None:
    """Raise RenameError for the name of a function or class, which edits in quotes would not rename."""
    given = {(each.uri, each.whole): each for each in places if each.whole and each.form and same(each.thing, thing)}
    names = (thing, replace(thing, name=invoked(thing.name or ""))) if thing.kind is Kind.STEP else (thing,)
    for each in pausing(places):
        if each.whole is None or each.form or each.replaceable or not any(same(each.thing, name) for name in names):
            continue
        by_decorator = given.get((each.uri, each.whole))
        if by_decorator is None:
            raise RenameError(
                f"{each.thing.name!r} is the name of a function, class or parameter in {_line_of(each)}."
                " Rename that with your Python language server, then the strings."
            )
        if not by_decorator.replaceable:
            raise RenameError(
                f"An expression in the decorator in {_line_of(by_decorator)} gives the name {thing.name!r}."
                " Change it there, then the strings."
            )


def _refuse_unnamed(thing: Thing, places: Sequence[Place]) -> None:
    """Raise RenameError for a step in a run configuration whose name is in no string in code."""
    if not any(each.whole and each.replaceable and same(each.thing, thing) for each in places):
        raise RenameError(f"No string in this workspace gives a step the name {thing.name!r}. Rename it in the code.")


def _refuse_odd_keys(name: str) -> None:
    """Raise RenameError for a name that is no identifier, because it may need quotes as a key in YAML."""
    if not name.isidentifier():
        raise RenameError("A step in a run configuration has a name of letters, digits and underscores.")


def _refuse_parts(context: Context, thing: Thing) -> None:
    """Raise RenameError for an id or a prefix, with which ZenML also finds a pipeline or run."""
    found = context.find(thing)
    whole = {Kind.PIPELINE: found.pipeline, Kind.RUN: found.run}.get(thing.kind)
    if whole is not None and whole.name != thing.name:
        raise RenameError(
            f"{thing.name!r} is an id, or the beginning of the name {whole.name!r}."
            " Write the whole name, then rename it."
        )


def _line_of(place: Place) -> str:
    return f"{_file(place)}, line {place.span.start.line + 1}"


def _file(place: Place) -> str:
    return PurePosixPath(unquote(urlsplit(place.uri).path)).name


def _recorded(context: Context, thing: Thing, new_name: str) -> str:
    if context.find(thing).of(thing.kind) is None:
        return ""
    return f"Runs that are recorded already keep the name {thing.name!r}. Code that reads them by {new_name!r} fails."


def _variables(thing: Thing, kept: Sequence[str]) -> str:
    if not kept:
        return ""
    more = f" and {len(kept) - _LISTED} more" if len(kept) > _LISTED else ""
    where = "; ".join(kept[:_LISTED]) + more
    return f"{thing.name!r} is also read through a variable, which keeps its value: {where}. Change it where it is set."


def _configurations(context: Context, thing: Thing, view: View) -> str:
    """Return a sentence with the other run configurations, which may contain the step's name."""
    files = sorted({path for each in context.places.pipelines() for _, path in each.configured})
    if view.is_yaml:
        files = [each for each in files if not names_file(each, to_path(view.uri) or "")]
    if thing.kind is not Kind.STEP or not files:
        return ""
    return f"Run configurations are not changed. Look for {thing.name!r} in {first_names(files, _LISTED, str)}."


def _named_at(view: View, position: lsp.Position) -> Thing | None:
    if not view.document.uses_zenml:
        return None
    denoted = thing_at(view, view.position(position))
    return denoted[0] if denoted is not None and denoted[0].name is not None else None


def _is_definition(view: View, position: lsp.Position) -> bool:
    at = view.position(position)
    return any(definition.span.contains(at) for definition in view.document.definitions)


def _renamed(context: Context, view: View, position: lsp.Position) -> Place | None:
    if view.is_yaml:
        return _renamed_key(context, view, position)
    if not view.document.uses_zenml:
        return None
    at = view.position(position)
    return next((place for place in places_of(view) if place.replaceable and place.span.contains(at)), None)


def _renamed_key(context: Context, view: View, position: lsp.Position) -> Place | None:
    """Return the place of a step's name in a run configuration, None if there is none at `position`."""
    configured = configured_by(context, view)
    name = configured.configuration.at(view.text.position(position)) if configured is not None else None
    if configured is None or name is None or name.kind is not Kind.STEP:
        return None
    return Place(view.uri, configured.thing(name), name.span, "", replaceable=True, view=view)


def _meaning(context: Context, thing: Thing, places: Iterable[Place], *, defined: bool = False) -> Iterator[Place]:
    """Yield the places that name the thing. The name of a step's function also means its invocations."""
    aliases = _aliases(context, thing)
    for place in pausing(places):
        is_alias = defined is not (place.whole is not None) and any(same(place.thing, alias) for alias in aliases)
        if is_alias or same(place.thing, thing):
            yield place


def _aliases(context: Context, thing: Thing) -> list[Thing]:
    """Return the other names of a step in the history: that of its function, or those of its invocations."""
    if thing.kind is not Kind.STEP:
        return []
    names: set[str] = set()
    for step in context.history.step_names(None):
        if step.entrypoint is not None and thing.name in (step.name, step.entrypoint):
            names |= {step.name, step.entrypoint}
    return [Thing(Kind.STEP, name, owner=thing.owner) for name in sorted(names - {thing.name or ""})]

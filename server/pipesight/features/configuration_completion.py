"""Completion in run configurations: steps, parameters, models, versions, tags, and the keys that ZenML knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from lsprotocol import types as lsp

from pipesight.characters import visible
from pipesight.code.run_configuration import (
    ConfigurationSlot,
    Expected,
    slot_at,
)
from pipesight.pages.words import json_text, mark, one_line
from pipesight.workspace.configured import ConfiguredPipelines, configured_by
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.zenml.configuration_keys import MODEL_KEYS, RUN_KEYS, SETTING_KEYS, STEP_KEYS

_KEYS = {
    Expected.RUN_KEY: RUN_KEYS,
    Expected.STEP_KEY: STEP_KEYS,
    Expected.MODEL_KEY: MODEL_KEYS,
    Expected.SETTING: SETTING_KEYS,
}
_ASKED = (Expected.MODEL_VERSION, Expected.TAG)  # the store is asked for these, and answers later
_PLAIN = re.compile(r"[A-Za-z_][\w./-]*")
_WORDS = frozenset(
    ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
)  # unquoted, YAML 1.1 does not read these as text
_VALUE = 60  # characters of a parameter's value

_NamesWithDetails = Iterable[tuple[str, str]]


def complete_configuration(context: Context, view: View, position: lsp.Position) -> lsp.CompletionList | None:
    """Return the names that fit at `position` of a run configuration. None elsewhere."""
    at = view.text.position(position)
    slot = slot_at(view.text.text, at)
    found = configured_by(context, view, without_line=at.line) if slot is not None else None
    if slot is None or found is None:
        return None
    names = {name: about for name, about in _names(found, slot) if name not in slot.taken}
    limit = context.settings.completion.limit
    items = [_item(view, slot, name, about) for name, about in list(names.items())[:limit]]
    return lsp.CompletionList(is_incomplete=len(names) > limit or slot.expected in _ASKED, items=items)


def _names(found: ConfiguredPipelines, slot: ConfigurationSlot) -> _NamesWithDetails:
    match slot.expected:
        case Expected.STEP:
            return _steps(found)
        case Expected.PARAMETER:
            return _parameters(found, slot.step)
        case Expected.MODEL:
            return ((name, "") for name in found.context.history.models())
        case Expected.MODEL_VERSION:
            return _versions(found, slot.model or "")
        case Expected.TAG:
            return ((each.name, "") for each in found.context.history.entities("tag") or ())
        case _:
            return ((key, "") for key in _KEYS[slot.expected])


def _steps(found: ConfiguredPipelines) -> Iterator[tuple[str, str]]:
    """Yield the steps that the code calls, then those of recorded runs."""
    recorded = found.recorded_steps()
    for name in found.called_steps():
        step = recorded.get(name)
        yield name, f"{mark(step.status)} {step.status}" if step is not None else ""
    for name, step in recorded.items():
        yield name, f"{mark(step.status)} {step.status}"


def _parameters(found: ConfiguredPipelines, step: str | None) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a step with their values in its last run, or those of the pipeline."""
    recorded = found.recorded_steps().get(step) if step is not None else None
    values: Mapping[str, object] = recorded.parameters if recorded is not None else {}
    for name in dict.fromkeys((*values, *(found.parameters(step) or ()))):
        yield name, one_line(json_text(values[name]), _VALUE) if name in values else ""


def _versions(found: ConfiguredPipelines, model: str) -> Iterator[tuple[str, str]]:
    for each in found.context.history.model_versions(model) or ():
        yield each.name, each.stage or ""
        if each.stage:
            yield each.stage, f"version {each.name}"


def _item(view: View, slot: ConfigurationSlot, name: str, about: str) -> lsp.CompletionItem:
    is_plain = _PLAIN.fullmatch(name) is not None and name.lower() not in _WORDS
    written = (name if is_plain else json.dumps(name)) + (": " if slot.needs_colon else "")
    return lsp.CompletionItem(
        visible(name, one_line=True),
        kind=lsp.CompletionItemKind.Property if slot.needs_colon else lsp.CompletionItemKind.Value,
        detail=visible(about, one_line=True) or None,
        filter_text=name,
        text_edit=lsp.TextEdit(view.text.range(slot.replace), written),
    )

"""Write names as Python source: quoted and escaped."""

from __future__ import annotations

from pipesight.characters import escaped_in_code

from .model import Slot


def written(name: str, slot: Slot) -> str | None:
    """Return `name` as it must be written at the slot. None if the string there cannot hold it."""
    if slot.by_index:
        return name
    if len(name) < len(slot.before + slot.after) or not (name.startswith(slot.before) and name.endswith(slot.after)):
        return None
    name = name[len(slot.before) : len(name) - len(slot.after)]
    if slot.quote is None:
        return f"{slot.keyword}={quoted(name)}" if slot.keyword else quoted(name)
    escaped = _escaped(name, slot.quote)
    if slot.formatted:
        name, escaped = (each.replace("{", "{{").replace("}", "}}") for each in (name, escaped))
    return None if slot.raw and escaped != name else escaped


def quoted(name: str) -> str:
    """Return `name` as a Python string literal."""
    return '"' + _escaped(name, '"') + '"'


def _escaped(name: str, quote: str) -> str:
    text = name.replace("\\", "\\\\")
    if quote[0] in text:
        text = text.replace(quote[0], "\\" + quote[0])
    return escaped_in_code(text)

"""Names as they are written in Python source: quoted and escaped."""

from __future__ import annotations

from pipesight.characters import escaped_in_code

from .model import Slot


def written(name: str, slot: Slot) -> str | None:
    """`name` as it must be written at the slot; None when a raw string cannot hold it."""
    if slot.by_index:
        return name
    if slot.quote is None:
        return f"{slot.keyword}={quoted(name)}" if slot.keyword else quoted(name)
    escaped = _escaped(name, slot.quote)
    return None if slot.raw and escaped != name else escaped


def quoted(name: str) -> str:
    """`name` as a string of its own."""
    return '"' + _escaped(name, '"') + '"'


def _escaped(name: str, quote: str) -> str:
    text = name.replace("\\", "\\\\")
    if quote[0] in text:
        text = text.replace(quote[0], "\\" + quote[0])
    return escaped_in_code(text)

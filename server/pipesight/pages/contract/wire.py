"""Encode the answers of commands as JSON data."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from typing import cast

from pipesight.outputs.preview import Preview, to_json


def encode(answer: object) -> object:
    """Return an answer as JSON data. Fields that have their default value are left out."""
    if isinstance(answer, Preview):
        return to_json(answer)
    if is_dataclass(answer):
        values = ((part, getattr(answer, part.name)) for part in fields(answer))
        return {part.name: encode(value) for part, value in values if part.default is MISSING or value != part.default}
    if isinstance(answer, tuple):
        return [encode(item) for item in cast("tuple[object, ...]", answer)]
    return answer

"""Values from outside, taken for what they should be: configurations, JSON answers, columns of a database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias, cast

JSONObject: TypeAlias = Mapping[str, Any]
"""An object of JSON that a store gave. Each value is checked where it is read."""

NOTHING: JSONObject = {}


def mapping(value: object) -> JSONObject:
    """Return the value if it is a JSON or YAML object, else an empty one."""
    return cast("JSONObject", value) if isinstance(value, dict) else NOTHING


def word(value: object) -> str:
    """Return the value if it is a non-empty string or number, else an empty string."""
    return str(value) if value and isinstance(value, str | int) else ""


def is_true(value: object) -> bool:
    """Tell whether a configuration switches something on, in any spelling that ZenML accepts."""
    return str(value).strip().lower() in ("true", "1", "yes", "y", "on", "t")


def json_object(text: object) -> JSONObject:
    """Return the object that a JSON text says, empty if it says none."""
    try:
        return mapping(json.loads(text)) if isinstance(text, str | bytes) else NOTHING
    except (ValueError, RecursionError):
        return NOTHING


def class_path(text: str | None) -> str | None:
    """Return `a.b.C`, which releases write as `a.b.C@zenml_0.20.5`, as `a.b.C`, or as JSON of module and attribute."""
    if not text:
        return None
    if text.startswith("{"):
        source = json_object(text)
        return ".".join(str(source[part]) for part in ("module", "attribute") if source.get(part)) or None
    return text.split("@", 1)[0]

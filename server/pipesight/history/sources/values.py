"""Check values from configurations, JSON answers and database columns, and replace wrong ones by empty ones."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias, cast

JSONObject: TypeAlias = Mapping[str, Any]
"""A JSON object from a store. Its values are checked when they are read."""

NOTHING: JSONObject = {}

_EXTERNAL = re.compile(r"external_[0-9a-f]{8}-[0-9a-f-]{27}\Z")


def mapping(value: object) -> JSONObject:
    """Return the value if it is a JSON or YAML object, else {}."""
    return cast("JSONObject", value) if isinstance(value, dict) else NOTHING


def word(value: object) -> str:
    """Return the value as text if it is a non-empty string or an integer other than 0, else an empty string."""
    return str(value) if value and isinstance(value, str | int) else ""


def is_true(value: object) -> bool:
    """Return whether a value means true, in any spelling that ZenML accepts."""
    return str(value).strip().lower() in ("true", "1", "yes", "y", "on", "t")


def json_object(text: object) -> JSONObject:
    """Return the object in a JSON text, {} if the text is no JSON object."""
    try:
        return mapping(json.loads(text)) if isinstance(text, str | bytes) else NOTHING
    except (ValueError, RecursionError):
        return NOTHING


def is_external(artifact: str) -> bool:
    """Return whether ZenML generated this name for the artifact of a value that was passed to a step."""
    return _EXTERNAL.match(artifact) is not None


@lru_cache(1000)
def class_path(text: str | None) -> str | None:
    """Return the dotted path of a class, such as `a.b.C`. None if there is none.

    Depending on the release, the text is `a.b.C@zenml_0.20.5`, `a.b.C` or a JSON object with `module` and `attribute`.
    """
    if not text:
        return None
    if text.startswith("{"):
        source = json_object(text)
        return ".".join(str(source[part]) for part in ("module", "attribute") if source.get(part)) or None
    return text.split("@", 1)[0]

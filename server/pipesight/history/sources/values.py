"""Values from outside, taken for what they should be: configurations, JSON answers, columns of a database."""

from __future__ import annotations

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

"""Print the JSON schema of a project's settings, in the form that SchemaStore requires."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from inspect import getdoc
from typing import Any, cast, get_type_hints

from pipesight.settings import Settings, camel

_PAGE = "https://github.com/pipesight/pipesight/blob/main/docs/project-settings.md"


def schema() -> Mapping[str, object]:
    """Return the schema of `pipesight.toml`, which is also that of `[tool.pipesight]` in `pyproject.toml`."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://json.schemastore.org/pipesight.json",
        "title": "Pipesight",
        "x-taplo-info": {"patterns": ["^(.*(/|\\\\)pipesight\\.toml|pipesight\\.toml)$"]},
        **_object(Settings()),
        "description": f"The settings of a project that uses Pipesight.\n{_PAGE}",
    }


def _object(settings: Any) -> dict[str, object]:
    """Return the schema of one group of settings. Its description is from the docstring of its class."""
    kind = cast("type[object]", type(settings))
    hints = get_type_hints(kind, include_extras=True)
    properties = {
        camel(entry.name): _property(getattr(settings, entry.name), hints[entry.name]) for entry in fields(settings)
    }
    about = (getdoc(kind) or "").split("\n")[0].partition(": ")[2]
    return {
        "description": about[:1].upper() + about[1:],
        "type": "object",
        "additionalProperties": False,
        "properties": dict(sorted(properties.items())),
    }


def _property(default: Any, hint: Any) -> Mapping[str, object]:
    if is_dataclass(default):
        return _object(default)
    return {"description": hint.__metadata__[0], **_type(default)}


def _type(default: Any) -> Mapping[str, object]:
    if isinstance(default, tuple):
        values = list(cast("tuple[str, ...]", default))
        return {"type": "array", "items": {"type": "string"}, "default": values}
    if isinstance(default, Enum):
        return {"type": "string", "enum": [each.value for each in type(default)], "default": default.value}
    if isinstance(default, bool):
        return {"type": "boolean", "default": default}
    if isinstance(default, int):
        return {"type": "integer", "minimum": 1, "default": default}
    if isinstance(default, float):
        return {"type": "number", "exclusiveMinimum": 0, "default": default}
    return {"type": "string", "default": default}


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2))  # noqa: T201 - it is what the module is for

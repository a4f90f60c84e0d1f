"""The extension's manifest and the server agree on settings and their defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, cast

from pipesight import __version__
from pipesight.settings import Settings

_MANIFEST = Path(__file__).parents[2] / "vscode-extension" / "package.json"
_OF_THE_EXTENSION = {"interpreter", "importStrategy", "path", "args", "logLevel", "trace.server"}


def test_the_server_and_the_extension_have_the_same_settings() -> None:
    manifest = _manifest()
    offered = {
        name.removeprefix("pipesight."): setting["default"]
        for name, setting in manifest["contributes"]["configuration"]["properties"].items()
    }
    for name in _OF_THE_EXTENSION:
        del offered[name]
    assert offered == dict(_defaults(Settings()))


def test_the_server_and_the_extension_have_the_same_version() -> None:
    assert _manifest()["version"] == __version__


def _manifest() -> dict[str, Any]:
    return json.loads(_MANIFEST.read_text(encoding="utf-8"))


def _defaults(settings: Any, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Each setting's name, as editors write it, with its default."""
    for entry in fields(settings):
        value = getattr(settings, entry.name)
        name = prefix + _camel(entry.name)
        if is_dataclass(value):
            yield from _defaults(value, f"{name}.")
        else:
            yield name, _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)

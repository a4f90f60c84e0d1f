"""Settings: good values are taken, bad ones fall back with a sentence that does not repeat them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from pipesight.settings import InitializationOptions, Settings, Severity

TAKEN = [
    ({}, Settings()),
    ({"enable": False}, Settings(enable=False)),
    ({"history": ["mysql://host/db"]}, Settings(history=("mysql://host/db",))),
    ({"someoneElse": 1}, Settings()),
    (None, Settings()),
]


@pytest.mark.parametrize(("value", "settings"), TAKEN)
def test_taken(value: object, settings: Settings) -> None:
    assert Settings.read(value) == (settings, [])


def test_nested_values_are_taken_beside_bad_ones() -> None:
    settings, problems = Settings.read({"hover": {"rows": 3, "preview": "yes"}, "completion": {"limit": -1}})

    assert settings.hover.rows == 3
    assert settings.hover.preview
    assert settings.completion.limit == Settings().completion.limit
    assert problems == [
        "pipesight.hover.preview is a string, but it takes true or false; the default is used.",
        "pipesight.completion.limit is a number, but it takes a number above 0; the default is used.",
    ]


def test_a_problem_never_repeats_the_value() -> None:
    _, problems = Settings.read({"history": "mysql://root:hunter2@host/db"})

    assert problems == ["pipesight.history is a string, but it takes a list of strings; the default is used."]


def test_options_carry_settings() -> None:
    options, _ = InitializationOptions.read({"interpreter": "/usr/bin/python3", "settings": {"enable": False}})

    assert options.interpreter == "/usr/bin/python3"
    assert not options.settings.enable


def test_a_word_that_is_no_severity() -> None:
    settings, problems = Settings.read({"diagnostics": {"unknownName": "loud", "oldestRun": "off"}})

    assert settings.diagnostics.unknown_name is Severity.WARNING
    assert settings.diagnostics.oldest_run is Severity.OFF
    assert problems == [
        "pipesight.diagnostics.unknownName is a string, but it takes one of error, warning, information, hint, off;"
        " the default is used."
    ]


def offered(section: Any, path: str = "pipesight") -> Iterator[tuple[str, object]]:
    """Every setting below a section, with its default."""
    for entry in fields(section):
        head, *tail = entry.name.split("_")
        key, value = f"{path}.{head}{''.join(word.capitalize() for word in tail)}", getattr(section, entry.name)
        if is_dataclass(value):
            yield from offered(value, key)
        else:
            yield key, list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(("key", "default"), offered(Settings()))
def test_every_setting_of_the_server_is_offered_by_the_extension(key: str, default: object) -> None:
    manifest = json.loads((Path(__file__).parents[1] / "vscode-extension" / "package.json").read_text())

    assert manifest["contributes"]["configuration"]["properties"][key]["default"] == default

"""Settings: good values are taken, bad ones fall back with a sentence that does not repeat them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipesight.settings import InitializationOptions, Settings

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


def test_every_setting_of_the_server_is_offered_by_the_extension() -> None:
    manifest = json.loads((Path(__file__).parents[1] / "vscode-extension" / "package.json").read_text())
    offered = set(manifest["contributes"]["configuration"]["properties"])
    assert {
        "pipesight.enable",
        "pipesight.history",
        "pipesight.codeLens.enabled",
        "pipesight.codeLens.statements",
        "pipesight.codeLens.definitions",
        "pipesight.hover.preview",
        "pipesight.hover.rows",
        "pipesight.completion.limit",
        "pipesight.reader.timeout",
        "pipesight.reader.memory",
    } <= offered

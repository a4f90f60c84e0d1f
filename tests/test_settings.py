"""Settings: valid values are used. Wrong ones give the default and a sentence that does not repeat the value."""

from __future__ import annotations

import json

import pytest

from pipesight.rules.catalog import Severity
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
        "pipesight.hover.preview is a string, but it takes true or false. The default is used.",
        "pipesight.completion.limit is a number, but it takes a number above 0. The default is used.",
    ]


ROWS = [("0.5", 5), ("2.9", 2), ("0", 5), ("NaN", 5), ("1e999", 5), ("1" + "0" * 400, 5), ("true", 5)]


@pytest.mark.parametrize(
    ("value", "sets"),
    [
        (None, False),
        ({}, False),
        ([], False),
        ({"hover": []}, False),
        ({"hover": {"rows": None}, "completion": {}}, False),
        ({"history": []}, True),
        ({"hover": {"rows": 3}, "completion": []}, True),
        ({"someoneElse": 1}, True),
        (1, True),
    ],
)
def test_whether_anything_is_set(value: object, sets: bool) -> None:
    assert Settings.are_in(value) is sets


def test_lua_s_empty_table_is_an_empty_object() -> None:
    settings, problems = Settings.read({"history": ["x"], "hover": [], "completion": {"limit": 3}})

    assert settings.history == ("x",)
    assert settings.hover == Settings().hover
    assert settings.completion.limit == 3
    assert problems == []


@pytest.mark.parametrize(("written", "rows"), ROWS)
def test_a_number_that_is_none_of_rows_is_not_taken(written: str, rows: int) -> None:
    settings, problems = Settings.read(json.loads(f'{{"hover": {{"rows": {written}}}}}'))

    assert settings.hover.rows == rows
    assert len(problems) == (rows == Settings().hover.rows)


def test_a_problem_never_repeats_the_value() -> None:
    _, problems = Settings.read({"history": "mysql://root:hunter2@host/db"})

    assert problems == ["pipesight.history is a string, but it takes a list of strings. The default is used."]


def test_options_carry_settings() -> None:
    options, _ = InitializationOptions.read({"interpreter": "/usr/bin/python3", "settings": {"enable": False}})

    assert options.interpreter == "/usr/bin/python3"
    assert not options.settings.enable


def test_a_word_that_is_no_severity() -> None:
    settings, problems = Settings.read({"diagnostics": {"unknownName": "loud", "oldestRun": "off"}})

    assert settings.diagnostics.unknown_name is Severity.WARNING
    assert settings.diagnostics.oldest_run is Severity.OFF
    assert problems == [
        "pipesight.diagnostics.unknownName is a string, but it takes one of error, warning, information, hint, off."
        " The default is used."
    ]

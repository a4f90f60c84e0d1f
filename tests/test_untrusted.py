"""The limits for untrusted texts in answers to assistants."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from pipesight.mcp.answers import NameFacts
from pipesight.mcp.facts import more
from pipesight.mcp.untrusted import mapping, name, page, value

ROOM = 25_000  # characters of the JSON of one value


def deep(levels: int) -> Any:
    return [deep(levels - 1)] if levels else "core"


KEPT = [0, 0.5, True, None, "text", [1, [2, {"a": "b"}]], {"a": {"b": [None]}}, []]


@pytest.mark.parametrize("content", KEPT, ids=str)
def test_a_small_value_stays_as_it_is(content: Any) -> None:
    assert value(content) == content


LARGE = [
    ["x" * 3_000] * 100,
    {f"key {index}": "x" * 3_000 for index in range(100)},
    {"k" * 5_000: "x"},
    [[["x" * 300] * 100] * 100] * 100,
    list(range(1_000_000)),
    "x" * 1_000_000,
    deep(200),
    object(),
    dict.fromkeys(range(10000), "y" * 40),
]


@pytest.mark.parametrize("content", LARGE, ids=lambda content: type(content).__name__)
def test_no_value_is_large(content: Any) -> None:
    assert len(json.dumps(value(content))) < ROOM


def test_what_is_left_out_is_counted() -> None:
    assert value(list(range(150)))[-1] == "… 50 more"  # type: ignore[index]
    assert mapping({str(index): index for index in range(150)})["…"] == "50 more keys"
    assert str(value("x" * 5_000)).endswith("… (1,000 more characters)")


@pytest.mark.parametrize(("number", "shown"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf"), (1.5, 1.5)])
def test_a_number_that_json_lacks_is_a_word(number: float, shown: object) -> None:
    assert value(number) == shown


def test_hidden_characters_are_spelled_out() -> None:
    assert name("a\x1b]0;owned\x07\nb") == "a\\x1b]0;owned\\x07⏎b"
    assert value({"k\x1b": ["v\u202e"]}) == {"k\\x1b": ["v\\u202e"]}


def test_entries_end_where_an_answer_is_full() -> None:
    entries = [NameFacts("run", "x" * 200) for _ in range(1_000)]
    fitting = page(entries)

    assert fitting == entries[: len(fitting)]
    assert 100 < len(fitting) < 200
    assert page(["x" * 100_000, "y"]) == ["x" * 100_000]  # the first one always, so that a client gets on
    assert page([]) == []


@pytest.mark.parametrize(
    ("offset", "shown", "total", "said"),
    [
        (0, 3, 3, None),
        (0, 0, 3, None),
        (0, 3, 4, "There is 1 more. Call again with offset=3."),
        (10, 5, 2_000, "There are 1,985 more. Call again with offset=15."),
    ],
)
def test_the_rest_is_told(offset: int, shown: int, total: int, said: str | None) -> None:
    assert more(offset, shown, total) == said


def test_the_rest_is_named() -> None:
    assert more(0, 1, 3, "row") == "There are 2 more rows. Call again with offset=1."

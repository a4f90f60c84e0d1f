"""Calls of steps in the bodies of pipelines: lenses and hovers with the steps and outputs of the last run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import pipesight.demo
from pipesight.features.code_lens import code_lenses
from pipesight.features.hover import hover
from pipesight.settings import CodeLensSettings, Settings
from pipesight.workspace.target import target_at

from .conftest import Desk

SAMPLE = (Path(pipesight.demo.__file__).parent / "project" / "pipelines.py").read_text()
LINES = SAMPLE.split("\n")
DYNAMIC = """
from zenml import pipeline, step

@step
def gen() -> int: ...

@step
def work(i: int) -> int: ...

@pipeline(dynamic=True)
def dynamic_pipeline():
    n = gen()
    for i in range(n.load()):
        work(i)
"""
LEGACY = """
from zenml.pipelines import pipeline

@pipeline
def branching_pipeline(seed, left, right, merger, last):
    merger(left(seed()), right(seed()))
    last()
"""
MAPPED = """
from zenml import pipeline, step

@step
def gen() -> list[int]: ...

@step
def work(item: int) -> int: ...

@pipeline(name="mapped", dynamic=True)
def mapped_pipeline(n):
    if n:
        work(n)
    work.map(gen())
"""
RECORD = """
from zenml import pipeline, step

@step(name="load_rows")
def load(): ...

@step(name="fit")
def fit(data): ...

@pipeline(name="training")
def training():
    fit(load())
    fit(load())
"""


def titles(desk: Desk, code: str) -> dict[int, list[str]]:
    """Return the titles of the lenses by their lines, once all values are read."""
    view = desk.type(code)
    for output in code_lenses(desk.context, view).wanted:
        desk.context.previews.preview_sync(output)
    found: dict[int, list[str]] = {}
    for lens in code_lenses(desk.context, view).items:
        assert lens.command is not None
        found.setdefault(lens.range.start.line, []).append(lens.command.title)
    return found


LENSES = [
    (
        SAMPLE,
        LINES.index("    train_set, test_set, _ = load_data()"),
        r"completed .* ago · .* s · n_rows: 150, test, train",
    ),
    (
        SAMPLE,
        LINES.index("    model, _, _ = train(train_set, strength=strength)"),
        r"completed .* · accuracy: 0\.9\d*, model, params",
    ),
    (SAMPLE, LINES.index("    evaluate(model, test_set)"), r"completed .* · confusion, predictions, score: \d"),
]


@pytest.mark.parametrize(("code", "line", "title"), LENSES)
def test_lenses(desk: Desk, code: str, line: int, title: str) -> None:
    shown = titles(desk, code).get(line, [])

    assert [each for each in shown if re.match(title, each)], shown
    assert len(shown) == 1


OTHERS = [
    ("0.98.0-extra", DYNAMIC, 11, r"completed .* · g: 3"),
    ("0.98.0-extra", DYNAMIC, 13, r"3 steps · completed"),
    ("0.98.0-map", MAPPED, 13, r"2 steps · ✗ 1 failed"),
    ("legacy-0.7.3", LEGACY, 5, r"cached .* · merged: \d"),
    ("0.98.0-record", RECORD, 11, r"completed .* · accuracy: 0\.\d+, card, report"),
]


@pytest.mark.parametrize(("history", "code", "line", "title"), OTHERS)
def test_lenses_of_other_histories(
    desk_of: Callable[[str], Desk], history: str, code: str, line: int, title: str
) -> None:
    test_lenses(desk_of(history), code, line, title)


def test_a_call_that_the_last_run_does_not_have_has_no_lens(desk_of: Callable[[str], Desk]) -> None:
    assert 12 not in titles(desk_of("0.98.0-record"), RECORD)  # `fit_2`


def test_lenses_of_calls_can_be_switched_off(desk: Desk) -> None:
    desk.context.settings = replace(Settings(), code_lens=CodeLensSettings(calls=False))

    assert LINES.index("    evaluate(model, test_set)") not in titles(desk, SAMPLE)


HOVERS = [
    (SAMPLE.replace("_ = load_data()", "_ = load|_data()", 1), ("step load_data", "pipeline training_pipeline")),
    (SAMPLE.replace("    train_set, test", "    train|_set, test"), ("output train", "step load_data", "species")),
    (SAMPLE.replace("evaluate(model", "evaluate(mod|el"), ("output model", "step train")),
]


@pytest.mark.parametrize(("marked", "said"), HOVERS)
def test_hovers(desk: Desk, marked: str, said: tuple[str, ...]) -> None:
    view, position = desk.at(marked)
    at = target_at(desk.context, view, position)
    assert at is not None
    if at.found.output is not None:
        desk.context.previews.preview_sync(at.found.output)

    shown = hover(desk.context, at)

    assert shown is not None
    assert [part for part in said if part not in str(shown.contents)] == []


def test_the_hover_of_a_call_in_a_loop_shows_all_its_steps(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-extra")
    view, position = desk.at(DYNAMIC.replace("work(i)\n", "wo|rk(i)\n"))
    at = target_at(desk.context, view, position)
    assert at is not None

    shown = hover(desk.context, at)

    assert shown is not None
    assert all(f"step {name}" in str(shown.contents) for name in ("work", "work_2", "work_3"))

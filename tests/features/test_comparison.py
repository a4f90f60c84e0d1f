"""The comparison of two runs as a document: the differences, their amounts, and the source code of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from pipesight.features.comparisons import compare_runs
from pipesight.pages.contract.comparison_view import RunsComparison
from pipesight.pages.show import document
from pipesight.pages.source_changes import changed_lines, patch

from .conftest import Desk

BEFORE = "def train(rate):\n    fit(rate)\n    return 1\n"
AFTER = "def train(rate, rows):\n    fit(rate)\n    return 1\n"


async def compared(desk: Desk, given: Mapping[str, object]) -> tuple[RunsComparison, str]:
    answer = await compare_runs(desk.context, given)
    assert isinstance(answer, RunsComparison)
    file = document(answer)
    assert file is not None
    return answer, file.text


@pytest.mark.thorough
async def test_the_source_of_a_step_as_it_ran(desk_of: Callable[[str], Desk]) -> None:
    given = {"pipeline": "one_step_pipeline", "left": "custom_run", "right": "series_run"}
    answer, text = await compared(desk_of("0.40.2"), given)
    (sources,) = answer.sources

    assert sources.step == "only"
    assert (sources.added, sources.removed) == changed_lines(sources.left, sources.right)
    (row,) = [each for each in answer.differences if (each.kind, each.name) == ("code", "only")]
    assert row.left == f"{len(sources.left.splitlines())} lines"
    assert "source of step **only**\n\n```diff\n@@" in text


async def test_numbers_say_by_how_much_they_changed(desk_of: Callable[[str], Desk]) -> None:
    given = {"pipeline": "training", "left": "training_01", "right": "training_05"}
    _, text = await compared(desk_of("0.98.0-record"), given)

    assert "| fit.loss | 0.5 | 0.25 | ▼ 0.25 (-50.0%) |" in text


def test_a_patch_has_the_lines_around() -> None:
    removed, added = "-def train(rate):", "+def train(rate, rows):"
    assert patch(BEFORE, AFTER)[1:] == [removed, added, "     fit(rate)", "     return 1"]
    assert changed_lines(BEFORE, AFTER) == (1, 1)
    assert changed_lines(BEFORE, BEFORE) == (0, 0)

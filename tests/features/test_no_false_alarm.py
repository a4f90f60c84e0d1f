"""A name in the history is never reported as unknown, in any generation. Other libraries have no diagnostics."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipesight.features.diagnostics import reported
from tests.examples import mostly_slow

from .conftest import Desk

HISTORIES = ("legacy-0.5.7", "legacy-0.7.3", "0.20.5", "0.33.0", "0.50.0", "0.61.0", "0.90.0", "0.98.0-extra")
LEGACY = "from zenml.repository import Repository\np = Repository().get_pipeline({0!r})\nrun = p.get_run({1!r})\n"
MODERN = "from zenml.client import Client\nrun = Client().get_pipeline_run({1!r})\np = Client().get_pipeline({0!r})\n"
FALSE_FRIENDS = sorted((Path(__file__).parents[1] / "code" / "labeled" / "friends").glob("*.py"))


@pytest.mark.parametrize("api", mostly_slow(["legacy", "modern"], quick=("modern",)))
@pytest.mark.parametrize("history", mostly_slow(HISTORIES, quick=("legacy-0.7.3", "0.98.0-extra")))
def test_names_of_the_history(
    desk_of: Callable[[str], Desk], unpack_history: Callable[[str], Path], history: str, api: str
) -> None:
    desk = desk_of(history)
    rows = json.loads((unpack_history(history) / "expected.json").read_text())
    said: list[str] = []
    for pipeline, run, step, _, _, output, _ in rows:
        if pipeline is None:
            continue
        start = (LEGACY if api == "legacy" else MODERN).format(pipeline, run)
        reach = f"run.get_step(name={step!r})" if api == "legacy" else f"run.steps[{step!r}]"
        code = f"{start}{reach}" + (f".outputs[{output!r}]" if output is not None else "")
        said += [f"{finding.message} {code}" for finding in reported(desk.context, desk.type(code))]

    assert rows
    assert not desk.context.history.is_empty
    assert list(reported(desk.context, desk.type(LEGACY.format("no such pipeline", "any"))))
    assert said == []


@pytest.mark.parametrize("path", FALSE_FRIENDS, ids=lambda path: path.stem)
def test_other_libraries(desk: Desk, path: Path) -> None:
    desk.context.zenml = (0, 98, 0)

    assert list(reported(desk.context, desk.type(path.read_text(encoding="utf-8")))) == []

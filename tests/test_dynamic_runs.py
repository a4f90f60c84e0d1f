"""Dynamic pipelines in the terminal and in Python: mapped steps, lists as inputs, passed values, silent steps."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipesight import Repository

from .command import run
from .test_cli import objects, pipesight


@pytest.fixture(scope="module")
def mapped(unpack_history: Callable[[str], Path]) -> Path:
    return unpack_history("0.98.0-map")


@pytest.fixture(scope="module")
def told(mapped: Path) -> dict[str, Any]:
    """Return the answers of ZenML's Client about the runs, by run name."""
    runs = json.loads((mapped / "expected_steps.json").read_text())["default"]
    return {run["run"]: run for run in runs}


@pytest.fixture(scope="module")
def repository(mapped: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    with Repository(history=str(mapped), cache_folder=tmp_path_factory.mktemp("index")) as repository:
        yield repository


def compared(mapped: Path, tmp_path: Path, left: str, right: str) -> dict[tuple[str, str], tuple[Any, Any]]:
    rows = objects(pipesight(tmp_path, "compare", "mapped", left, right, "--json", "--source", str(mapped)))
    return {(row["kind"], row["name"]): (row["left"], row["right"]) for row in rows}


def test_parameters_and_metrics_of_mapped_steps(mapped: Path, told: dict[str, Any], tmp_path: Path) -> None:
    rows = objects(pipesight(tmp_path, "runs", "mapped", "--json", "--source", str(mapped)))

    assert [row["run"] for row in rows] == ["mapped failed", "mapped two", "mapped one"]
    for row in rows:
        expected = told[row["run"]]
        assert (row["metrics"], row["parameters"]) == (expected["metrics"], expected["parameters"])
    assert rows[1]["metrics"]["map:work:1.doubled"] == 6
    error = rows[0]["error"]
    assert (error["step"], error["type"], error["message"]) == ("map:work:1", "ValueError", "item 2 is bad")


def test_a_list_of_outputs_is_one_input(repository: Repository, told: dict[str, Any]) -> None:
    chosen = repository.get_pipeline("mapped").get_run("mapped two")
    inputs = chosen.get_step("add").inputs
    uris = told["mapped two"]["steps"]["add"]["inputs"]["values"]

    assert list(inputs) == ["values"]
    assert inputs["values"].uri == uris[0]
    assert [output.uri for output in inputs.getlist("values")] == uris
    assert [output.read() for output in inputs.getlist("values")] == [3, 6]
    assert inputs.getlist("no such") == []


def test_inputs_differ_by_who_made_them_or_by_value(mapped: Path, tmp_path: Path) -> None:
    found = compared(mapped, tmp_path, "mapped one", "mapped two")

    assert found["input", "map:work:0.factor"] == ("2", "3")
    assert ("input", "map:work:0.fail_at") not in found, "each run has a copy of the same value"
    assert found["input", "add.values"] == (
        ["map:work:0.doubled", "map:work:1.doubled", "map:work:2.doubled"],
        ["map:work:0.doubled", "map:work:1.doubled"],
    )


def test_a_step_that_printed_nothing(mapped: Path, repository: Repository, tmp_path: Path) -> None:
    step = repository.get_pipeline("mapped").get_run("mapped one").get_step("gen")
    assert (step.log() or "").startswith("Step `gen` has started.")

    where = ("--source", str(mapped))
    shown = run(tmp_path, "log", "mapped", "mapped one", "gen", *where, environment=dict(os.environ))
    assert "Step `gen` has started." in shown.output
    assert "The log is empty or gone" in shown.errors
    of_run = run(tmp_path, "log", "mapped", "mapped two", *where, environment=dict(os.environ))
    assert of_run.errors.startswith("pipesight: Nothing was printed, or the log was deleted: gen: step, add: step")
    assert len(of_run.errors.splitlines()) == 1

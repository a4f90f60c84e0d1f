"""Pipesight's Python API and ZenML's own client agree on runs that the newest ZenML just recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipesight import Repository, Run, Step
from tests.real.parts import Worker

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def recorded(worker: Worker) -> list[dict[str, Any]]:
    """Record three runs, and return them as ZenML's client describes them."""
    worker.ask("run", name="compared")
    worker.ask("run", name="cached", cache=True)
    worker.ask("fail", name="compared failure")
    return worker.ask("describe")


def test_pipelines_runs_steps_and_outputs(recorded: list[dict[str, Any]], project: Path, tmp_path: Path) -> None:
    with Repository(history=str(project / "config"), cache_folder=tmp_path) as repository:
        runs = [run for pipeline in repository.pipelines for run in pipeline.runs]
        ours = sorted((described(run) for run in runs), key=lambda run: run["name"])
        assert ours == sorted(recorded, key=lambda run: run["name"])
        first = min(recorded, key=lambda run: run["start"])
        assert repository.pipelines[0].runs[0].name == first["name"]
    assert {"compared", "cached", "compared failure"} <= {run["name"] for run in recorded}


@pytest.mark.parametrize(
    ("step", "output", "type_"),
    [
        ("load_data", "train", "pandas.DataFrame"),
        ("load_data", "facts", "builtins.dict"),
        ("to_array", "output", "numpy.ndarray"),
        ("fit", "score", "builtins.float"),
        ("fit", "model", "sklearn.linear_model._logistic.LogisticRegression"),
        ("wait", "output", "builtins.str"),
    ],
)
@pytest.mark.usefixtures("recorded")
def test_values(step: str, output: str, type_: str, worker: Worker, tmp_path: Path) -> None:
    theirs = worker.ask("value", run="cached", step=step, output=output)
    assert theirs[0] == type_
    assert worker.ask("our_value", run="cached", step=step, output=output, cache=str(tmp_path)) == theirs


def described(run: Run) -> dict[str, Any]:
    """Return a run in the form of `at_work.py`."""
    return {
        "name": run.name,
        "pipeline": run.pipeline_name,
        "status": run.status,
        "stack": run.stack_name,
        "start": time(run.start_time),
        "end": time(run.end_time),
        "steps": [described_step(step) for step in run.steps],
    }


def described_step(step: Step) -> dict[str, Any]:
    outputs = {
        name: [[output.uri, output.data_type, output.materializer, output.type]]
        for name, output in step.outputs.items()
    }
    return {
        "name": step.name,
        "status": step.status,
        "start": time(step.start_time),
        "end": time(step.end_time),
        "parameters": step.parameters,
        "outputs": outputs,
    }


def time(moment: Any) -> str | None:
    """Return a time as ZenML's client gives it, in UTC and without a zone."""
    return moment.replace(tzinfo=None).isoformat() if moment else None

# pyright: basic, reportMissingImports=false
"""Runs in ZenML's own environment: executes commands, one JSON object a line, and answers after each of them."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from zenml import pipeline, step
from zenml.client import Client

from pipesight import Repository


@step
def load_data(rows: int) -> tuple[Annotated[pd.DataFrame, "train"], Annotated[dict, "facts"]]:
    """Return a table and a dictionary."""
    frame = pd.DataFrame({"x": [i / 2 for i in range(rows)], "y": [i % 2 for i in range(rows)]})
    return frame, {"rows": rows, "made": [True, None, "here"]}


@step
def to_array(train: pd.DataFrame) -> np.ndarray:
    """Return an array."""
    return train.to_numpy()


@step
def fit(points: np.ndarray, solver: str) -> tuple[Annotated[LogisticRegression, "model"], Annotated[float, "score"]]:
    """Return a model, which is saved as a pickle, and a number."""
    model = LogisticRegression(solver=solver).fit(points[:, :1], points[:, 1])
    return model, float(model.score(points[:, :1], points[:, 1]))


@step
def wait(score: float, gate: str) -> str:
    """Wait until the file `gate` exists."""
    until = time.monotonic() + 120
    while gate and not Path(gate).exists() and time.monotonic() < until:
        time.sleep(0.01)
    return f"scored {score}"


@pipeline(enable_cache=False)
def watched_pipeline(gate: str = "") -> None:
    """Run the steps of the pipeline that the tests watch."""
    train, _ = load_data(rows=10)
    _, score = fit(to_array(train), solver="lbfgs")
    wait(score, gate)


@step
def boom() -> int:
    """Fail."""
    raise ValueError("boom")


@pipeline(enable_cache=False)
def failing_pipeline() -> None:
    """Fail in the first step."""
    boom()


def run(name: str, gate: str = "", cache: bool = False) -> float:
    """Record a run. Return the time of its end."""
    watched_pipeline.with_options(run_name=name, enable_cache=cache)(gate=gate)
    return time.time()


def fail(name: str) -> float:
    """Record a failed run. Return the time of its end."""
    with suppress(ValueError, RuntimeError):
        failing_pipeline.with_options(run_name=name)()
    return time.time()


def delete(name: str) -> float:
    """Delete a run. Return the time after the deletion."""
    Client().delete_pipeline_run(name)
    return time.time()


def describe() -> list[dict[str, Any]]:
    """Return all runs as ZenML's own client shows them, newest first."""
    runs = Client().list_pipeline_runs(size=100, sort_by="desc:start_time", hydrate=True)
    return [_run(each) for each in runs]


def value(run: str, step: str, output: str) -> list[str]:
    """Return the value that ZenML loads."""
    return _shown(Client().get_pipeline_run(run).steps[step].outputs[output][0].load())


def our_value(run: str, step: str, output: str, cache: str) -> list[str]:
    """Return the value that Pipesight's API loads in this same environment."""
    with Repository(cache_folder=Path(cache)) as repository:
        found = repository.get_pipeline("watched_pipeline").get_run(run).get_step(step).outputs[output]
        return _shown(found.read())


def _shown(value: Any) -> list[str]:
    return [f"{type(value).__module__}.{type(value).__qualname__}", repr(value), repr(getattr(value, "coef_", None))]


def _run(run: Any) -> dict[str, Any]:
    steps = sorted(run.steps.values(), key=lambda each: each.start_time)
    return {
        "name": run.name,
        "pipeline": run.pipeline.name,
        "status": run.status.value,
        "stack": run.stack.name,
        "start": _time(run.start_time),
        "end": _time(run.end_time),
        "steps": [_step(each) for each in steps],
    }


def _step(step: Any) -> dict[str, Any]:
    return {
        "name": step.name,
        "status": step.status.value,
        "start": _time(step.start_time),
        "end": _time(step.end_time),
        "parameters": step.config.parameters,
        "outputs": {
            name: [
                [version.uri, version.data_type.import_path, version.materializer.import_path, version.type.value]
                for version in versions
            ]
            for name, versions in step.outputs.items()
        },
    }


def _time(time: Any) -> str | None:
    return time.isoformat() if time else None


if __name__ == "__main__":
    Client().list_pipelines()  # the first question makes the store
    print(json.dumps({"done": "ready"}), flush=True)
    known = {each.__name__: each for each in (run, fail, delete, describe, value, our_value)}
    for line in sys.stdin:
        told = json.loads(line)
        answer = known[told.pop("do")](**told)
        print(json.dumps({"done": answer}), flush=True)

"""Describe a history in the form of `expected_record.json`, which ZenML's own Client wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipesight.history.history import History
from pipesight.history.model import Details, Failure, Metadata, Output, Run, Step


def expected(root: Path) -> dict[str, Any]:
    """Return ZenML's answer, with each exception in Pipesight's form."""
    told = json.loads((root / "expected_record.json").read_text())
    for runs in told["projects"].values():
        for run in runs:
            for step in run["steps"].values():
                for output in step["outputs"].values():
                    output.pop("value", None)
    return told


def record_of(history: History) -> dict[str, Any]:
    """Return the runs of the projects as Pipesight reads them, oldest first."""
    found: dict[str, Any] = {}
    for project in history.projects():
        view = history.in_project(project.name)
        view.sync_once(full=True)
        found[project.name] = [run_of(view, run) for run in reversed(view.runs())]
    return found


def models_of(history: History) -> dict[str, Any]:
    """Return the versions of each model of the active project, oldest first."""
    return {
        model: [[each.name, each.number, values(each.metadata)] for each in reversed(versions)]
        for model in history.models()
        if (versions := history.model_versions(model, wait=True)) is not None
    }


def artifacts_of(history: History) -> dict[str, Any]:
    """Return the versions of each artifact of the active project, oldest first."""
    return {
        str(artifact.name): [each.version for each in reversed(versions)]
        for artifact in history.artifacts()
        if (versions := history.artifact_versions(artifact.name, wait=True)) is not None
    }


def run_of(history: History, run: Run) -> dict[str, Any]:
    details = history.details(run) or Details()
    steps = history.steps(run) or ()
    return {
        "pipeline": run.pipeline,
        "run": run.name,
        "status": run.status.value,
        "metadata": values(details.metadata),
        "tags": list(details.tags),
        "steps": {step.name: step_of(history, step) for step in steps},
    }


def step_of(history: History, step: Step) -> dict[str, Any]:
    inputs: dict[str, list[str]] = {}
    for each in history.inputs(step) or ():
        inputs.setdefault(each.name, []).append(each.output.uri)
    return {
        "status": step.status.value,
        "metadata": values(step.metadata),
        "outputs": {output.name: output_of(output) for output in history.outputs(step) or ()},
        "inputs": inputs,
        "exception": exception_of(step.failure),
        "parameters": dict(step.parameters),
    }


def output_of(output: Output) -> dict[str, Any]:
    return {
        "version": output.version,
        "artifact": output.artifact,
        "uri": output.uri,
        "metadata": values(output.metadata),
        "visualizations": [[each.type, each.uri] for each in output.visualizations],
    }


def exception_of(failure: Failure | None) -> dict[str, Any] | None:
    """Return a failure in ZenML's form. ZenML counts the line from 0."""
    if failure is None or failure.source_line is None:
        return None
    return {
        "traceback": failure.traceback,
        "source": f"builtins.{failure.type}",
        "message": failure.message,
        "user_code_line": failure.source_line - 1,
    }


def values(metadata: Mapping[str, Metadata]) -> dict[str, object]:
    return {name: each.value for name, each in metadata.items()}

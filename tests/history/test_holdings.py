"""Pipesight reads everything that the store of each release contains."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import Output, Run, Step
from tests.history.test_rows import FILES

HELD = {  # the SQL that counts it, in any of the stores that have it
    "metadata": ["SELECT count(*) FROM run_metadata"],
    "inputs": ["SELECT count(*) FROM Event WHERE type = 3", "SELECT count(*) FROM step_run_input_artifact"],
    "code": ["SELECT count(source_code) FROM step_run"],
    "logs": ["SELECT count(*) FROM logs WHERE step_run_id IS NOT NULL"],
    "visualizations": ["SELECT count(*) FROM artifact_visualization"],
    "tags": ["SELECT count(*) FROM tag_resource WHERE resource_type IN ('pipeline_run', 'artifact_version')"],
    "failures": ["SELECT count(exception_info) FROM step_run"],
    "model versions": ["SELECT count(*) FROM model_version"],
    "projects": ["SELECT count(*) FROM project", "SELECT count(*) FROM workspace"],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*FILES, "0.98.0-record"])
def test_what_a_store_holds_is_read(
    name: str,
    unpack_history: Callable[[str], Path],
    index_folder: Path,
    record_property: Callable[[str, object], None],
) -> None:
    root = unpack_history(name)
    (source,) = discover(history=[str(root)], environment={}).sources
    held = held_by(Path(source.label))
    with closing(History.open([source], cache_folder=index_folder, start=False)) as history:
        history.sync_once(full=True)
        found = read_of(history)
    record_property("holds", (name, {kind: None if held[kind] is None else found[kind] for kind in HELD}))
    for kind in HELD:
        if kind == "projects" and found[kind] == 0:  # runs of ML Metadata belong to no project
            continue
        assert bool(found[kind]) == bool(held[kind]), kind


def held_by(database: Path) -> dict[str, int | None]:
    """Return the number of rows of each kind in the store, None if it has no such table."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {kind: next(counts(connection, queries), None) for kind, queries in HELD.items()}


def counts(connection: sqlite3.Connection, queries: list[str]) -> Iterator[int]:
    for query in queries:
        try:
            yield int(connection.execute(query).fetchone()[0])
        except sqlite3.OperationalError:
            continue


def read_of(history: History) -> dict[str, int]:
    """Return the number of objects of each kind that Pipesight reads."""
    runs: tuple[Run, ...] = history.runs()
    steps: list[Step] = [step for run in runs for step in history.steps(run) or ()]
    outputs: dict[str, Output] = {each.id: each for step in steps for each in history.outputs(step) or ()}
    details = [found for run in runs if (found := history.details(run)) is not None]
    return {
        "metadata": sum(len(each.metadata) for each in (*details, *steps, *outputs.values())),
        "inputs": sum(len(history.inputs(step) or ()) for step in steps),
        "code": sum((code := history.code(step, wait=True)) is not None and code.source is not None for step in steps),
        "logs": sum(len(history.logs(step, wait=True) or ()) for step in steps),
        "visualizations": sum(len(each.visualizations) for each in outputs.values()),
        "tags": sum(len(each.tags) for each in (*details, *outputs.values())),
        "failures": sum(step.failure is not None for step in steps),
        "model versions": sum(len(history.model_versions(model, wait=True) or ()) for model in history.models()),
        "projects": len(history.projects()),
    }

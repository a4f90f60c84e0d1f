"""The newest ZenML records runs while an editor watches: completion follows, and the store is not changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

import pytest

from tests.lsp.conftest import Editor
from tests.real.conftest import Completion, editor_on
from tests.real.parts import Worker

pytestmark = pytest.mark.slow

RUNS = 'from zenml.client import Client\nrun = Client().get_pipeline_run("|")\n'
STEPS = 'from zenml.client import Client\nrun = Client().get_pipeline_run("{}").steps["|"]\n'

Measure = Callable[[str, float], None]


@pytest.fixture(scope="module")
async def editor(worker: Worker, project: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    async with editor_on(project / "config", tmp_path_factory.mktemp("index")) as editor:
        yield editor


async def test_a_run_is_seen_from_its_start_to_its_end(
    editor: Editor, worker: Worker, project: Path, measure: Measure
) -> None:
    runs, gate = Completion(editor, RUNS), project / "gate"
    worker.tell("run", name="watched", gate=str(gate))

    seen = await runs.until(lambda names: "watched" in names)
    report(measure, "a new run", seen, recorded(project, "watched", "created"))
    await runs.until(lambda names: "running" in names["watched"])

    steps = Completion(editor, STEPS.format("watched"))
    seen = await steps.until(lambda names: "running" in names.get("wait", ""))
    report(measure, "a step of a running run", seen, recorded(project, "watched", "created", step="wait"))
    names = await steps.names()
    assert list(names) == ["load_data", "to_array", "fit", "wait"]
    assert "completed" in names["fit"]

    gate.touch()
    seen = await runs.until(lambda names: "completed" in names["watched"])
    report(measure, "the end of a run", seen, recorded(project, "watched", "end_time"))
    worker.hear()
    await steps.until(lambda names: "completed" in names["wait"])


async def test_a_failed_run_is_seen(editor: Editor, worker: Worker, project: Path, measure: Measure) -> None:
    worker.ask("fail", name="broken")
    seen = await Completion(editor, RUNS).until(lambda names: "failed" in names.get("broken", ""))
    report(measure, "a failed run", seen, recorded(project, "broken", "end_time"))


async def test_a_deleted_run_disappears(editor: Editor, worker: Worker, measure: Measure) -> None:
    runs = Completion(editor, RUNS)
    worker.ask("run", name="short lived", cache=True)
    await runs.until(lambda names: "completed" in names.get("short lived", ""))
    deleted = worker.ask("delete", name="short lived")
    report(measure, "a deletion", await runs.until(lambda names: "short lived" not in names), deleted)
    assert "watched" in await runs.names()


async def test_watching_writes_nothing(editor: Editor, worker: Worker, project: Path, tmp_path: Path) -> None:
    assert worker.ask("describe"), "the store has something to read, and ZenML is idle"
    before = checksums(project / "config")
    async with editor_on(project / "config", tmp_path / "index") as other:
        await Completion(other, STEPS.format("watched")).until(lambda names: "load_data" in names)
        await other.execute("pipesight.refresh")
        path = {"run": "watched", "step": "load_data", "output": "train"}
        read = await other.execute("pipesight.readOutput", path)
        assert read["preview"]["summary"] == "DataFrame 10 x 2"
        await asyncio.sleep(2.0)
    assert checksums(project / "config") == before


def report(measure: Measure, what: str, seen: float, happened: float) -> None:
    """Report the time that it took. A benchmark holds the promise about it."""
    measure(f"from ZenML's record of {what} to its completion item", seen - happened)


def recorded(project: Path, run: str, column: str, step: str | None = None) -> float:
    """Return the time that ZenML recorded just before its commit, in seconds since the epoch."""
    (database,) = project.glob("config/local_stores/*/zenml.db")
    of_run = f"SELECT {column} FROM pipeline_run WHERE name = :run"
    of_step = f"""SELECT step_run.{column} FROM step_run JOIN pipeline_run ON pipeline_run.id = step_run.pipeline_run_id
        WHERE pipeline_run.name = :run AND step_run.name = :step"""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        ((when,),) = connection.execute(of_step if step else of_run, {"run": run, "step": step}).fetchall()
    return datetime.fromisoformat(when).replace(tzinfo=timezone.utc).timestamp()


def checksums(folder: Path) -> dict[str, tuple[str, int]]:
    """Return the checksum and the modification time of every file."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in files}

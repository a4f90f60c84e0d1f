"""The history room on a large store: a real one multiplied to 100,000 runs, a million steps, two million outputs.

    python benchmarks/scale.py [--runs N] [--folder FOLDER]

Makes the store in FOLDER once (it takes minutes and gigabytes) and prints each measurement with its goal.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, cast

HERE = Path(__file__).parent
_HISTORIES = HERE.parent / "tests" / "histories" / "unpack.py"
_RECORDER = HERE.parent / "tests" / "history" / "recorder.py"
BASE = "0.98.0"
STEPS_PER_RUN = 10


def main() -> None:
    arguments = _arguments()
    if arguments.measure == "nothing":
        print(_memory())
        return
    if arguments.measure:
        print(json.dumps(_measure(Path(arguments.measure), Path(arguments.cache))))
        return
    store = _store(Path(arguments.folder), arguments.runs)
    scan = min(_timed(lambda: _scan(store)) for _ in range(2))
    with tempfile.TemporaryDirectory() as cache:
        found = _in_a_process(store, Path(cache))
        index_size = sum(path.stat().st_size for path in Path(cache).iterdir())
    idle = _idle_memory()
    _show("store", f"{store.stat().st_size / 1e9:.2f} GB, {_counts(store)}", "")
    _show("plain sqlite3 scan of the same columns", f"{scan:.2f} s", "")
    _show("first index", f"{found['whole']:.2f} s = {found['whole'] / scan:.2f} x the scan", "3 x")
    _show("first pipelines and recent runs after spawn", f"{found['first']:.2f} s", "2 s")
    _show("one new run: work to pick it up", f"{found['new'] * 1000:.0f} ms", "50 ms")
    _show("nothing new: work to see that", f"{found['nothing'] * 1000:.2f} ms", "")
    _show("index", f"{index_size / 1e6:.0f} MB = 1/{store.stat().st_size / index_size:.0f} of the store", "1/5")
    _show("memory beyond a bare Python", f"{found['memory'] - idle:.0f} MB", "60 MB")
    for name, (p50, p99) in cast("dict[str, tuple[float, float]]", found["queries"]).items():
        _show(f"{name}, asked anew", f"p50 {p50 * 1000:.2f} ms, p99 {p99 * 1000:.2f} ms", "")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--folder", default=str(HERE.parent / ".cache" / "scale"))
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--cache", help=argparse.SUPPRESS)
    return parser.parse_args()


def _show(what: str, value: str, goal: str) -> None:
    print(f"{what:45} {value:50} {goal and f'goal: {goal}'}", flush=True)


# The store


def _store(folder: Path, runs: int) -> Path:
    """A history of so many runs, made from a real one."""
    path = folder / f"{runs}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unpack = cast("Callable[[str, Path], Path]", runpy.run_path(str(_HISTORIES))["unpack"])
        base = next(unpack(BASE, folder / "base").rglob("zenml.db"))
        growing = shutil.copy(base, path.with_suffix(".growing"))
        with closing(sqlite3.connect(growing, isolation_level=None)) as connection:
            _multiply(connection, runs)
        Path(growing).rename(path)
    return path


def _multiply(connection: sqlite3.Connection, runs: int) -> None:
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    base = [
        row[0] for row in connection.execute("SELECT id FROM pipeline_run WHERE status = 'completed' ORDER BY rowid")
    ]
    connection.execute("CREATE TEMP TABLE copy (n INTEGER PRIMARY KEY, run TEXT, again INTEGER)")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO copy VALUES (?, ?, 0)", ((number, base[number % len(base)]) for number in range(1, runs + 1))
    )
    moment = "strftime('%Y-%m-%d %H:%M:%f000', '2020-01-01', (copy.n * 600 + {}) || ' seconds')"
    snapshot = {"id": "snapshot_id", "of": "copy.run = (SELECT id FROM pipeline_run r WHERE r.snapshot_id = t.id)"}
    _copy(
        connection, "pipeline_snapshot", {"id": _new("t.id")}, "t", f"copy JOIN pipeline_snapshot t ON {snapshot['of']}"
    )
    _copy(
        connection,
        "step_configuration",
        {"id": _new("t.id"), "snapshot_id": _new("t.snapshot_id")},
        "t",
        "copy JOIN pipeline_run r ON r.id = copy.run JOIN step_configuration t ON t.snapshot_id = r.snapshot_id",
    )
    _copy(
        connection,
        "pipeline_run",
        {
            "id": _new("t.id"),
            "name": "'run_' || copy.n || '_' || t.name",
            "snapshot_id": _new("t.snapshot_id"),
            "orchestrator_run_id": _new("t.orchestrator_run_id"),
            "created": moment.format(0),
            "start_time": moment.format(0),
            "updated": moment.format(99),
            "end_time": moment.format(99),
        },
        "t",
        "copy JOIN pipeline_run t ON t.id = copy.run",
    )
    times = {"created": moment.format(1), "start_time": moment.format(1), "updated": moment.format(9)}
    steps = f"copy JOIN step_run t ON t.pipeline_run_id = copy.run JOIN times ON times.n * 6 < {STEPS_PER_RUN} + 2"
    connection.execute("CREATE TEMP TABLE times AS SELECT 0 AS n UNION ALL SELECT 1")
    again = "substr(copy.n || '0000', 1, 0) || times.n"
    _copy(
        connection,
        "step_run",
        {
            "id": f"substr({_new('t.id')}, 1, 31) || {again}",
            "name": "t.name || CASE times.n WHEN 0 THEN '' ELSE '_' || (times.n + 1) END",
            "pipeline_run_id": _new("t.pipeline_run_id"),
            "snapshot_id": _new("t.snapshot_id"),
            **times,
        },
        "t",
        steps,
    )
    _copy(
        connection,
        "step_run_output_artifact",
        {"step_id": f"substr({_new('t.step_id')}, 1, 31) || {again}", "artifact_id": "t.artifact_id"},
        "t",
        steps.replace("step_run t ", "step_run s ").replace("t.pipeline_run_id", "s.pipeline_run_id")
        + " JOIN step_run_output_artifact t ON t.step_id = s.id",
    )
    connection.execute("COMMIT")


def _new(column: str) -> str:
    """The identity of a copy: the original's, begun with the copy's number."""
    return f"printf('%08x', copy.n) || substr({column}, 9)"


def _copy(connection: sqlite3.Connection, table: str, changed: dict[str, str], alias: str, source: str) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(name, f'{alias}."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    connection.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {source} ORDER BY copy.n")


def _counts(store: Path) -> str:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        tables = {"runs": "pipeline_run", "steps": "step_run", "outputs": "step_run_output_artifact"}
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for name, table in tables.items()
        }
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


# The measurements


def _scan(store: Path) -> int:
    """Read the columns that the first index reads, and nothing else."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        runs = connection.execute(
            "SELECT id, name, pipeline_id, status, start_time, end_time, updated FROM pipeline_run"
        )
        steps = connection.execute("SELECT pipeline_run_id, name FROM step_run")
        return sum(1 for _ in runs) + sum(1 for _ in steps)


def _in_a_process(store: Path, cache: Path) -> dict[str, Any]:
    began = time.time()
    command = [sys.executable, __file__, "--measure", str(store), "--cache", str(cache)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "BEGAN": str(began)})
    return cast("dict[str, Any]", json.loads(shown.stdout))


def _measure(store: Path, cache: Path) -> dict[str, Any]:
    from pipesight.history.history import History
    from pipesight.history.index import Index
    from pipesight.history.sources.database import DatabaseSource

    began = float(os.environ["BEGAN"])
    history = History.open([DatabaseSource(store)], cache_folder=cache)
    while not (history.pipelines() and len(history.runs(limit=20)) == 20):
        time.sleep(0.02)
    first = time.time() - began
    while not history.state.synced_at or history.state.syncing:
        time.sleep(0.05)
    whole = time.time() - began
    history.close()

    history = History.open([DatabaseSource(store)], cache_folder=cache, start=False)
    history.sync_once()
    memory = _memory()
    nothing = min(_timed(history.sync_once) for _ in range(3))
    recorder = runpy.run_path(str(_RECORDER))
    news: list[float] = []
    for number in range(3):
        name = f"new {number} {time.time()}"
        recorder["record_run"](store, "first_training", name)
        news.append(_timed(history.sync_once))
        if history.run(name) is None:
            raise AssertionError("the new run was not picked up")
    found = {"first": first, "whole": whole, "memory": memory, "nothing": nothing, "new": statistics.median(news)}
    index = Index.open(DatabaseSource(store).key, folder=cache)
    questions: dict[str, Callable[[], object]] = {
        "pipelines": index.pipelines,
        "newest 50 runs of a pipeline": lambda: index.runs("training_pipeline", limit=50),
        "runs whose name contains": lambda: index.search_runs("run_99", "training_pipeline", limit=50),
        "last run": lambda: index.last_runs("training_pipeline", successful=True),
        "step names": lambda: index.step_names("training_pipeline"),
        "output names": lambda: index.output_names("training_pipeline", "train"),
    }
    return {**found, "queries": {name: _percentiles(ask, index.changed) for name, ask in questions.items()}}


def _percentiles(ask: Callable[[], object], forget: Callable[[], None]) -> tuple[float, float]:
    times: list[float] = []
    for _ in range(100):
        forget()
        times.append(_timed(ask))
    return statistics.median(times), sorted(times)[98]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _memory() -> float:
    """The most memory that this process ever had, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _idle_memory() -> float:
    command = [sys.executable, __file__, "--measure", "nothing"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    main()

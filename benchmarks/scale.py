"""A history of 100,000 runs, a million steps and two million outputs: the index, and the language server on top of it.

    python benchmarks/scale.py [--runs N] [--mariadb-runs N] [--rest-runs N] [--folder FOLDER]

The stores in FOLDER are made once, which takes minutes and gigabytes. The output is three Markdown tables, the third
for a ZenML server. A number of 0 leaves a table out. The exit status is 1 if a goal is missed. Compared times are from
alternating rounds of one run. Of those of a first index, the least count, because other processes only add to them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, cast

from client import Client
from first_index import source_of
from large import SQLiteStore, Store, counts, mariadb_store
from pipesight.history.history import History
from pipesight.history.index import Index
from rest import measure, served
from run import Place, Series, echo, indexed
from statements import statements_of_first_index

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("ROUNDS", "3"))
REQUESTS = 200
WAITED = 5.5  # seconds after which a look also reads names, and the changes of the newest runs
SMALL = 200  # runs of the history that completion is compared with: as many as a completion offers
TWO_QUERIES = (  # the scan of earlier measurements: some columns of every run and every step, and nothing else
    ("SELECT id, name, pipeline_id, status, start_time, end_time, updated FROM pipeline_run", ()),
    ("SELECT pipeline_run_id, name FROM step_run", ()),
)
TEXT = """from zenml.client import Client

client = Client()
client.get_pipeline("<pipeline names>")
client.get_pipeline_run("<run names>")
client.get_pipeline("training_pipeline").last_run.steps["<step names>"]
"""
COMPLETED = ("pipeline names", "run names", "step names")


def main() -> int:
    """Run the benchmark. Return the exit status."""
    arguments = _arguments()
    folder = Path(arguments.folder)
    print(f"{datetime.now(timezone.utc):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, ", end="")
    print(f"Python {platform.python_version()}, {ROUNDS} rounds, load {os.getloadavg()[0]:.1f} at the start")
    tables: list[_Table] = []
    if arguments.runs:
        large = SQLiteStore(folder, arguments.runs)
        tables.append(_Table("SQLite", large))
        _measure_history(large, tables[-1])
        _measure_server(large, SQLiteStore(folder, SMALL), tables[-1])
    if arguments.mariadb_runs:
        with mariadb_store(folder, arguments.mariadb_runs) as database:
            tables.append(_Table("MariaDB", database))
            _measure_history(database, tables[-1])
    if arguments.rest_runs:
        with served(folder, arguments.rest_runs) as (store, server), tempfile.TemporaryDirectory() as cache:
            tables.append(_Table("ZenML server on SQLite", store))
            measure(store, server, Path(cache), tables[-1])
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")
    misses = [miss for table in tables for miss in table.misses]
    for miss in misses:
        print(f"MISSED {miss}")
    return 1 if misses else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--mariadb-runs", type=int, default=100_000)
    parser.add_argument("--rest-runs", type=int, default=10_000)
    parser.add_argument("--folder", default=str(HERE.parent / ".cache" / "scale"))
    return parser.parse_args()


class _Table:
    """A Markdown table that is printed as it grows."""

    def __init__(self, title: str, store: Store) -> None:
        self._title = title
        self.misses: list[str] = []
        found = ", ".join(f"{count:,} {name}" for name, count in counts(store).items())
        print(f"\n{title}, {store.size / 1e9:.2f} GB: {found}\n")
        print("| | measured | goal |\n|---|---|---|", flush=True)

    def row(self, what: str, measured: str, goal: str = "", met: bool = True) -> None:
        print(f"| {what} | {measured} | {goal}{'' if met else ' **missed**'} |", flush=True)
        if not met:
            self.misses.append(f"{self._title}: {what}: {measured}, goal {goal}")


# The index


class _Spent(NamedTuple):
    """Seconds elapsed, and seconds of the processor in this process."""

    elapsed: float
    work: float

    @property
    def text(self) -> str:
        return f"{self.elapsed:.2f} s, {self.work:.2f} s of the processor"


def _spent(work: Callable[[], object]) -> _Spent:
    worked = time.process_time()
    return _Spent(_timed(work), time.process_time() - worked)


def _measure_history(store: Store, table: _Table) -> None:
    statements = statements_of_first_index(store.address)
    rounds: list[dict[str, _Spent]] = []
    for _ in range(ROUNDS):
        spent = {"scan": _spent(lambda: store.scan(statements)), "two": _spent(lambda: store.scan(TWO_QUERIES))}
        with tempfile.TemporaryDirectory() as cache:
            found = _in_a_process(store, cache)
        first = _Spent(found["first"], 0.0)
        rounds.append({**spent, "first": first, "whole": _Spent(found["whole"], found["work"])})
    least = {name: _Spent(*map(min, zip(*(each[name] for each in rounds), strict=True))) for name in rounds[0]}
    scan, two = (min(each["whole"].elapsed / each[name].elapsed for each in rounds) for name in ("scan", "two"))
    works = [least["whole"].work / least[name].work for name in ("scan", "two")]
    table.row(f"plain scan: the {len(statements)} statements of a first index, by the driver alone", least["scan"].text)
    table.row("scan of two queries, as in earlier measurements", least["two"].text)
    table.row("first index, from spawn", f"{least['whole'].text} = {scan:.2f} x the scan", "3 x", scan <= 3)
    table.row("its processor time", f"{works[0]:.2f} x that of the scan")
    table.row("the same, compared with the two queries", f"{two:.2f} x elapsed, {works[1]:.2f} x of the processor")
    first = least["first"].elapsed
    table.row("first pipelines and newest runs, from spawn", f"{first:.2f} s", "2 s", first <= 2)
    with tempfile.TemporaryDirectory() as cache:
        _measure_afterwards(store, Path(cache), table)


def _in_a_process(store: Store, cache: str) -> dict[str, float]:
    command = [sys.executable, str(HERE / "first_index.py"), store.address, cache]
    environment = {**os.environ, "SPAWNED": str(time.time())}
    shown = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return cast("dict[str, float]", json.loads(shown.stdout))


def _measure_afterwards(store: Store, cache: Path, table: _Table) -> None:
    source = source_of(store.address)
    history = History.open([source], cache_folder=cache, start=False)
    history.sync_once()
    nothing = median(_timed(history.sync_once) for _ in range(5))
    time.sleep(WAITED)
    history.sync_once()  # the first such look reads all, because it has nothing to compare with
    news: list[float] = []
    elapsed: list[float] = []
    for _ in range(5):
        name = store.record_run()
        worked = time.process_time()
        elapsed.append(_timed(history.sync_once))
        news.append(time.process_time() - worked)
        if history.run(name) is None:
            raise AssertionError(f"the new run {name} was not picked up")
    time.sleep(WAITED)
    worked = time.process_time()
    history.sync_once()
    rest = time.process_time() - worked
    history.close()
    size = sum(path.stat().st_size for path in cache.iterdir())
    new, share = median(news), store.size / size
    measured = f"{new * 1000:.0f} ms of the processor, {median(elapsed) * 1000:.0f} ms elapsed"
    table.row("one new run: work to pick it up", measured, "50 ms", new <= 0.05)
    table.row("a later look for changes of the newest runs", f"{rest * 1000:.0f} ms of the processor")
    table.row("nothing new: work to see that", f"{nothing * 1000:.1f} ms")
    table.row("index file", f"{size / 1e6:.0f} MB = 1/{share:.0f} of the store", "1/20", share >= 20)
    index = Index.open(source.key, folder=cache)
    asked = index.questions
    questions: dict[str, Callable[[], object]] = {
        "pipelines": asked.pipelines,
        "newest 50 runs of a pipeline": lambda: asked.runs("training_pipeline", limit=50),
        "50 runs whose name contains a text": lambda: asked.search_runs("run_99", "training_pipeline", limit=50),
        "last successful run": lambda: asked.last_runs("training_pipeline", successful=True),
        "step names of a pipeline": lambda: asked.step_names("training_pipeline"),
        "output names of a step": lambda: asked.output_names("training_pipeline", "train"),
    }
    for question, ask in questions.items():
        series = Series()
        for _ in range(100):
            index.file.changed()
            series.all.append(_timed(ask) * 1000)
        table.row(f"the index asked for {question}", f"p50 {series.at(0.5):.2f} ms, p99 {series.at(0.99):.2f} ms")
    index.file.close()


# The language server


def _measure_server(large: SQLiteStore, small: SQLiteStore, table: _Table) -> None:
    starts: list[float] = []
    memory: dict[str, list[float]] = {"bare": [], "large": []}
    series = {(place, size): Series() for place in COMPLETED for size in ("large", "small")}
    for _ in range(ROUNDS):
        for size, store in (("small", small), ("large", large)):
            with tempfile.TemporaryDirectory() as folder:
                client, start = _started(store, Path(folder))
                for place in COMPLETED:
                    _complete_often(client, _place(Path(folder), place), series[place, size])
                if size == "large":
                    starts.append(start)
                    memory["large"].append(client.memory())
                client.close()
        with tempfile.TemporaryDirectory() as folder:
            client = echo(Path(folder))
            client.request("textDocument/completion", _place(Path(folder), COMPLETED[0]).params)
            memory["bare"].append(client.memory())
            client.close()
    first, bare, ours = median(starts), median(memory["bare"]), median(memory["large"])
    table.row("language server, spawn to complete pipelines and newest runs", f"{first:.2f} s", "2 s", first <= 2)
    table.row(
        "its memory, all indexed", f"{ours:.0f} MB = bare pygls + {ours - bare:.0f} MB", "+ 60 MB", ours - bare <= 60
    )
    for place in COMPLETED:
        slow, quick = series[place, "large"].at(0.99), series[place, "small"].at(0.99)
        measured = f"p99 {slow:.2f} ms = {slow / quick:.2f} x that on {SMALL} runs"
        table.row(f"its completion of {place} after an edit", measured, "1.5 x", slow <= 1.5 * quick)


def _started(store: SQLiteStore, folder: Path) -> tuple[Client, float]:
    """Start a server without an index. Return it when all is indexed, with the seconds to its first names."""
    pipelines = {str(row[0]) for row in store.rows("SELECT name FROM pipeline")}
    newest = {str(row[0]) for row in store.rows("SELECT name FROM pipeline_run ORDER BY rowid DESC LIMIT 20")}
    options = {"cacheFolder": str(folder / "cache"), "settings": {"history": [store.address]}}
    client = Client([sys.executable, "-m", "pipesight", "lsp"], folder, options)
    place = _place(folder, COMPLETED[0])
    client.open(place.uri, place.text)
    for name, wanted in (("pipeline names", pipelines), ("run names", newest)):
        while not wanted <= _completed(client, _place(folder, name)):
            time.sleep(0.02)
    start = time.perf_counter() - client.spawned
    return indexed(client), start


def _complete_often(client: Client, place: Place, series: Series) -> None:
    """Complete after each edit of the first line."""
    line = place.text.index("\n")
    for number in range(REQUESTS):
        text = f"from zenml.client import Client  # {number:04}"
        client.edit(place.uri, number + 2, 0, 0, line, text)
        line = len(text)
        began = time.perf_counter()
        found = client.request("textDocument/completion", place.params)
        series.all.append((time.perf_counter() - began) * 1000)
        if not found["items"]:
            raise AssertionError(f"no completion in {place}")
    client.edit(place.uri, REQUESTS + 2, 0, 0, line, place.text[: place.text.index("\n")])


def _completed(client: Client, place: Place) -> set[str]:
    answer: Any = client.request("textDocument/completion", place.params)
    return {str(item["label"]) for item in (answer or {}).get("items", ())}


def _place(folder: Path, name: str) -> Place:
    """The text with the cursor where such names are completed."""
    text = TEXT.replace(f"<{name}>", "|")
    for other in COMPLETED:
        text = text.replace(f"<{other}>", "")
    return Place.at(folder, "asked.py", text)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())

"""Measure a real ZenML server over a large history: the first names, the rest of the index, and the load for others."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Protocol

from large import SQLiteStore
from pipesight.history.history import History
from pipesight.history.sources.server_login import Login
from pipesight.history.sources.zenml_server import ZenMLServerSource

sys.path.append(str(Path(__file__).parents[1]))
from tests.real.parts import ZenMLServer, require_environment

_PATIENCE = 1800.0  # seconds
_NEW = 3  # runs that are recorded while somebody watches


class Table(Protocol):
    """A table of figures."""

    def row(self, what: str, measured: str, goal: str = "", met: bool = True) -> None:
        """Add a figure, with its goal if it has one."""
        ...


@contextmanager
def served(folder: Path, runs: int) -> Generator[tuple[SQLiteStore, ZenMLServer]]:
    """Start a ZenML server on a history of so many runs."""
    require_environment()
    store = SQLiteStore(folder, runs)
    home = folder / "server"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    server = ZenMLServer(store.path, home)
    with server.up():
        yield store, server


def measure(store: SQLiteStore, server: ZenMLServer, cache: Path, table: Table) -> None:
    """Measure a first index over REST, and how soon new runs are seen."""
    source = ZenMLServerSource(server.url, Login("default", ""))
    other = _Other(ZenMLServerSource(server.url, Login("default", "")))
    other.look()
    alone = other.answers(20)
    asked: list[float] = []
    source.server.get = _counted(source.server.get, asked)
    began = time.perf_counter()
    with closing(History.open([source], cache_folder=cache)) as history:
        with other.asking_meanwhile() as meanwhile:
            first = _until(lambda: bool(history.pipelines()) and len(history.runs(limit=20)) == 20, began)
            named = f"{first:.2f} s, of it {asked[0]:.2f} s for the login"
            table.row("first pipelines and newest runs", named, "2 s", first <= 2)
            runs = _until(
                lambda: (history.state.sources[0].run_count or 0) >= (history.state.sources[0].total or 1), began
            )
            whole = _until(lambda: history.state.synced_at is not None and not history.state.syncing, began)
        requests = len(asked)
        news: list[float] = []
        for _ in range(_NEW):
            name, began = store.record_run(), time.perf_counter()
            news.append(_until(lambda name=name: history.run(name) is not None, began))
    table.row("all runs", f"{runs:.1f} s")
    table.row("whole first index", f"{whole:.1f} s, {requests} requests, the longest took {max(asked):.2f} s")
    p50, busy = median(alone), median(meanwhile)
    table.row("somebody else's request meanwhile", f"p50 {busy * 1000:.0f} ms, alone {p50 * 1000:.0f} ms")
    table.row("one new run: seen after", f"{max(news):.2f} s at most", "5 s", max(news) <= 5)


def _counted(get: Callable[..., object], asked: list[float]) -> Callable[..., object]:
    """Return the same, which notes how long each request takes."""

    def timed(path: str, /, **fields: object) -> object:
        began = time.perf_counter()
        try:
            return get(path, **fields)
        finally:
            asked.append(time.perf_counter() - began)

    return timed


def _until(is_so: Callable[[], bool], began: float) -> float:
    """Return the seconds from `began` until it is so."""
    while not is_so():
        if time.perf_counter() - began > _PATIENCE:
            raise AssertionError("the server was not read in time")
        time.sleep(0.02)
    return time.perf_counter() - began


class _Other:
    """Somebody else who uses the server: asks for its newest run again and again."""

    def __init__(self, source: ZenMLServerSource) -> None:
        self._source = source

    def look(self) -> None:
        """Ask for what a first look asks for. A server that has been up for long has answered that before."""
        with self._source.connect() as session:
            session.news(None)
            session.pipelines()

    def answers(self, count: int) -> list[float]:
        return [self._ask() for _ in range(count)]

    @contextmanager
    def asking_meanwhile(self) -> Generator[list[float]]:
        found: list[float] = []
        done = threading.Event()

        def ask() -> None:
            while not done.wait(0.1):
                found.append(self._ask())

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield found
        finally:
            done.set()
            thread.join()

    def _ask(self) -> float:
        began = time.perf_counter()
        self._source.get("runs", size=1, sort_by="desc:created")
        return time.perf_counter() - began

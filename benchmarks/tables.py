"""Sort, filter and summarize a large table with Pipesight's reader and with DuckDB alone, in the same run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipesight.history.model import Output
from pipesight.outputs.preview import Window
from pipesight.outputs.process import ReaderProcess
from pipesight.outputs.queries import TableAnswer, TableQuery

MEGABYTES = int(os.environ.get("TABLE_MB", "250"))
GOAL = 1.5  # times DuckDB's own
_ROUNDS = 3
_GROUP = 1_000_000  # rows
_MEMORY = 2 * 1024**3
_WHERE = "age > 40 and plan = 'pro'"


def large_table(folder: Path) -> list[str]:
    """Print a row for each question. Return the goals that were missed."""
    folder.mkdir(exist_ok=True)
    path = folder / "df.parquet.gzip"
    rows = _write(path)
    output = Output(id="t", step_id="s", name="t", source="t", uri=str(folder), materializer="", data_type="")
    reader = ReaderProcess(None, timeout=600, memory_limit=_MEMORY)
    print(f"A table of {rows:,} rows and 8 columns, {path.stat().st_size / 1e6:,.0f} MB of Parquet.\n")
    print("| question | DuckDB | Pipesight | ratio |\n|---|---|---|---|")
    first = min(_seconds(lambda: reader.ask(output, Window())) for _ in range(_ROUNDS))
    print(f"| first page |  | {first:.2f} s |  |")
    misses: list[str] = []
    for name, (statements, question) in _QUESTIONS.items():
        times: list[tuple[float, float]] = []
        for _ in range(_ROUNDS):
            floor = _seconds(lambda asked=statements: _duckdb(path, asked))
            own = _seconds(lambda asked=question: _checked(reader.query(output, asked, lambda _: None)))
            times.append((floor, own))
        floor, own = median(each[0] for each in times), median(each[1] for each in times)
        print(f"| {name} | {floor:.2f} s | {own:.2f} s | {own / floor:.2f} |")
        misses += [f"{name} of a large table: {own / floor:.2f} times DuckDB"] if own > GOAL * floor else []
    reader.close()
    print()
    return misses


_QUESTIONS = {
    "sort": (["SELECT * FROM t ORDER BY score LIMIT 50", "SELECT count(*) FROM t"], TableQuery(sort="score")),
    "filter": (
        [f"SELECT * FROM t WHERE {_WHERE} LIMIT 50", f"SELECT count(*) FROM t WHERE {_WHERE}"],
        TableQuery(where=_WHERE),
    ),
    "filter and sort": (
        [
            f"SELECT * FROM t WHERE {_WHERE} ORDER BY joined DESC LIMIT 50",
            f"SELECT count(*) FROM t WHERE {_WHERE}",
        ],
        TableQuery(where=_WHERE, sort="joined", descending=True),
    ),
    "summary": (["SUMMARIZE SELECT * FROM t"], TableQuery(task="statistics")),
    "histograms and quantiles": (["SUMMARIZE SELECT * FROM t"], TableQuery(task="profile")),
}


def _duckdb(path: Path, statements: list[str]) -> None:
    """Ask DuckDB alone, with as many threads and as much memory."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": str(min(4, os.cpu_count() or 1)),
        "memory_limit": f"{_MEMORY // 2**21}MiB",
    }
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet('{path}')")
        for statement in statements:
            connection.execute(statement).fetchall()


def _checked(answer: TableAnswer) -> None:
    assert answer.preview is None or answer.preview.kind == "table", answer.preview


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _write(path: Path) -> int:
    """Write groups of rows until the file is large enough. Return the number of rows."""
    random = np.random.default_rng(0)
    writer: pq.ParquetWriter | None = None
    rows = 0
    try:
        while writer is None or path.stat().st_size < MEGABYTES * 10**6:
            table = _group(random, rows)
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table)
            rows += table.num_rows
    finally:
        if writer is not None:
            writer.close()
    return rows


def _group(random: np.random.Generator, first: int) -> Any:
    plans = pa.array(["free", "pro", "team"])
    return pa.table(
        {
            "id": np.arange(first, first + _GROUP),
            "age": random.integers(0, 90, _GROUP),
            "score": random.random(_GROUP),
            "plan": plans.take(pa.array(random.integers(0, 3, _GROUP))),
            "name": pa.array(random.integers(0, 10**9, _GROUP)).cast("string"),
            "joined": pa.array(random.integers(0, 17 * 10**14, _GROUP), pa.timestamp("us")),
            "x": random.random(_GROUP),
            "y": random.random(_GROUP),
        }
    )


if __name__ == "__main__":
    import sys
    import tempfile

    with tempfile.TemporaryDirectory(prefix="pipesight-bench-") as temporary:
        missed = large_table(Path(temporary))
    print("\n".join(f"MISSED {miss}" for miss in missed))
    sys.exit(1 if missed else 0)

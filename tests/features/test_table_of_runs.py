"""The table of runs and its numbers, whatever a run logged: what is sent is JSON that every client can read."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from pipesight.demo.sample import unpack_history
from pipesight.features.runs import show_runs
from pipesight.pages.contract.runs_view import RunsPage
from pipesight.pages.runs import run_difference
from pipesight.workspace.run_differences import Difference

from ..conftest import HISTORIES
from .conftest import Desks

# what ZenML recorded as JSON, and what the table has
LOGGED = {
    "nan": ("NaN", "NaN"),
    "infinite": ("-Infinity", "-Infinity"),
    "large": ("12345678901234567890", "12345678901234567890"),
    "exact": ("9007199254740992", 9007199254740992),
    "mixed": ('{"a.b": [1, NaN, true]}', {"a.b": [1, "NaN", True]}),
    "yes": ("true", True),
    "text": ('"=1+1"', "=1+1"),
}


@pytest.mark.thorough
def test_values(desks: Desks, tmp_path: Path) -> None:
    root = unpack_history(HISTORIES / "0.98.0-record.tar.xz", tmp_path / "record")
    with closing(sqlite3.connect(next(root.rglob("zenml.db")))) as database, database:
        logged = "SELECT m.id FROM run_metadata m JOIN run_metadata_resource r ON r.run_metadata_id = m.id"
        ids = database.execute(f"{logged} WHERE r.resource_type = 'pipeline_run' LIMIT ?", [len(LOGGED)]).fetchall()
        assert len(ids) == len(LOGGED)
        for (metadata,), (key, (value, _)) in zip(ids, LOGGED.items(), strict=True):
            database.execute("UPDATE run_metadata SET key = ?, value = ? WHERE id = ?", [key, value, metadata])
    desk = desks.make(tmp_path, root)
    answers = [
        asyncio.run(show_runs(desk.context, {"pipeline": each.name})) for each in desk.context.history.pipelines()
    ]
    pages = [answer for answer in answers if isinstance(answer, RunsPage)]
    shown = {
        column.name: value
        for page in pages
        for row in page.rows
        for column, value in zip(page.columns, row.values, strict=True)
        if value is not None and column.name in LOGGED
    }
    assert shown == {key: value for key, (_, value) in LOGGED.items()}
    json.dumps([asdict(page) for page in pages], allow_nan=False)


@pytest.mark.parametrize(
    ("left", "right", "change", "percent"),
    [
        (2, 3, 1, 50),
        (0, 3, 3, None),
        (1.0, float("nan"), None, None),
        (float("inf"), float("inf"), None, None),
        (5e-324, 1e308, None, None),  # the percent are too large for a float
        (3, 10**400, None, None),
        (0.5, 10**400, None, None),
        (True, 3, None, None),
        ("2", 3, None, None),
    ],
)
def test_changes(left: object, right: object, change: float | None, percent: float | None) -> None:
    found = run_difference(Difference("metric", "loss", left, right))
    assert (found.change, found.percent) == (change, percent)

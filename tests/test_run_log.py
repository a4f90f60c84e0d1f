"""`pipesight log`, read and followed, and `pipesight read --version`."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pipesight.demo.sample import unpack_history
from pipesight.outputs.reader.logs import LogLine, LogPage
from pipesight.workspace.run_log import part_of
from tests.forks import forked_pipesight
from tests.waiting import PATIENCE

from .test_cli import HISTORIES, objects, pipesight


def record_of(message: str) -> str:
    return json.dumps({"message": message, "level": 20, "timestamp": "2026-11-28T22:25:38Z"}) + "\n"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack_history(HISTORIES / "0.98.0-record.tar.xz", tmp_path_factory.mktemp("log"))


def ask(record: Path, *arguments: str, status: int = 0) -> str:
    return pipesight(record.parent, *arguments, "--source", str(record), status=status)


def test_a_step_s_log(record: Path) -> None:
    shown = ask(record, "log", "training", "training_03", "fit").splitlines()

    assert "2026-11-28 22:25:40 about to divide" in shown
    assert shown[-1] == "ValueError: math domain error"
    assert len(ask(record, "log", "training", "training_03", "load_rows", "--lines", "1").splitlines()) == 3


def test_a_log_names_the_folder_that_the_history_is_in(record: Path) -> None:
    shown = ask(record, "log", "training", "training_03", "fit")

    assert f'File "{record}/proj/go_record.py", line 59, in second' in shown
    assert "@ROOT@" not in shown


def test_a_run_s_log_has_those_of_its_steps(record: Path) -> None:
    shown = [line for line in ask(record, "log", "training", "training_03").splitlines() if line.startswith("== ")]

    assert shown == [
        "== client",
        "== load_rows: prepare_step", "== load_rows: step",
        "== fit: prepare_step", "== fit: step",
    ]  # fmt: skip


def test_a_log_as_json(record: Path) -> None:
    rows = objects(ask(record, "log", "training", "training_01", "fit", "--json"))

    assert all(list(row) == ["step", "origin", "message", "level", "time"] for row in rows)
    assert [row["message"] for row in rows if row["origin"] == "step"] == ["fitting with", "0.1"]


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\rprogress 10%", "progress 10%"),
        ("\x1b[2K\x1b[1Amoved", "moved"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_what_is_for_terminals_is_left_out(printed: str, shown: str) -> None:
    lines = [LogLine(printed)]
    page = part_of("", lambda *_: LogPage(lines, 0, 1, 1), live=False)
    assert [line.message for line in page.lines] == [shown]


@pytest.mark.thorough
def test_a_log_that_is_gone(record: Path) -> None:
    copy = record.parent / "copy"
    shutil.copytree(record, copy)
    for folder in copy.rglob("logs"):
        shutil.rmtree(folder)
    for folder in record.rglob("logs"):
        folder.rename(folder.with_name("moved"))
    try:
        assert ".log. It was deleted or moved" in ask(record, "log", "training", "training_01", "fit", status=1)
    finally:
        for folder in record.rglob("moved"):
            folder.rename(folder.with_name("logs"))
    assert "no step named 'fti'" in ask(record, "log", "training", "training_01", "fti", status=1)


def test_a_history_without_logs(unpack_history: Callable[[str], Path], tmp_path: Path) -> None:
    history = unpack_history("legacy-0.7.3")
    rows = objects(pipesight(tmp_path, "history", "--source", str(history), "--json"))
    names = (rows[0]["pipeline"], rows[0]["run"])

    assert "ZenML kept no log of run" in pipesight(tmp_path, "log", *names, "--source", str(history), status=1)


def test_a_log_is_followed_until_the_step_has_ended(tmp_path: Path) -> None:
    record = unpack_history(HISTORIES / "0.98.0-record.tar.xz", tmp_path)
    (database,) = record.rglob("zenml.db")
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")

    def set_status(status: str) -> Path:
        with sqlite3.connect(database) as connection:
            run = "(SELECT id FROM pipeline_run WHERE name = 'training_11')"
            connection.execute(f"UPDATE pipeline_run SET status = ?, updated = ? WHERE id = {run}", [status, now])
            step = f"pipeline_run_id = {run} AND name = 'fit'"
            connection.execute(f"UPDATE step_run SET status = ?, updated = ? WHERE {step}", [status, now])
            of_step = f"step_run_id = (SELECT id FROM step_run WHERE {step})"
            (uri,) = connection.execute(f"SELECT uri FROM logs WHERE source = 'step' AND {of_step}").fetchone()
        connection.close()
        return Path(uri)

    log = set_status("running")
    command = [*forked_pipesight(), "log", "training", "training_11", "fit", "--follow"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONUNBUFFERED": "1"}
    following = subprocess.Popen(
        [*command, "--source", str(record)], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert following.stdout is not None
    lines = iter(following.stdout.readline, "")
    try:
        assert any("fitting with" in line for line in lines)
        with log.open("a") as opened:
            opened.write(record_of("half way"))
        assert any("half way" in line for line in lines)
        assert following.poll() is None
        with log.open("a") as opened:
            opened.write("the last words")
        set_status("completed")
        assert any("the last words" in line for line in lines)
        assert following.wait(PATIENCE) == 0
    finally:
        following.kill()
        following.wait()


# Versions


@pytest.mark.thorough
def test_another_version_is_read(record: Path) -> None:
    names = ["read", "training", "training_01", "fit", "accuracy"]

    assert ask(record, *names).strip() == "0.8333"
    assert ask(record, *names, "--version", "1").strip() == "0.7778"
    told = ask(record, *names, "--version", "99", status=1)
    assert told.startswith("pipesight: The artifact 'accuracy' has no version '99'. There are: '1")

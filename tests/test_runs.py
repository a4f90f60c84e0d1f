"""`pipesight runs` and `compare`, on a history that ZenML's own client has described."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from pipesight.cli.main import main
from pipesight.demo.sample import unpack_history
from pipesight.pages.sparkline import change, sparkline

from .test_cli import HISTORIES, objects, pipesight

KEYS = [
    "project", "pipeline", "run", "status", "start", "duration",
    "stack", "tags", "commit", "parameters", "metrics", "error",
]  # fmt: skip


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the history that ZenML 0.98 recorded, with the answers of its client in `expected_record.json`."""
    return unpack_history(HISTORIES / "0.98.0-record.tar.xz", tmp_path_factory.mktemp("runs"))


def ask(record: Path, *arguments: str, status: int = 0) -> str:
    return pipesight(record.parent, *arguments, "--source", str(record), status=status)


def expected(run: dict[str, Any]) -> dict[str, Any]:
    """Return the expected row of a run, from the answers of ZenML's client."""
    steps = run["steps"].items()
    metrics = dict(run["metadata"])
    for name, step in steps:
        metrics |= {f"{name}.{key}": value for key, value in step["metadata"].items()}
        metrics |= {f"{name}.{key}": each["value"] for key, each in step["outputs"].items() if "value" in each}
    parameters = {f"{name}.{key}": value for name, step in steps for key, value in step["parameters"].items()}
    return {
        "run": run["run"],
        "status": run["status"],
        "tags": run["tags"],
        "parameters": parameters,
        "metrics": metrics,
    }


@pytest.mark.parametrize("project", ["default", "second_project"])
def test_a_row_says_what_zenml_s_client_says(record: Path, project: str) -> None:
    recorded = json.loads((record / "expected_record.json").read_text())["projects"][project]
    oldest_first = [run for run in recorded if run["pipeline"] == "training"]
    rows = objects(ask(record, "runs", "training", "--project", project, "--json"))

    assert all(list(row) == KEYS for row in rows)
    assert [row | expected(run) for row, run in zip(reversed(rows), oldest_first, strict=True)] == rows[::-1]
    assert {row["project"] for row in rows} == {project}


def test_a_row_says_why_a_run_failed(record: Path) -> None:
    (failed,) = [row for row in objects(ask(record, "runs", "training", "--json")) if row["error"]]
    error = failed["error"]

    assert list(error) == ["step", "type", "message", "file", "line"]
    assert (failed["run"], failed["status"]) == ("training_03", "failed")
    assert (error["step"], error["type"], error["message"]) == ("fit", "ValueError", "math domain error")
    lines = (record / "proj/go_record.py").read_text().splitlines()
    assert Path(error["file"]).name == "go_record.py"
    assert "math.sqrt" in lines[error["line"] - 1]
    assert failed["start"] == "2026-11-28T22:25:40.035326+00:00"
    assert failed["duration"] == pytest.approx(0.657654)


def test_a_table_has_what_differs(record: Path) -> None:
    shown = ask(record, "runs", "training", "--limit", "5").splitlines()

    assert shown[0].split() == [
        "run", "status", "start", "duration",
        "load_rows.rows", "fit.rate", "budget", "fit.loss", "fit.accuracy",
    ]  # fmt: skip
    assert shown[1].startswith("training_11 ")
    assert "2026-11-28 22:25:50" in shown[1]
    assert shown[-1] == "and 7 older runs: --limit 12 shows all"
    assert "ValueError: math domain error in fit" in ask(record, "runs", "training")


@pytest.mark.thorough
def test_columns_are_chosen(record: Path) -> None:
    shown = ask(record, "runs", "training", "--columns", "run, fit.loss,tags", "--limit", "1").splitlines()

    assert [line.split() for line in shown[:2]] == [["run", "fit.loss", "tags"], ["training_11", "0.1429", "nightly"]]
    told = ask(record, "runs", "training", "--columns", "fit.los", status=1)
    assert told == "pipesight: There is no column 'fit.los'. Did you mean 'fit.loss'?\n"


@pytest.mark.thorough
def test_numbers_are_drawn_over_the_runs(record: Path) -> None:
    shown = {line.split()[0]: line.split() for line in ask(record, "runs", "training", "--plot").splitlines()}

    assert shown["fit.accuracy"] == ["fit.accuracy", "|▁▃▅·▆▇▇█████|", "0.7778", "0.9524", "0.9524", "▲", "0.0037"]
    assert shown["failed"] == ["failed", "|···✗········|"]
    chosen = ask(record, "runs", "training", "--plot", "--columns", "fit.loss")
    assert "fit.loss" in chosen
    assert "fit.accuracy" not in chosen
    assert "no column 'fit.schedule'" in ask(
        record, "runs", "training", "--plot", "--columns", "fit.schedule", status=1
    )


@pytest.mark.parametrize("option", ["--plot", "--columns=fit.loss"])
def test_what_chooses_among_the_values_does_not_go_with_json(record: Path, option: str) -> None:
    told = ask(record, "runs", "training", option, "--json", status=1)
    assert told.startswith(f"pipesight: {option.partition('=')[0]} and --json cannot be used together.")


def difference(record: Path, left: str, right: str) -> dict[tuple[str, str], tuple[Any, Any]]:
    rows = objects(ask(record, "compare", "training", left, right, "--json"))
    assert all(list(row) == ["kind", "name", "left", "right"] for row in rows)
    return {(row["kind"], row["name"]): (row["left"], row["right"]) for row in rows}


def test_two_runs_are_compared(record: Path) -> None:
    assert difference(record, "training_01", "training_05") == {
        ("parameter", "load_rows.rows"): (6, 10),
        ("parameter", "fit.rate"): (0.1, 0.3),
        ("metric", "budget"): (0.2, 0.6),
        ("metric", "fit.loss"): (0.5, 0.25),
        ("metric", "fit.accuracy"): (0.8333, 0.9167),
        ("output", "load_rows.table"): ("DataFrame 6 x 3", "DataFrame 10 x 3"),
        ("output", "fit.card"): ("3 files, 86 B (version 2)", "3 files, 86 B (version 5)"),
        ("output", "fit.report"): (
            '{"rate": 0.1, "n": 6, "columns": ["age", "income", "city"]}',
            '{"rate": 0.3, "n": 10, "columns": ["age", "income", "city"]}',
        ),
    }


def changed(record: Path, folder: Path, statement: str) -> Path:
    """Return a copy of the history after an SQL statement."""
    copy = unpack_history(HISTORIES / "0.98.0-record.tar.xz", folder)
    (database,) = copy.rglob("zenml.db")
    with sqlite3.connect(database) as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()
    return copy


OF_RUN_05 = "pipeline_run_id = (SELECT id FROM pipeline_run WHERE name = 'training_05') AND name = 'fit'"
OF_RUN_03 = "pipeline_run_id = (SELECT id FROM pipeline_run WHERE name = 'training_03') AND name = 'fit'"


@pytest.mark.thorough
def test_the_source_of_a_step_is_compared(record: Path, tmp_path: Path) -> None:
    statement = f"UPDATE step_run SET source_code = 'def second(): ...' WHERE {OF_RUN_05}"
    left, right = difference(changed(record, tmp_path, statement), "training_01", "training_05")["code", "fit"]

    assert left.startswith("@step(name=TRAIN")
    assert right == "def second(): ..."


@pytest.mark.thorough
def test_where_the_store_does_not_say_why_a_step_failed_its_log_does(record: Path, tmp_path: Path) -> None:
    statement = f"UPDATE step_run SET exception_info = NULL WHERE {OF_RUN_03}"
    rows = objects(ask(changed(record, tmp_path, statement), "runs", "training", "--json"))
    (error,) = [row["error"] for row in rows if row["error"]]

    assert (error["step"], error["type"], error["message"]) == ("fit", "ValueError", "math domain error")


@pytest.mark.thorough
def test_a_failed_run_lacks_what_came_after(record: Path) -> None:
    found = difference(record, "training_01", "training_03")

    assert found["status", "status"] == ("completed", "failed")
    assert found["status", "judge"] == ("completed", None)
    assert found["metric", "fit.accuracy"] == (0.8333, None)
    assert found["output", "fit.card"] == ("3 files, 86 B", None)
    assert found["input", "judge.accuracy"] == ("fit.accuracy", None)


@pytest.mark.thorough
def test_a_run_does_not_differ_from_itself(record: Path) -> None:
    assert difference(record, "training_01", "training_01") == {}
    assert ask(record, "compare", "training", "latest", "latest").startswith("No differences between training_11")
    told = ask(record, "compare", "training", "training_01", "training_0x", status=1)
    assert "no run named 'training_0x'" in told


@pytest.mark.thorough
def test_a_comparison_for_people_has_the_change(record: Path) -> None:
    shown = ask(record, "compare", "training", "training_01", "latest")

    assert "▼ 0.3571 (-71.4%)" in shown
    assert shown.splitlines()[0].split() == ["kind", "name", "training_01", "training_11", "change"]


@pytest.mark.thorough
def test_outputs_are_compared_in_depth_if_that_is_asked_for(record: Path) -> None:
    asked = ("compare", "training", "training_01", "training_05", "--outputs")
    rows = objects(ask(record, *asked, "--json"))
    depth = {row["name"]: row["comparison"] for row in rows if "comparison" in row}

    assert all(list(row) == ["kind", "name", "left", "right"] for row in rows if row["kind"] != "output")
    assert depth["load_rows.table"]["table"]["changes"]["added"] == 4
    assert [each["name"] for each in depth["fit.report"]["changes"]] == ["rate", "n"]
    shown = ask(record, *asked)
    assert "load_rows.table: 6 → 10 rows, 4 rows added" in shown
    assert "fit.report: 2 values changed" in shown


def test_what_moved_a_number(record: Path) -> None:
    rows = objects(ask(record, "blame", "training", "fit.loss", "--limit", "3", "--json"))

    assert [(row["run"], row["was"], row["value"]) for row in rows[::2]] == [
        ("training_01", 0.6667, 0.5),
        ("training_03", 0.4, 0.3333),
    ]
    assert rows[0]["percent"] == pytest.approx(-25, rel=0.01)
    assert rows[0]["causes"] == [
        {"kind": "parameter", "name": "load_rows.rows", "left": 5, "right": 6},
        {"kind": "parameter", "name": "fit.rate", "left": 0.05, "right": 0.1},
    ]
    # A step that a failed run did not reach has no inputs, which moved nothing.
    assert [cause["name"] for cause in rows[2]["causes"]] == ["load_rows.rows", "fit.rate", "fit.fail"]


@pytest.mark.thorough
def test_the_step_of_a_number_may_be_left_out(record: Path) -> None:
    whole = ask(record, "blame", "training", "fit.loss")

    assert ask(record, "blame", "training", "loss") == whole
    assert "training_01: fit.loss 0.6667 → 0.5 ▼ 0.1667 (-25.0%), since training-2026" in whole
    told = ask(record, "blame", "training", "los", status=1)
    assert told.startswith("pipesight: The runs have no single number named 'los'. There are: 'budget', 'fit.epochs'")


def test_blame_says_that_it_compares_the_newest_runs_only(
    record: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipesight.cli.blame.RUNS_PAGE", 3)
    assert main(["blame", "training", "loss", "--source", str(record)]) == 0
    assert re.search(r"Only the newest 3 of \d+ runs were compared", capsys.readouterr().err)


LINES: list[tuple[list[float | None], str, str]] = [
    ([], "", ""),
    ([1.0], "▅", ""),
    ([1.0, 1.0], "▅▅", "= 0"),
    ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█", "▲ 1"),
    ([3, None, 1], "█·▁", "▼ 2"),
    ([float("nan"), float("inf"), 2, 1], "··█▁", "▼ 1"),
    ([-1e308, 1e308], "▅▅", "▲ inf"),
]


@pytest.mark.parametrize(("values", "line", "moved"), LINES)
def test_numbers_as_a_line(values: list[float | None], line: str, moved: str) -> None:
    assert sparkline(values) == line
    assert change(values) == moved


# What people log


LOGGED = {
    "plain": 0.5,
    "dotted.key": 1,
    'a "quoted" <b>key</b>': "x\x1b[31m",
    "two\nlines": True,
    "not a number": float("nan"),
    "long": "x" * 100_000,
    "deep": {"a": [1, {"b": None}]},
}


LONG = "x" * 99_999 + "y"  # differs from the other at the end
NEWEST = "SELECT id FROM pipeline_run WHERE name IN ('training_09', 'training_11') ORDER BY name DESC"
METADATA = """
    INSERT INTO run_metadata (id, created, updated, project_id, key, value, type)
    SELECT ?, created, updated, project_id, ?, ?, 'str' FROM run_metadata WHERE key = 'budget' LIMIT 1
"""
OF_RUN = """
    INSERT INTO run_metadata_resource (id, resource_id, resource_type, run_metadata_id)
    VALUES (?, ?, 'pipeline_run', ?)
"""


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same history, whose newest run has metadata that is hard to show."""
    root = unpack_history(HISTORIES / "0.98.0-record.tar.xz", tmp_path_factory.mktemp("logged"))
    (database,) = root.rglob("zenml.db")
    with sqlite3.connect(database) as connection:
        newest, older = connection.execute(NEWEST).fetchall()
        rows = [*((newest, *each) for each in LOGGED.items()), (older, "long", LONG)]
        for number, ((run,), key, value) in enumerate(rows):
            connection.execute(METADATA, [f"{number:032x}", key, json.dumps(value)])
            connection.execute(OF_RUN, [f"f{number:031x}", run, f"{number:032x}"])
    connection.close()
    return root


@pytest.mark.thorough
def test_whatever_was_logged_is_a_row_of_json(logged: Path) -> None:
    (row,) = objects(ask(logged, "runs", "training", "--limit", "1", "--json"))
    metrics = row["metrics"]

    whole = {key: value for key, value in LOGGED.items() if key != "not a number"}
    assert {key: metrics[key] for key in whole} == whole
    assert metrics["not a number"] == "NaN"
    assert "\x1b" not in ask(logged, "runs", "training", "--limit", "1", "--json")


@pytest.mark.thorough
def test_whatever_was_logged_fits_a_table(logged: Path) -> None:
    columns = ",".join(key for key in LOGGED)
    lines = ask(logged, "runs", "training", "--limit", "2", "--columns", columns).splitlines()

    assert len(lines) == 4
    assert max(map(len, lines)) < 400
    assert "……" not in ask(logged, "history", "training", "training_11")
    *_, hint, older = ask(logged, "runs", "training", "--limit", "1").splitlines()
    assert "more columns: --columns" in hint
    assert "two⏎lines" in hint
    assert older == "and 11 older runs: --limit 12 shows all"
    found = difference(logged, "training_09", "training_11")
    assert found["metric", "plain"] == (None, 0.5)
    assert found["metric", "long"] == (LONG, LOGGED["long"])
    assert ("metric", "not a number") not in difference(logged, "training_11", "training_11")

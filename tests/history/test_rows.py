"""Sources read the rows that ZenML's own API showed, on real histories of every generation."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

import pytest

from pipesight.history.addresses import MySQL
from pipesight.history.discovery import discover
from pipesight.history.rows import HistoryRow, rows
from pipesight.history.sources import SeenStep, Source
from pipesight.history.sources.database import DatabaseSource
from pipesight.history.sources.values import json_object
from tests.examples import mostly_slow

FILES = [
    "legacy-0.5.7",
    "legacy-0.7.3",
    "legacy-0.10.0-profile",
    "legacy-0.13.2",
    "0.20.5",
    "0.23.0",
    "0.30.0",
    "0.33.0",
    "0.40.2",
    "0.41.0",
    "0.50.0",
    "0.55.5",
    "0.61.0",
    "0.70.0",
    "0.70.0-up0.98.0",
    "0.75.1-two",
    "0.80.2",
    "0.90.0",
    "0.98.0",
    "0.98.0-extra",
    "0.98.0-map",
]


def as_lists(found: Iterable[HistoryRow], expected: list[list[str | None]]) -> list[list[str | None]]:
    """Return the rows in the form of `expected.json`, which lacks entrypoints that ZenML's API does not give."""
    told = any(row[3] is not None for row in expected)
    shown = [[r.pipeline, r.run, r.step, r.entrypoint, r.step_status, r.output, r.uri] for r in found]
    assert all(row[3] for row in shown)
    return sorted(([*row[:3], row[3] if told else None, *row[4:]] for row in shown), key=str)


def checksums(folder: Path) -> dict[str, str]:
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", mostly_slow(FILES, quick=FILES[::4]))
def test_files(
    name: str, unpack_history: Callable[[str], Path], record_property: Callable[[str, object], None]
) -> None:
    folder = unpack_history(name)
    expected = json.loads((folder / "expected.json").read_text())
    (source,) = discover(history=[str(folder)], environment={}).sources
    record_property("compared", (name, "SQLite", "ZenML's own API", len(expected)))
    assert as_lists(rows(source), expected) == sorted(expected, key=str)


@pytest.mark.parametrize("name", ["legacy-0.7.3", "0.33.0", "0.98.0"])
def test_reading_changes_nothing_and_leaves_no_files(name: str, copy_history: Callable[[str], Path]) -> None:
    folder = copy_history(name)
    database = next(folder.rglob("*.db"))
    before = checksums(folder)
    assert list(rows(DatabaseSource(database)))
    assert checksums(folder) == before


# The two MySQL histories were recorded by the programs that recorded a file of the same release: all but times,
# identities and folders has to be the same.
SAME = [
    ("0.98.0-mysql", "0.98.0"),
    ("legacy-0.13.2-mysql", "legacy-0.13.2"),
]


def without_identity(found: Iterable[HistoryRow]) -> Counter[tuple[str | None, ...]]:
    return Counter((r.pipeline, r.run_status, r.step, r.entrypoint, r.step_status, r.output) for r in found)


@pytest.mark.parametrize(("name", "twin"), SAME)
def test_mysql(
    name: str,
    twin: str,
    unpack_history: Callable[[str], Path],
    mariadb: Callable[[Path, str], MySQL],
    record_property: Callable[[str, object], None],
) -> None:
    folder = unpack_history(name)
    found = list(rows(DatabaseSource(mariadb(folder / "dump.sql", name))))
    record_property("compared", (name, "MariaDB", f"`{twin}`, recorded by the same programs", len(found)))
    (twin_source,) = discover(history=[str(unpack_history(twin))], environment={}).sources
    assert without_identity(found) == without_identity(rows(twin_source))
    uris = [Path(row.uri) for row in found if row.uri]
    assert uris
    assert all(uri.exists() for uri in uris)


@pytest.mark.parametrize("name", ["0.98.0", "legacy-0.7.3"])
def test_steps_come_in_execution_order(name: str, unpack_history: Callable[[str], Path]) -> None:
    (source,) = discover(history=[str(unpack_history(name))], environment={}).sources
    order = list(dict.fromkeys(row.step for row in rows(source) if row.run == "first_training"))
    assert order in (
        ["load_data", "clean", "clean_test", "to_array", "train", "evaluate"],
        ["importer", "as_array", "trainer", "evaluator"],
    )


def test_mysql_steps_come_in_execution_order(
    unpack_history: Callable[[str], Path], mariadb: Callable[[Path, str], MySQL]
) -> None:
    source: Source = DatabaseSource(mariadb(unpack_history("0.98.0-mysql") / "dump.sql", "0.98.0-mysql"))
    order = list(dict.fromkeys(row.step for row in rows(source) if row.run == "first_training"))
    assert order.index("load_data") < order.index("clean") < order.index("to_array") < order.index("train")
    assert order[-1] == "evaluate"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' * 100_000, "{", b"\xff", "3", None])
def test_a_column_that_holds_no_object_of_json_says_nothing(text: object) -> None:
    assert json_object(text) == {}


@pytest.mark.parametrize("name", ["0.33.0", "0.80.2", "0.98.0", "0.98.0-extra"])
def test_step_names_come_with_the_newest_run_that_has_them(
    name: str, unpack_history: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.sources.zenml_step_names._NEWEST", 1)
    monkeypatch.setattr("pipesight.history.sources.zenml_step_names._BATCH", 2)
    (source,) = discover(history=[str(unpack_history(name))], environment={}).sources
    expected: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], SeenStep] = {}
    with source.connect() as session:
        for run in (run for batch in session.runs() for run in batch):
            for step in session.steps([run.id])[run.id] if run.pipeline else ():
                expected.setdefault((run.pipeline or "", step.name), run.id)
        for seen in session.step_names():
            other = found.setdefault((seen.pipeline, seen.step), seen)
            found[seen.pipeline, seen.step] = max(seen, other, key=lambda each: each.position)
    assert {key: seen.run_id for key, seen in found.items()} == expected

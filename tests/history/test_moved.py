"""Histories that were moved or copied with their files: outputs, visualizations and logs are found at the new paths."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.sources import Source
from tests.examples import mostly_slow

COLUMNS = (("artifact_version", "uri"), ("artifact_visualization", "uri"), ("logs", "uri"))
DATABASE = "local_stores/default_zen_store/zenml.db"


def record_elsewhere(config: Path, recorded: str) -> None:
    """Change the recorded paths of a configuration, as if it had been recorded in another folder."""
    slash = "\\" if "\\" in recorded else "/"
    with closing(sqlite3.connect(config / DATABASE)) as connection, connection:
        for table, column in COLUMNS:
            for id_, uri in connection.execute(f"SELECT id, {column} FROM {table}").fetchall():
                below = uri.partition("/config/local_stores/")[2]
                if below:
                    new = f"{recorded}/local_stores/{below}".replace("/", slash)
                    connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (new, id_))
    url = f"{recorded}/{DATABASE}".replace("/", slash)
    (config / "config.yaml").write_text(f"store: {{type: sql, url: 'sqlite:///{url}'}}\n")


@contextmanager
def opened(source: Source, folder: Path) -> Generator[History]:
    history = History.open([source], cache_folder=folder, start=False)
    try:
        history.sync_once(full=True)
        yield history
    finally:
        history.close()


def files_of(history: History) -> dict[str, list[str]]:
    """Return the recorded paths of all files of the newest runs."""
    steps = [step for run in history.runs() for step in history.steps(run) or ()]
    outputs = [output for step in steps for output in history.outputs(step) or ()]
    artifacts = sorted({output.artifact or "" for output in outputs})
    versions = [each for artifact in artifacts for each in history.artifact_versions(artifact, wait=True) or ()]
    return {
        "outputs": [output.uri for output in outputs],
        "versions": [each.uri for each in versions],
        "pictures": [each.uri for output in outputs for each in output.visualizations],
        "logs": [log.uri for step in steps for log in history.logs(step, wait=True) or ()],
    }


RECORDED = [
    "/gone/zenml",
    "/home/zenml/.config/zenml",
    "/home/local_stores/.config/zenml",
    r"C:\Users\me\AppData\Roaming\zenml",
    r"\\server\home\me\zenml",
    r"\\?\C:\Users\me\AppData\Roaming\zenml",
    "/Users/me/Library/Application Support/zenml",
]


@pytest.mark.parametrize("recorded", mostly_slow(RECORDED, quick=(RECORDED[1],)))
def test_everything_beside_a_database_that_was_moved(
    recorded: str, copy_history: Callable[[str], Path], tmp_path: Path
) -> None:
    config = copy_history("0.98.0-record") / "config"
    record_elsewhere(config, recorded)
    moved = config.rename(tmp_path / "other place")

    (source,) = discover(history=[str(moved)], environment={}).sources
    with opened(source, tmp_path / "index") as history:
        found = files_of(history)

    assert source.label == str(moved / DATABASE)
    logs = [file for file in found.pop("logs") if Path(file).is_relative_to(moved)]  # the archive has some of them
    assert logs
    for kind, files in found.items():
        assert files, kind
        assert [file for file in files if not Path(file).is_relative_to(moved)] == [], kind
    assert all(Path(file).exists() for file in found["outputs"] + logs)


@pytest.mark.parametrize("named", mostly_slow([DATABASE, "local_stores/default_zen_store", "."], quick=(".",)))
@pytest.mark.thorough
def test_however_the_moved_history_is_named(named: str, copy_history: Callable[[str], Path], tmp_path: Path) -> None:
    config = copy_history("0.98.0-record") / "config"
    record_elsewhere(config, "/gone/zenml")

    (source,) = discover(history=[str(config / named)], environment={}).sources
    with opened(source, tmp_path / "index") as history:
        outputs = files_of(history)["outputs"]

    assert outputs
    assert all(Path(uri).exists() for uri in outputs)


@pytest.mark.thorough
def test_what_still_lies_where_it_was_recorded_stays_there(copy_history: Callable[[str], Path], tmp_path: Path) -> None:
    copied = copy_history("0.98.0-record") / "config"  # what it is a copy of is still there

    (source,) = discover(history=[str(copied / DATABASE)], environment={}).sources
    with opened(source, tmp_path / "index") as history:
        outputs = files_of(history)["outputs"]

    assert outputs
    assert all(Path(uri).exists() and not Path(uri).is_relative_to(copied) for uri in outputs)


@pytest.mark.thorough
def test_what_is_nowhere_keeps_its_recorded_place(copy_history: Callable[[str], Path], tmp_path: Path) -> None:
    config = copy_history("0.98.0-record") / "config"
    record_elsewhere(config, "/gone/zenml")
    for folder in (config / "local_stores").iterdir():
        if folder.name != "default_zen_store":
            shutil.rmtree(folder)

    (source,) = discover(history=[str(config)], environment={}).sources
    with opened(source, tmp_path / "index") as history:
        found = files_of(history)

    assert all(uri.startswith("/gone/zenml/local_stores/") for kind in found for uri in found[kind])

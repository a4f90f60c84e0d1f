"""docs/compatibility.md lists every recorded history, each read without a difference."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from tests.compatibility import PAGE, table, tables

ARCHIVES = Path(__file__).parent / "histories"


def test_every_history_is_listed_as_equal() -> None:
    listed = table(PAGE.read_text())
    archives = {path.name.removesuffix(".tar.xz") for path in ARCHIVES.glob("*.tar.xz")}
    assert {name for name, *_ in listed} == archives, "run `make compatibility`"
    assert {result for *_, result in listed} == {"equal"}


@pytest.mark.thorough
def test_all_rows_that_zenml_showed_were_compared() -> None:
    for name, _, reference, rows, _ in table(PAGE.read_text()):
        if reference == "ZenML's own API":
            assert int(rows) == expected_rows(name), name
        else:
            assert int(rows) > 20


def test_the_record_equals_what_zenml_said_through_each_kind_of_store() -> None:
    _, records, _ = tables(PAGE.read_text())
    assert {(store, result) for _, store, result in records} == {
        ("SQLite", "equal"),
        ("MariaDB", "equal"),
        ("ZenML server", "equal"),
    }


def test_what_each_release_records_is_listed() -> None:
    _, _, holdings = tables(PAGE.read_text())
    listed = {name for name, *_ in holdings}
    files = {path.name.removesuffix(".tar.xz") for path in ARCHIVES.glob("*.tar.xz")}
    assert listed == {name for name in files if not name.endswith("-mysql")}


def expected_rows(name: str) -> int:
    with tarfile.open(ARCHIVES / f"{name}.tar.xz") as archive:
        file = archive.extractfile(f"{name}/expected.json")
        assert file is not None
        return len(json.load(file))

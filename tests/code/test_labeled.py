"""The resolver on source that was labeled by hand: every place, and none of the false friends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from pipesight.code.files import read_file
from pipesight.code.site_rows import SiteRow, rows

FOLDER = Path(__file__).parent / "labeled"
BY_POSITION = ("index", "attribute")

Unmark = Callable[[Path], list[Any]]


def read(paths: Iterable[Path]) -> list[SiteRow]:
    """All rows of some files."""
    return [row for path in paths for document in read_file(path) for row in rows(document, str(path))]


def score(labels: Iterable[Any], found: Iterable[SiteRow]) -> tuple[int, int, list[str]]:
    """Count the labels and those met in kind, range, name, form and owner. Return the rest in words."""
    given = {astuple(row)[:6] + (row.form,): row for row in found}
    total, missed = 0, []
    for label in labels:
        total += 1
        row = given.get(astuple(label)[:6] + (label.form,))
        if row is None or astuple(row) != astuple(label):
            missed.append(f"{label} but {row}")
    return total, total - len(missed), missed


@pytest.fixture(scope="module")
def found(unmark: Unmark) -> tuple[list[Any], list[SiteRow]]:
    """The labels of all files that stand alone, and what the resolver says."""
    files = unmark(FOLDER / "found")
    return [label for file in files for label in file.labels], read(file.path for file in files)


@pytest.mark.parametrize("by_position", [False, True], ids=["named", "by position"])
def test_places_in_one_file(found: tuple[list[Any], list[SiteRow]], by_position: bool) -> None:
    labels, given = found
    chosen = [label for label in labels if (label.form in BY_POSITION) is by_position]
    total, met, missed = score(chosen, given)
    print(f"{met} of {total}", *missed, sep="\n")
    assert total >= 50
    assert missed == []


def test_nothing_but_labeled_places(found: tuple[list[Any], list[SiteRow]]) -> None:
    labels, given = found
    known = {(label.file, label.cell, label.line, label.start) for label in labels}
    assert [row for row in given if (row.file, row.cell, row.line, row.start) not in known] == []


def test_places_across_files(unmark: Unmark) -> None:
    files = unmark(FOLDER / "workspace")
    labels = [label for file in files for label in file.labels]
    total, met, missed = score(labels, read(file.path for file in files))
    print(f"{met} of {total}", *missed, sep="\n")
    assert total >= 20
    assert missed == []


def test_false_friends(unmark: Unmark) -> None:
    files = unmark(FOLDER / "friends")
    count = sum(file.path.read_text("utf-8").count("#!") for file in files)
    assert count >= 60
    assert read(file.path for file in files) == []

"""CSV and its relatives, however large, whatever separates the fields."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pipesight.outputs.reader import csvs
from tests.outputs.conftest import Artifact, Look
from tests.outputs.test_formats import rows_of


@pytest.mark.parametrize(
    ("stored", "columns"),
    [
        ("a,b\n1,2\n", ["a", "b"]),
        ("a;b\n1,5;2,5\n", ["a", "b"]),
        ("a;b, in EUR\nx;1,5\ny;2\n", ["a", "b, in EUR"]),
        ("a\tb c\n1\t2\n", ["a", "b c"]),
        ("a|b\n1|2\n", ["a", "b"]),
        ('a;"b|c"\n1;2\n', ["a", "b|c"]),
        ("one column\n1\n2\n", ["one column"]),
    ],
)
def test_what_separates_the_fields_is_found(look: Look, artifact: Artifact, stored: str, columns: list[str]):
    table = look(artifact({"output.csv": stored})).table
    assert table is not None
    assert [column.name for column in table.columns] == columns


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("numbers.tsv", b"a, b\tc\n1\t2\n"),
        ("numbers.csv.gz", gzip.compress(b"a, b;c\n1;2\n")),
        ("numbers.tsv.gz", gzip.compress(b"a, b\tc\n1\t2\n")),
    ],
)
def test_relatives_of_csv(look: Look, artifact: Artifact, name: str, stored: bytes):
    preview = look(artifact({name: stored}))
    assert preview.summary == "CSV table 1 x 2"
    assert rows_of(preview) == [["1", "2"]]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file of some kilobytes be larger than what a preview reads."""
    monkeypatch.setattr(csvs, "PAGE_BYTES", 10_000)
    monkeypatch.setattr(csvs, "_CHUNK", 1_000)


ROWS = "".join(f"{i},x\n" for i in range(5_000))


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("stored", ["n,s\n" + ROWS, "n,s\n" + ROWS.rstrip(), ("n,s\n" + ROWS).replace("\n", "\r\n")])
def test_every_row_of_a_large_file_is_counted_and_reached(look: Look, artifact: Artifact, stored: str):
    folder = artifact({"output.csv": stored})
    for offset in (0, 1, 777, 4_998, 5_000):
        preview = look(folder, offset=offset, limit=2)
        assert preview.summary == "CSV table 5,000 x 2"
        assert rows_of(preview) == [[str(i), "x"] for i in range(offset, min(offset + 2, 5_000))]


@pytest.mark.usefixtures("small_pages")
def test_a_file_whose_rows_take_too_long_to_count_still_has_every_page(
    look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(csvs, "PATIENCE", -1.0)
    preview = look(artifact({"output.csv": "n,s\n" + ROWS}), offset=3_000, limit=1)
    assert rows_of(preview) == [["3000", "x"]]
    assert preview.summary == "CSV table of 2 columns, 33.9 kB"
    assert preview.text == "This file is too large to count its rows here."


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("ending", ["\r", "\n\r", "\r\r\n"])
def test_unusual_line_ends_are_left_to_the_csv_module(look: Look, artifact: Artifact, ending: str):
    preview = look(artifact({"output.csv": ("n,s\n" + ROWS).replace("\n", ending)}), offset=100, limit=1)
    assert rows_of(preview) == [["100", "x"]]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("oddity", ['"quoted, field"\n', "\n"], ids=["quotes", "blank lines"])
def test_a_large_file_whose_lines_may_not_be_rows_says_how_far_it_is_read(look: Look, artifact: Artifact, oddity: str):
    folder = artifact({"output.csv": f"n,s\n{oddity}{ROWS}"})
    first, far = look(folder), look(folder, offset=4_000)
    assert first.table is not None
    assert first.table.total is None
    assert first.text == "Previews read the first 10.0 kB of this file. Its rows are not counted."
    assert far.text == "Previews read the first 10.0 kB of this file. This page lies beyond them."
    assert rows_of(far) == []


def test_a_bomb_in_a_packed_file_is_read_to_the_bound(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csvs, "PAGE_BYTES", 10_000)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 5_000_000))
    preview = look(tmp_path)
    assert preview.table is not None
    assert preview.table.total is None
    assert len(rows_of(preview)) == 50

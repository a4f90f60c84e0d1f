"""CSV files of any size, with any separator of fields."""

from __future__ import annotations

import gzip
import sys
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
    """Reduce the bytes that a preview reads, so that a file of some kilobytes is larger."""
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
    assert preview.summary.startswith("CSV table of at least 3,")
    assert preview.summary.endswith(" rows x 2")
    assert preview.table is not None
    assert preview.table.total is None


def test_fields_that_take_too_long_to_count_are_counted_in_part(
    look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(csvs, "PATIENCE", -1.0)
    monkeypatch.setattr(csvs, "PIECE", 1_000)
    preview = look(artifact({"output.csv": 'n,s\n0,"a"\n' + ROWS}), limit=10)
    assert preview.summary == "CSV table of at least 1,010 rows x 2"
    assert preview.text is None


@pytest.mark.parametrize(
    ("stored", "rows", "note"),
    [
        (b'a,b\n1,"2\n3,4\n', [["1", "2\n3,4\n"]], "A quotation mark is never closed"),
        (b'a\tb\n1\t"2', [["1", "2"]], "A quotation mark is never closed"),
        (b'a,b\n1,"2"', [["1", "2"]], None),
        (b"a,b\n1,2,3\n4\n", [["1", "2"], ["4", ""]], "Some rows have more fields than the header."),
        (b"text\nhello\nworld, yes; no\n", [["hello"], ["world, yes; no"]], None),
        ("a,b\n1,é\n".encode("cp1252"), [["1", "é"]], "It is not UTF-8, and was read as Windows-1252."),
        ("a,b\n1,é\n".encode("utf-16"), [["1", "é"]], None),
        ("a,b\n1,é\n".encode("utf-16-le"), [["1", "é"]], None),
        ("a,b\n1,é\n".encode("utf-16-be"), [["1", "é"]], None),
        ("a,b\n1,é\n".encode("utf-32"), [["1", "é"]], None),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", [["1", "2"]], None),
        (b"a,b\r1,2\r", [["1", "2"]], None),
        (b"a,b\n1,\x00\n", [["1", "\x00" if sys.version_info >= (3, 11) else "\ufffd"]], None),
    ],
)
def test_what_is_odd_about_a_file_is_said(
    look: Look, artifact: Artifact, stored: bytes, rows: list[list[str]], note: str | None
):
    preview = look(artifact({"output.csv": stored}))
    assert rows_of(preview) == rows
    assert (preview.text or "").startswith(note or "")
    assert (preview.text is None) == (note is None)


@pytest.mark.thorough
def test_the_rows_before_the_damage_of_a_packed_file_are_shown(look: Look, artifact: Artifact):
    packed = gzip.compress("".join(f"{i},{i * i}\n" for i in range(100_000)).encode())
    preview = look(artifact({"x.csv.gz": packed[:300_000]}))
    assert rows_of(preview)[:2] == [["1", "1"], ["2", "4"]]
    assert preview.summary.startswith("CSV table of at least ")
    assert (preview.text or "").startswith("The file is damaged after these rows: Compressed file ended before")
    beginning = look(artifact({"x.csv.gz": packed[:30]}))
    assert beginning.kind == "problem"
    assert "is not a readable gzip file" in beginning.summary


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
    assert first.text == "Previews read the first 10.0 kB of this file. Its other rows are not counted."
    assert far.text == "Previews read the first 10.0 kB of this file. This page lies beyond them."
    assert rows_of(far) == []


def test_a_bomb_in_a_packed_file_is_read_to_the_bound(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(csvs, "PAGE_BYTES", 10_000)
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 5_000_000))
    preview = look(tmp_path)
    assert preview.table is not None
    assert preview.table.total is None
    assert len(rows_of(preview)) == 50


def test_the_parts_of_a_line_that_is_too_long_are_no_rows(
    look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pipesight.outputs.reader.csvs._FIELD", 100)
    assert look(artifact({"x.csv": "a,b\n" + "x" * 1000})).kind == "text"
    preview = look(artifact({"x.csv": "a,b\n" + "x" * 90 + ",1\n"}))
    assert preview.table is not None
    assert preview.table.rows == (("x" * 90, "1"),)

"""CSV files and JSON lines as whole tables: the types of their columns, and cells without loss."""

from __future__ import annotations

import errno
import gzip
import io
import marshal
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipesight.outputs.reader.bounds import Request
from pipesight.outputs.reader.choose import preview, queried
from pipesight.outputs.reader.csvs import open_csv
from pipesight.outputs.reader.folder import Entry, Folder, Listing, open_folder
from pipesight.outputs.reader.jsons import open_json_lines, read_json_lines
from pipesight.outputs.reader.problem import Problem
from pipesight.outputs.reader.query import Query
from pipesight.outputs.reader.whole_table import ReadOnce
from tests.outputs.conftest import Artifact, Look
from tests.outputs.test_formats import rows_of


def ask(folder: Path, task: str = "rows", **question: Any) -> dict[str, Any]:
    """Send a query of the table in a folder."""
    answer: dict[str, Any] = queried(Query(str(folder), task, **question), lambda _: None, 0)
    assert answer.get("preview", {}).get("kind") != "problem", answer
    return answer


def found(folder: Path, where: str) -> list[list[object]]:
    return ask(folder, where=where)["preview"]["table"]["rows"]


@pytest.mark.parametrize(
    ("cells", "kind", "missing", "low", "high"),
    [
        (["1", "-2"], "int64", 0, -2, 1),
        ([" 1", "2 "], "int64", 0, 1, 2),
        (["1234567890123456789", "7"], "int64", 0, 7, "1234567890123456789"),
        (["12345678901234567890", "7"], "uint64", 0, 7, "12345678901234567890"),
        (["12345678901234567890", "-7"], "string", 0, "-7", "12345678901234567890"),
        (["123456789012345678901", "7"], "string", 0, "123456789012345678901", "7"),
        (["123456789012345678901", "0.5"], "float64", 0, 0.5, 1.2345678901234568e20),
        (["1", "NA"], "int64", 1, 1, 1),
        (["1.5", "NULL", "None", "<NA>", "#N/A"], "float64", 4, 1.5, 1.5),
        (["true", "n/a"], "bool", 1, True, True),
        (["NA", "DE"], "string", 0, "DE", "NA"),  # a code of a country
        (["NA"], "string", 0, "NA", "NA"),
        (["1_000"], "string", 0, "1_000", "1_000"),
    ],
)
def test_the_type_of_a_csv_column(
    artifact: Artifact, cells: list[str], kind: str, missing: int, low: object, high: object
):
    folder = artifact({"output.csv": "\n".join(["v,w", *(f"{cell},x" for cell in cells)])})
    column = ask(folder, "statistics")["statistics"][0]
    assert [column[key] for key in ("type", "missing", "min", "max")] == [kind, missing, low, high]


def test_long_integers_are_told_apart(artifact: Artifact):
    folder = artifact({"output.csv": "id,n\n1234567890123456788,1\n1234567890123456789,2\n"})
    assert [row[1] for row in found(folder, "id = 1234567890123456789")] == [2]


def test_the_cells_of_an_exported_csv_file_are_as_they_were(artifact: Artifact, tmp_path: Path):
    folder = artifact({"output.csv": "zip,price,note\n01234,1.50,NA\n00099,2.00,=1+1\n98765,0.10,\n"})
    target = tmp_path / "some.csv"
    ask(folder, "export", path=str(target), where="price >= 1.5", sort="zip")
    assert target.read_text() == "zip,price,note\n00099,2.00,'=1+1\n01234,1.50,NA\n"


def test_unsigned_integers_are_exported_as_such(artifact: Artifact, tmp_path: Path):
    folder = artifact({"output.csv": "id,n\n12345678901234567890,1\n"})
    target = tmp_path / "some.parquet"
    ask(folder, "export", path=str(target))
    assert pq.read_table(target).to_pydict() == {"id": [12345678901234567890], "n": [1]}


def test_a_search_looks_into_the_text_of_the_file(artifact: Artifact):
    folder = artifact({"output.csv": "zip,price\n01234,1.50\n1234,2\n"})
    assert ask(folder, find="01234")["preview"]["table"]["numbers"] == [0]
    assert ask(folder, find="1.50")["preview"]["table"]["numbers"] == [0]


@pytest.mark.parametrize(
    ("name", "stored"),
    [("table.csv.gz", b"a,b\n1,2\n"), ("table.csv", gzip.compress(b"a,b\n1,2\n"))],
)
def test_the_first_bytes_tell_whether_a_file_is_packed(look: Look, artifact: Artifact, name: str, stored: bytes):
    folder = artifact({name: stored})
    assert rows_of(look(folder)) == [["1", "2"]]
    assert found(folder, "a = 1") == [[1, 2]]


def test_json_lines_may_be_packed(look: Look, artifact: Artifact):
    folder = artifact({"table.jsonl.gz": gzip.compress(b'{"a": 1}\n{"a": 2}\n')})
    assert rows_of(look(folder)) == [[1], [2]]
    assert found(folder, "a > 1") == [[2]]


def test_packed_json_lines_that_are_cut_short_are_a_problem(look: Look, artifact: Artifact):
    preview = look(artifact({"table.jsonl.gz": gzip.compress(b'{"a": 1}\n' * 1_000)[:-12]}))
    assert preview.summary.startswith("table.jsonl.gz is not a readable gzip file: ")


def test_a_key_that_comes_late_is_a_column(look: Look, artifact: Artifact):
    preview = look(artifact({"table.jsonl": '{"a": 1}\n' * 300 + '{"late": 2}\n'}), limit=1)
    assert preview.summary == "JSON lines 301 x 2"
    assert rows_of(preview) == [[1, None]]


def test_keys_that_were_not_looked_for_are_said(look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipesight.outputs.reader.jsons._KEYS_PATIENCE", -1.0)
    preview = look(artifact({"table.jsonl": '{"a": 1}\n' * 300 + '{"late": 2}\n'}), limit=1)
    assert preview.text == "Not all lines were searched for keys. There may be more columns."


@pytest.mark.parametrize(
    ("numbers", "kind"), [([2**63, 1], "uint64"), ([2**64, 1], "object"), ([-(2**63), 2**63 - 1], "int64")]
)
def test_the_type_of_large_integers_in_json_lines(artifact: Artifact, numbers: list[int], kind: str):
    folder = artifact({"table.jsonl": "\n".join(f'{{"n": {number}}}' for number in numbers)})
    assert ask(folder, "statistics")["statistics"][0]["type"] == kind


def test_columns_of_one_name_come_together_and_a_condition_means_the_first(artifact: Artifact):
    folder = artifact({"output.csv": "a,b,a\n1,x,2\n"})
    assert ask(folder, columns=["A"], where="a = 1")["preview"]["table"]["rows"] == [[1, 2]]
    assert found(folder, "a = 2") == []


@pytest.mark.parametrize(("digits", "kind"), [(300, "float64"), (350, "object")])
def test_an_integer_that_no_float_holds_makes_the_column_one_of_objects(artifact: Artifact, digits: int, kind: str):
    folder = artifact({"table.jsonl": f'{{"v": 0.5}}\n{{"v": {"9" * digits}}}\n'})
    assert ask(folder, "statistics")["statistics"][0]["type"] == kind


class Unreadable(io.BytesIO):
    """A file on a disk that fails after its first bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size != 2:
            raise OSError("the disk fails")
        return super().read(size)


@pytest.mark.parametrize(("start", "error"), [(b'{"a": 1}', OSError), (b"\x1f\x8b", Problem)])
def test_a_disk_that_fails_is_no_damage_of_a_file_that_is_not_packed(start: bytes, error: type[Exception]):
    listing = Listing([Entry("table.jsonl", 8)], True)
    folder = Folder("x", lambda _: listing, lambda _: Unreadable(start))
    with pytest.raises(error, match="the disk fails"):
        read_json_lines(folder, "table.jsonl", Request("x"))
    with pytest.raises(error, match="the disk fails"), ExitStack() as stack:
        open_json_lines(folder, "table.jsonl", stack)


@pytest.mark.parametrize("word", ["inf", "-Inf", "+INF", "Infinity", "-infinity"])
def test_every_word_for_infinity_that_pandas_reads_is_a_number(tmp_path: Path, word: str):
    (tmp_path / "x.csv").write_text(f"a\n1.5\n{word}\n")
    (column,) = ask(tmp_path, "statistics")["statistics"]
    assert (column["type"], pd.read_csv(tmp_path / "x.csv")["a"].dtype) == ("float64", "float64")
    assert column["max"] == pd.read_csv(tmp_path / "x.csv")["a"].max() or column["max"] == "Infinity"


class Disk(io.BytesIO):
    """A file on a disk that fails from some byte on. It counts how often it is read from the beginning."""

    def __init__(self, content: bytes, fails_at: int) -> None:
        super().__init__(content)
        self._fails_at = fails_at
        self.starts = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.starts += self.tell() == 0
        if self.tell() + max(size or 0, 0) > self._fails_at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(size)

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.read(size)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Disk]:
    def make(name: str, content: bytes, fails_at: int = 2**62) -> Disk:
        (tmp_path / name).write_bytes(content)
        file = Disk(content, fails_at)
        monkeypatch.setattr(file, "close", lambda: file.seek(0))
        monkeypatch.setattr("pipesight.outputs.reader.folder._open_local", lambda _: file)
        return file

    return make


PACKED = gzip.compress(b"a,b\n" + b"1,2\n" * 200_000, 0)


@pytest.mark.parametrize("task", ["rows", "profile"])
@pytest.mark.parametrize(
    ("name", "content", "fails_at"),
    [("x.csv", b"a,b\n1,2\n", 0), ("x.csv.gz", PACKED, 0), ("x.csv.gz", PACKED, 50_000), ("x.jsonl", b'{"a": 1}\n', 0)],
)
def test_a_disk_that_fails_is_not_a_damaged_file(
    tmp_path: Path, disk: Callable[..., Disk], task: str, name: str, content: bytes, fails_at: int
):
    disk(name, content, fails_at)
    answer: dict[str, Any] = queried(Query(str(tmp_path), task), lambda _: None, 0)
    assert answer["preview"]["summary"] == "This artifact could not be read: Input/output error."
    assert preview(Request(str(tmp_path)))["summary"] == "This artifact could not be read: Input/output error."


@pytest.mark.parametrize(("name", "content"), [("x.csv", b"a\n" + b"1\n" * 20), ("x.jsonl", b'{"a": 1}\n' * 20)])
@pytest.mark.parametrize("in_memory", [1, 2**20])
def test_a_profile_reads_the_rows_once(
    tmp_path: Path,
    disk: Callable[..., Disk],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes,
    in_memory: int,
):
    monkeypatch.setattr("pipesight.outputs.reader.whole_table._IN_MEMORY", in_memory)
    monkeypatch.setattr("pipesight.outputs.reader.whole_table.PIECE", 7)
    file = disk(name, content)
    (column,) = ask(tmp_path, "profile")["profile"]
    assert (column["rows"], column["mean"], column["q25"]) == (20, 1.0, 1)
    assert file.starts <= 4  # three of them look how the file begins


def test_rows_that_cannot_be_kept_are_read_again(
    tmp_path: Path, disk: Callable[..., Disk], monkeypatch: pytest.MonkeyPatch
):
    nested = b'{"a": ' + b"[" * 900 + b"]" * 900 + b"}\n"
    disk("x.jsonl", nested + b'{"a": 2}\n')
    assert [column["rows"] for column in ask(tmp_path, "statistics")["statistics"]] == [2]
    monkeypatch.setattr("pipesight.outputs.reader.whole_table._ON_DISK", 10)
    file = disk("x.jsonl", b'{"a": 2}\n' * 3)
    (column,) = ask(tmp_path, "profile")["profile"]
    assert (column["rows"], file.starts) == (3, 12)  # four times


class CrowdedDisk(io.RawIOBase):
    """A temporary file on a disk that has room for some bytes."""

    def __init__(self, room: int) -> None:
        self._held = bytearray()
        self._room = room

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return offset if whence == 0 else len(self._held)

    def write(self, data: Any, /) -> int:
        if len(self._held) + len(data) > self._room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._held += data
        return len(data)


@pytest.mark.parametrize(
    ("room", "on_disk", "refused", "tries"),
    [
        pytest.param(0, 2**20, None, 1, id="no room at all"),
        pytest.param(60, 2**20, None, 2, id="room for one record"),
        pytest.param(2**20, 60, None, 2, id="more than is kept"),
        pytest.param(2**20, 2**20, MemoryError(), 1, id="no memory"),
        pytest.param(2**20, 2**20, ValueError("object too deeply nested to marshal"), 1, id="too deep"),
    ],
)
def test_records_that_nothing_keeps_are_read_again_and_kept_no_more(
    monkeypatch: pytest.MonkeyPatch, room: int, on_disk: int, refused: Exception | None, tries: int
):
    tried: list[object] = []

    def dumps(records: Any) -> bytes:
        tried.append(records)
        if refused is not None:
            raise refused
        return marshal.dumps(records)

    module = "pipesight.outputs.reader.whole_table."
    monkeypatch.setattr(f"{module}_IN_MEMORY", 1)
    monkeypatch.setattr(f"{module}_ON_DISK", on_disk)
    monkeypatch.setattr(f"{module}PIECE", 1)
    monkeypatch.setattr(f"{module}marshal", SimpleNamespace(dumps=dumps, loads=marshal.loads))
    monkeypatch.setattr("tempfile.TemporaryFile", lambda *_, **__: io.BufferedRandom(CrowdedDisk(room)))
    records = [["x" * 40] for _ in range(5)]
    with ExitStack() as stack:
        once = ReadOnce(lambda _: iter(records), stack)
        passes = [[record for batch in once.batches(lambda _: None) for record in batch] for _ in range(3)]
    assert passes == [records] * 3
    assert len(tried) == tries


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b"a,b,c\n" + b"1,2,3\n" * 10),
        ("x.jsonl", b'{"a": 1, "b": 2, "c": 3}\n' * 10),
    ],
)
def test_few_rows_of_a_wide_table_are_in_memory_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
):
    monkeypatch.setattr("pipesight.outputs.reader.whole_table._CELLS", 12)
    (tmp_path / name).write_bytes(content)
    folder = open_folder(str(tmp_path))
    with ExitStack() as stack:
        table = (open_csv if name.endswith("csv") else open_json_lines)(folder, name, stack)
        table.settle()
        lengths = [len(piece.cells[0]) for piece in table.pieces([0], lambda _: None)]
    assert lengths == [4, 4, 2]

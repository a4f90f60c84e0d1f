"""ZenML's `PathMaterializer` keeps one file without an ending, or a folder as `data.tar.gz`."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from PIL import Image

from pipesight.outputs.reader import archives
from tests.outputs.conftest import Artifact, Look


def made(kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "parquet":
        pq.write_table(pa.table({"x": [1]}), out)
    elif kind == "feather":
        feather.write_feather(pa.table({"x": [1]}), out)
    elif kind == "npy":
        np.save(out, np.arange(3))
    elif kind == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("inner/a.txt", "a")
    else:
        Image.new("RGB", (3, 2)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("stored", "kind", "summary"),
    [
        (made("parquet"), "table", "DataFrame 1 x 1"),
        (made("feather"), "table", "DataFrame 1 x 1"),
        (made("npy"), "array", "int64 array (3,)"),
        (made("PNG"), "image", "3 x 2 PNG image, "),
        (made("zip"), "files", "file_data, 1 file, "),
        (pickle.dumps({"a": 1}), "pickle", "dict, a pickle of "),
        (b"<!DOCTYPE html><title>Hi</title>", "html", "HTML “Hi”, "),
        (b'<?xml version="1.0"?>\n<svg xmlns="x"/>', "image", "SVG drawing, "),
        (b'{"a": 1}', "json", '{"a": 1}'),
        (b'{\n  "a": 1\n}\n', "json", '{"a": 1}'),
        (b'{"a": 1}\n{"a": 2}\n', "table", "JSON lines 2 x 1"),
        (b"a,b\n1,2\n", "table", "CSV table 1 x 2"),
        (b"some notes\non two lines", "text", "“some notes”, "),
        (b"\x00\xff\x00", "text", "3 bytes"),
        (b"", "text", "empty text, 0 B"),
    ],
)
def test_a_file_without_an_ending_is_known_by_its_beginning(
    look: Look, artifact: Artifact, stored: bytes, kind: str, summary: str
):
    preview = look(artifact({"file_data": stored}))
    assert preview.kind == kind
    assert preview.summary.startswith(summary)


def packed(names: list[str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = 3
            archive.addfile(entry, io.BytesIO(b"abc"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


def test_a_folder_that_was_kept_is_listed(look: Look, artifact: Artifact):
    preview = look(artifact({"data.tar.gz": packed(["./a.txt", "sub/../../b.txt"])}))
    assert preview.summary.startswith("data.tar.gz, 2 files, ")
    assert [(file.path, file.size) for file in preview.files] == [("./a.txt", 3), ("sub/../../b.txt", 3)]


def test_a_large_archive_is_listed_in_part(look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch):
    folder = artifact({"data.tar.gz": packed([f"{i}.txt" for i in range(600)])})
    preview = look(folder)
    assert preview.summary.startswith("data.tar.gz, 500 files or more, ")
    assert preview.truncated
    monkeypatch.setattr(archives, "PAGE_BYTES", 20_000)
    assert 0 < len(look(folder).files) < 30


@pytest.mark.parametrize("stored", [b"", b"\x1f\x8b", gzip.compress(b"no archive" * 100), b"\0" * 10])
def test_a_damaged_archive_is_a_problem_or_empty(look: Look, artifact: Artifact, stored: bytes):
    preview = look(artifact({"data.tar.gz": stored}))
    assert preview.kind in ("problem", "files")
    assert preview.files == ()


@pytest.mark.parametrize(
    ("lines", "columns", "rows"),
    [
        (['{"a": 1}', '{"b": [2]}', "", '{"a": "x"}'], ["a", "b"], [[1, None], [None, "[2]"], ["x", None]]),
        (["1", '"two"', "[3]"], ["value"], [[1], ["two"], ["[3]"]]),
        (['{"a": 1}', "7", "no json"], ["a", "value"], [[1, None], [None, 7], [None, "no json"]]),
    ],
)
@pytest.mark.parametrize("name", ["x.jsonl", "x.ndjson"])
def test_json_lines_are_a_table(
    look: Look, artifact: Artifact, name: str, lines: list[str], columns: list[str], rows: list[list[object]]
):
    table = look(artifact({name: "\n".join(lines)})).table
    assert table is not None
    assert [column.name for column in table.columns] == columns
    assert [list(row) for row in table.rows] == rows
    assert table.total == len(rows)


def test_json_lines_page_by_page(look: Look, artifact: Artifact):
    folder = artifact({"x.jsonl": "\n".join(json.dumps({"n": i}) for i in range(120))})
    table = look(folder, offset=100).table
    assert table is not None
    assert [row[0] for row in table.rows] == list(range(100, 120))


def test_parq_is_parquet(look: Look, tmp_path: Path):
    (tmp_path / "x.parq").write_bytes(made("parquet"))
    assert look(tmp_path).summary == "DataFrame 1 x 1"

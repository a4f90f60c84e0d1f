"""JSON files in practice: JSON lines, byte order marks, and numbers that JSON lacks."""

from __future__ import annotations

import json

import pytest

from pipesight.outputs.reader.query import Query, query
from tests.outputs.conftest import Artifact, Look

LINES = '{"a": 1, "b": "x"}\n\n{"a": NaN}\n'
ROWS = ((1, "x"), ("NaN", None))


@pytest.mark.parametrize(
    ("stored", "rows"),
    [
        (LINES, ROWS),
        (LINES.replace("\n", "\r\n"), ROWS),
        (LINES.encode("utf-8-sig"), ROWS),
        (LINES.encode("utf-16"), ROWS),
        ('{"a": 1}\n' + json.dumps({"a": "x" * 300_000}), ((1,), ("x" * 299 + "…",))),
    ],
    ids=["LF", "CRLF", "byte order mark", "UTF-16", "a long line"],
)
@pytest.mark.parametrize("name", ["data.json", "rows.json", "file_data"])
def test_a_value_a_line_in_a_file_of_json_is_a_table(
    look: Look, artifact: Artifact, name: str, stored: str | bytes, rows: tuple[tuple[object, ...], ...]
):
    preview = look(artifact({name: stored}))
    assert preview.table is not None
    assert preview.table.rows == rows


def test_such_a_table_is_filtered_as_any_other(artifact: Artifact):
    folder = artifact({"rows.json": LINES})
    answer = query(Query(str(folder), where="a = 1"), lambda _: None)
    assert answer["preview"]["table"]["rows"] == [[1, "x"]]


@pytest.mark.parametrize("stored", ['{"a": 1}\n', '{\n"a": 1\n}', "[1,\n2]", "[1, 2]\n\n"])
def test_other_json_of_several_lines_is_one_value(look: Look, artifact: Artifact, stored: str):
    assert look(artifact({"rows.json": stored})).value == json.loads(stored)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.thorough
def test_the_beginning_of_large_json_in_any_encoding(look: Look, artifact: Artifact, encoding: str):
    preview = look(artifact({"data.json": ("[" + "1234567, " * 2_000_000 + "1]").encode(encoding)}))
    assert preview.summary.startswith("JSON list, ")
    assert (preview.text or "").startswith("[1234567, ")


def test_numbers_that_json_cannot_hold_are_told_from_texts(look: Look, artifact: Artifact):
    stored = '{"loss": NaN, "word": "NaN", "steps": [1, -Infinity, {"id": 123456789012345678}]}'
    preview = look(artifact({"data.json": stored}))
    assert preview.value == {"loss": "NaN", "word": "NaN", "steps": [1, "-Infinity", {"id": "123456789012345678"}]}
    assert preview.numbers == (("loss",), ("steps", 1), ("steps", 2, "id"))

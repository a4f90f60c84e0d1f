"""Artifacts that real releases wrote, shown as the pipelines that wrote them meant, on every Python at hand."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipesight.outputs.preview import Preview
from tests.examples import mostly_slow
from tests.outputs.conftest import READER, previews

RELEASES = [
    "legacy-0.5.7", "legacy-0.7.3", "legacy-0.13.2", "0.20.5", "0.23.0", "0.33.0", "0.41.0",
    "0.50.0", "0.55.5", "0.61.0", "0.70.0", "0.70.0-up0.98.0", "0.80.2", "0.90.0", "0.98.0",
]  # fmt: skip

# The values that the steps of the recorded histories returned, as JSON. A list of rows is a table without its index.
FRAME = [[f"2024-01-0{day + 1}T00:00:00", day] for day in range(5)]
SCALARS: dict[str, object] = {
    "an_int": 7,
    "a_float": 3.5,
    "a_str": "hello\nworld",
    "a_bool": True,
    "a_dict": {"k": [1, 2, {"z": None}]},
    "a_list": [1, "two", 3.0],
    "a_tuple": [1, 2],
    "a_set": [1, 2, 3],
    "accuracy": 0.93,
    "n_rows": 20,
}


def pythons() -> list[str]:
    """This Python and every other one that pyenv has and that the reader runs on."""
    found = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"))
    return [sys.executable] + [str(path) for path in found if not path.parts[-3].startswith("3.6.")]


def outputs_of(history: Path) -> list[tuple[str, str, str]]:
    """(step, output, uri) of every output that ZenML's own API showed."""
    rows: list[list[Any]] = json.loads((history / "expected.json").read_text())
    return sorted({(row[2], row[5], row[6]) for row in rows if row[6]})


def check(step: str, output: str, preview: Preview) -> None:
    """Check the preview of an output against the code of the step that made it."""
    if output in SCALARS:
        assert preview.value == SCALARS[output]
    elif output == "params":
        assert isinstance(preview.value, dict)
        assert preview.value["solver"] == "lbfgs"
    elif output in ("train", "test"):
        start = 0 if output == "train" else 10
        table = preview.table
        assert table is not None
        assert table.total == 10
        assert [row[table.index : table.index + 2] for row in table.rows] == [
            (float(i), i % 2) for i in range(start, start + 10)
        ]
        assert preview.summary == f"DataFrame 10 x {len(table.columns) - table.index}"
    elif output == "a_frame":
        table = preview.table
        assert table is not None
        columns = [[row[table.index + i] for row in table.rows] for i in (0, 1)]
        assert columns in ([list("abcde"), list(range(5))], [[row[0] for row in FRAME], list(range(5))])
    elif output == "a_series" or (step == "only" and preview.kind == "table"):
        assert preview.table is not None
        assert [row[-1] for row in preview.table.rows] == [1, 2, 3]
    elif output == "a_array":
        assert preview.summary == "int64 array (2, 3)"
        assert preview.table is not None
        assert preview.table.rows == ((0, 1, 2), (3, 4, 5))
    elif output == "a_big_array":
        assert preview.summary == "float64 array (200, 50)"
        assert 0 <= float(preview.statistics["min"]) < 0.5 < float(preview.statistics["max"]) <= 1
        assert preview.table is not None
        assert len(preview.table.rows) == 50
    elif output == "some_bytes":
        assert (preview.text or "").startswith("00000000  00 01 62 69 6e")
    elif output == "model":
        assert preview.summary.startswith("LogisticRegression, a pickle of ")
        assert "max_iter=100" in (preview.text or "")
    elif output == "report_html":
        assert (preview.kind, preview.text) == ("html", "<h1>Hi</h1>")
    elif output == "report_md":
        assert (preview.kind, preview.text) == ("markdown", "# Hi\n\n* a")
    elif output == "report_csv":
        assert preview.table is not None
        assert preview.table.rows == (("1", "2"),)
    elif output == "picture":
        assert preview.image is not None
        assert (preview.image.width, preview.image.height) == (32, 16)
    elif step in ("custom_object", "only") and output == "output":
        assert "n=42" in (preview.text or "")
        assert "name='answer'" in (preview.text or "")
    elif step == "list_of_custom":
        assert preview.summary == "list of 2 Blob"
    elif step in ("to_array", "as_array"):
        assert preview.summary == "float64 array (10, 2)"
        assert preview.table is not None
        assert preview.table.rows == tuple((float(i), float(i % 2)) for i in range(10))
    elif step.startswith("clean"):
        assert preview.table is not None
        assert preview.table.total == 10
    else:
        assert isinstance(preview.value, (int, float)), (step, output)


@pytest.mark.parametrize("release", mostly_slow(RELEASES, quick=("0.98.0",)))
def test_every_output_of_a_release(unpack_history: Callable[[str], Path], release: str):
    outputs = outputs_of(unpack_history(release))
    assert len(outputs) > 20
    found = previews([uri for _, _, uri in outputs], sys.executable)
    for step, output, uri in outputs:
        check(step, output, found[uri])


@pytest.mark.parametrize("python", mostly_slow(pythons(), quick=pythons()[:2]))
@pytest.mark.thorough
def test_every_python_shows_the_same_with_nothing_installed(unpack_history: Callable[[str], Path], python: str):
    uris = [uri for name in ("legacy-0.5.7", "0.98.0") for _, _, uri in outputs_of(unpack_history(name))]
    found, expected = previews(uris, python, "-S"), previews(uris, sys.executable)
    if "/3.7." in python:  # its pickletools stop at the arrays of protocol 5
        assert all(found[uri].summary == expected[uri].summary for uri in uris)
    else:
        assert found == expected


def test_the_reader_is_written_for_python_3_7():
    for path in READER.glob("*.py"):
        ast.parse(path.read_text(), feature_version=(3, 7))

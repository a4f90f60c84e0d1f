"""One table has the functions that preview and load each format."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipesight.outputs.reader.formats import ENDINGS, NAMED, Format, fitting, function
from tests.outputs.conftest import READER, Artifact


@pytest.mark.parametrize("entry", [*NAMED, *ENDINGS], ids=lambda entry: f"{entry.pattern} {entry.beside}".strip())
def test_every_function_that_the_table_names_exists(entry: Format):
    assert callable(function(entry.preview))
    assert not entry.load or callable(function(entry.load))


@pytest.mark.parametrize(
    ("files", "first"),
    [
        (["data.json"], "data.json"),
        (["metadata.json", "0/data.json"], "metadata.json"),
        (["data.parquet", "shape.json"], "data.parquet"),
        (["describe.csv", "df.parquet.gzip", "sample.csv"], "df.parquet.gzip"),
        (["config.json", "model.safetensors"], "config.json"),
        (["weights/a.safetensors", "other.json"], "*.safetensors"),
        (["numbers.CSV", "python_version.txt"], "*.csv"),
        (["a.csv", "b.csv"], None),
        (["hf_datasets/train/state.json", "hf_datasets/dataset_dict.json"], "hf_datasets/*state.json"),
    ],
)
def test_the_first_format_that_fits_decides(artifact: Artifact, files: list[str], first: str | None):
    from pipesight.outputs.reader.folder import open_folder

    folder = open_folder(str(artifact(dict.fromkeys(files, b"x"))))
    assert next((entry.pattern for entry, _ in fitting(folder)), None) == first


def test_a_preview_imports_neither_what_loads_values_nor_formats_that_it_does_not_need(tmp_path: Path):
    (tmp_path / "data.json").write_text("1")
    code = (
        f"import sys; sys.path.insert(0, {str(READER.parent)!r})\n"
        "from reader.bounds import Request; from reader.choose import preview\n"
        f"preview(Request({str(tmp_path)!r}))\n"
        "print([m for m in sys.modules if m in ('pickle', 'reader.load', 'reader.parquet', 'reader.jsons')])"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['reader.jsons']"

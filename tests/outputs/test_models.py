"""Models, datasets and services in the files of their libraries and of ZenML's materializers."""

from __future__ import annotations

import json
import struct
import uuid
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from pipesight.outputs.reader import arrow, datasets
from pipesight.outputs.reader.query import Query, query
from tests.outputs.conftest import Artifact, Look, ask_bare_python
from tests.outputs.test_formats import rows_of

SERVICE = uuid.UUID(int=7)


@pytest.mark.parametrize("stored", [str(SERVICE), f'"{SERVICE}"', f"{SERVICE}\n"])
def test_a_service_is_named_by_its_uuid(look: Look, artifact: Artifact, stored: str):
    preview = look(artifact({"service.json": stored}))
    assert (preview.kind, preview.summary) == ("text", f"ZenML service {SERVICE}")
    assert f'Client().get_service("{SERVICE}")' in (preview.text or "")


def test_a_service_of_older_releases_is_its_configuration(look: Look, artifact: Artifact):
    assert look(artifact({"service.json": '{"type": "a.Service"}'})).value == {"type": "a.Service"}


def weights(*shapes: list[int]) -> bytes:
    """Return a safetensors file with a tensor of each shape."""
    header: dict[str, Any] = {
        f"w{i}": {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]} for i, shape in enumerate(shapes)
    }
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text


@pytest.mark.parametrize("folder", ["hf_pt_model/", ""], ids=["ZenML's folder", "T5"])
def test_a_sharded_model_counts_all_its_shards_and_names_its_architecture(look: Look, artifact: Artifact, folder: str):
    files = {
        f"{folder}config.json": json.dumps({"architectures": ["BertModel"], "layers": 2}),
        f"{folder}model-00001-of-00002.safetensors": weights([2, 3]),
        f"{folder}model-00002-of-00002.safetensors": weights([10]),
    }
    preview = look(artifact(dict(files)))
    assert preview.summary.startswith("Hugging Face BertModel, 16 parameters, 3 files, ")
    assert preview.value == {"architectures": ["BertModel"], "layers": 2}
    assert len(preview.files) == 3


def test_shards_without_a_configuration_are_one_table(look: Look, artifact: Artifact):
    preview = look(artifact({"a.safetensors": weights([2, 3]), "b.safetensors": weights([4])}))
    assert preview.summary.startswith("2 tensors, 10 parameters, 2 files, ")
    assert rows_of(preview) == [["w0", "F32", "[2, 3]", 6, "a.safetensors"], ["w0", "F32", "[4]", 4, "b.safetensors"]]


def dataset(folder: Path, *parts: list[int]) -> None:
    """Return the files of `datasets.Dataset.save_to_disk`: Arrow streams, and `state.json`, which lists them."""
    folder.mkdir(parents=True)
    names = [f"data-{i:05}-of-{len(parts):05}.arrow" for i in range(len(parts))]
    for name, numbers in zip(names, parts, strict=True):
        table = pa.table({"text": [f"line {number}" for number in numbers], "label": numbers})
        with pa.ipc.new_stream(folder / name, table.schema) as writer:
            writer.write_table(table, max_chunksize=3)
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": name} for name in names]}))
    (folder / "dataset_info.json").write_text(json.dumps({"features": {"text": {}, "label": {}}}))


def test_a_dataset_shows_its_rows_across_its_files(look: Look, tmp_path: Path):
    dataset(tmp_path / "hf_datasets", list(range(10)), list(range(10, 14)))
    preview = look(tmp_path, offset=8, limit=4)
    assert preview.summary == "Dataset 14 x 2"
    assert rows_of(preview) == [[f"line {i}", i] for i in range(8, 12)]
    assert preview.table is not None
    assert (preview.table.offset, preview.table.total) == (8, 14)
    assert rows_of(look(tmp_path, offset=12)) == [["line 12", 12], ["line 13", 13]]


def test_a_dataset_that_takes_too_long_to_count_still_has_every_page(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for module in (arrow, datasets):
        monkeypatch.setattr(module, "PATIENCE", -1.0)
    dataset(tmp_path / "hf_datasets", list(range(10)), list(range(10, 30)))
    preview = look(tmp_path, offset=2, limit=2)
    assert preview.summary == "Dataset of at least 4 rows x 2"
    assert rows_of(preview) == [["line 2", 2], ["line 3", 3]]
    assert preview.table is not None
    assert preview.table.total is None
    assert rows_of(look(tmp_path, offset=28, limit=2)) == [["line 28", 28], ["line 29", 29]]


def test_a_dict_of_datasets_shows_the_first_split_and_names_all(look: Look, tmp_path: Path):
    dataset(tmp_path / "hf_datasets" / "test", [7])
    dataset(tmp_path / "hf_datasets" / "train", [1, 2])
    (tmp_path / "hf_datasets" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    preview = look(tmp_path)
    assert preview.summary == "DatasetDict with test, train. test: 1 x 2"
    assert rows_of(preview) == [["line 7", 7]]


def test_a_dataset_without_pyarrow_says_what_to_install(tmp_path: Path):
    dataset(tmp_path / "hf_datasets", [1])
    preview = ask_bare_python(tmp_path)
    assert "needs pyarrow to be read" in preview.summary
    assert "pip install pyarrow" in (preview.advice or "")


def test_a_dataset_whose_file_is_gone_says_so(look: Look, tmp_path: Path):
    dataset(tmp_path / "hf_datasets", [1])
    (tmp_path / "hf_datasets" / "data-00000-of-00001.arrow").unlink()
    assert look(tmp_path).summary == "Files of this dataset are gone: data-00000-of-00001.arrow"


@pytest.mark.parametrize("kind", ["csr", b"csc"])
def test_a_sparse_matrix_says_its_shape(look: Look, tmp_path: Path, kind: object):
    members: Any = {
        "data": np.ones(5),
        "indices": np.arange(5),
        "indptr": np.arange(4),
        "shape": [3, 4],
        "format": kind,
    }
    np.savez_compressed(tmp_path / "data.npz", **members)
    name = kind.decode() if isinstance(kind, bytes) else kind
    assert look(tmp_path).summary == f"{name} sparse matrix 3 x 4, 5 float64 values"


def test_a_sparse_array_may_have_three_axes(look: Look, tmp_path: Path):
    members: Any = {
        "data": np.ones(5),
        "coords": np.zeros((3, 5)),
        "shape": [2, 3, 4],
        "format": "coo",
        "_is_array": True,
    }
    np.savez_compressed(tmp_path / "data.npz", **members)
    assert look(tmp_path).summary == "coo sparse array 2 x 3 x 4, 5 float64 values"


def test_a_dataset_without_rows_has_its_columns(look: Look, artifact: Artifact):
    features = {"text": {"dtype": "string", "_type": "Value"}, "label": {"names": ["no"], "_type": "ClassLabel"}}
    folder = artifact({
        "hf_datasets/state.json": '{"_data_files": []}',
        "hf_datasets/dataset_info.json": json.dumps({"features": features}),
    })  # fmt: skip
    preview = look(folder)
    assert preview.summary == "Dataset 0 x 2"
    assert preview.table is not None
    assert [(each.name, each.type) for each in preview.table.columns] == [("text", "string"), ("label", "ClassLabel")]
    answer = query(Query(str(folder), where="text = 'x'"), lambda _: None)
    assert answer["preview"]["summary"] == "DataFrame 0 x 2"
    assert query(Query(str(folder), "statistics"), lambda _: None)["statistics"][0]["rows"] == 0


def test_a_column_that_only_looks_like_an_index_keeps_its_name(look: Look, tmp_path: Path):
    table = pa.table({"a": [1], "__index_level_0__": ["x"]})
    for name, write in (("t.parquet", pq.write_table), ("t.feather", feather.write_feather)):
        folder = tmp_path / name
        folder.mkdir()
        write(table, folder / name)
        preview = look(folder)
        assert preview.table is not None
        assert [each.name for each in preview.table.columns] == ["a", "__index_level_0__"]
        found = query(Query(str(folder), where="__index_level_0__ = 'x'"), lambda _: None)["preview"]
        assert [each["name"] for each in found["table"]["columns"]] == ["a", "__index_level_0__"]


def test_a_skops_file_names_its_object(look: Look, tmp_path: Path):
    schema = {"__class__": "LinearRegression", "__module__": "sklearn.linear_model._base", "content": {"x": 1}}
    with zipfile.ZipFile(tmp_path / "model.skops", "w") as archive:
        archive.writestr("schema.json", json.dumps(schema))
    preview = look(tmp_path)
    assert preview.summary.startswith("LinearRegression, a skops file of ")
    assert preview.value == schema
    (tmp_path / "model.skops").write_bytes(b"PK\x03\x04 cut")
    assert look(tmp_path).summary == "model.skops is not a readable skops file."

"""Loading gives the values that the pipelines' steps returned."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from pipesight.outputs.reader.load import load
from pipesight.outputs.reader.problem import Problem
from tests.outputs.conftest import Artifact
from tests.outputs.memory import in_memory

BUILT_IN = "zenml.materializers.built_in_materializer.BuiltInContainerMaterializer"
PICKLED = "zenml.materializers.cloudpickle_materializer.CloudpickleMaterializer"


class Point:
    def __init__(self, x: int) -> None:
        self.x = x

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and self.x == other.x

    __hash__ = None  # type: ignore[assignment]


class PointMaterializer:
    """A materializer for current releases of ZenML."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def load(self, data_type: type[Any]) -> Any:
        return data_type(int((Path(self.uri) / "point.txt").read_text()))


class StorePointMaterializer:
    """A materializer for current releases of ZenML, which reads through the given artifact store."""

    def __init__(self, uri: str, artifact_store: Any = None) -> None:
        self.uri = uri
        self.artifact_store = artifact_store

    def load(self, data_type: type[Any]) -> Any:
        path = f"{self.uri}/point.txt"
        assert self.artifact_store.exists(path)
        assert self.artifact_store.listdir(self.uri) == ["point.txt"]
        assert self.artifact_store.size(path) == 1
        with pytest.raises(OSError, match="read, not written"):
            self.artifact_store.open(path, "w")
        with self.artifact_store.open(path) as file:
            return data_type(int(file.read()))


class OldPointMaterializer:
    """A materializer for releases of ZenML up to 0.23."""

    def __init__(self, artifact: Any) -> None:
        self.artifact = artifact

    def handle_input(self, data_type: type[Any]) -> Any:
        return data_type(int((Path(self.artifact.uri) / "point.txt").read_text()))


class Settings:
    """A model with pydantic's interface."""

    def __init__(self, lr: float) -> None:
        self.lr = lr

    @classmethod
    def model_validate_json(cls, text: str) -> Settings:
        return cls(**json.loads(text))


@pytest.mark.parametrize(
    ("files", "data_type", "value"),
    [
        ({"data.json": "0.93"}, "builtins.float", 0.93),
        ({"data.json": '"a"'}, "builtins.str", "a"),
        ({"data.json": '{"k": [1, null]}'}, "builtins.dict", {"k": [1, None]}),
        ({"data.json": "[1, 2]"}, "builtins.tuple", (1, 2)),
        ({"data.json": "[1, 2]"}, "builtins.set", {1, 2}),
        ({"data.json": "[1, 2]"}, "builtins.list", [1, 2]),
        ({"data.txt": b"\x00\x01bin"}, "builtins.bytes", b"\x00\x01bin"),
        ({"output.html": "<h1>Hi</h1>"}, "zenml.types.HTMLString", "<h1>Hi</h1>"),
        ({"output.csv": "a,b\n1,2\n"}, "zenml.types.CSVString", "a,b\n1,2\n"),
        ({"artifact.pkl": pickle.dumps(Point(3))}, "", Point(3)),
        ({"model": pickle.dumps([1])}, "", [1]),
    ],
)
def test_values(artifact: Artifact, files: dict[str, bytes | str], data_type: str, value: object):
    loaded = load(str(artifact(files)), BUILT_IN, data_type)
    assert loaded == value
    assert type(loaded) is type(value)


def test_a_remote_value():
    assert load(in_memory("data.json", b"[1]")) == [1]


def test_numpy_arrays(tmp_path: Path):
    array = np.arange(6.0).reshape(2, 3)
    np.save(tmp_path / "data.npy", array)
    assert np.array_equal(load(str(tmp_path)), array)


def test_numpy_arrays_of_old_releases(tmp_path: Path):
    array = np.arange(24).reshape(2, 3, 4)
    pq.write_table(pa.table({"d": array.flatten()}), tmp_path / "data.parquet")
    (tmp_path / "shape.json").write_text('{"0": 2, "1": 3, "2": 4}')
    assert np.array_equal(load(str(tmp_path)), array)


def test_frames_and_series(tmp_path: Path):
    frame = pd.DataFrame({"x": [1.5, None], "when": pd.date_range("2024-01-01", periods=2)}, index=["a", "b"])
    frame.to_parquet(tmp_path / "df.parquet.gzip", compression="gzip")
    pd.testing.assert_frame_equal(load(str(tmp_path), data_type="pandas.core.frame.DataFrame"), frame)
    series = load(str(tmp_path), data_type="pandas.core.series.Series")
    pd.testing.assert_series_equal(series, frame["x"])


def test_a_frame_kept_as_csv(artifact: Artifact):
    loaded = load(str(artifact({"df.csv": ",x\n2024-01-01,1\n2024-01-02,2\n"})))
    assert list(loaded["x"]) == [1, 2]
    assert list(loaded.index) == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")]


def test_pictures(tmp_path: Path):
    Image.new("RGB", (3, 2), (255, 0, 0)).save(tmp_path / "image_file.PNG")
    loaded = load(str(tmp_path))
    assert loaded.size == (3, 2)
    assert loaded.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize(("data_type", "container"), [("builtins.list", list), ("builtins.tuple", tuple), ("", list)])
def test_containers_of_objects(artifact: Artifact, data_type: str, container: Callable[[Any], Any]):
    kinds = [{"path": "/elsewhere/0", "type": "t", "materializer": PICKLED}] * 2
    files = {
        "metadata.json": json.dumps(kinds),
        "0/artifact.pkl": pickle.dumps(Point(1)),
        "1/artifact.pkl": pickle.dumps(Point(2)),
    }
    assert load(str(artifact(files)), BUILT_IN, data_type) == container([Point(1), Point(2)])


def test_a_dict_of_objects(artifact: Artifact):
    kinds = [{"type": "builtins.list", "materializer": BUILT_IN}, {"type": "builtins.list", "materializer": PICKLED}]
    files = {"metadata.json": json.dumps(kinds), "0/data.json": '["a"]', "1/artifact.pkl": pickle.dumps([Point(1)])}
    assert load(str(artifact(files)), BUILT_IN, "builtins.dict") == {"a": Point(1)}


@pytest.mark.parametrize("materializer", ["PointMaterializer", "StorePointMaterializer", "OldPointMaterializer"])
def test_custom_materializers_load_by_their_own_class(
    artifact: Artifact, monkeypatch: pytest.MonkeyPatch, materializer: str
):
    monkeypatch.setitem(sys.modules, "app", sys.modules[__name__])
    assert load(str(artifact({"point.txt": "7"})), f"app.{materializer}", "app.Point") == Point(7)


@pytest.mark.parametrize(
    "files",
    [
        {"data.json": '"{\\"lr\\": 0.5}"'},
        {"data.json": '{"lr": 0.5}'},
        {"data_v2.json": '{"lr": 0.5}', "data.json": "old"},
    ],
)
def test_pydantic_models(artifact: Artifact, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes | str]):
    monkeypatch.setitem(sys.modules, "app", sys.modules[__name__])
    materializer = "zenml.materializers.pydantic_materializer.PydanticMaterializer"
    assert load(str(artifact(files)), materializer, "app.Settings").lr == 0.5


def test_dataclasses(artifact: Artifact, monkeypatch: pytest.MonkeyPatch):
    class TypeAdapter:
        def __init__(self, kind: type[Any]) -> None:
            self.kind = kind

        def validate_json(self, text: str) -> Any:
            return self.kind(**json.loads(text))

    monkeypatch.setitem(sys.modules, "pydantic", SimpleNamespace(TypeAdapter=TypeAdapter))
    monkeypatch.setitem(sys.modules, "app", sys.modules[__name__])
    materializer = "zenml.materializers.dataclass_materializer.DataclassMaterializer"
    assert load(str(artifact({"data.json": '{"x": 7}'})), materializer, "app.Point") == Point(7)


@pytest.mark.parametrize(("is_series", "loaded"), [(b"\x00", pa.Table), (b"\x01", pa.ChunkedArray)])
def test_polars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_series: bytes, loaded: type[Any]):
    monkeypatch.setitem(sys.modules, "polars", SimpleNamespace(from_arrow=lambda data: data))
    table = pa.table({"x": [1, 2]}).replace_schema_metadata({b"zenml_is_pl_series": is_series})
    pq.write_table(table, tmp_path / "dataframe.parquet")
    materializer = "zenml.integrations.polars.materializers.dataframe_materializer.PolarsMaterializer"
    assert isinstance(load(str(tmp_path), materializer), loaded)


def test_uuids(artifact: Artifact):
    materializer = "zenml.materializers.uuid_materializer.UUIDMaterializer"
    assert load(str(artifact({"uuid.txt": str(UUID(int=5))})), materializer, "uuid.UUID") == UUID(int=5)


def test_other_materializers_are_not_second_guessed_by_their_files(artifact: Artifact, monkeypatch: pytest.MonkeyPatch):
    """Another materializer's `data.json` is no dictionary. Without ZenML, loading fails with an explanation."""
    monkeypatch.setitem(sys.modules, "zenml", None)
    materializer = "zenml.integrations.langchain.materializers.document_materializer.LangchainDocumentMaterializer"
    with pytest.raises(Problem, match=r"needs zenml in this Python. Install it: .* -m pip install zenml"):
        load(
            str(artifact({"data.json": '{"page_content": "a"}'})), materializer, "langchain.docstore.document.Document"
        )


@pytest.mark.parametrize(
    ("files", "materializer", "data_type", "said"),
    [
        ({}, "", "", "gone"),
        ({"data.json": "{"}, "", "", "could not be loaded"),
        ({"point.txt": "7"}, "no.such.Materializer", "", "needs no.such.Materializer, which this Python cannot import"),
        ({"point.txt": "7"}, "pathlib.NoSuch", "", "needs pathlib.NoSuch"),
        ({"point.txt": "7"}, "pathlib.Path", "builtins.int", "is no materializer"),
        ({"strange.bin": "7"}, "", "", "files tell none: strange.bin"),
        ({"artifact.pkl": b"cno_such_module\nThing\n."}, "", "", "needs a module that this Python cannot import"),
        ({"artifact.pkl": b"cpathlib\nGone\n."}, "", "", "no longer has"),
        ({"artifact.pkl": b"\x80"}, "", "", "could not be loaded"),
        ({"df.parquet.gzip": b"PAR1"}, "", "", "could not be loaded"),
    ],
)
def test_what_cannot_be_loaded_says_why(
    artifact: Artifact, files: dict[str, bytes | str], materializer: str, data_type: str, said: str
):
    with pytest.raises(Problem, match=said):
        load(str(artifact(files)), materializer, data_type)


def test_a_missing_package_is_named(artifact: Artifact, monkeypatch: pytest.MonkeyPatch):
    folder = artifact({"data.npy": b""})
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(Problem, match=r"needs numpy in this Python\. Install it: .* -m pip install numpy"):
        load(str(folder))


def test_values_that_real_releases_wrote(unpack_history: Callable[[str], Path]):
    for release in ("legacy-0.5.7", "0.20.5", "0.98.0"):
        rows: list[list[Any]] = json.loads((unpack_history(release) / "expected.json").read_text())
        found = {row[5]: row[6] for row in rows if row[6]}
        assert load(found["a_dict"]) == {"k": [1, 2, {"z": None}]}
        assert np.array_equal(load(found["a_array"]), np.arange(6).reshape(2, 3))
        assert load(found["a_big_array"]).shape == (200, 50)
        assert list(load(found["train"]).columns)[:2] == ["x", "y"]
        assert list(load(found["train"])["x"]) == [float(i) for i in range(10)]

"""Exported tables have the same values as the artifact, with every engine."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipesight.outputs.reader import libraries, query
from pipesight.outputs.reader.choose import queried
from pipesight.outputs.reader.libraries import LibraryError
from pipesight.outputs.reader.query import Query

Frame = Any


def ask(folder: Path, **question: Any) -> dict[str, Any]:
    return queried(Query(str(folder), "export", **question), lambda _: None, 0)


def exported(folder: Path, frame: Frame, target: str, **question: Any) -> Path:
    frame.to_parquet(folder / "df.parquet.gzip", compression="gzip")
    answer: dict[str, Any] = queried(
        Query(str(folder), "export", path=str(folder / target), **question), lambda _: None, 0
    )
    assert "exported" in answer, answer
    return folder / target


@pytest.mark.parametrize("sort", [-1, "n"])
def test_periods_and_durations_are_texts_in_parquet(tmp_path: Path, sort: int | str):
    frame = pd.DataFrame({
        "month": pd.period_range("2024-01", periods=2, freq="M"),
        "length": pd.to_timedelta(["26h", None]),
        "when": pd.to_datetime(["2024-01-01", None]),
        "n": [1, 2],
    })  # fmt: skip
    found = pd.read_parquet(exported(tmp_path, frame, "some.parquet", sort=sort))
    assert found["month"].tolist() == ["2024-01", "2024-02"]
    assert found["length"].tolist()[0] == "1 days 02:00:00"
    assert pd.to_timedelta(found["length"])[0] == frame["length"][0]
    assert found["when"].tolist()[0] == frame["when"][0]
    assert found["n"].tolist() == [1, 2]


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Hide these libraries from the reader."""

    def take(*names: str) -> None:
        def find(name: str) -> Any:
            if name.partition(".")[0] in names:
                raise LibraryError(f"{name} is not installed.", "")
            return libraries.library(name)

        for module in ("arrow_tables", "arrow", "duck"):
            monkeypatch.setattr(f"pipesight.outputs.reader.{module}.library", find)

    return take


@pytest.mark.parametrize(
    ("missing", "said", "package"),
    [
        (["pyarrow"], "DuckDB cannot do it (pyarrow writes durations and periods). pyarrow.parquet is", "pyarrow"),
        (
            ["duckdb", "pyarrow"],
            "is written by DuckDB or pyarrow. duckdb is not installed. pyarrow.parquet is",
            "duckdb",
        ),
    ],
)
def test_what_could_write_parquet_is_named(
    tmp_path: Path, without: Callable[..., None], missing: list[str], said: str, package: str
):
    pd.DataFrame({"d": pd.to_timedelta(["26h"])}).to_parquet(tmp_path / "df.parquet.gzip")
    without(*missing)
    problem = ask(tmp_path, path=str(tmp_path / "x.parquet"))["preview"]
    assert said in problem["text"]
    assert problem["advice"].endswith(f"-m pip install {package}")


@pytest.mark.parametrize("kind", ["float32", "float16"])
def test_short_numbers_have_the_digits_that_numpy_prints_in_csv(tmp_path: Path, kind: str):
    frame = pd.DataFrame({"x": np.array([0.1, 2.5], kind)})
    assert exported(tmp_path, frame, "some.csv").read_text() == "x\n0.1\n2.5\n"


@pytest.mark.parametrize("name", ["gone/x.csv", "gone/x.parquet", "df.parquet.gzip/x.csv"])
def test_a_folder_that_cannot_be_written_to_is_no_fault_of_the_artifact(tmp_path: Path, name: str):
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "df.parquet.gzip")
    problem = ask(tmp_path, path=str(tmp_path / name))["preview"]
    folder = (tmp_path / name).parent
    assert problem["text"].startswith(f"The export cannot be written to {folder}: ")
    assert problem["advice"] == "Choose another folder."


def test_a_full_disk_is_no_fault_of_the_artifact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fill(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "df.parquet.gzip")
    monkeypatch.setattr(query, "write_csv", fill)
    problem = ask(tmp_path, path=str(tmp_path / "x.csv"))["preview"]
    assert problem["text"] == f"The export cannot be written to {tmp_path}: No space left on device."

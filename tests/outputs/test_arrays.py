"""Arrays are read without numpy, and as numpy reads them."""

from __future__ import annotations

import io
import json
import pickle
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from pipesight.outputs.preview import Preview
from pipesight.outputs.reader.array_numbers import Numbers
from pipesight.outputs.reader.bounds import Request, cell
from pipesight.outputs.reader.npy import picture_of
from pipesight.outputs.reader.overviews import overview
from tests.outputs.conftest import Artifact, Look, ask_bare_python


def npy(array: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, array, **options)
    return out.getvalue()


def rows_of(preview: Preview) -> list[list[object]]:
    assert preview.table is not None
    return [list(row) for row in preview.table.rows]


@pytest.mark.parametrize(
    ("array", "summary", "rows"),
    [
        (np.arange(6).reshape(2, 3), "int64 array (2, 3)", [[0, 1, 2], [3, 4, 5]]),
        (np.array([1.5, 2.5]), "float64 array (2,)", [[1.5], [2.5]]),
        (np.asfortranarray(np.arange(6).reshape(2, 3)), "int64 array (2, 3)", [[0, 1, 2], [3, 4, 5]]),
        (np.arange(6, dtype=">i4").reshape(3, 2), "int32 array (3, 2)", [[0, 1], [2, 3], [4, 5]]),
        (np.array([True, False]), "bool array (2,)", [[True], [False]]),
        (np.array([1 + 2j]), "complex128 array (1,)", [["1+2j"]]),
        (np.array(["é", "bc"]), "str2 array (2,)", [["é"], ["bc"]]),
        (np.array([b"ab", b"c"]), "bytes2 array (2,)", [["ab"], ["c"]]),
        (np.array([0.5], dtype="f2"), "float16 array (1,)", [[0.5]]),
        (np.array(["2024-02-29", "NaT"], dtype="M8[D]"), "datetime64[D] array (2,)", [["2024-02-29"], [None]]),
        (np.array(["2024-02-29T01:02:03.5"], dtype="M8[ns]"), "datetime64[ns] array (1,)", [["2024-02-29T01:02:03.5"]]),
        (
            np.array(["2024-01-01", "NaT"], dtype="M8[25s]"),
            "datetime64[25s] array (2,)",
            [["2024-01-01T00:00:00"], [None]],
        ),
        (np.array([90], dtype="m8[s]"), "timedelta64[s] array (1,)", [["90 s"]]),
        (np.array([2**63], dtype="u8"), "uint64 array (1,)", [[str(2**63)]]),
        (np.array([np.nan, np.inf]), "float64 array (2,)", [["NaN"], ["Infinity"]]),
        (np.array(3.25), "float64 3.25", [[3.25]]),
        (np.zeros((0, 4)), "float64 array (0, 4)", []),
        (np.zeros(0), "float64 array (0,)", []),
        (np.arange(8).reshape(2, 2, 2), "int64 array (2, 2, 2)", [[0, 1], [2, 3]]),
    ],
)
def test_each_kind_of_array(look: Look, artifact: Artifact, array: Any, summary: str, rows: list[list[object]]):
    preview = look(artifact({"data.npy": npy(array)}))
    assert preview.kind == "array"
    assert preview.summary == summary
    assert rows_of(preview) == rows
    assert preview.shape == array.shape


SIMPLE = st.sampled_from(["i1", "u2", "<i4", ">i8", "<f4", ">f8", "?"])


@given(st.data(), st.integers(0, 6), st.integers(1, 6), st.booleans())
def test_any_rows_of_any_array_equal_numpys(data: st.DataObject, offset: int, limit: int, fortran: bool):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=7))
    array = data.draw(hnp.arrays(data.draw(SIMPLE), shape))
    array = np.asfortranarray(array) if fortran else array
    stored = npy(array)
    found = picture_of(io.BytesIO(stored), len(stored), Request("", offset=offset, limit=limit))
    plane = array if array.ndim < 3 else array[0]
    plane = plane.reshape(-1, 1) if plane.ndim == 1 else plane
    shown = [[cell(_printed(value)) for value in row] for row in plane[offset : offset + limit]]
    assert found["table"]["rows"] == shown


def _printed(value: Any) -> Any:
    """Return a number with the digits that numpy prints."""
    return float(str(value)) if isinstance(value, np.floating) else value.item()


def test_statistics_leave_out_what_is_no_number(look: Look, artifact: Artifact):
    preview = look(artifact({"data.npy": npy(np.array([1.0, 3.0, np.nan, np.inf, -np.inf]))}))
    assert preview.statistics == {"min": 1.0, "max": 3.0, "mean": 2.0, "nan": 1, "infinite": 2}


@pytest.mark.parametrize(
    ("values", "kind", "mean"),
    [([1.98, 1.99, 2.0], "f8", 1.99), ([0.1], "f4", 0.1), ([1e38, 0.1], "f4", 5e37), ([1, 2], "i8", 1.5)],
)
def test_a_mean_is_as_precise_as_the_numbers(
    look: Look, artifact: Artifact, values: list[float], kind: str, mean: float
):
    assert look(artifact({"data.npy": npy(np.array(values, kind))})).statistics["mean"] == mean


def test_a_big_array_is_sampled_and_paged_not_loaded(look: Look, tmp_path: Path):
    array = np.lib.format.open_memmap(tmp_path / "data.npy", mode="w+", dtype="f8", shape=(1_000_000, 60))
    array[999_999] = 7
    array.flush()
    preview = look(tmp_path, offset=999_998, limit=10)
    assert rows_of(preview) == [[0.0] * 60, [7.0] * 60]
    assert preview.statistics["sample"] == 200_000
    assert preview.statistics["max"] == 7


def test_an_object_array_is_described_and_never_loaded(look: Look, artifact: Artifact, tmp_path: Path):
    marker = tmp_path / "marker"

    class Bomb:
        def __reduce__(self) -> Any:
            return (open, (str(marker), "w"))

    preview = look(artifact({"data.npy": npy(np.array([Bomb(), None]), allow_pickle=True)}))
    assert preview.summary == "object array (2,)"
    assert rows_of(preview) == [[f"open({str(marker)!r}, 'w')"], ["None"]]
    assert "open" in (preview.text or "")
    assert not marker.exists()


def test_an_array_of_plain_objects_shows_them(look: Look, artifact: Artifact):
    array = np.array([["a", 1], [None, [2.5]]], dtype=object)
    for stored in ({"data.npy": npy(array, allow_pickle=True)}, {"artifact.pkl": pickle.dumps(array)}):
        preview = look(artifact(stored))
        assert preview.summary == "object array (2, 2)"
        assert rows_of(preview) == [["a", 1], ["None", "[2.5]"]]


@pytest.mark.parametrize(
    "kind",
    [
        np.dtype([("id", "i4"), ("x", "f8"), ("name", "U2")]),
        np.dtype([("id", "i1"), ("x", "f8"), ("name", "U2")], align=True),
        np.dtype([(("a title", "id"), "i4"), ("x", "f8"), ("name", "U2")]),
    ],
    ids=["packed", "aligned", "titled"],
)
def test_a_structured_array_is_a_table(look: Look, artifact: Artifact, kind: np.dtype[Any]):
    preview = look(artifact({"data.npy": npy(np.array([(1, 2.5, "a"), (2, 3.5, "b")], dtype=kind))}))
    assert preview.summary == "structured array (2,): id, x, name"
    assert rows_of(preview) == [[1, 2.5, "a"], [2, 3.5, "b"]]


@pytest.mark.parametrize(
    ("kind", "value", "columns", "row"),
    [
        ([("id", "i4"), ("v", "f4", (3,))], (7, [0.1, 2, 3]), ["int32", "float32 (3,)"], [7, "[0.1, 2.0, 3.0]"]),
        ([("v", "i2", (2, 2))], ([[1, 2], [3, 4]],), ["int16 (2, 2)"], ["[[1, 2], [3, 4]]"]),
        ([("p", [("x", "i4"), ("y", "U2")])], ((1, "é"),), ["record"], ['{"x": 1, "y": "é"}']),
        ([("p", [("x", "i4")], (2,))], ([(1,), (2,)],), ["record (2,)"], ['[{"x": 1}, {"x": 2}]']),
        ([(("a title", "id"), "i4")], (5,), ["int32"], [5]),
    ],
)
def test_a_structured_array_may_hold_arrays_and_records(
    look: Look, artifact: Artifact, kind: Any, value: Any, columns: list[str], row: list[object]
):
    preview = look(artifact({"data.npy": npy(np.array([value], kind))}))
    assert preview.table is not None
    assert [column.type for column in preview.table.columns] == columns
    assert rows_of(preview) == [row]


def test_records_that_only_numpy_understands_are_explained(look: Look, artifact: Artifact):
    preview = look(artifact({"data.npy": npy(np.zeros(2, [("id", "i4"), ("v", "V3")]))}))
    assert (preview.summary, preview.text) == (
        "structured array (2,): id, v",
        "Its fields are not shown. Load it with numpy.",
    )


def test_a_zip_of_arrays_lists_them(look: Look, artifact: Artifact):
    out = io.BytesIO()
    np.savez_compressed(out, weights=np.ones((3, 2)), bias=np.zeros(2, dtype="f4"))
    preview = look(artifact({"data.npz": out.getvalue()}))
    assert [row[:3] for row in rows_of(preview)] == [["weights", "float64", "(3, 2)"], ["bias", "float32", "(2,)"]]


@pytest.mark.parametrize(
    ("stored", "word"),
    [
        (npy(np.arange(100))[:-8], "cut short"),
        (npy(np.arange(100))[:20], "header"),
        (b"not an array", "begin"),
        (b"", "begin"),
        (b"\x93NUMPY\x01\x00\x20\x00{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}", "header"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + b"(" * 5_000, "header"),
        (b"\x93NUMPY\x01\x00\x50\x00{'descr': '<f8', 'fortran_order': False, 'shape': (10**9,)}", "header"),
    ],
)
def test_a_damaged_array_is_a_problem(look: Look, artifact: Artifact, stored: bytes, word: str):
    preview = look(artifact({"data.npy": stored}))
    assert preview.kind == "problem"
    assert word in preview.summary


@pytest.mark.parametrize("shape", [(2, 3), (12,), (), (2, 2, 3)])
def test_old_releases_keep_arrays_in_parquet(tmp_path: Path, look: Look, shape: tuple[int, ...]):
    array = np.arange(int(np.prod(shape)), dtype="f8").reshape(shape)
    pq.write_table(pa.table({"d": array.flatten()}), tmp_path / "data.parquet")
    (tmp_path / "shape.json").write_text(json.dumps({str(i): length for i, length in enumerate(shape)}))
    preview = look(tmp_path)
    assert preview.shape == shape
    assert preview.dtype == "float64"
    plane = array[0] if array.ndim == 3 else array
    assert rows_of(preview) == [list(row) for row in (plane if plane.ndim == 2 else plane.reshape(-1, 1)).tolist()]


def test_no_package_is_needed(artifact: Artifact):
    preview = ask_bare_python(artifact({"data.npy": npy(np.arange(3))}))
    assert rows_of(preview) == [[0], [1], [2]]


def test_the_bounds_of_integers_are_integers(look: Look, tmp_path: Path):
    np.save(tmp_path / "data.npy", np.array([2**53 + 1, -3, 2**63 - 1]))
    assert look(tmp_path).statistics["min"] == -3
    assert look(tmp_path).statistics["max"] == "9223372036854775807"
    np.save(tmp_path / "data.npy", np.array([True, False]))
    assert look(tmp_path).statistics == {"min": 0, "max": 1, "mean": 0.5}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("f4", [0.1, 1 / 3, 16777216, 3.4028235e38, 1e-45, -0.0]),
        ("f2", [0.1, 1 / 3, 65504, 6e-8]),
        ("f8", [0.1, 1 / 3, 2.0**53 + 2]),
    ],
)
def test_a_number_has_the_digits_that_numpy_prints(look: Look, tmp_path: Path, kind: str, values: list[float]):
    array = np.array(values, dtype=kind)
    np.save(tmp_path / "data.npy", array)
    pd.DataFrame({"x": array}).to_parquet(tmp_path / "df.parquet")
    for path in ("data.npy", "df.parquet"):
        table = look(tmp_path / path).table
        assert table is not None
        assert [row[-1] for row in table.rows] == [float(str(value)) for value in array]
    assert look(tmp_path / "data.npy").statistics["max"] == float(str(array.max()))


@pytest.mark.parametrize("order", ["C", "F"])
def test_any_slice_of_an_array_is_shown(artifact: Artifact, look: Look, order: Any):
    array = np.asarray(np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5), order=order)
    uri = artifact({"data.npy": npy(array)})
    preview = look(uri, slices=(1, 2), offset=1, region=(0, 4, 1, 3))
    assert rows_of(preview) == array[1, 2, 1:].tolist()
    assert preview.text == "The table shows the slice [1, 2, :, :]."
    assert preview.slices == (1, 2)
    assert preview.overview is not None
    assert [list(row) for row in preview.overview.rows] == array[1, 2, :, 1:4].tolist()
    assert look(uri, slices=(9, 9)).slices == (1, 2), "the last one"


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_overview_has_evenly_spaced_numbers(artifact: Artifact, look: Look, order: Any):
    array = np.asarray(np.arange(1000 * 300.0).reshape(1000, 300), order=order)
    overview = look(artifact({"data.npy": npy(array)}), region=(0, 1000, 0, 300)).overview
    assert overview is not None
    assert (overview.row_step, overview.column_step, overview.region) == (8, 3, (0, 1000, 0, 300))
    assert [list(row) for row in overview.rows] == array[::8, ::3].tolist()


def test_an_overview_of_one_axis_has_the_bounds_of_blocks(artifact: Artifact, look: Look):
    array = np.sin(np.arange(1200.0))
    array[7] = np.nan
    overview = look(artifact({"data.npy": npy(array)}), region=(0, 1200, 0, 1)).overview
    assert overview is not None
    assert overview.row_step == 3
    assert overview.rows[0] == (array[0], array[2])
    assert overview.rows[2] == (array[6], array[8])


@pytest.mark.parametrize("array", [np.array(["a", "b"]), np.zeros((0, 3)), np.array(1.5), np.full(3, np.nan)])
def test_what_has_no_numbers_has_no_overview(artifact: Artifact, look: Look, array: Any):
    assert look(artifact({"data.npy": npy(array)}), region=(0, 9, 0, 9)).overview is None


def test_an_overview_of_a_huge_array_reads_a_part():
    asked: list[int] = []

    def read(start: int, count: int) -> list[object]:
        asked.append(count)
        return [7.0 if place == 157 * 3 * 30_000 + 235 * 5 else 0.0 for place in range(start, start + count)]

    found = overview(Numbers((20_000, 30_000), "float32", read), 0, (0, 20_000, 0, 30_000))
    assert found is not None
    assert found["rows"][3][5] == 7
    assert sum(asked) == len(found["rows"]) * len(found["rows"][0]) == 128 * 128

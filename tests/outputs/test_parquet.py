"""Our own Parquet reader returns the same as pyarrow, for every type, compression, page and row group layout."""

from __future__ import annotations

import datetime
import decimal
import io
import struct
import uuid
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from pipesight.outputs.preview import Preview
from pipesight.outputs.reader import snappy
from pipesight.outputs.reader.bounds import cell
from pipesight.outputs.reader.parquet import DamagedError, ParquetFile, UnsupportedError
from tests.examples import examples
from tests.outputs.conftest import Artifact, Look, ask_bare_python

UTC = datetime.timezone.utc
MOMENT = datetime.datetime(2024, 2, 29, 12, 30, 15, 250000)


def read_back(data: bytes, name: str, offset: int = 0, limit: int = 10_000) -> list[object]:
    parquet = ParquetFile(io.BytesIO(data))
    column = next(column for column in parquet.columns if column.name == name)
    return [cell(value) for value in parquet.read(column, offset, limit)]


def written(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("type_", "values", "shown", "said"),
    [
        (pa.int8(), [-128, None, 127], [-128, None, 127], "int8"),
        (pa.uint8(), [0, 255], [0, 255], "uint8"),
        (pa.uint32(), [0, 2**32 - 1], [0, 2**32 - 1], "uint32"),
        (pa.uint64(), [0, 2**64 - 1], [0, str(2**64 - 1)], "uint64"),
        (pa.int64(), [-(2**63), None, 5], [str(-(2**63)), None, 5], "int64"),
        (pa.float32(), [0.5, None], [0.5, None], "float"),
        (pa.float16(), [0.5, 1.5], [0.5, 1.5], "halffloat"),
        (pa.float64(), [0.1, float("nan"), float("-inf")], [0.1, "NaN", "-Infinity"], "double"),
        (pa.bool_(), [True, None, False] * 30, [True, None, False] * 30, "bool"),
        (pa.string(), ["a", None, "", "é🙂"], ["a", None, "", "é🙂"], "string"),
        (pa.binary(), [b"text", b"\xff\x00"], ["text", "0xff00"], "binary"),
        (pa.binary(3), [b"abc", None], ["abc", None], "binary"),
        (pa.date32(), [datetime.date(1969, 12, 31), None], ["1969-12-31", None], "date"),
        (pa.timestamp("ms"), [MOMENT], ["2024-02-29T12:30:15.25"], "timestamp[ms]"),
        (
            pa.timestamp("us", "UTC"),
            [MOMENT.replace(tzinfo=UTC)],
            ["2024-02-29T12:30:15.25+00:00"],
            "timestamp[us, UTC]",
        ),
        (pa.timestamp("ns"), [MOMENT, None], ["2024-02-29T12:30:15.25", None], "timestamp[ns]"),
        (pa.uuid(), [uuid.UUID(int=2**100 + 7).bytes], [str(uuid.UUID(int=2**100 + 7))], "uuid"),
        (pa.time64("us"), [datetime.time(1, 2, 3)], ["01:02:03"], "time[us]"),
        (
            pa.decimal128(9, 2),
            [decimal.Decimal("-12.34"), None, decimal.Decimal("0.05")],
            ["-12.34", None, "0.05"],
            "decimal(9, 2)",
        ),
    ],
)
def test_each_type_is_read_as_what_it_means(type_: Any, values: list[Any], shown: list[object], said: str):
    data = written(pa.table({"c": pa.array(values, type_)}))
    assert read_back(data, "c") == shown
    assert ParquetFile(io.BytesIO(data)).columns[0].type == said


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip"])
@pytest.mark.parametrize("page_version", ["1.0", "2.0"])
@pytest.mark.parametrize("dictionary", [True, False])
def test_each_layout_of_pages_is_read(compression: str, page_version: str, dictionary: bool):
    words = [None if i % 7 == 0 else f"word {i % 50} " + "x" * (i % 13) for i in range(5_000)]
    table = pa.table({"word": words, "n": list(range(5_000)), "flag": [i % 3 == 0 for i in range(5_000)]})
    data = written(
        table,
        compression=compression,
        data_page_version=page_version,
        use_dictionary=dictionary,
        data_page_size=2_000,
        row_group_size=1_700,
        column_encoding=None if dictionary else {"word": "PLAIN", "n": "PLAIN", "flag": "PLAIN"},
    )
    for offset, limit in [(0, 10), (1_695, 10), (3_390, 20), (4_990, 100), (0, 5_000), (6_000, 5)]:
        rows = table.slice(offset, limit)
        for name in ("word", "n", "flag"):
            assert read_back(data, name, offset, limit) == rows.column(name).to_pylist(), (offset, limit, name)


@examples(40)
@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1)), max_size=300),
    st.integers(0, 50),
    st.integers(1, 60),
    st.sampled_from(["snappy", "gzip"]),
)
def test_any_slice_equals_pyarrows(values: list[int | None], offset: int, limit: int, compression: str):
    data = written(pa.table({"c": pa.array(values, pa.int32())}), compression=compression, row_group_size=70)
    assert read_back(data, "c", offset, limit) == values[offset : offset + limit]


@given(st.binary(max_size=2_000), st.integers(1, 40))
def test_snappy_unpacks_what_snappy_packed(data: bytes, repeated: int):
    whole = data * repeated
    assert snappy.unpack(pa.Codec("snappy").compress(whole, asbytes=True), len(whole)) == whole


FRAMES = {
    "range index": pd.DataFrame({"x": [1.5, 2.5]}),
    "range from ten": pd.DataFrame({"x": range(20)}).iloc[10:],
    "named text index": pd.DataFrame({"x": [1, 2]}, index=pd.Index(["a", "b"], name="key")),
    "unnamed index": pd.DataFrame({"x": [1, 2]}, index=[7, 9]),
    "two levels": pd.DataFrame({"x": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
}


@pytest.mark.parametrize(
    ("frame", "columns", "rows", "index"),
    [
        ("range index", ["", "x"], [(0, 1.5), (1, 2.5)], 1),
        ("range from ten", ["", "x"], [(10, 10), (11, 11)], 1),
        ("named text index", ["key", "x"], [("a", 1), ("b", 2)], 1),
        ("unnamed index", ["", "x"], [(7, 1), (9, 2)], 1),
        ("two levels", ["", "", "x"], [("a", 1, 1), ("b", 2, 2)], 2),
    ],
)
def test_the_index_comes_first_as_pandas_shows_it(
    look: Look, tmp_path: Path, frame: str, columns: list[str], rows: list[tuple[object, ...]], index: int
):
    FRAMES[frame].to_parquet(tmp_path / "df.parquet.gzip", compression="gzip")
    table = look(tmp_path, limit=2).table
    assert table is not None
    assert [column.name for column in table.columns] == columns
    assert list(table.rows) == rows
    assert table.index == index
    assert table.total == len(FRAMES[frame])


def test_pages_follow_one_another(look: Look, tmp_path: Path):
    pd.DataFrame({"n": range(120)}).to_parquet(tmp_path / "df.parquet.gzip", compression="gzip")
    shown = [look(tmp_path, offset=offset, limit=50) for offset in (0, 50, 100, 150)]
    tables = [preview.table for preview in shown if preview.table is not None]
    assert [[row[1] for row in table.rows] for table in tables] == [
        list(range(50)),
        list(range(50, 100)),
        list(range(100, 120)),
        [],
    ]
    assert [table.offset for table in tables] == [0, 50, 100, 150]
    assert all(preview.truncated for preview in shown)


NESTED = {"plain": [1, 2], "list": [[1, 2], None], "struct": [{"a": 1}, {"a": None}]}


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_durations_are_written_as_pandas_does(look: Look, tmp_path: Path, unit: str):
    times = pd.Series(pd.to_timedelta(["00:01:30", None, "-3 days 01:00:00", "1 days 02:03:04"])).astype(f"m8[{unit}]")
    pd.DataFrame({"t": times}).to_parquet(tmp_path / "df.parquet.gzip")
    table = look(tmp_path).table
    assert table is not None
    assert [column.type for column in table.columns] == ["int64", f"timedelta64[{unit}]"]
    assert [row[1] for row in table.rows] == [None if time is pd.NaT else str(time) for time in times]


def test_periods_are_called_so(look: Look, tmp_path: Path):
    pd.DataFrame({"p": pd.period_range("2024-01", periods=2, freq="M")}).to_parquet(tmp_path / "df.parquet.gzip")
    table = look(tmp_path).table
    assert table is not None
    assert [column.type for column in table.columns] == ["int64", "period[M]"]


@pytest.mark.parametrize("compression", ["gzip", "brotli"], ids=["our reader", "pyarrow"])
def test_columns_of_one_name_keep_their_own_values(look: Look, tmp_path: Path, compression: str):
    names = ["x", "x", "a", "a.b"]
    table = pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 4]), pa.array([5, 6]), pa.array([7, 8])], names=names)
    pq.write_table(table, tmp_path / "dataframe.parquet", compression=compression)
    shown = look(tmp_path).table
    assert shown is not None
    assert [column.name for column in shown.columns] == names
    assert list(shown.rows) == [(1, 3, 5, 7), (2, 4, 6, 8)]


@pytest.mark.parametrize(
    "pandas", ["7", "[]", '{"index_columns": 7}', '{"columns": [7, {}], "index_columns": [7]}', "{"]
)
def test_pandas_notes_that_make_no_sense_are_passed_over(look: Look, tmp_path: Path, pandas: str):
    for compression in ("gzip", "brotli"):
        table = pa.table({"x": [1]}).replace_schema_metadata({"pandas": pandas})
        pq.write_table(table, tmp_path / "dataframe.parquet", compression=compression)
        assert look(tmp_path).summary == "DataFrame 1 x 1"


def test_what_our_reader_does_not_know_is_left_to_pyarrow(look: Look, tmp_path: Path):
    pq.write_table(pa.table(NESTED), tmp_path / "dataframe.parquet", compression="zstd")
    table = look(tmp_path).table
    assert table is not None
    assert [column.type for column in table.columns] == ["int64", "list<element: int64>", "struct<a: int64>"]
    assert list(table.rows) == [(1, "[1, 2]", '{"a": 1}'), (2, None, '{"a": null}')]


def test_pyarrow_out_of_memory_does_not_make_a_file_damaged(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object, **__: object) -> None:
        raise pa.ArrowMemoryError("malloc of size 1600000000 failed")

    pq.write_table(pa.table(NESTED), tmp_path / "df.parquet.gzip")
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", refuse)
    assert "more memory than previews may use" in look(tmp_path).summary


def test_without_pyarrow_that_is_said(tmp_path: Path):
    pq.write_table(pa.table({"x": [1]}), tmp_path / "dataframe.parquet", compression="brotli")
    preview = ask_bare_python(tmp_path)
    assert preview.kind == "problem"
    assert "Brotli" in preview.summary
    assert "pip install pyarrow" in (preview.advice or "")


def test_without_pyarrow_the_other_columns_are_shown(tmp_path: Path):
    pq.write_table(pa.table(NESTED), tmp_path / "df.parquet.gzip", compression="gzip")
    preview = ask_bare_python(tmp_path)
    assert preview.table is not None
    assert preview.table.rows == ((1, "…", "…"), (2, "…", "…"))
    assert "'list' is nested" in (preview.text or "")
    assert "pip install pyarrow" in (preview.advice or "")


def test_an_unreadable_frame_shows_the_sample_beside_it(look: Look, artifact: Artifact):
    folder = artifact(
        {"df.parquet.gzip": b"PAR1 cut short", "describe.csv": ",x\ncount,3\n", "sample.csv": ",x\n0,5\n"}
    )
    preview = look(folder)
    assert preview.table is not None
    assert preview.table.rows == (("0", "5"),)
    assert "sample.csv" in (preview.text or "")
    assert preview.truncated


def test_every_truncation_is_a_problem_and_never_a_crash(look: Look, artifact: Artifact):
    frame = pd.DataFrame({"x": [1.0, 2.0], "s": ["a", "b"]})
    whole = frame.to_parquet(compression="gzip")
    assert isinstance(whole, bytes)
    for length in range(0, len(whole), 37):
        preview = look(artifact({"df.parquet.gzip": whole[:length]}))
        assert preview.kind == "problem", length
        assert "Parquet" in preview.summary


@examples(150)
@given(st.data())
def test_garbled_bytes_never_raise_anything_but_words(data: st.DataObject):
    from pipesight.outputs.reader.bounds import Request
    from pipesight.outputs.reader.choose import preview
    from tests.outputs.memory import in_memory

    whole = bytearray(pd.DataFrame({"x": [1, None, 3], "s": ["a", "b", None]}).to_parquet(compression="gzip") or b"")
    for _ in range(3):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = preview(Request(in_memory("df.parquet.gzip", bytes(whole))))
    assert found["kind"] in ("table", "problem")


def crafted(page: bytes, physical: int = 2, width: int = 0, codec: int = 0) -> bytes:
    """Return a Parquet file of one column with these bytes as its pages. Every number in it is small."""

    def number(value: int) -> bytes:
        return bytes([value * 2]) if value < 64 else bytes([value * 2 & 0x7F | 0x80, value >> 6])

    size, rows = number(len(page)), number(10)
    about = [b"\x15" + number(physical), b"\x19\x15\0", b"\x19\x18\x01c", b"\x15" + number(codec)]
    chunk = b"".join([*about, b"\x16" + rows, b"\x16" + size, b"\x16" + size, b"\x26\x08\0"])
    group = b"\x19\x1c\x26\0\x1c" + chunk + b"\0\x16" + size + b"\x16" + rows + b"\0"
    schema = b"\x48\x01s\x15\x02\0" + b"\x15" + number(physical) + b"\x15" + number(width) + b"\x15\0\x18\x01c\0"
    footer = b"\x15\x02\x19\x2c" + schema + b"\x16" + rows + b"\x19\x1c" + group + b"\0"
    return b"PAR1" + page + footer + struct.pack("<I", len(footer)) + b"PAR1"


ABOUT = b"\x2c\x15\x14\x15\0\x15\x06\x15\x06\0"  # a data page of ten plain values
CRAFTED = {
    "whole": (crafted(b"\x15\0\x15\xa0\x01\x15\xa0\x01" + ABOUT + b"\0" + struct.pack("<10q", *range(10))), None),
    "a page before itself": (
        crafted(b"\x15\0\x15\xa0\x01\x15\x23" + ABOUT.replace(b"\x14", b"\0") + b"\0"),
        "cannot be",
    ),
    "a dictionary that claims one value and holds a trillion": (
        crafted(b"\x15\x04\x15\0\x15\0\x2c\x15\x02\0\x2c\x15\x80\x80\x80\x80\x80\x40\0\0", physical=7, width=1),
        "too big",
    ),
}


@pytest.mark.parametrize("name", CRAFTED)
def test_a_file_made_to_keep_the_reader_busy_is_refused(name: str):
    stored, refused = CRAFTED[name]
    parquet = ParquetFile(io.BytesIO(stored))
    if refused is None:
        assert parquet.read(parquet.columns[0], 0, 10) == list(range(10))
    else:
        with pytest.raises((DamagedError, UnsupportedError), match=refused):
            parquet.read(parquet.columns[0], 0, 10)


@pytest.mark.thorough
def test_a_frame_of_two_thousand_columns_shows_the_first_and_says_so(look: Look, tmp_path: Path):
    frame = pd.DataFrame({f"c{i}": [i] for i in range(2_000)}, index=["row"])
    frame.to_parquet(tmp_path / "df.parquet.gzip")
    preview: Preview = look(tmp_path)
    assert preview.summary == "DataFrame 1 x 2,000"
    assert preview.text == "The first 100 of 2,000 columns are shown."
    assert preview.table is not None
    assert (len(preview.table.columns), preview.table.index, preview.table.width) == (101, 1, 2_000)
    assert preview.truncated

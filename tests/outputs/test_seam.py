"""Our own Parquet reader and pyarrow share the work, with the same cells and the same names of types."""

from __future__ import annotations

import datetime
import decimal
import io
import json
import struct
import uuid
import zlib
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from pipesight.outputs.preview import Table
from pipesight.outputs.reader import frames, parquet as own
from pipesight.outputs.reader.arrow import ArrowError
from pipesight.outputs.reader.arrow_schema import durations
from pipesight.outputs.reader.query import Query, query
from tests.outputs.conftest import Artifact, Look
from tests.outputs.fuzz_parquet import differences
from tests.outputs.test_parquet import ABOUT, crafted

UTC = datetime.timezone.utc
MOMENT = datetime.datetime(2024, 2, 29, 12, 30, 15, 250000)
COLUMNS: dict[str, pa.Array] = {
    "int": pa.array([1, None], pa.int8()),
    "huge": pa.array([2**64 - 1, None], pa.uint64()),
    "half": pa.array([0.5, None], pa.float16()),
    "double": pa.array([0.1, float("nan")]),
    "bool": pa.array([True, None]),
    "text": pa.array(["é", None]),
    "bytes": pa.array([b"\xff", None]),
    "fixed": pa.array([b"abc", None], pa.binary(3)),
    "dictionary": pa.array(["a", None]).dictionary_encode(),
    "date": pa.array([datetime.date(1969, 12, 31), None]),
    "milliseconds": pa.array([MOMENT, None], pa.timestamp("ms")),
    "utc": pa.array([MOMENT.replace(tzinfo=UTC), None], pa.timestamp("us", "UTC")),
    "local": pa.array([MOMENT.replace(tzinfo=UTC), None], pa.timestamp("us", "Europe/Berlin")),
    "no such zone": pa.array([0, None], pa.int64()).cast(pa.timestamp("us")).cast(pa.timestamp("us", "Nowhere/At_all")),
    "year 20000": pa.array([568_971_820_800_000_000, None], pa.int64()).cast(pa.timestamp("us")),
    "time": pa.array([datetime.time(1, 2, 3), None], pa.time64("us")),
    "decimal": pa.array([decimal.Decimal("-12.34"), None], pa.decimal128(9, 2)),
}


def shown(look: Look, folder: Path) -> Table:
    table = look(folder).table
    assert table is not None
    return table


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_looks_the_same_whoever_reads_it(look: Look, tmp_path: Path, name: str):
    table = pa.table({"c": COLUMNS[name]})
    tables: list[Table] = []
    for compression in ("gzip", "brotli"):  # pyarrow alone reads the latter
        pq.write_table(table, tmp_path / "dataframe.parquet", compression=compression)
        tables.append(shown(look, tmp_path))
    assert tables[0] == tables[1]
    feather.write_feather(table, str(tmp_path / "x.feather"))
    assert shown(look, tmp_path / "x.feather").rows == tables[0].rows


def test_a_nested_column_changes_nothing_about_the_others(look: Look, tmp_path: Path):
    frame = pd.DataFrame({
        "when": pd.to_datetime(["2024-01-01T12:00+02:00", None], utc=True).as_unit("us"),
        "took": pd.to_timedelta(["10 days", "1 days"]).as_unit("us"),
        "month": pd.period_range("2024-01", periods=2, freq="M"),
    })  # fmt: skip
    frame.to_parquet(tmp_path / "df.parquet.gzip")
    plain = shown(look, tmp_path)
    frame["list"] = [[1], [2, 3]]
    frame.to_parquet(tmp_path / "df.parquet.gzip")
    nested = shown(look, tmp_path)
    assert [row[1:] for row in plain.rows] == [
        ("2024-01-01T10:00:00+00:00", "10 days 00:00:00", "2024-01"),
        (None, "1 days 00:00:00", "2024-02"),
    ]
    assert [column.type for column in plain.columns][1:] == ["datetime64[us, UTC]", "timedelta64[us]", "period[M]"]
    assert [row[:-1] for row in nested.rows] == list(plain.rows)
    assert nested.columns[:-1] == plain.columns
    assert [row[-1] for row in nested.rows] == ["[1]", "[2, 3]"]


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        (
            pa.array([[MOMENT], [], None], pa.list_(pa.timestamp("us", "UTC"))),
            ['["2024-02-29T12:30:15.25+00:00"]', "[]", None],
        ),
        (pa.array([[1, 2], [5, 6], [3, 4]], pa.list_(pa.int8(), 2)), ["[1, 2]", "[5, 6]", "[3, 4]"]),
        (pa.array([{"d": datetime.date(2024, 1, 1)}, None]), ['{"d": "2024-01-01"}', None]),
        (pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int8())), ['{"k": 1}', None, "{}"]),
        (pa.array([[{"a": [1]}], None]), ['[{"a": [1]}]', None]),
    ],
    ids=["times", "fixed", "struct", "map", "deep"],
)
@pytest.mark.parametrize("offset", [0, 1])
def test_nested_values(look: Look, tmp_path: Path, column: pa.Array, rows: list[object], offset: int):
    pq.write_table(pa.table({"c": column}), tmp_path / "dataframe.parquet")
    table = look(tmp_path, offset=offset).table
    assert table is not None
    assert [row[0] for row in table.rows] == rows[offset:]


def test_pages_without_values_and_packs_of_several_members_are_read_by_ourselves(look: Look, tmp_path: Path):
    nulls = pa.table({"c": pa.array([None] * 10, pa.int64())})
    for compression in ("snappy", "gzip", "none"):
        out = io.BytesIO()
        pq.write_table(nulls, out, data_page_version="2.0", compression=compression)
        parquet = own.ParquetFile(out)
        assert parquet.read(parquet.columns[0], 0, 10) == [None] * 10

    def packed(data: bytes) -> bytes:
        packer = zlib.compressobj(wbits=31)
        return packer.compress(data) + packer.flush()

    assert own.decompress(2, packed(b"one ") + packed(b"two"), 7) == b"one two"


def test_what_our_reader_calls_damaged_is_given_to_pyarrow(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise own.DamagedError("it cannot be read")

    pq.write_table(pa.table({"x": [1, 2]}), tmp_path / "dataframe.parquet")
    monkeypatch.setattr(own.ParquetFile, "read", refuse)
    assert shown(look, tmp_path).rows == ((1,), (2,))
    monkeypatch.setattr(own.ParquetFile, "__init__", refuse)
    assert shown(look, tmp_path).rows == ((1,), (2,))


WHOLE = b"\x15\0\x15\xa0\x01\x15\xa0\x01" + ABOUT + b"\0" + struct.pack("<10q", *range(10))


def test_the_rows_are_those_of_the_groups_whatever_the_footer_claims(look: Look, artifact: Artifact):
    stored = crafted(WHOLE)
    claim = b"\x18\x01c\0\x16\x14\x19\x1c"  # the schema's end, ten rows, the groups
    assert stored.count(claim) == 1
    preview = look(artifact({"dataframe.parquet": stored.replace(claim, claim.replace(b"\x14", b"\0"))}))
    assert preview.summary == "DataFrame 10 x 1"
    assert preview.table is not None
    assert len(preview.table.rows) == 10


@pytest.mark.parametrize(("physical", "width"), [(9, 0), (7, 0), (40, 4)])
def test_a_column_of_a_type_that_does_not_exist_has_no_cells(look: Look, artifact: Artifact, physical: int, width: int):
    stored = crafted(WHOLE, physical=physical, width=width)
    preview = look(artifact({"dataframe.parquet": stored}))
    assert preview.kind == "problem"
    assert "is not a readable Parquet file" in preview.summary


@pytest.mark.parametrize(
    "frequency",
    ["Y", "Y-JUN", "Q", "Q-MAR", "M", "2M", "W", "W-WED", "2W", "D", "h", "3h", "min", "s", "ms", "us", "ns"],
)
def test_periods_are_written_as_pandas_does(look: Look, tmp_path: Path, frequency: str):
    periods = pd.period_range("1969-12-30", periods=5, freq=frequency)
    pd.DataFrame({"p": periods}).to_parquet(tmp_path / "df.parquet.gzip")
    table = shown(look, tmp_path)
    assert [row[1] for row in table.rows] == [str(period) for period in periods]
    assert table.columns[1].type == f"period[{periods.freqstr}]"


@pytest.mark.filterwarnings("ignore:PeriodDtype", "ignore:Period with BDay")
def test_a_rare_period_stays_a_number(look: Look, tmp_path: Path):
    periods = pd.period_range("2024-01", periods=2, freq="B")
    pd.DataFrame({"p": periods}).to_parquet(tmp_path / "df.parquet.gzip")
    assert [row[1] for row in shown(look, tmp_path).rows] == [period.ordinal for period in periods]


@pytest.mark.parametrize("suffix", ["arrow", "feather"])
@pytest.mark.parametrize("kind", ["file", "stream"])
def test_arrow_files_page_by_page(look: Look, tmp_path: Path, suffix: str, kind: str):
    table = pa.table({"x": list(range(100)), "s": [None, "a"] * 50})
    path = tmp_path / f"data.{suffix}"
    make: Any = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with make(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=7)
    preview = look(path, offset=95, limit=3)
    assert preview.summary == "DataFrame 100 x 2"
    assert preview.table is not None
    assert preview.table.rows == ((95, "a"), (96, None), (97, "a"))


def test_an_index_in_a_feather_file(look: Look, tmp_path: Path):
    table = pa.Table.from_pandas(pd.DataFrame({"x": [1, 2]}, index=pd.Index(["a", "b"], name="key")))
    feather.write_feather(table, str(tmp_path / "x.feather"))
    found = shown(look, tmp_path)
    assert (found.index, [column.name for column in found.columns]) == (1, ["key", "x"])


@pytest.mark.parametrize("stored", [b"", b"ARROW1", b"FEA1", b"\xff" * 40])
def test_damaged_arrow_files_are_a_problem(look: Look, artifact: Artifact, stored: bytes):
    assert look(artifact({"x.arrow": stored})).kind == "problem"


@pytest.mark.thorough
def test_random_tables_have_the_same_cells_whoever_reads_them():
    compared = [differences(seed) for seed in range(150)]
    assert [text for _, found in compared for text in found] == []
    assert sum(cells for cells, _ in compared) > 3_000


@pytest.mark.parametrize("compression", ["snappy", "brotli", "lz4"])  # pyarrow alone reads the latter two
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_durations_are_texts_whoever_wrote_and_whoever_reads_them(
    look: Look, tmp_path: Path, compression: str, unit: str
):
    table = pa.table({"x": [1, 2], "d": pa.array([5, None], pa.duration(unit))})
    pq.write_table(table, tmp_path / "df.parquet.gzip", compression=compression)
    plain = shown(look, tmp_path)
    described = pa.Table.from_pandas(table.to_pandas(), preserve_index=False)
    pq.write_table(described, tmp_path / "df.parquet.gzip", compression=compression)
    of_pandas = shown(look, tmp_path)
    text = {"s": "05", "ms": "00.005", "us": "00.000005", "ns": "00.000000005"}[unit]
    for found in (plain, of_pandas):
        assert [row[1] for row in found.rows] == [f"0 days 00:00:{text}", None]
        assert found.columns[1].type == f"timedelta64[{unit}]"


@pytest.mark.parametrize("stored", [b"", b"x", b"////", b"/////3gAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAM", b"\xff" * 99])
def test_a_damaged_schema_of_arrow_is_passed_over(stored: bytes):
    assert durations(stored) == {}


def test_a_uuid_is_text_whoever_reads_it(look: Look, tmp_path: Path):
    one = uuid.UUID(int=2**100 + 1)
    column = pa.ExtensionArray.from_storage(pa.uuid(), pa.array([one.bytes, None], pa.binary(16)))
    for compression in ("gzip", "brotli"):
        pq.write_table(pa.table({"u": column}), tmp_path / "dataframe.parquet", compression=compression)
        table = shown(look, tmp_path)
        assert table.columns[0].type == "uuid"
        assert table.rows == ((str(one),), (None,))


@pytest.mark.parametrize("compression", ["gzip", "brotli"])
def test_durations_that_a_writer_keeps_as_times_of_the_day(look: Look, tmp_path: Path, compression: str):
    """Fastparquet writes such files, and writes the type into the metadata of pandas."""
    notes = {"columns": [{"name": "d", "field_name": "d", "numpy_type": "timedelta64[ns]"}], "index_columns": []}
    hours = [1, 26, -3, None]
    column = pa.array([None if each is None else each * 3_600 * 10**6 for each in hours], pa.int64()).cast(
        pa.time64("us"), safe=False
    )
    table = pa.table({"d": column}).replace_schema_metadata({"pandas": json.dumps(notes)})
    pq.write_table(table, tmp_path / "df.parquet.gzip", compression=compression)
    found = shown(look, tmp_path)
    assert found.columns[0].type == "timedelta64[ns]"
    texts = [row[0] for row in found.rows]
    assert texts == ["0 days 01:00:00", "1 days 02:00:00", "-1 days +21:00:00", None]


@pytest.mark.parametrize("kind", [pa.string_view(), pa.dictionary(pa.int8(), pa.string())])
def test_texts_of_every_layout_in_an_arrow_file_can_be_asked_for(tmp_path: Path, kind: Any):
    path = tmp_path / "data.arrow"
    table = pa.table({"s": pa.array(["b", None, "A"]).cast(kind)})
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)
    asked = Query(str(tmp_path))
    for question, rows in (
        (asked._replace(sort="s"), [["A"], ["b"], [None]]),
        (asked._replace(where="s > 'a'"), [["b"]]),
        (asked._replace(find="B"), [["b"]]),
    ):
        assert query(question, lambda _: None)["preview"]["table"]["rows"] == rows


def test_a_type_that_pyarrow_does_not_know_is_no_damage(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pq.write_table(pa.table({"x": [1]}), tmp_path / "dataframe.parquet", compression="brotli")

    def refuse(*_: object) -> None:
        raise ArrowError("ArrowNotImplementedError")

    monkeypatch.setattr(frames, "ArrowParquet", refuse)
    preview = look(tmp_path)
    assert (
        preview.text
        == "dataframe.parquet cannot be shown: its compression (Brotli) needs a library, and pyarrow cannot read it."
    )
    assert preview.advice == "Read it with the library that wrote it."


@pytest.mark.parametrize("index", [pa.uint32(), pa.int8()])
def test_a_dictionary_of_views_as_polars_writes_it(look: Look, tmp_path: Path, index: Any):
    words = pa.DictionaryArray.from_arrays(pa.array([0, None, 1], index), pa.array(["x", "y"], pa.string_view()))
    with (
        pa.OSFile(str(tmp_path / "df.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, pa.schema({"w": words.type})) as out,
    ):
        out.write_batch(pa.record_batch({"w": words}))
    assert [row[0] for row in shown(look, tmp_path).rows] == ["x", None, "y"]
    answer = query(Query(str(tmp_path), where="w > 'x'"), lambda _: None)
    assert answer["preview"]["table"]["rows"] == [["y"]]


def test_an_arrow_file_of_types_that_pyarrow_does_not_know_is_not_damaged():
    problem = ArrowError("ArrowNotImplementedError").problem("df.arrow", "Arrow file")
    assert problem.text == "df.arrow holds values of a type that pyarrow cannot read."
    assert ArrowError("ArrowInvalid").problem("x", "table").text == "x is not a readable table: ArrowInvalid."

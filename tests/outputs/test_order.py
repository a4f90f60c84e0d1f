"""Tables of every kind can be sorted and searched. Rows keep their numbers in the whole table."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipesight.outputs.preview import Preview, Window
from pipesight.outputs.reader import order
from pipesight.outputs.service import PreviewService
from tests.outputs.conftest import Artifact, Look, output_at

CSV = "name,size\npear,10\nApple,9\n,\nplum,nan\nfig,100\n"


def column(preview: Preview, number: int) -> list[object]:
    assert preview.table is not None
    return [row[number] for row in preview.table.rows]


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    table = pd.DataFrame({"x": [2.5, None, -1.0, 7.0], "s": ["b", "a", None, "Ä"]}, index=["p", "q", "r", "t"])
    table.to_parquet(tmp_path / "df.parquet.gzip", compression="gzip")
    return tmp_path


@pytest.mark.parametrize(
    ("sort", "descending", "index"),
    [
        (-1, False, ["p", "q", "r", "t"]),
        (1, False, ["r", "p", "t", "q"]),  # numbers by size, what is missing last
        (1, True, ["t", "p", "r", "q"]),
        (2, False, ["q", "p", "t", "r"]),
        (2, True, ["t", "p", "q", "r"]),
        (0, True, ["t", "r", "q", "p"]),
        (99, True, ["p", "q", "r", "t"]),  # no such column
    ],
)
def test_a_frame_is_sorted(look: Look, frame: Path, sort: int, descending: bool, index: list[str]):
    assert column(look(frame, sort=sort, descending=descending), 0) == index


def test_rows_keep_their_numbers(look: Look, frame: Path):
    table = look(frame, sort=1).table
    assert table is not None
    assert table.numbers == (2, 0, 3, 1)


@pytest.mark.parametrize(
    ("find", "found"), [("B", ["p"]), ("ä", ["t"]), ("-1", ["r"]), ("q", ["q"]), ("nothing", []), ("", list("pqrt"))]
)
def test_a_frame_is_searched_whatever_the_case(look: Look, frame: Path, find: str, found: list[str]):
    preview = look(frame, find=find)
    assert column(preview, 0) == found
    assert preview.table is not None
    assert preview.table.total == len(found)


def test_pages_are_taken_of_what_was_found_and_sorted(look: Look, tmp_path: Path):
    pd.DataFrame({"x": range(3000, 0, -1)}, index=["row"] * 3000).to_parquet(tmp_path / "df.parquet.gzip")
    preview = look(tmp_path, sort=1, find="7", offset=10, limit=5)
    assert column(preview, 1) == [73, 74, 75, 76, 77]
    assert preview.table is not None
    assert preview.table.total == sum("7" in str(number) for number in range(1, 3001))
    assert preview.table.offset == 10
    assert preview.truncated


def test_csv_arrays_and_lists_of_objects_too(look: Look, artifact: Artifact, tmp_path: Path):
    assert column(look(artifact({"output.csv": CSV}), sort=0), 0) == ["Apple", "fig", "pear", "plum", ""]
    assert column(look(artifact({"output.csv": CSV}), sort=1), 1) == ["9", "10", "100", "", "nan"]
    np.save(tmp_path / "data.npy", np.array([[1, 2], [3, 0]]))
    array = look(tmp_path / "data.npy", sort=1)
    assert column(array, 1) == [0, 2]
    assert array.statistics["max"] == 3
    kinds = [{"type": "builtins.str", "materializer": "m"}] * 2
    files = {"metadata.json": json.dumps(kinds), "0/data.json": '"b"', "1/data.json": '"a"'}
    (tmp_path / "list").mkdir()
    for name, text in files.items():
        (tmp_path / "list" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "list" / name).write_text(text)
    assert column(look(tmp_path / "list", sort=2, data_type="builtins.list"), 0) == [1, 0]


def test_durations_are_sorted_by_their_length(look: Look, tmp_path: Path):
    times = pd.to_timedelta(["10 days", "9 days", "-1 days +23:00:00", None, "01:00:00.5", "01:00:00"])
    pd.DataFrame({"t": times}).to_parquet(tmp_path / "df.parquet.gzip")
    assert column(look(tmp_path, sort=1), 0) == [2, 5, 4, 1, 0, 3]


def test_what_is_no_table_stays_what_it_is(look: Look, artifact: Artifact):
    assert look(artifact({"data.json": "7"}), sort=0, find="x").summary == "7"


def test_a_table_that_is_too_big_says_so(look: Look, frame: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(order, "WHOLE", 11)
    preview = look(frame, sort=1, descending=True)
    assert column(preview, 0) == ["p", "q", "r", "t"]
    assert preview.text == "A table of more than 11 cells cannot be sorted here. Its rows are in the order of the file."


def test_a_search_in_a_table_that_is_too_big_shows_no_rows_that_were_not_found(
    look: Look, frame: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(order, "WHOLE", 11)
    preview = look(frame, find="b")
    assert preview.table is not None
    assert (preview.table.rows, preview.table.total) == ((), 0)
    assert preview.text == ("A table of more than 11 cells cannot be searched here. Clear the search to see its rows.")


def test_each_order_is_cached_by_itself(service: PreviewService, frame: Path):
    output = output_at(frame)
    down = Window(sort=1, descending=True)
    assert column(service.preview_sync(output, down), 0) == ["t", "p", "r", "q"]
    assert column(service.preview_sync(output), 0) == ["p", "q", "r", "t"]
    assert service.cached(output, down) is not None
    assert service.cached(output, Window(find="b")) is None


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """Write a data frame with 250 columns. The column `c7` has 7 and 1007 in its two rows."""
    frame = pd.DataFrame({f"c{i}": [i, 1000 + i] for i in range(250)}, index=["p", "q"])
    frame.to_parquet(tmp_path / "df.parquet.gzip")
    return tmp_path


@pytest.mark.parametrize(("first", "names"), [(0, "c0 c99"), (100, "c100 c199"), (200, "c200 c249"), (-1, "c0 c99")])
def test_the_columns_of_a_wide_table_are_read_in_parts(look: Look, wide: Path, first: int, names: str):
    table = look(wide, first_column=first).table
    assert table is not None
    assert " ".join((table.columns[1].name, table.columns[-1].name)) == names
    assert (table.first_column, table.width, table.rows[1][0]) == (max(0, first), 250, "q")
    assert table.rows[1][-1] == 1000 + int(names.rpartition("c")[2])


def test_a_part_beyond_the_last_column_has_the_index_alone(look: Look, wide: Path):
    table = look(wide, first_column=300).table
    assert table is not None
    assert table.rows == (("p",), ("q",))


def test_a_wide_table_is_searched_and_sorted_in_all_its_columns(look: Look, wide: Path):
    first = look(wide, find="1240").table
    last = look(wide, sort=241, descending=True, first_column=200).table
    assert first is not None
    assert last is not None
    assert (first.numbers, len(first.columns)) == ((1,), 101)
    assert (last.numbers, last.columns[1].name) == ((1, 0), "c200")


def test_every_kind_of_table_is_read_in_parts(look: Look, artifact: Artifact, tmp_path: Path):
    header = ",".join(f"c{i}" for i in range(130))
    values = ",".join(map(str, range(130)))
    lines = json.dumps({f"c{i}": i for i in range(130)})
    np.save(tmp_path / "c.npy", np.arange(260).reshape((2, 130)))
    np.save(tmp_path / "f.npy", np.arange(260).reshape((2, 130), order="F"))
    stored = [
        artifact({"output.csv": f"{header}\n{values}\n"}) / "output.csv",
        artifact({"lines.jsonl": lines}) / "lines.jsonl",
        tmp_path / "c.npy",
    ]
    for path in stored:
        table = look(path, first_column=100).table
        assert table is not None
        assert [str(value) for value in table.rows[0]] == [str(i) for i in range(100, 130)], path
    table = look(tmp_path / "f.npy", first_column=100).table
    assert table is not None
    assert table.rows[0] == tuple(range(200, 260, 2))

"""The comparison of two values: one case for each kind of value, and artifacts that cannot be compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipesight.outputs.comparison import ValueChange, ValueComparison, comparison_from_json
from pipesight.outputs.reader.bounds import Request
from pipesight.outputs.reader.choose import compared
from pipesight.outputs.service import PreviewService
from tests.outputs.conftest import output_at

Write = Callable[[Path], object]


@pytest.fixture
def between(tmp_path: Path) -> Callable[..., ValueComparison]:
    """Return a function that compares two artifacts in this process: `between(write_left, write_right)`."""

    def ask(left: Write, right: Write, **fields: Any) -> ValueComparison:
        folders = [tmp_path / "left", tmp_path / "right"]
        for folder, write in zip(folders, (left, right), strict=True):
            folder.mkdir()
            write(folder)
        one, other = (Request(str(folder), **fields) for folder in folders)
        answer = json.loads(json.dumps(compared(one, other, 0), allow_nan=False))
        assert "comparison" in answer, answer
        return comparison_from_json(answer["comparison"])

    return ask


def value(content: object) -> Write:
    return lambda folder: (folder / "data.json").write_text(json.dumps(content))


def file(name: str, content: str | bytes) -> Write:
    return lambda folder: (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def frame(data: dict[str, Any], index: Any = None) -> Write:
    return lambda folder: pd.DataFrame(data, index=index).to_parquet(folder / "df.parquet.gzip")


def array(content: Any) -> Write:
    return lambda folder: np.save(folder / "data.npy", content)


Between = Callable[..., ValueComparison]


def test_numbers_have_a_change(between: Between) -> None:
    found = between(value(0.5), value(0.25))

    assert found.kind == "number"
    assert found.changes == (ValueChange("", "0.5", "0.25", -0.25, -50.0),)


TREES: list[tuple[object, object, list[tuple[str, str | None, str | None]]]] = [
    ({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None}, [("b", "2", "3"), ("c", None, "null")]),
    ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 5, 7]}}, [("a.b[1]", "2", "5"), ("a.b[2]", None, "7")]),
    ({"a": {"b": 1}}, {"a": [1]}, [("a", '{"b": 1}', "[1]")]),
    ({"on": True}, {"on": 1}, [("on", "true", "1")]),
    ([float("nan")], [float("nan")], []),
    ("x", "y", [("", '"x"', '"y"')]),
    ({"a": None}, {}, [("a", "null", None)]),
]


@pytest.mark.parametrize(("left", "right", "changes"), TREES)
def test_values_are_compared_key_by_key(
    between: Between, left: object, right: object, changes: list[tuple[str, str | None, str | None]]
) -> None:
    found = between(value(left), value(right))

    assert found.kind == "tree"
    assert [(each.name, each.left, each.right) for each in found.changes] == changes


def test_a_tree_of_many_changes_is_counted_and_cut(between: Between) -> None:
    found = between(value(list(range(3000))), value([each + 1 for each in range(3000)]))

    assert (len(found.changes), found.changed) == (200, 3000)


def test_a_tree_too_large_for_a_preview_is_compared_whole(between: Between) -> None:
    many = {str(i): i for i in range(20_000)}
    found = between(value(many), value({**many, "19999": 0}))

    assert [each.name for each in found.changes] == ["19999"]


def test_the_schema_and_the_rows_of_tables(between: Between) -> None:
    left = {"user_id": [1, 2, 3], "age": [30, 40, 50], "plan": ["a", "b", "c"]}
    right = {"user_id": [3, 1, 4], "age": [50.5, 30.0, 60.0], "city": ["x", "y", "z"]}
    table = between(frame(left), frame(right)).table

    assert table is not None
    assert [column.name for column in table.added] == ["city"]
    assert [column.name for column in table.removed] == ["plan"]
    assert [(each.name, each.left, each.right) for each in table.retyped] == [("age", "int64", "float64")]
    assert (table.rows, table.keys) == ((3, 3), ("user_id",))
    changes = table.changes
    assert changes is not None
    assert (changes.added, changes.removed, changes.changed, changes.is_whole) == (1, 1, 1, True)
    shown = [(row.change, row.row, [(c.column, c.left, c.right) for c in row.cells]) for row in changes.shown]
    assert shown == [
        ("removed", (2,), [("age", 40, None)]),
        ("changed", (3,), [("age", 50, 50.5)]),
        ("added", (4,), [("age", None, 60.0)]),
    ]


def test_the_statistics_of_columns_that_differ(between: Between) -> None:
    left, right = {"x": [1.0, 2.0], "y": [5, 6]}, {"x": [1.0, None], "y": [5, 6]}
    table = between(frame(left), frame(right)).table

    assert table is not None
    (column,) = table.columns
    assert (column.name, column.changed) == ("x", 1)
    assert column.left is not None
    assert column.right is not None
    assert (column.left.mean, column.left.missing) == (1.5, 0)
    assert (column.right.mean, column.right.missing) == (1.0, 1)


KEYS: list[tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = [
    ({"data": {"x": [1, 2]}}, {"data": {"x": [1, 3]}}, ("index",)),
    ({"data": {"x": [1, 2]}, "index": ["a", "b"]}, {"data": {"x": [2, 1]}, "index": ["b", "a"]}, ("index",)),
    ({"data": {"orderId": [1, 2], "x": [1, 2]}}, {"data": {"orderId": [2, 1], "x": [2, 1]}}, ("orderId",)),
    ({"data": {"id": [1, 1], "x": [1, 2]}}, {"data": {"id": [1, 1], "x": [1, 2]}}, ("index",)),
]


@pytest.mark.parametrize(("left", "right", "keys"), KEYS)
def test_what_matches_rows(
    between: Between, left: dict[str, Any], right: dict[str, Any], keys: tuple[str, ...]
) -> None:
    table = between(frame(**left), frame(**right)).table

    assert table is not None
    assert table.keys == keys


def test_rows_without_a_key_are_matched_by_position(between: Between) -> None:
    table = between(file("df.csv", "x,y\n1,2\n3,4\n"), file("df.csv", "x,y\n1,2\n3,5\n6,7\n")).table

    assert table is not None
    assert table.changes is not None
    assert (table.keys, table.rows) == ((), (2, 3))
    assert [(row.change, row.row) for row in table.changes.shown] == [("changed", (1,)), ("added", (2,))]


@pytest.mark.thorough
def test_only_the_first_rows_of_a_long_table_are_compared(between: Between) -> None:
    table = between(frame({"x": range(101_000)}), frame({"x": range(1, 101_001)})).table

    assert table is not None
    assert table.changes is not None
    assert (table.changes.is_whole, table.changes.compared, len(table.changes.shown)) == (False, 100_000, 100)


def test_the_largest_difference_of_arrays(between: Between) -> None:
    left, right = np.zeros((3, 4)), np.zeros((3, 4))
    left[0, 1], right[2, 3] = 0.5, -2
    found = between(array(left), array(right)).array

    assert found is not None
    assert (found.differing, found.compared, found.largest, found.at, found.values) == (2, 12, 2, "[2, 3]", (0.0, -2.0))


@pytest.mark.parametrize(("kind", "largest"), [("f4", 0.20000002), ("f8", 0.2)])
def test_a_difference_is_as_precise_as_the_numbers(between: Between, kind: str, largest: float) -> None:
    found = between(array(np.array([[0.1, 1]], kind)), array(np.array([[0.3, 1]], kind))).array

    assert found is not None
    assert (found.largest, found.at, found.values) == (largest, "[0, 0]", (0.1, 0.3))


@pytest.mark.parametrize("right", [np.zeros((4, 3)), np.asfortranarray(np.zeros((3, 4)))])
def test_arrays_of_another_layout_have_only_their_shapes(between: Between, right: Any) -> None:
    found = between(array(np.zeros((3, 4))), array(right)).array

    assert found is not None
    assert found.compared == 0
    assert found.shapes[0] == "(3, 4)"


def test_nan_is_like_nan_in_arrays(between: Between) -> None:
    found = between(array(np.array([np.nan, np.inf, 1])), array(np.array([np.nan, 1.0, 1]))).array

    assert found is not None
    assert (found.differing, found.largest) == (1, None)


def test_texts_are_compared_line_by_line(between: Between) -> None:
    found = between(file("output.md", "# Report\n\na\nb\n"), file("output.md", "# Report\n\na\nc\nd\n"))

    assert (found.kind, found.added, found.removed) == ("text", 2, 1)
    assert found.patch is not None
    assert found.patch.splitlines()[-3:] == ["-b", "+c", "+d"]


def test_pictures_are_given_side_by_side(between: Between) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"/>'
    found = between(file("plot.svg", svg), file("plot.svg", svg.replace("4", "5")))

    assert found.kind == "image"
    assert [image.mime for image in found.images] == ["image/svg+xml"] * 2


def test_a_pickle_is_compared_by_its_description(between: Between) -> None:
    found = between(file("artifact.pkl", b"\x80\x04K\x01."), file("artifact.pkl", b"\x80\x04]."))

    assert found.kind == "text"


def test_files_are_compared_by_their_bytes(between: Between) -> None:
    def card(same: str, other: str, more: str) -> Write:
        names = {"a.bin": same, "b.bin": other, more: "x"}
        return lambda folder: [(folder / name).write_text(text) for name, text in names.items()]

    found = between(card("1", "2", "c.bin"), card("1", "3", "d.bin"))

    assert [(each.name, each.left, each.right) for each in found.changes] == [
        ("b.bin", '"1 B"', '"1 B, other content"'),
        ("c.bin", '"1 B"', None),
        ("d.bin", None, '"1 B"'),
    ]


def test_values_of_different_kinds_have_their_summaries(between: Between) -> None:
    found = between(value(1), array(np.zeros(3)))

    assert (found.kind, found.left, found.right) == ("other", "1", "float64 array (3,)")


def test_what_is_gone_is_a_problem(tmp_path: Path) -> None:
    answer = compared(Request(str(tmp_path / "a")), Request(str(tmp_path / "b")), 0)

    assert answer["preview"]["kind"] == "problem"
    assert "gone" in answer["preview"]["text"]


def test_the_service_asks_a_process_of_its_own(tmp_path: Path) -> None:
    for name, content in (("left", 1), ("right", 2)):
        (tmp_path / name).mkdir()
        value(content)(tmp_path / name)
    service = PreviewService(None)
    try:
        left, right = output_at(tmp_path / "left"), output_at(tmp_path / "right")
        found = service.compare_sync(left, right)
        gone = service.compare_sync(left, replace(right, uri=str(tmp_path / "nowhere")))
    finally:
        service.close()

    assert isinstance(found, ValueComparison)
    assert found.changes == (ValueChange("", "1", "2", 1.0, 100.0),)
    assert not isinstance(gone, ValueComparison)
    assert gone.kind == "problem"


@pytest.mark.parametrize("data", [{}, {"kind": "poem"}, {"kind": "table", "left": "", "right": "", "table": {}}])
def test_nonsense_is_no_comparison(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="comparison"):
        comparison_from_json(data)

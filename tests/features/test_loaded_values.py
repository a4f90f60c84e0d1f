"""Columns and keys of values that code loads: completion and hover, from the version that the code reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipesight.code.model import Thing
from pipesight.features.completion import complete
from pipesight.features.diagnostics import diagnostics
from pipesight.features.hover import hover, wanted
from pipesight.history.model import Output
from pipesight.outputs.preview import Column, Preview, Table
from pipesight.rules.file_check import check_text
from pipesight.workspace.target import target_at
from pipesight.workspace.value_keys import known_keys
from pipesight.zenml.kinds import Kind

from .conftest import Desk

MODERN = "from zenml.client import Client\nclient = Client()\nrun = client.get_pipeline_run('training_11')\n"
TABLE = MODERN + "frame = run.steps['load_rows'].outputs['table'][0].load()\n"
REPORT = MODERN + "report = run.steps['fit'].outputs['report'][0].load()\n"


def offered(desk: Desk, marked: str) -> dict[str, str]:
    """Return the completion items at the mark with their details, once the value is read."""
    view, position = desk.at(marked)
    complete(desk.context, view, position)
    slot = view.document.slot_at(view.position(position))
    found = desk.context.find(slot.owner) if slot is not None and slot.owner is not None else None
    if found is not None and found.output is not None:
        desk.context.previews.preview_sync(found.output)
    answer = complete(desk.context, view, position)
    return {item.label: item.detail or "" for item in answer.items} if answer is not None else {}


COLUMNS = {"age": "int64 · version 12, training_11", "income": "float64 · version 12, training_11"}
KEYS = {
    "rate": "float · version 11, training_11",
    "n": "int · version 11, training_11",
    "columns": "list · version 11, training_11",
}
OFFERED = [
    (TABLE + 'frame["|"]', COLUMNS),
    (TABLE + "frame['|", COLUMNS),
    (TABLE + "frame[|]", COLUMNS),
    (TABLE + 'frame[["age", "|"]]', COLUMNS),
    (TABLE + 'copied = frame.copy()\ncopied["|"]', COLUMNS),
    (TABLE + 'print(frame)\nframe["|"]', COLUMNS),
    (TABLE + 'def show():\n    return frame["|"]', COLUMNS),
    (TABLE + 'import seaborn\nseaborn.lineplot(frame)\nframe["|"]', COLUMNS),
    (MODERN + 'run.steps["load_rows"].output.load()["|"]', COLUMNS),
    (REPORT + 'report["|"]', KEYS),
    (REPORT + 'report.get("|")', KEYS),
]


@pytest.mark.parametrize(("marked", "expected"), OFFERED)
def test_offered(desk_of: Callable[[str], Desk], marked: str, expected: dict[str, str]) -> None:
    assert offered(desk_of("0.98.0-record"), marked) == expected


# What the code changes, what may be something else, and what no run is told of
SILENT = [
    TABLE + 'frame["new"] = 1\nframe["|"]',
    TABLE + 'frame.pop("age")\nframe["|"]',
    TABLE + 'frame.drop(columns="age", inplace=True)\nframe["|"]',
    TABLE + 'del frame["age"]\nframe["|"]',
    TABLE + 'frame.columns = ["a", "b"]\nframe["|"]',
    TABLE + 'other = frame\nother["new"] = 1\nframe["|"]',
    TABLE + 'frame = frame.dropna()\nframe["|"]',
    TABLE + 'def change(it):\n    it["new"] = 1\nchange(frame)\nframe["|"]',
    TABLE + 'if new:\n    frame = read()\nframe["|"]',
    TABLE + 'frame["age"]["|"]',
    REPORT + 'report["rate"]["|"]',
    REPORT + 'report.update(more)\nreport["|"]',
    MODERN + 'for each in run.steps.values():\n    each.outputs["table"][0].load()["|"]',
    MODERN + 'def show(run):\n    return run.steps["load_rows"].output.load()["|"]',
    MODERN + 'run.steps["fit"].outputs["accuracy"][0].load()["|"]',
    MODERN + 'run.steps["fit"].outputs["card"][0].load()["|"]',
    'import pandas\nfrom zenml.client import Client\nframe = pandas.load()\nframe["|"]',
]


@pytest.mark.parametrize("marked", SILENT)
def test_silent(desk_of: Callable[[str], Desk], marked: str) -> None:
    assert offered(desk_of("0.98.0-record"), marked) == {}


LEGACY = "from zenml.repository import Repository\nrun = Repository().get_pipeline('types_pipeline').runs[-1]\n"
OLD = [
    ('run.get_step("tables").outputs["a_frame"].read()["|"]', ["d", "v"]),
    ('run.get_step("scalars").outputs["a_dict"].read()["|"]', ["k"]),
]


@pytest.mark.parametrize(("code", "names"), OLD)
def test_what_the_first_releases_read(desk_of: Callable[[str], Desk], code: str, names: list[str]) -> None:
    assert list(offered(desk_of("legacy-0.7.3"), LEGACY + code)) == names


def test_a_value_that_is_not_read_yet_offers_nothing_and_is_asked_for_again(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-record")
    view, position = desk.at(MODERN.replace("_11", "_09") + 'run.steps["load_rows"].output.load()["|"]')

    answer = complete(desk.context, view, position)

    assert answer is not None
    assert (answer.items, answer.is_incomplete) == ([], True)


HOVERS = [
    (
        TABLE + 'frame["in|come"]',
        ("key income", "float64 · 1000.0, 1007.0, 1014.0", "Of table version 12", "run training_11"),
    ),
    (REPORT + 'report["ra|te"]', ("key rate", "float · 0.6", "Of report version 11")),
    (REPORT + 'report["colu|mns"]', ('list · ["age", "income"]',)),
]


@pytest.mark.parametrize(("marked", "said"), HOVERS)
def test_hover(desk_of: Callable[[str], Desk], marked: str, said: tuple[str, ...]) -> None:
    desk = desk_of("0.98.0-record")
    view, position = desk.at(marked)
    at = target_at(desk.context, view, position)
    assert at is not None
    output = wanted(desk.context, at) or at.found.output
    assert output is not None
    desk.context.previews.preview_sync(output)

    shown = hover(desk.context, at)

    assert shown is not None
    assert [part for part in said if part not in str(shown.contents)] == []


def test_a_key_that_the_value_lacks_has_no_hover(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-record")
    view, position = desk.at(TABLE + 'frame["ci|ty"]')
    at = target_at(desk.context, view, position)
    assert at is not None
    assert at.found.output is not None
    desk.context.previews.preview_sync(at.found.output)

    assert hover(desk.context, at) is None


def said(desk: Desk, code: str, uses: str) -> list[str]:
    """Return the messages about the code, once the value that `uses` reads is read."""
    offered(desk, uses + '["|"]')
    found = diagnostics(desk.context, desk.type(code))
    assert isinstance(found, list)
    return [each.message for each in found]


UNKNOWN = [
    (TABLE, 'frame["agee"]', "Output 'table' (version 12) has no key 'agee'. Did you mean 'age'?"),
    (TABLE, 'frame[["age", "incme"]]', "Output 'table' (version 12) has no key 'incme'. Did you mean 'income'?"),
    (REPORT, 'report["columsn"]', "Output 'report' (version 11) has no key 'columsn'. Did you mean 'columns'?"),
]


@pytest.mark.parametrize(("load", "code", "message"), UNKNOWN)
def test_a_slip_in_a_key_is_said(desk_of: Callable[[str], Desk], load: str, code: str, message: str) -> None:
    assert said(desk_of("0.98.0-record"), load + code, load + load.splitlines()[-1].split(" = ")[0]) == [message]


HOLDER = """class Holder:
    def __init__(self, frame=None):
        self.frame = frame

    def add(self):
        self.frame["agee"] = 1


"""
# Another version may have it, it is written or may be there, or the code changes the value
MAY_BE_THERE = [
    'frame["city"]',
    'frame["agee"] = 1\nframe["agee"]',
    'frame = frame.rename(columns={"age": "agee"})\nframe["agee"]',
    'frame["agee"] if "agee" in frame else None',
    'frame.insert(0, "agee", 1)\nframe["agee"]',
    'frame.agee = 1\nframe["agee"]',
    'add(frame)\nframe["agee"]',
    'add([frame])\nframe["agee"]',
    'add({"table": frame})\nframe["agee"]',
    'class Adder:\n    def add(self, it):\n        it["agee"] = 1\nAdder().add(frame)\nframe["agee"]',
    'frame.pipe(add)\nframe["agee"]',
    'frame.apply(add, axis=1)\nframe["agee"]',
    'def add(row):\n    frame["agee"] = 1\nframe.apply(add, axis=1)\nframe["agee"]',
    'holder.frame = frame\nholder.add()\nframe["agee"]',
    HOLDER + 'holder = Holder()\nholder.frame = frame\nholder.add()\nframe["agee"]',
    HOLDER + 'holder = Holder()\nholder.frame = frame\nholder.add()\nholder.frame["agee"]',
    HOLDER + 'holder = Holder(frame)\nholder.add()\nframe["agee"]',
    'frame.get("agee", 0)',
    'frame["agee"] if frame.get("agee") is not None else 0',
]


@pytest.mark.parametrize("code", MAY_BE_THERE)
def test_a_key_that_may_be_there_is_not_said(desk_of: Callable[[str], Desk], code: str) -> None:
    assert said(desk_of("0.98.0-record"), TABLE + code, TABLE + "frame") == []


def output(data_type: str) -> Output:
    return Output("1", "1", "it", "store", "file:///it", data_type=data_type)


def key(*path: str) -> Thing:
    """Return the thing of the output, or of the key at a path in it."""
    thing = Thing(Kind.OUTPUT, "it")
    for name in path:
        thing = Thing(Kind.KEY, name, owner=thing)
    return thing


NESTED = Preview("json", "", value={"scores": {"f1": 0.5, "auc": 0.9}, "names": ["a"], "2020": 1})
FRAME_TABLE = Table((Column(""), Column("age", "int64"), Column("3"), Column("('a', 'b')")), (), index=1)
FRAME = Preview("table", "", table=FRAME_TABLE)
WIDE = Preview("table", "", table=Table((Column("a"), Column("b")), (), width=500))
OBJECTS = Preview(
    "table", "", table=Table((Column("key"), Column("type"), Column("value")), (("train", "DataFrame", "3 x 2"),))
)
KEYS_OF = [
    ("builtins.dict", NESTED, key(), ["scores", "names"], True),
    ("builtins.dict", NESTED, key("scores"), ["f1", "auc"], True),
    ("builtins.dict", NESTED, key("names"), [], True),
    ("builtins.dict", NESTED, key("none"), [], True),
    ("builtins.dict", OBJECTS, key(), ["train"], True),
    ("pandas.DataFrame", FRAME, key(), ["age"], True),
    ("pandas.DataFrame", FRAME, key("age"), [], True),
    ("polars.dataframe.frame.DataFrame", WIDE, key(), ["a", "b"], False),
    ("pyarrow.lib.Table", WIDE, key(), ["a", "b"], False),
    ("pandas.DataFrame", replace(FRAME, table=replace(FRAME_TABLE, width=3)), key(), ["age"], True),
    ("pandas.DataFrame", Preview("problem", "", text="gone"), key(), [], True),
    ("builtins.dict", Preview("json", "", text="{...", truncated=True), key(), [], True),
]


def test_a_number_that_json_cannot_hold_is_a_number() -> None:
    value = {"loss": "NaN", "ids": {"first": "123456789012345678", "word": "NaN"}}
    preview = Preview("json", "", value=value, numbers=(("loss",), ("ids", "first")))
    kinds = [known_keys(output("builtins.dict"), preview, thing).keys for thing in (key(), key("ids"))]

    assert [[each.type for each in keys] for keys in kinds] == [["float", "dict"], ["int", "str"]]


@pytest.mark.parametrize(("data_type", "preview", "thing", "names", "complete_list"), KEYS_OF)
def test_keys_of_a_value(data_type: str, preview: Preview, thing: Thing, names: list[str], complete_list: bool) -> None:
    known = known_keys(output(data_type), preview, thing)

    assert [each.name for each in known.keys] == names
    assert known.complete is complete_list


def test_a_check_waits_for_the_values_whose_keys_it_checks(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-record")
    found = check_text(REPORT + 'report["columsn"]', desk.folder, desk.context.history, desk.context.settings)
    assert [each.message for each in found] == [UNKNOWN[-1][-1]]

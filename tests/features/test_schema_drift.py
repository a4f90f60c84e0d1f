"""Added, removed and changed columns of a table, compared with the run before."""

from __future__ import annotations

import pytest

from pipesight.outputs.preview import Column
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.run_view import RunFacts
from pipesight.pages.contract.table_view import ChangedColumn, TableColumns
from pipesight.pages.tables import drift_of

RUN = RunFacts("monday", "monday", "completed", "passed", "✓", HistoryPath())


def columns(text: str) -> TableColumns:
    """Return columns for text such as `age:int64 name:str`."""
    return TableColumns(tuple(Column(*word.split(":")) for word in text.split()))


@pytest.mark.parametrize(
    ("before", "after", "added", "removed", "changed"),
    [
        ("id:int64 age:int64", "id:int64 age:float64", (), (), (ChangedColumn("age", "int64", "float64"),)),
        ("id:int64 age:int64", "age:int64 plan:string", ("plan",), ("id",), ()),
        ("id:int64", "id:int64 a:bool b:bool", ("a", "b"), (), ()),
    ],
)
def test_columns_differ(before: str, after: str, added: object, removed: object, changed: object):
    drift = drift_of(columns(before), columns(after), RUN)
    assert drift is not None
    assert (drift.added, drift.removed, drift.changed) == (added, removed, changed)


@pytest.mark.parametrize(
    ("before", "after"),
    [("id:int64 age:int64", "age:int64 id:int64"), ("id:int64", "id:"), ("id:", "id:int64")],
)
def test_neither_the_order_nor_a_type_that_is_not_known_is_a_difference(before: str, after: str):
    assert drift_of(columns(before), columns(after), RUN) is None

"""Three engines with the same results: our own code, DuckDB and pyarrow answer every query of a table alike."""

from __future__ import annotations

import datetime
import decimal
import json
import math
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, strategies as st

from pipesight.outputs.reader.arrow_scan import ArrowScan
from pipesight.outputs.reader.arrow_tables import ArrowParquetTable
from pipesight.outputs.reader.dtypes import computed
from pipesight.outputs.reader.duck import DuckError, DuckScan
from pipesight.outputs.reader.families import family_of
from pipesight.outputs.reader.filters import whole_test
from pipesight.outputs.reader.folder import open_folder
from pipesight.outputs.reader.frames import ParquetTable, open_frame
from pipesight.outputs.reader.problem import Problem
from pipesight.outputs.reader.profile import Distribution, Plan, Sample, Summary, plan_of, sample_of
from pipesight.outputs.reader.query import Query, query
from pipesight.outputs.reader.scan import Scan, Selection
from tests.examples import examples, mostly_slow

HOSTILE = ['a"b', "a'b", "x\n; DROP TABLE t --", "c0", "C0", "rn", "%s?", "naïve ☃", ""]
TEXTS = ["", "a", "B", "ab", "a%b", "a_b", "a.b", "é", "=1+1", "line\nbreak", "quote'", "\\", "Zebra", "zebra"]
KINDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "i": (pa.int64(), st.sampled_from([-(2**63), -7, 0, 1, 40, 41, 2**53 + 1, 2**63 - 1])),
    "i8": (pa.int8(), st.integers(-128, 127)),
    "u": (pa.uint64(), st.sampled_from([0, 1, 40, 2**63, 2**64 - 1])),
    "f": (pa.float64(), st.sampled_from([-0.0, 0.0, 0.1, 40.0, 40.5, -1e300, math.inf, -math.inf, math.nan])),
    "f32": (pa.float32(), st.sampled_from([0.0, 0.5, 40.0, -2.25, math.nan])),
    "b": (pa.bool_(), st.booleans()),
    "s": (pa.string(), st.sampled_from(TEXTS)),
    "d": (pa.date32(), st.dates(datetime.date(1950, 1, 1), datetime.date(2050, 1, 1))),
    "t": (pa.timestamp("us"), st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2050, 1, 1))),
    "ns": (pa.timestamp("ns"), st.integers(-(10**18), 10**18)),
    "z": (pa.timestamp("ms", "UTC"), st.integers(-(10**12), 10**12)),
    "m": (pa.decimal128(10, 2), st.decimals(-1000, 1000, places=2)),
    "took": (pa.duration("us"), st.sampled_from([-1, 0, 300_000_000, 86_400_000_000, -(10**14)])),
    "ago": (pa.duration("ns"), st.integers(-(10**17), 10**17)),
    "c": (pa.time32("ms"), st.sampled_from([0, 1, 50_400_000, 86_399_999])),
    "cns": (pa.time64("ns"), st.sampled_from([0, 1, 50_400_000_000_000, 86_399_999_999_999])),
}
NUMBERS = st.sampled_from(
    ["0", "40", "-7", "40.5", "0.1", "1e3", "-1e400", "1e30", "9007199254740993", "0.005", "99.99"]
)
MOMENTS = st.sampled_from(["'2001-02-03'", "'1999-12-31 23:59:59.999999999'", "'2020-01-01T00:00+02:00'"])
LENGTHS = st.sampled_from(["'00:05:00'", "'1 days'", "'-1 days +23:59:59.999999'", "'1h 30.5 min'", "'-1 us'"])
CLOCKS = st.sampled_from(["'14:00'", "'00:00:00.001'", "'23:59:59.999999999'"])
QUOTED = st.sampled_from(TEXTS).map(lambda text: "'" + text.replace("'", "''") + "'")
VALUES = {
    **dict.fromkeys(("i", "i8", "u", "f", "f32", "m"), NUMBERS),
    **dict.fromkeys(("d", "t", "ns", "z"), MOMENTS),
    **dict.fromkeys(("took", "ago"), LENGTHS),
    **dict.fromkeys(("c", "cns"), CLOCKS),
}
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
PAIRS = [
    ("i", "i8"),
    ("i", "u"),
    ("i", "f"),
    ("f", "f32"),
    ("d", "t"),
    ("t", "ns"),
    ("z", "ns"),
    ("took", "ago"),
    ("c", "cns"),
    ("s", "s"),
    ("b", "b"),
]


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.integers(0, 12))
    cells = {
        name: pa.array(draw(st.lists(st.none() | values, min_size=rows, max_size=rows)), kind)
        for name, (kind, values) in KINDS.items()
    }
    return pa.table(cells)


@st.composite
def simple(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(list(KINDS)))
    form = draw(st.sampled_from(["null", "value", "in", "columns"]))
    no = draw(st.sampled_from(["", "not "]))
    if form == "null":
        return f"{name} is {no}null"
    if form == "columns":
        left, right = draw(st.sampled_from(PAIRS))
        return f"{left} {draw(SIGNS if left != 'b' else st.sampled_from(['=', '!=']))} {right}"
    if name == "b":
        return draw(st.sampled_from(["b", "b = false", "b != true", "b in (true, false)"]))
    values = VALUES.get(name, QUOTED)
    if name == "s" and form == "value" and draw(st.booleans()):
        return f"s {no}{draw(st.sampled_from(['like', 'contains']))} {draw(QUOTED)}"
    if form == "in":
        return f"{name} {no}in ({', '.join(draw(st.lists(values, min_size=1, max_size=3)))})"
    return f"{name} {draw(SIGNS)} {draw(values)}"


CONDITIONS = st.recursive(
    simple(),
    lambda inner: (
        st.builds("not ({})".format, inner)
        | st.builds("({}) and {}".format, inner, inner)
        | st.builds("({}) or ({})".format, inner, inner)
    ),
    max_leaves=5,
)
WHOLE_TABLE = Sample()
Engine = Scan | DuckScan | ArrowScan


def ask(path: Path, question: Callable[[Engine], Any]) -> list[Any]:
    """Send the same query of a file to the three engines."""
    with ExitStack() as stack:
        folder = open_folder(str(path))
        table = open_frame(folder, path.name, stack)
        assert isinstance(table, ParquetTable)
        file = stack.enter_context(folder.open(path.name))
        engines = (
            Scan(table, lambda _: None),
            DuckScan(table, lambda _: None),
            ArrowScan(ArrowParquetTable(table, file, path.name), lambda _: None),
        )
        return [question(engine) for engine in engines]


def selection(path: Path, where: str = "", **fields: Any) -> Selection:
    with ExitStack() as stack:
        table = open_frame(open_folder(str(path)), path.name, stack)
        every = list(range(len(table.names)))
        given: dict[str, Any] = {"find": "", "sort": None, "descending": False, "columns": every, **fields}
        return Selection(whole_test(where, table.columns), **given)


def plain(value: Any) -> Any:
    """Return a value in a form in which equal values compare as equal."""
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engines") / "table.parquet"


SETTINGS = examples(
    25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    phases=[Phase.generate],
)


@SETTINGS
@given(tables(), CONDITIONS)
@pytest.mark.thorough
def test_the_same_rows_pass(path: Path, table: pa.Table, where: str):
    pq.write_table(table, path, row_group_size=5)
    own, duck, arrow = ask(path, lambda engine: engine.page(selection(path, where, limit=50)))
    assert own.numbers == duck.numbers == arrow.numbers
    assert own.total == duck.total == arrow.total == len(own.numbers)
    assert plain(own.cells) == plain(duck.cells) == plain(arrow.cells)


@SETTINGS
@given(tables(), st.integers(0, len(KINDS) - 1), st.booleans(), st.integers(0, 5), st.integers(1, 8))
@pytest.mark.thorough
def test_rows_have_the_same_order(path: Path, table: pa.Table, sort: int, descending: bool, offset: int, limit: int):
    pq.write_table(table, path, row_group_size=5)
    asked = selection(path, sort=sort, descending=descending, offset=offset, limit=limit)
    own, duck, arrow = ask(path, lambda engine: engine.page(asked).numbers)
    assert own == duck == arrow


@SETTINGS
@given(tables(), CONDITIONS)
@pytest.mark.thorough
def test_columns_have_the_same_statistics(path: Path, table: pa.Table, where: str):
    pq.write_table(table, path, row_group_size=5)
    found: list[list[Summary]] = ask(path, lambda engine: engine.statistics(selection(path, where)))
    for own, duck, arrow in zip(*found, strict=True):
        assert own._replace(mean=None) == duck._replace(mean=None) == arrow._replace(mean=None)
        for other in (duck.mean, arrow.mean):
            is_number = isinstance(own.mean, float | int)
            assert own.mean == (pytest.approx(other, rel=1e-9, nan_ok=True) if is_number else other)


def distributions(path: Path, where: str = "", sample: Sample = WHOLE_TABLE) -> list[list[Distribution]]:
    """Return the distributions of the values of all columns from the three engines."""
    asked = selection(path, where)
    with ExitStack() as stack:
        families = open_frame(open_folder(str(path)), path.name, stack).families
    found: list[list[Summary]] = ask(path, lambda engine: engine.statistics(asked))
    plans = [plan_of(summary, family) for summary, family in zip(found[0], families, strict=True)]
    return ask(path, lambda engine: engine.distributions(asked, plans, sample))


def plainly(found: Distribution) -> tuple[list[Any], list[Any], list[Any]]:
    return list(found.counts), list(found.quantiles), [tuple(pair) for pair in found.top]


@SETTINGS
@given(tables(), CONDITIONS, st.sampled_from([Sample(), Sample(2**31)]))
@pytest.mark.thorough
def test_values_have_the_same_distributions(path: Path, table: pa.Table, where: str, sample: Sample):
    pq.write_table(table, path, row_group_size=5)
    own, duck, arrow = ([plainly(each) for each in found] for found in distributions(path, where, sample))
    assert own == duck == arrow


@pytest.mark.parametrize(
    ("values", "bounds", "counts", "quantiles"),
    [
        (pa.array([1, 1, 2, 3, None]), [1, 2, 3], [2, 1, 1], [1, 1, 2]),
        (pa.array([0.0, 1.0, 5.0, 10.0, math.nan]), [*(i / 2 for i in range(1, 21))], None, [0.0, 1.0, 5.0]),
        (pa.array([math.inf, 1.0]), [], [], []),
        (pa.array([2.5, 2.5]), [2.5], [2], [2.5, 2.5, 2.5]),
        (pa.array([-(2**63), 2**63 - 1]), None, None, [-(2**63), -(2**63), 2**63 - 1]),
        (pa.array([None, None], pa.int64()), [], [], []),
        (pa.array([decimal.Decimal("1.05"), decimal.Decimal("1.07")]), [105, 106, 107], [1, 0, 1], [105, 105, 107]),
    ],
)
@pytest.mark.thorough
def test_bars_hold_all_values(tmp_path: Path, values: Any, bounds: Any, counts: Any, quantiles: Any):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"x": values}), path)
    with ExitStack() as stack:
        table = open_frame(open_folder(str(path)), path.name, stack)
        (summary,) = ask(path, lambda engine: engine.statistics(selection(path)))[0]
        plan = plan_of(summary, table.families[0])
    assert bounds is None or list(plan.bounds) == pytest.approx(bounds)
    for (found,) in distributions(path):
        assert counts is None or list(found.counts) == counts
        assert sum(found.counts) == (summary.rows - summary.missing if plan.bounds else 0)
        assert list(found.quantiles) == quantiles


def test_texts_and_booleans_have_frequent_values(tmp_path: Path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"s": ["b", "a", "a", None, "c"], "b": [True, False, True, None, True]}), path)
    for text, truth in distributions(path):
        assert [tuple(pair) for pair in text.top] == [("a", 2), ("b", 1), ("c", 1)]
        assert [tuple(pair) for pair in truth.top] == [(True, 3), (False, 1)]


def test_a_column_of_many_texts_has_no_frequent_values():
    assert plan_of(Summary(20_000, 0, 20_000, "a", "z"), family_of("string")) == Plan()


@pytest.mark.thorough
def test_quantiles_of_a_large_table_come_from_the_same_rows(tmp_path: Path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"i": list(range(5000))}), path, row_group_size=700)
    (own,), (duck,), (arrow,) = distributions(path, sample=Sample(2**32 // 10))
    assert own.quantiles == duck.quantiles == arrow.quantiles
    assert own.quantiles == pytest.approx([1250, 2500, 3750], abs=60)
    assert [sample_of(100_000, 1).is_whole, sample_of(100_001, 1).is_whole] == [True, False]


@SETTINGS
@given(tables(), st.sampled_from(["a", "E", "40", "0.5", "true", "1999-", "T00", "none", "é", "-", "'"]))
def test_a_search_finds_the_same_rows(path: Path, table: pa.Table, find: str):
    pq.write_table(table.drop_columns(["took", "ago"]), path, row_group_size=5)
    own, duck, arrow = ask(path, lambda engine: engine.page(selection(path, find=find)).numbers)
    assert own == duck == arrow


@pytest.mark.parametrize(
    ("kind", "held", "find"),
    [
        (pa.duration("s"), [300, 90], "00:05"),
        (pa.list_(pa.string()), [["a"], ["b"]], "a"),
        (pa.null(), [None] * 2, "x"),
    ],
)
def test_a_search_leaves_out_no_column(path: Path, kind: Any, held: Any, find: str):
    """Pyarrow searches columns that DuckDB would show differently from previews."""
    pq.write_table(pa.table({"x": pa.array(held, kind), "text": ["none", find]}), path)

    def found(engine: Engine) -> list[int]:
        try:
            return engine.page(selection(path, find=find)).numbers
        except DuckError:
            return []

    own, duck, arrow = ask(path, found)
    assert own == arrow == ([1] if kind == pa.null() else [0, 1])
    assert duck == ([1] if kind == pa.null() else [])


@pytest.mark.parametrize("name", HOSTILE)
def test_the_name_of_a_column_is_a_name_and_nothing_else(tmp_path: Path, name: str):
    path = tmp_path / "we[i]rd*.parquet"
    pq.write_table(pa.table([[1, 2, None], ["x", "y", None]], names=[name, "other"]), path)
    where = '"' + name.replace('"', '""') + '" >= 2 or other is null'
    asked = selection(path, where, sort=0, descending=True)
    own, duck, arrow = ask(path, lambda engine: engine.page(asked))
    assert own == duck == arrow
    assert own.numbers == [1, 2]


def test_columns_of_one_name_are_told_apart(tmp_path: Path):
    path = tmp_path / "twins.parquet"
    pq.write_table(pa.table([[1, 2], [3, 4], [5, 6]], names=["a", "A", "a"]), path)
    own, duck, arrow = ask(path, lambda engine: engine.page(selection(path, "A = 4 and a = 2")))
    assert own == duck == arrow
    assert own.cells == [[2], [4], [6]]


@pytest.mark.parametrize("kind", [pa.float32(), pa.float64()])
@pytest.mark.thorough
def test_nan_is_a_missing_value_also_where_the_file_has_bounds_of_the_column(tmp_path: Path, kind: Any):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"f": pa.array([math.nan, -2.25, 0.5], kind)}), path)
    for where, numbers in (("f > -9", [1, 2]), ("f != 0.5", [1]), ("f is null", [0]), ("not f <= 0", [2])):
        assert ask(path, lambda engine, w=where: engine.page(selection(path, w)).numbers) == [numbers] * 3
    for (found,) in ask(path, lambda engine: engine.statistics(selection(path))):
        assert (found.missing, found.low, found.high) == (1, -2.25, 0.5)


def test_both_zeros_are_one_value(tmp_path: Path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"f": [0.0, -0.0, 1.0]}), path)
    assert ask(path, lambda engine: engine.page(selection(path, "f in (0, 5)")).numbers) == [[0, 1]] * 3
    assert ask(path, lambda engine: engine.statistics(selection(path))[0].distinct) == [2] * 3


def test_the_mean_of_large_integers_is_exact(tmp_path: Path):
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"i": [2**63 - 1, -(2**63), 4]}), path)
    assert ask(path, lambda engine: engine.statistics(selection(path))[0].mean) == [1.0] * 3


def test_a_mean_has_no_digits_that_only_the_sum_brought_in(tmp_path: Path):
    path = tmp_path / "table.parquet"
    cells = {
        "price": [round(1.85 + 0.01 * (i % 29), 2) for i in range(29_000)],
        "single": pa.array([0.1, 0.2] * 14_500, pa.float32()),
        "count": [9_007_199_254_740_992] * 29_000,
        "infinite": [math.inf, 1.0] * 14_500,
    }
    pq.write_table(pa.table(cells), path)
    for found in ask(path, lambda engine: engine.statistics(selection(path))):
        kinds = ("double", "float", "int64", "double")
        means = [computed(each.mean, kind) for each, kind in zip(found, kinds, strict=True)]
        assert means == [1.99, 0.15, 9_007_199_254_740_992.0, math.inf]


TIMES = {
    "took": pd.to_timedelta([300, 90.5, None, 86_400 * 3], unit="s").as_unit("ns"),
    "at": [datetime.time(14, 30), datetime.time(9, 0, 0, 500), None, datetime.time(23, 59)],
    "month": pd.PeriodIndex(["2024-03", "2023-12", None, "2024-01"], freq="M"),
    "quarter": pd.PeriodIndex(["2024Q1", "2025Q4", None, "2023Q4"], freq="Q-MAR"),
    "year": pd.PeriodIndex(["2024", "2023", None, "2025"], freq="Y-JUN"),
    "week": pd.PeriodIndex(["2024-01-04", "2023-12-27", None, "2024-01-11"], freq="W-WED"),
    "hour": pd.PeriodIndex(["2024-01-01 05:00", "2023-12-31 23:00", None, "2024-01-02"], freq="h"),
}


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a folder for each format, in which a table is."""
    root, frame = tmp_path_factory.mktemp("times"), pd.DataFrame(TIMES)
    for name, write in (("table.parquet", frame.to_parquet), ("table.feather", frame.to_feather)):
        (root / name).mkdir()
        write(root / name / name)
    return root


TIMES_ASKED = [
    ("took > '00:05:00'", [3]),
    ("took >= '5 min'", [0, 3]),
    ("took = '1m 30.5s'", [1]),
    ("took in ('PT5M', '3 days')", "Write one like this: '00:05:00'"),
    ("took between '00:01:30' and '0 days 00:05:00'", [0, 1]),
    ("took > '05:00'", "holds durations. Write one like this"),  # pandas refuses it, to DuckDB it is five hours
    ("took > 300", "holds durations"),
    ("took < '-5 min'", []),
    ("took > '--5 min'", "holds durations. Write one like this"),
    ("took > '-+5 min'", "holds durations. Write one like this"),
    ("took < '9999999999999999999 days'", [0, 1, 3]),
    ("took is null", [2]),
    ("at < '14:30'", [1]),
    ("at = '09:00:00.0005'", [1]),
    ("at > 'noon'", "holds times of the day. Write one like this: '14:30'"),
    ("month >= '2024-01'", [0, 3]),
    ("month >= '2024'", [0, 3]),
    ("month = '2024-03-15'", [0]),
    ("not month = '2024-03'", [1, 3]),
    ("month > 648", "holds periods. Write one like this: '2024-03'"),
    ("quarter = '2024Q1'", [0]),
    ("quarter >= '2024-05-01'", [1]),  # it is in 2025Q1
    ("year = '2024-08-01'", [3]),
    ("year = '2024Q3'", [0]),
    ("week = '2024-01-05'", [0]),
    ("week > '2023-12-28/2024-01-03'", [0, 3]),
    ("week > '2023-12-28 / 2024-01-03'", [0, 3]),
    ("week = ' 2023-12-27\t/'", [1]),
    ("week > '/'", "holds periods. Write one like this"),
    ("week < '1234567890-01-01'", [0, 1, 3]),
    ("year > '-005'", [0, 1, 3]),
    ("hour < '2024-01-01 05:30'", [1]),
    ("month = quarter", "They cannot be compared"),
    ("took = at", "They cannot be compared"),
]


@pytest.mark.parametrize(("where", "numbers"), mostly_slow(TIMES_ASKED, quick=TIMES_ASKED[::4]))
@pytest.mark.parametrize("name", ["table.parquet", "table.feather"])
def test_durations_times_and_periods_are_compared_as_pandas_does(
    times: Path, name: str, where: str, numbers: list[int] | str
):
    folder = times / name

    def answer(asks: Callable[[], list[list[int]]]) -> list[list[int]] | str:
        try:
            return asks()
        except Problem as problem:
            return str(problem)

    def feather() -> list[list[int]]:
        return [query(Query(str(folder), where=where), lambda _: None)["preview"]["table"]["numbers"]]

    def parquet() -> list[list[int]]:
        return ask(folder / name, lambda engine: engine.page(selection(folder / name, where)).numbers)

    found = answer(parquet if name.endswith("parquet") else feather)
    if isinstance(numbers, str):
        assert isinstance(found, str)
        assert numbers in found
    else:
        assert found == [numbers] * (3 if name.endswith("parquet") else 1)


def test_durations_times_and_periods_are_summed_up(tmp_path: Path):
    frame = pd.DataFrame(TIMES)
    frame.to_parquet(tmp_path / "table.parquet")
    expected = [
        ("0 days 00:01:30.5", "3 days 00:00:00", "1 days 00:02:10.166666666"),
        ("09:00:00.0005", "23:59:00", None),
        ("2023-12", "2024-03", None),
        ("2023Q4", "2025Q4", None),
        ("2023", "2025", None),
        ("2023-12-21/2023-12-27", "2024-01-11/2024-01-17", None),
        ("2023-12-31 23:00", "2024-01-02 00:00", None),
    ]
    path = tmp_path / "table.parquet"
    for found in ask(path, lambda engine: engine.statistics(selection(path, columns=list(range(1, 8))))):
        assert [(each.low, each.high, each.mean) for each in found] == expected
        assert [(each.missing, each.distinct) for each in found] == [(1, 3)] * 7
    assert pd.Timedelta(expected[0][2] or "") == frame["took"].mean()


@pytest.mark.parametrize(
    ("cells", "kind", "frequency", "where"),
    [
        ([10**14, 0, 2**63 - 1], pa.duration("s"), "", "c > '1 s'"),
        ([2**31 - 1, 0, 10**9], pa.date32(), "", "c > '2024-01-01'"),
        ([10**17, 0, 10**18], pa.timestamp("ms"), "", "c > '2024-01-01'"),
        ([10**9, 0, 2**63 - 1], pa.int64(), "Y", "c > '2024'"),
        ([2**63 - 1, 0, 10**9], pa.int64(), "M", "c > '2024-01'"),
        ([-1975, -10_000, -1900], pa.int64(), "Y", "c > '-010'"),  # pandas writes the year -5 as -005
    ],
)
@pytest.mark.thorough
def test_times_far_from_now_are_compared_alike(tmp_path: Path, cells: list[int], kind: Any, frequency: str, where: str):
    path = tmp_path / "table.parquet"
    if frequency:
        periods = pd.PeriodIndex.from_ordinals(cells, freq=frequency)
        pd.DataFrame({"c": periods}).to_parquet(path)
    else:
        pq.write_table(pa.table({"c": pa.array(cells, kind)}), path)

    def numbers(engine: Engine) -> list[int] | None:
        try:
            return engine.page(selection(path, where)).numbers
        except DuckError:  # beyond what it can count in microseconds, where pyarrow is asked instead
            return None

    own, duck, arrow = ask(path, numbers)
    assert own == arrow == [0, 2]
    assert duck in ([0, 2], None)


@pytest.mark.parametrize("zone", ["", "UTC"])
@pytest.mark.parametrize(
    ("unit", "last"),
    [("ns", "2262-04-11T23:47:16.854775807"), ("us", "294247-01-10T04:00:54.775807")],
)
@pytest.mark.thorough
def test_the_last_moments_that_a_file_can_keep_are_not_infinite(tmp_path: Path, unit: str, last: str, zone: str):
    """DuckDB takes the first and the last count of a type for infinity, which has no epoch."""
    path = tmp_path / "table.parquet"
    kind, last = pa.timestamp(unit, zone or None), last + ("+00:00" if zone else "")
    pq.write_table(pa.table({"t": pa.array([2**63 - 1, None, 0, -(2**63) + 1], pa.int64()).cast(kind)}), path)
    for page in ask(path, lambda engine: engine.page(selection(path, sort=0, descending=True))):
        assert page.numbers == [0, 2, 3, 1]
        assert page.cells[0][0] == last
    for page in ask(path, lambda engine: engine.page(selection(path, "t > '2024-01-01'"))):
        assert page.numbers == [0]
    for page in ask(path, lambda engine: engine.page(selection(path, find=last[:12]))):
        assert page.numbers == [0]
    for page in ask(path, lambda engine: engine.page(selection(path, find="inf"))):
        assert page.numbers == []
    for (found,) in ask(path, lambda engine: engine.statistics(selection(path))):
        assert (found.missing, found.high) == (1, last)


def test_durations_that_fastparquet_keeps_as_times_of_the_day(tmp_path: Path):
    """Fastparquet writes the type of pandas into the metadata. Its unit is not that of the file."""
    path = tmp_path / "table.parquet"
    notes = {"columns": [{"name": "took", "field_name": "took", "numpy_type": "timedelta64[ns]"}], "index_columns": []}
    table = pa.table({"took": pa.array([300_000_000, None, 90_000_000], pa.time64("us"))})
    pq.write_table(table.replace_schema_metadata({"pandas": json.dumps(notes)}), path)
    for page in ask(path, lambda engine: engine.page(selection(path, "took >= '5 min'"))):
        assert (page.numbers, page.cells) == ([0], [["0 days 00:05:00"]])
    for (found,) in ask(path, lambda engine: engine.statistics(selection(path))):
        assert (found.low, found.high, found.mean) == ("0 days 00:01:30", "0 days 00:05:00", "0 days 00:03:15")


def test_a_decimal_is_compared_exactly(tmp_path: Path):
    path = tmp_path / "table.parquet"
    prices = [decimal.Decimal("19.99"), decimal.Decimal("20.00"), None]
    pq.write_table(pa.table({"price": pa.array(prices, pa.decimal128(38, 2))}), path)
    for where, numbers in (("price = 19.99", [0]), ("price < 19.995", [0]), ("price != 19.991", [0, 1])):
        assert ask(path, lambda engine, w=where: engine.page(selection(path, w)).numbers) == [numbers] * 3


def test_nested_and_unknown_columns_are_shown_alike(tmp_path: Path):
    path = tmp_path / "table.parquet"
    cells = {
        "list": pa.array([[1, 2], None]),
        "struct": pa.array([{"x": "a"}, None]),
        "bytes": pa.array([b"\xff", None]),
        "clock": pa.array([1, None], pa.time64("us")),
        "half": pa.array([1.5, None], pa.float16()),
    }
    pq.write_table(pa.table(cells), path)
    own, duck, arrow = ask(path, lambda engine: engine.page(selection(path, "list is not null")).cells)
    assert own == duck == arrow


def test_duckdb_can_read_the_artifact_and_nothing_else(tmp_path: Path):
    path, secret = tmp_path / "table.parquet", tmp_path / "secret.parquet"
    for each in (path, secret):
        pq.write_table(pa.table({"a": [1]}), each)
    with ExitStack() as stack:
        table = open_frame(open_folder(str(path)), path.name, stack)
        assert isinstance(table, ParquetTable)
        engine = DuckScan(table, lambda _: None)
        with engine._connected() as connection:
            assert connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchall() == [(1,)]
            for forbidden in (
                f"SELECT * FROM read_parquet('{secret}')",
                f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
                f"ATTACH '{tmp_path / 'other.db'}'",
                "SELECT * FROM read_csv('/etc/passwd')",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SET enable_external_access = true",
            ):
                with pytest.raises(engine._duckdb.Error):
                    connection.execute(forbidden)


def test_duckdb_reads_a_remote_file_through_fsspec(tmp_path: Path):
    fsspec = pytest.importorskip("fsspec")
    pq.write_table(pa.table({"a": list(range(1000))}), tmp_path / "t.parquet")
    fsspec.filesystem("memory").pipe("/store/x/table.parquet", (tmp_path / "t.parquet").read_bytes())
    with ExitStack() as stack:
        folder = open_folder("memory://store/x")
        table = open_frame(folder, "table.parquet", stack)
        assert isinstance(table, ParquetTable)
        asked = Selection(whole_test("a >= 990", table.columns), "", 0, True, [0], 0, 2)
        assert DuckScan(table, lambda _: None).page(asked).cells == [[999, 998]]


def test_a_quantile_of_short_floats_has_the_digits_that_numpy_prints(tmp_path: Path):
    pq.write_table(pa.table({"f": pa.array([0.1, 0.2, 0.3], pa.float32())}), tmp_path / "df.parquet")
    answer = query(Query(str(tmp_path), "profile"), lambda _: None)
    (column,) = answer["profile"]
    assert (column["q25"], column["median"], column["q75"]) == (0.1, 0.2, 0.3)
    assert column["bars"][0]["low"] == 0.1

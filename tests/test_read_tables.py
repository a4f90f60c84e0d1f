"""`pipesight read` of a table: conditions, order, columns, statistics and export, as a person or a script asks."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipesight.cli.read import _grid  # pyright: ignore[reportPrivateUsage]
from pipesight.demo.sample import unpack_sample
from pipesight.outputs.queries import ColumnStatistics
from tests.examples import mostly_slow

from .test_cli import objects, pipesight

OUTPUT = ("training_pipeline", "first_training", "load_data", "test", "--source", "history")
HOSTILE = 'a "b"\nc\x1b[31m'
PEOPLE = {
    "age": [41, 12, 77, 50],
    "plan": ["pro", "free", "pro", None],
    "joined": pd.to_datetime(["2024-12-19", "2023-01-01", None, "2024-12-20"]),
    "score": [0.5, None, 2.25, -1.0],
    "note": ["=SUM(A1)", "-5", "+1 apple", "@x"],
    HOSTILE: [True, False, True, False],
}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample, whose output `test` is a table of some people."""
    folder = unpack_sample(tmp_path_factory.mktemp("tables"))
    row = next(
        r for r in objects(pipesight(folder, "history", *OUTPUT[:3], *OUTPUT[4:], "--json")) if r["output"] == "test"
    )
    file = folder / "history" / row["uri"].rpartition("/history/")[2] / "df.parquet.gzip"
    assert file.exists()
    pd.DataFrame(PEOPLE).to_parquet(file)
    return folder


def lines(folder: Path, *options: str) -> list[Any]:
    """Return the output of `read --json`: an object, then an array for each row."""
    return [json.loads(line) for line in pipesight(folder, "read", *OUTPUT, *options, "--json").splitlines()]


CONDITIONS = [
    ("age > 40 and plan = 'pro'", [41, 77]),
    ("not (age > 40 and plan = 'pro')", [12]),  # of the fourth row's plan nothing is known
    ("plan is null or age in (12, 99)", [12, 50]),
    ("joined >= '2024-12-19'", [41, 50]),
    ("score between -1 and 0.5", [41, 50]),
    ("note contains 'apple' or note like '=%'", [41, 77]),
    (f'"{HOSTILE}"'.replace('a "b"', 'a ""b""'), [41, 77]),
    ("AGE < 13", [12]),  # case counts only if it must
    ("age > 1000", []),
]


@pytest.mark.parametrize(("where", "ages"), mostly_slow(CONDITIONS, quick=CONDITIONS[:1]))
def test_a_condition_chooses_rows(people: Path, where: str, ages: list[int]) -> None:
    head, *rows = lines(people, "--where", where, "--columns", "age")
    assert (head["columns"], head["rows"]) == (["age"], len(ages))
    assert rows == [[age] for age in ages]


def test_rows_are_sorted_and_counted(people: Path) -> None:
    head, *rows = lines(people, "--sort", "score", "--descending", "--columns", "plan,age", "--rows", "3")
    assert head == {"columns": ["plan", "age"], "types": ["string", "int64"], "rows": 4}
    assert rows == [["pro", 77], ["pro", 41], [None, 50]]


@pytest.mark.thorough
def test_the_first_object_names_all_columns(people: Path) -> None:
    head, *rows = lines(people, "--rows", "1")
    assert head["columns"] == list(PEOPLE)
    assert head["rows"] == 4
    assert rows == [[41, "pro", "2024-12-19T00:00:00", 0.5, "=SUM(A1)", True]]


@pytest.mark.thorough
def test_a_person_sees_a_table(people: Path) -> None:
    shown = pipesight(people, "read", *OUTPUT, "--where", "age > 40", "--sort", "age", "--columns", "age,plan")
    assert shown.splitlines() == ["DataFrame 3 x 2", "", "age  plan", " 41  pro", " 50", " 77  pro"]


MISTAKES = [
    (["--where", "agee > 40"], "The table has no column 'agee'. Did you mean 'age'?"),
    (["--where", 'plan = "pro"'], "Text is in single quotes."),
    (["--where", "age >"], "It ends where a column or a value is expected. Write it like this: age > 40"),
    (["--where", "age > 40 && plan = 'pro'"], "Write `and` instead of `&&`."),
    (["--where", "plan = 'pro"], "The quote ' is not closed"),
    (["--where", "age = '40'"], "The column 'age' holds numbers. Compare it with a number, without quotes."),
    (["--where", "plan = 1"], "Write the value in single quotes: '1'."),
    (["--where", "joined > 'soon'"], "Write one like this: '2024-12-19'"),
    (["--where", "age = null"], "Write `is null`"),
    (["--where", "'; DROP TABLE t --"], "is not closed"),
    (["--where", "age", "--json"], "Compare it with something"),
    (["--sort", "aeg"], "Did you mean 'age'?"),
    (["--columns", "age,plam"], "Did you mean 'plan'?"),
    (["--descending"], "--descending needs --sort COLUMN."),
    (["--export", "x.xlsx"], "neither a .csv nor a .parquet file"),
]


@pytest.mark.parametrize(("options", "said"), mostly_slow(MISTAKES, quick=MISTAKES[:1]))
def test_what_is_wrong_is_said_with_the_next_step(people: Path, options: list[str], said: str) -> None:
    assert said in pipesight(people, "read", *OUTPUT, *options, status=1)


def test_an_output_that_is_no_table_says_so(people: Path) -> None:
    arguments = ("read", "training_pipeline", "first_training", "train", "accuracy", "--source", "history")
    assert "no table" in pipesight(people, *arguments, "--where", "a = 1", status=1)


@pytest.mark.thorough
def test_each_column_is_summed_up(people: Path) -> None:
    found = {each["column"]: each for each in objects(pipesight(people, "read", *OUTPUT, "--stats", "--json"))}
    keys = ["column", "type", "rows", "missing", "distinct", "min", "max", "mean"]
    assert [list(each) for each in found.values()] == [keys] * len(PEOPLE)
    assert list(found["age"].values()) == ["age", "int64", 4, 0, 4, 12, 77, 45.0]
    assert list(found["plan"].values()) == ["plan", "string", 4, 1, 2, "free", "pro", None]
    assert found["joined"]["min"] == "2023-01-01T00:00:00"
    assert found["score"]["mean"] == pytest.approx(1.75 / 3)
    assert "0.583333" in pipesight(people, "read", *OUTPUT, "--stats")


@pytest.mark.thorough
def test_statistics_are_readable_in_a_terminal(people: Path) -> None:
    shown = pipesight(people, "read", *OUTPUT, "--stats").splitlines()
    joined, note = (next(line for line in shown if line.startswith(name)) for name in ("joined", "note"))
    name, unit, *rest = joined.split()
    assert (name, rest) == ("joined", ["4", "1", "3", "2023-01-01", "2024-12-20", "2024-04-24"])
    assert unit in ("datetime64[us]", "datetime64[ns]")  # pandas 3 and 2
    assert note.split()[-3:] == ["+1", "apple", "@x"]


def test_five_hundred_columns_have_a_line_each() -> None:
    long = "x" * 300
    found = tuple(ColumnStatistics(f"{i} {long}", "string", 2, 0, 2, long, long) for i in range(500))
    lines = _grid(found).splitlines()
    assert lines[0] == "500 columns, 2 rows"
    assert len(lines) == 503
    assert max(map(len, lines)) < 160


@pytest.mark.thorough
def test_statistics_are_of_the_rows_that_pass(people: Path) -> None:
    (age,) = objects(pipesight(people, "read", *OUTPUT, "--stats", "--json", "--columns", "age", "--where", "age > 40"))
    assert (age["rows"], age["min"], age["mean"]) == (3, 41, 56.0)


@pytest.mark.thorough
def test_a_table_is_exported_as_csv_without_formulas(people: Path) -> None:
    said = pipesight(people, "read", *OUTPUT, "--export", "people.csv", "--where", "age < 70")
    assert said == "3 rows written to people.csv\n"
    with (people / "people.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == list(PEOPLE)
    assert [row[4] for row in rows] == ["'=SUM(A1)", "-5", "'@x"]  # a number stays one
    assert [row[3] for row in rows] == ["0.5", "", "-1.0"]


@pytest.mark.thorough
def test_a_file_is_not_replaced_unless_asked(people: Path) -> None:
    (people / "mine.csv").write_text("mine")
    assert "--force" in pipesight(people, "read", *OUTPUT, "--export", "mine.csv", status=1)
    assert (people / "mine.csv").read_text() == "mine"
    pipesight(people, "read", *OUTPUT, "--export", "mine.csv", "--force", "--columns", "age")
    assert (people / "mine.csv").read_text().split() == ["age", "41", "12", "77", "50"]
    assert not [path for path in people.iterdir() if path.name.startswith(".") and path.suffix == ".csv"]


@pytest.mark.thorough
def test_a_table_is_exported_as_parquet_with_its_types(people: Path) -> None:
    (said,) = objects(pipesight(people, "read", *OUTPUT, "--export", "p.parquet", "--sort", "age", "--json"))
    assert said == {"file": "p.parquet", "rows": 4}
    frame = pd.read_parquet(people / "p.parquet")
    assert list(frame["age"]) == [12, 41, 50, 77]
    assert frame["joined"].dt.year.tolist()[:2] == [2023.0, 2024.0]
    assert list(frame.columns) == list(PEOPLE)

"""Questions about a whole table and their answers, as plain data: rows, statistics, and an export to a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipesight.outputs.preview import Column, Preview, from_fields, from_json

Report = Callable[[float], None]
"""Takes how much of a query is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class TableQuery:
    """A question about a table: the rows that pass the condition `where` and hold the text `find`.

    `sort` names a column, or is its position (-1: the order of the file). `columns` are the names of the wanted ones,
    all if None. With `first_column` an answer has as many columns as a preview, from that one after the index on, or
    those `picked`. Texts of cells are cut to `cell` characters. An export goes to the file `path`.
    """

    task: Literal["rows", "statistics", "profile", "columns", "export"] = "rows"
    where: str = ""
    find: str = ""
    sort: str | int = -1
    descending: bool = False
    columns: tuple[str, ...] | None = None
    offset: int = 0
    limit: int = 50
    cell: int = 300
    path: str = ""
    first_column: int | None = None
    picked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """A column summed up. `distinct` is None where it was not counted, and `min`, `max`, `mean` where there is none."""

    column: str
    type: str
    rows: int
    missing: int
    distinct: int | None = None
    min: object = None
    max: object = None
    mean: object = None


@dataclass(frozen=True, slots=True)
class Bar:
    """The number of values from `low` to `high`. Where bars touch, the lower bound belongs to the bar before."""

    low: object
    high: object
    count: int


@dataclass(frozen=True, slots=True)
class FrequentValue:
    """A value of a column and how often it is there."""

    value: object
    count: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """A column summed up, with how its values are distributed. `position` counts all columns, the index first.

    Numbers and times have quantiles and the bars of a histogram. Texts and booleans have frequent values if the column
    has at most 10,000 different ones. `is_sampled` says that the quantiles come from a part of the rows.
    """

    column: str
    position: int
    type: str
    rows: int
    missing: int
    distinct: int | None = None
    min: object = None
    max: object = None
    mean: object = None
    q25: object = None
    median: object = None
    q75: object = None
    bars: tuple[Bar, ...] = ()
    top: tuple[FrequentValue, ...] = ()
    is_sampled: bool = False


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """An answer: a preview (a page of rows, or the problem), or what the task asks for.

    The first `index` of the `columns` are the frame's index.
    """

    preview: Preview | None = None
    statistics: tuple[ColumnStatistics, ...] = ()
    profile: tuple[ColumnProfile, ...] = ()
    columns: tuple[Column, ...] = ()
    index: int = 0
    exported: int | None = None


def answer_from_json(data: Mapping[str, Any]) -> TableAnswer:
    """Return the answer that the reader wrote.

    Raises ValueError for other data.
    """
    try:
        return TableAnswer(
            preview=from_json(data["preview"]) if "preview" in data else None,
            statistics=tuple(column_statistics(item) for item in data.get("statistics", ())),
            profile=tuple(_profile(item) for item in data.get("profile", ())),
            columns=tuple(Column(str(item["name"]), str(item["type"])) for item in data.get("columns", ())),
            index=int(data.get("index") or 0),
            exported=None if data.get("exported") is None else int(data["exported"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an answer: {error!r}") from error


def column_statistics(item: Mapping[str, Any]) -> ColumnStatistics:
    """Return the statistics of one column that the reader wrote."""
    return from_fields(ColumnStatistics, item)


def _profile(item: Mapping[str, Any]) -> ColumnProfile:
    bars = tuple(Bar(bar["low"], bar["high"], int(bar["count"])) for bar in item["bars"])
    top = tuple(FrequentValue(each["value"], int(each["count"])) for each in item["top"])
    return from_fields(ColumnProfile, item, bars=bars, top=top)

"""Queries of a whole table and their answers as plain data: rows, statistics, and an export to a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipesight.outputs.preview import Column, Preview, from_fields, from_json


@dataclass(frozen=True, slots=True)
class TableQuery:
    """A query of a table, for the rows that meet the condition `where` and contain the text `find`.

    `sort` is the name of a column or its position (-1: the order of the file). `columns` are the names of the requested
    columns, None for all. With `first_column`, the answer has as many columns as a preview, counted from 0 after the
    index, or the `picked` ones. Texts in cells are cut to `cell` characters. An export writes the file `path`.
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
    """The statistics of a column. `distinct` is None if it was not counted. `min`, `max` and `mean` may be missing."""

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
    """The number of values from `low` to `high`. A bound that two bars share belongs to the lower bar."""

    low: object
    high: object
    count: int


@dataclass(frozen=True, slots=True)
class FrequentValue:
    """A value of a column and the number of its rows."""

    value: object
    count: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """The statistics of a column with the distribution of its values. `position` counts all columns, the index first.

    Numbers and times have quantiles and the bars of a histogram. Texts and booleans have frequent values if the column
    has at most 10,000 distinct ones. If `is_sampled`, the quantiles come from a part of the rows.
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
    """The answer to a query: a preview (a page of rows, or the problem), or the result of another task.

    The first `index` of the `columns` are the index of the data frame.
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

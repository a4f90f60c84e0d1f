"""The argument of most commands: names or a position, and the rows of a table to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from pipesight.outputs.preview import Window
from pipesight.outputs.queries import TableQuery
from pipesight.pages.contract.given import number, numbers, position, text
from pipesight.pages.contract.history_paths import CursorPosition, HistoryPath

PAGE = 50
"""Rows of a table in an answer when the argument has no `limit`."""


@dataclass(frozen=True, slots=True)
class TableView:
    """The rows of a table to show: `limit` rows from `offset` on.

    With `find`, only rows that contain this text count, and with `where` those that pass a condition. `sort` is the
    position of the column that orders the rows, among all columns of the table. `first_column` counts from 0 after the
    index, for tables of many columns. `picked` are the columns to show instead, which count alike. Of an array,
    `slices` are the places on the axes before the last two, and `region` asks for an `Overview`.
    """

    offset: int | None = None
    limit: int | None = None
    sort: int | None = None
    descending: bool | None = None
    find: str | None = None
    first_column: int | None = None
    where: str | None = None
    picked: tuple[int, ...] | None = None
    slices: tuple[int, ...] | None = None
    region: tuple[int, ...] | None = None

    @property
    def query(self) -> TableQuery:
        """The same request as a question about the whole table."""
        window = self.window
        return TableQuery(
            where=self.where or "",
            find=window.find,
            sort=window.sort,
            descending=window.descending,
            offset=window.offset,
            limit=window.limit,
            first_column=window.first_column,
            picked=window.picked,
        )

    @property
    def window(self) -> Window:
        """The same request as the reader of outputs takes it."""
        return Window(
            offset=self.offset or 0,
            limit=PAGE if self.limit is None else self.limit,
            sort=-1 if self.sort is None else self.sort,
            descending=self.descending is True,
            find=self.find or "",
            first_column=self.first_column or 0,
            picked=self.picked or (),
            slices=self.slices or (),
            region=self.region or (),
        )


@dataclass(frozen=True, slots=True)
class ReadArgument:
    """The argument of `pipesight.readOutput` and `pipesight.showRun`: the names, or a position in an open document.

    `visualization` asks for one of the files that ZenML stored to show the output, by its number in `Reading`.
    `pipesight.exportTable` also takes the `file` to write. `pipesight.newestOutput` takes `successful`, to look only at
    runs that succeeded. `pipesight.loadValue` takes the `token` of `LoadPlan`.
    """

    pipeline: str | None = None
    run: str | None = None
    step: str | None = None
    output: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    offset: int | None = None
    limit: int | None = None
    sort: int | None = None
    descending: bool | None = None
    find: str | None = None
    first_column: int | None = None
    visualization: int | None = None
    where: str | None = None
    picked: tuple[int, ...] | None = None
    slices: tuple[int, ...] | None = None
    region: tuple[int, ...] | None = None
    successful: bool | None = None
    file: str | None = None
    token: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> ReadArgument:
        """Read what a client sent. A value of the wrong type counts as missing."""
        at = given.get("position")
        return cls(
            pipeline=text(given, "pipeline"),
            run=text(given, "run"),
            step=text(given, "step"),
            output=text(given, "output"),
            source=text(given, "source"),
            uri=text(given, "uri"),
            position=position(cast("Mapping[str, object]", at)) if isinstance(at, Mapping) else None,
            offset=number(given, "offset"),
            limit=number(given, "limit"),
            sort=number(given, "sort"),
            descending=given.get("descending") is True or None,
            find=text(given, "find"),
            first_column=number(given, "first_column"),
            visualization=number(given, "visualization"),
            where=text(given, "where"),
            picked=numbers(given, "picked"),
            slices=numbers(given, "slices"),
            region=numbers(given, "region"),
            successful=given.get("successful") is True or None,
            file=text(given, "file"),
            token=text(given, "token"),
        )

    @property
    def path(self) -> HistoryPath:
        """The names alone."""
        return HistoryPath(self.pipeline, self.run, self.step, self.output, self.source)

    @property
    def view(self) -> TableView:
        """The rows and columns alone."""
        place = (self.offset, self.limit, self.sort, self.descending, self.find, self.first_column)
        return TableView(*place, self.where, self.picked, self.slices, self.region)

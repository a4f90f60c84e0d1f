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
    """The part of a table or an array to show: `limit` rows, beginning with the row `offset`.

    Only rows that contain the text `find` and that meet the condition `where` are shown. `sort` is the position of the
    column to sort by, counted from 0 among all columns. `first_column` is the first column to show of a wide table,
    counted from 0 after the index. `picked` are the columns to show instead, counted in the same way. For an array,
    `slices` are the indexes on the axes before the last two, and `region` requests an `Overview` of this part.
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
        """The same request as a query of the whole table."""
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
        """The same request in the form that the reader of outputs takes."""
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
class ReadArgument(TableView):
    """The argument of `pipesight.readOutput` and `pipesight.showRun`: the names, or a position in an open document.

    `visualization` requests one of the files that ZenML stored to show the output, by its index in `Reading`.
    `pipesight.exportTable` also takes the path `file` to write. `pipesight.newestOutput` takes `successful`, which
    restricts it to runs that succeeded. `pipesight.loadValue` takes the `token` of `LoadPlan`.
    """

    pipeline: str | None = None
    run: str | None = None
    step: str | None = None
    output: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    visualization: int | None = None
    successful: bool | None = None
    file: str | None = None
    token: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> ReadArgument:
        """Read the data of a client. A value of the wrong type counts as missing."""
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
        """The names in the argument."""
        return HistoryPath(self.pipeline, self.run, self.step, self.output, self.source)

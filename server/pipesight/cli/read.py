"""`pipesight read`: print the value of an output, or the rows or statistics of a table, or export a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipesight.outputs.queries import ColumnStatistics, TableAnswer, TableQuery
from pipesight.outputs.whole_file import EXPORTED, written_whole
from pipesight.pages.command_error import CommandError
from pipesight.pages.words import count

from .terminal import print_json, say

if TYPE_CHECKING:
    from pipesight.history.model import Output
    from pipesight.outputs.preview import Preview, Table
    from pipesight.outputs.service import PreviewService

_CELL = 64 * 1024  # characters of a text in JSON
_WIDEST = 36  # characters of a cell of the statistics. A time with nanoseconds and zone fits
_STATISTICS = ("column", "type", "rows", "missing", "distinct", "min", "max", "mean")


def read(options: argparse.Namespace, previews: PreviewService, output: Output) -> int:
    """Print the part of an output that the options request. Return the exit status.

    Raises CommandError if options contradict each other, or if the table cannot be read.
    """
    if options.stats and options.export:
        raise CommandError("--stats and --export cannot be used together.")
    if options.descending and not options.sort:
        raise CommandError("--descending needs --sort COLUMN.")
    table = _TableReading(options, previews, output)
    if options.export:
        return table.export(options.export)
    if options.stats:
        return table.statistics()
    return table.rows() if table.is_asked else _value(options, previews, output)


def _value(options: argparse.Namespace, previews: PreviewService, output: Output) -> int:
    from pipesight.outputs.preview import Window, to_json
    from pipesight.outputs.render import to_text

    preview = previews.preview_sync(output, Window(limit=options.rows))
    if not options.json:
        say(to_text(preview, rows=options.rows))
    elif preview.kind == "table" and preview.table is not None:
        return _TableReading(options, previews, output).json_rows(preview)
    else:
        print_json(to_json(preview))
    return 1 if preview.kind == "problem" else 0


@dataclass(frozen=True, slots=True)
class _TableReading:
    """One output that is read as a table."""

    options: argparse.Namespace
    previews: PreviewService
    output: Output

    @property
    def is_asked(self) -> bool:
        """True if an option selects rows or columns of a table."""
        return bool(self.options.where or self.options.sort or self.options.columns)

    def rows(self) -> int:
        """Print the rows that meet the condition."""
        from pipesight.outputs.render import to_text

        preview = self._page()
        if self.options.json:
            return self._print_json(preview)
        width = len(preview.table.columns) if preview.table is not None and self.options.columns else 8
        say(to_text(preview, rows=self.options.rows, columns=width))
        return 0

    def json_rows(self, first: Preview) -> int:
        """Print the first rows as JSON. The first object also has the preview, for programs that use its old format."""
        from pipesight.outputs.preview import to_json

        is_counted = first.table is not None and first.table.total is not None
        return self._print_json(self._page() if is_counted else first, to_json(first))

    def statistics(self) -> int:
        """Print a line for each column."""
        found = self._answer("statistics").statistics
        for each in found:
            if self.options.json:
                print_json(asdict(each))
        if not self.options.json:
            say(_grid(found))
        return 0

    def export(self, path: Path) -> int:
        """Write the rows that meet the condition to a file. After an error the file does not exist."""
        if path.suffix.lower() not in EXPORTED:
            raise CommandError(f"{path} is neither a .csv nor a .parquet file. Its name tells the format.")
        if path.exists() and not self.options.force:
            raise CommandError(f"There is a file {path}. Give another name, or --force to replace it.")
        with written_whole(path) as part:
            rows = self._answer("export", path=str(part)).exported or 0
        if self.options.json:
            print_json({"file": str(path), "rows": rows})
        else:
            say(f"{count(rows, 'row')} written to {path}")
        return 0

    def _page(self) -> Preview:
        cell = _CELL if self.options.json else 300
        preview = self._answer("rows", limit=self.options.rows, cell=cell).preview
        assert preview is not None
        return preview

    def _answer(self, task: str, **more: object) -> TableAnswer:
        columns = tuple(self.options.columns) if self.options.columns else None
        asked = {"where": self.options.where, "sort": self.options.sort or -1, "columns": columns, **more}
        question = TableQuery(task=task, descending=self.options.descending, **asked)  # pyright: ignore[reportArgumentType]
        with _ProgressLine() as progress:
            answer = self.previews.query_sync(self.output, question, progress)
        problem = answer.preview
        if problem is not None and problem.kind == "problem":
            raise CommandError(" ".join(filter(None, (problem.text, problem.advice))))
        return answer

    def _print_json(self, preview: Preview, more: Mapping[str, object] = MappingProxyType({})) -> int:
        """Print an object with the columns and the number of rows, then an array for each row."""
        table = preview.table
        assert table is not None
        shown = range(len(table.columns)) if self.options.columns else _data(table)
        columns = [table.columns[i] for i in shown]
        names, types = [column.name or "index" for column in columns], [column.type for column in columns]
        print_json({"columns": names, "types": types, "rows": table.total, **more})
        for row in table.rows:
            print_json([row[i] for i in shown])
        return 0


def _data(table: Table) -> list[int]:
    """Return the positions of the columns, without index levels that only number the rows."""
    return [i for i, column in enumerate(table.columns) if i >= table.index or column.name or "int" not in column.type]


class _ProgressLine:
    """The progress of a query on the last line of a terminal. Elsewhere it prints nothing."""

    def __init__(self) -> None:
        self._is_shown = False

    def __enter__(self) -> _ProgressLine:
        return self

    def __call__(self, fraction: float) -> None:
        if sys.stderr.isatty():
            self._is_shown = True
            print(f"\r{fraction:4.0%} (Ctrl+C cancels)", end="", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            print("\r" + " " * 30 + "\r", end="", file=sys.stderr, flush=True)


def _grid(found: tuple[ColumnStatistics, ...]) -> str:
    from pipesight.outputs.preview import Column, Preview, Table
    from pipesight.outputs.render import to_text

    rows = tuple(map(_summed, found))
    table = Table(tuple(Column(key) for key in _STATISTICS), rows, total=len(rows))
    total = found[0].rows if found else 0
    preview = Preview("table", f"{count(len(found), 'column')}, {count(total, 'row')}", table=table)
    return to_text(preview, rows=len(rows), columns=len(_STATISTICS))


def _summed(each: ColumnStatistics) -> tuple[object, ...]:
    """Return the statistics of a column as cells that are short enough for a terminal."""
    from pipesight.outputs.render import are_dates, date_of

    bounds, mean = [each.min, each.max], each.mean
    if are_dates(each.type, bounds):
        bounds = [date_of(bound) for bound in bounds]
        mean = date_of(mean) if are_dates(each.type, [mean]) else mean
    values = (each.column, each.type, each.rows, each.missing, each.distinct, *bounds, mean)
    return tuple(_shortened(value) for value in values)


def _shortened(value: object) -> object:
    return f"{value[: _WIDEST - 1]}…" if isinstance(value, str) and len(value) > _WIDEST else value

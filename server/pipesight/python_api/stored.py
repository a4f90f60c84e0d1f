"""Read metadata and logs from a store for the Python API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipesight.history import model
from pipesight.history.history import History

if TYPE_CHECKING:
    from pipesight.outputs.reader.logs import LogLine, LogPage

_END = 1_000_000  # bytes at the end of a log that are read


class ReadError(Exception):
    """A value or a log cannot be read. The message says why, and what to do about it."""


def read_metadata(
    history: History | None, thing: model.Run | model.Step | model.Output, known: Mapping[str, model.Metadata]
) -> dict[str, object]:
    """Return the values of metadata. Those of which the index has only the beginning are read from the store."""
    found = known if history is None else history.whole(thing, known)
    return {name: each.value for name, each in found.items()}


def read_whole_log(history: History, thing: model.Run | model.Step) -> str | None:
    lines = read_lines(history, thing)
    return None if lines is None else "\n".join(line.message for line in lines)


def read_lines(history: History, thing: model.Run | model.Step) -> list[LogLine] | None:
    """Return the lines at the ends of the logs of a run or a step. None if there are no logs.

    Raises ReadError if a log is damaged, or if all are missing.
    """
    from pipesight.outputs.reader.logs import AbsentLog, read_log
    from pipesight.outputs.reader.problem import Problem

    logs = history.logs(thing, wait=True)
    if not logs:
        return None
    pages: list[LogPage] = []
    absent: Problem | None = None
    for log in logs:
        try:
            pages.append(read_log(log.uri, limit=_END))
        except AbsentLog as problem:
            absent = problem
        except Problem as problem:
            raise ReadError(str(problem)) from None
    if absent is not None and not pages:
        raise ReadError(str(absent))
    return [line for page in pages for line in page.lines]

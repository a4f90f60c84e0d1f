"""Read the logs of a run and its steps from ZenML's artifact store, and follow them while the run goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipesight.history.history import History
from pipesight.history.model import Failure, Run, Step
from pipesight.history.sources.failures import failure_in_log
from pipesight.outputs.reader.logs import PAGE, AbsentLog, LogLine, LogPage, read_log
from pipesight.outputs.reader.problem import Problem

_PAGE = 1024 * 1024  # bytes of a log that are read at once
_CONTROLS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|^\r+|\r+$")  # codes for a terminal: colors and progress bars

ReadPage = Callable[[str, int | None, int | None, int, bool], LogPage]
"""A function like `read_log`, which reads a page of a log."""


def part_of(uri: str, read: ReadPage, before: int | None = None, after: int | None = None, *, live: bool) -> LogPage:
    """Return a page of a log without codes for terminals.

    It is the end of the log, or the part before or after an offset in bytes. Raises Problem if it cannot be read.
    """
    page = read(uri, before, after, PAGE, live)
    return page._replace(lines=[_as_text(line) for line in page.lines])


def last_failure(uri: str, read: ReadPage, source_code: str | None = None) -> Failure | None:
    """Return the failure that the end of a log shows. None if there is none or the log cannot be read."""
    try:
        page = part_of(uri, read, live=False)
    except (Problem, OSError):
        return None
    return failure_in_lines(page.lines, source_code)


def failure_in_lines(lines: Iterable[LogLine], source_code: str | None = None) -> Failure | None:
    """Return the last failure that the lines of a log show, None if there is none."""
    return failure_in_log(_messages(lines), source_code)


def _messages(lines: Iterable[LogLine]) -> list[str]:
    """Return the messages in the lines of a log. If lines have times, a line without one continues a message."""
    found: list[str] = []
    is_timed = False
    for line in lines:
        is_timed = is_timed or bool(line.time)
        if is_timed and not line.time and found:
            found[-1] += f"\n{line.message}"
        else:
            found.append(line.message)
    return found


def _as_text(line: LogLine) -> LogLine:
    return line._replace(message=_CONTROLS.sub("", line.message))


@dataclass(frozen=True, slots=True)
class Printed:
    """Some lines of one log. `step` is None for the log of the run itself. `origin` is ZenML's word for the writer.

    `is_cut` is True if earlier lines are left out. `problem` says why the log cannot be read. `is_absent` is True if
    the log does not exist, perhaps because nothing was printed.
    """

    step: str | None
    origin: str
    lines: tuple[LogLine, ...] = ()
    is_cut: bool = False
    problem: str | None = None
    is_absent: bool = False


class RunLog:
    """The logs of a run, or of one of its steps. The first `read` returns their ends, and later ones the new lines."""

    def __init__(self, history: History, run: Run, step: Step | None = None) -> None:
        self._history = history
        self._run = run
        self._step = step
        self._ends: dict[str, int] = {}
        self._told: set[str] = set()

    def read(self, *, to_the_end: bool = True) -> Iterator[Printed]:
        """Yield the new lines of each log. With `to_the_end`, the last line is returned even without a line end.

        Raises SourceError if the store cannot be read.
        """
        for thing in self._things():
            for log in self._history.logs(thing, wait=True) or ():
                step = thing.name if isinstance(thing, Step) else None
                yield from self._new(step, log.origin, log.uri, to_the_end)

    def _things(self) -> Iterator[Run | Step]:
        if self._step is not None:
            yield self._step
            return
        yield self._run
        yield from self._history.steps(self._run) or ()

    def _new(self, step: str | None, origin: str, uri: str, to_the_end: bool) -> Iterator[Printed]:
        before = self._ends.get(uri)
        try:
            page = read_log(uri, after=before, limit=_PAGE, whole=not to_the_end)
        except Problem as problem:
            if uri not in self._told:
                self._told.add(uri)
                yield Printed(step, origin, problem=_said(problem), is_absent=isinstance(problem, AbsentLog))
            return
        self._ends[uri] = page.end
        if page.lines:
            yield Printed(step, origin, tuple(map(_as_text, page.lines)), is_cut=before is None and page.start > 0)


def _said(problem: Problem) -> str:
    """Return a problem and its advice as sentences."""
    return f"{problem.text.rstrip('.')}. {problem.advice or ''}".strip()

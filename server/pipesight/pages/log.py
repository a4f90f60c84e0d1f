"""Return a part of the log of a run or a step as data."""

from __future__ import annotations

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.history.model import Log, Run, Step
from pipesight.history.sources import SourceError
from pipesight.outputs.log_reader import LogReader
from pipesight.outputs.reader.logs import AbsentLog, LogLine, LogPage
from pipesight.outputs.reader.problem import Problem
from pipesight.pages.contract.command_table import LogAnswer
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.log_view import LogArgument, LogEntry, LogPart
from pipesight.pages.contract.no_answer import Trouble
from pipesight.workspace.run_log import part_of

_OWN = "step"  # ZenML's word for the log of a step's own code. Other logs are those of its preparation


def log_part(history: History, logs: LogReader, run: Run, step: Step | None, asked: LogArgument) -> LogAnswer:
    """Return the requested part of a log, or why there is none. This waits for the store and the log's file."""
    thing = run if step is None else step
    try:
        found = history.logs(thing, wait=True) or ()
    except SourceError as error:
        return Trouble(str(error))
    if not found:
        return Trouble(f"ZenML kept no log of {_name(run, step)}.", "It keeps logs if step logging is on.")
    log = _chosen(found, asked.origin)
    is_live = not thing.status.is_finished
    try:
        page = part_of(log.uri, logs.read, asked.before, asked.after, live=is_live)
    except Problem as problem:
        if not isinstance(problem, AbsentLog) or len(found) == 1:
            return Trouble(problem.text, problem.advice)
        page = LogPage([], 0, 0, 0)  # an empty part, so that the user can choose another log
    except OSError as error:
        return Trouble(f"The log could not be read: {error.strerror or type(error).__name__}.")
    path = HistoryPath(run.pipeline, run.name, step.name if step is not None else None, source=run.source)
    entries = tuple(map(_entry, page.lines))
    return LogPart(
        _title(run, step), path, log.origin, _origins(found), entries, page.start, page.end, page.size, is_live
    )


def _chosen(logs: tuple[Log, ...], origin: str | None) -> Log:
    """Return the log of that origin, else that of the step's own code, else the first one."""
    wanted = [each for name in (origin, _OWN) for each in logs if each.origin == name]
    return (wanted or logs)[0]


def _title(run: Run, step: Step | None) -> str:
    return visible(f"{step.name} log" if step is not None else f"{run.name} log", one_line=True)


def _name(run: Run, step: Step | None) -> str:
    return visible(f"step {step.name!r}" if step is not None else f"the run {run.name!r} itself", one_line=True)


def _origins(logs: tuple[Log, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(log.origin for log in logs))


def _entry(line: LogLine) -> LogEntry:
    return LogEntry(visible(line.message), line.level or None, line.time or None)

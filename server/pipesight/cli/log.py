"""`pipesight log`: print the logs of a run as text or JSON, and follow them while the run goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.history.model import Run, Step
from pipesight.pages.command_error import CommandError
from pipesight.pages.named_objects import follow
from pipesight.pages.words import count, first_names
from pipesight.workspace.run_log import Printed, RunLog

from .terminal import complain, print_json, say

_PAUSE = 0.5  # seconds between two reads of a log that is followed


def show_log(history: History, run: Run, step: Step | None, *, limit: int | None, as_json: bool) -> None:
    """Print the last `limit` lines of each log of a run, or of one step.

    Raises CommandError if there is no log, or if none can be read.
    """
    printed = list(RunLog(history, run, step).read())
    if not any(each.lines for each in printed):
        where = f"step {step.name!r} of " if step is not None else ""
        raise CommandError(_why_none(printed) or f"ZenML kept no log of {where}run {run.name!r}.")
    _print(printed, limit, as_json, heading=step is None)


def _why_none(printed: Iterable[Printed]) -> str:
    """Return why the first log cannot be read, with the number of other logs that cannot. Empty if there is none."""
    problems = [each.problem for each in printed if each.problem]
    others = f" {count(len(problems) - 1, 'more log')} of the run cannot be read." if len(problems) > 1 else ""
    return f"{problems[0]}{others}" if problems else ""


def follow_log(history: History, run: Run, step: Step | None, *, limit: int | None, as_json: bool) -> None:
    """Print the logs as they grow, until the run or the step has ended."""
    log = RunLog(history, run, step)
    _print(log.read(to_the_end=False), limit, as_json, heading=step is None)
    while not _has_ended(history, run, step):
        time.sleep(_PAUSE)
        history.sync_once()
        _print(log.read(to_the_end=False), None, as_json, heading=step is None)
    _print(log.read(), None, as_json, heading=step is None)


def _has_ended(history: History, run: Run, step: Step | None) -> bool:
    names = {"pipeline": run.pipeline, "run": run.name, "step": step.name if step is not None else None}
    found = follow(history, names)
    thing = found.step if step is not None else found.run
    return thing is None or thing.status.is_finished


def _print(printed: Iterable[Printed], limit: int | None, as_json: bool, *, heading: bool) -> None:
    absent: list[str] = []
    for each in printed:
        if each.problem is not None:
            if heading and each.is_absent:
                absent.append(_title(each))
            else:
                complain(each.problem)
            continue
        lines = each.lines[-limit:] if limit is not None else each.lines
        if as_json:
            for line in lines:
                print_json({"step": each.step, "origin": each.origin, **line._asdict()})
            continue
        if heading:
            say(f"== {visible(_title(each), one_line=True)}")
        if each.is_cut or len(lines) < len(each.lines):
            say("…")
        for text in _texts(each, len(lines)):
            say(text)
    if absent:
        named = visible(first_names(absent, show=str), one_line=True)
        complain(f"Nothing was printed, or the log was deleted: {named}")


def _title(printed: Printed) -> str:
    return printed.origin if printed.step is None else f"{printed.step}: {printed.origin}"


def _texts(printed: Printed, count: int) -> Iterator[str]:
    for line in printed.lines[len(printed.lines) - count :]:
        level = "" if line.level in ("", "info") else f"{line.level}: "
        moment = f"{line.time[:19].replace('T', ' ')} " if line.time else ""
        yield f"{moment}{level}{line.message}"

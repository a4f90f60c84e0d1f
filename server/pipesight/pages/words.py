"""Write facts of the history in a few words: ages, durations, types and states."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from typing import Literal, cast

from pipesight.characters import visible
from pipesight.history.model import Output, Run, Status, Step

CELL = 60  # characters of a cell of a table
_EXACT = 2**53  # beyond this, JavaScript has no exact integers

_AGES = (
    (60, 1, "s"),
    (3600, 60, "min"),
    (86400, 3600, "h"),
    (86400 * 60, 86400, "d"),
    (86400 * 730, 2629800, "months"),
)

Tone = Literal["passed", "cached", "failed", "running", "waiting", "paused", "skipped", "stopped", "unknown"]
"""The meaning of a status for people. Clients choose colors and icons by it."""

_TONES: Mapping[Tone, tuple[str, tuple[Status, ...]]] = {
    "passed": ("✓", (Status.COMPLETED,)),
    "cached": ("≡", (Status.CACHED,)),
    "failed": ("✗", (Status.FAILED,)),
    "running": ("…", (Status.RUNNING, Status.RESUMING, Status.RETRYING, Status.STOPPING, Status.CANCELLING)),
    "waiting": ("·", (Status.INITIALIZING, Status.PROVISIONING, Status.QUEUED)),
    "paused": ("‖", (Status.PAUSED,)),
    "skipped": ("↷", (Status.SKIPPED, Status.RETRIED)),
    "stopped": ("⊘", (Status.STOPPED, Status.CANCELLED)),
    "unknown": ("?", (Status.STALE, Status.UNKNOWN)),
}
_LOOKS: Mapping[Status, tuple[Tone, str]] = {
    status: (tone, mark) for tone, (mark, statuses) in _TONES.items() for status in statuses
}

# ZenML names a run after its pipeline and the time. The format of the time changed with the first SQL stores.
_TIME_OF_RUN = re.compile(r"(\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d|\d\d_[A-Z][a-z]{2}_\d\d-\d\d_\d\d_\d\d)(_\d+)?")
_FORMATS_OF_TIME = ("%Y_%m_%d-%H_%M_%S", "%d_%b_%y-%H_%M_%S")


def first_names(names: Sequence[str], most: int = 10, show: Callable[[str], str] = repr) -> str:
    """Return the first `most` names of a list, followed by the number of further names."""
    return ", ".join(map(show, names[:most])) + (f" and {len(names) - most} more" if len(names) > most else "")


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Return an age such as `3 min ago`. A time in the future, from a wrong clock, is `just now`."""
    seconds = ((now or datetime.now(timezone.utc)) - moment).total_seconds()
    if seconds < 5:
        return "just now"
    for limit, unit, word in _AGES:
        if seconds < limit:
            return f"{int(seconds // unit)} {word} ago"
    return f"{int(seconds // 31557600)} years ago"


def duration(seconds: float) -> str:
    """Return a duration such as `0.4 s`, `12 s`, `3 min 20 s` or `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, such as `1 run` or `4 runs`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def tone(status: Status) -> Tone:
    """Return the meaning of a status for people. A status of a future ZenML release is `unknown`."""
    return _LOOKS.get(status, ("unknown", "?"))[0]


def mark(status: Status) -> str:
    """Return one character for a status."""
    return _LOOKS.get(status, ("unknown", "?"))[1]


def when(thing: Run | Step, now: datetime | None = None) -> str | None:
    """Return the age of the end, else of the start, such as `2 h ago`."""
    moment = thing.end or thing.start
    return ago(moment, now) if moment else None


def state(thing: Run | Step, now: datetime | None = None) -> str:
    """Return the status, the age and the duration, such as `completed 2 h ago · 12 s`."""
    parts = [" ".join(filter(None, [str(thing.status), when(thing, now)]))]
    if thing.duration is not None:
        parts.append(duration(thing.duration))
    return " · ".join(parts)


def marked_state(thing: Run | Step) -> str:
    """Return the state. If it failed, the state has a mark, such as `✗ failed 2 h ago`."""
    failed = f"{mark(thing.status)} " if tone(thing.status) == "failed" else ""
    return failed + state(thing)


def age_and_duration(thing: Run | Step) -> str:
    """Return text such as `2 h · 12 s`, for a narrow tree in which an icon shows the status."""
    took = duration(thing.duration) if thing.duration is not None else None
    return " · ".join(filter(None, ((when(thing) or "").removesuffix(" ago"), took)))


def type_name(output: Output) -> str:
    """Return the short name of an output's data type, such as `DataFrame`."""
    return output.data_type.rsplit(".", 1)[-1] if output.data_type else (output.type or "artifact")


def short_name(run: Run) -> str:
    """Return a run's name. If ZenML built it from the pipeline's name and the time, return only the time."""
    time = _TIME_OF_RUN.fullmatch(run.name.removeprefix(f"{run.pipeline}-"))
    if time is None or time[0] == run.name:
        return run.name
    for form in _FORMATS_OF_TIME:
        with suppress(ValueError):
            return f"{datetime.strptime(str(time[1]), form):%Y-%m-%d %H:%M:%S}"
    return run.name


def one_line(text: str, limit: int = 80) -> str:
    """Return `text` in one line of at most `limit` characters. Hidden characters are spelled out."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def cell_text(value: object) -> str:
    """Return a value as a cell of a table. None is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return one_line(value if isinstance(value, str) else json_text(value), CELL)


def json_value(value: object) -> object:
    """Return a JSON value that every client can read. Numbers that JSON cannot hold become text, as in a preview.

    Python writes `NaN` without quotes, which is no JSON, and JavaScript rounds integers beyond 2**53.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [json_value(item) for item in cast("Sequence[object]", value)]
    return value


def json_text(value: object) -> str:
    """Return a value as JSON, or as Python's `str` if JSON cannot represent it."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError):
        return str(value)

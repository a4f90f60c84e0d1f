"""How facts of the history are said in a few words: ages, durations, types, states."""

from __future__ import annotations

from datetime import datetime, timezone

from pipesight.characters import visible
from pipesight.history.model import Output, Run, Status, Step

_AGES = (
    (60, 1, "s"),
    (3600, 60, "min"),
    (86400, 3600, "h"),
    (86400 * 60, 86400, "d"),
    (86400 * 730, 2629800, "months"),
)
_MARKS = {Status.FAILED: "✗", Status.CACHED: "≡", Status.RUNNING: "…", Status.STALE: "?"}


def ago(moment: datetime, now: datetime | None = None) -> str:
    """`3 min ago`; `just now` also for a moment that a skewed clock puts into the future."""
    seconds = ((now or datetime.now(timezone.utc)) - moment).total_seconds()
    if seconds < 5:
        return "just now"
    for limit, unit, word in _AGES:
        if seconds < limit:
            return f"{int(seconds // unit)} {word} ago"
    return f"{int(seconds // 31557600)} years ago"


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`."""
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
    """`1 run`, `4 runs`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def mark(status: Status) -> str:
    """One character for a status."""
    return "✓" if status is Status.COMPLETED else _MARKS.get(status, "·")


def when(thing: Run | Step, now: datetime | None = None) -> str | None:
    """When it ended, or else started: `2 h ago`."""
    moment = thing.end or thing.start
    return ago(moment, now) if moment else None


def state(thing: Run | Step, now: datetime | None = None) -> str:
    """`completed 2 h ago · 12 s`."""
    parts = [" ".join(filter(None, [str(thing.status), when(thing, now)]))]
    if thing.duration is not None:
        parts.append(duration(thing.duration))
    return " · ".join(parts)


def type_name(output: Output) -> str:
    """The short name of an output's data type: `DataFrame`."""
    return output.data_type.rsplit(".", 1)[-1] if output.data_type else (output.type or "artifact")


def short_name(run: Run) -> str:
    """A run's name; one that ZenML made of the pipeline's name and the time is told by the time."""
    made = f"{run.pipeline}-"
    return "…" + run.name.removeprefix(made) if run.name.startswith(made) else run.name


def one_line(text: str, limit: int = 80) -> str:
    """Put `text` on one line of at most `limit` characters. Spell out hidden characters."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"

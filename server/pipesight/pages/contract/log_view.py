"""A part of the log of a run or a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipesight.pages.contract.given import number, text
from pipesight.pages.contract.history_paths import CursorPosition, HistoryPath
from pipesight.pages.contract.read_argument import ReadArgument


@dataclass(frozen=True, slots=True)
class LogArgument:
    """The argument of `pipesight.readLog`: a run or a step, by names or by a position in an open document.

    `origin` chooses one of several logs. Without `before` and `after`, the answer is the end of the log. `before` is
    the `start` of the part that follows, and `after` is the `end` of the part before.
    """

    pipeline: str | None = None
    run: str | None = None
    step: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    origin: str | None = None
    before: int | None = None
    after: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> LogArgument:
        """Read the data of a client. A value of the wrong type counts as missing."""
        same = ReadArgument.of(given)
        return cls(
            same.pipeline,
            same.run,
            same.step,
            same.source,
            same.uri,
            same.position,
            text(given, "origin"),
            number(given, "before"),
            number(given, "after"),
        )


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A message of a log. `time` is ISO 8601 in UTC. `level` and `time` are missing if the log does not have them."""

    message: str
    level: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class LogPart:
    """Some messages of a log, oldest first, between `start` and `end` of its `size` bytes.

    `origins` are all logs of the run or step in ZenML's words, such as `step` or `orchestrator`. If `live`, more
    messages may follow.
    """

    title: str
    path: HistoryPath
    origin: str
    origins: tuple[str, ...]
    entries: tuple[LogEntry, ...]
    start: int
    end: int
    size: int
    live: bool

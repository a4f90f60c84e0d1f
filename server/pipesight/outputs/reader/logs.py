"""Read the log of a run or a step by page: plain lines of older ZenML releases, or JSON lines of newer ones."""

from __future__ import annotations

import json
import os
import re
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from .folder import open_folder
from .locations import local_path, scheme_of
from .problem import Problem

PAGE = 64 * 1024  # bytes of a log in one answer
_LEVELS = {10: "debug", 20: "info", 30: "warning", 40: "error", 50: "critical"}
_OLD_TIME = re.compile(r"^\[(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?: UTC)?\] ?")
_LONGEST = 20_000  # characters of one message
_EMPTY = 20  # empty lines in a row that are kept
_ABSENT = (
    "ZenML writes no log if nothing is printed. Or the log was deleted or moved, "
    "or the run was recorded on another machine."
)


class LogLine(NamedTuple):
    """One message. `time` is ISO 8601 in UTC. `level` and `time` are empty if the log does not have them."""

    message: str
    level: str = ""
    time: str = ""


class AbsentLog(Problem):
    """The log does not exist in an existing store. Newer releases of ZenML create the file with the first line."""


class LogPage(NamedTuple):
    """Some lines of a log, oldest first. `start` and `end` are their offsets in bytes. `size` is the log's size."""

    lines: List[LogLine]
    start: int
    end: int
    size: int


def read_log(
    uri: str, before: Optional[int] = None, after: Optional[int] = None, limit: int = PAGE, whole: bool = False
) -> LogPage:
    """Return the last lines of a log, those that end at `before`, or those that begin at `after`.

    `start` of the page is `before` of the earlier page, and `end` is `after` of the later one. With `whole`, a last
    line without a line end is left for later, because ZenML may still be writing it. Raises Problem if the log does not
    exist, is not text, or is in a store that this interpreter cannot read.
    """
    log = _LogFiles(uri)
    if after is not None:
        start = min(max(0, after), log.size)
        data = log.read(start, min(log.size, start + limit))
        if whole or b"\n" in data:
            data = _ended(data, limit)
        return LogPage(_lines(data), start, start + len(data), log.size)
    end = log.size if before is None else min(max(0, before), log.size)
    start = max(0, end - limit)
    data = log.read(start, end)
    if start > 0 and b"\n" in data[:-1]:  # the page may begin in the middle of a line
        cut = data.index(b"\n") + 1
        start, data = start + cut, data[cut:]
    if whole:
        data = _ended(data, limit)
        end = start + len(data)
    return LogPage(_lines(data), start, end, log.size)


def _ended(data: bytes, limit: int) -> bytes:
    """Return the lines that have an end. A line that fills the whole page counts as well."""
    return data[: data.rfind(b"\n") + 1] if b"\n" in data or len(data) < limit else data


class _LogFiles:
    """A file, or a folder whose files follow one another by name."""

    def __init__(self, uri: str) -> None:
        try:
            self._folder = open_folder(uri)
        except Problem as problem:
            raise _of_log(problem, uri) from None
        self._files: List[Tuple[str, int, int]] = []
        self.size = 0
        for path, size in sorted(self._folder.files):
            self._files.append((path, self.size, size))
            self.size += size

    def read(self, start: int, end: int) -> bytes:
        parts: List[bytes] = []
        for path, begin, size in self._files:
            low, high = max(start, begin), min(end, begin + size)
            if low < high:
                with self._folder.open(path) as file:
                    file.seek(low - begin)
                    parts.append(file.read(high - low))
        data = b"".join(parts)
        if data.count(b"\0") > len(data) // 100:
            raise Problem("This log is not text.", "Its file was damaged, or something else wrote it.")
        return data


def _of_log(problem: Problem, uri: str) -> Problem:
    """Return a problem of an artifact's files, reworded for a log."""
    said = problem.text.replace("The artifact's files are gone", "The log is gone")
    if said == problem.text:
        return Problem(said.replace("The artifact", "The log"), problem.advice)
    is_local = scheme_of(uri) in ("", "file")
    if is_local and not os.path.isdir(os.path.dirname(os.path.expanduser(local_path(uri)))):
        return Problem(said, problem.advice)
    return AbsentLog(said.replace("is gone", "is empty or gone"), _ABSENT)


def _lines(data: bytes) -> List[LogLine]:
    """Return the messages. Chunks of one message are joined."""
    found: List[LogLine] = []
    chunks: Dict[str, int] = {}
    empty = 0  # empty lines since the last line with text
    is_timed = False
    for text in data.decode("utf-8", "replace").split("\n"):
        if not text.strip():
            empty += 1
            continue
        entry = _entry(text)
        if entry is None:
            lines = [_plain(line) for line in text.splitlines() if line.strip()]
            # ZenML up to 0.83 ends messages with empty lines. Those before a line without a time are in a message.
            within = min(empty, _EMPTY) if is_timed and not lines[0].time else 0
            found.extend([*[LogLine("")] * within, *lines])
            empty, is_timed = 0, is_timed or bool(lines[0].time)
            continue
        empty = 0
        key = str(entry.get("id") or "")
        message = str(entry.get("message") or "")
        if key and key in chunks and int(entry.get("chunk_index") or 0) > 0:
            known = found[chunks[key]]
            found[chunks[key]] = known._replace(message=_clip(known.message + message))
            continue
        chunks[key] = len(found)
        found.append(LogLine(_clip(message), _level(entry.get("level")), str(entry.get("timestamp") or "")))
    return found


def _entry(text: str) -> Optional[Dict[str, Any]]:
    if not (text.startswith("{") and text.rstrip().endswith("}")):
        return None
    try:
        entry: Dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return entry if "message" in entry else None


def _plain(text: str) -> LogLine:
    match = _OLD_TIME.match(text)
    if match is None:
        return LogLine(_clip(text))
    return LogLine(_clip(text[match.end() :]), "", f"{match.group(1)}T{match.group(2)}Z")


def _level(value: object) -> str:
    return _LEVELS.get(value, "") if isinstance(value, int) else str(value or "").lower()


def _clip(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + f" ... ({len(text) - _LONGEST} more characters)"

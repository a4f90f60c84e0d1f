"""Read the type, the message and the line of an exception from ZenML's record or from a log."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from pipesight.history.model import Failure
from pipesight.history.sources.values import mapping

_BEGIN = re.compile(r"(?<!\| )Traceback \(most recent call last\):")  # `| ` precedes one inside an exception group
_TOLD = re.compile(r"Failed to run step `[^`]*`: (?P<message>.+)", re.DOTALL)  # by ZenML from 0.85 on
_LONGEST = 20_000  # characters of a traceback. A longer one keeps its beginning and its end
_MESSAGE = 4_000  # characters of a message
_MESSAGE_LINES = 100
_FRAME = re.compile(r'^ *File "(?P<file>.+?)", line (?P<line>\d+), in (?P<function>.+)$')
_PLACE = re.compile(r'^ *File "(?P<file>.+?)", line (?P<line>\d+)$')
_SYNTAX = frozenset(("SyntaxError", "IndentationError", "TabError"))
_EXCEPTION = re.compile(r"^(?P<type>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?$")
_NEXT_PART = re.compile(
    r"^(?:The above exception was the direct cause|During handling of the above exception)", re.MULTILINE
)
_RAISE = re.compile(r"^raise (?P<type>[A-Za-z_][\w.]*)\b(?P<arguments>\(.*)?")
_FUNCTION = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
_LIBRARY = re.compile(r"[\\/](?:site-packages|dist-packages|lib[\\/]python[\d.]+)[\\/]")
_LIBRARY_OF_WINDOWS = re.compile(  # the folders of the installer, the Microsoft Store, uv, pyenv and conda
    r"\\(?:python\d+(?:-32)?|(?:c?python(?:core)?-|pythonsoftwarefoundation)[^\\]*|\w*conda\d*|mini?forge\d*|mambaforge"
    r"|envs\\[^\\]+|versions\\[\d.]+)\\lib\\",
    re.IGNORECASE,
)


class _TracebackFrame(NamedTuple):
    file: str
    line: int
    function: str
    code: str


def failure_of(exception_info: object, source_code: str | None = None) -> Failure | None:
    """Return the failure that a store's `exception_info` describes. It is a JSON object or its text.

    `source_code` is the code of the step, in which the failing line is searched.
    """
    told = mapping(_decoded(exception_info))
    if not told:
        return None
    traceback = str(told.get("traceback") or "")
    plain = _ungrouped(traceback)
    type_, message = exception_of(plain)
    source = told.get("source")
    name = source.removeprefix("builtins.") if isinstance(source, str) and source else type_
    frame = _frame(plain, source_code or "")
    offset = next((told[key] for key in ("user_code_line", "step_code_line") if isinstance(told.get(key), int)), None)
    text = told.get("message")
    return Failure(
        type=name,
        message=_cut(text if isinstance(text, str) else message, _MESSAGE),
        traceback=_cut(traceback, _LONGEST) or None,
        source_line=_source_line(source_code or "", offset, frame),
        file=frame.file if frame else None,
        line=frame.line if frame else None,
    )


def failure_in_log(messages: Sequence[str], source_code: str | None = None) -> Failure | None:
    """Return the failure of the last traceback in a log, else the last failure that ZenML logs without a traceback.

    A traceback is one message, or one message for each line. `source_code` is the code of the step.
    """
    number = max((number for number, message in enumerate(messages) if _BEGIN.search(message)), default=None)
    if number is None:
        return _told_failure(messages)
    *_, last = _BEGIN.finditer(messages[number])
    traceback = _once(_ungrouped(messages[number][last.start() :]))
    if _end(traceback.splitlines()) is None:
        traceback = _until_its_end(_ungrouped("\n".join((traceback, *messages[number + 1 :]))), messages[:number])
    type_, message = exception_of(traceback)
    frame = _frame(traceback, source_code or "")
    if type_ is None:
        return None
    return Failure(
        type_,
        _cut(message, _MESSAGE),
        _cut(traceback, _LONGEST),
        _source_line(source_code or "", None, frame),
        frame.file if frame else None,
        frame.line if frame else None,
    )


def _told_failure(messages: Sequence[str]) -> Failure | None:
    """Return the failure that ZenML logs as a message without a traceback. Its exception has no arguments."""
    told = next((match for message in reversed(messages) if (match := _TOLD.match(message))), None)
    return Failure(None, _cut(told["message"].strip(), _MESSAGE)) if told is not None else None


def completed(recorded: Failure | None, logged: Failure | None) -> Failure | None:
    """Return the recorded failure. If it lacks the message, take the type and the message from the log.

    ZenML 0.85 to 0.95 record a traceback without its last line, which names the exception.
    """
    if recorded is None or logged is None:
        return recorded or logged
    if recorded.is_complete or not _is_same_type(recorded.type, logged.type):
        return recorded
    return replace(recorded, type=logged.type or recorded.type, message=logged.message)


def _is_same_type(recorded: str | None, logged: str | None) -> bool:
    """Return True if both names may mean one class, like `errors.ParserError` and `pandas.errors.ParserError`."""
    return recorded is None or logged is None or recorded.split(".")[-1] == logged.split(".")[-1]


def is_of_library(file: str) -> bool:
    """Return True if the path belongs to Python or to an installed package."""
    return any(each.search(file) for each in (_LIBRARY, _LIBRARY_OF_WINDOWS))


def exception_of(traceback: str) -> tuple[str | None, str | None]:
    """Return the type and the message of the exception that a traceback ends with.

    If the last line is missing, read them from the `raise` statement of the last call, if it has one.
    """
    lines = traceback.rstrip().splitlines()
    end = _end(lines)
    if end is not None and (match := _EXCEPTION.match(lines[end])):
        message = "\n".join((match["message"] or "", *lines[end + 1 :])).strip()
        where = _syntax_place(lines[:end]) if match["type"] in _SYNTAX and message else ""
        return match["type"], f"{message}{where}" or None
    return _raised(_frames(traceback))


def _syntax_place(lines: Sequence[str]) -> str:
    """Return the place that a SyntaxError adds to its message. A traceback has it on a line of its own."""
    for line in reversed(lines):
        if match := _PLACE.match(line):
            name = re.split(r"[\\/]", match["file"])[-1]
            return f" ({name}, line {match['line']})"
        if _FRAME.match(line):
            break
    return ""


def _raised(frames: Sequence[_TracebackFrame]) -> tuple[str | None, str | None]:
    """Return the type and the message in the `raise` statement of the last call."""
    match = _RAISE.match(frames[-1].code) if frames else None
    if match is None or not match["type"].rsplit(".", 1)[-1][0].isupper():
        return None, None  # a variable, or no `raise` at all
    try:
        message = ast.literal_eval(match["arguments"] or "()")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return match["type"], None
    return match["type"], message if isinstance(message, str) and message else None


def _end(lines: Sequence[str]) -> int | None:
    """Return the index of the line that names the exception: the first unindented line after the last call."""
    last_call = max((number for number, line in enumerate(lines) if _FRAME.match(line)), default=-1)
    return next((number for number, line in enumerate(lines) if number > last_call and _EXCEPTION.match(line)), None)


def _until_its_end(text: str, before: Sequence[str]) -> str:
    """Return a traceback without the lines of the log that follow it. `before` are the lines before it."""
    lines = text.splitlines()
    for index, line in enumerate(lines[1:], 1):
        if match := _EXCEPTION.match(line):
            more = _repeated(lines[index + 1 :], match["message"] or "", before[-_MESSAGE_LINES:])
            return "\n".join(lines[: index + 1 + more])
    return text


def _repeated(after: Sequence[str], message: str, before: Sequence[str]) -> int:
    """Return how many lines after a traceback belong to the message. Up to 0.55, ZenML logs the message before it."""
    for start, line in enumerate(before):
        rest = before[start + 1 :]
        if line == message and rest and list(after[: len(rest)]) == list(rest):
            return len(rest)
    return 0


def _once(traceback: str) -> str:
    """Return a traceback that names the exception once. ZenML 0.92 logs each part of it twice."""
    lines = traceback.rstrip().splitlines()
    end = _end(lines)
    if end is None:
        return traceback
    named, half = lines[end:], (len(lines) - end) // 2
    return "\n".join([*lines[:end], *(named[:half] if half and named[:half] == named[half:] else named)])


def _ungrouped(traceback: str) -> str:
    """Return the traceback of an exception group in the usual format, without the exceptions in the group."""
    if "\n  | " not in traceback:
        return traceback
    outer = traceback.partition("\n  +-+")[0]
    return "\n".join(line.removeprefix("  | ") for line in outer.splitlines())


def _frame(traceback: str, source_code: str) -> _TracebackFrame | None:
    """Return the first call in the traceback that is in the step's code, else the first that is not in a library."""
    frames = _frames(_NEXT_PART.split(traceback)[-1]) or _frames(traceback)
    functions = set(_FUNCTION.findall(source_code))
    own = [frame for frame in frames if not is_of_library(frame.file)]
    return next(iter([frame for frame in own if frame.function.rsplit(".", 1)[-1] in functions] or own or frames), None)


def _frames(traceback: str) -> Sequence[_TracebackFrame]:
    lines = traceback.splitlines()
    found: list[_TracebackFrame] = []
    for index, line in enumerate(lines):
        if match := _FRAME.match(line):
            code = lines[index + 1].strip() if index + 1 < len(lines) else ""
            found.append(_TracebackFrame(match["file"], int(match["line"]), match["function"], code))
    return found


def _source_line(source_code: str, offset: int | None, frame: _TracebackFrame | None) -> int | None:
    """Return the line of the failure in the step's source code, counted from 1.

    `offset` is ZenML's number of the line. ZenML counts from 0, but its documentation does not promise that. So the
    line that the traceback quotes decides, if it is found.
    """
    lines = [line.strip() for line in source_code.splitlines()]
    quoted = frame.code if frame else ""
    if quoted:
        near = [] if offset is None else [index for index in (offset, offset - 1) if 0 <= index < len(lines)]
        same = [index for index in near if lines[index] == quoted] or [
            index for index, line in enumerate(lines) if line == quoted
        ]
        if len(same) == 1 or (same and near):
            return same[0] + 1
    return None if offset is None else offset + 1


def _cut(text: str | None, longest: int) -> str | None:
    if text is None or len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}\n... {len(text) - longest} characters ...\n{text[-half:]}"


def _decoded(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str | bytes) else value
    except ValueError:
        return None

"""Answer requests for previews and logs until the input ends. Each request and answer is a JSON object in one line."""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Dict, Optional, Tuple

from .bounds import Picture, Request
from .choose import compared, preview, problem_picture, queried
from .logs import PAGE, read_log
from .memory import MemoryLimit
from .problem import Problem

if TYPE_CHECKING:
    from .query import Query

_Message = Dict[str, Any]  # a JSON object

_QUERY_SECONDS = 601.0  # a query over a whole table has a limit of its own


def main() -> int:
    """Read requests from standard input, and answer on standard output.

    The first argument is the memory limit in bytes. The second is the time limit of an answer in seconds, after which
    the process ends, even if the server is gone or a library hangs. 0 sets no limit.
    """
    requests, answers = _private_streams()
    memory, seconds = [*map(float, sys.argv[1:3]), 0.0, 0.0][:2]
    limit = MemoryLimit(int(memory))
    _send(answers, {"ready": list(sys.version_info[:3])})
    for line in requests:
        if line.strip():
            if seconds > 0:
                is_long = b'"query"' in line[:200] or b'"compare"' in line[:200]
                patience = max(seconds, _QUERY_SECONDS) if is_long else seconds
                faulthandler.dump_traceback_later(patience, exit=True, file=2)
            with limit.guarded():
                _send(answers, answer(line, answers, int(memory)))
            faulthandler.cancel_dump_traceback_later()
    return 0


def answer(line: bytes, answers: Optional[BinaryIO] = None, memory: int = 0) -> Dict[str, object]:
    """Return the answer to one request line: `{"id": ..., "preview": ...}`, or other keys for other requests.

    The progress of a query goes to `answers` as `{"progress": ...}`.
    """
    try:
        message = json.loads(line.decode("utf-8"))
        if message.get("method") == "log":
            return {"id": message.get("id"), **_log(message)}
        if message.get("method") == "compare":
            left, right = _request(message["left"]), _request(message["right"])
            return {"id": message.get("id"), **compared(left, right, memory)}
        if message.get("method") == "plan":
            return {"id": message.get("id"), **_planned(message)}
        asked = _query(message) if message.get("method") == "query" else _request(message)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return {
            "id": None,
            "preview": problem_picture(Problem(f"Not a request for a preview ({type(error).__name__}).")),
        }
    number = message.get("id")
    if isinstance(asked, Request):
        return {"id": number, "preview": preview(asked)}
    return {"id": number, **queried(asked, _ProgressMessages(answers), memory)}


def _request(message: _Message) -> Request:
    return Request(
        str(message["uri"]),
        str(message.get("materializer") or ""),
        str(message.get("data_type") or ""),
        int(message.get("offset") or 0),
        int(message.get("limit") or 50),
        int(message.get("sort", -1)),
        bool(message.get("descending")),
        str(message.get("find") or ""),
        int(message.get("first_column") or 0),
        picked=tuple(map(int, message.get("picked") or ())),
        slices=tuple(map(int, message.get("slices") or ())),
        region=tuple(map(int, message.get("region") or ())),
    )


def _planned(message: _Message) -> Dict[str, Any]:
    from .plan import planned

    return planned(_request(message))


def _query(message: _Message) -> Query:
    from .query import Query

    return Query(**{name: value for name, value in message.items() if name in Query._fields})


class _ProgressMessages:
    """The messages with the progress of a query, sent when it has changed."""

    def __init__(self, answers: Optional[BinaryIO]) -> None:
        self._answers = answers
        self._last = 0

    def __call__(self, fraction: float) -> None:
        percent = int(100 * min(1.0, max(0.0, fraction)))
        if self._answers is not None and percent > self._last:
            self._last = percent
            _send(self._answers, {"progress": percent / 100})


def _log(message: _Message) -> Dict[str, object]:
    """Return a part of a log, `{"log": [lines, start, end, size]}`, or `{"problem": [text, advice]}`."""
    try:
        page = read_log(
            str(message["uri"]),
            message.get("before"),
            message.get("after"),
            int(message.get("limit") or PAGE),
            bool(message.get("whole")),
        )
    except Problem as problem:
        return {"problem": [problem.text, problem.advice]}
    except Exception as error:  # noqa: BLE001 - every store has its own errors
        return {"problem": [f"The log could not be read ({type(error).__name__}).", None]}
    return {"log": list(page)}


def _private_streams() -> Tuple[BinaryIO, BinaryIO]:
    """Return private streams to standard input and output. What a library prints is discarded, and it reads nothing."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    os.close(nowhere)
    return requests, answers


def _send(answers: BinaryIO, message: Dict[str, object]) -> None:
    answers.write(_encoded(message) + b"\n")
    answers.flush()


def _encoded(message: Dict[str, object]) -> bytes:
    try:
        return json.dumps(message, allow_nan=False).encode("ascii")
    except (ValueError, TypeError, MemoryError) as error:
        picture: Picture = problem_picture(
            Problem("This artifact's preview could not be sent.", f"Please report {type(error).__name__}.")
        )
        return json.dumps({"id": message.get("id"), "preview": picture}).encode("ascii")

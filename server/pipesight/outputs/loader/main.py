"""Load one value in this process: raise the fences, try them, load the value, answer, and end."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, BinaryIO, Dict

from .fences import raise_fences, tried
from .values import answer, settle


def main() -> None:
    """Answer the request in the first argument on standard output, as one line of JSON, and end the process.

    The answer has the `fences` that hold. If all `required` ones hold and the request has an `artifact`, the answer
    also has its `value` or the `problem`.
    """
    request: Dict[str, Any] = json.loads(sys.argv[1])
    answers = _private_stream()
    settle(request["work"])
    limit = raise_fences(request["work"], request["memory"], request["seconds"], request["server"])
    fences = tried(request["work"], request["memory"])
    found: Dict[str, Any] = {"fences": fences}
    if request["artifact"] is not None and set(request["required"]) <= set(fences):
        with limit.guarded():
            found.update(answer(request["artifact"]))
    answers.write(json.dumps(found).encode("ascii") + b"\n")
    answers.flush()
    os._exit(0)  # skips exit handlers and threads that the value may have left


def _private_stream() -> BinaryIO:
    """Return a private stream to standard output. What the value prints is discarded, and it reads nothing."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    return answers

"""Loads one value in this process: raises the fences, tries them, loads, answers, and ends."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, BinaryIO, Dict

from .fences import raise_fences, tried
from .values import answer, settle


def main() -> None:
    """Answer the request in the first argument on standard output, as one line of JSON, and end the process.

    The answer has the `fences` that hold. If those that are `required` do, and there is an `artifact`, it also has its
    `value`, or the `problem`.
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
    os._exit(0)  # nothing that the value left behind for the end of the process runs


def _private_stream() -> BinaryIO:
    """Return standard output for us alone. What the value prints or reads goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    return answers

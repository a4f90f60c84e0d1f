"""Failures in the forms in which ZenML's releases record exceptions, and the last traceback of a log."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import Failure
from pipesight.history.sources.failures import completed, exception_of, failure_in_log, failure_of
from tests.examples import mostly_slow

SOURCE = "@step\ndef fit(rate):\n    if rate > 1:\n        raise ValueError('too fast')\n    return rate\n"
TRACEBACK = (
    "  File \"/home/me/train.py\", line 13, in fit\n    raise ValueError('too fast')\n"
    '  File "/usr/lib/python3.11/site-packages/lib.py", line 7, in deep\n    work()\n'
    "ValueError: too fast\n"
)


@pytest.mark.parametrize(
    "told",
    [
        {"traceback": TRACEBACK, "step_code_line": 4},  # 0.85 and 0.90
        {"traceback": TRACEBACK, "user_code_line": 3},  # 0.93
        {"traceback": TRACEBACK, "source": "builtins.ValueError", "message": "too fast", "user_code_line": 3},  # 0.96
        {"traceback": TRACEBACK},
        json.dumps({"traceback": TRACEBACK, "user_code_line": 3}),
    ],
)
def test_each_release_says_the_same(told: object) -> None:
    failure = failure_of(told, SOURCE)
    assert failure is not None
    assert (failure.type, failure.message) == ("ValueError", "too fast")
    assert (failure.file, failure.line, failure.source_line) == ("/home/me/train.py", 13, 4)


@pytest.mark.parametrize(
    "name", mostly_slow(["0.90.0", "0.98.0", "0.98.0-extra", "0.98.0-record"], quick=("0.90.0", "0.98.0-record"))
)
def test_the_line_is_the_one_that_the_traceback_quotes(
    name: str, unpack_history: Callable[[str], Path], index_folder: Path
) -> None:
    (source,) = discover(history=[str(unpack_history(name))], environment={}).sources
    with closing(History.open([source], cache_folder=index_folder, start=False)) as history:
        history.sync_once(full=True)
        failed = [step for run in history.runs() for step in history.steps(run) or () if step.failure is not None]
        assert failed
        for step in failed:
            assert step.failure is not None
            assert step.failure.source_line is not None
            assert step.failure.traceback is not None
            code = history.code(step, wait=True)
            assert code is not None
            assert code.source is not None
            line = code.source.splitlines()[step.failure.source_line - 1].strip()
            assert line in step.failure.traceback


@pytest.mark.parametrize(
    ("traceback", "type_", "message"),
    [
        (TRACEBACK, "ValueError", "too fast"),
        (
            '  File "a.py", line 1, in f\n    f()\npandas.errors.ParserError: line 1\nline 2\n',
            "pandas.errors.ParserError",
            "line 1\nline 2",
        ),
        ('  File "a.py", line 1, in f\n    f()\nKeyboardInterrupt\n', "KeyboardInterrupt", None),
        (
            '  File "a.py", line 1, in f\n    f()\nValueError: one\n  two\nthree: four\n',
            "ValueError",
            "one\n  two\nthree: four",
        ),
        (
            '  File "a.py", line 1, in f\n    f()\n  File "b.py", line 1\n    x = (1,\n        ^\nSyntaxError: no\n',
            "SyntaxError",
            "no (b.py, line 1)",  # as `str(error)` says it
        ),
        ("", None, None),
        ("no traceback at all", None, None),
        # ZenML 0.85 to 0.95 leave out the line that names the exception
        ('  File "a.py", line 1, in f\n    raise ValueError("no way")\n\n', "ValueError", "no way"),
        ('  File "a.py", line 1, in f\n    raise errors.ParserError(f"{x}") from e\n', "errors.ParserError", None),
        ('  File "a.py", line 1, in f\n    raise StopIteration\n', "StopIteration", None),
        ('  File "a.py", line 1, in f\n    raise error\n', None, None),
        ('  File "a.py", line 1, in f\n    work()\n', None, None),
    ],
)
def test_the_exception_of_a_traceback(traceback: str, type_: str | None, message: str | None) -> None:
    assert exception_of(traceback) == (type_, message)


def test_of_chained_exceptions_the_last_counts() -> None:
    chained = (
        '  File "a.py", line 1, in fit\n    first()\nKeyError: 1\n\n'
        "During handling of the above exception, another exception occurred:\n\n"
        "Traceback (most recent call last):\n  File \"a.py\", line 4, in fit\n    raise ValueError('too fast')\n"
        "ValueError: too fast\n"
    )
    failure = failure_of({"traceback": chained}, SOURCE)
    assert failure is not None
    assert (failure.type, failure.line, failure.source_line) == ("ValueError", 4, 4)


@pytest.mark.parametrize("told", [None, "", "{half", "[]", "7", "null", "{}"])
def test_what_is_no_failure(told: object) -> None:
    assert failure_of(told) is None


def test_a_traceback_of_megabytes_keeps_both_ends() -> None:
    failure = failure_of({"traceback": "begin\n" + "    x\n" * 200_000 + "ValueError: too fast\n"})
    assert failure is not None
    assert failure.traceback is not None
    assert len(failure.traceback) < 25_000
    assert failure.traceback.startswith("begin")
    assert failure.traceback.endswith("ValueError: too fast\n")


HEAD = "Traceback (most recent call last):\n"
MULTI_LINE = "first\n  second, indented\n\nfourth: after an empty one\nKeyError: looks like one"


def test_the_last_traceback_of_a_log() -> None:
    log = f"{HEAD}{TRACEBACK}Retrying.\n{HEAD}" + TRACEBACK.replace("too fast\n", "still too fast\n") + "Step failed.\n"
    failure = failure_in_log(log.splitlines())
    assert failure is not None
    assert (failure.type, failure.message, failure.line) == ("ValueError", "still too fast", 13)
    assert failure_in_log(["all is well"]) is None


@pytest.mark.parametrize(
    "message",
    [
        f"{MULTI_LINE}\n{HEAD}{TRACEBACK}",  # 0.66 to 0.83, where the message begins with the exception's
        f"An exception has occurred.\n{HEAD}{TRACEBACK}",
        f"An exception has occurred.\n{HEAD}{HEAD}{TRACEBACK}ValueError: too fast\n",  # 0.92 says each part twice
    ],
)
def test_a_message_of_many_lines_ends_with_the_message_of_the_log(message: str) -> None:
    several = message.replace("ValueError: too fast", f"ValueError: {MULTI_LINE}")
    failure = failure_in_log(["Step has started.", several, "Failed to run the step."])
    assert failure is not None
    assert (failure.type, failure.message, failure.line) == ("ValueError", MULTI_LINE, 13)


def test_a_message_of_many_lines_ends_as_the_lines_before_the_traceback() -> None:
    several = TRACEBACK.replace("ValueError: too fast", f"ValueError: {MULTI_LINE}")
    log = f"Step has started.\n{MULTI_LINE}\n{HEAD}{several}\nRetrying.\n"  # up to 0.55
    failure = failure_in_log(log.splitlines())
    assert failure is not None
    assert failure.message == MULTI_LINE


def test_zenml_tells_the_message_of_an_exception_without_a_traceback() -> None:
    log = ["Step `fit` has started.", "Failed to run step `fit`: first\nsecond", "An exception has occurred."]
    assert failure_in_log(log) == Failure(None, "first\nsecond")


GROUP = (
    "  + Exception Group Traceback (most recent call last):\n"
    '  |   File "/home/me/train.py", line 13, in fit\n  |     raise ExceptionGroup("several", errors)\n'
    "  | ExceptionGroup: several (2 sub-exceptions)\n"
    "  +-+---------------- 1 ----------------\n    | Traceback (most recent call last):\n"
    '    |   File "/home/me/other.py", line 3, in work\n    |     raise ValueError("one")\n    | ValueError: one\n'
    "    +---------------- 2 ----------------\n    | TypeError: two\n    +------------------------------------\n"
)


def test_a_group_of_exceptions() -> None:
    logs = [[f"An exception.\n{GROUP}"], GROUP.splitlines()]
    for failure in (failure_of({"traceback": GROUP}, SOURCE), *map(failure_in_log, logs)):
        assert failure is not None
        assert (failure.type, failure.message) == ("ExceptionGroup", "several (2 sub-exceptions)")
        assert (failure.file, failure.line) == ("/home/me/train.py", 13)


@pytest.mark.parametrize(
    ("recorded", "logged", "expected"),
    [
        (Failure(None, None, line=7), Failure("TypeError", "no"), Failure("TypeError", "no", line=7)),
        (Failure("errors.Bad", None), Failure("lib.errors.Bad", "no"), Failure("lib.errors.Bad", "no")),
        (Failure("KeyError", None), Failure("TypeError", "another one"), Failure("KeyError", None)),
        (Failure("KeyError", "'x'"), Failure("KeyError", "'y'"), Failure("KeyError", "'x'")),
        (Failure("Bad", "no"), Failure("lib.Bad", "no: 7"), Failure("lib.Bad", "no: 7")),  # its `__str__` adds to it
        (Failure("lib.Bad", "no"), Failure("other.Bad", "no: 7"), Failure("lib.Bad", "no")),
        (Failure("Bad", "no"), Failure("KeyError", "'y'"), Failure("Bad", "no")),
        (None, Failure("KeyError", "'y'"), Failure("KeyError", "'y'")),
        (Failure("Bad", None), Failure(None, "no"), Failure("Bad", "no")),  # logged without a traceback
        (Failure("KeyError", None), None, Failure("KeyError", None)),
    ],
)
def test_the_log_completes_what_the_store_has(
    recorded: Failure | None, logged: Failure | None, expected: Failure
) -> None:
    assert completed(recorded, logged) == expected

"""Run a reader in the user's interpreter, send it one request at a time, and kill it after the time limit."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipesight.history.model import Output
from pipesight.outputs.preview import Preview, Window, from_json, problem
from pipesight.outputs.reader.logs import LogLine, LogPage
from pipesight.outputs.reader.memory import TOO_MUCH
from pipesight.outputs.reader.problem import Problem

if TYPE_CHECKING:
    from pipesight.outputs.comparison import ValueComparison
    from pipesight.outputs.loaded import LoadFacts
    from pipesight.outputs.queries import TableAnswer, TableQuery
    from pipesight.outputs.reader.whole_table import Report

_log = logging.getLogger(__name__)

_READER = Path(__file__).parent / "reader"
_START_TIMEOUT = 20.0
_ORPHAN = 1.0  # seconds after its time limit at which a reader ends itself, in case the server has died
_KEPT = {
    "HOME", "PATH", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "SYSTEMROOT",
    "SYSTEMDRIVE", "WINDIR", "COMSPEC", "TEMP", "TMP", "TMPDIR", "LANG", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    "CONDA_PREFIX", "VIRTUAL_ENV", "JAVA_HOME", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
}  # fmt: skip
_KEPT_PREFIXES = (
    "LC_", "XDG_", "SSL_CERT_", "AWS_", "S3_", "GOOGLE_", "GCLOUD_", "CLOUDSDK_", "AZURE_", "FSSPEC_", "HADOOP_",
    "KRB5", "ARROW_", "OCI_", "OSS_",
)  # fmt: skip

_DEFAULTS = {
    "AWS_MAX_ATTEMPTS": "2",  # fewer attempts, so that the error for a missing store comes before the time limit
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # other pools reserve a gigabyte, which counts against the memory limit
    "OPENBLAS_NUM_THREADS": "1",  # each thread has a stack and buffers, which count against the memory limit
}

_OF_CONDA = ("Library/mingw-w64/bin", "Library/usr/bin", "Library/bin", "Scripts", "bin")


def reader_environment(
    environment: Mapping[str, str], interpreter: str = "", *, windows: bool = os.name == "nt"
) -> dict[str, str]:
    """Return the environment variables for a reader: paths, and the credentials of artifact stores."""
    kept = {
        name: value
        for name, value in environment.items()
        if name.upper() in _KEPT or name.upper().startswith(_KEPT_PREFIXES)
    }
    return {**_DEFAULTS, **kept, **conda_path(kept, interpreter, windows=windows)}


def conda_path(environment: Mapping[str, str], interpreter: str, *, windows: bool) -> dict[str, str]:
    """Return the PATH with which Conda on Windows finds the libraries of an environment that is not activated."""
    folder = Path(interpreter).parent
    if not windows or not (folder / "conda-meta").is_dir():
        return {}
    folders = [str(folder), *(str(folder / each) for each in _OF_CONDA), environment.get("PATH", "")]
    return {"PATH": ";".join(filter(None, folders))}


_PROGRESS = b'{"progress"'
_QUERY_TIMEOUT = (
    600.0  # seconds for a query of a whole table. It is long, because users see its progress and can cancel it
)
_UNREADABLE = problem("The reader of outputs returned an answer that is not valid.")


class ReaderStartError(Exception):
    """The interpreter cannot run the reader."""


class ReaderProcess:
    """A reader in `interpreter`. It starts with a request, and again after it has died. It is not thread-safe."""

    def __init__(self, interpreter: str | None, *, timeout: float, memory_limit: int) -> None:
        self._interpreters = [interpreter, sys.executable] if interpreter else [sys.executable]
        self._timeout = timeout
        self._memory_limit = memory_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._next_id = 0

    def ask(self, output: Output, window: Window) -> tuple[Preview, int]:
        """Return the preview of one output and its size in bytes, or a problem if the reader died or was too slow."""
        message = {"method": "preview", **_address(output), **asdict(window)}
        answer, size = self._answered(message, output.uri, self._timeout)
        return (answer if isinstance(answer, Preview) else _preview(answer)), size

    def query(self, output: Output, question: TableQuery, report: Report) -> TableAnswer:
        """Return the reader's answer to a query of a whole table. Any thread may end it with `stop`."""
        from pipesight.outputs.queries import TableAnswer, answer_from_json

        asked = {**asdict(question), "columns": question.columns}
        message = {"method": "query", **_address(output), **asked}
        answer, _ = self._answered(message, output.uri, max(_QUERY_TIMEOUT, self._timeout), report)
        if isinstance(answer, Preview):
            return TableAnswer(preview=answer)
        try:
            return answer_from_json(answer)
        except ValueError:
            return TableAnswer(preview=_UNREADABLE)

    def compare(self, left: Output, right: Output) -> ValueComparison | Preview:
        """Return the differences between two outputs, or the problem. Any thread may end it with `stop`."""
        message = {"method": "compare", "left": _address(left), "right": _address(right)}
        answer, _ = self._answered(message, f"{left.uri} {right.uri}", max(_QUERY_TIMEOUT, self._timeout))
        if isinstance(answer, Preview):
            return answer
        from pipesight.outputs.comparison import comparison_from_json

        try:
            return comparison_from_json(answer["comparison"]) if "comparison" in answer else _preview(answer)
        except ValueError:
            return _UNREADABLE

    def plan(self, output: Output) -> LoadFacts | Preview:
        """Return what loading an output would run, or the problem. This loads nothing."""
        answer, _ = self._answered({"method": "plan", **_address(output)}, output.uri, self._timeout)
        if isinstance(answer, Preview):
            return answer
        from pipesight.outputs.loaded import load_facts_from_json

        try:
            return load_facts_from_json(answer["plan"]) if "plan" in answer else _preview(answer)
        except ValueError:
            return _UNREADABLE

    def _answered(
        self, message: dict[str, Any], uri: str, timeout: float, report: Report | None = None
    ) -> tuple[Preview | dict[str, Any], int]:
        """Send a request. Return the answer and its size in bytes, or a problem if there is none."""
        try:
            process = self._running()
        except ReaderStartError as error:
            return problem(str(error), "Set the interpreter of this workspace to a Python of 3.7 or newer."), 0
        self._next_id += 1
        line = json.dumps({"id": self._next_id, **message}).encode() + b"\n"
        received, timed_out = _exchange(process, line, timeout, report)
        answer = _answer_of(received, self._next_id)
        if answer is not None:
            return answer, len(received)
        self.close()
        return self._failure(process, uri, timeout if timed_out else 0), 0

    def _failure(self, process: subprocess.Popen[bytes], uri: str, seconds: float) -> Preview:
        if seconds:
            remote = "Check that its artifact store can be reached from here. " if "://" in uri else ""
            advice = f"{remote}Read it in a notebook, or raise the time limit in the settings."
            return problem(f"Reading this output took longer than {seconds:g} s.", advice)
        if process.returncode == TOO_MUCH:
            advice = "Raise the limit in the settings, or read it in a notebook."
            return problem("This artifact needs more memory than previews may use.", advice)
        advice = "It may need more memory than previews may use. Read it in a notebook."
        return problem("The reader stopped while reading this output.", advice)

    def ask_log(self, uri: str, before: int | None, after: int | None, limit: int, *, whole: bool) -> LogPage:
        """Return a part of a log, as `read_log` does.

        Raises Problem if it cannot be read, or if the reader died or was too slow.
        """
        try:
            process = self._running()
        except ReaderStartError as error:
            raise Problem(str(error), "Set the interpreter of this workspace to a Python of 3.7 or newer.") from None
        self._next_id += 1
        asked = {"uri": uri, "before": before, "after": after, "limit": limit, "whole": whole}
        message = {"id": self._next_id, "method": "log", **asked}
        line, _ = _exchange(process, json.dumps(message).encode() + b"\n", self._timeout)
        page = _log_of(line, self._next_id)
        if isinstance(page, LogPage):
            return page
        if page is None:
            self.close()
        raise page or Problem(
            f"Reading the log took longer than {self._timeout:g} s or too much memory.",
            "Check that its artifact store can be reached from here.",
        )

    def stop(self) -> None:
        """Make a running `ask` return a problem. Any thread may call this."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    _close_quietly(stream)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        for interpreter in list(self._interpreters):
            process = self._started(interpreter)
            if process is not None:
                self._process = process
                return process
            if len(self._interpreters) > 1:
                _log.warning("%s does not run the reader of outputs. Using %s", interpreter, sys.executable)
                self._interpreters.remove(interpreter)
        raise ReaderStartError(f"{self._interpreters[-1]} does not run the reader of outputs.")

    def _started(self, interpreter: str) -> subprocess.Popen[bytes] | None:
        try:
            process = subprocess.Popen(  # noqa: S603 - the interpreter is the user's choice, the arguments are ours
                [interpreter, "-E", str(_READER), str(self._memory_limit), str(self._timeout + _ORPHAN)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=reader_environment(os.environ, interpreter),
                cwd=_READER,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError):
            return None
        line, _ = _exchange(process, b"", _START_TIMEOUT)
        if b'"ready"' in line:
            return process
        self._process = process
        self.close()
        return None


def _address(output: Output) -> dict[str, str | None]:
    return {"uri": output.uri, "materializer": output.materializer, "data_type": output.data_type}


def _exchange(
    process: subprocess.Popen[bytes], message: bytes, timeout: float, report: Report | None = None
) -> tuple[bytes, bool]:
    """Send a line and read one. Kill the process after `timeout` seconds. Return the line, and whether it was killed.

    Lines with the progress of a query go to `report`.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(timeout, end)
    timer.daemon = True
    timer.start()
    try:
        if message:
            process.stdin.write(message)
            process.stdin.flush()
        line = process.stdout.readline()
        while report is not None and line.startswith(_PROGRESS):
            report(_fraction(line))
            line = process.stdout.readline()
        return line, late.is_set()
    except (OSError, ValueError):
        return b"", late.is_set()
    finally:
        timer.cancel()


def _fraction(line: bytes) -> float:
    try:
        return float(json.loads(line)["progress"])
    except (ValueError, KeyError, TypeError):
        return 0.0


def _answer_of(line: bytes, number: int) -> dict[str, Any] | None:
    try:
        answer: dict[str, Any] = json.loads(line)
        return answer if answer["id"] == number else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _log_of(line: bytes, number: int) -> LogPage | Problem | None:
    try:
        answer: dict[str, Any] = json.loads(line)
        if answer["id"] != number:
            return None
        if "problem" in answer:
            text, advice = answer["problem"]
            return Problem(str(text), None if advice is None else str(advice))
        lines, start, end, size = answer["log"]
        return LogPage([LogLine(*map(str, each)) for each in lines], int(start), int(end), int(size))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _preview(answer: Mapping[str, Any]) -> Preview:
    try:
        return from_json(answer["preview"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return _UNREADABLE


def _close_quietly(stream: Any) -> None:
    with contextlib.suppress(OSError):  # the process has ended and closed the pipe
        stream.close()

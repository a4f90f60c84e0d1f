"""Run the loader in its own process for each value, in a temporary folder, and kill it after the time limit."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, cast

from pipesight.outputs.process import conda_path
from pipesight.outputs.work_folder import work_folder

_LOADER = Path(__file__).parent / "loader"
_ANSWER = 64 * 1024 * 1024  # bytes of an answer. One character of HTML may take twelve bytes
_FOLDER = 256 * 1024 * 1024  # bytes of the temporary folder
_ENTRY = 4096  # bytes that each file or folder counts at least, which limits their number
_HIDDEN = (errno.EACCES, errno.ENAMETOOLONG)  # errors of a folder that cannot be listed
_PERIOD = 0.1  # seconds between two checks of the folder
_KEPT = {
    "HOME", "PATH", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "LANG",
    "TZ", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "CONDA_PREFIX", "VIRTUAL_ENV",
}  # fmt: skip
_ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}  # each thread has buffers, which count against the memory limit
_SANDBOX = "/usr/bin/sandbox-exec"  # of macOS
_PROFILE = """(version 1)
(allow default)
(deny network*)
(deny process-fork)
(deny signal (target others))
(deny file-write* (require-not (require-any (subpath (param "WORK")) (literal "/dev/null"))))"""


class LoaderProcess:
    """One run of the loader with a request. Any thread may call `stop` to end it."""

    def __init__(self, interpreter: str, request: Mapping[str, object], *, seconds: float) -> None:
        self._interpreter = interpreter
        self._request = request
        self._seconds = seconds
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Make a running `run` raise TimeoutError."""
        self._stopped.set()

    def run(self) -> dict[str, Any]:
        """Return the answer of the process, {} if the process died.

        Raises OSError if the interpreter does not start, and TimeoutError if the process was killed.
        """
        with work_folder() as work:
            return self._answer(self._started(work), work)

    def _started(self, work: Path) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - the interpreter is the user's choice, the arguments are ours
                self._command(work),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=loader_environment(os.environ, self._interpreter),
                cwd=work,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except ValueError as error:  # the path of the interpreter contains NUL
            raise OSError(str(error)) from None

    def _command(self, work: Path) -> list[str]:
        own = {"work": str(work), "seconds": self._seconds, "server": os.getpid()}
        request = json.dumps({**self._request, **own})
        fenced = [_SANDBOX, "-p", _PROFILE, "-D", f"WORK={work}"] if Path(_SANDBOX).exists() else []
        return [*fenced, self._interpreter, "-E", "-B", str(_LOADER), request]

    def _answer(self, process: subprocess.Popen[bytes], work: Path) -> dict[str, Any]:
        assert process.stdout is not None
        received = _Received(process.stdout)
        end = time.monotonic() + self._seconds
        try:
            while not received.is_whole.wait(_PERIOD):
                if self._stopped.is_set() or time.monotonic() > end or _size(work) > _FOLDER:
                    raise TimeoutError
        finally:
            _kill(process)
        return _object(received.data)


class _Received:
    """The answer of a process, read in a thread, because a process that the value started could keep the pipe open."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.data = b""
        self.is_whole = threading.Event()
        threading.Thread(target=self._read, args=(stream,), name="pipesight-loader", daemon=True).start()

    def _read(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), stream:
            self.data = stream.readline(_ANSWER)
        self.is_whole.set()


def loader_environment(
    environment: Mapping[str, str], interpreter: str = "", *, windows: bool = os.name == "nt"
) -> dict[str, str]:
    """Return the environment variables for a loader: those that Python and its libraries need, and no secrets."""
    kept = {name: value for name, value in environment.items() if name.upper() in _KEPT}
    return {**_ONE_THREAD, **kept, **conda_path(kept, interpreter, windows=windows)}


def _size(folder: Path) -> int:
    """Return the bytes of a folder. If it cannot be listed, return more than the limit."""
    total, waiting = 0, [str(folder)]
    while waiting and total <= _FOLDER:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    total += _ENTRY + _length(entry)
                    waiting += [entry.path] if entry.is_dir(follow_symlinks=False) else []
        except OSError as error:
            total += _FOLDER + 1 if error.errno in _HIDDEN else 0
    return total


def _length(entry: os.DirEntry[str]) -> int:
    """Return the bytes of a file, 0 if it was just deleted."""
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, and outside Windows all processes that it started. Wait until they have ended."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _object(data: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}

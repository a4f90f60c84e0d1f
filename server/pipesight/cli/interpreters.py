"""Find the Python that the user names in the terminal: a path, a name on the PATH, or `py -3.12` on Windows."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from pipesight.pages.command_error import CommandError

_PATIENCE = 20.0  # seconds for a launcher to answer
_WHERE = "import json, sys; print(json.dumps(sys.executable))"  # JSON is ASCII, which every code page of Windows has


def interpreter(text: str) -> str:
    """Return the path of the interpreter that `text` names. An empty text stays empty.

    Raises CommandError if there is no such program, or if it is no Python.
    """
    if not text or Path(text).is_file():
        return text
    program, *arguments = text.split()
    found = shutil.which(program)
    if found is None:
        raise CommandError(f"There is no Python {text!r}. Give its path, a name on the PATH, or `py -3.12` on Windows.")
    if not arguments and not _is_launcher(found):
        return found
    return _asked([found, *arguments], text)


def _is_launcher(program: str) -> bool:
    """Return True for a program such as `py`, which only starts an interpreter at another path."""
    return Path(program).stem.lower() in ("py", "pyw")


def _asked(command: list[str], text: str) -> str:
    """Return the path that the interpreter reports itself. Raises CommandError."""
    try:
        asked = subprocess.run([*command, "-c", _WHERE], capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        raise CommandError(f"{text!r} does not start a Python. `py --list` lists the installed ones.") from None
    path = _decoded(asked.stdout)
    if not path or not Path(path).is_file():
        raise CommandError(f"{text!r} is not a Python interpreter.")
    return path


def _decoded(answer: bytes) -> str:
    try:
        return str(json.loads(answer))
    except ValueError:
        return ""

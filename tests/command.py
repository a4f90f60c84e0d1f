"""Run the command `pipesight` in the process of the tests, because starting a Python for each command takes longer."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from pipesight.cli import open_history
from pipesight.cli.main import main


@dataclass(frozen=True, slots=True)
class Printed:
    """The exit status and the output of a command."""

    status: int
    output: str
    errors: str


def run(folder: Path, *arguments: str, environment: dict[str, str], encoding: str = "utf-8") -> Printed:
    """Run a command in a folder, with an environment and the encoding of a terminal."""
    open_history._settings_of.cache_clear()  # a command reads them once
    output, errors = (io.TextIOWrapper(io.BytesIO(), encoding, newline="\n") for _ in range(2))
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch.object(sys, "argv", ["pipesight", *arguments]),
        _chdir(folder),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        status = _status(arguments)
    return Printed(status, _text(output, encoding), _text(errors, encoding))


def _status(arguments: tuple[str, ...]) -> int:
    try:
        return main(arguments)
    except SystemExit as ended:  # argparse
        return ended.code if isinstance(ended.code, int) else 1


def _text(stream: io.TextIOWrapper, encoding: str) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode(encoding)


@contextlib.contextmanager
def _chdir(folder: Path) -> Generator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)

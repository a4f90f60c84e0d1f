"""Writes a file that appears whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

EXPORTED = (".csv", ".parquet")
"""The endings of files that a table can be exported to."""


def _replace(part: Path, path: Path) -> None:
    """Give the written file its name. Windows refuses that while another program has the old file open."""
    try:
        part.replace(path)
    except PermissionError as error:
        raise PermissionError(
            error.errno, "It cannot be replaced. Another program may have it open.", str(path)
        ) from None


@contextmanager
def written_whole(path: Path) -> Generator[Path]:
    """Give a path beside `path` to write to. At the end, what was written takes the place of `path`."""
    part = path.absolute().with_name(f".{secrets.token_hex(4)}{path.suffix.lower()}")
    try:
        yield part
        if part.exists():
            _replace(part, path)
    finally:
        part.unlink(missing_ok=True)

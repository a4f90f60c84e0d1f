"""Writes a file that appears whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

EXPORTED = (".csv", ".parquet")
"""The endings of files that a table can be exported to."""


@contextmanager
def written_whole(path: Path) -> Generator[Path]:
    """Give a path beside `path` to write to. At the end, what was written takes the place of `path`."""
    part = path.absolute().with_name(f".{secrets.token_hex(4)}{path.suffix.lower()}")
    try:
        yield part
        if part.exists():
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)

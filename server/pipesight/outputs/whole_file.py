"""Write a file that is complete, or does not exist after an error."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

EXPORTED = (".csv", ".parquet")
"""The endings of files that a table can be exported to."""


def _replace(part: Path, path: Path) -> None:
    """Rename the written file. Windows refuses this while another program has the old file open."""
    try:
        part.replace(path)
    except PermissionError as error:
        raise PermissionError(
            error.errno, "It cannot be replaced. Another program may have it open.", str(path)
        ) from None


@contextmanager
def written_whole(path: Path) -> Generator[Path]:
    """Yield a path in the same folder to write to. If the context succeeds, this file replaces `path`."""
    part = path.absolute().with_name(f".{secrets.token_hex(4)}{path.suffix.lower()}")
    try:
        yield part
        if part.exists():
            _replace(part, path)
    finally:
        part.unlink(missing_ok=True)

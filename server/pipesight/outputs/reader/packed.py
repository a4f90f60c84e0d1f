"""Open a file that may be compressed with gzip, whatever its name is."""

from __future__ import annotations

import gzip
import zlib
from typing import BinaryIO

_MAGIC = b"\x1f\x8b"
DAMAGE = (EOFError, OSError, zlib.error)
"""The errors of a packed file that is cut short or damaged. Those of a disk are among them: see `refuse_disk`."""


def unpacked(file: BinaryIO) -> BinaryIO:
    """Return the decompressed content of an open file, or the file itself if it is not compressed."""
    start = file.read(len(_MAGIC))
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if start == _MAGIC else file  # type: ignore[return-value]


def refuse_disk(error: BaseException) -> None:
    """Raise an error again if it comes from the disk or the network, and not from the file's content."""
    if isinstance(error, OSError) and error.errno is not None:
        raise error

"""Open files in a zip that can be decompressed piece by piece, up to the limit of a preview."""

from __future__ import annotations

import io
import zipfile
from typing import IO, BinaryIO

from .bounds import PAGE_BYTES


def open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int = PAGE_BYTES) -> BinaryIO:
    """Open one file of a zip. It ends after `limit` bytes.

    Raises NotImplementedError for compressions that zipfile can only decompress at once and without a limit. No library
    uses them.
    """
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(f"{info.filename} is compressed in a way that may grow without measure")
    return io.BufferedReader(_Unpacked(archive.open(info), limit))  # type: ignore[return-value]


class _Unpacked(io.RawIOBase):
    """A file inside a zip. It ends at the limit up to which previews decompress."""

    def __init__(self, member: IO[bytes], limit: int) -> None:
        super().__init__()
        self._member = member
        self._place = 0
        self._limit = limit

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: "bytearray") -> int:  # type: ignore[override]
        data = self._member.read(min(len(buffer), self._limit - self._place))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def close(self) -> None:
        self._member.close()
        super().close()

"""List the content of archives without extracting it."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from typing import BinaryIO, List, Tuple

from .bounds import FILES, PAGE_BYTES, Picture, Request, counted, size
from .folder import Folder
from .problem import Problem


def read_tar(folder: Folder, path: str, _request: Request) -> Picture:
    """List a tar archive, which may be compressed with gzip."""
    with folder.open(path) as raw:
        is_packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        file: BinaryIO = gzip.GzipFile(fileobj=raw) if is_packed else raw  # type: ignore[assignment]
        bounded = _BoundedStream(file)
        entries: List[Tuple[str, int]] = []
        try:
            with tarfile.open(fileobj=bounded, mode="r|") as archive:  # type: ignore[call-overload]
                for member in archive:
                    if len(entries) > FILES:
                        break
                    if member.isfile():
                        entries.append((member.name, member.size))
        except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError):
            if not entries:
                raise Problem(f"{path} is not a readable archive.", "It may be damaged. Run the step again.") from None
    return _listing(path, folder.size(path), entries, is_whole=len(entries) <= FILES and not bounded.is_cut)


class _BoundedStream(io.RawIOBase):
    """A stream that ends after the bytes that a preview reads. `is_cut` is True if it had more."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._left = PAGE_BYTES
        self.is_cut = False

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, b"" at the limit."""
        self.is_cut = self._left <= 0
        data = self._file.read(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(data)
        return data


def read_zip(folder: Folder, path: str, _request: Request) -> Picture:
    """List a zip archive."""
    with folder.open(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return list_zip(archive, path, folder.size(path))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
            raise Problem(f"{path} is not a readable archive.", "It may be damaged. Run the step again.") from None


def list_zip(archive: zipfile.ZipFile, path: str, length: int) -> Picture:
    """List an opened zip archive of `length` bytes."""
    members = [(info.filename, info.file_size) for info in archive.infolist() if not info.is_dir()]
    return _listing(path, length, members, is_whole=len(members) <= FILES)


def _listing(path: str, length: int, entries: List[Tuple[str, int]], is_whole: bool) -> Picture:
    shown = entries[:FILES]
    held = f"{counted(len(entries), 'file')}" if is_whole else f"{len(shown)} files or more"
    return {
        "kind": "files",
        "summary": f"{path}, {held}, {size(length)} packed",
        "files": [{"path": name, "size": extent} for name, extent in shown],
        "truncated": not is_whole,
    }

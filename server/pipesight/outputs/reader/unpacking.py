"""Decompress a stream that joblib compressed (zlib, gzip, bz2, lzma), piece by piece and with limits of memory."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, Callable, NamedTuple, Optional, Tuple

if TYPE_CHECKING:
    from .protocols import RewoundStream

_READ = 64 * 1024
_MOST = 1024 * 1024 * 1024  # bytes that are decompressed
_KEPT = 256 * 1024 * 1024  # bytes that are read in large pieces, because callers probably keep these
_MEMORY = 128 * 1024 * 1024  # bytes of memory that lzma may use. Its files state their need


class Packing(NamedTuple):
    """A compression, and a function that makes its decompressor, None if Pipesight does not support it."""

    name: str
    start: bytes
    make: Optional[Callable[[], Any]]


# Python can be built without these two modules.
def _bz2() -> Any:
    import bz2

    return bz2.BZ2Decompressor()


def _lzma(form: str) -> Any:
    import lzma

    return lzma.LZMADecompressor(getattr(lzma, form), memlimit=_MEMORY)


PACKINGS: Tuple[Packing, ...] = (
    Packing("gzip", b"\x1f\x8b", lambda: _Zlib(31)),
    Packing("bz2", b"BZh", _bz2),
    Packing("xz", b"\xfd7zXZ\x00", lambda: _lzma("FORMAT_XZ")),
    Packing("lzma", b"\x5d\x00\x00", lambda: _lzma("FORMAT_ALONE")),
    Packing("lz4", b'\x04"M\x18', None),
    *(Packing("zlib", b"\x78" + level, lambda: _Zlib(15)) for level in (b"\x01", b"\x5e", b"\x9c", b"\xda")),
)


def packing_of(start: bytes) -> Optional[Packing]:
    """Return the compression of a stream with this beginning, None if it is not compressed."""
    return next((each for each in PACKINGS if start.startswith(each.start)), None)


class PackedError(Exception):
    """A stream cannot be decompressed here. `name` is its compression."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def opened(file: BinaryIO, packing: Optional[Packing]) -> RewoundStream:
    """Return the decompressed content of an open file, or the file itself if it is not compressed.

    Raises PackedError if it cannot be unpacked.
    """
    if packing is None:
        return file
    try:
        return Unpacking(file, packing)
    except ImportError:
        raise PackedError(packing.name) from None


class _Zlib:
    """The decompressor of zlib with the same members as those of the other libraries."""

    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(bits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, most: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, most)


class Unpacking:
    """A compressed file as a stream. It ends at damaged data and at a limit of bytes."""

    def __init__(self, file: BinaryIO, packing: Packing) -> None:
        """Begin at the file's position.

        Raises ImportError if this Python lacks the module that decompresses it.
        """
        if packing.make is None:
            raise ImportError(packing.name)
        self._file = file
        self._make = packing.make
        self._packed_at = file.tell()
        self._rewind()

    def _rewind(self) -> None:
        self._file.seek(self._packed_at)
        self._decompressor = self._make()
        self._held = bytearray()
        self._left = _MOST
        self._kept = _KEPT
        self._is_over = False

    def seek(self, place: int) -> None:
        """Go back to the beginning. Other positions are not supported."""
        assert place == 0
        self._rewind()

    def read(self, size: int) -> bytes:
        """Return the next bytes, fewer at the end."""
        self._kept -= size if size > _READ else 0
        if self._kept < 0:
            self._is_over = True
            self._held.clear()
        while len(self._held) < size and not self._is_over:
            self._fill()
        data = bytes(self._held[:size])
        del self._held[:size]
        return data

    def readline(self) -> bytes:
        """Return the rest of a line."""
        searched = 0
        while True:
            end = self._held.find(b"\n", searched)
            if end >= 0 or self._is_over:
                return self.read(end + 1 if end >= 0 else len(self._held))
            searched = len(self._held)
            self._fill()

    def _fill(self) -> None:
        try:
            data = self._file.read(_READ) if self._decompressor.needs_input else b""
            unpacked = self._decompressor.decompress(data, min(_READ, self._left))
        except (zlib.error, EOFError, OSError, ValueError, MemoryError, *_library_errors()):
            self._is_over = True
            return
        self._held += unpacked
        self._left -= len(unpacked)
        stalled = not unpacked and not data
        self._is_over = self._decompressor.eof or self._left <= 0 or stalled


def _library_errors() -> Tuple[Any, ...]:
    try:
        from lzma import LZMAError
    except ImportError:
        return ()
    return (LZMAError,)

"""Decompress Snappy blocks, in which many Parquet writers store pages.

A block begins with its decompressed length as a varint. Elements follow, each with a tag as its first byte. The lowest
two bits of the tag are the kind of the element: a literal, or a copy of earlier output. The offset of a copy goes back
from the end of the output, and has eleven bits, two bytes or four bytes. If a literal is longer than 60 bytes, the tag
says how many bytes have its length.
"""

from __future__ import annotations

from .varints import varint

_LITERAL, _COPY_11_BITS, _COPY_2_BYTES = 0, 1, 2


def unpack(data: bytes, length: int) -> bytes:
    """Return the `length` bytes that a Snappy block holds.

    Raises ValueError if it is damaged.
    """
    declared, place = varint(data, 0)
    if declared != length:
        raise ValueError("a Snappy block of another length than promised")
    out = bytearray()
    while place < len(data) and len(out) <= length:
        tag = data[place]
        place += 1
        kind = tag & 3
        if kind == _LITERAL:
            count = (tag >> 2) + 1
            if count > 60:
                width = count - 60
                count = int.from_bytes(data[place : place + width], "little") + 1
                place += width
            out += data[place : place + count]
            place += count
            continue
        if kind == _COPY_11_BITS:
            count, back = ((tag >> 2) & 7) + 4, (tag >> 5) << 8 | data[place]
            place += 1
        else:
            width = 2 if kind == _COPY_2_BYTES else 4
            count, back = (tag >> 2) + 1, int.from_bytes(data[place : place + width], "little")
            place += width
        _copy(out, back, count)
    if len(out) != length:
        raise ValueError("a damaged Snappy block")
    return bytes(out)


def _copy(out: bytearray, back: int, count: int) -> None:
    if not 0 < back <= len(out):
        raise ValueError("a damaged Snappy block")
    start = len(out) - back
    piece = bytes(out[start : start + count])
    while len(piece) < count:
        piece += piece[: count - len(piece)]
    out += piece

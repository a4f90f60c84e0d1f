"""Decode varints: integers in bytes of seven bits, the lowest first. The eighth bit says if another byte follows."""

from __future__ import annotations

from typing import Tuple


def varint(data: bytes, place: int) -> Tuple[int, int]:
    """Return the varint at `place`, and the position after it. Raises ValueError if it is too long, or IndexError."""
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
        if shift > 70:
            raise ValueError("a number without end")

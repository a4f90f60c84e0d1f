"""Detect the encoding of a text."""

from __future__ import annotations

import codecs
from typing import Optional

_START = 256  # bytes that are examined
_FEWEST = 4  # characters of UTF-16 that cannot be a coincidence


def encoding_of(data: bytes) -> str:
    """Return the encoding of a text: UTF-8, unless a byte order mark or the zeros of UTF-16 say otherwise."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _by_zeros(data[:_START]) or "utf-8-sig"


def _by_zeros(start: bytes) -> Optional[str]:
    """Return UTF-16 if every second byte is zero and no other byte is, as in Latin letters. Else return None."""
    even, odd = start[::2], start[1::2]
    if len(odd) < _FEWEST:
        return None
    if 4 * odd.count(0) > 3 * len(odd) and not even.count(0):
        return "utf-16-le"
    return "utf-16-be" if 4 * even.count(0) > 3 * len(even) and not odd.count(0) else None


def is_utf8(sample: bytes, whole: bool) -> bool:
    """Return True for text in UTF-8, or for its beginning if it is not the `whole` text."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, whole)
    except UnicodeDecodeError:
        return False
    return True

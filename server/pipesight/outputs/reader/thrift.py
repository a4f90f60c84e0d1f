"""Decodes Thrift's compact protocol, in which Parquet writes its headers."""

from __future__ import annotations

import struct as _struct
from typing import Dict, List, Optional, Tuple, cast

_DEPTH = 40

Struct = Dict[int, object]
"""A struct's fields by their numbers."""


class TruncatedError(Exception):
    """The data ends inside a value."""


def decode(data: bytes, start: int = 0) -> Tuple[Struct, int]:
    """Return the struct at `start`, and where it ends.

    Raises TruncatedError when the data ends first, ValueError when it is no Thrift.
    """
    reader = _Reader(data, start)
    try:
        return reader.struct(0), reader.place
    except (IndexError, _struct.error):
        raise TruncatedError from None


def integer(fields: Struct, field: int, default: Optional[int] = None) -> int:
    """Return a field that holds a number, or `default` if it is absent.

    Raises TypeError if it holds another type, or is absent without a default.
    """
    value = fields.get(field, default)
    if not isinstance(value, int):
        raise TypeError("a field that is no number")
    return value


def binary(fields: Struct, field: int) -> bytes:
    """Return a field that holds bytes, which may be absent.

    Raises TypeError if it holds another type.
    """
    value = fields.get(field, b"")
    if not isinstance(value, bytes):
        raise TypeError("a field that is no text")
    return value


def struct(fields: Struct, field: int) -> Optional[Struct]:
    """Return a field that holds a struct, or None if it is absent.

    Raises TypeError if it holds another type.
    """
    value = fields.get(field)
    if value is not None and not isinstance(value, dict):
        raise TypeError("a field that is no struct")
    return cast(Optional[Struct], value)


def structs(fields: Struct, field: int) -> List[Struct]:
    """Return a field that holds a list of structs, which may be absent.

    Raises TypeError if it holds another type.
    """
    value = fields.get(field, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in cast(List[object], value)):
        raise TypeError("a field that is no list of structs")
    return cast(List[Struct], value)


class _Reader:
    def __init__(self, data: bytes, place: int) -> None:
        self.data = data
        self.place = place

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.place]
            self.place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 70:
                raise ValueError("a number without end")

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def binary(self) -> bytes:
        length = self.varint()
        end = self.place + length
        if end > len(self.data):
            raise TruncatedError
        value = self.data[self.place : end]
        self.place = end
        return value

    def struct(self, depth: int) -> Struct:
        fields: Struct = {}
        number = 0
        while True:
            head = self.data[self.place]
            self.place += 1
            if head == 0:
                return fields
            number = number + (head >> 4) if head >> 4 else self.zigzag()
            kind = head & 0x0F
            fields[number] = kind == 1 if kind in (1, 2) else self.value(kind, depth)

    def value(self, kind: int, depth: int) -> object:
        if depth > _DEPTH:
            raise ValueError("nested too deep")
        if kind in (1, 2):
            self.place += 1
            return self.data[self.place - 1] == 1
        if kind == 3:
            self.place += 1
            return self.data[self.place - 1]
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 7:
            self.place += 8
            return _struct.unpack_from("<d", self.data, self.place - 8)[0]
        if kind == 8:
            return self.binary()
        if kind in (9, 10):
            return self.sequence(depth + 1)
        if kind == 11:
            return self.mapping(depth + 1)
        if kind == 12:
            return self.struct(depth + 1)
        raise ValueError("an unknown type")

    def sequence(self, depth: int) -> List[object]:
        head = self.data[self.place]
        self.place += 1
        length = head >> 4 if head >> 4 != 15 else self.varint()
        if length > len(self.data):
            raise TruncatedError
        return [self.value(head & 0x0F, depth) for _ in range(length)]

    def mapping(self, depth: int) -> List[Tuple[object, object]]:
        length = self.varint()
        if not length:
            return []
        if length > len(self.data):
            raise TruncatedError
        kinds = self.data[self.place]
        self.place += 1
        return [(self.value(kinds >> 4, depth), self.value(kinds & 0x0F, depth)) for _ in range(length)]

"""Decode Thrift's compact protocol, in which Parquet writes its headers.

A struct is a series of fields. The head of a field has four bits for the difference to the last field's number, and
four bits for the type. A difference of 0 means that the number follows. A head of 0 ends the struct. Integers are
varints in zigzag code, so small negative ones are short too.
"""

from __future__ import annotations

import struct as _struct
from typing import Dict, List, Optional, Tuple, cast

from .varints import varint

_DEPTH = 40
# The types of the compact protocol. In a struct, the type of a boolean is its value.
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_LONG = 15  # the length of a list that stands in a varint after the head

Struct = Dict[int, object]
"""A struct's fields by their numbers."""


class TruncatedError(Exception):
    """The data ends inside a value."""


def decode(data: bytes, start: int = 0) -> Tuple[Struct, int]:
    """Return the struct at `start`, and the offset of its end.

    Raises TruncatedError if the data ends first, and ValueError if it is not Thrift.
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
        value, self.place = varint(self.data, self.place)
        return value

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
            fields[number] = kind == _TRUE if kind in (_TRUE, _FALSE) else self.value(kind, depth)

    def value(self, kind: int, depth: int) -> object:
        if depth > _DEPTH:
            raise ValueError("nested too deep")
        if kind in (_TRUE, _FALSE):
            self.place += 1
            return self.data[self.place - 1] == _TRUE
        if kind == _BYTE:
            self.place += 1
            return self.data[self.place - 1]
        if kind in (_I16, _I32, _I64):
            return self.zigzag()
        if kind == _DOUBLE:
            self.place += 8
            return _struct.unpack_from("<d", self.data, self.place - 8)[0]
        if kind == _BINARY:
            return self.binary()
        if kind in (_LIST, _SET):
            return self.sequence(depth + 1)
        if kind == _MAP:
            return self.mapping(depth + 1)
        if kind == _STRUCT:
            return self.struct(depth + 1)
        raise ValueError("an unknown type")

    def sequence(self, depth: int) -> List[object]:
        head = self.data[self.place]
        self.place += 1
        length = head >> 4 if head >> 4 != _LONG else self.varint()
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

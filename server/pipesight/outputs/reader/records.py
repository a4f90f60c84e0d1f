"""Decode the records of NumPy's structured arrays, whose fields may be records and arrays."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, cast

from .array_numbers import count_of
from .arrays import checked_shape
from .dtypes import Dtype, dtype_of, items, shortest
from .problem import Problem

_DEEPEST = 20  # records inside each other


class _RecordField(NamedTuple):
    name: str
    kind: Dtype


class StructuredType(Dtype):
    """The type of a record: its `fields` that have names. `decode` makes a dict of each record."""

    def __init__(self, fields: List[_RecordField]) -> None:
        self._every = fields
        self.fields = [
            field for field in fields if field.name
        ]  # fields without a name are the gaps of an aligned structure
        can_be_read = all(field.kind.decode is not None for field in self.fields)
        super().__init__("record", sum(field.kind.size for field in fields), self._records if can_be_read else None)

    def _records(self, data: bytes) -> Sequence[Dict[str, object]]:
        return [self._record(item) for item in items(data, self.size)]

    def _record(self, item: bytes) -> Dict[str, object]:
        values: Dict[str, object] = {}
        start = 0
        for name, kind in self._every:
            if name and kind.decode is not None:
                values[name] = shortest(kind.decode(item[start : start + kind.size])[0], kind.name)
            start += kind.size
        return values


def record_of(descr: Sequence[Any], depth: int = 0) -> StructuredType:
    """Return the type of a record that a list of fields describes, as a .npy file has it.

    Raises Problem for any other value.
    """
    if depth > _DEEPEST:
        raise Problem("The records of this array are nested too deeply.", "Load it with numpy.")
    return StructuredType([_field(each, depth) for each in descr])


def _field(described: Any, depth: int) -> _RecordField:
    """Return a field out of its name (which may have a title), its type and, for an array, its shape."""
    held = _parts(described)
    if len(held) not in (2, 3):
        raise Problem("The fields of this array cannot be understood.", "Load it with numpy.")
    titled = _parts(held[0])
    kind = record_of(cast("List[Any]", held[1]), depth + 1) if isinstance(held[1], list) else dtype_of(held[1])
    return _RecordField(str(titled[-1] if titled else held[0]), kind if len(held) == 2 else _array(kind, held[2]))


def _parts(value: object) -> Tuple[Any, ...]:
    return cast("Tuple[Any, ...]", value) if isinstance(value, tuple) else ()


def _array(kind: Dtype, shape: object) -> Dtype:
    """Return the type of a field that is an array itself."""
    try:
        lengths = checked_shape(_parts(shape) or (shape,), 2**31)
    except ValueError:
        raise Problem("The fields of this array cannot be understood.", "Load it with numpy.") from None
    decode, size = kind.decode, kind.size * count_of(lengths)
    name = f"{kind.name} {lengths}"
    if decode is None:
        return Dtype(name, size, None)
    return Dtype(name, size, lambda data: [_nested(decode(item), lengths, kind.name) for item in items(data, size)])


def _nested(values: Sequence[object], shape: Tuple[int, ...], kind: str) -> Optional[object]:
    """Return numbers that follow each other as lists of lists."""
    if not shape:
        return shortest(values[0], kind)
    width = count_of(shape[1:])
    return [_nested(values[i * width : (i + 1) * width], shape[1:], kind) for i in range(shape[0])]

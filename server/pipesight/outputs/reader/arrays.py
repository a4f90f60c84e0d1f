"""Build the preview of an array from a function that reads a range of its numbers."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .array_numbers import Numbers, count_of
from .bounds import Picture, Request, cell, number
from .dtypes import computed, shortest
from .overviews import overview
from .table_preview import is_part, page, part_of_table, table, window_of

SAMPLE = 200_000  # numbers read for statistics
_BLOCKS = 20


def array_picture(numbers: Numbers, request: Request) -> Picture:
    """Return the preview of an array: shape, type, statistics, and the requested rows of its last two axes."""
    request = request._replace(picked=())
    offset, limit = page(request)
    summary = f"{numbers.dtype} array {shape_text(numbers.shape)}"
    picture: Picture = {
        "kind": "array",
        "summary": summary,
        "shape": list(numbers.shape),
        "dtype": numbers.dtype,
        "statistics": statistics(numbers),
        "truncated": False,
    }
    if len(numbers.shape) == 0:
        value = numbers.read(0, 1)[0]
        picture["summary"] = f"{numbers.dtype} {cell(shortest(value, numbers.dtype))}"
        picture["table"] = table(request, [("value", numbers.dtype)], [[value]], 1)
        return picture
    total = numbers.shape[-2] if len(numbers.shape) > 1 else numbers.shape[0]
    width = numbers.shape[-1] if len(numbers.shape) > 1 else 1
    wanted = window_of(request, width)
    names = [str(i) for i in wanted] if len(numbers.shape) > 1 else ["value"] * len(wanted)
    columns = [(name, numbers.dtype) for name in names]
    places = _places(numbers, request.slices)
    start = sum(place * stride for place, stride in zip(places, numbers.strides))
    picture["table"] = part_of_table(request, columns, _rows(numbers, start, offset, limit, wanted), total, 0, width)
    picture["truncated"] = is_part(picture["table"]) or len(numbers.shape) > 2
    if len(numbers.shape) > 2:
        picture["text"] = f"The table shows the slice [{', '.join(map(str, places))}, :, :]."
        picture["slices"] = places
    if request.region:
        picture["overview"] = overview(numbers, start, request.region)
    return picture


def _places(numbers: Numbers, asked: Sequence[int]) -> List[int]:
    """Return a valid index on each axis before the last two."""
    padded = [*asked, *[0] * len(numbers.shape)]
    return [max(0, min(place, length - 1)) for place, length in zip(padded, numbers.shape[:-2])]


def shape_text(shape: Sequence[int]) -> str:
    """Return a shape as numpy writes it, such as `(3,)` or `(200, 50)`."""
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def _rows(numbers: Numbers, start: int, offset: int, limit: int, wanted: range) -> List[Sequence[object]]:
    if numbers.count == 0:
        return []
    shape, strides = numbers.shape, numbers.strides
    if len(shape) == 1:
        return [[value][: len(wanted)] for value in numbers.read(offset, max(0, min(limit, shape[0] - offset)))]
    chosen = range(offset, min(offset + limit, shape[-2]))
    first, width, down, across = wanted.start, len(wanted), strides[-2], strides[-1]
    if across == 1 and width == shape[-1]:
        flat = numbers.read(start + offset * down, len(chosen) * width)
        return [flat[i * width : (i + 1) * width] for i in range(len(chosen))]
    if across == 1:
        return [numbers.read(start + row * down + first, width) for row in chosen]
    if down == 1:
        columns = [numbers.read(start + offset + column * across, len(chosen)) for column in wanted]
        return [list(row) for row in zip(*columns)]
    return [[numbers.read(start + row * down + column * across, 1)[0] for column in wanted] for row in chosen]


def statistics(numbers: Numbers) -> Dict[str, object]:
    """Return min, max and mean of the finite numbers, counts of the others, and the size of the `sample`.

    Integers stay integers. Integers that JSON cannot represent become text.
    """
    if numbers.dtype == "object":
        return {}
    values = _sample(numbers)
    plain = [value + 0 for value in values if isinstance(value, (int, float))]  # turns False into 0
    if len(plain) != len(values) or not plain:
        return {}
    finite = [value for value in plain if math.isfinite(value)]
    found: Dict[str, object] = {}
    if finite:
        mean = math.fsum(value / len(finite) for value in finite)
        found = {"min": _bound(min(finite), numbers.dtype), "max": _bound(max(finite), numbers.dtype)}
        found["mean"] = computed(mean, numbers.dtype)
    nan = sum(1 for value in plain if value != value)
    if nan:
        found["nan"] = nan
    if len(plain) - len(finite) - nan:
        found["infinite"] = len(plain) - len(finite) - nan
    if len(values) < numbers.count:
        found["sample"] = len(values)
    return found


def _bound(value: float, kind: str) -> object:
    found = shortest(value, kind)
    return number(found) if isinstance(found, (int, float)) else found


def _sample(numbers: Numbers) -> Sequence[object]:
    count = numbers.count
    if count <= SAMPLE:
        return numbers.read(0, count) if count else []
    block = SAMPLE // _BLOCKS
    step = (count - block) // (_BLOCKS - 1)
    values: List[object] = []
    for i in range(_BLOCKS):
        values.extend(numbers.read(i * step, block))
    return values


def of_values(values: List[object], shape: Tuple[int, ...], dtype: str) -> Numbers:
    """Return an array of numbers in memory."""
    return Numbers(shape, dtype, lambda start, count: values[start : start + count])


def checked_shape(shape: Optional[Sequence[Any]], available: int) -> Tuple[int, ...]:
    """Return `shape` as non-negative integers whose product is at most `available`.

    Raises ValueError for any other shape.
    """
    lengths = tuple(shape or ())
    for length in lengths:
        if isinstance(length, bool) or not isinstance(length, int) or length < 0:
            raise ValueError("a shape is made of whole numbers")
    if count_of(lengths) > available or len(lengths) > 64:
        raise ValueError("the file is shorter than its shape says")
    return lengths

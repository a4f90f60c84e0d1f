"""Reduce an array to evenly spaced numbers of a region, or to the bounds of blocks if it has one axis."""

from __future__ import annotations

import math
from typing import List, Optional, Sequence, Tuple

from .array_numbers import Numbers
from .bounds import Picture

_SIDE = 128  # rows and columns of an overview
BLOCKS = 400  # blocks of an array with one axis
_READ = 1_000_000  # numbers that are read for an overview
_ROW = _READ // _SIDE

ArrayRegion = Tuple[int, int, int, int]
"""The first row, the number of rows, the first column and the number of columns."""


def overview(numbers: Numbers, start: int, asked: Sequence[int]) -> Optional[Picture]:
    """Return the overview of a part of the slice that begins at item `start`, as JSON. None if it cannot be drawn."""
    shape = (*numbers.shape, 1) if len(numbers.shape) == 1 else numbers.shape[-2:]
    region = _within(asked, shape)
    if region is None or numbers.dtype == "object":
        return None
    rows, steps = _blocks(numbers, region) if len(numbers.shape) == 1 else _grid(numbers, start, region)
    drawn = [[_number(value) for value in row] for row in rows]
    if all(value is None for row in drawn for value in row):
        return None
    return {"rows": drawn, "region": list(region), "row_step": steps[0], "column_step": steps[1]}


def _within(asked: Sequence[int], shape: Sequence[int]) -> Optional[ArrayRegion]:
    if len(asked) != 4 or not all(shape):
        return None
    bounds: List[int] = []
    for first, length, whole in ((asked[0], asked[1], shape[0]), (asked[2], asked[3], shape[1])):
        start = max(0, min(first, whole - 1))
        bounds += [start, max(1, min(length, whole - start))]
    return bounds[0], bounds[1], bounds[2], bounds[3]


def _number(value: object) -> Optional[float]:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return int(value) if isinstance(value, bool) else value


def _blocks(numbers: Numbers, region: ArrayRegion) -> Tuple[List[Sequence[object]], Tuple[int, int]]:
    """Return the lowest and the highest number of each block. Only the beginning of a very long block counts."""
    first, length = region[0], region[1]
    step = math.ceil(length / BLOCKS)
    most = min(step, _READ // BLOCKS) if length > _READ else step
    found: List[Sequence[object]] = []
    for start in range(first, first + length, step):
        values = numbers.read(start, min(most, first + length - start))
        known = [value for value in map(_number, values) if value is not None]
        found.append([min(known), max(known)] if known else [None, None])
    return found, (step, 1)


def _grid(numbers: Numbers, start: int, region: ArrayRegion) -> Tuple[List[Sequence[object]], Tuple[int, int]]:
    top, height, left, width = region
    steps = math.ceil(height / _SIDE), math.ceil(width / _SIDE)
    rows, columns = range(top, top + height, steps[0]), range(left, left + width, steps[1])
    down, across = numbers.strides[-2], numbers.strides[-1]
    if down < across:
        lines = [_line(numbers, start + column * across, down, rows) for column in columns]
        return [list(row) for row in zip(*lines)], steps
    return [_line(numbers, start + row * down, across, columns) for row in rows], steps


def _line(numbers: Numbers, start: int, stride: int, places: range) -> Sequence[object]:
    """Return the numbers at these places, which are `stride` items apart. Neighbors are read together."""
    length = (places[-1] - places[0]) * stride + 1
    if length <= _ROW:
        return numbers.read(start + places[0] * stride, length)[:: places.step * stride]
    return [numbers.read(start + place * stride, 1)[0] for place in places]

"""An array as its shape and a function that reads a range of its numbers."""

from __future__ import annotations

from typing import Callable, List, Sequence, Tuple


def count_of(shape: Sequence[int]) -> int:
    """Return the number of items of an array with this shape."""
    count = 1
    for length in shape:
        count *= length
    return count


class Numbers:
    """An array. `read(start, count)` returns numbers in the order of the file. `fortran` means columns first."""

    def __init__(
        self, shape: Tuple[int, ...], dtype: str, read: Callable[[int, int], Sequence[object]], fortran: bool = False
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.read = read
        self.fortran = fortran

    @property
    def count(self) -> int:
        """The number of items."""
        return count_of(self.shape)

    @property
    def strides(self) -> Tuple[int, ...]:
        """The distance between neighbors on each axis, in items."""
        shape = self.shape if self.fortran else self.shape[::-1]
        strides: List[int] = []
        step = 1
        for length in shape:
            strides.append(step)
            step *= length
        return tuple(strides if self.fortran else strides[::-1])

    def index_of(self, place: int) -> Tuple[int, ...]:
        """Return the index on each axis of the item at the position `place` of the file."""
        return tuple(place // stride % length for stride, length in zip(self.strides, self.shape))

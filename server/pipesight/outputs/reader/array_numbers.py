"""An array as its shape and what reads a range of its numbers."""

from __future__ import annotations

from typing import Callable, List, Sequence, Tuple


def count_of(shape: Sequence[int]) -> int:
    """Return how many numbers an array of this shape has."""
    count = 1
    for length in shape:
        count *= length
    return count


class Numbers:
    """An array. `read(start, count)` returns stored numbers. `fortran` says that columns come first."""

    def __init__(
        self, shape: Tuple[int, ...], dtype: str, read: Callable[[int, int], Sequence[object]], fortran: bool = False
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.read = read
        self.fortran = fortran

    @property
    def count(self) -> int:
        """Return how many numbers there are."""
        return count_of(self.shape)

    @property
    def strides(self) -> Tuple[int, ...]:
        """Return for each axis how many numbers lie between neighbours."""
        shape = self.shape if self.fortran else self.shape[::-1]
        strides: List[int] = []
        step = 1
        for length in shape:
            strides.append(step)
            step *= length
        return tuple(strides if self.fortran else strides[::-1])

    def index_of(self, place: int) -> Tuple[int, ...]:
        """Return the place on each axis of the stored number `place`."""
        return tuple(place // stride % length for stride, length in zip(self.strides, self.shape))

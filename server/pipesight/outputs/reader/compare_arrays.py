"""Compare two arrays: their shapes, types and numbers."""

from __future__ import annotations

import math
from typing import Dict, Optional, Sequence, Tuple

from .array_numbers import Numbers
from .arrays import shape_text
from .bounds import cell
from .compare_trees import is_number, is_same
from .dtypes import computed, shortest

_COMPARED = 5_000_000  # numbers that are compared
_BLOCK = 50_000


def array_changes(left: Numbers, right: Numbers) -> Dict[str, object]:
    """Return the differences between two arrays. Numbers are compared if the shapes are equal."""
    answer: Dict[str, object] = {
        "shapes": [shape_text(each.shape) for each in (left, right)],
        "dtypes": [left.dtype, right.dtype],
        "count": left.count,
    }
    if left.shape == right.shape and left.fortran == right.fortran:
        answer.update(_Differences(left).of(right))
    return answer


class _Differences:
    """The running comparison of two arrays with the same shape."""

    def __init__(self, left: Numbers) -> None:
        self._left = left
        self._differing = 0
        self._largest: Optional[float] = None
        self._at = 0
        self._values: Tuple[object, object] = (None, None)

    def of(self, right: Numbers) -> Dict[str, object]:
        """Return the largest difference with its index, and the numbers of compared and differing items."""
        compared = min(self._left.count, _COMPARED)
        for start in range(0, compared, _BLOCK):
            count = min(_BLOCK, compared - start)
            one, other = self._left.read(start, count), right.read(start, count)
            if one != other:
                self._take(start, one, other)
        found: Dict[str, object] = {"compared": compared, "differing": self._differing}
        if self._largest is not None:
            kinds = self._left.dtype, right.dtype
            found["largest"] = computed(self._largest, kinds[0] if kinds[0] == kinds[1] else "")
            found["at"] = f"[{', '.join(map(str, self._left.index_of(self._at)))}]"
            found["values"] = [cell(shortest(value, kind)) for value, kind in zip(self._values, kinds)]
        return found

    def _take(self, start: int, left: Sequence[object], right: Sequence[object]) -> None:
        for i, (one, other) in enumerate(zip(left, right)):
            if is_same(one, other):
                continue
            self._differing += 1
            distance = _distance(one, other)
            if distance is not None and (self._largest is None or distance > self._largest):
                self._largest, self._at, self._values = distance, start + i, (one, other)


def _distance(left: object, right: object) -> Optional[float]:
    """Return |left - right|, None if that is no finite number."""
    if not is_number(left) or not is_number(right):
        return None
    try:
        distance = abs(float(left) - float(right))
    except OverflowError:
        return None
    return distance if math.isfinite(distance) else None

"""Compare two JSON values key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NamedTuple, Optional, Tuple, cast

from .bounds import CELL, DEPTH, clip, inline

if TYPE_CHECKING:
    from typing import TypeGuard

SHOWN = 200
"""Changes of a tree that an answer carries."""

_MOST = 100_000  # changes that are counted
_NAME = 200  # characters of a path


class _Change(NamedTuple):
    path: str
    left: Optional[str]
    right: Optional[str]
    moved: Optional[float]
    percent: Optional[float]


def is_number(value: object) -> TypeGuard[float]:
    """Return True for a number that is no boolean."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def tree_changes(left: object, right: object) -> Dict[str, object]:
    """Return the values that differ, and the numbers of added, removed and changed values."""
    shown: List[_Change] = []
    counts = {"added": 0, "removed": 0, "changed": 0}
    for total, change in enumerate(_changes("", left, right, 0)):
        if total >= _MOST:
            break
        counts["added" if change.left is None else "removed" if change.right is None else "changed"] += 1
        if total < SHOWN:
            shown.append(change)
    names = ("name", "left", "right", "change", "percent")
    return {"changes": [dict(zip(names, each)) for each in shown], **counts}


def _change_of(left: Any, right: Any) -> Tuple[Optional[float], Optional[float]]:
    """Return right minus left, and the same in percent of left. Each is None if it is no finite number."""
    if not is_number(left) or not is_number(right):
        return None, None
    try:
        moved = float(right) - float(left)
        percent = 100 * moved / abs(float(left)) if left else None
    except OverflowError:
        return None, None
    is_finite = moved - moved == 0
    return (moved, percent) if is_finite else (None, None)


def is_same(left: Any, right: Any) -> bool:
    """Return True for equal values. NaN equals NaN, but 1 does not equal True."""
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right or (left != left and right != right))


def _changes(path: str, left: object, right: object, depth: int) -> Iterator[_Change]:
    if depth < DEPTH and isinstance(left, dict) and isinstance(right, dict):
        one, other = cast(Dict[str, object], left), cast(Dict[str, object], right)
        for key in [*one, *(key for key in other if key not in one)]:
            below = f"{path}.{key}" if path else str(key)
            yield from _pair(below, key in one, one.get(key), key in other, other.get(key), depth)
    elif depth < DEPTH and isinstance(left, list) and isinstance(right, list):
        first, second = cast(List[object], left), cast(List[object], right)
        for i in range(max(len(first), len(second))):
            in_left, in_right = i < len(first), i < len(second)
            values = first[i] if in_left else None, second[i] if in_right else None
            yield from _pair(f"{path}[{i}]", in_left, values[0], in_right, values[1], depth)
    elif not is_same(left, right):
        yield _Change(clip(path, _NAME), _text(left), _text(right), *_change_of(left, right))


def _pair(path: str, in_left: bool, left: object, in_right: bool, right: object, depth: int) -> Iterator[_Change]:
    if in_left and in_right:
        yield from _changes(path, left, right, depth + 1)
    else:
        sides = _text(left) if in_left else None, _text(right) if in_right else None
        yield _Change(clip(path, _NAME), *sides, None, None)


def _text(value: Any) -> str:
    return clip(inline(value, CELL), CELL)

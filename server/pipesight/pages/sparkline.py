"""Numbers over time as a line of text: `▁▂▅▇`."""

from __future__ import annotations

import math
from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"
_GAP = "·"


def sparkline(values: Sequence[float | None]) -> str:
    """Return one bar a value, from the lowest to the highest. A value that is missing leaves a gap."""
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    if not numbers:
        return _GAP * len(values)
    low, high = min(numbers), max(numbers)
    return "".join(_bar(value, low, high) for value in values)


def change(values: Sequence[float | None]) -> str:
    """Return by how much the last value differs from the one before: `▲ 0.02`. Nothing if there are not two."""
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    if len(numbers) < 2:
        return ""
    difference = numbers[-1] - numbers[-2]
    mark = "▲" if difference > 0 else "▼" if difference < 0 else "="
    return f"{mark} {abs(difference):.4g}"


def moved(difference: float | None, percent: float | None) -> str:
    """Return by how much a number changed: `▲ 0.02 (+2.5%)`. Nothing if it is no number."""
    if difference is None:
        return ""
    share = f" ({percent:+.1f}%)" if percent is not None else ""
    return change([0.0, difference]) + share


def last_change(values: Sequence[float | None]) -> str:
    """Return the change of the last value, or nothing if it is the same as the one before."""
    changed = change(values)
    return "" if changed.startswith("=") else changed


def overview(values: Sequence[float]) -> str:
    """Return numbers over time in a few words: `▁▂▅▇ min 0.91, max 0.99, ▲ 0.02`. At least one has to be finite."""
    numbers = [value for value in values if math.isfinite(value)]
    low, high = min(numbers), max(numbers)
    if low == high:
        return f"{sparkline(values)} always {low:.6g}"
    return f"{sparkline(values)} min {low:.6g}, max {high:.6g}, {last_change(values) or 'no change'}"


def _bar(value: float | None, low: float, high: float) -> str:
    if value is None or not math.isfinite(value):
        return _GAP
    span = high - low
    if not span or not math.isfinite(span):  # all are equal, or too far apart for a float
        return _BARS[len(_BARS) // 2]
    return _BARS[min(len(_BARS) - 1, int((value - low) / span * len(_BARS)))]

"""Draw numbers over time as a line of text, such as `▁▂▅▇`, and as a small picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

_BARS = "▁▂▃▄▅▆▇█"
_GAP = "·"
_WIDTH, _HEIGHT, _DOT = 120, 18, 2.0  # pixels of a drawing, and the radius of its dot
_COLOR = "#3794ff"  # visible on light and on dark backgrounds


def sparkline(values: Sequence[float | None]) -> str:
    """Return one bar for each value, between the lowest and the highest. A missing value is a gap."""
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    if not numbers:
        return _GAP * len(values)
    low, high = min(numbers), max(numbers)
    return "".join(_bar(value, low, high) for value in values)


def change(values: Sequence[float | None]) -> str:
    """Return the difference of the last two values, such as `▲ 0.02`. It is empty if there are not two."""
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    if len(numbers) < 2:
        return ""
    difference = numbers[-1] - numbers[-2]
    mark = "▲" if difference > 0 else "▼" if difference < 0 else "="
    return f"{mark} {abs(difference):.4g}"


def moved(difference: float | None, percent: float | None) -> str:
    """Return a difference as text, such as `▲ 0.02 (+2.5%)`. It is empty for None."""
    if difference is None:
        return ""
    share = f" ({percent:+.1f}%)" if percent is not None else ""
    return change([0.0, difference]) + share


def last_change(values: Sequence[float | None]) -> str:
    """Return the difference of the last two values, empty if they are equal."""
    changed = change(values)
    return "" if changed.startswith("=") else changed


def overview(values: Sequence[float]) -> str:
    """Return text such as `▁▂▅▇ min 0.91, max 0.99, ▲ 0.02`. At least one value has to be finite."""
    return f"{sparkline(values)} {extent(values)}"


def extent(values: Sequence[float]) -> str:
    """Return text such as `min 0.91, max 0.99, ▲ 0.02`. At least one value has to be finite."""
    numbers = [value for value in values if math.isfinite(value)]
    low, high = min(numbers), max(numbers)
    if low == high:
        return f"always {low:.6g}"
    return f"min {low:.6g}, max {high:.6g}, {last_change(values) or 'no change'}"


def drawing(values: Sequence[float]) -> str:
    """Return a small picture of numbers over time as SVG: a line across gaps, with a dot at the last value."""
    numbers = [value for value in values if math.isfinite(value)]
    low, high = min(numbers), max(numbers)
    span = high - low
    across = (_WIDTH - 2 * _DOT) / max(1, len(values) - 1)
    points = [
        (_DOT + at * across, _HEIGHT - _DOT - _share(value, low, span) * (_HEIGHT - 2 * _DOT))
        for at, value in enumerate(values)
        if math.isfinite(value)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<polyline points="{line}" fill="none" stroke="{_COLOR}" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_DOT}" fill="{_COLOR}"/></svg>'
    )


def _share(value: float, low: float, span: float) -> float:
    """Return the height of a value between the lowest and the highest, from 0 to 1."""
    return (value - low) / span if span and math.isfinite(span) else 0.5


def _bar(value: float | None, low: float, high: float) -> str:
    if value is None or not math.isfinite(value):
        return _GAP
    span = high - low
    if not span or not math.isfinite(span):  # all values are equal, or their difference is too large for a float
        return _BARS[len(_BARS) // 2]
    return _BARS[min(len(_BARS) - 1, int((value - low) / span * len(_BARS)))]

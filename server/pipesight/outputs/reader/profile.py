"""Compute distributions of columns: quantiles, histograms and frequent values, the same in every engine."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from .bounds import cell
from .dtypes import shortest
from .families import (
    DECIMAL,
    FLOAT,
    INTEGER,
    NUMBERS,
    PERIOD,
    TEXT,
    TIMES,
    TRUTH,
    Family,
    stored,
    time_cell,
    time_number,
    unscaled,
)

_BARS = 20
TOP = 10
FEW = 10_000  # distinct values up to which each of them is counted
FRACTIONS = (0.25, 0.5, 0.75)
_CELLS = 1_000_000  # cells of all columns together from which quantiles are computed
_ROWS = 100_000  # cells of one column from which quantiles are computed
_CUT = 80  # characters of a frequent value
FACTOR, MASK = 2_654_435_761, 2**32 - 1  # a multiplicative hash: Knuth's factor for 32 bits


class Summary(NamedTuple):
    """The summary of the cells of a column. `distinct` is None if it was not counted.

    `low`, `high` and `mean` are None if the column has none. Times are texts.
    """

    rows: int
    missing: int
    distinct: Optional[int] = None
    low: object = None
    high: object = None
    mean: Union[float, str, None] = None


class Plan(NamedTuple):
    """The counts that the distribution of a column needs. `bounds` are the upper bounds of its bars."""

    bounds: Sequence[Any] = ()
    is_top: bool = False


class Sample(NamedTuple):
    """The sample of rows for quantiles. A hash of the row number decides, so all engines take the same rows."""

    limit: int = MASK + 1

    @property
    def is_whole(self) -> bool:
        """True if the sample has all rows."""
        return self.limit > MASK

    def holds(self, row: int) -> bool:
        """Return True if the sample has this row."""
        return row * FACTOR & MASK < self.limit


class Distribution(NamedTuple):
    """The distribution of a column's values. Quantiles are comparable values, and `top` has cells with counts."""

    counts: Sequence[int] = ()
    quantiles: Sequence[object] = ()
    top: Sequence[Tuple[object, int]] = ()


def sample_of(rows: int, columns: int) -> Sample:
    """Return a sample of the rows that is small enough for quantiles of this number of columns."""
    most = min(_ROWS, _CELLS // max(columns, 1))
    return Sample() if rows <= most else Sample(most * (MASK + 1) // rows)


def plan_of(summary: Summary, family: Family) -> Plan:
    """Return the counts that the distribution of a column with this summary needs."""
    if family.name in (TEXT, TRUTH):
        return Plan(is_top=summary.distinct is not None and 0 < summary.distinct <= FEW)
    if summary.low is None or (family.name not in (*TIMES, *NUMBERS)):
        return Plan()
    low, high = _comparable(summary.low, family), _comparable(summary.high, family)
    return Plan() if low is None or high is None else Plan(_bounds(low, high, family))


def _comparable(value: Any, family: Family) -> Any:
    if family.name in TIMES:
        return time_number(value, family)
    return unscaled(value, family.scale) if family.name == DECIMAL else value


def _bounds(low: Any, high: Any, family: Family) -> List[Any]:
    """Return the upper bounds of the bars between two values. The last one is the highest value."""
    if family.name != FLOAT:
        span = high - low + 1
        bars = min(_BARS, span)
        return [low - 1 + span * (i + 1) // bars for i in range(bars)]
    if math.isinf(low) or math.isinf(high):
        return []
    inner = (low * (1 - i / _BARS) + high * (i / _BARS) for i in range(1, _BARS))
    return [*sorted({bound for bound in inner if low <= bound < high}), high]


def quantiles(values: List[Any]) -> List[object]:
    """Return the values at the fractions, by the nearest rank. Sorts the list."""
    values.sort()
    return [values[math.ceil(len(values) * fraction) - 1] for fraction in FRACTIONS] if values else []


def most_frequent(counts: Dict[Any, int]) -> List[Tuple[object, int]]:
    """Return the most frequent values. Values of the same count are in their own order."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]


class Counting:
    """The counts of comparable values that a plan requests."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._counts = [0] * len(plan.bounds)
        self._values: List[Any] = []
        self._top: Counter[object] = Counter()

    @property
    def is_needed(self) -> bool:
        """True if there is something to count."""
        return bool(self._plan.bounds) or self._plan.is_top

    def add(self, values: Sequence[Any], is_sampled: Sequence[bool]) -> None:
        """Add the values of more rows. `is_sampled` says which of the rows are in the sample."""
        if self._plan.is_top:
            self._top.update(value for value in values if value is not None)
            return
        bounds, counts = self._plan.bounds, self._counts
        for value, is_kept in zip(values, is_sampled):
            if value is not None:
                counts[bisect_left(bounds, value)] += 1
                if is_kept:
                    self._values.append(value)

    def distribution(self) -> Distribution:
        """Return the distribution from the counts."""
        return Distribution(self._counts, quantiles(self._values), most_frequent(self._top))


def described(found: Distribution, summary: Summary, plan: Plan, family: Family, word: str) -> Dict[str, object]:
    """Return the distribution of a column whose type is `word` as JSON."""
    marks = [_cell(value, family, word) for value in found.quantiles] or [None] * len(FRACTIONS)
    lows = _lows(summary, plan, family)
    bars = [
        {"low": _cell(low, family, word), "high": _cell(high, family, word), "count": count}
        for low, high, count in zip(lows, plan.bounds, found.counts)
    ]
    top = [{"value": cell(value, _CUT), "count": count} for value, count in found.top]
    return {**dict(zip(("q25", "median", "q75"), marks)), "bars": bars, "top": top}


def _lows(summary: Summary, plan: Plan, family: Family) -> List[object]:
    """Return the lowest value of each bar. Bars of whole numbers do not touch."""
    step = 1 if family.name in (INTEGER, DECIMAL, PERIOD) or family.unit == "D" else 0
    first = _comparable(summary.low, family) if plan.bounds else None
    return [first, *(bound + step for bound in plan.bounds[:-1])]


def _cell(value: Any, family: Family, word: str) -> object:
    if family.name in TIMES:
        return time_cell(value, family)
    if family.name == DECIMAL:
        return cell(stored(value, family))
    return cell(shortest(value, word))

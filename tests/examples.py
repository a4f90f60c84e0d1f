"""How many examples a test has. `make test-quick` has fewer.

`--hypothesis-profile quick` has Hypothesis make up a fifth of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest
from hypothesis import settings


def examples(count: int, **others: Any) -> settings:
    """Return the settings of a test that has so many examples in full."""
    return settings(max_examples=count * settings().max_examples // 100, **others)


def mostly_slow(values: Sequence[str], *, quick: Collection[str]) -> list[Any]:
    """Return the values for a test, which is slow with all but the quick ones."""
    return [value if value in quick else pytest.param(value, marks=pytest.mark.slow) for value in values]

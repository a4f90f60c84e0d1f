"""Set the number of examples of a test. `make test-quick` has fewer.

With `--hypothesis-profile quick`, Hypothesis generates a tenth of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest
from hypothesis import settings


def examples(count: int, **others: Any) -> settings:
    """Return the settings of a test that has this number of examples in the full suite."""
    return settings(max_examples=count * settings().max_examples // 100, **others)


def mostly_slow(values: Sequence[Any], *, quick: Collection[Any]) -> list[Any]:
    """Return the parameters of a test. All of them are marked as slow, except the quick ones.

    A tuple has the values of several parameters.
    """
    return [value if value in quick else _slow(*(value if isinstance(value, tuple) else (value,))) for value in values]


def _slow(*values: Any) -> Any:
    return pytest.param(*values, marks=pytest.mark.slow)

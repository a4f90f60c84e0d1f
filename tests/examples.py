"""How many examples Hypothesis makes up. `--hypothesis-profile quick` has it make a fifth of them."""

from __future__ import annotations

from typing import Any

from hypothesis import settings


def examples(count: int, **others: Any) -> settings:
    """Return the settings of a test that has so many examples in full."""
    return settings(max_examples=count * settings().max_examples // 100, **others)

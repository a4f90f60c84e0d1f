"""Wait for something that a test has started. Return as soon as it is there, and give up after a minute."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

PATIENCE = 60.0
_PAUSE = 0.05

_T = TypeVar("_T")


async def until(ask: Callable[[], Awaitable[_T]], enough: Callable[[_T], object] = bool) -> _T:
    """Ask until the answer is enough, and return it. After a minute, return the last answer, which fails the test."""
    end = time.monotonic() + PATIENCE
    while not enough(answer := await ask()) and time.monotonic() < end:
        await asyncio.sleep(_PAUSE)
    return answer


async def until_true(true: Callable[[], object]) -> None:
    """Wait until the condition is true, while the event loop runs."""

    async def ask() -> object:
        return true()

    assert await until(ask), "it did not come true in time"


def eventually(true: Callable[[], object]) -> None:
    """Wait until the condition is true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(_PAUSE)

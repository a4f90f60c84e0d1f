"""Garbage is collected in pauses. The objects of an analysis are only collected in a long pause."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from pipesight.lsp.garbage import LONG_PAUSE, PAUSE, PausedGarbage


class Knot:
    """An object that only a collection removes."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def garbage() -> Iterator[PausedGarbage]:
    before = gc.get_threshold()
    gc.enable()  # a command that another test ran may have switched it off
    gc.collect()
    PausedGarbage.rest()
    yield PausedGarbage()
    gc.set_threshold(*before)


@pytest.mark.thorough
def test_what_an_analysis_replaced_is_removed_in_a_long_pause(garbage: PausedGarbage) -> None:
    knot = Knot()
    replaced = weakref.ref(knot)
    many = [[each] for each in range(300_000)]
    garbage.keep(is_first=False)
    del knot, many
    garbage.collect(PAUSE)
    assert replaced() is not None
    garbage.collect(LONG_PAUSE)
    assert replaced() is None


@pytest.mark.thorough
def test_little_garbage_waits(garbage: PausedGarbage) -> None:
    knot = weakref.ref(Knot())
    garbage.collect(PAUSE)
    assert knot() is not None

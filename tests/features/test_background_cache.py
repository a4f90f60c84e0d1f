"""The base of the caches that a background thread fills."""

from __future__ import annotations

import pytest

from pipesight.workspace.background_cache import BackgroundCache


class Lengths(BackgroundCache[str, int]):
    def __init__(self) -> None:
        super().__init__(unknown=0, limit=2)

    def of(self, word: str) -> int:
        return self._get(word, word)

    def look(self) -> bool:
        return self._look(len)


def test_only_the_latest_values_are_kept() -> None:
    lengths = Lengths()
    for word in ("a", "bb", "ccc"):
        assert lengths.of(word) == 0
        assert lengths.wants_to_look
        assert lengths.look()

    assert [lengths.of(word) for word in ("bb", "ccc")] == [2, 3]
    assert not lengths.wants_to_look
    assert lengths.of("a") == 0
    assert lengths.wants_to_look


def test_a_value_that_is_the_unknown_one_is_no_change() -> None:
    lengths = Lengths()
    lengths.of("")

    assert not lengths.look()
    assert not lengths.wants_to_look


def test_the_value_that_was_requested_last_is_looked_up_first() -> None:
    lengths = Lengths()
    found: list[str] = []
    for word in ("a", "bb", "a"):
        lengths.of(word)

    lengths._look(lambda word: len(found.append(word) or word))

    assert found == ["a", "bb"]


def test_others_wait_for_a_look_that_has_begun() -> None:
    lengths = Lengths()
    waiting = lengths._awaited("a", "a")
    assert waiting is not None

    def find(word: str) -> int:
        assert lengths._awaited(word, word) is waiting
        assert not lengths.wants_to_look
        return len(word)

    assert lengths._look(find)
    assert waiting.done()
    assert lengths._awaited("a", "a") is None


def test_a_look_that_fails_ends_and_leaves_the_value_unknown() -> None:
    lengths = Lengths()
    waiting = lengths._awaited("a", "a")

    with pytest.raises(ZeroDivisionError):
        lengths._look(lambda _: 1 // 0)

    assert waiting is not None
    assert waiting.done()
    assert lengths.of("a") == 0
    assert not lengths.wants_to_look

"""The base of the caches that a background thread fills."""

from __future__ import annotations

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

"""Find the names that a mistyped name may mean."""

from __future__ import annotations

from collections.abc import Iterable

_LETTERS_A_SLIP = 4  # letters for each slip that is allowed. A slip is a wrong, missing, extra or swapped letter
_SHORTEST = 3  # letters of the shortest name in which a slip is allowed
_MOST = 3  # names that are returned


def close_names(name: str, names: Iterable[str]) -> list[str]:
    """Return up to three names that differ from `name` by few slips, the closest first. Case is ignored."""
    allowed = max(1, len(name) // _LETTERS_A_SLIP) if len(name) >= _SHORTEST else 0
    distances = {other: _slips(name.lower(), other.lower(), allowed) for other in names if other != name}
    close = [other for other, distance in distances.items() if distance <= allowed]
    return sorted(close, key=lambda other: distances[other])[:_MOST]


def _slips(one: str, other: str, limit: int) -> int:
    """Return the distance of two words by optimal string alignment. Above `limit` the number is not exact."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, another in enumerate(other, 1):
            changed = last[column - 1] + (letter != another)
            now.append(min(last[column] + 1, now[-1] + 1, changed))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == another
            if swapped:
                now[column] = min(now[column], before[column - 2] + 1)
        if min(now) > limit:
            return limit + 1
        before, last = last, now
    return last[-1]

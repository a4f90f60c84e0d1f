"""The requests of people to a sync: steps of runs that the index lacks, and questions that only the store answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from pipesight.history.sources.lookups import Lookups, Question

_T = TypeVar("_T")
_MOST = 500  # answers that are kept in memory


@dataclass(frozen=True, slots=True)
class _StoreAnswer:
    """An answer of a store. `change` is the number of the store's changes until then."""

    value: object
    change: int


class OpenRequests:
    """The requests that are still open, and the answers of the store so far. `wake` starts their reading."""

    def __init__(self, wake: Callable[[], object]) -> None:
        self._wake = wake
        self._wanted: dict[str, None] = {}
        self._questions: dict[tuple[object, ...], Question[Any]] = {}
        self._answers: dict[tuple[object, ...], _StoreAnswer] = {}
        self._change = 0

    def __bool__(self) -> bool:
        return bool(self._wanted or self._questions)

    def want(self, run_ids: Iterable[str]) -> None:
        """Ask for the steps of these runs."""
        self._wanted.update(dict.fromkeys(run_ids))
        self._wake()

    def wanted(self) -> list[str]:
        """Return the runs whose steps are wanted."""
        return list(self._wanted)

    def mirrored(self, run_ids: Iterable[str]) -> None:
        """Note that the index has the steps of these runs now."""
        for run_id in run_ids:
            self._wanted.pop(run_id, None)

    def ask(self, question: Question[_T]) -> _T | None:
        """Return the last answer, None if there is none. Ask the store if that answer may have changed."""
        known = self._answers.get(question.key)
        if known is None or known.change != self._change:
            self._questions[question.key] = question
            self._wake()
        return cast("_T", known.value) if known is not None else None

    def has_answered(self, question: Question[Any]) -> bool:
        """Return True once the question was answered, even if the answer is None."""
        return question.key in self._answers

    def store_changed(self) -> None:
        """Note that the store changed, so that questions are asked again."""
        self._change += 1

    def answers(self, lookups: Lookups) -> Iterator[bool]:
        """Read the answers to all open questions. Yield for each whether it is new."""
        while self._questions:
            key, question = self._questions.popitem()  # a question that fails is not asked again and again
            value, known = question.read(lookups), self._answers.get(key)
            if len(self._answers) >= _MOST:
                self._answers.clear()
            self._answers[key] = _StoreAnswer(value, self._change)
            yield known is None or known.value != value

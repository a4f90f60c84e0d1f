"""The open requests to a sync: steps of runs that the index lacks, and questions that only the store can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from pipesight.history.sources.lookups import Lookups, Question

_T = TypeVar("_T")
_MOST = 500  # answers that are kept in memory. All are dropped when there are more


@dataclass(frozen=True, slots=True)
class _StoreAnswer:
    """An answer of a store. `change` is the number of changes of the store before it answered."""

    value: object
    change: int


class OpenRequests:
    """The open requests, and the answers that the store has given. `wake` wakes the thread that serves requests."""

    def __init__(self, wake: Callable[[], object]) -> None:
        self._wake = wake
        self._wanted: dict[str, None] = {}
        self._questions: dict[tuple[object, ...], Question[Any]] = {}
        self._answers: dict[tuple[object, ...], _StoreAnswer] = {}
        self._change = 0

    def __bool__(self) -> bool:
        return bool(self._wanted or self._questions)

    def want(self, run_ids: Iterable[str]) -> None:
        """Request the steps of these runs."""
        self._wanted.update(dict.fromkeys(run_ids))
        self._wake()

    def wanted(self) -> list[str]:
        """Return the ids of the runs whose steps are requested."""
        return list(self._wanted)

    def mirrored(self, run_ids: Iterable[str]) -> None:
        """Note that the index has the steps of these runs now."""
        for run_id in run_ids:
            self._wanted.pop(run_id, None)

    def ask(self, question: Question[_T]) -> _T | None:
        """Return the last answer, None if there is none. Request a new answer if the store has changed since."""
        known = self._answers.get(question.key)
        if known is None or known.change != self._change:
            self._questions[question.key] = question
            self._wake()
        return cast("_T", known.value) if known is not None else None

    def has_answered(self, question: Question[Any]) -> bool:
        """Return True once the question was answered, even if the answer is None."""
        return question.key in self._answers

    def store_changed(self) -> None:
        """Note that the store has changed, so that `ask` requests new answers."""
        self._change += 1

    def answers(self, lookups: Lookups) -> Iterator[bool]:
        """Read the answers to all open questions. Yield for each question whether its answer has changed."""
        while self._questions:
            key, question = self._questions.popitem()  # removed before it is read, so that a failure does not repeat
            value, known = question.read(lookups), self._answers.get(key)
            if len(self._answers) >= _MOST:
                self._answers.clear()
            self._answers[key] = _StoreAnswer(value, self._change)
            yield known is None or known.value != value

"""The loading of an output in Python: the question that comes first, and the value."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.outputs.loaded import ShownValue
from pipesight.pages.contract.history_paths import HistoryPath


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """The question that a person answers before an output is loaded in Python, with its details, in words.

    `imports` are the names that loading would import. `token` proves that this was shown. It is the same as long as
    the artifact is the same.
    """

    title: str
    path: HistoryPath
    token: str
    question: str
    details: tuple[str, ...]
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedValue:
    """An output that was loaded in Python, as its value shows itself."""

    title: str
    path: HistoryPath
    value: ShownValue

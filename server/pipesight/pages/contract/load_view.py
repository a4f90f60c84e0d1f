"""The loading of an output in Python: the question to the user, and the loaded value."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.outputs.loaded import ShownValue
from pipesight.pages.contract.history_paths import HistoryPath


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """The question to the user before an output is loaded in Python, with its details.

    `imports` are the names that loading would import. `token` proves that the user saw this plan. It stays the same as
    long as the artifact does.
    """

    title: str
    path: HistoryPath
    token: str
    question: str
    details: tuple[str, ...]
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedValue:
    """An output that was loaded in Python, in the form in which the value represents itself."""

    title: str
    path: HistoryPath
    value: ShownValue

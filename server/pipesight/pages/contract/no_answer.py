"""Answers without data: a problem, or a choice that the user has to make."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.pages.contract.history_paths import HistoryPath


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer, and what the user can do about it."""

    problem: str
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several outputs, steps, runs or pipelines that match, with the argument that requests it."""

    label: str
    argument: HistoryPath
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices for the user. One of them must be taken before an output can be read."""

    choices: tuple[Choice, ...]

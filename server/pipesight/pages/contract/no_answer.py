"""The answers that are none: a problem, or a choice that a person has to make."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.pages.contract.history_paths import HistoryPath


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer, and what the person can do about it."""

    problem: str
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several outputs, steps, runs or pipelines that fit, with the argument that asks for it."""

    label: str
    argument: HistoryPath
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The person has to choose one of these before an output can be read."""

    choices: tuple[Choice, ...]

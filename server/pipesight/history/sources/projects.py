"""Choose the project that is read from a store, by ZenML's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipesight.history.model import Project

NO_PROJECT = "no such project"  # an id that no project has
_DEFAULT = "default"  # the project that ZenML creates in an empty store


@dataclass(frozen=True, slots=True)
class ProjectChoice:
    """Names or ids of projects. The first one that the store has is read.

    If the store has none of them, ZenML's default project is read, or with `exact` no project.
    """

    names: tuple[str, ...] = ()
    exact: bool = False

    def among(self, projects: Sequence[Project]) -> Project | None:
        """Return the project to read, None if there is none."""
        for wanted in self.names:
            for project in projects:
                if project.is_named(wanted):
                    return project
        if self.exact or not projects:
            return None
        return next((project for project in projects if project.name == _DEFAULT), projects[0])

"""Open the history for a command, or read its rows directly from the stores."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipesight.pages.command_error import CommandError
from pipesight.project_settings import project_settings

from .terminal import complain

if TYPE_CHECKING:
    from pipesight.history.discovery import Discovery
    from pipesight.history.history import History
    from pipesight.history.model import Project
    from pipesight.history.rows import HistoryRow
    from pipesight.history.sources import Source
    from pipesight.settings import Settings


@dataclass(frozen=True, slots=True)
class Where:
    """The stores and the project on the command line. If they are empty, the settings of the project decide."""

    sources: tuple[str, ...] = ()
    project: str = ""


def settings_here() -> Settings:
    """Return the settings of the project that contains the current folder. Print their problems once."""
    return _settings_of(Path.cwd())


@cache
def _settings_of(folder: Path) -> Settings:
    project = project_settings(folder)
    for problem in project.problems:
        complain(problem)
    return project.settings


@contextmanager
def opened(where: Where) -> Generator[History]:
    """Open the history, bring it up to date, and close it when the context ends.

    Raises CommandError if there is no history, or if no store has the project.
    """
    history = open_history(where)
    try:
        yield history
    finally:
        history.close()


def open_history(where: Where) -> History:
    """Open the history and bring it up to date. The caller closes it.

    Raises CommandError if there is no history, or if no store has the project.
    """
    from pipesight.history.history import History

    history = History.open(_found(where).sources, start=False)
    try:
        _bring_up_to_date(history)
        _check_project(where, history.projects())
    except BaseException:
        history.close()
        raise
    return history


def _bring_up_to_date(history: History) -> None:
    from pipesight.history.sources import SourceError

    try:
        history.sync_once()
    except SourceError as error:
        if history.is_empty:
            raise CommandError(str(error)) from None
        complain(f"{error} Pipesight shows what it read before.")


def rows(where: Where, pipeline: str | None, run: str | None, step: str | None) -> Iterator[HistoryRow]:
    """Yield the rows of the history that have the given names, read directly from the stores.

    Raises CommandError if a store cannot be read, or if no store has the project.
    """
    from pipesight.history.rows import rows as rows_of
    from pipesight.history.sources import SourceError

    sources = _found(where).sources
    try:
        _check_project(where, [project for source in sources for project in _projects(source)])
    except SourceError as error:
        raise CommandError(str(error)) from None
    for source in sources:
        try:
            for row in rows_of(source):
                if pipeline in (None, row.pipeline) and run in (None, row.run) and step in (None, row.step):
                    yield row
        except SourceError as error:
            raise CommandError(str(error)) from None


def _projects(source: Source) -> Sequence[Project]:
    with source.connect() as session:
        return session.projects()


def _check_project(where: Where, projects: Sequence[Project]) -> None:
    wanted = where.project or settings_here().project
    if not wanted or not projects or any(project.is_named(wanted) for project in projects):
        return
    names = [project.name for project in projects]
    close = get_close_matches(wanted, names, 1)
    advice = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(map(repr, names))}."
    raise CommandError(f"The history has no project named {wanted!r}. {advice}")


def _found(where: Where) -> Discovery:
    from pipesight.workspace.opening import find_stores

    discovery = find_stores([Path.cwd()], settings_here(), history=where.sources, project=where.project)
    if not discovery.sources:
        told = [
            " ".join(filter(None, (f"{finding.subject}: {finding.detail}", finding.advice)))
            for finding in discovery.findings
            if finding.outcome == "problem" or finding.advice
        ]
        hint = "`pipesight doctor` shows where Pipesight looked for it."
        raise CommandError(" ".join(["No run history was found.", *told, hint]))
    return discovery

"""The history that a command asks: found, brought up to date, and followed by the names that were given."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipesight.project_settings import project_settings

from .terminal import complain

if TYPE_CHECKING:
    from pipesight.history.discovery import Discovery
    from pipesight.history.history import History, HistoryRow
    from pipesight.settings import Settings
    from pipesight.workspace.find import Found

LATEST = "latest"
"""Stands for the name of a pipeline's newest run, where no run has that name."""


class CommandError(Exception):
    """What went wrong, in a sentence for the person who typed the command, with a next step."""


def settings_here() -> Settings:
    """Return the settings of the project that the current folder is in. Say once what is wrong with them."""
    return _settings_of(Path.cwd())


@cache
def _settings_of(folder: Path) -> Settings:
    project = project_settings(folder)
    for problem in project.problems:
        complain(problem)
    return project.settings


def discovered(sources: Sequence[str]) -> Discovery:
    """Find the stores that are given, else those of the project's settings, else those that ZenML's rules find."""
    from pipesight.history.discovery import discover

    return discover([Path.cwd()], history=sources or settings_here().history)


@contextmanager
def opened(sources: Sequence[str]) -> Generator[History]:
    """The history of the stores given or found, brought up to date; closed at the end.

    Raises CommandError when there is none.
    """
    from pipesight.history.history import History
    from pipesight.history.sources import SourceError

    history = History.open(_found(sources).sources, start=False)
    try:
        try:
            history.sync_once()
        except SourceError as error:
            if history.is_empty:
                raise CommandError(str(error)) from None
            complain(f"{error} What was read before is shown.")
        yield history
    finally:
        history.close()


def rows(sources: Sequence[str], pipeline: str | None, run: str | None, step: str | None) -> Iterator[HistoryRow]:
    """The history's rows that belong to the names given, straight from the stores.

    Raises CommandError when a store cannot be read.
    """
    from pipesight.history.history import rows as rows_of
    from pipesight.history.sources import SourceError

    for source in _found(sources).sources:
        try:
            for row in rows_of(source):
                if pipeline in (None, row.pipeline) and run in (None, row.run) and step in (None, row.step):
                    yield row
        except SourceError as error:
            raise CommandError(str(error)) from None


def follow(history: History, names: Mapping[str, str | None]) -> Found:
    """What the names lead to, its steps and outputs fetched.

    Raises CommandError, which names what is there instead.
    """
    from pipesight.features.commands import missing
    from pipesight.workspace import find

    given = {kind: name for kind, name in names.items() if name is not None}
    if given.get("run") == LATEST and history.run(LATEST, given["pipeline"]) is None:
        newest = history.last_run(given["pipeline"])
        given["run"] = newest.name if newest is not None else LATEST
    found = find.follow(history, given)
    if found.run is not None and history.steps(found.run) is None:
        history.fetch_steps(found.run)
        found = find.follow(history, given)
    problem = missing(history, given, found)
    if problem is not None:
        raise CommandError(" ".join(filter(None, (problem.problem, problem.advice))))
    return found


def _found(sources: Sequence[str]) -> Discovery:
    discovery = discovered(sources)
    if not discovery.sources:
        told = [
            " ".join(filter(None, (f"{finding.subject}: {finding.detail}", finding.advice)))
            for finding in discovery.findings
            if finding.outcome == "problem" or finding.advice
        ]
        hint = "`pipesight doctor` tells where it was looked for."
        raise CommandError(" ".join(["No run history was found.", *told, hint]))
    return discovery

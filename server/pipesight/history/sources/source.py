"""The protocol that every kind of store speaks, its records and its errors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from pipesight.history.model import Details, Project
from pipesight.history.sources.lookups import Lookups
from pipesight.history.sources.records import ArtifactRecord, News, RunRecord, SeenStep, StepRecord

logger = logging.getLogger(__name__)


class SourceError(Exception):
    """A source cannot be read. `advice` says what a person can do about it. Neither holds a password."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip())
        self.message = message
        self.advice = advice


class SourceBusyError(SourceError):
    """Another process is writing to the source. It can be read again in a moment."""


@contextmanager
def understood(error: Callable[[], SourceError]) -> Generator[None]:
    """Let only a SourceError leave the context. Python's own words are for the log, not for people."""
    try:
        yield
    except SourceError:
        raise
    except Exception:
        logger.warning("A store holds what Pipesight does not expect.", exc_info=True)
        raise error() from None


class SourceSession(Protocol):
    """A source opened for reading. Every method may raise SourceError."""

    kind: str
    release: str | None  # ZenML's release that the store is of, where it tells
    layout: str  # of the store's tables. If it differs from the last time, everything has to be read again
    project: Project | None  # the project that is read, None if the store has no projects
    at_once: int  # runs whose steps are read together

    def news(self, known: str | None) -> News:
        """Return what was recorded since the known mark. Without a mark all runs have to be read."""
        ...

    def run_count(self) -> int:
        """Return how many runs there are."""
        ...

    def projects(self) -> Sequence[Project]:
        """Return the store's projects, oldest first. Stores of old releases have none."""
        ...

    def pipelines(self) -> Sequence[str]:
        """Return the names of all pipelines, also of those without a run."""
        ...

    def runs(self) -> Iterator[Sequence[RunRecord]]:
        """Yield all runs in batches, newest first. The first batch is small."""
        ...

    def runs_by_id(self, ids: Collection[str]) -> Sequence[RunRecord]:
        """Return the runs of these ids that exist, in full."""
        ...

    def steps(self, run_ids: Collection[str], *, full: bool = False) -> Mapping[str, Sequence[StepRecord]]:
        """Return the steps of these runs in execution order, by run id. `full` adds metadata, failures and inputs."""
        ...

    def details(self, run_ids: Collection[str]) -> Mapping[str, Details]:
        """Return what these runs carry beside their state, by run id."""
        ...

    def step_names(self) -> Iterator[SeenStep]:
        """Yield every step name ever seen in a pipeline, with the newest run that has it.

        Older runs may be among them.
        """
        ...

    @property
    def lookups(self) -> Lookups:
        """Return the parts that are read only on request."""
        ...

    def artifacts(self) -> Sequence[ArtifactRecord]:
        """Return the newest version of each artifact that has a global name and is in recent use."""
        ...

    def stacks(self) -> Sequence[str]:
        """Return the names of the stacks."""
        ...

    def models(self) -> Sequence[str]:
        """Return the names of the models."""
        ...


class Source(Protocol):
    """A store of run history. No member shows a password."""

    key: str  # tells this source from any other, for ever; a file's name or an address
    label: str  # for people
    kind: str  # SQLite, MySQL, ZenML server
    interval: float  # seconds from one `probe` to the next

    def probe(self) -> object:
        """Return a cheap token that differs after any change of the store. None if the store has none."""
        ...

    def in_project(self, project: str) -> Source:
        """Return the source of another project of the same store, given by its name or id."""
        ...

    def connect(self) -> AbstractContextManager[SourceSession]:
        """Open the store for reading.

        Raises SourceError when it cannot be read, and SourceBusyError when it cannot be read just now.
        """
        ...

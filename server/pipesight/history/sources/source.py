"""The protocol that every kind of store implements, and its errors."""

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
    """A source cannot be read. `advice` says what the user can do about it. Neither text contains a password."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip())
        self.message = message
        self.advice = advice


class SourceBusyError(SourceError):
    """A source cannot be read at the moment, for example because another process is writing to it."""


@contextmanager
def understood(error: Callable[[], SourceError]) -> Generator[None]:
    """Turn unexpected exceptions in the context into this error. Their traceback goes to the log."""
    try:
        yield
    except SourceError:
        raise
    except Exception:
        logger.warning("A store contains unexpected data.", exc_info=True)
        raise error() from None


class SourceSession(Protocol):
    """A source opened for reading. Every method may raise SourceError."""

    kind: str
    release: str | None  # the ZenML release of the store, None if the store does not say
    layout: str  # a fingerprint of the store's tables. If it differs from the last one, all runs are read again
    project: Project | None  # the project that is read, None if the store has no projects
    at_once: int  # runs whose steps are read together

    def news(self, known: str | None) -> News:
        """Return the changes since the mark `known`. Without a mark all runs have to be read."""
        ...

    def run_count(self) -> int:
        """Return the number of runs."""
        ...

    def projects(self) -> Sequence[Project]:
        """Return the store's projects, oldest first. Stores of old releases have none."""
        ...

    def pipelines(self) -> Sequence[str]:
        """Return the names of all pipelines, including those without a run."""
        ...

    def runs(self) -> Iterator[Sequence[RunRecord]]:
        """Yield all runs in batches, newest first. The first batch is small."""
        ...

    def runs_by_id(self, ids: Collection[str]) -> Sequence[RunRecord]:
        """Return the complete records of the runs of these ids. Ids of deleted runs are left out."""
        ...

    def steps(self, run_ids: Collection[str], *, full: bool = False) -> Mapping[str, Sequence[StepRecord]]:
        """Return the steps of these runs in execution order, by run id. `full` adds metadata, failures and inputs."""
        ...

    def details(self, run_ids: Collection[str]) -> Mapping[str, Details]:
        """Return the metadata, tags, commits and failures of these runs, by run id."""
        ...

    def fingerprints(self, run_ids: Collection[str]) -> Mapping[str, object]:
        """Return a value for each run that changes with its steps, metadata and tags, by run id.

        It is empty if such values are not much cheaper than what they stand for.
        """
        ...

    def step_names(self) -> Iterator[SeenStep]:
        """Yield every step name of every pipeline with the newest run that has it, and perhaps with older runs."""
        ...

    @property
    def lookups(self) -> Lookups:
        """The parts of the store that are read only on request."""
        ...

    def artifacts(self) -> Sequence[ArtifactRecord]:
        """Return the newest version of each recently used artifact that has a global name."""
        ...

    def stacks(self) -> Sequence[str]:
        """Return the names of the stacks."""
        ...

    def models(self) -> Sequence[str]:
        """Return the names of the models."""
        ...


class Source(Protocol):
    """A store of run history. No member contains a password."""

    key: str  # the path or the URL, with the project. It identifies the source, also in later processes
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

        Raises SourceError if it cannot be read, and SourceBusyError if it cannot be read at the moment.
        """
        ...

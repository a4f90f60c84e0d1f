"""The protocol that every kind of store speaks, its records and its errors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple, Protocol

from pipesight.history.model import Details, Failure, Metadata, Project, Visualization

logger = logging.getLogger(__name__)


class SourceError(Exception):
    """A source cannot be read. `advice` says what a person can do about it. Neither holds a password."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip())
        self.message = message
        self.advice = advice


class SourceBusyError(SourceError):
    """Somebody else is writing to the source just now; soon it can be read again."""


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


class RunRecord(NamedTuple):
    """A run as its store has it. Times are microseconds since the epoch, UTC.

    `pipeline` is the pipeline's name, None for an unlisted run. `activity` is the last time that the store says
    something happened to the run. `stack` is None too where finding it out costs too much for a run nobody looks at.
    """

    id: str
    name: str
    pipeline: str | None
    status: str
    start: int | None
    end: int | None
    activity: int | None
    stack: str | None = None


class OutputRecord(NamedTuple):
    """An output of a step. Class names are dotted paths. Only `Session.steps(full=True)` fills the last three."""

    id: str
    name: str
    uri: str
    data_type: str | None = None
    materializer: str | None = None
    type: str | None = None
    artifact: str | None = None
    version: str | None = None
    save_type: str | None = None
    metadata: Sequence[Metadata] = ()
    tags: tuple[str, ...] = ()
    visualizations: Sequence[Visualization] = ()


class InputRecord(NamedTuple):
    """An output that went into a step. `step_id` and `run_id` made it, and are empty where that is not known."""

    name: str
    output: OutputRecord
    step_id: str = ""
    run_id: str = ""
    kind: str | None = None


class StepRecord(NamedTuple):
    """A step of a run and its outputs, in the order of their names. Times as in `RunRecord`.

    Outputs of one name are in the order in which ZenML lists them. Only `Session.steps(full=True)` fills the last
    three fields.
    """

    id: str
    run_id: str
    name: str
    status: str
    entrypoint: str | None
    start: int | None
    end: int | None
    parameters: Mapping[str, object]
    outputs: tuple[OutputRecord, ...] = ()
    metadata: Sequence[Metadata] = ()
    failure: Failure | None = None
    inputs: tuple[InputRecord, ...] = ()


class SeenStep(NamedTuple):
    """A step's name that was seen in a pipeline, and a run that has it. The newer the run, the greater `position`."""

    pipeline: str
    step: str
    run_id: str
    position: int


class ArtifactRecord(NamedTuple):
    """The newest version of an artifact and the id of a step that has it as its output, where one is known."""

    output: OutputRecord
    step_id: str


class News(NamedTuple):
    """What happened in a store since a mark that it gave out.

    `mark` is the next to ask with. `total` is how many runs the store has, or had a few seconds ago where counting them
    costs much. `runs` are those recorded or changed since, with some that were not; it is None when only reading all
    runs can tell, as when some were deleted.
    """

    mark: str
    total: int
    runs: Sequence[RunRecord] | None


class Session(Protocol):
    """A source opened for reading. Every method may raise SourceError."""

    kind: str
    release: str | None  # ZenML's release that the store is of, where it tells
    layout: str  # what the store looks like; when it differs from the last time, everything has to be read again
    project: Project | None  # the project that is read, None if the store has no projects

    def news(self, known: str | None) -> News:
        """What happened since the mark that is known; without one all runs have to be read."""
        ...

    def run_count(self) -> int:
        """How many runs there are."""
        ...

    def projects(self) -> Sequence[Project]:
        """Return the store's projects, oldest first. Stores of old releases have none."""
        ...

    def pipelines(self) -> Sequence[str]:
        """The names of all pipelines, those without a run included."""
        ...

    def runs(self) -> Iterator[Sequence[RunRecord]]:
        """All runs in batches, newest first; the first batch is a small one."""
        ...

    def runs_by_id(self, ids: Collection[str]) -> Sequence[RunRecord]:
        """Those of these runs that exist, in full."""
        ...

    def steps(self, run_ids: Collection[str], *, full: bool = False) -> Mapping[str, Sequence[StepRecord]]:
        """Return the steps of these runs in execution order, by run id. `full` adds metadata, failures and inputs."""
        ...

    def details(self, run_ids: Collection[str]) -> Mapping[str, Details]:
        """Return what these runs carry beside their state, by run id."""
        ...

    def step_names(self) -> Iterator[SeenStep]:
        """Every step name ever seen in a pipeline, with the newest run that has it; others may come before or after."""
        ...

    def artifacts(self) -> Sequence[ArtifactRecord]:
        """The newest version of each artifact that has a global name, those in recent use."""
        ...

    def stacks(self) -> Sequence[str]:
        """The names of the stacks."""
        ...

    def models(self) -> Sequence[str]:
        """The names of the models."""
        ...


class Source(Protocol):
    """A store of run history. No member shows a password."""

    key: str  # tells this source from any other, for ever; a file's name or an address
    label: str  # for people
    kind: str  # SQLite, MySQL, ZenML server
    interval: float  # seconds from one `probe` to the next

    def probe(self) -> object:
        """Something cheap to get that differs after any change of the store; None where there is no such thing."""
        ...

    def in_project(self, project: str) -> Source:
        """Return the source of another project of the same store, given by its name or id."""
        ...

    def connect(self) -> AbstractContextManager[Session]:
        """Open the store for reading.

        Raises SourceError when it cannot be read, and SourceBusyError when it cannot be read just now.
        """
        ...

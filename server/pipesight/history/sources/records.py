"""The rows of a store as plain tuples, because a first index makes hundreds of thousands of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipesight.history.model import Failure, Metadata, Visualization


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
    run_id: str = ""


class News(NamedTuple):
    """The changes in a store since a mark that it gave out.

    `mark` is the next to ask with. `total` is how many runs the store has, or had a few seconds ago where counting them
    costs much. `runs` are those recorded or changed since, with some that were not. It is None when only reading all
    runs can tell, as when some were deleted.
    """

    mark: str
    total: int
    runs: Sequence[RunRecord] | None


class ModelVersionRecord(NamedTuple):
    """A version of a model as its store has it."""

    id: str
    number: int
    name: str
    stage: str | None = None
    metadata: Sequence[Metadata] = ()
    tags: tuple[str, ...] = ()

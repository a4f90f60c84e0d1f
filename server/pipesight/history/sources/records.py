"""The rows of a store as named tuples. They are cheap, because a first index makes hundreds of thousands of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipesight.history.model import Failure, Metadata, Visualization


class RunRecord(NamedTuple):
    """A run as its store records it. Times are in microseconds since the epoch, UTC.

    `pipeline` is the pipeline's name, None for an unlisted run. `activity` is the time of the last recorded change.
    `stack` is also None if reading it for many runs would take too long.
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
    """An output of a step. Class names are dotted paths.

    Only `SourceSession.steps(full=True)` fills the last three fields.
    """

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
    """An input of a step. `output` is the artifact, which the step `step_id` of the run `run_id` produced.

    Both ids are empty if the producer is unknown. `name` is the parameter of the step.
    """

    name: str
    output: OutputRecord
    step_id: str = ""
    run_id: str = ""
    kind: str | None = None


class StepRecord(NamedTuple):
    """A step of a run and its outputs, sorted by name. Times are as in `RunRecord`.

    Outputs with the same name are in ZenML's order. Only `SourceSession.steps(full=True)` fills the last three fields.
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
    """The name of a step in a pipeline, and a run that has the step. A newer run has a greater `position`."""

    pipeline: str
    step: str
    run_id: str
    position: int


class ArtifactRecord(NamedTuple):
    """A version of an artifact, and the ids of the step and the run that produced it. They are empty if unknown."""

    output: OutputRecord
    step_id: str
    run_id: str = ""


class News(NamedTuple):
    """The changes in a store since an earlier mark.

    `mark` is the new mark, for the next request. `total` is the number of runs, which may be some seconds old if
    counting is expensive. `runs` are the new and changed runs, and some others. It is None if all runs have to be read,
    for example after a deletion.
    """

    mark: str
    total: int
    runs: Sequence[RunRecord] | None


class ModelVersionRecord(NamedTuple):
    """A version of a model as its store records it."""

    id: str
    number: int
    name: str
    stage: str | None = None
    metadata: Sequence[Metadata] = ()
    tags: tuple[str, ...] = ()

"""Make pipelines, runs, steps and outputs from the rows of the index."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from pipesight.history.encoding import (
    failure_from_text,
    metadata_from_text,
    visualizations_from_text,
    words_from_text,
)
from pipesight.history.model import Input, Output, Pipeline, Project, Run, Status, Step

if TYPE_CHECKING:
    from pipesight.history.sources import RunRecord
    from pipesight.history.sources.row import Row

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_STALE_AFTER = timedelta(hours=24)


def pipeline_of(row: Row, source: str) -> Pipeline:
    """Return the pipeline that a row of the table of pipelines describes."""
    return Pipeline(
        id=str(row.id),
        name=row.name,
        source=source,
        run_count=row.run_count,
        first_run=time_of(row.first_run),
        last_run=time_of(row.last_run),
    )


def run_of(row: Row, source: str, pipelines: Mapping[int, str]) -> Run:
    """Return the run that a row of the table of runs describes.

    `pipelines` maps the ids of pipelines in the index to their names.
    """
    return Run(
        id=row.key,
        name=row.name,
        source=source,
        pipeline=pipelines.get(row.pipeline),
        status=status_now(row.status, row.activity) if row.open else _status(row.status),
        start=time_of(row.start),
        end=time_of(row.end),
        stack=row.stack,
    )


def step_of(row: Row, source: str) -> Step:
    """Return the step that a row of the table of steps, joined with its run, describes."""
    return Step(
        id=row.key,
        run_id=row.run_key,
        name=row.name,
        source=source,
        status=status_now(row.status, row.activity) if row.open else _status(row.status),
        entrypoint=row.entrypoint,
        start=time_of(row.start),
        end=time_of(row.end),
        parameters=json.loads(row.parameters) if row.parameters else {},
        metadata=metadata_from_text(row.metadata),
        failure=failure_from_text(row.failure),
    )


def input_of(row: Row, source: str) -> Input:
    """Return the input that a row of the table of inputs describes."""
    return Input(row.parameter, output_of(row, source, row.step_key), row.run_key, row.kind)


def output_of(row: Row, source: str, step: str) -> Output:
    """Return the output that a row of the tables of outputs or artifacts describes. `step` is its step's id."""
    return Output(
        id=row.key,
        step_id=step,
        name=row.name,
        source=source,
        uri=row.uri,
        data_type=row.data_type,
        materializer=row.materializer,
        type=row.type,
        artifact=row.artifact,
        version=row.version,
        save_type=row.save_type,
        metadata=metadata_from_text(row.metadata),
        tags=words_from_text(row.tags),
        visualizations=visualizations_from_text(row.visualizations),
    )


def projects_of(fact: str | None) -> tuple[Project, ...] | None:
    """Return the projects that the sync noted as a fact. None if it has not noted any yet."""
    return None if fact is None else tuple(Project(*each) for each in json.loads(fact))


def is_under_way(record: RunRecord) -> bool:
    """Return whether the run may still change: it has not finished, and it was active in the last 24 hours."""
    return not status_now(record.status, record.activity).is_finished


def _status(value: str) -> Status:
    return Status(value) if value else Status.UNKNOWN


def status_now(value: str, activity: int | None) -> Status:
    """Return the recorded status, or STALE if it is unfinished and nothing happened for 24 hours.

    Such a run was killed, because a live one records activity. `activity` is in microseconds since the epoch.
    """
    status = _status(value)
    active = time_of(activity)
    if status.is_finished or active is None or now() - active < _STALE_AFTER:
        return status
    return Status.STALE


def silent_since() -> int:
    """Return the limit for `activity`, in microseconds since the epoch: an unfinished run up to it is stale."""
    return microseconds_of(now() - _STALE_AFTER)


def now() -> datetime:
    """Return the current time in UTC. Tests replace this function."""
    return datetime.now(timezone.utc)


def time_of(value: int | None) -> datetime | None:
    """Convert a time of the index, in microseconds since the epoch. None stays None."""
    return None if value is None else EPOCH + timedelta(microseconds=value)


def microseconds_of(moment: datetime) -> int:
    """Convert a time to microseconds since the epoch, as the index keeps it."""
    return (moment - EPOCH) // timedelta(microseconds=1)

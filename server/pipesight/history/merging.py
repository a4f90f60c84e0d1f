"""Merge pipelines, runs, steps and outputs of several sources, and convert records of a store to plain data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, TypeVar

from pipesight.history.model import ModelVersion, Output, Pipeline, Run, Step

if TYPE_CHECKING:
    from pipesight.history.sources.records import ArtifactRecord, ModelVersionRecord

_Named = TypeVar("_Named", Step, Output)
_LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)


def merged_pipelines(pipelines: Iterable[Pipeline]) -> tuple[Pipeline, ...]:
    """Return one pipeline for each name, the one with the newest run first."""
    merged: dict[str, Pipeline] = {}
    for pipeline in pipelines:
        other = merged.get(pipeline.name)
        merged[pipeline.name] = pipeline if other is None else _both(pipeline, other)
    return tuple(sorted(merged.values(), key=lambda pipeline: pipeline.last_run or _LONG_AGO, reverse=True))


def _both(one: Pipeline, other: Pipeline) -> Pipeline:
    newer, older = sorted((one, other), key=lambda pipeline: pipeline.last_run or _LONG_AGO, reverse=True)
    firsts = [pipeline.first_run for pipeline in (newer, older) if pipeline.first_run is not None]
    return Pipeline(
        id=newer.id,
        name=newer.name,
        source=newer.source,
        run_count=newer.run_count + older.run_count,
        first_run=min(firsts, default=None),
        last_run=newer.last_run,
    )


def newest_first(runs: Iterable[Run]) -> list[Run]:
    """Return the runs sorted by start, the latest first. Runs without a start come last."""
    return sorted(runs, key=lambda run: run.start or _LONG_AGO, reverse=True)


def first_of_each(things: Iterable[_Named]) -> tuple[_Named, ...]:
    """Return the first step or output of each name."""
    first: dict[str, _Named] = {}
    for thing in things:
        first.setdefault(thing.name, thing)
    return tuple(first.values())


def newest_of_each(things: Iterable[tuple[int, _Named]]) -> tuple[_Named, ...]:
    """Return the newest step or output of each name. Each comes with the start of its run."""
    return first_of_each(each for _, each in sorted(things, key=lambda each: each[0], reverse=True))


def output_of(source: str, record: ArtifactRecord) -> Output:
    """Return the output that a record of an artifact version describes. `source` is the key of its source."""
    found = record.output
    return Output(
        id=found.id,
        step_id=record.step_id,
        name=found.name,
        source=source,
        uri=found.uri,
        data_type=found.data_type,
        materializer=found.materializer,
        type=found.type,
        artifact=found.artifact,
        version=found.version,
        save_type=found.save_type,
        metadata={each.name: each for each in found.metadata},
        tags=found.tags,
        visualizations=tuple(found.visualizations),
    )


def model_version_of(source: str, model: str, record: ModelVersionRecord) -> ModelVersion:
    """Return the model version that a record describes. `source` is the key of its source."""
    return ModelVersion(
        id=record.id,
        model=model,
        number=record.number,
        name=record.name,
        source=source,
        stage=record.stage,
        metadata={each.name: each for each in record.metadata},
        tags=record.tags,
    )

"""Read run history from ML Metadata. ZenML recorded there up to 0.13, and in 0.20 to 0.23 beside its own tables."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select

from pipesight.history.model import Details, Project
from pipesight.history.sources.lookups import Lookups, NoLookups
from pipesight.history.sources.records import (
    ArtifactRecord,
    InputRecord,
    News,
    OutputRecord,
    RunRecord,
    SeenStep,
    StepRecord,
)
from pipesight.history.sources.row import Row, batches
from pipesight.history.sources.tables import SQLQuery, Tables
from pipesight.history.sources.values import JSONObject, class_path, mapping

_READ = ("Context", "Association", "Execution", "Event", "EventPath", "Artifact", "Type")
_CONTEXT, _INPUT_EVENT, _OUTPUT_EVENT = 2, 3, 4  # a kind of type and two of event, in ML Metadata's numbers
_RUNNING, _COMPLETE, _CACHED = 2, 3, 5  # states of an execution. ZenML calls all others failed
_STATUS = {_RUNNING: "running", _COMPLETE: "completed", _CACHED: "cached"}
_FIRST = 200  # runs in the first batch. It is small, because a user may wait for it
_BATCH = 500  # runs in one query
_NEIGHBORS = 50  # newest runs that are read again. A run has no end in ML Metadata, and may still get steps
_ASSOCIATIONS = 12  # contexts that one execution can have. Their associations have neighboring row ids
_RECENT = 1000  # newest contexts among which stacks are searched
_CHUNK = 20_000  # executions in one query for step names
_PARAMETER_NAME = "zenml-pipeline_parameter_name"


class _RunKey(NamedTuple):
    """The id of a run: the ids of the contexts of its pipeline and of the run, and its time of creation.

    The context of the run is not enough, because runs of two pipelines share it if they have the same name. The time
    distinguishes a new run from a deleted one whose context id SQLite uses again.
    """

    pipeline: int
    context: int
    created: int

    def __str__(self) -> str:
        return f"{self.pipeline}-{self.context}-{self.created}"

    @staticmethod
    def of(text: str) -> _RunKey:
        pipeline, context, created = text.split("-")
        return _RunKey(int(pipeline), int(context), int(created))


class MLMetadataSession:
    """An open ML Metadata store."""

    kind = "ML Metadata"
    at_once = 20
    project: Project | None = None

    @staticmethod
    def understands(tables: Tables) -> bool:
        """Return whether these are ML Metadata's tables."""
        return all(tables.has(name) for name in _READ)

    def __init__(self, tables: Tables, stacks: Sequence[str] = ()) -> None:
        self._tables = tables
        self._stacks = tuple(stacks)
        self.release = tables.release
        self.layout = f"{tables.fingerprint(_READ)} {','.join(stacks)}"
        self._context = tables["Context"]
        self._type = tables["Type"]
        self._execution = tables["Execution"]
        self._in_pipeline = tables["Association"].alias("in_pipeline")
        self._in_run = tables["Association"].alias("in_run")

    # News

    def news(self, known: str | None) -> News:
        # One statement reads the newest run and the count, because a run recorded between two would be missed.
        count = self._counted().scalar_subquery().label("count")
        newest = self._tables.one(self._run_contexts().add_columns(count).limit(1))
        name, id_, total = (newest.name, newest.id, newest.count) if newest else ("", 0, 0)
        now = {"run": name, "id": id_, "count": total}
        return News(json.dumps(now), total, self._since(json.loads(known), now) if known else None)

    def _since(self, then: JSONObject, now: JSONObject) -> list[RunRecord] | None:
        """Return the runs recorded between two marks, and some older ones. None if runs were deleted."""
        context = self._context.c
        anchor = self._tables.one(select(context.name).where(context.id == then["id"]))
        if anchor is None or anchor.name != then["run"]:
            return None
        added = self._tables.value(self._counted().where(context.id > then["id"], context.id <= now["id"]))
        if now["count"] != then["count"] + added:
            return None
        recent = self._tables.all(self._run_contexts().limit(_NEIGHBORS + added))
        return [run for part in batches([row.id for row in recent], _BATCH) for run in self._records(part)]

    def _counted(self) -> SQLQuery:
        run_type = self._context.c.type_id == self._type_id("pipeline_run")
        return select(func.count()).select_from(self._context).where(run_type)

    # Pipelines and runs

    def projects(self) -> Sequence[Project]:
        return []

    @property
    def lookups(self) -> Lookups:
        return NoLookups()

    def run_count(self) -> int:
        return int(self._tables.value(self._counted()))

    def pipelines(self) -> Sequence[str]:
        return list(self._pipelines.values())

    def runs(self) -> Iterator[Sequence[RunRecord]]:
        below, size = None, _FIRST
        while True:
            query = self._run_contexts().limit(size)
            rows = self._tables.all(query if below is None else query.where(self._context.c.id < below))
            for part in batches([row.id for row in rows], _BATCH):
                yield self._records(part, full=size == _FIRST)
            if len(rows) < size:
                return
            below, size = rows[-1].id, 10 * _BATCH

    def runs_by_id(self, ids: Collection[str]) -> Sequence[RunRecord]:
        contexts = dict.fromkeys(_RunKey.of(text).context for text in ids)
        found = [run for part in batches(contexts, _BATCH) for run in self._records(part)]
        return [run for run in found if run.id in ids]

    def _run_contexts(self) -> SQLQuery:
        context = self._context.c
        query = select(context.id, context.name).where(context.type_id == self._type_id("pipeline_run"))
        return query.order_by(context.id.desc())

    def _records(self, contexts: Sequence[int], *, full: bool = True) -> list[RunRecord]:
        execution, context = self._execution.c, self._context.c
        running, well = execution.last_known_state == _RUNNING, execution.last_known_state.in_([_COMPLETE, _CACHED])
        query = (
            select(
                self._in_pipeline.c.context_id.label("pipeline"),
                context.id,
                context.name,
                context.create_time_since_epoch.label("created"),
                func.min(execution.create_time_since_epoch).label("start"),
                func.max(execution.last_update_time_since_epoch).label("end"),
                func.sum(case((running, 1), else_=0)).label("running"),
                func.sum(case((well, 1), else_=0)).label("well"),
                func.count().label("steps"),
                func.max(execution.id).label("last"),
            )
            .select_from(self._pairs())
            .join(self._context, context.id == self._in_run.c.context_id)
            .where(self._in_run.c.context_id.in_(contexts))
            .group_by(self._in_pipeline.c.context_id, context.id, context.name, context.create_time_since_epoch)
            .order_by(context.id.desc())
        )
        rows = self._tables.all(query)
        stacks = self._stacks_of([row.last for row in rows]) if full else {}
        return [self._record(row, stacks.get(row.last)) for row in rows]

    def _record(self, row: Row, stack: str | None) -> RunRecord:
        failed = row.steps > row.running + row.well
        status = "failed" if failed else "running" if row.running else "completed"
        return RunRecord(
            id=str(_RunKey(row.pipeline, row.id, row.created)),
            name=row.name,
            pipeline=self._pipelines[row.pipeline],
            status=status,
            start=_microseconds(row.start),
            end=None if row.running else _microseconds(row.end),
            activity=_microseconds(row.end),
            stack=stack or (self._stacks[0] if len(self._stacks) == 1 else None),
        )

    def _pairs(self) -> Any:
        """Return the join of executions with the contexts of their run and pipeline."""
        pipeline, run, execution = self._in_pipeline, self._in_run, self._execution
        in_pipeline = and_(pipeline.c.context_id.in_(list(self._pipelines)), pipeline.c.execution_id == execution.c.id)
        return run.join(execution, execution.c.id == run.c.execution_id).join(pipeline, in_pipeline)

    @cached_property
    def _pipelines(self) -> dict[int, str]:
        context = self._context.c
        query = select(context.id, context.name).where(context.type_id == self._type_id("pipeline"))
        return {row.id: row.name for row in self._tables.all(query.order_by(context.id))}

    def _type_id(self, name: str) -> int:
        return self._context_types.get(name, -1)

    @cached_property
    def _context_types(self) -> dict[str, int]:
        type_ = self._type.c
        query = select(type_.name, type_.id).where(type_.type_kind == _CONTEXT)
        return {row.name: row.id for row in self._tables.all(query)}

    def _stacks_of(self, executions: list[int]) -> dict[int, str]:
        """Return the stacks that executions ran on, by execution id. ZenML records them in a context since 0.6."""
        types = [self._context_types[name] for name in ("stack", "zenml") if name in self._context_types]
        if not types or not self._tables.has("ContextProperty", "string_value"):
            return {}
        first, other = self._in_run, self._tables["Association"].alias("other")
        context, told = self._context.c, self._tables["ContextProperty"].c
        nearby = and_(
            other.c.execution_id == first.c.execution_id,
            other.c.id.between(first.c.id - _ASSOCIATIONS, first.c.id + _ASSOCIATIONS),
        )
        query = (
            select(first.c.execution_id, told.name, told.string_value)
            .select_from(first.join(other, nearby).join(self._context, context.id == other.c.context_id))
            .join(self._tables["ContextProperty"], told.context_id == context.id)
            .where(context.type_id.in_(types), told.name.in_(["name", "stack"]))
        )
        run_type = select(context.id).where(context.type_id == self._type_id("pipeline_run"))
        query = query.where(first.c.context_id.in_(run_type.correlate(None)))
        stacks: dict[int, str] = {}
        for execution, name, text in self._tables.among(query, first.c.execution_id, executions):
            stack = text if name == "name" else mapping(_value(text)).get("name")
            if stack:
                stacks[execution] = str(stack)
        return stacks

    # Steps and outputs

    def details(self, run_ids: Collection[str]) -> Mapping[str, Details]:
        return {run_id: Details() for run_id in run_ids}

    def fingerprints(self, run_ids: Collection[str]) -> Mapping[str, object]:
        return {}

    def steps(self, run_ids: Collection[str], *, full: bool = False) -> Mapping[str, Sequence[StepRecord]]:
        keys = {text: _RunKey.of(text) for text in run_ids}
        by_pair = {(key.pipeline, key.context): text for text, key in keys.items()}
        execution = self._execution.c
        query = select(
            self._in_pipeline.c.context_id.label("pipeline"),
            self._in_run.c.context_id.label("context"),
            execution.id,
            self._type.c.name.label("function"),
            execution.last_known_state.label("state"),
            execution.create_time_since_epoch.label("start"),
            execution.last_update_time_since_epoch.label("end"),
        ).select_from(self._pairs().join(self._type, self._type.c.id == execution.type_id))
        contexts = dict.fromkeys(key.context for key in keys.values())
        found = self._tables.among(query, self._in_run.c.context_id, contexts)
        rows = sorted((row for row in found if (row.pipeline, row.context) in by_pair), key=lambda row: row.id)
        ids = [row.id for row in rows]
        properties, outputs = self._properties(ids), self._artifacts_of(ids, _OUTPUT_EVENT)
        inputs = self._inputs(ids) if full else {}
        steps: dict[str, list[StepRecord]] = {text: [] for text in run_ids}
        for row in rows:
            text = by_pair[row.pipeline, row.context]
            steps[text].append(
                _step(row, text, properties.get(row.id, {}), outputs.get(row.id, ()), inputs.get(row.id, ()))
            )
        return steps

    def _properties(self, executions: Collection[int]) -> dict[int, dict[str, object]]:
        told = self._tables["ExecutionProperty"].c
        query = select(told.execution_id, told.name, told.string_value, told.int_value, told.double_value)
        found: dict[int, dict[str, object]] = {}
        wanted = query.where(told.is_custom_property == 1)
        for execution, name, text, integer, double in self._tables.among(wanted, told.execution_id, executions):
            plain = integer if integer is not None else double
            found.setdefault(execution, {})[name] = plain if text is None else _value(text)
        return found

    def _inputs(self, executions: Collection[int]) -> dict[int, list[InputRecord]]:
        found = self._artifacts_of(executions, _INPUT_EVENT)
        makers = self._makers({int(output.id) for of_step in found.values() for output in of_step})
        return {
            execution: [_input(output, *makers.get(output.id, ("", "", ""))) for output in of_step]
            for execution, of_step in found.items()
        }

    def _makers(self, artifacts: Collection[int]) -> dict[str, tuple[str, str, str]]:
        """Return the step id, the run id and the output's name for the step that produced each artifact.

        Cached steps have the same artifact as an output. The producer is the oldest of these steps.
        """
        event, execution, context = self._tables["Event"], self._execution.c, self._context.c
        path = self._tables["EventPath"]
        source = self._pairs().join(event, event.c.execution_id == execution.id)
        source = source.join(self._context, context.id == self._in_run.c.context_id)
        source = source.join(path, and_(path.c.event_id == event.c.id, path.c.is_index_step == 0))
        query = (
            select(
                event.c.artifact_id,
                execution.id,
                execution.create_time_since_epoch.label("start"),
                self._in_pipeline.c.context_id.label("pipeline"),
                context.id.label("context"),
                context.create_time_since_epoch.label("created"),
                path.c.step_key,
            )
            .select_from(source)
            .where(event.c.type == _OUTPUT_EVENT, context.type_id == self._type_id("pipeline_run"))
        )
        rows = sorted(self._tables.among(query, event.c.artifact_id, artifacts), key=lambda row: -row.id)
        return {
            str(row.artifact_id): (
                f"{row.id}-{row.start}",
                str(_RunKey(row.pipeline, row.context, row.created)),
                row.step_key,
            )
            for row in rows
        }

    def _artifacts_of(self, executions: Collection[int], kind: int) -> dict[int, list[OutputRecord]]:
        """Return the input or output artifacts of executions, by execution id. `kind` is the kind of event."""
        tables = self._tables
        event, path, artifact = tables["Event"], tables["EventPath"], tables["Artifact"]
        type_ = self._type.alias("artifact_type")
        query = (
            select(event.c.execution_id, path.c.step_key, artifact.c.id, artifact.c.uri, type_.c.name.label("type"))
            .select_from(event.join(path, path.c.event_id == event.c.id))
            .join(artifact, artifact.c.id == event.c.artifact_id)
            .outerjoin(type_, type_.c.id == artifact.c.type_id)
            .where(event.c.type == kind, path.c.is_index_step == 0)
        )
        rows = list(tables.among(query, event.c.execution_id, executions))
        classes = self._classes({row.id for row in rows})
        outputs: dict[int, list[OutputRecord]] = {}
        for row in rows:
            told = classes.get(row.id, {})
            output = OutputRecord(
                id=str(row.id),
                name=row.step_key,
                uri=self._tables.memory.relocate(row.uri),
                data_type=class_path(told.get("datatype")),
                materializer=class_path(told.get("materializer")),
                type=row.type,
            )
            outputs.setdefault(row.execution_id, []).append(output)
        for of_step in outputs.values():
            of_step.sort(key=lambda output: (output.name, output.uri))
        return outputs

    def _classes(self, artifacts: Collection[int]) -> dict[int, dict[str, str]]:
        told = self._tables["ArtifactProperty"].c
        query = select(told.artifact_id, told.name, told.string_value).where(told.is_custom_property == 0)
        found: dict[int, dict[str, str]] = {}
        wanted = query.where(told.name.in_(["materializer", "datatype"]))
        for artifact, name, text in self._tables.among(wanted, told.artifact_id, artifacts):
            found.setdefault(artifact, {})[name] = text
        return found

    def step_names(self) -> Iterator[SeenStep]:
        execution, context, told = self._execution.c, self._context.c, self._tables["ExecutionProperty"]
        named = and_(told.c.execution_id == execution.id, told.c.name == _PARAMETER_NAME)
        pipeline = self._in_pipeline.c.context_id
        query = (
            select(pipeline, func.min(self._type.c.name), func.min(told.c.string_value), func.max(context.id))
            .select_from(self._pairs().join(self._type, self._type.c.id == execution.type_id))
            .join(self._context, context.id == self._in_run.c.context_id)
            .outerjoin(told, named)
            .where(context.type_id == self._type_id("pipeline_run"))
            .group_by(pipeline, self._type.c.id, self._tables.exact(told.c.string_value))
        )
        top = self._tables.value(select(func.max(execution.id))) or 0
        seen: set[tuple[int, str]] = set()
        while top > 0:
            found: dict[tuple[int, str], int] = {}
            for owner, function, text, newest in self._tables.all(
                query.where(execution.id > top - _CHUNK, execution.id <= top)
            ):
                name = _value(text) if text else function.rsplit(".", 1)[-1]
                found.setdefault((owner, str(name)), newest)
            created = self._created(found.values())
            for (owner, name), newest in found.items():
                if (owner, name) not in seen and newest in created:
                    seen.add((owner, name))
                    yield SeenStep(self._pipelines[owner], name, str(_RunKey(owner, newest, created[newest])), newest)
            top -= _CHUNK

    def _created(self, contexts: Collection[int]) -> dict[int, int]:
        context = self._context.c
        query = select(context.id, context.create_time_since_epoch)
        return {row[0]: row[1] for row in self._tables.among(query, context.id, set(contexts))}

    # Names outside of runs

    def artifacts(self) -> Sequence[ArtifactRecord]:
        return []

    def models(self) -> Sequence[str]:
        return []

    def stacks(self) -> Sequence[str]:
        """Return the names of the stacks that the configuration gives, else those that the store records."""
        if self._stacks:
            return sorted(self._stacks)
        if self._tables.has("stack", "name"):
            return sorted({row[0] for row in self._tables.all(select(self._tables["stack"].c.name))})
        types = [self._context_types[name] for name in ("stack", "zenml") if name in self._context_types]
        if not types or not self._tables.has("ContextProperty", "string_value"):
            return []
        told, context = self._tables["ContextProperty"], self._context.c
        query = select(told.c.name, told.c.string_value).join(self._context, context.id == told.c.context_id)
        query = query.where(context.type_id.in_(types), told.c.name.in_(["name", "stack"])).order_by(context.id.desc())
        rows = self._tables.all(query.limit(_RECENT))
        names = {text if name == "name" else mapping(_value(text)).get("name") for name, text in rows if text}
        return sorted(str(name) for name in names if name)


def _input(output: OutputRecord, step_id: str, run_id: str, name: str) -> InputRecord:
    return InputRecord(output.name, output._replace(name=name or output.name), step_id, run_id)


def _step(
    row: Row,
    run_id: str,
    properties: Mapping[str, object],
    outputs: Sequence[OutputRecord],
    inputs: Sequence[InputRecord],
) -> StepRecord:
    function = row.function.rsplit(".", 1)[-1]
    return StepRecord(
        id=f"{row.id}-{row.start}",
        run_id=run_id,
        name=str(properties.get(_PARAMETER_NAME) or function),
        status=_STATUS.get(row.state, "failed"),
        entrypoint=function,
        start=_microseconds(row.start),
        end=None if row.state == _RUNNING else _microseconds(row.end),
        parameters={name: value for name, value in properties.items() if not name.startswith("zenml-")},
        outputs=tuple(outputs),
        inputs=tuple(inputs),
    )


def _microseconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else int(milliseconds) * 1000


def _value(text: str) -> object:
    """Return the value of a custom property. Some releases write it as JSON, others as plain text."""
    try:
        return json.loads(text)
    except ValueError:
        return text

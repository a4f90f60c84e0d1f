"""Run history in ZenML's own SQL store, as its releases from 0.30 on keep it, in SQLite and in MySQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, func, null, select, text
from sqlalchemy.sql.selectable import FromClause

from pipesight.history.model import Details, Failure, Project, Status
from pipesight.history.sources.failures import failure_of
from pipesight.history.sources.lookups import Lookups
from pipesight.history.sources.new_runs import RowOrder, TimeOrder
from pipesight.history.sources.projects import NO_PROJECT, ProjectChoice
from pipesight.history.sources.records import (
    ArtifactRecord,
    InputRecord,
    News,
    OutputRecord,
    RunRecord,
    SeenStep,
    StepRecord,
)
from pipesight.history.sources.tables import Query, Row, Tables, microseconds
from pipesight.history.sources.values import JSONObject, mapping
from pipesight.history.sources.windows import FEW, TimeSpan, Windows
from pipesight.history.sources.zenml_details import DetailsReader, Maker, Resource
from pipesight.history.sources.zenml_lookups import ZenMLLookups

_READ = (
    "pipeline",
    "pipeline_run",
    "step_run",
    "step_run_output_artifact",
    "artifact",
    "artifact_version",
    "pipeline_deployment",
    "pipeline_snapshot",
    "step_configuration",
    "alembic_version",
)
_FIRST = 200  # runs in the first batch, which somebody is waiting for
_BATCH = 5000
_SEPARATOR = "\x1f"  # between names; a name may have any other sign in it
_ARTIFACTS = 5000  # newest artifact versions among which names are looked for


class ZenMLSession:
    """An open ZenML SQL store."""

    kind = "ZenML"
    at_once = 20

    @staticmethod
    def understands(tables: Tables) -> bool:
        """Return whether runs, steps and outputs lie in ZenML's own tables."""
        return (
            tables.has("pipeline_run", "id", "name", "status")
            and tables.has("step_run", "pipeline_run_id")
            and tables.has("step_run_output_artifact", "step_id", "artifact_id")
            and (tables.has("artifact_version", "uri") or tables.has("artifact", "uri"))
        )

    def __init__(self, tables: Tables, choice: ProjectChoice) -> None:
        self._tables = tables
        self._run = tables["pipeline_run"]
        self._step = tables["step_run"]
        self._pipeline = tables["pipeline"]
        self._tenant_column = next((c for c in ("project_id", "workspace_id") if tables.has("pipeline_run", c)), "")
        self.project = choice.among(self.projects())
        self._project_id = self.project.id if self.project else NO_PROJECT if choice.exact else None
        self._tenant = None if self.project and len(self._projects) == 1 else self._project_id  # runs are filtered by
        self._order = RowOrder(tables) if tables.is_sqlite else TimeOrder(tables, self._tenant_column, self._project_id)
        self._windows = Windows(tables)
        self._details = DetailsReader(tables, self._windows)
        self.release = tables.release
        self.layout = f"{tables.fingerprint(_READ)} {tables.release} {self._tenant}"

    # What is new

    def news(self, known: str | None) -> News:
        mark, total, ids = self._order.since(known)
        total = total if self._tenant is None else self.run_count()
        return News(mark, total, None if ids is None else self.runs_by_id(ids))

    def projects(self) -> Sequence[Project]:
        return self._projects

    @cached_property
    def _projects(self) -> Sequence[Project]:
        name = next((name for name in ("project", "workspace") if self._tables.has(name, "id", "name")), None)
        if name is None or not self._tenant_column:
            return []
        project = self._tables[name].c
        order = (project.created,) if "created" in project else ()
        return [Project(*row) for row in self._tables.all(select(project.id, project.name).order_by(*order))]

    def run_count(self) -> int:
        query = select(func.count()).select_from(self._run)
        return int(self._tables.value(self._of_tenant(query)))

    # Pipelines and runs

    def pipelines(self) -> Sequence[str]:
        query = select(self._pipeline.c.name)
        if self._tenant and self._tenant_column in self._pipeline.c:
            query = query.where(self._pipeline.c[self._tenant_column] == self._tenant)
        return list(dict.fromkeys(name for (name,) in self._tables.all(query)))

    def runs(self) -> Iterator[Sequence[RunRecord]]:
        if not self._tables.is_sqlite:
            yield from self._streamed_runs()
            return
        below, size = None, _FIRST
        while True:
            query = self._order.newest_first(self._runs(full=size == _FIRST)).limit(size)
            rows = self._tables.all(query if below is None else query.where(self._run.c.rowid < below))
            if rows:
                yield self._records(rows)
            if len(rows) < size:
                return
            below, size = rows[-1].position, _BATCH

    def _streamed_runs(self) -> Iterator[Sequence[RunRecord]]:
        # Over a connection of its own: any other statement would throw away what has not been read of the stream.
        with self._tables.connection.engine.connect() as connection:
            query = self._order.newest_first(self._runs(full=True))
            result = connection.execution_options(stream_results=True).execute(query)
            size = _FIRST
            while rows := result.fetchmany(size):
                yield self._records(rows)
                size = _BATCH

    def runs_by_id(self, ids: Collection[str]) -> Sequence[RunRecord]:
        return self._records(self._tables.among(self._runs(full=True), self._run.c.id, ids))

    @cached_property
    def _pipeline_names(self) -> Mapping[str | None, str | None]:
        return _PipelineNames(self._tables)

    def _runs(self, *, full: bool) -> Query:
        run = self._run.c
        start = func.coalesce(run.start_time, run.created) if "start_time" in run else run.created
        source: FromClause = self._run
        stack: ColumnElement[Any] = null()
        if full and self._tables.has("stack", "name"):
            source, stack = self._join_stack(source)
        query = select(
            self._order.position.label("position"),
            run.id,
            run.name,
            run.pipeline_id,
            run.status,
            start.label("start"),
            run.end_time if "end_time" in run else null().label("end_time"),
            run.updated,
            stack.label("stack"),
        ).select_from(source)
        if self._tenant is not None:
            query = query.where(run[self._tenant_column] == self._tenant)
        return query

    def _join_stack(self, source: FromClause) -> tuple[FromClause, ColumnElement[Any]]:
        stack, run = self._tables["stack"], self._run.c
        ids: list[ColumnElement[Any]] = [run.stack_id] if "stack_id" in run else []
        for name, key in (("pipeline_deployment", "deployment_id"), ("pipeline_snapshot", "snapshot_id")):
            if key in run and self._tables.has(name, "stack_id"):
                plan = self._tables[name]
                source = source.outerjoin(plan, plan.c.id == run[key])
                ids.append(plan.c.stack_id)
        if not ids:
            return source, null()
        stack_id = func.coalesce(*ids) if len(ids) > 1 else ids[0]
        return source.outerjoin(stack, stack.c.id == stack_id), stack.c.name

    def _records(self, rows: Iterable[Row]) -> list[RunRecord]:
        time, names = self._time, self._pipeline_names
        return [
            RunRecord(id_, name, names[pipeline], status, time(start), time(end), time(updated), stack)
            for _, id_, name, pipeline, status, start, end, updated, stack in rows
        ]

    @cached_property
    def _time(self) -> Callable[[object], int | None]:
        """How stored times are meant: local time up to 0.30, which has no source code of steps, then UTC."""
        return microseconds if "source_code" in self._step.c else _local_microseconds

    # Steps and outputs

    def details(self, run_ids: Collection[str]) -> Mapping[str, Details]:
        return self._details.of_runs(run_ids, self._spans(run_ids))

    def steps(self, run_ids: Collection[str], *, full: bool = False) -> Mapping[str, Sequence[StepRecord]]:
        steps = self._steps(run_ids)
        return self._with_details(steps) if full else steps

    def _with_details(self, steps: Mapping[str, Sequence[StepRecord]]) -> Mapping[str, Sequence[StepRecord]]:
        read, spans = self._details, self._spans(steps)
        step_ids = [step.id for of_run in steps.values() for step in of_run]
        metadata = read.metadata(Resource.STEP, step_ids, spans)
        inputs, failures = self._inputs(steps, step_ids, spans), self._failures(step_ids)
        outputs = self._outputs_with_details(steps, spans)
        return {
            run_id: [
                step._replace(
                    metadata=metadata.get(step.id, ()),
                    failure=failures.get(step.id),
                    inputs=tuple(inputs.get(step.id, ())),
                    outputs=tuple(outputs[output.id]._replace(name=output.name) for output in step.outputs),
                )
                for step in of_run
            ]
            for run_id, of_run in steps.items()
        }

    def _outputs_with_details(
        self, steps: Mapping[str, Sequence[StepRecord]], spans: Collection[TimeSpan]
    ) -> Mapping[str, OutputRecord]:
        outputs = {each.id: each for of_run in steps.values() for step in of_run for each in step.outputs}
        read = self._details
        metadata = read.metadata(Resource.ARTIFACT, outputs, spans)
        tags = read.tags(Resource.ARTIFACT, outputs, spans)
        shown = read.visualizations(outputs, spans)
        return {
            id_: output._replace(
                metadata=metadata.get(id_, ()), tags=tags.get(id_, ()), visualizations=shown.get(id_, ())
            )
            for id_, output in outputs.items()
        }

    def _inputs(
        self, steps: Mapping[str, Sequence[StepRecord]], step_ids: Collection[str], spans: Collection[TimeSpan]
    ) -> Mapping[str, Sequence[InputRecord]]:
        rows = self._details.inputs(step_ids, spans)
        made = {
            output.id: (output, Maker(step.id, run_id, output.name))
            for run_id, of_run in steps.items()
            for step in reversed(of_run)
            if step.status != Status.CACHED.value  # a step that the cache spared made nothing
            for output in step.outputs
        }
        others = {
            row.id: self._output(row, name=row.artifact or "")
            for row in self._versions({row.artifact_id for row in rows} - made.keys())
        }
        makers = self._details.makers({id_: output.uri for id_, output in others.items()})
        inputs: dict[str, list[InputRecord]] = {}
        for row in rows:
            output, maker = made.get(row.artifact_id) or (others.get(row.artifact_id), makers.get(row.artifact_id))
            if output is not None:
                step_id, run_id, name = maker or Maker()
                output = output._replace(name=name or output.name)
                inputs.setdefault(row.step_id, []).append(InputRecord(row.name, output, step_id, run_id, row.type))
        return inputs

    def _versions(self, ids: Collection[str]) -> Iterator[Row]:
        """Return the rows of artifact versions."""
        query, version = self._version_query()
        return self._tables.among(query.select_from(self._join_artifact(version, version)), version.c.id, ids)

    def _failures(self, step_ids: Collection[str]) -> Mapping[str, Failure | None]:
        step = self._step.c
        if "exception_info" not in step:
            return {}
        query = select(step.id, step.exception_info, step.source_code).where(step.exception_info.is_not(None))
        rows = self._tables.among(query, step.id, step_ids)
        return {row.id: failure_of(row.exception_info, row.source_code) for row in rows}

    def _spans(self, run_ids: Collection[str]) -> Collection[TimeSpan]:
        return self._windows.spans(run_ids).values() if self._tables.is_sqlite else ()

    def _steps(self, run_ids: Collection[str]) -> Mapping[str, Sequence[StepRecord]]:
        found: dict[str, list[Row]] = {run_id: [] for run_id in run_ids}
        for row in self._step_rows(run_ids):
            found[row.run_id].append(row)
        rows = [row for of_run in found.values() for row in self._in_order(of_run)]
        outputs = self._outputs([row.id for row in rows])
        configurations = _Configurations(self._tables)
        configurations.load(rows)
        steps: dict[str, list[StepRecord]] = {run_id: [] for run_id in run_ids}
        for row in rows:
            entrypoint, parameters = configurations.of(row)
            steps[row.run_id].append(
                StepRecord(
                    id=row.id,
                    run_id=row.run_id,
                    name=row.name,
                    status=row.status,
                    entrypoint=entrypoint,
                    start=self._time(row.start),
                    end=self._time(row.end_time),
                    parameters=parameters,
                    outputs=tuple(outputs.get(row.id, ())),
                )
            )
        return steps

    def _step_rows(self, run_ids: Collection[str]) -> Iterator[Row]:
        """Return the rows of the runs' steps, by an index if there is one, else by the time that they must lie in."""
        query, run_id = self._step_query(), self._step.c.pipeline_run_id
        if not self._tables.is_sqlite:
            yield from self._tables.among(query, run_id, run_ids)
            return
        tenant = self._tenant_column
        if tenant in self._step.c and self._tables.has_index("step_run", tenant, "pipeline_run_id"):
            owner = select(self._run.c.id, self._run.c[tenant])
            tenants = {row[1] for row in self._tables.among(owner, self._run.c.id, run_ids)}
            yield from self._tables.among(query.where(self._step.c[tenant].in_(tenants)), run_id, run_ids)
            return
        if not self._windows.is_needed("step_run", "pipeline_run_id"):
            yield from self._tables.among(query, run_id, run_ids)
            return
        missed: list[str] = []
        for run, span in self._windows.spans(run_ids).items():
            rows = self._tables.all(query.where(run_id == run, self._windows.within("step_run", span)))
            yield from rows
            if not rows:
                missed.append(run)
        if missed:
            yield from self._tables.among(query, run_id, missed)

    def _step_query(self) -> Query:
        step = self._step.c
        wanted = ("step_configuration", "entrypoint_name", "parameters", "deployment_id", "snapshot_id", "version")
        return select(
            step.rowid.label("position") if self._tables.is_sqlite else null().label("position"),
            step.id,
            step.pipeline_run_id.label("run_id"),
            step.name,
            step.status,
            (func.coalesce(step.start_time, step.created) if "start_time" in step else step.created).label("start"),
            step.end_time if "end_time" in step else null().label("end_time"),
            step.created,
            *[step[name] if name in step else null().label(name) for name in wanted],
        )

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """Return the steps in execution order.

        Of a retried step only the last attempt counts, as in ZenML's own API.
        """
        latest: dict[str, Row] = {}
        kept: list[Row] = []
        for row in rows:
            if row.version is None:
                kept.append(row)
            elif row.name not in latest or latest[row.name].version < row.version:
                latest[row.name] = row
        depth = self._depth(rows) if not self._tables.is_sqlite else {}
        return sorted(
            [*kept, *latest.values()],
            key=lambda row: (
                microseconds(row.start) or 0,
                microseconds(row.created) or 0,
                row.position or depth.get(row.id, 0),
                row.name,
            ),
        )

    def _depth(self, rows: list[Row]) -> dict[str, int]:
        """Return how many steps come before each in a run. It orders steps of one second, MySQL's precision."""
        if not self._tables.has("step_run_parents", "parent_id", "child_id"):
            return {}
        edge = self._tables["step_run_parents"].c
        parents: dict[str, list[str]] = {}
        for parent, child in self._tables.among(
            select(edge.parent_id, edge.child_id), edge.child_id, [r.id for r in rows]
        ):
            parents.setdefault(child, []).append(parent)
        depth: dict[str, int] = {}
        for _ in rows:
            before = dict(depth)
            for row in rows:
                depth[row.id] = max((depth.get(parent, 0) + 1 for parent in parents.get(row.id, ())), default=0)
            if depth == before:
                break
        return depth

    def _outputs(self, step_ids: Collection[str]) -> dict[str, list[OutputRecord]]:
        link = self._tables["step_run_output_artifact"]
        query, version = self._version_query(link.c.step_id, link.c.name.label("output"))
        source = link.join(version, version.c.id == link.c.artifact_id)
        query = query.select_from(self._join_artifact(source, version))
        outputs: dict[str, list[OutputRecord]] = {}
        for row in self._tables.among(query, link.c.step_id, step_ids):
            outputs.setdefault(row.step_id, []).append(self._output(row))
        for of_step in outputs.values():
            of_step.sort(key=lambda output: (output.name, output.id))  # as the primary key of the links has them
        return outputs

    def _version_query(self, *more: ColumnElement[Any]) -> tuple[Query, FromClause]:
        has_versions = self._tables.has("artifact_version", "uri")
        version = self._tables["artifact_version" if has_versions else "artifact"]
        name: ColumnElement[Any] = null()
        if has_versions and self._tables.has("artifact", "name") and "artifact_id" in version.c:
            name = self._tables["artifact"].c.name
        elif "version" in version.c and "name" in version.c:
            name = version.c.name
        query = select(
            version.c.id,
            version.c.uri,
            version.c.data_type if "data_type" in version.c else null().label("data_type"),
            version.c.materializer if "materializer" in version.c else null().label("materializer"),
            version.c.type if "type" in version.c else null().label("type"),
            name.label("artifact"),
            version.c.version if "version" in version.c else null().label("version"),
            version.c.save_type if "save_type" in version.c else null().label("save_type"),
            *more,
        )
        return query, version

    def _join_artifact(self, source: FromClause, version: FromClause) -> FromClause:
        if "artifact_id" not in version.c or not self._tables.has("artifact", "name"):
            return source
        artifact = self._tables["artifact"]
        return source.outerjoin(artifact, artifact.c.id == version.c.artifact_id)

    def step_names(self) -> Iterator[SeenStep]:
        tenant = self._tenant_column
        if tenant and tenant in self._step.c and self._tables.has_index("step_run", tenant, "pipeline_run_id", "name"):
            yield from self._step_names_by_run()
        elif self._tables.is_sqlite:
            yield from self._step_names_by_position()
        else:
            yield from self._step_names_at_once()

    def _step_names_at_once(self) -> Iterator[SeenStep]:
        step, run, pipeline = self._step.c, self._run.c, self._pipeline.c
        newest = func.max(func.concat(run.created, " ", run.id))
        source = self._step.join(self._run, run.id == step.pipeline_run_id)
        source = source.join(self._pipeline, pipeline.id == run.pipeline_id)
        query = select(func.min(pipeline.name), func.min(step.name), newest).select_from(source)
        query = query.group_by(pipeline.id, self._tables.exact(step.name))
        for name, step_name, last in self._tables.all(self._of_tenant(query)):
            yield SeenStep(name, step_name, str(last).rsplit(" ", 1)[-1], 0)

    def _step_names_by_run(self) -> Iterator[SeenStep]:
        """Yield step names in the order of the index that has each run's names side by side. No row is looked up."""
        run, step, tenant = self._run.c, self._step.c, self._tenant_column
        pipelines = self._pipeline_names
        if self._tables.is_sqlite:
            age = func.printf("%020d %s", run.rowid, run.id)
        else:
            age = func.concat(run.created, " ", run.id)
            self._tables.connection.execute(text("SET SESSION group_concat_max_len = 1000000"))
        of_run = and_(step[tenant] == run[tenant], step.pipeline_run_id == run.id)
        names = (
            select(func.aggregate_strings(step.name, _SEPARATOR)).where(of_run).correlate(self._run).scalar_subquery()
        )
        named = self._of_tenant(select(run.pipeline_id, names.label("names"), age.label("age")))
        below: str | None = ""
        while below is not None:
            rest = select(run.id).where(run.id > below).order_by(run.id)
            end = self._tables.one(rest.limit(1).offset(_BATCH - 1))
            part = named.where(run.id > below)
            runs = (part if end is None else part.where(run.id <= end[0])).subquery().c
            query = select(runs.pipeline_id, func.min(runs.names), func.max(runs.age))
            query = query.group_by(runs.pipeline_id, self._tables.exact(runs.names))
            for owner, joined, newest in self._tables.all(query):
                position, run_id = newest.rsplit(" ", 1)
                name = pipelines[owner]
                if name and joined:
                    yield from (SeenStep(name, each, run_id, _position(position)) for each in joined.split(_SEPARATOR))
            below = None if end is None else end[0]

    def _step_names_by_position(self) -> Iterator[SeenStep]:
        """Yield step names from the rows in the order of recording, newest first. Those of a run lie side by side."""
        step, run, pipeline = self._step.c, self._run.c, self._pipeline.c
        named = select(
            step.pipeline_run_id,
            func.group_concat(step.name, _SEPARATOR).label("names"),
            func.max(step.rowid).label("last"),
        )
        top = self._tables.value(select(func.max(step.rowid))) or 0
        while top > 0:
            in_part = and_(step.rowid > top - FEW, step.rowid <= top)
            runs = named.where(in_part).group_by(step.pipeline_run_id).subquery()
            query = select(pipeline.name, runs.c.names, run.id, func.max(runs.c.last))
            query = query.select_from(runs.join(self._run, run.id == runs.c.pipeline_run_id))
            query = query.join(self._pipeline, pipeline.id == run.pipeline_id).group_by(pipeline.name, runs.c.names)
            for name, names, run_id, newest in self._tables.all(self._of_tenant(query)):
                for step_name in names.split(_SEPARATOR):
                    yield SeenStep(name, step_name, run_id, newest)
            top -= FEW

    def _of_tenant(self, query: Query) -> Query:
        if self._tenant is None:
            return query
        return query.where(self._run.c[self._tenant_column] == self._tenant)

    @property
    def lookups(self) -> Lookups:
        def versions() -> tuple[Query, FromClause]:
            query, version = self._version_query()
            query = query.select_from(self._join_artifact(version, version))
            return self._in_project(query, version), version

        def output(row: Row) -> OutputRecord:
            return _output(row, name=row.artifact or "")

        return ZenMLLookups(self._tables, self._details, self._in_project, versions, output)

    def _in_project(self, query: Query, rows: FromClause) -> Query:
        if self._tenant is None or self._tenant_column not in rows.c:
            return query
        return query.where(rows.c[self._tenant_column] == self._tenant)

    # Names beside the hierarchy

    def _output(self, row: Row, name: str | None = None) -> OutputRecord:
        """Return the record of an output, with the URI at which it lies now."""
        output = _output(row, name)
        return output._replace(uri=self._tables.memory.relocate(output.uri))

    def artifacts(self) -> Sequence[ArtifactRecord]:
        query, version = self._version_query()
        if not self._tables.has("artifact_version", "artifact_id") and "version" not in version.c:
            return []
        query = self._in_project(query, version)
        order = version.c.rowid if self._tables.is_sqlite else version.c.created
        query = query.select_from(self._join_artifact(version, version)).order_by(order.desc()).limit(_ARTIFACTS)
        newest: dict[str, Row] = {}
        for row in self._tables.all(query):
            newest.setdefault(row.artifact, row)
        makers = self._makers([row.id for row in newest.values()])
        return [
            ArtifactRecord(self._output(row, name=name), makers.get(row.id, ""))
            for name, row in newest.items()
            if name and not name.startswith("external_")  # ZenML's own invention for a value passed to a step
        ]

    def _makers(self, version_ids: list[str]) -> dict[str, str]:
        """Return the step that made each artifact. In a large store it is a step that an index finds."""
        table = self._tables["step_run_output_artifact"]
        link, step = table.c, self._step.c
        makers = select(link.artifact_id, link.step_id)
        if self._tables.one(select(link.step_id).select_from(table).limit(1).offset(FEW)) is None:
            query = makers.join(self._step, step.id == link.step_id).order_by(step.created.desc())
        elif self._tables.has_index("step_run_output_artifact", "artifact_id"):
            # Any: the steps that were spared by the cache and have it too may be very many.
            query = select(link.artifact_id, func.min(link.step_id)).group_by(link.artifact_id)
        else:
            return {}
        return {row[0]: row[1] for row in self._tables.among(query, link.artifact_id, version_ids)}

    def stacks(self) -> Sequence[str]:
        return self._names("stack")

    def models(self) -> Sequence[str]:
        return self._names("model")

    def _names(self, name: str) -> list[str]:
        if not self._tables.has(name, "name"):
            return []
        things = self._tables[name]
        query = self._in_project(select(things.c.name), things)
        return sorted({row[0] for row in self._tables.all(query)})


def _position(value: Any) -> int:
    """Return a row number, or a time of recording, as a number."""
    time = None if isinstance(value, str) and value.isdigit() else microseconds(value)
    return int(value) if time is None else time


class _PipelineNames(dict[str | None, str | None]):
    """The names of pipelines by id. A pipeline that was recorded later is looked up."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._columns = tables["pipeline"].c["id", "name"]
        super().__init__({None: None})
        self.update((id_, name) for id_, name in tables.all(select(*self._columns)))

    def __missing__(self, id_: str) -> str | None:
        found = self._tables.one(select(*self._columns).where(self._columns.id == id_))
        self[id_] = found[1] if found else None
        return self[id_]


class _Configurations:
    """The functions and parameters in the configurations of steps. ZenML changed their location three times."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._of_step: dict[str, JSONObject] = {}
        self._of_plan: dict[tuple[str, str], JSONObject] = {}

    def load(self, rows: Sequence[Row]) -> None:
        """Read what the rows themselves do not carry."""
        bare = [row for row in rows if not row.step_configuration and not row.parameters]
        if self._tables.has("step_configuration", "name", "config"):
            self._load_table([row.id for row in bare], {row.snapshot_id or row.deployment_id for row in bare} - {None})
        if self._tables.has("pipeline_deployment", "step_configurations"):
            plan = self._tables["pipeline_deployment"].c
            query = select(plan.id, plan.step_configurations)
            for plan_id, text in self._tables.among(query, plan.id, {row.deployment_id for row in bare} - {None}):
                for name, configuration in _json(text).items():
                    self._of_plan[plan_id, name] = mapping(configuration)

    def _load_table(self, step_ids: list[str], plan_ids: Collection[str]) -> None:
        configuration = self._tables["step_configuration"].c
        plan = next((name for name in ("snapshot_id", "deployment_id") if name in configuration), None)
        if plan is not None:
            query = select(configuration[plan], configuration.name, configuration.config)
            for plan_id, name, text in self._tables.among(query, configuration[plan], plan_ids):
                self._of_plan[plan_id, name] = _json(text)
        if "step_run_id" in configuration:
            query = select(configuration.step_run_id, configuration.config)
            for step_id, text in self._tables.among(query, configuration.step_run_id, step_ids):
                self._of_step[step_id] = _json(text)

    def of(self, row: Row) -> tuple[str | None, Mapping[str, object]]:
        """Return the step's function and its parameters."""
        found = _json(row.step_configuration) if row.step_configuration else self._of_step.get(row.id)
        if not found:
            found = self._of_plan.get((row.snapshot_id or row.deployment_id, row.name), {})
        source = mapping(found.get("spec")).get("source")
        entrypoint = row.entrypoint_name or mapping(source).get("attribute")
        if not entrypoint and isinstance(source, str):
            entrypoint = source.rsplit(".", 1)[-1]
        parameters = _json(row.parameters) if row.parameters else None
        for part in ("config", "step_config_overrides"):
            parameters = parameters or mapping(mapping(found.get(part)).get("parameters"))
        return (entrypoint if isinstance(entrypoint, str) else None), parameters or {}


def _output(row: Row, name: str | None = None) -> OutputRecord:
    return OutputRecord(
        id=row.id,
        name=row.output if name is None else name,
        uri=row.uri,
        data_type=class_path(row.data_type),
        materializer=class_path(row.materializer),
        type=row.type,
        artifact=row.artifact,
        version=row.version,
        save_type=row.save_type,
    )


def class_path(text: str | None) -> str | None:
    """`a.b.C` of what ZenML's releases wrote: `a.b.C@zenml_0.20.5`, `a.b.C`, or JSON with module and attribute."""
    if not text:
        return None
    if text.startswith("{"):
        source = _json(text)
        return ".".join(str(source[part]) for part in ("module", "attribute") if source.get(part)) or None
    return text.split("@", 1)[0]


def _json(text: object) -> JSONObject:
    try:
        return mapping(json.loads(text)) if isinstance(text, str | bytes) else {}
    except ValueError:
        return {}


def _local_microseconds(value: object) -> int | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    try:
        return microseconds(value.astimezone()) if isinstance(value, datetime) else None
    except (OSError, OverflowError):  # Windows knows no local time before 1970
        return None

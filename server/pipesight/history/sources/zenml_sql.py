"""Read run history from ZenML's own SQL store, in SQLite and in MySQL. ZenML records there since 0.30."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, func, null, select
from sqlalchemy.sql.selectable import FromClause

from pipesight.history.model import Details, Project
from pipesight.history.sources.lookups import Lookups
from pipesight.history.sources.new_runs import RowOrder, TimeOrder
from pipesight.history.sources.projects import NO_PROJECT, ProjectChoice
from pipesight.history.sources.records import (
    ArtifactRecord,
    News,
    RunRecord,
    SeenStep,
    StepRecord,
)
from pipesight.history.sources.row import Row
from pipesight.history.sources.sqlite import URL
from pipesight.history.sources.stored_runs import StoredRuns
from pipesight.history.sources.tables import SQLQuery, Tables, microseconds
from pipesight.history.sources.windows import Windows
from pipesight.history.sources.zenml_artifacts import ArtifactVersions
from pipesight.history.sources.zenml_details import DetailsReader
from pipesight.history.sources.zenml_lookups import ZenMLLookups
from pipesight.history.sources.zenml_scope import ProjectScope
from pipesight.history.sources.zenml_step_names import StepNames
from pipesight.history.sources.zenml_steps import StepsReader

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
_FIRST = 200  # runs in the first batch. It is small, because a user may wait for it
_BATCH = 5000  # runs in each further batch
_PART = 20_000  # rows of a SQLite file whose runs are one batch. Copying them takes a few tenths of a second


class ZenMLSession:
    """An open ZenML SQL store."""

    kind = "ZenML"
    at_once = 50

    @staticmethod
    def understands(tables: Tables) -> bool:
        """Return whether runs, steps and outputs are in ZenML's own tables."""
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
        column = next((c for c in ("project_id", "workspace_id") if tables.has("pipeline_run", c)), "")
        self._projects = _projects(tables, column)
        self.project = choice.among(self._projects)
        project_id = self.project.id if self.project else NO_PROJECT if choice.exact else None
        self._scope = ProjectScope(column, None if self.project and len(self._projects) == 1 else project_id)
        self._order = RowOrder(tables) if tables.is_sqlite else TimeOrder(tables, column, project_id)
        self._windows = Windows(tables)
        self._details = DetailsReader(tables, self._windows)
        self._versions = ArtifactVersions(tables, self._scope)
        # Up to 0.30, which does not record the source code of steps, times are local. Since then they are in UTC.
        self._time = microseconds if "source_code" in self._step.c else _local_microseconds
        self._steps = StepsReader(tables, self._scope, self._versions, self._details, self._windows, self._time)
        self.release = tables.release
        self.layout = f"{tables.fingerprint(_READ)} {tables.release} {self._scope.project}"

    # News

    def news(self, known: str | None) -> News:
        mark, total, ids = self._order.since(known)
        total = total if self._scope.project is None else self.run_count()
        return News(mark, total, None if ids is None else self.runs_by_id(ids))

    def projects(self) -> Sequence[Project]:
        return self._projects

    def run_count(self) -> int:
        query = select(func.count()).select_from(self._run)
        return int(self._tables.value(self._scope.of(query, self._run)))

    # Pipelines and runs

    def pipelines(self) -> Sequence[str]:
        query = select(self._pipeline.c.name)
        query = self._scope.of(query, self._pipeline)
        return list(dict.fromkeys(name for (name,) in self._tables.all(query)))

    def runs(self) -> Iterator[Sequence[RunRecord]]:
        if not self._tables.is_sqlite:
            yield from self._streamed_runs()
            return
        rows = self._tables.all(self._order.newest_first(self._runs(full=True)).limit(_FIRST))
        if rows:
            yield self._records(rows)
        below = rows[-1].position if len(rows) == _FIRST else None
        while below is not None:
            last = self._tables.value(select(func.max(self._order.position)).where(self._order.position < below))
            if last is not None:
                yield self._part(last)
            below = None if last is None else last - _PART + 1

    def _part(self, last: int) -> Sequence[RunRecord]:
        """Return the runs of a SQLite file in the rows up to `last`."""
        row = self._order.position
        query = self._order.newest_first(self._runs(full=False).where(row > last - _PART, row <= last))
        url = self._tables.connection.info.get(URL)
        if url is None or self._time is not microseconds:
            return self._records(self._tables.all(query))
        statement = query.compile(dialect=self._tables.connection.dialect)
        values = [statement.params[name] for name in statement.positiontup]
        return StoredRuns(url, str(statement), values, lambda: self._records(self._tables.all(query)))

    def _streamed_runs(self) -> Iterator[Sequence[RunRecord]]:
        # The stream has its own connection, because another statement on it would discard the unread rows.
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

    def _runs(self, *, full: bool) -> SQLQuery:
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
        return self._scope.of(query, self._run)

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

    # Steps and outputs

    def details(self, run_ids: Collection[str]) -> Mapping[str, Details]:
        return self._details.of_runs(run_ids, self._windows.near(run_ids))

    def fingerprints(self, run_ids: Collection[str]) -> Mapping[str, object]:
        return self._steps.fingerprints(run_ids)

    def steps(self, run_ids: Collection[str], *, full: bool = False) -> Mapping[str, Sequence[StepRecord]]:
        steps = self._steps.of_runs(run_ids)
        return self._steps.with_details(steps) if full else steps

    def step_names(self) -> Iterator[SeenStep]:
        return StepNames(self._tables, self._scope, self._pipeline_names).seen()

    @property
    def lookups(self) -> Lookups:
        return ZenMLLookups(self._tables, self._details, self._scope, self._versions)

    # Names outside of runs

    def artifacts(self) -> Sequence[ArtifactRecord]:
        return self._versions.newest()

    def stacks(self) -> Sequence[str]:
        return self._names("stack")

    def models(self) -> Sequence[str]:
        return self._names("model")

    def _names(self, name: str) -> list[str]:
        if not self._tables.has(name, "name"):
            return []
        things = self._tables[name]
        query = self._scope.of_names(select(things.c.name), things)
        return sorted({row[0] for row in self._tables.all(query)})


class _PipelineNames(dict[str | None, str | None]):
    """The names of pipelines by id. A pipeline that is recorded during the session is looked up when it is needed."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._columns = tables["pipeline"].c["id", "name"]
        super().__init__({None: None})
        self.update((id_, name) for id_, name in tables.all(select(*self._columns)))

    def __missing__(self, id_: str) -> str | None:
        found = self._tables.one(select(*self._columns).where(self._columns.id == id_))
        self[id_] = found[1] if found else None
        return self[id_]


def _local_microseconds(value: object) -> int | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    try:
        return microseconds(value.astimezone()) if isinstance(value, datetime) else None
    except (OSError, OverflowError):  # Windows converts no local time before 1970
        return None


def _projects(tables: Tables, column: str) -> Sequence[Project]:
    """Return the projects of a store, oldest first."""
    name = next((name for name in ("project", "workspace") if tables.has(name, "id", "name")), None)
    if name is None or not column:
        return []
    project = tables[name].c
    order = (project.created,) if "created" in project else ()
    return [Project(*row) for row in tables.all(select(project.id, project.name).order_by(*order))]

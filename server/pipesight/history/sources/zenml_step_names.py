"""Read the names of all steps from ZenML's SQL store, in the way for which the database has an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, and_, func, select, text

from pipesight.history.sources.records import SeenStep
from pipesight.history.sources.tables import SQLQuery, Tables, microseconds
from pipesight.history.sources.windows import FEW
from pipesight.history.sources.zenml_scope import ProjectScope

_BATCH = 5000  # runs
_NEWEST = 500  # runs in the first part of a SQLite file. Most names are new in it
_SEPARATOR = "\x1f"  # between names. A name may contain any other character


class StepNames:
    """The names of the steps of a store's runs."""

    def __init__(self, tables: Tables, scope: ProjectScope, pipeline_names: Mapping[str | None, str | None]) -> None:
        self._tables = tables
        self._run = tables["pipeline_run"]
        self._step = tables["step_run"]
        self._pipeline = tables["pipeline"]
        self._scope = scope
        self._pipeline_names = pipeline_names

    def seen(self) -> Iterator[SeenStep]:
        """Yield every step name with the newest run that has it, and perhaps with older runs."""
        column = self._scope.column
        by_index = column in self._step.c and self._tables.has_index("step_run", column, "pipeline_run_id", "name")
        if self._tables.is_sqlite:
            yield from self._by_row() if by_index else self._by_position()
        else:
            yield from self._by_run() if by_index else self._at_once()

    def _at_once(self) -> Iterator[SeenStep]:
        """Yield step names from one query over all steps."""
        step, run, pipeline = self._step.c, self._run.c, self._pipeline.c
        newest = func.max(func.concat(run.created, " ", run.id))
        source = self._step.join(self._run, run.id == step.pipeline_run_id)
        source = source.join(self._pipeline, pipeline.id == run.pipeline_id)
        query = select(func.min(pipeline.name), func.min(step.name), newest).select_from(source)
        query = query.group_by(pipeline.id, self._tables.exact(step.name))
        for name, step_name, last in self._tables.all(self._of_project(query)):
            yield SeenStep(name, step_name, str(last).rsplit(" ", 1)[-1], 0)

    def _by_run(self) -> Iterator[SeenStep]:
        """Yield step names from an index in which the names of a run are neighbors. It needs no row of the table.

        Runs with the same list of names are grouped, so the result is small.
        """
        run, step = self._run.c, self._step.c
        pipelines = self._pipeline_names
        age = func.concat(run.created, " ", run.id)
        self._tables.connection.execute(text("SET SESSION group_concat_max_len = 1000000"))
        names = select(func.aggregate_strings(step.name, _SEPARATOR)).where(self._of_run)
        names = names.correlate(self._run).scalar_subquery()
        named = self._of_project(select(run.pipeline_id, names.label("names"), age.label("age")))
        below: str | None = ""
        while below is not None:
            rest = select(run.id).where(run.id > below).order_by(run.id)
            end = self._tables.one(rest.limit(1).offset(_BATCH - 1))
            part = named.where(run.id > below)
            runs = (part if end is None else part.where(run.id <= end[0])).subquery().c
            query = select(runs.pipeline_id, func.min(runs.names), func.max(runs.age))
            query = query.group_by(runs.pipeline_id, self._tables.exact(runs.names))
            for owner, joined, newest in self._tables.all(query):
                created, run_id = newest.rsplit(" ", 1)
                name, position = pipelines[owner], microseconds(created) or 0
                if name and joined:
                    yield from (SeenStep(name, each, run_id, position) for each in joined.split(_SEPARATOR))
            below = None if end is None else end[0]

    def _by_row(self) -> Iterator[SeenStep]:
        """Yield step names from the same index, with runs in the order of recording, newest first.

        The runs are read in parts, most of which have no new name. SQLite looks for the newest run of each name only in
        the other parts.
        """
        run, step = self._run.c, self._step.c
        source = self._run.join(self._step, self._of_run)
        names = self._of_project(select(run.pipeline_id, step.name).select_from(source).distinct())
        newest = self._of_project(select(run.pipeline_id, step.name, run.id, func.max(run.rowid)).select_from(source))
        known: set[tuple[str | None, str]] = set()
        top, size = self._tables.value(select(func.max(run.rowid))) or 0, _NEWEST
        while top > 0:
            in_part = and_(run.rowid > top - size, run.rowid <= top)
            new = {(owner, name) for owner, name in self._tables.all(names.where(in_part))} - known
            known |= new
            for owner, name, run_id, position in (
                self._tables.all(newest.where(in_part).group_by(run.pipeline_id, step.name)) if new else ()
            ):
                pipeline = self._pipeline_names[owner]
                if pipeline and (owner, name) in new:
                    yield SeenStep(pipeline, name, run_id, position)
            top, size = top - size, _BATCH

    @property
    def _of_run(self) -> ColumnElement[bool]:
        """The condition for the steps of a run, for which the index begins with the column of the project."""
        step, run, column = self._step.c, self._run.c, self._scope.column
        return and_(step[column] == run[column], step.pipeline_run_id == run.id)

    def _by_position(self) -> Iterator[SeenStep]:
        """Yield step names from the rows in the order of recording, newest first.

        The rows of a run are neighbors. Runs with the same list of names are grouped, so the result is small.
        """
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
            for name, names, run_id, newest in self._tables.all(self._of_project(query)):
                for step_name in names.split(_SEPARATOR):
                    yield SeenStep(name, step_name, run_id, newest)
            top -= FEW

    def _of_project(self, query: SQLQuery) -> SQLQuery:
        return self._scope.of(query, self._run)

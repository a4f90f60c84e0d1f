"""Answer every question of features about one source from its index, and cache the answers until the index changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from sqlalchemy import and_, func, not_, or_, select

from pipesight.history.decoding import (
    EPOCH,
    input_of,
    microseconds_of,
    output_of,
    pipeline_of,
    projects_of,
    run_of,
    silent_since,
    step_of,
)
from pipesight.history.encoding import details_from_text
from pipesight.history.model import Details, Input, Output, Pipeline, Project, Run, RunFilter, Status, Step
from pipesight.history.schema import ARTIFACTS, INPUTS, NOT_MIRRORED, OUTPUTS, PIPELINES, RUNS, STEPS, WORDS, by_age
from pipesight.history.sources.tables import Query

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from pipesight.history.index_file import IndexFile

_SUCCESSES = (Status.COMPLETED.value, Status.CACHED.value)
_REMEMBERED = 512  # answers in the cache. All are dropped when there are more
_LARGE = 5000  # items in an answer. A larger one is not cached
_CONSUMERS = 100  # steps that took an output, in one answer
_FRESH = 60.0  # seconds for which an answer is cached, because a run becomes stale without a change of the index
_T = TypeVar("_T")


class _CachedAnswer(NamedTuple):
    generation: int
    until: float
    value: object


class Questions:
    """The questions about one source. Answers are cached until the index changes. Thread-safe."""

    def __init__(self, source: str, file: IndexFile) -> None:
        self._source = source
        self._file = file
        self._answers: dict[tuple[object, ...], _CachedAnswer] = {}
        self._generation = 0  # of the index when the cached answers were given

    def pipelines(self) -> tuple[Pipeline, ...]:
        """Return all pipelines, the one with the newest run first."""

        def ask() -> tuple[Pipeline, ...]:
            query = select(PIPELINES).order_by(PIPELINES.c.last_run.desc().nulls_last(), PIPELINES.c.name)
            return tuple(pipeline_of(row, self._source) for row in self._file.rows(query))

        return self._answer(("pipelines",), ask)

    def runs(self, pipeline: str | None, *, limit: int | None = None) -> tuple[Run, ...]:
        """Return the runs of that pipeline (None: all runs), the latest start first."""
        return self._runs(("runs", pipeline, limit), lambda: self._of(pipeline).limit(limit))

    def run_count(self, pipeline: str | None) -> int:
        """Return the number of runs of that pipeline (None: of all runs)."""
        if pipeline is not None:
            return next((each.run_count for each in self.pipelines() if each.name == pipeline), 0)
        return self._answer(("count",), lambda: int(self._file.rows(select(func.count()).select_from(RUNS))[0][0]))

    def runs_named(self, name: str, pipeline: str | None) -> tuple[Run, ...]:
        """Return the newest run of that name (None: in any pipeline). The tuple is empty if there is none."""
        return self._runs(("named", name, pipeline), lambda: self._of(pipeline).where(RUNS.c.name == name).limit(1))

    def runs_by_id(self, beginning: str) -> tuple[Run, ...]:
        """Return up to two runs whose id begins with this text. Two are enough to see that it is ambiguous."""
        begins = RUNS.c.key.startswith(beginning, autoescape=True)
        return self._runs(("id", beginning), lambda: self._of(None).where(begins).limit(2))

    def runs_beginning(self, beginning: str, pipeline: str | None, *, limit: int) -> tuple[Run, ...]:
        """Return the runs whose name begins with this text. The case of letters is ignored."""
        begins = RUNS.c.name.startswith(beginning, autoescape=True)
        return self._runs(
            ("beginning", beginning, pipeline, limit), lambda: self._of(pipeline).where(begins).limit(limit)
        )

    def runs_of_id(self, run: str) -> tuple[Run, ...]:
        """Return the run of that id. The tuple is empty if there is none."""
        return self._runs(("whole id", run), lambda: select(RUNS).where(RUNS.c.key == run))

    def last_runs(self, pipeline: str, *, successful: bool) -> tuple[Run, ...]:
        """Return the pipeline's newest run, or with `successful` the newest that completed."""

        def query() -> Query:
            newest = self._of(pipeline).limit(1)
            return newest.where(RUNS.c.status.in_(_SUCCESSES)) if successful else newest

        return self._runs(("last", pipeline, successful), query)

    def success_before(self, run: Run) -> tuple[Run, ...]:
        """Return the newest run of the same pipeline that completed and started before this one."""

        def query() -> Query:
            older = RUNS.c.start < microseconds_of(run.start) if run.start is not None else RUNS.c.key != run.id
            return self._of(run.pipeline).where(RUNS.c.status.in_(_SUCCESSES), older).limit(1)

        return self._runs(("success before", run.pipeline, run.start, run.id), query)

    def search_runs(self, text: str, pipeline: str | None, *, limit: int) -> tuple[Run, ...]:
        """Return the runs whose name contains `text`, newest first."""
        return self.matching_runs(RunFilter(text), pipeline, limit=limit)

    def matching_runs(self, wanted: RunFilter, pipeline: str | None, *, limit: int) -> tuple[Run, ...]:
        """Return the runs that match a filter, newest first."""
        question = ("matching", wanted, pipeline, limit)
        return self._runs(question, lambda: _passing(self._of(pipeline).limit(limit), wanted))

    def matching_pipelines(self, wanted: RunFilter) -> frozenset[str]:
        """Return the names of the pipelines that have a run that matches a filter."""

        def ask() -> frozenset[str]:
            names = self._pipeline_names()
            having = self._file.rows(_passing(select(RUNS.c.pipeline).distinct(), wanted))
            return frozenset(names[row.pipeline] for row in having if row.pipeline in names)

        return self._answer(("matching pipelines", wanted), ask)

    def steps(self, run: str) -> tuple[Step, ...] | None:
        """Return the steps of the run of that id in execution order.

        Return None while they are not mirrored, and () if the run does not exist or was deleted.
        """

        def ask() -> tuple[Step, ...] | None:
            found = self._file.rows(select(RUNS.c.id, RUNS.c.mirrored, RUNS.c.status).where(RUNS.c.key == run))
            if not found:
                return ()
            if found[0].mirrored == NOT_MIRRORED:
                return None
            query = self._steps().where(STEPS.c.run == found[0].id).order_by(STEPS.c.position)
            return tuple(step_of(row, self._source) for row in self._file.rows(query))

        return self._answer(("steps", run), ask)

    def outputs(self, step: str) -> tuple[Output, ...] | None:
        """Return the outputs of the step of that id, in their order. None while the step is not mirrored."""

        def ask() -> tuple[Output, ...] | None:
            found = self._file.rows(select(STEPS.c.id).where(STEPS.c.key == step))
            if not found:
                return None
            query = select(OUTPUTS).where(OUTPUTS.c.step == found[0].id).order_by(OUTPUTS.c.position)
            return tuple(output_of(row, self._source, step) for row in self._file.rows(query))

        return self._answer(("outputs", step), ask)

    def series(
        self, pipeline: str, step: str, output: str, *, until: datetime, limit: int
    ) -> tuple[tuple[datetime, Output], ...]:
        """Return the mirrored outputs of that name in the last `limit` runs that started up to `until`, newest first.

        Each comes with the start of its run. A run contributes at most one output. An output that the step returned
        comes before one that it saved by a call under the same name.
        """

        def ask() -> tuple[tuple[datetime, Output], ...]:
            start = microseconds_of(until)
            runs = self._of(pipeline).where(RUNS.c.start <= start).limit(limit).subquery()
            query = select(OUTPUTS, STEPS.c.key.label("step_key"), runs.c.start, runs.c.id.label("run"))
            query = query.join(STEPS, STEPS.c.id == OUTPUTS.c.step).join(runs, runs.c.id == STEPS.c.run)
            query = query.where(STEPS.c.name == step, OUTPUTS.c.name == output)
            query = query.order_by(runs.c.start.desc(), runs.c.id, OUTPUTS.c.position)
            found = ((row, output_of(row, self._source, row.step_key)) for row in self._file.rows(query))
            of_runs = groupby(found, lambda each: each[0].run)
            best = (max(of_run, key=lambda each: each[1].is_regular) for _, of_run in of_runs)
            return tuple((EPOCH + timedelta(microseconds=row.start), output) for row, output in best)

        return self._answer(("series", pipeline, step, output, until, limit), ask)

    def step_names(self, pipeline: str | None) -> tuple[Step, ...]:
        """Return the newest step of each name in that pipeline (None: in any), in execution order."""

        # SQLite takes the other columns from the row that has the maximum ("bare columns in an aggregate query").
        def ask() -> tuple[Step, ...]:
            query = self._steps(func.max(STEPS.c.run_start)).group_by(STEPS.c.name)
            if pipeline is not None:
                query = query.where(STEPS.c.pipeline == self._pipeline_id(pipeline))
            query = query.order_by(STEPS.c.run_start.desc(), STEPS.c.position)
            return tuple(step_of(row, self._source) for row in self._file.rows(query))

        return self._answer(("step names", pipeline), ask)

    def output_names(self, pipeline: str | None, step: str | None) -> tuple[Output, ...]:
        """Return the newest output of each name in a step (None: in any step) of a pipeline (None: of any).

        `step` is the name of the step. If there is no such step, it is the name of its function.
        """

        def ask() -> tuple[Output, ...]:
            query = select(OUTPUTS, STEPS.c.key.label("step_key"), func.max(STEPS.c.run_start).label("newest"))
            query = query.join(STEPS, STEPS.c.id == OUTPUTS.c.step).group_by(OUTPUTS.c.name)
            query = query.order_by(func.max(STEPS.c.run_start).desc(), OUTPUTS.c.step, OUTPUTS.c.position)
            if pipeline is not None:
                query = query.where(STEPS.c.pipeline == self._pipeline_id(pipeline))
            rows = self._file.rows(query if step is None else query.where(STEPS.c.name == step))
            if not rows and step is not None:
                rows = self._file.rows(query.where(STEPS.c.entrypoint == step))
            return tuple(output_of(row, self._source, row.step_key) for row in rows)

        return self._answer(("output names", pipeline, step), ask)

    def details(self, run: str) -> Details | None:
        """Return the metadata, tags, commit and failure of the run of that id. None while it is not mirrored."""

        def ask() -> Details | None:
            query = select(RUNS.c.details, RUNS.c.mirrored).where(RUNS.c.key == run)
            found = self._file.rows(query)
            if found and found[0].mirrored == NOT_MIRRORED:
                return None
            return details_from_text(found[0].details) if found else Details()

        return self._answer(("details", run), ask)

    def inputs(self, step: str) -> tuple[Input, ...] | None:
        """Return the inputs of the step of that id, in their order. None while the step is not mirrored."""

        def ask() -> tuple[Input, ...] | None:
            query = select(INPUTS).join(STEPS, STEPS.c.id == INPUTS.c.step).where(STEPS.c.key == step)
            found = tuple(input_of(row, self._source) for row in self._file.rows(query.order_by(INPUTS.c.position)))
            return found if found or self._file.rows(select(STEPS.c.id).where(STEPS.c.key == step)) else None

        return self._answer(("inputs", step), ask)

    def consumers(self, output: str) -> tuple[Step, ...]:
        """Return the mirrored steps that took the output of that id as an input, newest first."""

        def ask() -> tuple[Step, ...]:
            takes = STEPS.c.id.in_(select(INPUTS.c.step).where(INPUTS.c.key == output))
            query = self._steps().where(takes).order_by(STEPS.c.run_start.desc(), STEPS.c.position).limit(_CONSUMERS)
            return tuple(step_of(row, self._source) for row in self._file.rows(query))

        return self._answer(("consumers", output), ask)

    def artifacts(self) -> tuple[Output, ...]:
        """Return the newest version of each artifact, newest first. `name` is its global name."""
        query = select(ARTIFACTS).order_by(ARTIFACTS.c.position)
        return self._answer(
            ("artifacts",), lambda: tuple(output_of(row, self._source, row.step_key) for row in self._file.rows(query))
        )

    def projects(self) -> tuple[Project, ...] | None:
        """Return the store's projects, oldest first. None if the store has not been read yet."""
        return self._answer(("projects",), lambda: projects_of(self._file.fact("projects")))

    def project(self) -> Project | None:
        """Return the project that is mirrored. None for a store without projects, or one that was not read yet."""
        return self._answer(("project",), lambda: next(iter(projects_of(self._file.fact("project")) or ()), None))

    def stacks(self) -> tuple[str, ...]:
        """Return the names of the stacks."""
        return self._words("stack")

    def models(self) -> tuple[str, ...]:
        """Return the names of the models."""
        return self._words("model")

    def location(self, step: str) -> tuple[Run, Step] | None:
        """Return the step of that id and its run, if they are mirrored."""

        def ask() -> tuple[Run, Step] | None:
            steps = self._file.rows(self._steps().where(STEPS.c.key == step))
            if not steps:
                return None
            runs = self._file.rows(select(RUNS).where(RUNS.c.key == steps[0].run_key))
            if not runs:
                return None
            return run_of(runs[0], self._source, self._pipeline_names()), step_of(steps[0], self._source)

        return self._answer(("location", step), ask)

    def _answer(self, question: tuple[object, ...], ask: Callable[[], _T]) -> _T:
        """Return the cached answer to a question, or ask and cache it.

        The generation is read before the index, so an old answer is never cached under a new generation.
        """
        generation, now = self._file.generation, time.monotonic()
        if generation != self._generation:
            self._generation = generation
            self._answers.clear()
        known = self._answers.get(question)
        if known is not None and known.generation == generation and known.until > now:
            return cast("_T", known.value)
        value = ask()
        if _size(value) <= _LARGE:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[question] = _CachedAnswer(generation, now + _FRESH, value)
        return value

    def _of(self, pipeline: str | None) -> Query:
        query = by_age(select(RUNS))
        return query if pipeline is None else query.where(RUNS.c.pipeline == self._pipeline_id(pipeline))

    def _pipeline_names(self) -> dict[int, str]:
        def ask() -> dict[int, str]:
            return {row.id: row.name for row in self._file.rows(select(PIPELINES.c.id, PIPELINES.c.name))}

        return self._answer(("names",), ask)

    def _pipeline_id(self, name: str) -> int:
        return next((id_ for id_, each in self._pipeline_names().items() if each == name), -1)

    def _runs(self, question: tuple[object, ...], query: Callable[[], Query]) -> tuple[Run, ...]:
        def ask() -> tuple[Run, ...]:
            names = self._pipeline_names()
            return tuple(run_of(row, self._source, names) for row in self._file.rows(query()))

        return self._answer(question, ask)

    def _steps(self, *more: ColumnElement[int]) -> Query:
        columns = (RUNS.c.key.label("run_key"), RUNS.c.open, RUNS.c.activity)
        return select(STEPS, *columns, *more).join(RUNS, RUNS.c.id == STEPS.c.run)

    def _words(self, kind: str) -> tuple[str, ...]:
        query = select(WORDS.c.name).where(WORDS.c.kind == kind).order_by(WORDS.c.name)
        return self._answer((kind,), lambda: tuple(row.name for row in self._file.rows(query)))


def _size(value: object) -> int:
    return len(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else 1


def _passing(query: Query, wanted: RunFilter) -> Query:
    """Return the query of runs, restricted to the runs that match a filter."""
    if wanted.text:
        query = query.where(RUNS.c.name.contains(wanted.text, autoescape=True))
    if wanted.statuses:
        query = query.where(_has_status(wanted.statuses))
    return query.where(_is_tagged(wanted.tags)) if wanted.tags else query


def _has_status(statuses: Sequence[str]) -> ColumnElement[bool]:
    """Return the SQL condition that `status_now` gives a run one of these statuses."""
    is_stale = and_(RUNS.c.open == 1, RUNS.c.activity.is_not(None), RUNS.c.activity <= silent_since())
    recorded = ["" if status == Status.UNKNOWN.value else status for status in statuses]
    shown = and_(RUNS.c.status.in_(recorded), not_(is_stale))
    return or_(is_stale, shown) if Status.STALE.value in statuses else shown


def _is_tagged(tags: Sequence[str]) -> ColumnElement[bool]:
    """Return the SQL condition that a run has one of the tags. `details_to_text` writes tags as the second item."""
    its_tags = func.json_each(func.json_extract(RUNS.c.details, "$[1]")).table_valued("value")
    return select(its_tags.c.value).where(its_tags.c.value.in_(tags)).exists()

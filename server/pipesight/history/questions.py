"""Answer every question of features about one source from its index, and cache the answers until the index changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

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
from pipesight.history.index_connection import NOT_MIRRORED, beginning, containing, places
from pipesight.history.model import Details, Input, Output, Pipeline, Project, Run, RunFilter, Status, Step

if TYPE_CHECKING:
    from pipesight.history.index_file import IndexFile
    from pipesight.history.sources.row import Row

_REMEMBERED = 512  # answers in the cache. All are dropped when there are more
_LARGE = 5000  # items in an answer. A larger one is not cached
_CONSUMERS = 100  # steps that took an output, in one answer
_FRESH = 60.0  # seconds for which an answer is cached, because a run becomes stale without a change of the index
_T = TypeVar("_T")


class _SQLCondition(NamedTuple):
    """A condition in SQL and the values that are bound in it."""

    sql: str
    values: tuple[object, ...] = ()


_ALL = _SQLCondition("1")
_SUCCESSFUL = _SQLCondition("status IN (?, ?)", (Status.COMPLETED.value, Status.CACHED.value))
_LIKE = "LIKE ? ESCAPE '/'"
_STEP_COLUMNS = "step.*, run.key AS run_key, run.open, run.activity"
_STEP_TABLES = "step JOIN run ON run.id = step.run"
_STEPS = f"SELECT {_STEP_COLUMNS} FROM {_STEP_TABLES}"


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
            rows = self._file.rows("SELECT * FROM pipeline ORDER BY last_run DESC NULLS LAST, name")
            return tuple(pipeline_of(row, self._source) for row in rows)

        return self._answer(("pipelines",), ask)

    def runs(self, pipeline: str | None, *, limit: int | None = None) -> tuple[Run, ...]:
        """Return the runs of that pipeline (None: all runs), the latest start first."""
        return self._runs(("runs", pipeline, limit), pipeline, _ALL, limit)

    def run_count(self, pipeline: str | None) -> int:
        """Return the number of runs of that pipeline (None: of all runs)."""
        if pipeline is not None:
            return next((each.run_count for each in self.pipelines() if each.name == pipeline), 0)
        return self._answer(("count",), lambda: int(self._file.rows("SELECT count(*) FROM run")[0][0]))

    def runs_named(self, name: str, pipeline: str | None) -> tuple[Run, ...]:
        """Return the newest run of that name (None: in any pipeline). The tuple is empty if there is none."""
        return self._runs(("named", name, pipeline), pipeline, _SQLCondition("name = ?", (name,)), 1)

    def runs_by_id(self, prefix: str) -> tuple[Run, ...]:
        """Return up to two runs whose id begins with this text. Two are enough to see that it is ambiguous."""
        return self._runs(("id", prefix), None, _SQLCondition(f"key {_LIKE}", (beginning(prefix),)), 2)

    def runs_beginning(self, prefix: str, pipeline: str | None, *, limit: int) -> tuple[Run, ...]:
        """Return the runs whose name begins with this text. The case of letters is ignored."""
        begins = _SQLCondition(f"name {_LIKE}", (beginning(prefix),))
        return self._runs(("beginning", prefix, pipeline, limit), pipeline, begins, limit)

    def runs_of_id(self, run: str) -> tuple[Run, ...]:
        """Return the run of that id. The tuple is empty if there is none."""
        return self._runs(("whole id", run), None, _SQLCondition("key = ?", (run,)))

    def last_runs(self, pipeline: str, *, successful: bool) -> tuple[Run, ...]:
        """Return the pipeline's newest run, or with `successful` the newest that completed."""
        return self._runs(("last", pipeline, successful), pipeline, _SUCCESSFUL if successful else _ALL, 1)

    def success_before(self, run: Run) -> tuple[Run, ...]:
        """Return the newest run of the same pipeline that completed and started before this one."""
        if run.start is not None:
            older = _SQLCondition("start < ?", (microseconds_of(run.start),))
        else:
            older = _SQLCondition("key != ?", (run.id,))
        question = ("success before", run.pipeline, run.start, run.id)
        return self._runs(question, run.pipeline, _both(_SUCCESSFUL, older), 1)

    def search_runs(self, text: str, pipeline: str | None, *, limit: int) -> tuple[Run, ...]:
        """Return the runs whose name contains `text`, newest first."""
        return self.matching_runs(RunFilter(text), pipeline, limit=limit)

    def matching_runs(self, wanted: RunFilter, pipeline: str | None, *, limit: int) -> tuple[Run, ...]:
        """Return the runs that match a filter, newest first."""
        question = ("matching", wanted, pipeline, limit)
        return self._runs(question, pipeline, _matching(wanted), limit)

    def matching_pipelines(self, wanted: RunFilter) -> frozenset[str]:
        """Return the names of the pipelines that have a run that matches a filter."""

        def ask() -> frozenset[str]:
            names, condition = self._pipeline_names(), _matching(wanted)
            query = f"SELECT DISTINCT pipeline FROM run WHERE {condition.sql}"
            having = self._file.rows(query, *condition.values)
            return frozenset(names[row.pipeline] for row in having if row.pipeline in names)

        return self._answer(("matching pipelines", wanted), ask)

    def steps(self, run: str) -> tuple[Step, ...] | None:
        """Return the steps of the run of that id in execution order.

        Return None while they are not mirrored, and () if the run does not exist or was deleted.
        """

        def ask() -> tuple[Step, ...] | None:
            found = self._file.rows("SELECT id, mirrored FROM run WHERE key = ?", run)
            if not found:
                return ()
            if found[0].mirrored == NOT_MIRRORED:
                return None
            return self._steps(f"{_STEPS} WHERE step.run = ? ORDER BY step.position", found[0].id)

        return self._answer(("steps", run), ask)

    def outputs(self, step: str) -> tuple[Output, ...] | None:
        """Return the outputs of the step of that id, in their order. None while the step is not mirrored."""

        def ask() -> tuple[Output, ...] | None:
            found = self._file.rows("SELECT id FROM step WHERE key = ?", step)
            if not found:
                return None
            rows = self._file.rows("SELECT * FROM output WHERE step = ? ORDER BY position", found[0].id)
            return tuple(output_of(row, self._source, step) for row in rows)

        return self._answer(("outputs", step), ask)

    def series(
        self, pipeline: str, step: str, output: str, *, until: datetime, limit: int
    ) -> tuple[tuple[datetime, Output], ...]:
        """Return the mirrored outputs of that name in the last `limit` runs that started up to `until`, newest first.

        Each comes with the start of its run. A run contributes at most one output. An output that the step returned
        comes before one that it saved by a call under the same name.
        """

        def ask() -> tuple[tuple[datetime, Output], ...]:
            rows = self._file.rows(
                "WITH recent AS (SELECT id, start FROM run WHERE pipeline = ? AND start <= ?"
                " ORDER BY start DESC, id LIMIT ?)"
                " SELECT output.*, step.key AS step_key, recent.start, recent.id AS run"
                " FROM output JOIN step ON step.id = output.step JOIN recent ON recent.id = step.run"
                " WHERE step.name = ? AND output.name = ? ORDER BY recent.start DESC, recent.id, output.position",
                *(self._pipeline_id(pipeline), microseconds_of(until), limit, step, output),
            )
            found = ((row, output_of(row, self._source, row.step_key)) for row in rows)
            of_runs = groupby(found, lambda each: each[0].run)
            best = (max(of_run, key=lambda each: each[1].is_regular) for _, of_run in of_runs)
            return tuple((EPOCH + timedelta(microseconds=row.start), output) for row, output in best)

        return self._answer(("series", pipeline, step, output, until, limit), ask)

    def step_names(self, pipeline: str | None) -> tuple[tuple[int, Step], ...]:
        """Return the newest step of each name in that pipeline (None: in any), in execution order.

        Each comes with the start of its run in microseconds.
        """

        # SQLite takes the other columns from the row that has the maximum ("bare columns in an aggregate query").
        def ask() -> tuple[tuple[int, Step], ...]:
            of_pipeline = self._of_pipeline(pipeline)
            rows = self._file.rows(
                f"SELECT {_STEP_COLUMNS}, max(step.run_start) AS newest FROM {_STEP_TABLES} WHERE {of_pipeline.sql}"
                " GROUP BY step.name ORDER BY step.run_start DESC, step.position",
                *of_pipeline.values,
            )
            return tuple((row.newest or 0, step_of(row, self._source)) for row in rows)

        return self._answer(("step names", pipeline), ask)

    def output_names(self, pipeline: str | None, step: str | None) -> tuple[tuple[int, Output], ...]:
        """Return the newest output of each name in a step (None: in any step) of a pipeline (None: of any).

        `step` is the name of the step. If there is no such step, it is the name of its function. Each output comes with
        the start of its run in microseconds.
        """

        def ask() -> tuple[tuple[int, Output], ...]:
            rows = self._outputs(pipeline, _SQLCondition("step.name = ?", (step,)) if step is not None else _ALL)
            if not rows and step is not None:
                rows = self._outputs(pipeline, _SQLCondition("step.entrypoint = ?", (step,)))
            return tuple((row.newest or 0, output_of(row, self._source, row.step_key)) for row in rows)

        return self._answer(("output names", pipeline, step), ask)

    def details(self, run: str) -> Details | None:
        """Return the metadata, tags, commit and failure of the run of that id. None while it is not mirrored."""

        def ask() -> Details | None:
            found = self._file.rows("SELECT details, mirrored FROM run WHERE key = ?", run)
            if found and found[0].mirrored == NOT_MIRRORED:
                return None
            return details_from_text(found[0].details) if found else Details()

        return self._answer(("details", run), ask)

    def inputs(self, step: str) -> tuple[Input, ...] | None:
        """Return the inputs of the step of that id, in their order. None while the step is not mirrored."""

        def ask() -> tuple[Input, ...] | None:
            query = "SELECT input.* FROM input JOIN step ON step.id = input.step WHERE step.key = ?"
            rows = self._file.rows(f"{query} ORDER BY input.position", step)
            found = tuple(input_of(row, self._source) for row in rows)
            return found if found or self._file.rows("SELECT id FROM step WHERE key = ?", step) else None

        return self._answer(("inputs", step), ask)

    def consumers(self, output: str) -> tuple[Step, ...]:
        """Return the mirrored steps that took the output of that id as an input, newest first."""

        def ask() -> tuple[Step, ...]:
            return self._steps(
                f"{_STEPS} WHERE step.id IN (SELECT step FROM input WHERE key = ?)"
                " ORDER BY step.run_start DESC, step.position LIMIT ?",
                *(output, _CONSUMERS),
            )

        return self._answer(("consumers", output), ask)

    def artifacts(self) -> tuple[Output, ...]:
        """Return the newest version of each artifact, newest first. `name` is its global name."""

        def ask() -> tuple[Output, ...]:
            rows = self._file.rows("SELECT * FROM artifact ORDER BY position")
            return tuple(output_of(row, self._source, row.step_key) for row in rows)

        return self._answer(("artifacts",), ask)

    def is_whole(self) -> bool:
        """Return whether the recent runs and one run of each step name were mirrored."""
        return self._answer(("whole",), lambda: self._file.fact("whole") is not None)

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
            steps = self._file.rows(f"{_STEPS} WHERE step.key = ?", step)
            if not steps:
                return None
            runs = self._file.rows("SELECT * FROM run WHERE key = ?", steps[0].run_key)
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

    def _pipeline_names(self) -> dict[int, str]:
        def ask() -> dict[int, str]:
            return {row.id: row.name for row in self._file.rows("SELECT id, name FROM pipeline")}

        return self._answer(("names",), ask)

    def _pipeline_id(self, name: str) -> int:
        return next((id_ for id_, each in self._pipeline_names().items() if each == name), -1)

    def _of_pipeline(self, pipeline: str | None) -> _SQLCondition:
        """Return the condition that a step is of a pipeline."""
        return _ALL if pipeline is None else _SQLCondition("step.pipeline = ?", (self._pipeline_id(pipeline),))

    def _runs(
        self, question: tuple[object, ...], pipeline: str | None, condition: _SQLCondition, limit: int | None = None
    ) -> tuple[Run, ...]:
        """Return the runs of a pipeline (None: of any) that meet a condition, the latest start first."""

        def ask() -> tuple[Run, ...]:
            names = self._pipeline_names()
            of = () if pipeline is None else (self._pipeline_id(pipeline),)
            where = f"{'pipeline = ? AND ' if of else ''}{condition.sql}"
            query = f"SELECT * FROM run WHERE {where} ORDER BY start DESC, id LIMIT ?"
            rows = self._file.rows(query, *of, *condition.values, -1 if limit is None else limit)
            return tuple(run_of(row, self._source, names) for row in rows)

        return self._answer(question, ask)

    def _steps(self, query: str, *values: object) -> tuple[Step, ...]:
        return tuple(step_of(row, self._source) for row in self._file.rows(query, *values))

    def _outputs(self, pipeline: str | None, condition: _SQLCondition) -> Sequence[Row]:
        """Return the rows of the newest output of each name in the steps that meet a condition."""
        where = _both(self._of_pipeline(pipeline), condition)
        return self._file.rows(
            "SELECT output.*, step.key AS step_key, max(step.run_start) AS newest"
            f" FROM output JOIN step ON step.id = output.step WHERE {where.sql}"
            " GROUP BY output.name ORDER BY newest DESC, output.step, output.position",
            *where.values,
        )

    def _words(self, kind: str) -> tuple[str, ...]:
        def ask() -> tuple[str, ...]:
            return tuple(
                row.name for row in self._file.rows("SELECT name FROM word WHERE kind = ? ORDER BY name", kind)
            )

        return self._answer((kind,), ask)


def _both(one: _SQLCondition, other: _SQLCondition) -> _SQLCondition:
    return _SQLCondition(f"({one.sql}) AND ({other.sql})", (*one.values, *other.values))


def _among(column: str, values: Sequence[object]) -> _SQLCondition:
    return _SQLCondition(f"{column} IN {places(values)}", tuple(values))


def _size(value: object) -> int:
    return len(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else 1


def _matching(wanted: RunFilter) -> _SQLCondition:
    """Return the condition that a run matches a filter."""
    condition = _ALL
    if wanted.text:
        condition = _SQLCondition(f"name {_LIKE}", (containing(wanted.text),))
    if wanted.statuses:
        condition = _both(condition, _has_status(wanted.statuses))
    return _both(condition, _is_tagged(wanted.tags)) if wanted.tags else condition


def _has_status(statuses: Sequence[str]) -> _SQLCondition:
    """Return the condition that `status_now` gives a run one of these statuses."""
    is_stale = _SQLCondition("open = 1 AND activity IS NOT NULL AND activity <= ?", (silent_since(),))
    recorded = _among("status", ["" if status == Status.UNKNOWN.value else status for status in statuses])
    shown = _both(recorded, _SQLCondition(f"NOT ({is_stale.sql})", is_stale.values))
    if Status.STALE.value not in statuses:
        return shown
    return _SQLCondition(f"({is_stale.sql}) OR ({shown.sql})", (*is_stale.values, *shown.values))


def _is_tagged(tags: Sequence[str]) -> _SQLCondition:
    """Return the condition that a run has one of the tags, which are the second part of its details."""
    is_one = _among("tag.value", tags)
    return _SQLCondition(
        f"EXISTS (SELECT 1 FROM json_each(json_extract(details, '$[1]')) AS tag WHERE {is_one.sql})", is_one.values
    )

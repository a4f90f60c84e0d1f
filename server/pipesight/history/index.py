"""The local index of one source: a small SQLite file that mirrors what features ask, and every question they ask."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast
from urllib.parse import quote

from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from pipesight.history.encoding import (
    details_from_text,
    details_to_text,
    failure_from_text,
    metadata_from_text,
    visualizations_from_text,
    words_from_text,
)
from pipesight.history.model import Details, Input, Output, Pipeline, Project, Run, Status, Step
from pipesight.history.schema import (
    ARTIFACTS,
    AT_ONCE,
    FACTS,
    INPUTS,
    MIRRORED,
    NOT_MIRRORED,
    OUTPUTS,
    PIPELINES,
    RUNS,
    STEPS,
    WORDS,
    cache_folder,
    connect,
    has_no_room,
    has_tables,
    in_memory,
    is_damaged,
    remove,
)
from pipesight.history.sources.source import SourceBusyError, SourceError
from pipesight.history.sources.tables import Query, batches
from pipesight.history.writer import IndexWriter, digest

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pipesight.history.sources import RunRecord, StepRecord

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_STALE_AFTER = timedelta(hours=24)
_SUCCESSES = (Status.COMPLETED.value, Status.CACHED.value)
_REMEMBERED = 512  # answers kept in memory
_LARGE = 5000  # things in an answer that is not kept
_CONSUMERS = 100  # steps that took an output, in one answer
_FRESH = 60.0  # seconds an answer is kept, as `stale` comes with time alone
_T = TypeVar("_T")


class _CachedAnswer(NamedTuple):
    generation: int
    until: float
    value: object


class Index:
    """The mirror of one source. Thread-safe. A reader never waits for the writer.

    Every answer is remembered until the index changes.
    """

    def __init__(self, source: str, path: Path | str, *, folder: TemporaryDirectory[str] | None = None) -> None:
        self.source = source
        self.path = path
        self._folder = folder
        self.generation = 0
        self.times_rebuilt = 0  # since it was opened: what it held is to be read again
        self._answers: dict[tuple[object, ...], _CachedAnswer] = {}
        self._writing = threading.RLock()  # in memory, a thread that writes also reads
        self.trouble: str | None = None  # why it is in memory
        self._engine = self._open_engine()
        self._watcher = connect(path)
        self._seen_version: object = None

    @classmethod
    def open(cls, source: str, *, folder: Path | None = None) -> Index:
        """The index of the source of that key, made if it does not exist, or if its file is of no use.

        `folder` holds the index files. By default it is in the user's cache folder. If that cannot be written, the
        index lives in a temporary folder until it is closed, or else in memory.
        """
        name = f"{sha256(source.encode()).hexdigest()[:20]}.db"
        try:
            folder = folder or cache_folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(source, folder / name)
        except (OSError, DatabaseError):
            pass
        temporary: TemporaryDirectory[str] | None = None
        try:
            temporary = TemporaryDirectory(prefix="pipesight-", ignore_cleanup_errors=True)
            return cls(source, Path(temporary.name) / name, folder=temporary)
        except (OSError, DatabaseError):
            if temporary is not None:
                temporary.cleanup()
        index = cls(source, in_memory())
        index.trouble = f"The index of {source} has no place in the cache folder and none in a temporary one."
        return index

    def close(self) -> None:
        """Close the file."""
        self._watcher.close()
        self._engine.dispose()
        if self._folder is not None:
            self._folder.cleanup()

    # What features ask

    def pipelines(self) -> tuple[Pipeline, ...]:
        """All pipelines, newest activity first."""

        def ask() -> tuple[Pipeline, ...]:
            query = select(PIPELINES).order_by(PIPELINES.c.last_run.desc().nulls_last(), PIPELINES.c.name)
            return tuple(self._pipeline_of(row) for row in self._rows(query))

        return self._answer(("pipelines",), ask)

    def runs(self, pipeline: str | None, *, limit: int | None = None) -> tuple[Run, ...]:
        """The runs of that pipeline (None: of all), newest start first."""
        return self._runs(("runs", pipeline, limit), lambda: self._of(pipeline).limit(limit))

    def run_count(self, pipeline: str | None) -> int:
        """How many runs there are of that pipeline (None: of all)."""
        if pipeline is not None:
            return next((each.run_count for each in self.pipelines() if each.name == pipeline), 0)
        return self._answer(("count",), lambda: int(self._rows(select(func.count()).select_from(RUNS))[0][0]))

    def runs_named(self, name: str, pipeline: str | None) -> tuple[Run, ...]:
        """The newest run of that name."""
        return self._runs(("named", name, pipeline), lambda: self._of(pipeline).where(RUNS.c.name == name).limit(1))

    def last_runs(self, pipeline: str, *, successful: bool) -> tuple[Run, ...]:
        """The pipeline's newest run, or its newest that completed."""

        def query() -> Query:
            newest = self._of(pipeline).limit(1)
            return newest.where(RUNS.c.status.in_(_SUCCESSES)) if successful else newest

        return self._runs(("last", pipeline, successful), query)

    def success_before(self, run: Run) -> tuple[Run, ...]:
        """The newest run of the same pipeline that completed and started before this one."""

        def query() -> Query:
            older = RUNS.c.start < _microseconds(run.start) if run.start is not None else RUNS.c.key != run.id
            return self._of(run.pipeline).where(RUNS.c.status.in_(_SUCCESSES), older).limit(1)

        return self._runs(("success before", run.pipeline, run.start, run.id), query)

    def search_runs(self, text: str, pipeline: str | None, *, limit: int) -> tuple[Run, ...]:
        """The runs whose name contains `text`, newest first."""

        def query() -> Query:
            return self._of(pipeline).where(RUNS.c.name.contains(text, autoescape=True)).limit(limit)

        return self._runs(("search", text, pipeline, limit), query)

    def steps(self, run: str) -> tuple[Step, ...] | None:
        """Return the steps of the run of that id in execution order. None while not mirrored, () if it is deleted."""

        def ask() -> tuple[Step, ...] | None:
            found = self._rows(select(RUNS.c.id, RUNS.c.mirrored, RUNS.c.status).where(RUNS.c.key == run))
            if not found:
                return ()
            if found[0].mirrored == NOT_MIRRORED:
                return None
            query = self._steps().where(STEPS.c.run == found[0].id).order_by(STEPS.c.position)
            return tuple(self._step_of(row) for row in self._rows(query))

        return self._answer(("steps", run), ask)

    def outputs(self, step: str) -> tuple[Output, ...] | None:
        """Return the outputs of the step of that id, by name. None while it is not mirrored."""

        def ask() -> tuple[Output, ...] | None:
            found = self._rows(select(STEPS.c.id).where(STEPS.c.key == step))
            if not found:
                return None
            query = select(OUTPUTS).where(OUTPUTS.c.step == found[0].id).order_by(OUTPUTS.c.position)
            return tuple(self._output_of(row, step) for row in self._rows(query))

        return self._answer(("outputs", step), ask)

    def series(
        self, pipeline: str, step: str, output: str, *, until: datetime, limit: int
    ) -> tuple[tuple[datetime, Output], ...]:
        """Return the mirrored outputs of that name in the last runs up to a start, newest first, with their starts.

        A run has one. What the step returned counts before what it saved by hand under the name.
        """

        def ask() -> tuple[tuple[datetime, Output], ...]:
            start = (until - _EPOCH) // timedelta(microseconds=1)
            runs = self._of(pipeline).where(RUNS.c.start <= start).limit(limit).subquery()
            query = select(OUTPUTS, STEPS.c.key.label("step_key"), runs.c.start, runs.c.id.label("run"))
            query = query.join(STEPS, STEPS.c.id == OUTPUTS.c.step).join(runs, runs.c.id == STEPS.c.run)
            query = query.where(STEPS.c.name == step, OUTPUTS.c.name == output)
            query = query.order_by(runs.c.start.desc(), runs.c.id, OUTPUTS.c.position)
            found = ((row, self._output_of(row, row.step_key)) for row in self._rows(query))
            of_runs = groupby(found, lambda each: each[0].run)
            best = (max(of_run, key=lambda each: each[1].is_regular) for _, of_run in of_runs)
            return tuple((_EPOCH + timedelta(microseconds=row.start), output) for row, output in best)

        return self._answer(("series", pipeline, step, output, until, limit), ask)

    def step_names(self, pipeline: str | None) -> tuple[Step, ...]:
        """The newest step of each name seen in that pipeline (None: in any), in execution order."""

        def ask() -> tuple[Step, ...]:
            query = self._steps(func.max(STEPS.c.run_start)).group_by(STEPS.c.name)
            if pipeline is not None:
                query = query.where(STEPS.c.pipeline == self._pipeline_id(pipeline))
            query = query.order_by(STEPS.c.run_start.desc(), STEPS.c.position)
            return tuple(self._step_of(row) for row in self._rows(query))

        return self._answer(("step names", pipeline), ask)

    def output_names(self, pipeline: str | None, step: str | None) -> tuple[Output, ...]:
        """The newest output of each name seen in the step of that name, else of that function (None: in any)."""

        def ask() -> tuple[Output, ...]:
            query = select(OUTPUTS, STEPS.c.key.label("step_key"), func.max(STEPS.c.run_start).label("newest"))
            query = query.join(STEPS, STEPS.c.id == OUTPUTS.c.step).group_by(OUTPUTS.c.name)
            query = query.order_by(func.max(STEPS.c.run_start).desc(), OUTPUTS.c.step, OUTPUTS.c.position)
            if pipeline is not None:
                query = query.where(STEPS.c.pipeline == self._pipeline_id(pipeline))
            rows = self._rows(query if step is None else query.where(STEPS.c.name == step))
            if not rows and step is not None:
                rows = self._rows(query.where(STEPS.c.entrypoint == step))
            return tuple(self._output_of(row, row.step_key) for row in rows)

        return self._answer(("output names", pipeline, step), ask)

    def details(self, run: str) -> Details | None:
        """Return what the run of that id carries beside its state. None while its steps are not mirrored."""

        def ask() -> Details | None:
            query = select(RUNS.c.details, RUNS.c.mirrored).where(RUNS.c.key == run)
            found = self._rows(query)
            if found and found[0].mirrored == NOT_MIRRORED:
                return None
            return details_from_text(found[0].details) if found else Details()

        return self._answer(("details", run), ask)

    def inputs(self, step: str) -> tuple[Input, ...] | None:
        """Return the inputs of the step of that id, in the order of their names. None while it is not mirrored."""

        def ask() -> tuple[Input, ...] | None:
            query = select(INPUTS).join(STEPS, STEPS.c.id == INPUTS.c.step).where(STEPS.c.key == step)
            found = tuple(self._input_of(row) for row in self._rows(query.order_by(INPUTS.c.position)))
            return found if found or self._rows(select(STEPS.c.id).where(STEPS.c.key == step)) else None

        return self._answer(("inputs", step), ask)

    def consumers(self, output: str) -> tuple[Step, ...]:
        """Return the mirrored steps that the output of that id went into, the newest first."""

        def ask() -> tuple[Step, ...]:
            takes = STEPS.c.id.in_(select(INPUTS.c.step).where(INPUTS.c.key == output))
            query = self._steps().where(takes).order_by(STEPS.c.run_start.desc(), STEPS.c.position).limit(_CONSUMERS)
            return tuple(self._step_of(row) for row in self._rows(query))

        return self._answer(("consumers", output), ask)

    def artifacts(self) -> tuple[Output, ...]:
        """Return the newest version of each artifact, newest first. `name` is its global name."""
        query = select(ARTIFACTS).order_by(ARTIFACTS.c.position)
        return self._answer(
            ("artifacts",), lambda: tuple(self._output_of(row, row.step_key) for row in self._rows(query))
        )

    def projects(self) -> tuple[Project, ...] | None:
        """Return the store's projects, oldest first. None if the store was not looked at yet."""
        return self._answer(("projects",), lambda: _projects(self.fact("projects")))

    def project(self) -> Project | None:
        """Return the project that is mirrored, None for a store without projects."""
        return self._answer(("project",), lambda: next(iter(_projects(self.fact("project")) or ()), None))

    def stacks(self) -> tuple[str, ...]:
        """The names of the stacks."""
        return self._words("stack")

    def models(self) -> tuple[str, ...]:
        """The names of the models."""
        return self._words("model")

    def location(self, step: str) -> tuple[Run, Step] | None:
        """The step of that id and its run, where they are mirrored."""

        def ask() -> tuple[Run, Step] | None:
            steps = self._rows(self._steps().where(STEPS.c.key == step))
            if not steps:
                return None
            runs = self._rows(select(RUNS).where(RUNS.c.key == steps[0].run_key))
            return (self._run_of(runs[0], self._pipeline_names()), self._step_of(steps[0])) if runs else None

        return self._answer(("location", step), ask)

    # What the sync writes

    @contextmanager
    def writing(self) -> Generator[IndexWriter]:
        """Open one transaction. Readers see all of its changes at once, when it ends.

        Raises SourceError when the file cannot be written, SourceBusyError when it may be in a moment.
        """
        with self._explained(), self._writing:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield IndexWriter(connection)
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    with suppress(DatabaseError):  # SQLite did so already where its disk is full
                        connection.exec_driver_sql("ROLLBACK")
                    raise
            self._seen_version = self._watcher.execute("PRAGMA data_version").fetchone()[0]
            self.changed()

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except DatabaseError as error:
            if is_damaged(error):
                self._rebuild()
                raise SourceBusyError(f"The index {self.path} was damaged.", "It is made anew.") from None
            if "locked" in str(error):
                raise SourceBusyError(f"The index {self.path} is locked.", "It is tried again in a moment.") from None
            if isinstance(self.path, Path) and has_no_room(error):
                self._move_to_memory(self.path, str(error.orig))
                raise SourceBusyError(f"{self.trouble}", "It is kept in memory.") from None
            raise SourceError(
                f"The index {self.path} cannot be written: {error.orig}.", "Make room on its disk, or check the folder."
            ) from None

    def changed(self) -> None:
        """Forget the remembered answers."""
        self.generation += 1
        self._answers.clear()

    def fact(self, name: str) -> str | None:
        """A fact that the sync noted."""
        found = self._rows(select(FACTS.c.value).where(FACTS.c.name == name))
        return found[0][0] if found else None

    def note(self, name: str, value: str) -> None:
        """Note a fact that changes no answer."""
        with self._explained(), self._writing, self._engine.connect() as connection:
            IndexWriter(connection).note(name, value)

    def unfinished(self, *, stale_too: bool) -> list[str]:
        """The ids of the runs that have not ended, with or without those in which nothing happens any more."""
        query = select(RUNS.c.key, RUNS.c.status, RUNS.c.activity).where(RUNS.c.open == 1)
        return [
            row.key
            for row in self._rows(query)
            if stale_too or _status_now(row.status, row.activity) is not Status.STALE
        ]

    def unmirrored(self, *, newest: int, per_pipeline: int) -> list[str]:
        """The ids of the newest runs, and the newest of each pipeline, whose steps are not mirrored as they are now."""
        wanted: dict[int, str] = {}
        queries = [_by_age(select(RUNS)).limit(newest)]
        queries += [
            _by_age(select(RUNS).where(RUNS.c.pipeline == id_)).limit(per_pipeline) for id_ in self._pipeline_names()
        ]
        for query in queries:
            wanted.update({row.id: row.key for row in self._rows(query) if row.mirrored != MIRRORED})
        return list(wanted.values())

    def newest_mirrored(self, count: int) -> list[str]:
        """Return the ids of the newest runs whose steps are mirrored."""
        query = select(RUNS.c.key, RUNS.c.mirrored)
        return [row.key for row in self._rows(_by_age(query).limit(count)) if row.mirrored != NOT_MIRRORED]

    def differing(self, records: Iterable[RunRecord]) -> list[RunRecord]:
        """Those of these records that the index does not have as they are."""
        wanted = {record.id: record for record in records}
        for part in batches(list(wanted), AT_ONCE):
            query = select(RUNS, PIPELINES.c.name.label("of"))
            query = query.outerjoin(PIPELINES, PIPELINES.c.id == RUNS.c.pipeline).where(RUNS.c.key.in_(part))
            for row in self._rows(query):
                record = wanted[row.key]
                end, stack = record.end or row.end, record.stack or row.stack
                has = (row.name, row.status, row.updated, row.end, row.of, row.stack)
                will = (record.name, record.status, record.activity, end, record.pipeline, stack)
                if has == will:
                    del wanted[row.key]
        return list(wanted.values())

    def differing_steps(self, steps: Mapping[str, Sequence[StepRecord]]) -> dict[str, Sequence[StepRecord]]:
        """Those of these runs' steps that are not mirrored as they are."""
        differing = dict(steps)
        query = select(RUNS.c.key, STEPS.c.digest).join(STEPS, STEPS.c.run == RUNS.c.id)
        query = query.where(RUNS.c.mirrored == MIRRORED).order_by(STEPS.c.run, STEPS.c.position)
        for part in batches(list(steps), AT_ONCE):
            known: dict[str, list[str]] = {}
            for run, step_digest in self._rows(query.where(RUNS.c.key.in_(part))):
                known.setdefault(run, []).append(step_digest)
            for run, digests in known.items():
                if digests == [digest(step) for step in steps[run]]:
                    del differing[run]
        return differing

    def differing_details(self, details: Mapping[str, Details]) -> dict[str, Details]:
        """Return those of these runs' details that are not mirrored as they are."""
        differing = dict(details)
        for part in batches(list(details), AT_ONCE):
            for row in self._rows(select(RUNS.c.key, RUNS.c.details).where(RUNS.c.key.in_(part))):
                if row.details == details_to_text(details[row.key]):
                    del differing[row.key]
        return differing

    def changed_since_mirrored(self, ids: Iterable[str]) -> list[str]:
        """Those of these runs whose steps are not mirrored as they are now."""
        found: list[str] = []
        for part in batches(list(ids), AT_ONCE):
            rows = self._rows(select(RUNS.c.key).where(RUNS.c.key.in_(part), RUNS.c.mirrored != MIRRORED))
            found += [row.key for row in rows]
        return found

    def all_unmirrored(self) -> list[str]:
        """The ids of all runs whose steps are not mirrored as they are now, newest first."""
        return [row.key for row in self._rows(_by_age(select(RUNS.c.key).where(RUNS.c.mirrored != MIRRORED)))]

    def noticed_other_writer(self) -> bool:
        """True, once, after another process that has the same source wrote the index."""
        version = self._watcher.execute("PRAGMA data_version").fetchone()[0]
        changed, self._seen_version = version != self._seen_version, version
        if changed:
            self.changed()
        return changed

    # How

    def _open_engine(self) -> Engine:
        for _ in range(2):
            engine = self._new_engine()
            try:
                with engine.connect() as connection:
                    if has_tables(connection):
                        return engine
            except DatabaseError as error:
                if isinstance(error, OperationalError) and "locked" in str(error):
                    raise OSError(f"{self.path} is locked") from error
            engine.dispose()
            remove(self.path)
        raise OSError(f"{self.path} cannot be made")

    def _new_engine(self) -> Engine:
        return create_engine(
            "sqlite://", creator=lambda: connect(self.path), poolclass=QueuePool, pool_size=4, max_overflow=8
        )

    def _rows(self, query: Query) -> Sequence[Any]:
        try:
            return self._fetched(query)
        except UnicodeEncodeError:  # code can say half a surrogate pair, but no row of a UTF-8 database has one
            return []
        except DatabaseError as error:
            if not is_damaged(error):
                raise
            self._rebuild()
            return self._fetched(query)

    def _fetched(self, query: Query) -> Sequence[Any]:
        # Readers of an index in memory wait for its writer: SQLite has no write-ahead log there.
        with self._writing if isinstance(self.path, str) else nullcontext(), self._engine.connect() as connection:
            return connection.execute(query).fetchall()

    def _answer(self, question: tuple[object, ...], ask: Callable[[], _T]) -> _T:
        generation, now = self.generation, time.monotonic()
        known = self._answers.get(question)
        if known is not None and known.generation == generation and known.until > now:
            return cast("_T", known.value)
        value = ask()
        if _size(value) <= _LARGE:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[question] = _CachedAnswer(generation, now + _FRESH, value)
        return value

    def _rebuild(self) -> None:
        """Start with an empty file, since this one turned out to be damaged."""
        with self._writing:
            self._watcher.close()
            self._engine.dispose()
            try:
                remove(self.path)
            except OSError as error:  # Windows removes no file that another editor has open
                self.trouble = f"The index {self.path} is damaged and cannot be replaced: {error.strerror}."
                self.path = in_memory()
            self._engine = self._open_engine()
            self._watcher = connect(self.path)
            self.times_rebuilt += 1
        self.changed()

    def _move_to_memory(self, file: Path, reason: str) -> None:
        """Go on in memory, with what the file holds, since its disk takes nothing more."""
        with self._writing:
            self.trouble = f"The index {file} cannot be written: {reason}."
            name = in_memory()
            kept = connect(name)
            with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as old:
                old.backup(kept)
            self._watcher.close()
            self._engine.dispose()
            self.path = name
            self._engine, self._watcher = self._open_engine(), kept
        self.changed()

    def _of(self, pipeline: str | None) -> Query:
        query = _by_age(select(RUNS))
        return query if pipeline is None else query.where(RUNS.c.pipeline == self._pipeline_id(pipeline))

    def _pipeline_names(self) -> dict[int, str]:
        def ask() -> dict[int, str]:
            return {row.id: row.name for row in self._rows(select(PIPELINES.c.id, PIPELINES.c.name))}

        return self._answer(("names",), ask)

    def _pipeline_id(self, name: str) -> int:
        return next((id_ for id_, each in self._pipeline_names().items() if each == name), -1)

    def _runs(self, question: tuple[object, ...], query: Callable[[], Query]) -> tuple[Run, ...]:
        def ask() -> tuple[Run, ...]:
            names = self._pipeline_names()
            return tuple(self._run_of(row, names) for row in self._rows(query()))

        return self._answer(question, ask)

    def _steps(self, *more: Any) -> Query:
        columns = (RUNS.c.key.label("run_key"), RUNS.c.open, RUNS.c.activity)
        return select(STEPS, *columns, *more).join(RUNS, RUNS.c.id == STEPS.c.run)

    def _words(self, kind: str) -> tuple[str, ...]:
        query = select(WORDS.c.name).where(WORDS.c.kind == kind).order_by(WORDS.c.name)
        return self._answer((kind,), lambda: tuple(row.name for row in self._rows(query)))

    def _pipeline_of(self, row: Any) -> Pipeline:
        return Pipeline(
            id=str(row.id),
            name=row.name,
            source=self.source,
            run_count=row.run_count,
            first_run=_time(row.first_run),
            last_run=_time(row.last_run),
        )

    def _run_of(self, row: Any, pipelines: Mapping[int, str]) -> Run:
        return Run(
            id=row.key,
            name=row.name,
            source=self.source,
            pipeline=pipelines.get(row.pipeline),
            status=_status_now(row.status, row.activity) if row.open else _status(row.status),
            start=_time(row.start),
            end=_time(row.end),
            stack=row.stack,
        )

    def _step_of(self, row: Any) -> Step:
        return Step(
            id=row.key,
            run_id=row.run_key,
            name=row.name,
            source=self.source,
            status=_status_now(row.status, row.activity) if row.open else _status(row.status),
            entrypoint=row.entrypoint,
            start=_time(row.start),
            end=_time(row.end),
            parameters=json.loads(row.parameters) if row.parameters else {},
            metadata=metadata_from_text(row.metadata),
            failure=failure_from_text(row.failure),
        )

    def _input_of(self, row: Any) -> Input:
        return Input(row.parameter, self._output_of(row, row.step_key), row.run_key, row.kind)

    def _output_of(self, row: Any, step: str) -> Output:
        return Output(
            id=row.key,
            step_id=step,
            name=row.name,
            source=self.source,
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


def is_under_way(record: RunRecord) -> bool:
    """True for a run that more may happen to: one that has not ended, and of which something was heard of late."""
    return not _status_now(record.status, record.activity).is_finished


def _projects(fact: str | None) -> tuple[Project, ...] | None:
    return None if fact is None else tuple(Project(*each) for each in json.loads(fact))


def _size(value: object) -> int:
    return len(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else 1


def _status(value: str) -> Status:
    return Status(value) if value else Status.UNKNOWN


def _status_now(value: str, activity: int | None) -> Status:
    """The status, or STALE where nothing happened for so long that what is recorded as running was killed."""
    status = _status(value)
    active = _time(activity)
    if status.is_finished or active is None or now() - active < _STALE_AFTER:
        return status
    return Status.STALE


def now() -> datetime:
    """The time."""
    return datetime.now(timezone.utc)


def _time(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _by_age(query: Query) -> Query:
    return query.order_by(RUNS.c.start.desc(), RUNS.c.id)

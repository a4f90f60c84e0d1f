"""The local index of one source: a small SQLite file that mirrors what features ask, and every question they ask."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    case,
    create_engine,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy import (
    Index as SqlIndex,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool
from sqlalchemy.schema import CreateIndex, DropIndex

from pipesight.history.model import Output, Pipeline, Run, Status, Step
from pipesight.history.sources.source import SourceBusyError, SourceError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from pipesight.history.sources import ArtifactRecord, OutputRecord, RunRecord, StepRecord

_VERSION = 1  # of the tables below; a file with another is made anew
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_STALE_AFTER = timedelta(hours=24)
_REMEMBERED = 512  # answers kept in memory
_LARGE = 5000  # things in an answer that is not kept
_FRESH = 60.0  # seconds an answer is kept, as `stale` comes with time alone
_T = TypeVar("_T")

Query: TypeAlias = Any  # a Select: generic in one type in SQLAlchemy 2.0, in any number in 2.1

_tables = MetaData()
_fact = Table("fact", _tables, Column("name", String, primary_key=True), Column("value", String, nullable=False))
_pipeline = Table(
    "pipeline",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("epoch", Integer, nullable=False),
    Column("run_count", Integer, nullable=False, default=0),
    Column("first_run", Integer),
    Column("last_run", Integer),
)
_run = Table(
    "run",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("pipeline", Integer),
    Column("status", String, nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("updated", Integer),
    Column("activity", Integer),
    Column("stack", String),
    Column("open", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("mirrored", Integer, nullable=False, default=0),
)
_FINDS_RUNS = (
    SqlIndex("run_of_pipeline", _run.c.pipeline, _run.c.start),
    SqlIndex("run_start", _run.c.start),
    SqlIndex("run_name", _run.c.name),
)
SqlIndex("run_open", _run.c.open, sqlite_where=_run.c.open == 1)
_step = Table(
    "step",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("run", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("entrypoint", String),
    Column("status", String, nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("parameters", String),
    Column("pipeline", Integer),
    Column("run_start", Integer),
    SqlIndex("step_of_run", "run", "position"),
    SqlIndex("step_of_pipeline", "pipeline", "name", "run_start"),
)
_OUTPUT = ("key", "name", "uri", "data_type", "materializer", "type", "artifact", "version")
_output = Table(
    "output",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    *[Column(name, String, nullable=name not in ("key", "name", "uri")) for name in _OUTPUT],
    SqlIndex("output_of_step", "step", "position"),
)
_artifact = Table(
    "artifact",
    _tables,
    Column("position", Integer, primary_key=True),
    Column("step_key", String, nullable=False),
    *[Column(name, String, nullable=name not in ("key", "name", "uri")) for name in _OUTPUT],
)
_word = Table(
    "word",
    _tables,
    Column("kind", String, primary_key=True),
    Column("name", String, primary_key=True),
)

_NOT_MIRRORED, _MIRRORED, _OUTDATED = 0, 1, 2
_ZERO: ColumnElement[int] = literal_column("0")
_NOT_MIRRORED_SQL: ColumnElement[int] = literal_column(str(_NOT_MIRRORED))
_OUTDATED_SQL: ColumnElement[int] = literal_column(str(_OUTDATED))


class _Answer(NamedTuple):
    generation: int
    until: float
    value: object


class Index:
    """The mirror of one source. Safe to use from any thread; a reader never waits for the writer.

    Every answer is remembered until the index changes.
    """

    def __init__(self, source: str, path: Path) -> None:
        self.source = source
        self.path = path
        self.generation = 0
        self.times_rebuilt = 0  # since it was opened: what it held is to be read again
        self._answers: dict[tuple[object, ...], _Answer] = {}
        self._writing = threading.Lock()
        self._engine = self._open_engine()
        self._watcher = _connect(path)
        self._seen_version: object = None

    @classmethod
    def open(cls, source: str, *, folder: Path | None = None) -> Index:
        """The index of the source of that key, made if it does not exist, or if its file is of no use.

        `folder` holds the index files; by default it is in the user's cache folder. Where that cannot be written,
        the index lives in a temporary folder.
        """
        name = f"{sha256(source.encode()).hexdigest()[:20]}.db"
        try:
            folder = folder or _cache_folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(source, folder / name)
        except (OSError, DatabaseError):
            return cls(source, Path(tempfile.mkdtemp(prefix="pipesight-")) / name)

    def close(self) -> None:
        """Close the file."""
        self._watcher.close()
        self._engine.dispose()

    # What features ask

    def pipelines(self) -> tuple[Pipeline, ...]:
        """All pipelines, newest activity first."""

        def ask() -> tuple[Pipeline, ...]:
            query = select(_pipeline).order_by(_pipeline.c.last_run.desc().nulls_last(), _pipeline.c.name)
            return tuple(self._pipeline_of(row) for row in self._rows(query))

        return self._answer(("pipelines",), ask)

    def runs(self, pipeline: str | None, *, limit: int | None = None) -> tuple[Run, ...]:
        """The runs of that pipeline (None: of all), newest start first."""
        return self._runs(("runs", pipeline, limit), lambda: self._of(pipeline).limit(limit))

    def run_count(self, pipeline: str | None) -> int:
        """How many runs there are of that pipeline (None: of all)."""
        if pipeline is not None:
            return next((each.run_count for each in self.pipelines() if each.name == pipeline), 0)
        return self._answer(("count",), lambda: int(self._rows(select(func.count()).select_from(_run))[0][0]))

    def runs_named(self, name: str, pipeline: str | None) -> tuple[Run, ...]:
        """The newest run of that name."""
        return self._runs(("named", name, pipeline), lambda: self._of(pipeline).where(_run.c.name == name).limit(1))

    def last_runs(self, pipeline: str, *, successful: bool) -> tuple[Run, ...]:
        """The pipeline's newest run, or its newest that completed."""

        def query() -> Query:
            newest = self._of(pipeline).limit(1)
            wanted = [Status.COMPLETED.value, Status.CACHED.value]
            return newest.where(_run.c.status.in_(wanted)) if successful else newest

        return self._runs(("last", pipeline, successful), query)

    def search_runs(self, text: str, pipeline: str | None, *, limit: int) -> tuple[Run, ...]:
        """The runs whose name contains `text`, newest first."""

        def query() -> Query:
            return self._of(pipeline).where(_run.c.name.contains(text, autoescape=True)).limit(limit)

        return self._runs(("search", text, pipeline, limit), query)

    def steps(self, run: str) -> tuple[Step, ...] | None:
        """The steps of the run of that id in execution order, none of a run that is gone; None while not mirrored."""

        def ask() -> tuple[Step, ...] | None:
            found = self._rows(select(_run.c.id, _run.c.mirrored, _run.c.status).where(_run.c.key == run))
            if not found:
                return ()
            if found[0].mirrored == _NOT_MIRRORED:
                return None
            query = self._steps().where(_step.c.run == found[0].id).order_by(_step.c.position)
            return tuple(self._step_of(row) for row in self._rows(query))

        return self._answer(("steps", run), ask)

    def outputs(self, step: str) -> tuple[Output, ...] | None:
        """The outputs of the step of that id, by name; None while it is not mirrored."""

        def ask() -> tuple[Output, ...] | None:
            found = self._rows(select(_step.c.id).where(_step.c.key == step))
            if not found:
                return None
            query = select(_output).where(_output.c.step == found[0].id).order_by(_output.c.position)
            return tuple(self._output_of(row, step) for row in self._rows(query))

        return self._answer(("outputs", step), ask)

    def step_names(self, pipeline: str | None) -> tuple[Step, ...]:
        """The newest step of each name seen in that pipeline (None: in any), in execution order."""

        def ask() -> tuple[Step, ...]:
            query = self._steps(func.max(_step.c.run_start)).group_by(_step.c.name)
            if pipeline is not None:
                query = query.where(_step.c.pipeline == self._pipeline_id(pipeline))
            query = query.order_by(_step.c.run_start.desc(), _step.c.position)
            return tuple(self._step_of(row) for row in self._rows(query))

        return self._answer(("step names", pipeline), ask)

    def output_names(self, pipeline: str | None, step: str | None) -> tuple[Output, ...]:
        """The newest output of each name seen in the step of that name, else of that function (None: in any)."""

        def ask() -> tuple[Output, ...]:
            query = select(_output, _step.c.key.label("step_key"), func.max(_step.c.run_start).label("newest"))
            query = query.join(_step, _step.c.id == _output.c.step).group_by(_output.c.name)
            query = query.order_by(func.max(_step.c.run_start).desc(), _output.c.step, _output.c.position)
            if pipeline is not None:
                query = query.where(_step.c.pipeline == self._pipeline_id(pipeline))
            rows = self._rows(query if step is None else query.where(_step.c.name == step))
            if not rows and step is not None:
                rows = self._rows(query.where(_step.c.entrypoint == step))
            return tuple(self._output_of(row, row.step_key) for row in rows)

        return self._answer(("output names", pipeline, step), ask)

    def artifacts(self) -> tuple[Output, ...]:
        """The newest version of each artifact, newest first; `name` is its global name."""
        query = select(_artifact).order_by(_artifact.c.position)
        return self._answer(
            ("artifacts",), lambda: tuple(self._output_of(row, row.step_key) for row in self._rows(query))
        )

    def stacks(self) -> tuple[str, ...]:
        """The names of the stacks."""
        return self._words("stack")

    def models(self) -> tuple[str, ...]:
        """The names of the models."""
        return self._words("model")

    def location(self, step: str) -> tuple[Run, Step] | None:
        """The step of that id and its run, where they are mirrored."""

        def ask() -> tuple[Run, Step] | None:
            steps = self._rows(self._steps().where(_step.c.key == step))
            if not steps:
                return None
            runs = self._rows(select(_run).where(_run.c.key == steps[0].run_key))
            return (self._run_of(runs[0], self._pipeline_names()), self._step_of(steps[0])) if runs else None

        return self._answer(("location", step), ask)

    # What the sync writes

    @contextmanager
    def writing(self) -> Generator[Writer]:
        """One transaction; what it wrote is seen all at once when it ends.

        Raises SourceError when the file cannot be written, SourceBusyError when it may be in a moment.
        """
        with self._explained(), self._writing:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield Writer(connection)
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
            if _is_damaged(error):
                self._rebuild()
                raise SourceBusyError(f"The index {self.path} was damaged.", "It is made anew.") from None
            if "locked" in str(error):
                raise SourceBusyError(f"The index {self.path} is locked.", "It is tried again in a moment.") from None
            raise SourceError(
                f"The index {self.path} cannot be written: {error.orig}.", "Make room on its disk, or check the folder."
            ) from None

    def changed(self) -> None:
        """Forget the remembered answers."""
        self.generation += 1
        self._answers.clear()

    def fact(self, name: str) -> str | None:
        """A fact that the sync noted."""
        found = self._rows(select(_fact.c.value).where(_fact.c.name == name))
        return found[0][0] if found else None

    def note(self, name: str, value: str) -> None:
        """Note a fact that changes no answer."""
        with self._explained(), self._writing, self._engine.connect() as connection:
            Writer(connection).note(name, value)

    def unfinished(self, *, stale_too: bool) -> list[str]:
        """The ids of the runs that have not ended, with or without those in which nothing happens any more."""
        query = select(_run.c.key, _run.c.status, _run.c.activity).where(_run.c.open == 1)
        return [
            row.key
            for row in self._rows(query)
            if stale_too or _status_now(row.status, row.activity) is not Status.STALE
        ]

    def unmirrored(self, *, newest: int, per_pipeline: int) -> list[str]:
        """The ids of the newest runs, and the newest of each pipeline, whose steps are not mirrored as they are now."""
        wanted: dict[int, str] = {}
        queries = [_by_age(select(_run)).limit(newest)]
        queries += [
            _by_age(select(_run).where(_run.c.pipeline == id_)).limit(per_pipeline) for id_ in self._pipeline_names()
        ]
        for query in queries:
            wanted.update({row.id: row.key for row in self._rows(query) if row.mirrored != _MIRRORED})
        return list(wanted.values())

    def differing(self, records: Iterable[RunRecord]) -> list[RunRecord]:
        """Those of these records that the index does not have as they are."""
        wanted = {record.id: record for record in records}
        for part in _parts(list(wanted)):
            query = select(_run, _pipeline.c.name.label("of"))
            query = query.outerjoin(_pipeline, _pipeline.c.id == _run.c.pipeline).where(_run.c.key.in_(part))
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
        query = select(_run.c.key, _step.c.key, _step.c.status, _step.c.end, func.count(_output.c.id))
        query = query.join(_step, _step.c.run == _run.c.id).outerjoin(_output, _output.c.step == _step.c.id)
        query = query.where(_run.c.mirrored == _MIRRORED).group_by(_step.c.id).order_by(_step.c.run, _step.c.position)
        for part in _parts(list(steps)):
            known: dict[str, list[tuple[object, ...]]] = {}
            for run, *step in self._rows(query.where(_run.c.key.in_(part))):
                known.setdefault(run, []).append(tuple(step))
            for run, rows in known.items():
                if rows == [(step.id, step.status, step.end, len(step.outputs)) for step in steps[run]]:
                    del differing[run]
        return differing

    def changed_since_mirrored(self, ids: Iterable[str]) -> list[str]:
        """Those of these runs whose steps are not mirrored as they are now."""
        found: list[str] = []
        for part in _parts(list(ids)):
            rows = self._rows(select(_run.c.key).where(_run.c.key.in_(part), _run.c.mirrored != _MIRRORED))
            found += [row.key for row in rows]
        return found

    def all_unmirrored(self) -> list[str]:
        """The ids of all runs whose steps are not mirrored as they are now, newest first."""
        return [row.key for row in self._rows(_by_age(select(_run.c.key).where(_run.c.mirrored != _MIRRORED)))]

    def noticed_other_writer(self) -> bool:
        """True, once, after another process that has the same source wrote the index."""
        version = self._watcher.execute("PRAGMA data_version").fetchone()[0]
        changed, self._seen_version = version != self._seen_version, version
        if changed:
            self.changed()
        return changed

    # How

    def _open_engine(self) -> Engine:
        engine = self._new_engine()
        try:
            with engine.connect() as connection:
                if connection.exec_driver_sql("PRAGMA user_version").scalar() == _VERSION:
                    connection.execute(select(_run.c.mirrored).limit(1))
                    return engine
                if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0:
                    return _created(engine)
        except DatabaseError as error:
            if isinstance(error, OperationalError) and "locked" in str(error):
                raise OSError(f"{self.path} is locked") from error
        engine.dispose()
        _remove(self.path)
        return _created(self._new_engine())

    def _new_engine(self) -> Engine:
        return create_engine(
            "sqlite://", creator=lambda: _connect(self.path), poolclass=QueuePool, pool_size=4, max_overflow=8
        )

    def _rows(self, query: Query) -> Sequence[Any]:
        try:
            return self._fetched(query)
        except DatabaseError as error:
            if not _is_damaged(error):
                raise
            self._rebuild()
            return self._fetched(query)

    def _fetched(self, query: Query) -> Sequence[Any]:
        with self._engine.connect() as connection:
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
            self._answers[question] = _Answer(generation, now + _FRESH, value)
        return value

    def _rebuild(self) -> None:
        """Start with an empty file, since this one turned out to be damaged."""
        with self._writing:
            self._watcher.close()
            self._engine.dispose()
            _remove(self.path)
            self._engine = self._open_engine()
            self._watcher = _connect(self.path)
            self.times_rebuilt += 1
        self.changed()

    def _of(self, pipeline: str | None) -> Query:
        query = _by_age(select(_run))
        return query if pipeline is None else query.where(_run.c.pipeline == self._pipeline_id(pipeline))

    def _pipeline_names(self) -> dict[int, str]:
        def ask() -> dict[int, str]:
            return {row.id: row.name for row in self._rows(select(_pipeline.c.id, _pipeline.c.name))}

        return self._answer(("names",), ask)

    def _pipeline_id(self, name: str) -> int:
        return next((id_ for id_, each in self._pipeline_names().items() if each == name), -1)

    def _runs(self, question: tuple[object, ...], query: Callable[[], Query]) -> tuple[Run, ...]:
        def ask() -> tuple[Run, ...]:
            names = self._pipeline_names()
            return tuple(self._run_of(row, names) for row in self._rows(query()))

        return self._answer(question, ask)

    def _steps(self, *more: Any) -> Query:
        columns = (_run.c.key.label("run_key"), _run.c.open, _run.c.activity)
        return select(_step, *columns, *more).join(_run, _run.c.id == _step.c.run)

    def _words(self, kind: str) -> tuple[str, ...]:
        query = select(_word.c.name).where(_word.c.kind == kind).order_by(_word.c.name)
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
        )

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
        )


@cache
def _upsert_runs() -> str:
    """The statement that adds or updates a run; as text, since SQLAlchemy takes longer over a row than SQLite does."""
    columns = [column.name for column in _run.c if column.name not in ("id", "mirrored")]
    statement = insert(_run).values({**{name: bindparam(name) for name in columns}, "mirrored": _NOT_MIRRORED_SQL})
    new = statement.excluded
    same = (_run.c.status == new.status) & _run.c.updated.is_not_distinct_from(new.updated)
    taken = ("name", "pipeline", "status", "start", "updated", "open")
    upsert = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            **{name: new[name] for name in taken},
            "epoch": func.max(new.epoch, _run.c.epoch),
            "end": case((same, func.coalesce(new.end, _run.c.end)), else_=new.end),
            "activity": func.max(new.activity, func.coalesce(_run.c.activity, _ZERO)),
            "stack": func.coalesce(new.stack, _run.c.stack),
            "mirrored": case((same | (_run.c.mirrored == _NOT_MIRRORED_SQL), _run.c.mirrored), else_=_OUTDATED_SQL),
        },
    )
    return str(upsert.compile(dialect=sqlite.dialect()))


def is_under_way(record: RunRecord) -> bool:
    """True for a run that more may happen to: one that has not ended, and of which something was heard of late."""
    return not _status_now(record.status, record.activity).is_finished


class Writer:
    """One transaction on an index."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, name: str, value: str | None) -> None:
        """Note a fact, or with None forget it."""
        self._connection.execute(delete(_fact).where(_fact.c.name == name))
        if value is not None:
            self._connection.execute(insert(_fact).values(name=name, value=value))

    def pipelines(self, names: Iterable[str], epoch: int) -> None:
        """Add pipelines, with or without runs."""
        values = [{"name": name, "epoch": epoch, "run_count": 0} for name in names]
        if values:
            statement = insert(_pipeline)
            newer = func.max(statement.excluded.epoch, _pipeline.c.epoch)
            statement = statement.on_conflict_do_update(index_elements=["name"], set_={"epoch": newer})
            self._connection.execute(statement, values)

    def begin_load(self) -> None:
        """Prepare to be given all runs: where there are none yet, what finds them quickly is made at the end."""
        if self._newest_run() == 0:
            for index in _FINDS_RUNS:
                self._connection.execute(DropIndex(index, if_exists=True))

    def end_load(self, epoch: int) -> None:
        """Forget the runs and pipelines that the load of that number did not see."""
        for index in _FINDS_RUNS:
            self._connection.execute(CreateIndex(index, if_not_exists=True))
        gone = [row.id for row in self._connection.execute(select(_run.c.id).where(_run.c.epoch < epoch))]
        if gone:
            self._forget_steps(gone)
            self._connection.execute(delete(_run).where(_run.c.epoch < epoch))
        self._connection.execute(delete(_pipeline).where(_pipeline.c.epoch < epoch))
        self._count()

    def loaded(self, records: Sequence[RunRecord], epoch: int) -> None:
        """Add or update runs during a load, at the end of which the pipelines' runs are counted again."""
        newest = self._newest_run()
        self._upsert(records, epoch)
        added = select(_run.c.pipeline, func.count(), func.min(_run.c.start), func.max(_run.c.start))
        for pipeline, count, first, last in self._connection.execute(
            added.where(_run.c.id > newest).group_by(_run.c.pipeline)
        ).fetchall():
            of = _pipeline.c
            values = {
                "run_count": of.run_count + count,
                "first_run": func.min(func.coalesce(of.first_run, first), first),
                "last_run": func.max(func.coalesce(of.last_run, last), last),
            }
            self._connection.execute(update(_pipeline).where(of.id == pipeline).values(values))

    def runs(self, records: Sequence[RunRecord], epoch: int) -> None:
        """Add or update runs. Steps of a run whose record changed are to be mirrored again."""
        keys = [record.id for record in records]
        columns = select(_run.c.key, _run.c.pipeline)
        before = dict(self._among(columns, _run.c.key, keys))
        self._upsert(records, epoch)
        owners = Counter(pipeline for _, pipeline in self._among(columns, _run.c.key, keys))
        owners.subtract(before.values())
        self._count_on(owners)

    def _upsert(self, records: Sequence[RunRecord], epoch: int) -> None:
        if not records:
            return
        self.pipelines(dict.fromkeys(record.pipeline for record in records if record.pipeline is not None), epoch)
        ids = {row.name: row.id for row in self._connection.execute(select(_pipeline.c.name, _pipeline.c.id))}
        unfinished = {each for each in {record.status for record in records} if not _status(each).is_finished}
        unknown = Status.UNKNOWN.value
        values = [
            (id_, name, ids.get(pipeline), status or unknown, start, end, at, at, stack, status in unfinished, epoch)
            for id_, name, pipeline, status, start, end, at, stack in records
        ]
        self._connection.exec_driver_sql(_upsert_runs(), values)

    def _newest_run(self) -> int:
        return self._connection.execute(select(func.max(_run.c.id))).scalar() or 0

    def steps(self, steps: Mapping[str, Sequence[StepRecord]]) -> None:
        """Mirror the steps and outputs of these runs, in place of what was mirrored of them."""
        runs = {row.key: row for row in self._among(select(_run), _run.c.key, steps)}
        self._forget_steps([row.id for row in runs.values()])
        self._write_steps((runs[key], records) for key, records in steps.items() if key in runs)

    def forget_pipelines(self, names: Collection[str]) -> None:
        """Forget pipelines that have no run."""
        self._connection.execute(delete(_pipeline).where(_pipeline.c.name.in_(names)))

    def forget_run(self, key: str) -> None:
        """Forget one run that is no more."""
        for row in self._connection.execute(select(_run.c.id, _run.c.pipeline).where(_run.c.key == key)).fetchall():
            self._forget_steps([row.id])
            self._connection.execute(delete(_run).where(_run.c.id == row.id))
            self._count_on({row.pipeline: -1})

    def outdated(self) -> None:
        """Have all steps mirrored again, and serve what is mirrored until then."""
        self._connection.execute(update(_run).where(_run.c.mirrored == _MIRRORED).values(mirrored=_OUTDATED))

    def words(self, kind: str, names: Iterable[str]) -> None:
        """The names of all stacks, or models."""
        self._connection.execute(delete(_word).where(_word.c.kind == kind))
        if values := [{"kind": kind, "name": name} for name in dict.fromkeys(names)]:
            self._connection.execute(insert(_word), values)

    def artifacts(self, records: Iterable[ArtifactRecord]) -> None:
        """The newest artifacts, newest first."""
        self._connection.execute(delete(_artifact))
        values = [
            {"position": position, "step_key": record.step_id, **_output_values(record.output)}
            for position, record in enumerate(records)
        ]
        if values:
            self._connection.execute(insert(_artifact), values)

    def _write_steps(self, found: Iterable[tuple[Any, Sequence[StepRecord]]]) -> None:
        step_id = self._connection.execute(select(func.max(_step.c.id))).scalar() or 0
        steps: list[dict[str, object]] = []
        outputs: list[dict[str, object]] = []
        runs: list[dict[str, object]] = []
        for run, records in found:
            activity = run.activity
            for position, record in enumerate(records):
                step_id += 1
                activity = max(
                    (each for each in (activity, record.start, record.end) if each is not None), default=None
                )
                steps.append(_step_values(step_id, position, record, run))
                for place, output in enumerate(record.outputs):
                    outputs.append({"step": step_id, "position": place, **_output_values(output)})
            runs.append({"run_id": run.id, "activity": activity})
        if steps:
            self._connection.execute(insert(_step), steps)
        if outputs:
            self._connection.execute(insert(_output), outputs)
        if runs:
            done = update(_run).where(_run.c.id == bindparam("run_id"))
            self._connection.execute(done.values(mirrored=_MIRRORED, activity=bindparam("activity")), runs)

    def _forget_steps(self, runs: Collection[int]) -> None:
        ids = [row.id for row in self._among(select(_step.c.id), _step.c.run, runs)]
        for part in _parts(ids):
            self._connection.execute(delete(_output).where(_output.c.step.in_(part)))
            self._connection.execute(delete(_step).where(_step.c.id.in_(part)))

    def _count(self) -> None:
        """Count the runs of all pipelines."""
        of_pipeline = _run.c.pipeline == _pipeline.c.id
        count = select(func.count()).select_from(_run).where(of_pipeline).scalar_subquery()
        self._connection.execute(update(_pipeline).values(run_count=count, **_first_and_last(of_pipeline)))

    def _count_on(self, changes: Mapping[int | None, int]) -> None:
        """Have pipelines so many runs more: to count them all would take longer the more there are."""
        for pipeline, more in changes.items():
            values = {"run_count": _pipeline.c.run_count + more, **_first_and_last(_run.c.pipeline == pipeline)}
            self._connection.execute(update(_pipeline).where(_pipeline.c.id == pipeline).values(values))

    def _among(self, query: Query, key: Any, values: Iterable[Any]) -> list[Any]:
        found: list[Any] = []
        for part in _parts(list(values)):
            found += self._connection.execute(query.where(key.in_(part))).fetchall()
        return found


def _first_and_last(of_pipeline: ColumnElement[bool]) -> dict[str, Any]:
    """The first and the last start of a pipeline's runs: two questions, each of which the index answers at once."""
    first, last = (select(end(_run.c.start)).where(of_pipeline).scalar_subquery() for end in (func.min, func.max))
    return {"first_run": first, "last_run": last}


def _is_damaged(error: DatabaseError) -> bool:
    return not isinstance(error, OperationalError) or "no such" in str(error.orig)


def _size(value: object) -> int:
    return len(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else 1


def _parts(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), 500):
        yield values[start : start + 500]


def _step_values(step_id: int, position: int, record: StepRecord, run: Any) -> dict[str, object]:
    return {
        "id": step_id,
        "key": record.id,
        "run": run.id,
        "position": position,
        "name": record.name,
        "entrypoint": record.entrypoint,
        "status": record.status or Status.UNKNOWN.value,
        "start": record.start,
        "end": record.end,
        "parameters": json.dumps(record.parameters) if record.parameters else None,
        "pipeline": run.pipeline,
        "run_start": run.start,
    }


def _output_values(output: OutputRecord) -> dict[str, str | None]:
    return dict(zip(_OUTPUT, output, strict=True))


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


def _by_age(query: Query) -> Query:
    return query.order_by(_run.c.start.desc(), _run.c.id)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
    return connection


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _created(engine: Engine) -> Engine:
    _tables.create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {_VERSION}")
    return engine


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("pipesight", appauthor=False) / "history"

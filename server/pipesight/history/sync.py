"""Brings one source's index up to date, in a thread of its own: newest first, and afterwards only what changed."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from pipesight.history.decoding import is_under_way
from pipesight.history.sources import RunRecord, SeenStep, Source, SourceBusyError, SourceError, SourceSession
from pipesight.history.sources.tables import batches

if TYPE_CHECKING:
    from pipesight.history.index import Index
    from pipesight.history.sources.lookups import Question
    from pipesight.history.writer import IndexWriter

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
_AT_ONCE = 20  # runs whose steps are fetched in one go
_NEWEST = 200  # newest runs whose steps are mirrored unasked,
_PER_PIPELINE = 20  # and newest of each pipeline
_LOOKED_AT_AGAIN = 20  # newest runs whose details may have changed though the runs did not
_REQUESTED = 50  # newest runs that are mirrored unasked if each run takes requests of its own
_AGAIN = 5  # newest runs whose details are looked at again in such a store
_GLANCE = 2.0  # seconds of mirroring after which new runs are looked for
_PATIENCE = 10.0  # seconds a busy source is waited for before that is called an error
_PAUSE = 0.25  # seconds from one notice of a change to the next while much is loaded
_NAMES_AGE = 5.0  # seconds after which pipelines, stacks, models and artifacts are looked at again,
_UNASKED = 30.0  # or, where nothing tells that a store changed and no run is new
_HEAD_START = 0.25  # seconds in which the index of yesterday answers before its source is looked at
_SLOWEST = 5.0  # seconds between two looks at a source that costs much to look at
_COST = 20  # where that leaves room, a look takes at most this part of the time
_ANSWERS = 500  # to questions, kept in memory
_RETRY = 5.0  # seconds until a source that cannot be read is tried again, though nothing shows a change
_STATEMENT = 2.0  # seconds for which the end of a statement under way is waited for
_AFTER_FAILURE = 5  # a source that fails is looked at that many times as seldom


@dataclass(frozen=True, slots=True)
class SourceState:
    """How one source is doing.

    `synced_at` is when the index last agreed with the store, None if it never did. While `error` is set the last good
    index serves; `advice` says what a person can do about it. `run_count` runs of the store's `total` are in the index;
    `total` is None while it is not known. `store` says whose tables the runs are in (ZenML, ML Metadata) and `release`
    of which release of ZenML; both are None until it was looked at, and `release` where the store does not tell.
    """

    source: str
    label: str
    kind: str
    synced_at: datetime | None
    syncing: bool
    error: str | None
    advice: str | None
    run_count: int
    total: int | None = None
    store: str | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class _StoreAnswer:
    """An answer of a store, and the number of its changes until then."""

    value: object
    change: int


class Sync:
    """Keeps an index in step with its source."""

    def __init__(self, source: Source, index: Index) -> None:
        self.source = source
        self._file = index.file
        self._mirrored = index.questions
        self._progress = index.progress
        self._token: object = None
        self._wanted: dict[str, None] = {}
        self._questions: dict[tuple[object, ...], Question[Any]] = {}
        self._answers: dict[tuple[object, ...], _StoreAnswer] = {}
        self._change = 0  # grows with each change of the store
        self._callbacks: list[Callable[[], None]] = []
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._busy = threading.Lock()
        self._thread: threading.Thread | None = None
        self._thorough = False
        self._syncing = False
        self._error: SourceError | None = None
        self._busy_since: float | None = None
        self._synced_at: datetime | None = None
        self._total: int | None = None
        self._store: str | None = None
        self._release: str | None = None
        self._failed_at = 0.0
        self._times_rebuilt = 0
        self._told = 0.0
        self._names_read = -_UNASKED
        self._names_outdated = False
        self._is_first = True
        self._glanced = 0.0
        self._cost = 0.0  # seconds that the last look for new runs took

    def start(self) -> None:
        """Begin to sync in the background."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"pipesight-sync {self.source.kind}", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Have it stop as soon as the statement under way has ended."""
        self._stopping.set()
        self._wake.set()

    def stop(self, patience: float) -> None:
        """Stop, and wait so many seconds for the statement under way."""
        self.end()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(patience)
        if self._synced_at is not None:
            with suppress(OSError, SQLAlchemyError, SourceError):
                self._file.note("synced_at", self._synced_at.isoformat())

    def refresh(self) -> None:
        """Read the source again now, all of it, as if nothing were known."""
        self._thorough = True
        self._wake.set()

    def want(self, run_id: str) -> None:
        """Fetch the steps of this run before all else."""
        self._wanted[run_id] = None
        self._wake.set()

    def ask(self, question: Question[_T]) -> _T | None:
        """Return the answer if it is there, and have it read if it is not there or may be another by now."""
        known = self._answers.get(question.key)
        if known is None or known.change != self._change:
            self._questions[question.key] = question
            self._wake.set()
        return known.value if known is not None else None  # pyright: ignore[reportReturnType]

    def has_answered(self, question: Question[Any]) -> bool:
        """Return True once the question was answered, be it with None."""
        return question.key in self._answers

    def answer(self, question: Question[_T]) -> _T:
        """Read the answer from the store in this thread. Raises SourceError when the source cannot be read."""
        with self.source.connect() as session:
            return question.read(session.lookups)

    def fetch(self, *run_ids: str) -> None:
        """Fetch the steps of these runs in this thread. Raises SourceError when the source cannot be read."""
        self._wanted.update(dict.fromkeys(run_ids))
        self._patiently(lambda: self._look(full=False, force=False))

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Have `callback` called in the worker thread after the index or the state changed."""
        self._callbacks.append(callback)

    @property
    def state(self) -> SourceState:
        """How the source is doing."""
        return SourceState(
            source=self.source.key,
            label=self.source.label,
            kind=self.source.kind,
            synced_at=self._synced_at or self._synced_before(),
            syncing=self._syncing,
            error=self._error.message if self._error else None,
            advice=self._error.advice or None if self._error else None,
            run_count=self._mirrored.run_count(None),
            total=self._total,
            store=self._store,
            release=self._release,
        )

    def run_once(self, *, full: bool = False) -> None:
        """Update the index in this thread. `full` mirrors all steps and outputs.

        Raises SourceError when the source cannot be read, SourceBusyError only after some patience.
        """
        self._patiently(lambda: self._look(full=full, force=True))
        if self._file.times_rebuilt != self._times_rebuilt:
            self._patiently(lambda: self._look(full=full, force=True))

    def _patiently(self, look: Callable[[], None]) -> None:
        give_up = time.monotonic() + _PATIENCE
        while True:
            try:
                look()
                return
            except SourceBusyError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.1)

    # The worker

    def _work(self) -> None:
        pause = _HEAD_START if self._mirrored.run_count(None) else 0.0
        while not self._stopping.is_set():
            self._wake.wait(pause)
            self._wake.clear()
            if self._stopping.is_set():
                return
            began = time.monotonic()
            failed = not self._try()
            # What is read beside new runs says nothing of what the next look costs.
            cost = time.monotonic() - began if failed else self._cost
            pause = self.source.interval
            if self.source.probe() is None:
                pause *= _AFTER_FAILURE if failed else 1
                pause = max(pause, 2 * cost, min(_SLOWEST, cost * _COST))

    def _try(self) -> bool:
        error: SourceError | None = None
        try:
            if self._file.noticed_other_writer():
                self._tell(now=True)
            self._look(full=False, force=False)
            error = self._error  # still there where nothing changed and nothing was looked at
            self._busy_since = None
        except _StoppedError:
            return True
        except SourceBusyError as busy:
            self._busy_since = self._busy_since or time.monotonic()
            if time.monotonic() - self._busy_since < _PATIENCE:
                return True
            error = busy
        except SourceError as problem:
            error = problem
        except Exception as problem:
            logger.exception("%s cannot be read.", self.source.label)
            kind = type(problem).__name__
            error = SourceError(f"{self.source.label} cannot be read ({kind}).", "Please report it with the log.")
        if (error and error.message) != (self._error and self._error.message):
            self._error = error
            self._tell(now=True)
        return error is None

    def _look(self, *, full: bool, force: bool) -> None:
        with self._busy:
            token = self.source.probe()
            due = force or self._thorough or token is None or token != self._token or self._is_retried()
            due = due or self._file.times_rebuilt != self._times_rebuilt
            if not (due or self._wanted or self._questions):
                self._synced_at = self._synced_at if self._error else _now()
                return
            told = self._told
            self._syncing = True
            try:
                if due:
                    self._token, self._times_rebuilt = token, self._file.times_rebuilt
                with self.source.connect() as session:
                    if due:
                        self._sync(session)
                    self._serve_wanted(session)
                    if full:
                        self._mirror(session, self._progress.all_unmirrored())
                told = 0.0 if self._error else told
                self._error = None
            except SourceError as problem:
                self._failed_at = time.monotonic()
                if isinstance(problem, SourceBusyError):
                    self._token = None
                raise
            finally:
                self._syncing = False
                if self._told != told:
                    self._tell(now=True)  # who was told in between took it that more would come

    def _is_retried(self) -> bool:
        """Return whether to retry a failed source that looks unchanged, because it may be readable now."""
        return self._error is not None and time.monotonic() - self._failed_at > _RETRY

    def _sync(self, session: SourceSession) -> None:
        self._serve_wanted(session)
        thorough, self._thorough = self._thorough, False
        try:
            self._read(session, thorough)
        except SourceError:
            self._thorough = self._thorough or thorough
            raise

    def _read(self, session: SourceSession, thorough: bool) -> None:
        self._store, self._release = session.kind, session.release
        began = time.monotonic()
        same = self._file.fact("layout") == session.layout
        mark = self._file.fact("mark") if same and not thorough else None
        news = session.news(mark)
        if news.mark != mark or self._token is not None:
            self._change += 1
        self._total = news.total
        self._glanced = time.monotonic()
        self._cost = self._glanced - began
        if news.runs is None:
            self._read_all(session, news.mark)
        else:
            self._read_new(session, news.mark, news.runs)
        self._is_first = False
        self._synced_at = _now()

    def _read_all(self, session: SourceSession, mark: str) -> None:
        with _collector_resting(), _Meanwhile(self._seen_steps) as seen:
            self._load(session, mark)
            self._read_names(session)
            self._mirror_recent(session)
            while not seen.is_done(_PAUSE):
                self._check()
                self._serve_wanted(session)
            self._mirror_rare_steps(session, seen.result())

    def _read_new(self, session: SourceSession, mark: str, new: Iterable[RunRecord]) -> None:
        age = time.monotonic() - self._names_read
        is_round = age > _UNASKED
        self._change += is_round  # what changes beside the runs shows only here
        self._mirror(session, self._update(session, mark, new, stale_too=is_round)[:_NEWEST])
        if is_round or (age > _NAMES_AGE and (self._names_outdated or self._token is not None)):
            self._read_names(session)
            # No store tells that somebody logged metadata or added a tag to a run of yesterday.
            self._mirror(session, self._progress.newest_mirrored(min(_LOOKED_AT_AGAIN, _AGAIN * session.at_once)))
        is_whole = self._file.fact("whole") is not None
        if self._is_first or not is_whole:  # an earlier look, or process, may have stopped half-way
            self._mirror_recent(session)
        if not is_whole:
            self._mirror_rare_steps(session, session.step_names())

    def _load(self, session: SourceSession, mark: str) -> None:
        """Read all runs, newest first, and forget those that are no more."""
        epoch = int(self._file.fact("epoch") or 0) + 1
        outdated = self._file.fact("layout") not in (None, session.layout)
        with self._file.writing() as writer:
            writer.note("epoch", str(epoch))
            writer.note("mark", None)
            writer.note("whole", None)
            writer.projects(session.projects(), session.project)
            writer.pipelines(session.pipelines(), epoch)
            writer.begin_load()
            if outdated:
                writer.outdated()
        for number, batch in enumerate(session.runs()):
            self._check()
            with self._file.writing() as writer:
                writer.loaded(batch, epoch)
            self._tell(now=number == 0)
            if number == 0:
                self._mirror(session, [run.id for run in batch[:_AT_ONCE]])
            self._serve_wanted(session)
        with self._file.writing() as writer:
            writer.end_load(epoch)
            self._note(writer, session, mark)
        self._tell(now=True)

    def _update(self, session: SourceSession, mark: str, new: Iterable[RunRecord], *, stale_too: bool) -> list[str]:
        """Mirror the new runs and read the unfinished ones again. Return the runs whose steps may be new."""
        records = {run.id: run for run in new}
        unfinished = set(self._progress.unfinished(stale_too=stale_too)) - records.keys()
        records.update({run.id: run for run in session.runs_by_id(unfinished)})
        gone = unfinished - records.keys()
        changed = self._progress.differing(records.values())
        if changed or gone or mark != self._file.fact("mark"):
            epoch = int(self._file.fact("epoch") or 0)
            with self._file.writing() as writer:
                writer.runs(changed, epoch)
                for run_id in gone:
                    writer.forget_run(run_id)
                self._note(writer, session, mark)
            self._names_outdated = True
            self._tell(now=True)
        under_way = [run.id for run in records.values() if is_under_way(run)]
        return list(dict.fromkeys([*self._progress.changed_since_mirrored(records), *under_way]))

    def _note(self, writer: IndexWriter, session: SourceSession, mark: str) -> None:
        writer.note("mark", mark)
        writer.note("layout", session.layout)
        writer.note("synced_at", _now().isoformat())

    def _read_names(self, session: SourceSession) -> None:
        pipelines, stacks, models = session.pipelines(), session.stacks(), session.models()
        artifacts, projects = session.artifacts(), tuple(session.projects())
        self._names_read, self._names_outdated = time.monotonic(), False
        found = [(record.output.id, record.step_id) for record in artifacts]
        known = [(output.id, output.step_id) for output in self._mirrored.artifacts()]
        owned = {pipeline.name: pipeline.run_count for pipeline in self._mirrored.pipelines()}
        added = set(pipelines) - owned.keys()
        gone = {name for name, count in owned.items() if not count} - set(pipelines)
        had = (set(self._mirrored.stacks()), set(self._mirrored.models()), known, self._mirrored.projects())
        if had == (set(stacks), set(models), found, projects) and not added and not gone:
            return
        with self._file.writing() as writer:
            writer.pipelines(added, int(self._file.fact("epoch") or 0))
            writer.forget_pipelines(gone)
            writer.projects(projects, session.project)
            writer.words("stack", stacks)
            writer.words("model", models)
            writer.artifacts(artifacts)
        self._tell()

    def _mirror_recent(self, session: SourceSession) -> None:
        newest = min(_NEWEST, _REQUESTED * session.at_once)
        self._mirror(session, self._progress.unmirrored(newest=newest, per_pipeline=_PER_PIPELINE))

    def _seen_steps(self, unwanted: threading.Event) -> list[SeenStep]:
        """Return every step name ever seen, over a separate connection, because most of the time is the database's."""
        with self.source.connect() as session:
            return list(takewhile(lambda _: not unwanted.is_set(), session.step_names()))

    def _mirror_rare_steps(self, session: SourceSession, steps: Iterable[SeenStep]) -> None:
        """Mirror a run of each step that no recent run has, so that its name is known: then the index is whole."""
        known: dict[str, set[str]] = {}
        rare: dict[tuple[str, str], SeenStep] = {}
        for seen in steps:
            if self._stopping.is_set():
                raise _StoppedError
            if seen.pipeline not in known:
                known[seen.pipeline] = {each.name for each in self._mirrored.step_names(seen.pipeline)}
            if seen.step not in known[seen.pipeline]:
                other = rare.setdefault((seen.pipeline, seen.step), seen)
                rare[seen.pipeline, seen.step] = max(seen, other, key=lambda each: each.position)
        self._mirror(session, dict.fromkeys(seen.run_id for seen in rare.values()))
        with self._file.writing() as writer:
            writer.note("whole", "yes")

    def _serve_wanted(self, session: SourceSession) -> None:
        while self._wanted:
            wanted = list(self._wanted)
            self._mirror_now(session, wanted)
            for run_id in wanted:
                self._wanted.pop(run_id, None)
            self._tell(now=True)
        self._serve_questions(session)

    def _serve_questions(self, session: SourceSession) -> None:
        """Answer what was asked. Those who ask hear of it as of any change of the index."""
        while self._questions:
            key, question = next(iter(self._questions.items()))
            del self._questions[key]  # one that cannot be answered is not tried for ever
            value, known = question.read(session.lookups), self._answers.get(key)
            if len(self._answers) >= _ANSWERS:
                self._answers.clear()
            self._answers[key] = _StoreAnswer(value, self._change)
            if known is None or known.value != value:
                self._file.changed()
                self._tell(now=True)

    def _mirror(self, session: SourceSession, run_ids: Iterable[str]) -> None:
        told = True
        for part in batches(run_ids, min(_AT_ONCE, session.at_once)):
            self._check()
            if self._mirror_now(session, part):
                told = self._tell()
            self._serve_wanted(session)
            self._glance(session)
        if not told:
            self._tell(now=True)

    def _glance(self, session: SourceSession) -> None:
        """Take over new runs while much is mirrored. What is not as simple as that is left for the next look."""
        mark = self._file.fact("mark")
        if mark is None or time.monotonic() - self._glanced < _GLANCE:
            return
        news = session.news(mark)
        self._glanced = time.monotonic()
        self._total = news.total
        if not news.runs:
            return
        self._change += 1
        changed = self._update(session, news.mark, news.runs, stale_too=False)
        for part in batches(changed[:_NEWEST], min(_AT_ONCE, session.at_once)):
            self._check()
            self._mirror_now(session, part)

    def _mirror_now(self, session: SourceSession, run_ids: list[str]) -> bool:
        """Mirror the steps of these runs. Return False if the index had them all."""
        told, steps, known = session.runs_by_id(run_ids), session.steps(run_ids, full=True), session.details(run_ids)
        self._check()  # the index may have been closed while the store answered
        runs, details = self._progress.differing(told), self._progress.differing_details(known)
        differing = {**self._progress.differing_steps(steps), **{run.id: steps[run.id] for run in runs}}
        if not differing and not details:
            return False
        epoch = int(self._file.fact("epoch") or 0)
        with self._file.writing() as writer:
            writer.runs(runs, epoch)
            writer.steps(differing)
            writer.details(details)
        return True

    def _check(self) -> None:
        """Between two batches: end here if that is wanted, and let go of what the last one left."""
        if self._stopping.is_set():
            raise _StoppedError
        if _RESTING.locked():
            gc.collect(0)

    # What others hear

    def _tell(self, *, now: bool = False) -> bool:
        """Tell the subscribers, unless they were told just before. Return whether they were told."""
        if not now and time.monotonic() - self._told < _PAUSE:
            return False
        self._told = time.monotonic()
        for callback in self._callbacks:
            callback()
        return True

    def _synced_before(self) -> datetime | None:
        synced_at = self._file.fact("synced_at")
        return datetime.fromisoformat(synced_at) if synced_at else None


class _Meanwhile(Generic[_T]):
    """Work in another thread while the context lasts. The work learns when its result is no longer wanted."""

    def __init__(self, work: Callable[[threading.Event], _T]) -> None:
        self._work = work
        self._unwanted = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pipesight-meanwhile", daemon=True)
        self._result: _T | Exception

    def __enter__(self) -> _Meanwhile[_T]:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._unwanted.set()
        self._thread.join(_STATEMENT)

    def _run(self) -> None:
        try:
            self._result = self._work(self._unwanted)
        except Exception as problem:  # noqa: BLE001 - raised where the result is wanted
            self._result = problem

    def is_done(self, seconds: float) -> bool:
        """Return whether the work is done. Wait that long for it."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> _T:
        """Return the result of the work. Raises the exception that ended it."""
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


_RESTING = threading.Lock()  # held by the one first index for which the collector rests


@contextmanager
def _collector_resting() -> Generator[None]:
    """Pause the garbage collector within a batch. It would take a sixth of the time of a first index."""
    if not (gc.isenabled() and _RESTING.acquire(blocking=False)):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _RESTING.release()


class _StoppedError(BaseException):
    """The sync was told to stop. This is no fault of the source, so nothing on the way takes it for one."""


def _now() -> datetime:
    return datetime.now(timezone.utc)

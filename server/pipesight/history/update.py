"""One update of an index from its store: the newest runs first, and later only what changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from datetime import datetime, timezone
from itertools import takewhile
from typing import TYPE_CHECKING

from pipesight.history.decoding import is_under_way
from pipesight.history.meanwhile import Meanwhile, collect_if_resting, collector_resting
from pipesight.history.notices import PAUSE, Notices
from pipesight.history.open_requests import OpenRequests
from pipesight.history.sources import RunRecord, SeenStep, Source, SourceSession
from pipesight.history.sources.tables import batches

if TYPE_CHECKING:
    from pipesight.history.index import Index
    from pipesight.history.writer import IndexWriter

_AT_ONCE = 20  # runs whose steps are fetched in one go
_NEWEST = 200  # newest runs whose steps are mirrored unasked,
_PER_PIPELINE = 20  # and newest of each pipeline
_LOOKED_AT_AGAIN = 20  # newest runs whose details may have changed though the runs did not
_REQUESTED = 50  # newest runs that are mirrored unasked if each run takes requests of its own
_AGAIN = 5  # newest runs whose details are looked at again in such a store
_GLANCE = 2.0  # seconds of mirroring after which new runs are looked for
_NAMES_AGE = 5.0  # seconds after which pipelines, stacks, models and artifacts are looked at again,
_UNASKED = 30.0  # or, where nothing tells that a store changed and no run is new


class StoppedError(BaseException):
    """The sync was told to stop. This is no fault of the source, so no handler of errors takes it for one."""


class IndexUpdate:
    """The updates of one index. They also serve requests, between two batches."""

    def __init__(
        self, source: Source, index: Index, requests: OpenRequests, notices: Notices, stopping: threading.Event
    ) -> None:
        self._source = source
        self._file = index.file
        self._mirrored = index.questions
        self._progress = index.progress
        self._requests = requests
        self._notices = notices
        self._stopping = stopping
        self._names_read = -_UNASKED
        self._names_outdated = False
        self._is_first = True
        self._glanced = 0.0
        self.cost = 0.0  # seconds that the last look for new runs took
        self.total: int | None = None
        self.store: str | None = None
        self.release: str | None = None

    def read(self, session: SourceSession, *, thorough: bool, tells: bool) -> None:
        """Read what is new in the store, or with `thorough` all of it.

        `tells` says whether the store has a token that changes with it.
        """
        self.store, self.release = session.kind, session.release
        began = time.monotonic()
        same = self._file.fact("layout") == session.layout
        mark = self._file.fact("mark") if same and not thorough else None
        news = session.news(mark)
        if news.mark != mark or tells:
            self._requests.store_changed()
        self.total = news.total
        self._glanced = time.monotonic()
        self.cost = self._glanced - began
        if news.runs is None:
            self._read_all(session, news.mark)
        else:
            self._read_new(session, news.mark, news.runs, tells=tells)
        self._is_first = False

    def _read_all(self, session: SourceSession, mark: str) -> None:
        with collector_resting(), Meanwhile(self._seen_steps) as seen:
            self._load(session, mark)
            self._read_names(session)
            self._mirror_recent(session)
            while not seen.is_done(PAUSE):
                self._check()
                self.serve(session)
            self._mirror_rare_steps(session, seen.result())

    def _read_new(self, session: SourceSession, mark: str, new: Iterable[RunRecord], *, tells: bool) -> None:
        age = time.monotonic() - self._names_read
        is_round = age > _UNASKED
        if is_round:  # no token shows what changes beside the runs
            self._requests.store_changed()
        self._mirror(session, self._update(session, mark, new, stale_too=is_round)[:_NEWEST])
        if is_round or (age > _NAMES_AGE and (self._names_outdated or tells)):
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
            self._notices.tell(now=number == 0)
            if number == 0:
                self._mirror(session, [run.id for run in batch[:_AT_ONCE]])
            self.serve(session)
        with self._file.writing() as writer:
            writer.end_load(epoch)
            self._note(writer, session, mark)
        self._notices.tell(now=True)

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
            self._notices.tell(now=True)
        under_way = [run.id for run in records.values() if is_under_way(run)]
        return list(dict.fromkeys([*self._progress.changed_since_mirrored(records), *under_way]))

    def _note(self, writer: IndexWriter, session: SourceSession, mark: str) -> None:
        writer.note("mark", mark)
        writer.note("layout", session.layout)
        writer.note("synced_at", now().isoformat())

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
        self._notices.tell()

    def _mirror_recent(self, session: SourceSession) -> None:
        newest = min(_NEWEST, _REQUESTED * session.at_once)
        self._mirror(session, self._progress.unmirrored(newest=newest, per_pipeline=_PER_PIPELINE))

    def _seen_steps(self, unwanted: threading.Event) -> list[SeenStep]:
        """Return every step name ever seen, over a separate connection, because most of the time is the database's."""
        with self._source.connect() as session:
            return list(takewhile(lambda _: not unwanted.is_set(), session.step_names()))

    def _mirror_rare_steps(self, session: SourceSession, steps: Iterable[SeenStep]) -> None:
        """Mirror a run of each step that no recent run has, so that its name is known: then the index is whole."""
        known: dict[str, set[str]] = {}
        rare: dict[tuple[str, str], SeenStep] = {}
        for seen in steps:
            if self._stopping.is_set():
                raise StoppedError
            if seen.pipeline not in known:
                known[seen.pipeline] = {each.name for each in self._mirrored.step_names(seen.pipeline)}
            if seen.step not in known[seen.pipeline]:
                other = rare.setdefault((seen.pipeline, seen.step), seen)
                rare[seen.pipeline, seen.step] = max(seen, other, key=lambda each: each.position)
        self._mirror(session, dict.fromkeys(seen.run_id for seen in rare.values()))
        with self._file.writing() as writer:
            writer.note("whole", "yes")

    def serve(self, session: SourceSession) -> None:
        """Serve the open requests. Those who asked hear of it as of any change of the index."""
        while wanted := self._requests.wanted():
            self._mirror_now(session, wanted)
            self._requests.mirrored(wanted)
            self._notices.tell(now=True)
        for is_new in self._requests.answers(session.lookups):
            if is_new:
                self._file.changed()
                self._notices.tell(now=True)

    def mirror_all(self, session: SourceSession) -> None:
        """Mirror the steps of all runs."""
        self._mirror(session, self._progress.all_unmirrored())

    def _mirror(self, session: SourceSession, run_ids: Iterable[str]) -> None:
        told = True
        for part in batches(run_ids, min(_AT_ONCE, session.at_once)):
            self._check()
            if self._mirror_now(session, part):
                told = self._notices.tell()
            self.serve(session)
            self._glance(session)
        if not told:
            self._notices.tell(now=True)

    def _glance(self, session: SourceSession) -> None:
        """Take over new runs while much is mirrored. What is not as simple as that is left for the next look."""
        mark = self._file.fact("mark")
        if mark is None or time.monotonic() - self._glanced < _GLANCE:
            return
        news = session.news(mark)
        self._glanced = time.monotonic()
        self.total = news.total
        if not news.runs:
            return
        self._requests.store_changed()
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
            raise StoppedError
        collect_if_resting()


def now() -> datetime:
    """Return the time, with its zone."""
    return datetime.now(timezone.utc)

"""Update an index from its store: the newest runs first, and later only the changes."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING

from pipesight.history.decoding import is_under_way, now
from pipesight.history.meanwhile import Meanwhile, collect_if_resting, collector_resting
from pipesight.history.notices import PAUSE, Notices
from pipesight.history.open_requests import OpenRequests
from pipesight.history.sources import RunRecord, SeenStep, Source, SourceSession
from pipesight.history.sources.row import batches

if TYPE_CHECKING:
    from pipesight.history.index import Index
    from pipesight.history.writer import IndexWriter

_AT_ONCE = 50  # runs whose steps are fetched together. Fewer take longer, because each needs 50 statements
_FIRST = 20  # runs whose steps are fetched before older runs
_NEWEST = 200  # newest runs of the store whose steps are mirrored without a request
_PER_PIPELINE = 20  # newest runs of each pipeline whose steps are mirrored without a request
_LOOKED_AT_AGAIN = 20  # newest runs whose details are read again, because they may change after the run
_REQUESTED = 50  # as _NEWEST, times the runs that a store returns at once. A server needs requests for each run
_AGAIN = 5  # as _LOOKED_AT_AGAIN, times the runs that a store returns at once
_GLANCE = 2.0  # seconds of mirroring after which the update looks for new runs
_NAMES_AGE = 5.0  # seconds after which pipelines, stacks, models and artifacts are read again if the store has changed
_UNASKED = 30.0  # seconds after which they are read again in any case


class StoppedError(BaseException):
    """The sync was told to stop. This is a BaseException, so that no handler takes it for a fault of the source."""


class IndexUpdate:
    """The updates of one index. They serve open requests between two batches."""

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
        self._names_read = -math.inf
        self._names_outdated = False
        self._fingerprints: Mapping[str, object] = {}  # of the newest runs, when they were last looked at again
        self._is_first = True
        self._glanced = 0.0
        self.cost = 0.0  # seconds that the last look for new runs took
        self.total: int | None = None
        self.store: str | None = None
        self.release: str | None = None

    def read(self, session: SourceSession, *, thorough: bool, tells: bool) -> None:
        """Read the changes of the store, or with `thorough` the whole store.

        `tells` is True if the store has a token that changes with it.
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
            self._names_outdated = self._names_outdated or tells
            self._read_new(session, news.mark, news.runs, is_new=news.mark != mark)
        self._is_first = False

    @property
    def is_owed(self) -> bool:
        """Whether a look is due although the store has not changed since the last one, which left something out."""
        return self._names_outdated and time.monotonic() - self._names_read > _NAMES_AGE

    def _read_all(self, session: SourceSession, mark: str) -> None:
        """Read all runs, and mirror the recent ones. A second thread reads the names of steps in the meantime."""
        with collector_resting(), Meanwhile(self._seen_steps) as seen:
            self._load(session, mark)
            self._read_names(session)
            self._mirror_recent(session)
            while not seen.is_done(PAUSE):
                self._check()
                self.serve(session)
            self._mirror_rare_steps(session, seen.result())

    def _read_new(self, session: SourceSession, mark: str, new: Iterable[RunRecord], *, is_new: bool) -> None:
        """Read the new runs and what may have changed in older ones. `is_new` is True if there are new runs."""
        age = time.monotonic() - self._names_read
        # After a new run, the next look does the rest, so that this one ends soon.
        waits = is_new and age < 2 * _UNASKED
        is_round = age > _UNASKED and not waits
        if is_round:  # no mark shows changes outside of runs
            self._requests.store_changed()
        self._mirror(session, self._update(session, mark, new, stale_too=is_round)[:_NEWEST])
        if is_round or (self.is_owed and not waits):
            self._read_names(session)
            self._look_again(session)
        is_whole = self._file.fact("whole") is not None
        if self._is_first or not is_whole:  # an earlier update, or another process, may have stopped halfway
            self._mirror_recent(session)
        if not is_whole:
            self._mirror_rare_steps(session, session.step_names())

    def _look_again(self, session: SourceSession) -> None:
        """Mirror changed recent runs again. A store does not show that metadata or a tag was added to a run."""
        newest = self._progress.newest_mirrored(min(_LOOKED_AT_AGAIN, _AGAIN * session.at_once))
        found, before = session.fingerprints(newest), self._fingerprints
        self._mirror(session, [each for each in newest if each not in found or found[each] != before.get(each)])
        self._fingerprints = found

    def _load(self, session: SourceSession, mark: str) -> None:
        """Read all runs, newest first, and remove deleted ones from the index."""
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
        newest: list[str] = []
        for number, batch in enumerate(session.runs()):
            self._check()
            with self._file.writing() as writer:
                writer.loaded(batch, epoch)
            self._notices.tell(now=number == 0)
            if number == 0:
                newest = [run.id for run in batch[:_FIRST]]
            if number == 0 and len(batch) != self.total:  # reading all the others may take long
                self._mirror(session, newest)
                newest = []
            self.serve(session)
        with self._file.writing() as writer:
            writer.end_load(epoch)
            self._note(writer, session, mark)
        self._notices.tell(now=True)
        self._mirror(session, newest)

    def _update(self, session: SourceSession, mark: str, new: Iterable[RunRecord], *, stale_too: bool) -> list[str]:
        """Add the new runs and update the unfinished ones. Return the ids of the runs whose steps may have changed.

        `stale_too` also updates unfinished runs that are stale.
        """
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
        """Read pipelines, stacks, models, artifacts and projects. Write the index only if they have changed."""
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
        """Return every step name of the store with one run that has it.

        This uses a connection of its own, so that the database can work on it in parallel.
        """
        with self._source.connect() as session:
            return list(takewhile(lambda _: not unwanted.is_set(), session.step_names()))

    def _mirror_rare_steps(self, session: SourceSession, steps: Iterable[SeenStep]) -> None:
        """Mirror one run of each step that no recent run has, so that the index knows every step name.

        The index is marked as whole afterwards.
        """
        known: dict[str, set[str]] = {}
        rare: dict[tuple[str, str], SeenStep] = {}
        for seen in steps:
            if self._stopping.is_set():
                raise StoppedError
            if seen.pipeline not in known:
                known[seen.pipeline] = {each.name for _, each in self._mirrored.step_names(seen.pipeline)}
            if seen.step not in known[seen.pipeline]:
                other = rare.setdefault((seen.pipeline, seen.step), seen)
                rare[seen.pipeline, seen.step] = max(seen, other, key=lambda each: each.position)
        self._mirror(session, dict.fromkeys(seen.run_id for seen in rare.values()))
        with self._file.writing() as writer:
            writer.note("whole", "yes")

    def serve(self, session: SourceSession) -> None:
        """Serve the open requests, and notify the subscribers."""
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
        """Mirror the steps of these runs in batches. Serve requests and look for new runs between the batches."""
        told = True
        for part in batches(run_ids, min(_AT_ONCE, session.at_once)):
            self._check()
            collect_if_resting()
            if self._mirror_now(session, part):
                told = self._notices.tell()
            self.serve(session)
            self._glance(session)
        if not told:
            self._notices.tell(now=True)

    def _glance(self, session: SourceSession) -> None:
        """Look for new runs every `_GLANCE` seconds while many runs are mirrored, and mirror them first.

        If the store needs to be read in full, leave that to the next update.
        """
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
        """Raise StoppedError if the sync is to stop."""
        if self._stopping.is_set():
            raise StoppedError

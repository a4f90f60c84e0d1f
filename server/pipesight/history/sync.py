"""The sync of one source: a thread that brings its index up to date, again and again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from pipesight.history.notices import Notices
from pipesight.history.open_requests import OpenRequests
from pipesight.history.sources import Source, SourceBusyError, SourceError, SourceSession
from pipesight.history.state import SourceState
from pipesight.history.update import IndexUpdate, StoppedError, now

if TYPE_CHECKING:
    from pipesight.history.index import Index
    from pipesight.history.sources.lookups import Question

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
_PATIENCE = 10.0  # seconds a busy source is waited for before that is called an error
_HEAD_START = 0.25  # seconds in which the index of yesterday answers before its source is looked at
_SLOWEST = 5.0  # seconds between two looks at a source that costs much to look at
_COST = 20  # where that leaves room, a look takes at most this part of the time
_RETRY = 5.0  # seconds until a source that cannot be read is tried again, though nothing shows a change
_RARELY = 60.0  # seconds at most until a failed look is repeated, because a first index may have taken minutes
_AFTER_FAILURE = 5  # a source that fails is looked at that many times as seldom


class Sync:
    """Keeps an index in step with its source."""

    def __init__(self, source: Source, index: Index) -> None:
        self.source = source
        self._file = index.file
        self._mirrored = index.questions
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._notices = Notices()
        self._requests = OpenRequests(self._wake.set)
        self._update = IndexUpdate(source, index, self._requests, self._notices, self._stopping)
        self._busy = threading.Lock()
        self._thread: threading.Thread | None = None
        self._token: object = None
        self._times_rebuilt = 0
        self._thorough = False
        self._syncing = False
        self._synced_at: datetime | None = None
        self._error: SourceError | None = None
        self._failed_at = 0.0
        self._busy_since: float | None = None

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
        self._requests.want([run_id])

    def ask(self, question: Question[_T]) -> _T | None:
        """Return the last answer, None if there is none. Read it from the store if it may have changed."""
        return self._requests.ask(question)

    def has_answered(self, question: Question[Any]) -> bool:
        """Return True once the question was answered, even if the answer is None."""
        return self._requests.has_answered(question)

    def answer(self, question: Question[_T]) -> _T:
        """Read the answer from the store in this thread. Raises SourceError when the source cannot be read."""
        with self.source.connect() as session:
            return question.read(session.lookups)

    def fetch(self, *run_ids: str) -> None:
        """Fetch the steps of these runs in this thread. Raises SourceError when the source cannot be read."""
        self._requests.want(run_ids)
        self._patiently(lambda: self._look(full=False, force=False))

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Have `callback` called in the worker thread after the index or the state changed."""
        self._notices.subscribe(callback)

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
            total=self._update.total,
            store=self._update.store,
            release=self._update.release,
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
            # Only the look for new runs counts, because the next look need not read anything else.
            cost = time.monotonic() - began if failed else self._update.cost
            pause = self.source.interval
            if self.source.probe() is None:
                pause *= _AFTER_FAILURE if failed else 1
                pause = max(pause, 2 * cost, min(_SLOWEST, cost * _COST))
                pause = min(pause, _RARELY) if failed else pause

    def _try(self) -> bool:
        error: SourceError | None = None
        try:
            if self._file.noticed_other_writer():
                self._notices.tell(now=True)
            self._look(full=False, force=False)
            error = self._error  # still there where nothing changed and nothing was looked at
            self._busy_since = None
        except StoppedError:
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
            self._notices.tell(now=True)
        return error is None

    def _look(self, *, full: bool, force: bool) -> None:
        """Look at the source if it may have changed or somebody asked for something."""
        with self._busy:
            token = self.source.probe()
            due = force or self._is_due(token)
            if not due and not self._requests:
                self._synced_at = self._synced_at if self._error else now()
                return
            with self._noting():
                if due:
                    self._token, self._times_rebuilt = token, self._file.times_rebuilt
                with self.source.connect() as session:
                    if due:
                        self._read(session)
                    self._update.serve(session)
                    if full:
                        self._update.mirror_all(session)

    def _is_due(self, token: object) -> bool:
        """Return whether the source may have changed, or the index was lost."""
        is_changed = self._thorough or token is None or token != self._token
        return is_changed or self._is_retried() or self._file.times_rebuilt != self._times_rebuilt

    def _is_retried(self) -> bool:
        """Return whether to retry a failed source that looks unchanged, because it may be readable now."""
        return self._error is not None and time.monotonic() - self._failed_at > _RETRY

    @contextmanager
    def _noting(self) -> Generator[None]:
        """Note that the source is being read, and how that ends."""
        last_notice, has_recovered = self._notices.last, False
        self._syncing = True
        try:
            yield
            has_recovered, self._error = self._error is not None, None
        except SourceError as problem:
            self._failed_at = time.monotonic()
            if isinstance(problem, SourceBusyError):
                self._token = None
            raise
        finally:
            self._syncing = False
            if has_recovered or self._notices.last != last_notice:
                # Subscribers saw `syncing`. Tell them that it ended.
                self._notices.tell(now=True)

    def _read(self, session: SourceSession) -> None:
        self._update.serve(session)
        thorough, self._thorough = self._thorough, False
        try:
            self._update.read(session, thorough=thorough, tells=self._token is not None)
        except SourceError:
            self._thorough = self._thorough or thorough
            raise
        self._synced_at = now()

    def _synced_before(self) -> datetime | None:
        synced_at = self._file.fact("synced_at")
        return datetime.fromisoformat(synced_at) if synced_at else None

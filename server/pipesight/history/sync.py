"""The sync of one source: a thread that keeps its index up to date."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from pipesight.history.decoding import now
from pipesight.history.meanwhile import collector_resting
from pipesight.history.notices import Notices
from pipesight.history.open_requests import OpenRequests
from pipesight.history.sources import Source, SourceBusyError, SourceError, SourceSession
from pipesight.history.state import SourceState
from pipesight.history.update import IndexUpdate, StoppedError

if TYPE_CHECKING:
    from pipesight.history.index import Index
    from pipesight.history.sources.lookups import Question

logger = logging.getLogger(__name__)

_T = TypeVar("_T")
_PATIENCE = 10.0  # seconds for which a source may be busy before that is an error
_HEAD_START = 0.25  # seconds in which an existing index answers requests before the sync reads the source
_SLOWEST = 5.0  # seconds, the longest pause after an expensive look at a source
_COST = 20  # the pause after a look is this many times as long as the look, up to `_SLOWEST`
_RETRY = 5.0  # seconds until the sync retries a source that failed and looks unchanged
_RARELY = 60.0  # seconds, the longest pause after a failed look. A first index that fails may have taken minutes
_AFTER_FAILURE = 5  # the factor by which the pause is longer after a failure

_importing = threading.Lock()


class Sync:
    """The thread that keeps an index up to date with its source, and serves requests for more of it."""

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
        """Tell the thread to stop when its current statement ends. Do not wait for it."""
        self._stopping.set()
        self._wake.set()

    def stop(self, patience: float) -> None:
        """Stop the thread, and wait for it at most `patience` seconds."""
        self.end()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(patience)
        if self._synced_at is not None:
            from sqlalchemy.exc import SQLAlchemyError  # the server starts without it

            with suppress(OSError, SQLAlchemyError, SourceError):
                self._file.note("synced_at", self._synced_at.isoformat())

    def refresh(self) -> None:
        """Have the thread read the whole source again now."""
        self._thorough = True
        self._wake.set()

    def want(self, run_id: str) -> None:
        """Have the thread fetch the steps of this run next."""
        self._requests.want([run_id])

    def ask(self, question: Question[_T]) -> _T | None:
        """Return the last answer, None if there is none. Have the thread read it again if the store has changed."""
        return self._requests.ask(question)

    def has_answered(self, question: Question[Any]) -> bool:
        """Return True once the question was answered, even if the answer is None."""
        return self._requests.has_answered(question)

    def answer(self, question: Question[_T]) -> _T:
        """Read the answer from the store in the calling thread. Raises SourceError if the source cannot be read."""
        with self.source.connect() as session:
            return question.read(session.lookups)

    def fetch(self, *run_ids: str) -> None:
        """Fetch the steps of these runs in the calling thread. Raises SourceError if the source cannot be read."""
        self._requests.want(run_ids)
        self._patiently(lambda: self._look(full=False, force=False))

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` after each change of the index or the state, in the thread that made the change."""
        self._notices.subscribe(callback)

    @property
    def is_beginning(self) -> bool:
        """True from the start of the thread until all runs were read once. A source that fails before has none."""
        if self._thread is None or self._last_synced() is not None:
            return False
        return self._error is None or bool(self._mirrored.pipelines())

    @property
    def state(self) -> SourceState:
        """The state of the source now."""
        return SourceState(
            source=self.source.key,
            label=self.source.label,
            kind=self.source.kind,
            synced_at=self._last_synced(),
            syncing=self._syncing,
            error=self._error.message if self._error else None,
            advice=self._error.advice or None if self._error else None,
            run_count=self._mirrored.run_count(None),
            total=self._update.total,
            store=self._update.store,
            release=self._update.release,
        )

    def run_once(self, *, full: bool = False) -> None:
        """Update the index in the calling thread. `full` mirrors all steps and outputs.

        Raises SourceError if the source cannot be read, and SourceBusyError if it stays busy for 10 seconds.
        """
        self._patiently(lambda: self._look(full=full, force=True))
        if self._file.times_rebuilt != self._times_rebuilt:
            self._patiently(lambda: self._look(full=full, force=True))

    def _patiently(self, look: Callable[[], None]) -> None:
        """Call `look`, and again while the source is busy, for up to `_PATIENCE` seconds."""
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
            _import_sqlalchemy()
            began = time.monotonic()
            failed = not self._try()
            # Only the time of looking for new runs counts, because the next look need not read anything else.
            cost = time.monotonic() - began if failed else self._update.cost
            pause = self.source.interval
            if self.source.probe() is None:
                pause *= _AFTER_FAILURE if failed else 1
                pause = max(pause, 2 * cost, min(_SLOWEST, cost * _COST))
                pause = min(pause, _RARELY) if failed else pause

    def _try(self) -> bool:
        """Look at the source once, and keep its error for the state. Return False if there is one."""
        error: SourceError | None = None
        try:
            if self._file.noticed_other_writer():
                self._notices.tell(now=True)
            self._look(full=False, force=False)
            error = self._error  # `_look` clears it, except when it skips a source that looks unchanged
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
            logger.exception("The sync of %s failed.", self.source.label)
            kind = type(problem).__name__
            error = SourceError(f"{self.source.label} cannot be read ({kind}).", "Please report it with the log.")
        if (error and error.message) != (self._error and self._error.message):
            self._error = error
            self._notices.tell(now=True)
        return error is None

    def _look(self, *, full: bool, force: bool) -> None:
        """Read the source if it may have changed, and serve open requests. `force` reads it in any case."""
        with self._busy:
            token = self.source.probe()
            due = force or self._is_due(token)
            if not due and not self._requests:
                self._synced_at = self._synced_at if self._error else now()
                return
            with self._noting():
                if due:
                    self._synced_at = self._last_synced()
                    self._token, self._times_rebuilt = token, self._file.times_rebuilt
                with self.source.connect() as session:
                    if due:
                        self._read(session)
                    self._update.serve(session)
                    if full:
                        self._update.mirror_all(session)

    def _is_due(self, token: object) -> bool:
        """Return whether the source may have changed, or the index was lost."""
        is_changed = self._thorough or token is None or token != self._token or self._update.is_owed
        return is_changed or self._is_retried() or self._file.times_rebuilt != self._times_rebuilt

    def _is_retried(self) -> bool:
        """Return whether to read a source again that failed and looks unchanged. The cause may be gone."""
        return self._error is not None and time.monotonic() - self._failed_at > _RETRY

    @contextmanager
    def _noting(self) -> Generator[None]:
        """Set the state to `syncing` while the source is read, and record whether the read failed."""
        last_notice, has_recovered = self._notices.last, False
        self._syncing = True
        try:
            yield
            has_recovered, self._error = self._error is not None, None
        except SourceError as problem:
            self._failed_at = time.monotonic()
            if isinstance(problem, SourceBusyError):
                self._token = None  # so that the next look is due
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

    def _last_synced(self) -> datetime | None:
        """Return when the index last agreed with the source. None if it never did, or was lost since."""
        if self._synced_at is not None and self._file.times_rebuilt == self._times_rebuilt:
            return self._synced_at
        synced_at = self._file.fact("synced_at")
        return datetime.fromisoformat(synced_at) if synced_at else None


def _import_sqlalchemy() -> None:
    """Import all of SQLAlchemy that a sync needs, in one thread at a time.

    Its packages import each other, so two threads that begin at once get packages that are half imported.
    """
    with _importing, collector_resting():
        import_module("pipesight.history.writer")

"""Serve previews of outputs from readers and from a cache, because an artifact never changes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pipesight.history.model import Output
from pipesight.outputs.log_reader import LogReader
from pipesight.outputs.preview import Preview, Window, problem
from pipesight.outputs.process import ReaderProcess

if TYPE_CHECKING:
    from pipesight.outputs.comparison import ValueComparison
    from pipesight.outputs.loaded import LoadFacts
    from pipesight.outputs.queries import TableAnswer, TableQuery
    from pipesight.outputs.reader.whole_table import Report

_log = logging.getLogger(__name__)

_READERS = 2  # a small output does not wait for a huge one
_IDLE = 300.0  # seconds after which a reader without work ends
_ENTRY = 1024  # bytes that the smallest preview takes
_PROBLEM_LIFE = 5.0  # seconds: a file may come back, a package may be installed

_PreviewKey = tuple[str, str, str, Window]
_T = TypeVar("_T")


@dataclass(slots=True)
class _Cached:
    preview: Preview
    size: int
    expires: float


@dataclass(frozen=True, slots=True)
class _Job:
    output: Output
    window: Window
    key: _PreviewKey
    future: Future[Preview]


class PreviewService:
    """Previews for the editor. Each reader has a thread and a process, which end when idle or closed."""

    def __init__(
        self,
        interpreter: str | None,
        *,
        timeout: float = 10.0,
        memory_limit: int = 2 * 1024**3,
        cache_size: int = 64 * 1024**2,
    ) -> None:
        """Set the limits: `timeout` in seconds per output, `memory_limit` (0: none) and `cache_size` in bytes.

        The server's own Python reads if there is no interpreter, or if it cannot run the reader.
        """
        self._interpreter = interpreter
        self._timeout = timeout
        self._memory_limit = memory_limit
        self._cache_size = cache_size
        self._lock = threading.Lock()
        self._cache: OrderedDict[_PreviewKey, _Cached] = OrderedDict()
        self._cached_bytes = 0
        self._pending: dict[_PreviewKey, Future[Preview]] = {}
        self._prefetched: set[_PreviewKey] = set()
        self._begun: list[Future[Preview]] = []
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads: set[threading.Thread] = set()
        self._readers: set[ReaderProcess] = set()
        self._spare: ReaderProcess | None = None
        self._closed = False
        self.logs = LogReader(interpreter, timeout=timeout, memory_limit=memory_limit)

    def cached(self, output: Output, window: Window = Window()) -> Preview | None:  # noqa: B008 - it is frozen
        """Return the preview if it is cached, else None. This never waits."""
        with self._lock:
            return self._from_cache(_key(output, window))

    def prefetch(self, output: Output) -> None:
        """Read the first rows in the background, so that `cached` returns them later. This never waits."""
        key = _key(output, Window())
        with self._lock:
            is_new = key not in self._prefetched
            self._prefetched.add(key)
        future = self._asked(output, Window())
        if is_new:
            with self._lock:
                self._begun.append(future)

    def begun(self) -> list[Future[Preview]]:
        """Return the previews that `prefetch` has begun to read since the last call.

        A preview is returned only once, even if it leaves the cache and is read again. A problem that is read again is
        returned again.
        """
        with self._lock:
            begun, self._begun = self._begun, []
        return begun

    async def preview(self, output: Output, window: Window = Window()) -> Preview:  # noqa: B008
        """Return the preview of these rows. A failure is a preview of kind `problem`.

        Calls for the same rows share one read. Cancelling one does not cancel the others.
        """
        return await asyncio.shield(asyncio.wrap_future(self._asked(output, window)))

    def preview_sync(self, output: Output, window: Window = Window()) -> Preview:  # noqa: B008
        """Return the same as `preview`, for callers without an event loop. This waits for the preview."""
        return self._asked(output, window).result()

    async def query(self, output: Output, question: TableQuery, report: Report) -> TableAnswer:
        """Return the answer to a query of a whole table. Cancelling the call ends its reader."""
        return await self._cancellable(lambda reader: reader.query(output, question, report), _closed_table())

    def query_sync(self, output: Output, question: TableQuery, report: Report) -> TableAnswer:
        """Return the same as `query`, for callers without an event loop. This waits for the answer."""
        return self._with(self._spare_reader(), lambda reader: reader.query(output, question, report), _closed_table())

    async def compare(self, left: Output, right: Output) -> ValueComparison | Preview:
        """Return the differences between two outputs, or the problem. Cancelling the call ends its reader."""
        return await self._cancellable(lambda reader: reader.compare(left, right), _CLOSED)

    def compare_sync(self, left: Output, right: Output) -> ValueComparison | Preview:
        """Return the same as `compare`, for callers without an event loop. This waits for the answer."""
        return self._with(self._spare_reader(), lambda reader: reader.compare(left, right), _CLOSED)

    async def plan(self, output: Output) -> LoadFacts | Preview:
        """Return what loading an output would run, or the problem. Cancelling the call ends its reader."""
        return await self._cancellable(lambda reader: reader.plan(output), _CLOSED)

    async def _cancellable(self, ask: Callable[[ReaderProcess], _T], closed: _T) -> _T:
        reader = self._spare_reader()
        work = asyncio.get_running_loop().run_in_executor(None, self._with, reader, ask, closed)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            reader.stop()
            raise

    def _with(self, reader: ReaderProcess, ask: Callable[[ReaderProcess], _T], closed: _T) -> _T:
        """Call `ask` with a spare reader, and put it back. Return `closed` after the service is closed."""
        try:
            return closed if self._closed else ask(reader)
        finally:
            with self._lock:
                is_kept = self._spare is None and not self._closed
                if is_kept:
                    self._spare = reader
            if not is_kept:
                reader.close()
                with self._lock:
                    self._readers.discard(reader)

    def _spare_reader(self) -> ReaderProcess:
        """Return a reader for one query: the reader of the last query if it is free, else a new one."""
        with self._lock:
            reader, self._spare = self._spare, None
            if reader is None:
                reader = ReaderProcess(self._interpreter, timeout=self._timeout, memory_limit=self._memory_limit)
                self._readers.add(reader)
        return reader

    def close(self) -> None:
        """End all readers. Every later preview is a problem."""
        with self._lock:
            self._closed = True
            readers, threads = list(self._readers), list(self._threads)
            spare, self._spare = self._spare, None
            pending = list(self._pending.values())
        self.logs.close()
        for _ in threads:
            self._jobs.put(None)
        for reader in readers:
            reader.stop()
        for thread in threads:
            thread.join(timeout=2.0)
        if spare is not None:
            spare.close()
        for future in pending:
            _resolve(future, _CLOSED)

    def _asked(self, output: Output, window: Window) -> Future[Preview]:
        key = _key(output, window)
        with self._lock:
            known = _CLOSED if self._closed else self._from_cache(key)
            if known is not None:
                future: Future[Preview] = Future()
                future.set_result(known)
                return future
            if key in self._pending:
                return self._pending[key]
            future = self._pending[key] = Future()
            self._jobs.put(_Job(output, window, key, future))
            if len(self._pending) > len(self._threads) and len(self._threads) < _READERS:
                thread = threading.Thread(target=self._work, name="pipesight-reader", daemon=True)
                self._threads.add(thread)
                thread.start()
        return future

    def _work(self) -> None:
        reader = ReaderProcess(self._interpreter, timeout=self._timeout, memory_limit=self._memory_limit)
        with self._lock:
            self._readers.add(reader)
        try:
            while True:
                try:
                    job = self._jobs.get(timeout=_IDLE)
                except queue.Empty:
                    with self._lock:
                        if self._jobs.empty():
                            self._threads.discard(threading.current_thread())
                            return
                    continue
                if job is None or self._closed:
                    return
                self._answer(job, reader)
        finally:
            reader.close()
            with self._lock:
                self._readers.discard(reader)
                self._threads.discard(threading.current_thread())

    def _answer(self, job: _Job, reader: ReaderProcess) -> None:
        try:
            preview, size = reader.ask(job.output, job.window)
        except Exception as error:  # noqa: BLE001 - the caller waits for an answer, and so does the next one
            _log.exception("The reader failed")
            preview, size = problem(f"The reader of outputs failed ({type(error).__name__}). The log says more."), 0
        with self._lock:
            self._remember(job.key, preview, size)
            self._pending.pop(job.key, None)
        _resolve(job.future, preview)

    def _from_cache(self, key: _PreviewKey) -> Preview | None:
        found = self._cache.get(key)
        if found is None:
            return None
        if found.expires <= time.monotonic():  # only problems expire
            self._forget(key)
            self._prefetched.discard(key)
            return None
        self._cache.move_to_end(key)
        return found.preview

    def _remember(self, key: _PreviewKey, preview: Preview, size: int) -> None:
        self._forget(key)
        expires = time.monotonic() + _PROBLEM_LIFE if preview.kind == "problem" else float("inf")
        self._cache[key] = _Cached(preview, size + _ENTRY, expires)
        self._cached_bytes += size + _ENTRY
        while self._cached_bytes > self._cache_size:
            self._forget(next(iter(self._cache)))

    def _forget(self, key: _PreviewKey) -> None:
        gone = self._cache.pop(key, None)
        if gone is not None:
            self._cached_bytes -= gone.size


_CLOSED = problem("Pipesight is shutting down.")


def _closed_table() -> TableAnswer:
    from pipesight.outputs.queries import TableAnswer

    return TableAnswer(preview=_CLOSED)


def _key(output: Output, window: Window) -> _PreviewKey:
    return (output.source, output.id, output.uri, window)


def _resolve(future: Future[Preview], preview: Preview) -> None:
    with contextlib.suppress(InvalidStateError):  # closed meanwhile
        future.set_result(preview)

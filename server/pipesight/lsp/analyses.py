"""Analyze documents and do other long work in slices between requests, and collect garbage in pauses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from pipesight.code.document import Document
from pipesight.slices import SlicedWork

from .garbage import LONG_PAUSE, PAUSE, PausedGarbage

_AT_ONCE = 0.05  # seconds for which a request waits for the analysis of its document
_SLICE = 0.02  # seconds of a slice of longer work, between requests

_T = TypeVar("_T")


class Analyses:
    """The running analyses of documents, and other long work about them. `announce` is called after each analysis."""

    def __init__(self, announce: Callable[[], None], *, is_loaded: Callable[[], bool]) -> None:
        self._announce = announce
        self._is_loaded = is_loaded
        self._running: dict[Document, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()  # held during a slice, so that requests wait for one slice of one work only
        self._garbage = PausedGarbage()
        self._asked = 0.0  # the monotonic time of the last request about a document
        self._tidying: asyncio.TimerHandle | None = None

    @property
    def are_running(self) -> bool:
        """True while a document is being analyzed in the background."""
        return bool(self._running)

    def is_ready(self, document: Document) -> bool:
        """Return whether a document is analyzed. Analyze it if that is quick, else start a background analysis."""
        self._tidy_later()
        if document in self._running:
            return False
        is_first = document.analyzed is None
        if document.is_ready or _spend(document.slices(), _AT_ONCE):
            return True
        self._running[document] = asyncio.ensure_future(self._analyze(document, is_first=is_first))
        return False

    async def wait(self, document: Document, seconds: float | None) -> bool:
        """Wait up to this number of seconds for a running analysis, or to its end. Return False if it has failed."""
        analysis = self._running[document]
        await asyncio.wait({analysis}, timeout=seconds)
        return not analysis.done() or (not analysis.cancelled() and analysis.exception() is None)

    async def in_slices(
        self, work: Callable[[], _T], document: Document | None = None, others: Iterable[Document] = ()
    ) -> _T | None:
        """Return the result of work that goes on in slices. Return None if the document is edited meanwhile.

        `others` are documents whose places are in the result. An edit of one of them ends the work as well.
        """
        sliced, before = SlicedWork(work), {each: each.edition for each in (document, *others) if each is not None}

        def is_same() -> bool:
            return all(each.edition == edition for each, edition in before.items())

        def go_on(seconds: float) -> bool:
            return is_same() and sliced.go_on(seconds)  # the edit may come while the work waits for its turn

        try:
            while is_same() and (document is None or await self._is_current(document)):
                if await self._slice(go_on):
                    return sliced.result
        finally:
            sliced.abandon()
        return None

    async def _is_current(self, document: Document) -> bool:
        """Wait for the analysis if an edit of another file has made it stale. Return False if it fails."""
        return self.is_ready(document) or await self.wait(document, None)

    async def _slice(self, go_on: Callable[[float], bool]) -> bool:
        """Let a work go on for one slice, and answer requests after it. Return whether the work has ended."""
        async with self._turn:
            has_ended = go_on(_SLICE)
            await asyncio.sleep(0)
            return has_ended

    async def _analyze(self, document: Document, *, is_first: bool) -> None:
        """Analyze a document in slices, so that other requests need not wait."""
        try:
            while not document.is_ready and not await self._slice(lambda seconds: _spend(document.slices(), seconds)):
                pass
        finally:
            self._running.pop(document, None)
            self._garbage.keep(is_first=is_first)
        self._announce()

    def _tidy_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._asked = loop.time()
        if self._tidying is None:
            self._tidying = loop.call_later(PAUSE, self._tidy)

    def _tidy(self) -> None:
        """Collect garbage. The longer the last request is ago, the more objects are included."""
        loop, self._tidying = asyncio.get_running_loop(), None
        if not self._is_loaded():
            return
        pause = loop.time() - self._asked
        if not self._running:
            self._garbage.collect(pause)
        if self._running or pause < LONG_PAUSE:
            self._tidying = loop.call_later(PAUSE if pause < PAUSE else LONG_PAUSE, self._tidy)


def _spend(slices: Iterator[None], seconds: float) -> bool:
    """Work on the slices for this number of seconds. Return whether all are done."""
    end = time.monotonic() + seconds
    return all(time.monotonic() < end for _ in slices)

"""Search for the stores again and again, because a project's first run or a login adds one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Generic, TypeVar

from .background import in_background

logger = logging.getLogger(__name__)

_LOOK_AGAIN = 5.0  # seconds between two searches

_T = TypeVar("_T")


class StoreWatch(Generic[_T]):
    """Repeats a search in the background, and passes on its results.

    `is_whole` returns False if a server still has to be asked. The next search then begins at once.
    """

    def __init__(self, look: Callable[[], _T], use: Callable[[_T], None], is_whole: Callable[[], bool]) -> None:
        self._look = look
        self._use = use
        self._is_whole = is_whole
        self._is_stopped = False
        self._looking: asyncio.Future[_T] | None = None
        self._next_look: asyncio.TimerHandle | None = None

    def look_soon(self) -> None:
        """Search again after some seconds, or at once if a server still has to be asked."""
        if self._next_look is not None:
            self._next_look.cancel()
        delay = _LOOK_AGAIN if self._is_whole() else 0.0
        self._next_look = asyncio.get_running_loop().call_later(delay, self._look_again)

    def drop(self) -> None:
        """Ignore the result of the running search, which started with the old settings and folders."""
        if self._looking is not None:
            self._looking.cancel()

    def stop(self) -> None:
        """End the searches."""
        self._is_stopped = True

    def _look_again(self) -> None:
        if not self._is_stopped:
            self._looking = in_background(self._look)
            self._looking.add_done_callback(self._looked)

    def _looked(self, looking: asyncio.Future[_T]) -> None:
        if self._is_stopped or looking.cancelled():
            return
        if looking.exception() is None:
            self._use(looking.result())
        else:
            logger.error("The search for stores failed.", exc_info=looking.exception())
        self.look_soon()

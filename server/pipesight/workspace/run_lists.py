"""Find the runs that a list such as `.runs` contains in code. Releases differ in its order and its length."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipesight.code.model import CallDetails, Thing
from pipesight.history.history import History
from pipesight.zenml.kinds import Detail, Generation
from pipesight.zenml.releases import LISTINGS, Release, RunListing, Runtime, listing

if TYPE_CHECKING:
    from pipesight.history.state import SourceState

_RELEASE = re.compile(r"\d+(?:\.\d+)*")
_FIRST_MODERN = (0, 41)  # the first release with `Client().get_pipeline(...).runs`
_OLDEST_FIRST = LISTINGS[0][1]
_TODAY = LISTINGS[-1][1]
_ORDERS = {  # whether a value of `sort_by` lists the newest run first. Other values give no known order
    "desc:created": True,
    "desc:start_time": True,
    "asc:created": False,
    "asc:start_time": False,
    "created": False,
    "start_time": False,
}


@dataclass(frozen=True, slots=True)
class ListedRuns:
    """The part of a pipeline's runs that a list in code contains.

    In the order that `newest_first` gives, the list has `length` of all `total` runs, beginning at the index `start`.
    `is_counted` is False while older runs are still being read.
    """

    newest_first: bool
    start: int
    length: int
    total: int
    is_counted: bool = True

    def from_newest(self, index: int) -> int | None:
        """Return the number of runs that are newer than the one at `index`.

        Return None if the list has no such index, and if the number is not known yet.
        """
        position = index + self.length if index < 0 else index
        if not 0 <= position < self.length:
            return None
        if not self.is_counted and (index < 0 or not self.newest_first):
            return None
        return self.start + position if self.newest_first else self.total - 1 - self.start - position

    def sorted(self, *, newest_first: bool) -> ListedRuns:
        """Return the list with the same runs in this order."""
        newest = self.start if self.newest_first else self.total - self.start - self.length
        start = newest if newest_first else self.total - newest - self.length
        return replace(self, newest_first=newest_first, start=start)

    @property
    def newest_index(self) -> int | None:
        """The index of the newest run, None if that run is not in the list."""
        if self.newest_first:
            return 0 if self.start == 0 else None
        return -1 if self.start + self.length == self.total else None

    @property
    def is_whole(self) -> bool:
        """True if the list contains all runs of the pipeline."""
        return self.length == self.total


def run_list(history: History, thing: Thing, pipeline: str, runtime: Runtime) -> ListedRuns | None:
    """Return the list from which the code of `thing` picks a run. None if the list is not certain."""
    return list_of(history, thing.generation, thing.details, pipeline, runtime)


def list_of(
    history: History, generation: Generation | None, details: CallDetails, pipeline: str, runtime: Runtime
) -> ListedRuns | None:
    """Return the list of runs that a call with these details returns, in code of this generation of ZenML's API.

    Return None if the order or the size of the list is not certain, and while its newest runs may be missing.
    """
    if not history.has_newest:
        return None
    total, is_counted = history.run_count(pipeline), not history.is_beginning
    kind = _listing(history, generation, runtime)
    if kind is None and not is_counted:
        return None
    if kind is None:
        return ListedRuns(newest_first=True, start=0, length=1, total=1) if total == 1 and not details else None
    given = dict(details)
    order = _ORDERS.get(str(given[Detail.SORT])) if Detail.SORT in given else kind.newest_first
    size = given.get(Detail.SIZE, _size(kind, runtime) or total)
    page = given.get(Detail.PAGE, 1)
    if order is None or not isinstance(size, int) or not isinstance(page, int) or size < 1 or page < 1:
        return None
    start = (page - 1) * size
    listed = ListedRuns(order, start, max(0, min(size, total - start)), total, is_counted)
    return listed.sorted(newest_first=given[Detail.ORDER] == "desc") if Detail.ORDER in given else listed


def newest_first(history: History, generation: Generation | None, runtime: Runtime) -> bool | None:
    """Return whether `.runs` begins with the newest run in code of this generation. None if that is not certain."""
    kind = _listing(history, generation, runtime)
    return kind.newest_first if kind is not None else None


def _size(kind: RunListing, runtime: Runtime) -> int | None:
    return runtime.page_size or kind.size if kind.is_default else kind.size


def _listing(history: History, generation: Generation | None, runtime: Runtime) -> RunListing | None:
    """Return the order and the size of lists of runs in code of this generation. None if they are not certain.

    In legacy code, a list has all runs. For other code, the installed release decides, or else the release of the
    stores if they agree.
    """
    if generation is Generation.LEGACY:
        return _OLDEST_FIRST
    if runtime.release is not None:
        return listing(runtime.release)
    found = {_listing_of(source, generation) for source in history.state.sources}
    if len(found) == 1:
        return found.pop()
    return _TODAY if generation is Generation.MODERN else None


def release_of(source: SourceState) -> Release | None:
    """Return the ZenML release of a store, None if the store does not say."""
    match = _RELEASE.match(source.release) if source.release is not None else None
    return tuple(map(int, match[0].split("."))) if match is not None else None


def _listing_of(source: SourceState, generation: Generation | None) -> RunListing | None:
    release = release_of(source)
    if generation is Generation.MODERN:
        return listing(release) if release is not None and release >= _FIRST_MODERN else _TODAY
    if release is None:
        return _OLDEST_FIRST if source.store == "ML Metadata" else None
    return listing(release)

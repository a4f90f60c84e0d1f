"""Cache the URLs of runs in the dashboards of ZenML servers, so that handlers get them without a request."""

from __future__ import annotations

import re
import time
from uuid import UUID

from pipesight.history.history import History
from pipesight.history.model import Run

_PAGES = re.compile(r"https?://[^\s<>{}]+/\{\}[^\s<>{}]*")  # the only form that is accepted of an untrusted server
_AGE = 600.0  # seconds after which a server is asked again, because it may have been upgraded
_RETRY = 20.0  # seconds after which a server that gave no URL is asked again, because it may be up now


class Dashboards:
    """The known dashboards of servers. One thread may call `page` while another calls `look`."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str | None, float | None]] = {}  # URL pattern and monotonic time, by source
        self._wanted: dict[str, None] = {}

    def page(self, run: Run) -> str | None:
        """Return the URL of a run in the dashboard. None if there is none, or if `look` still has to ask for it."""
        if not run.source.startswith(("http://", "https://")):
            return None
        pages, asked = self._known.get(run.source, (None, None))
        if asked is None or asked + (_AGE if pages is not None else _RETRY) < time.monotonic():
            self._wanted[run.source] = None
        try:
            return pages.format(UUID(run.id)) if pages is not None else None
        except ValueError:
            return None

    @property
    def wants_to_look(self) -> bool:
        """True if `page` was called for servers that have to be asked."""
        return bool(self._wanted)

    def look(self, history: History) -> bool:
        """Ask the servers that `page` needs. Return whether an answer changed. This waits for the network."""
        wanted, self._wanted = list(self._wanted), {}
        before = {source: self._known.get(source, (None, None))[0] for source in wanted}
        self._known.update((source, (_pages(history, source), time.monotonic())) for source in wanted)
        return any(self._known[source][0] != pages for source, pages in before.items())


def _pages(history: History, key: str) -> str | None:
    from pipesight.history.sources import SourceError
    from pipesight.history.sources.dashboard import pages_of_runs
    from pipesight.history.sources.zenml_server import ZenMLServerSource

    source = history.source(key)
    if not isinstance(source, ZenMLServerSource):
        return None
    try:
        pages = pages_of_runs(source)
    except SourceError:
        return None
    return pages if pages is not None and _PAGES.fullmatch(pages) else None

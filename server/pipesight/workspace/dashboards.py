"""Cache the URLs of runs in the dashboards of ZenML servers, so that handlers get them without a request."""

from __future__ import annotations

import functools
import re
from uuid import UUID

from pipesight.history.history import History
from pipesight.history.model import Run

from .background_cache import BackgroundCache

_PAGES = re.compile(r"https?://[^\s<>{}]+/\{\}[^\s<>{}]*")  # the only form that is accepted of an untrusted server
_AGE = 600.0  # seconds after which a server is asked again, because it may have been upgraded
_RETRY = 20.0  # seconds after which a server that gave no URL is asked again, because it may be up now


class Dashboards(BackgroundCache[str, "str | None"]):
    """The known URL patterns of servers' dashboards."""

    def __init__(self) -> None:
        super().__init__(unknown=None)

    def _age(self, value: str | None) -> float:
        return _AGE if value is not None else _RETRY

    def page(self, run: Run) -> str | None:
        """Return the URL of a run in the dashboard. None if there is none, or if `look` still has to ask for it."""
        if not run.source.startswith(("http://", "https://")):
            return None
        pages = self._get(run.source, run.source)
        try:
            return pages.format(UUID(run.id)) if pages is not None else None
        except ValueError:
            return None

    def look(self, history: History) -> bool:
        """Ask the servers that `page` needs. Return whether an answer changed. This waits for the network."""
        return self._look(functools.partial(_pages, history))


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

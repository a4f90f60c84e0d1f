"""Indexes that give the oldest run of a list although the code likely means the newest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipesight.code.model import Form, Site, Thing
from pipesight.pages.words import when
from pipesight.workspace.run_lists import ListedRuns, newest_first, run_list
from pipesight.zenml.kinds import Detail, Generation, Kind, Which

from .checked import CheckedDocument
from .finding import Finding, Fix

_CODE = "oldest-run"
_MEANT = re.compile(r"first|oldest|earliest|initial|beginning|baseline", re.IGNORECASE)


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield the indexes that give the oldest run of a list."""
    for site in checked.sites(Kind.RUN):
        thing = site.thing
        if thing.which is Which.INDEX and thing.index in (0, -1) and not thing.says(Detail.SORT):
            first = newest_first(checked.history_of(site), thing.generation, checked.context.runtime)
            newest = _newest_index(thing, first) if first is not None else None
            if newest is not None and thing.index != newest and not _is_meant(checked, site, newest):
                yield from _oldest(checked, site, newest)


def _newest_index(thing: Thing, newest_is_first: bool) -> int | None:
    """Return the index of the newest run in the list. None if the code may mean another order."""
    if thing.generation is Generation.MODERN:
        return 0 if newest_is_first else -1
    return 0 if newest_is_first else None  # what was written for the old order is right where that still holds


def _is_meant(checked: CheckedDocument, site: Site, newest: int) -> bool:
    """Return whether the code means the oldest run, by the variable's name or because it uses the newest run too."""
    if _MEANT.search(checked.document.assigned_at(site.expression.start) or ""):
        return True
    return any(
        other.form is Form.INDEX
        and other.thing.index == newest
        and other.thing.owner == site.thing.owner
        and other.span.start.line == site.span.start.line
        for other in checked.sites(Kind.RUN)
    )


def _oldest(checked: CheckedDocument, site: Site, newest: int) -> Iterator[Finding]:
    context, thing = checked.context, site.thing
    listed = ".runs" if site.call == "runs" else ""
    pipeline = context.find(thing).pipeline
    message = f"`{listed}[{thing.index}]` is the oldest run"
    if pipeline is None:
        if context.zenml is None or not listed:
            return
    else:
        runs = run_list(checked.history_of(site), thing, pipeline.name, context.runtime)
        if runs is None or runs.length < 2:
            return
        message = f"`{listed}[{thing.index}]` is {_which(runs)}"
        last = checked.history_of(site).last_run(pipeline.name)
        if last is not None and newest == runs.newest_index:
            message += f"; the newest, `{listed}[{newest}]`, is {last.name!r} ({when(last) or last.status})"
    fix = Fix(f"Use `{listed}[{newest}]`, the newest run", site.span, str(newest), preferred=True)
    yield Finding(_CODE, site.span, message + ".", (fix,))


def _which(runs: ListedRuns) -> str:
    if runs.is_whole:
        return f"the oldest run of {runs.total}"
    return f"only the oldest of the newest {runs.length}, of {runs.total} runs"

"""Find indexes that are beyond the end of a list of runs, because ZenML returns only one page of the runs."""

from __future__ import annotations

from collections.abc import Iterator

from pipesight.pages.words import count
from pipesight.workspace.run_lists import run_list
from pipesight.zenml.kinds import Kind, Which

from .checked import CheckedDocument
from .finding import Finding

_CODE = "beyond-page"


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield the indexes that raise an IndexError although the pipeline has enough runs."""
    context = checked.context
    for site in checked.sites(Kind.RUN):
        thing = site.thing
        pipeline = context.find(thing).pipeline if thing.which is Which.INDEX and thing.index is not None else None
        runs = (
            run_list(checked.history_of(site), thing, pipeline.name, context.runtime) if pipeline is not None else None
        )
        if runs is None or thing.index is None or runs.is_whole or runs.from_newest(thing.index) is not None:
            continue
        held = f"this list holds {count(runs.length, 'run')} of {runs.total}"
        yield Finding(_CODE, site.span, f"`[{thing.index}]` raises an IndexError: {held}.")

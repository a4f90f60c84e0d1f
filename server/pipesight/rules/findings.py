"""What is wrong, or likely wrong, in how code reads the history: the rules of all diagnostics, silent when unsure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipesight.code.document import Document
from pipesight.code.model import Site, Span
from pipesight.history.history import History
from pipesight.workspace.context import Context
from pipesight.zenml.kinds import Kind

from .absences import missing_artifact, missing_members
from .finding import Finding, Reading
from .positions import ambiguous_output, oldest_run, pipeline_by_index, step_by_index
from .unknown_names import unknown_artifact, unknown_output, unknown_pipeline, unknown_run, unknown_step


def is_settled(history: History) -> bool:
    """True when the index is known to be what the stores say: only then a name can be called unknown."""
    sources = history.state.sources
    return bool(sources) and all(
        source.total is not None and not source.syncing and source.error is None for source in sources
    )


def findings(context: Context, document: Document, contains: Callable[[Span], bool]) -> Iterator[Finding]:
    """What is wrong in the part of a document that `contains` says; nothing without a history that is settled."""
    if not document.uses_zenml or context.history.is_empty or not is_settled(context.history):
        return
    reading = Reading(document)
    for site in document.sites:
        if contains(site.span):
            for rule in _RULES.get(site.kind, ()):
                yield from rule(context, reading, site)
    if context.zenml is not None:
        yield from missing_members(reading, context.zenml, contains)


_Rule = Callable[[Context, Reading, Site], Iterator[Finding]]

_RULES: dict[Kind, tuple[_Rule, ...]] = {
    Kind.PIPELINE: (unknown_pipeline, pipeline_by_index),
    Kind.RUN: (unknown_run, oldest_run),
    Kind.STEP: (unknown_step, step_by_index),
    Kind.OUTPUT: (unknown_output, ambiguous_output, missing_artifact),
    Kind.ARTIFACT: (unknown_artifact, missing_artifact),
}

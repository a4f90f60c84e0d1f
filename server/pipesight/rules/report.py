"""Run every rule on a document. There are no findings if the history is incomplete or the code catches the error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from pipesight.code.document import Document
from pipesight.code.model import Span
from pipesight.slices import pausing
from pipesight.workspace.context import Context

from .catalog import DIAGNOSTICS, Diagnostic
from .checked import CheckedDocument, is_settled
from .finding import Finding
from .suppressed import is_suppressed

_Rule = Callable[[CheckedDocument], Iterator[Finding]]


def findings(context: Context, document: Document, contains: Callable[[Span], bool]) -> list[Finding]:
    """Return the findings in the part of a document that `contains` selects, [] if the history is incomplete."""
    if not document.uses_zenml or context.history.is_empty or not is_settled(context.history):
        return []
    checked = CheckedDocument(context, document, contains)
    found = [
        finding
        for diagnostic in DIAGNOSTICS.values()
        for finding in pausing(_rule_of(diagnostic)(checked))
        if not checked.expects(finding.span, diagnostic.errors)
    ]
    return sorted(found, key=lambda finding: finding.span.start)


def reported_in_code(context: Context, document: Document, contains: Callable[[Span], bool]) -> Iterator[Finding]:
    """Yield the findings to show in the part of a document that `contains` selects."""
    for finding in findings(context, document, contains):
        if not is_suppressed(context, finding, document.flow().program.lines):
            yield finding


def _rule_of(diagnostic: Diagnostic) -> _Rule:
    """Return the function `find` of the diagnostic's module. Modules are imported when they are first needed."""
    return cast("_Rule", import_module(f".{diagnostic.module}", __package__).find)

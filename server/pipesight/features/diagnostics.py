"""Diagnostics: the findings in the form of the protocol, with the severities of the settings, except ignored ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lsprotocol import types as lsp

from pipesight.characters import visible
from pipesight.code.model import Span
from pipesight.rules.catalog import DIAGNOSTICS, Severity, page_of
from pipesight.rules.configuration import reported_in_configuration
from pipesight.rules.finding import Finding
from pipesight.rules.report import reported_in_code
from pipesight.rules.suppressed import severity
from pipesight.slices import pausing
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.file_uris import to_path

SOURCE = "pipesight"

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFORMATION: lsp.DiagnosticSeverity.Information,
    Severity.HINT: lsp.DiagnosticSeverity.Hint,
}


def diagnostics(context: Context, view: View) -> list[lsp.Diagnostic]:
    """Return the diagnostics of one document or cell."""
    return [diagnostic(context, view, finding) for finding in pausing(reported(context, view))]


def reported(context: Context, view: View, where: Callable[[Span], bool] | None = None) -> Iterator[Finding]:
    """Yield the findings to show in one document or cell. `where` selects a part of it."""
    if view.is_yaml:
        found = reported_in_configuration(context, to_path(view.uri), view.text.text)
        yield from (finding for finding in found if where is None or where(finding.span))
        return
    yield from reported_in_code(context, view.document, where or view.contains)


def diagnostic(context: Context, view: View, finding: Finding) -> lsp.Diagnostic:
    """Return a finding as a diagnostic, in the client's units."""
    page = lsp.CodeDescription(page_of(finding.code)) if context.client.diagnostic_pages else None
    return lsp.Diagnostic(
        range=view.range(finding.span),
        message=visible(finding.message),
        severity=_SEVERITIES[severity(context, finding)],
        code=finding.code,
        code_description=page,
        source=SOURCE,
        tags=[lsp.DiagnosticTag.Deprecated] if DIAGNOSTICS[finding.code].is_deprecation else None,
    )

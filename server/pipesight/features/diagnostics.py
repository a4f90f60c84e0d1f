"""Diagnostics: the findings in the form of the protocol, with the severities of the settings, except ignored ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lsprotocol import types as lsp

from pipesight.characters import visible
from pipesight.code.document import Document
from pipesight.code.model import Span
from pipesight.rules.catalog import DIAGNOSTICS, Severity
from pipesight.rules.configuration import configuration_findings
from pipesight.rules.finding import Finding
from pipesight.rules.report import findings
from pipesight.slices import pausing
from pipesight.workspace.configured import configured
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.file_uris import to_path

SOURCE = "pipesight"
PAGES = "https://github.com/pipesight/pipesight/blob/main/docs/diagnostics/"

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFORMATION: lsp.DiagnosticSeverity.Information,
    Severity.HINT: lsp.DiagnosticSeverity.Hint,
}
_IGNORE = re.compile(r"#.*?\bpipesight:\s*ignore\b(?:\[(?P<codes>[^\]]*)\])?")


def diagnostics(context: Context, view: View) -> list[lsp.Diagnostic]:
    """Return the diagnostics of one document or cell."""
    return [diagnostic(context, view, finding) for finding in pausing(reported(context, view))]


def reported(context: Context, view: View, where: Callable[[Span], bool] | None = None) -> Iterator[Finding]:
    """Yield the findings to show in one document or cell. `where` selects a part of it."""
    if view.is_yaml:
        found = reported_in_configuration(context, to_path(view.uri), view.text.text)
        yield from (finding for finding in found if where is None or where(finding.span))
        return
    for finding in findings(context, view.document, where or view.contains):
        if severity(context, finding) is not Severity.OFF and not is_ignored(view.document, finding):
            yield finding


def reported_in_configuration(context: Context, path: str | None, text: str) -> Iterator[Finding]:
    """Yield the findings to show in a run configuration in YAML."""
    found = configured(context, path, text)
    lines = text.split("\n")
    for finding in configuration_findings(found) if found is not None else ():
        if severity(context, finding) is not Severity.OFF and not ignores(lines[finding.span.start.line], finding):
            yield finding


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


def severity(context: Context, finding: Finding) -> Severity:
    """Return the severity of a finding in the settings."""
    return context.settings.severity_of(finding.code)


def page_of(code: str) -> str:
    """Return the URL of the documentation of a diagnostic."""
    return f"{PAGES}{code}.md"


def is_ignored(document: Document, finding: Finding) -> bool:
    """Return whether the line has a comment `# pipesight: ignore`, or `# pipesight: ignore[code]` with this code."""
    lines = document.flow().program.lines
    for number in {finding.span.start.line, finding.span.end.line}:
        if number < len(lines) and ignores(lines[number], finding):
            return True
    return False


def ignores(line: str, finding: Finding) -> bool:
    """Return whether a comment on the line ignores the finding."""
    match = _IGNORE.search(line)
    return match is not None and (match["codes"] is None or finding.code in re.split(r"[\s,]+", match["codes"]))

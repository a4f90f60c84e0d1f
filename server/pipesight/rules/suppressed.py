"""Leave out the findings that the settings switch off, or that a comment in the code ignores."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipesight.workspace.context import Context

from .catalog import Severity
from .finding import Finding

_IGNORE = re.compile(r"#.*?\bpipesight:\s*ignore\b(?:\[(?P<codes>[^\]]*)\])?")


def severity(context: Context, finding: Finding) -> Severity:
    """Return the severity of a finding in the settings."""
    return context.settings.severity_of(finding.code)


def is_suppressed(context: Context, finding: Finding, lines: Sequence[str]) -> bool:
    """Return whether the settings or a comment on the first or last of its lines suppress a finding.

    The comment is `# pipesight: ignore`, or `# pipesight: ignore[code]` with this code. `lines` are those of the text.
    """
    if severity(context, finding) is Severity.OFF:
        return True
    numbers = {finding.span.start.line, finding.span.end.line}
    return any(_ignores(lines[number], finding) for number in numbers if number < len(lines))


def _ignores(line: str, finding: Finding) -> bool:
    """Return whether a comment on the line ignores the finding."""
    match = _IGNORE.search(line)
    return match is not None and (match["codes"] is None or finding.code in re.split(r"[\s,]+", match["codes"]))

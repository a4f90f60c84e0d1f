"""The table of all diagnostics. The settings, the documentation's index and the rules of SARIF come from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

_PAGES = "https://github.com/pipesight/pipesight/blob/main/docs/diagnostics/"


class Severity(str, Enum):
    """The severity of a diagnostic."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A kind of finding. The module of this package with the same name finds it.

    `errors` are the exceptions that such code raises. Code that catches one of them expects it, so it has no finding.
    """

    code: str
    about: str
    severity: Severity = Severity.WARNING
    errors: frozenset[str] = frozenset()
    is_deprecation: bool = False

    @property
    def module(self) -> str:
        """The name of the module that finds it, such as `unknown_name`."""
        return self.code.replace("-", "_")


_LOOKUP = frozenset(
    ("KeyError", "LookupError", "RuntimeError", "ValueError", "ZenKeyError", "DoesNotExistException")
    + ("ZenMLBaseException",)
)

DIAGNOSTICS = {
    each.code: each
    for each in (
        Diagnostic("unknown-name", "A name that the history does not have.", errors=_LOOKUP),
        Diagnostic("ambiguous-output", "An `.output` of a step that has several outputs, or none.", errors=_LOOKUP),
        Diagnostic(
            "oldest-run", "An index into `.runs` that gives the oldest run, where the code probably means the newest."
        ),
        Diagnostic(
            "beyond-page",
            "An index into `.runs` that is beyond the page of runs that ZenML returns.",
            errors=frozenset(("IndexError", "LookupError")),
        ),
        Diagnostic(
            "index-access",
            "A pipeline or step that the code gets by its position, which can change.",
            severity=Severity.HINT,
        ),
        Diagnostic(
            "missing-member",
            "A module, member or keyword that the installed ZenML does not have.",
            errors=frozenset(("ImportError", "ModuleNotFoundError", "AttributeError", "TypeError")),
            is_deprecation=True,
        ),
        Diagnostic(
            "missing-in-run",
            "A step or output that the named run does not have, but other runs have.",
            errors=_LOOKUP,
        ),
        Diagnostic(
            "missing-artifact",
            "An output whose file does not exist any more.",
            errors=frozenset(("FileNotFoundError", "OSError", "DoesNotExistException", "RuntimeError")),
        ),
        Diagnostic("last-failure", "A line at which the last run of a step failed.", severity=Severity.INFORMATION),
    )
}


def page_of(code: str) -> str:
    """Return the URL of the documentation of a diagnostic."""
    return f"{_PAGES}{code}.md"

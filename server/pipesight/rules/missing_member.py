"""Modules, members and keywords that the installed ZenML does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pipesight.code.answers.accesses import Access, imports
from pipesight.code.model import Form, Span
from pipesight.code.quoting import quoted
from pipesight.workspace.installed import shown
from pipesight.zenml.kinds import Generation
from pipesight.zenml.releases import KEYWORDS, MEMBERS, MODULES, Absence, Release, absent

from .finding import Finding, Fix
from .reading import Reading

_CODE = "missing-member"


def find(reading: Reading) -> Iterator[Finding]:
    """What the installed release lacks. Nothing when that is not known."""
    release = reading.context.zenml
    if release is None:
        return
    for module, span in imports(reading.document):
        absence = absent(MODULES, module, release) if reading.contains(span) else None
        if absence is not None:
            yield Finding(_CODE, span, _lacks(f"module {module}", release, absence))
    for access in reading.accesses:
        if _may_exist(access):
            yield from (found for found in _member(reading, release, access) if reading.contains(found.span))


def _member(reading: Reading, release: Release, access: Access) -> Iterator[Finding]:
    absence = MEMBERS.get((access.receiver, access.member))
    if absence is not None and absence.covers(release):
        article = "an" if access.receiver[0] in "aeiou" else "a"
        message = _lacks(f"member {access.member!r} of {article} {access.receiver}", release, absence)
        yield Finding(_CODE, access.span, message, tuple(_replaced(reading, access)))
        return
    for keyword, span in access.keywords:
        absence = KEYWORDS.get((access.receiver, access.member, keyword))
        if absence is not None and absence.covers(release):
            fixes = [Fix(f"Use `{absence.instead}`", span, absence.instead, preferred=True)] if absence.instead else []
            message = _lacks(f"keyword {keyword!r} of {access.member}()", release, absence)
            yield Finding(_CODE, span, message, tuple(fixes))


def _may_exist(access: Access) -> bool:
    """False for what comes from an import that itself is reported."""
    generation = access.thing.generation if access.thing is not None else None
    return generation in (None, Generation.MODERN)


def _lacks(what: str, release: Release, absence: Absence) -> str:
    instead = f" Use {absence.instead}." if absence.instead else ""
    return f"ZenML {shown(release)}, which is installed, has no {what}.{instead}"


def _replaced(reading: Reading, access: Access) -> Iterator[Fix]:
    if access.member in ("read", "load"):
        other = "load" if access.member == "read" else "read"
        yield Fix(f"Use `{other}`", access.span, other, preferred=True)
    elif access.member == "list_runs":
        yield Fix("Use `list_pipeline_runs`", access.span, "list_pipeline_runs", preferred=True)
    elif access.member == "get_step":
        for site in reading.document.sites:
            name = site.name if site.form is Form.LITERAL and site.call == "get_step" else None
            if name and site.expression.start <= access.span.start and access.span.end <= site.span.start:
                whole = Span(access.span.start, site.expression.end)
                by_name = f"steps[{quoted(name)}]"
                yield Fix(f"Use `{by_name}`", whole, by_name, preferred=True)
                return

"""Find modules, members and keywords that the installed ZenML does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipesight.code.answers.accesses import Access, imports
from pipesight.code.model import Form, Position, Span
from pipesight.code.quoting import quoted
from pipesight.slices import pausing
from pipesight.workspace.installed import shown
from pipesight.zenml.api import MEMBERS
from pipesight.zenml.declarations import Type
from pipesight.zenml.kinds import Generation, Kind
from pipesight.zenml.releases import Release, gives_lists, has_client, instead_of, lacks, missing_module

from .checked import CheckedDocument
from .finding import Finding, Fix

_CODE = "missing-member"
_USED = re.compile(r"\.([A-Za-z_]\w*)")
_INDEX = re.compile(r"\[-?\d+\]")
_FOR_BOTH = re.compile(
    r"\b(?:isinstance|hasattr)\s*\(.*\boutputs\s*[\[.]|\b__version__\b|^\s*except\b.*\bAttributeError\b", re.MULTILINE
)
_LONGEST = 60  # characters after an output that are searched
_RENAMED = ("load()", "read()", "list_pipeline_runs()", "list_runs()")


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield the modules, members and keywords that the installed release lacks. Nothing if the release is unknown."""
    release = checked.context.zenml
    path = checked.document.path
    if release is None or (path is not None and checked.context.is_beside_zenml(Path(path).parent)):
        return
    for module, span in imports(checked.document):
        missing = missing_module(module, release) if checked.contains(span) else None
        if missing is not None:
            yield Finding(_CODE, span, _lacks(f"module {module}", release, instead_of(module, release)))
    yield from (each for each in pausing(_outputs(checked, release)) if checked.contains(each.span))
    for access in pausing(checked.accesses):
        yield from (found for found in _member(checked, release, access) if checked.contains(found.span))


def _member(checked: CheckedDocument, release: Release, access: Access) -> Iterator[Finding]:
    receiver = _receiver(access, release)
    if receiver is None:
        return
    if lacks(receiver, access.member, release):
        article = "an" if access.receiver[0] in "aeiou" else "a"
        what = f"member {access.member!r} of {article} {access.receiver}"
        instead = instead_of(f"{receiver}.{access.member}", release)
        yield Finding(_CODE, access.span, _lacks(what, release, instead), tuple(_replaced(checked, access, instead)))
        return
    for keyword, span in access.keywords:
        if lacks(receiver, access.member, release, keyword):
            instead = _other_keyword(receiver, access, keyword, release)
            fixes = (Fix(f"Use `{instead}`", span, instead, preferred=True),) if instead else ()
            yield Finding(_CODE, span, _lacks(f"keyword {keyword!r} of {access.member}()", release, instead), fixes)


def _outputs(checked: CheckedDocument, release: Release) -> Iterator[Finding]:
    """Yield the uses of a list of outputs as one output, and of one output as a list.

    Yield none if the code asks which of both it has, because it then has a branch for each.
    """
    if _FOR_BOTH.search(checked.document.text) is not None:
        return
    for site in checked.document.sites:
        if site.kind is not Kind.OUTPUT or site.call != "outputs" or site.thing.generation is not Generation.MODERN:
            continue
        if not has_client(release) or site.thing.owner is None or site.thing.owner.kind is not Kind.STEP:
            continue
        end = site.expression.end
        behind = checked.document.text_at(Span(end, Position(end.line, end.column + _LONGEST)))
        if gives_lists(release) and (used := _USED.match(behind)) is not None:
            if hasattr(list, used[1]) or lacks("output", used[1], release):
                continue
            where = Span(Position(end.line, end.column + 1), Position(end.line, end.column + used.end()))
            message = f"ZenML {shown(release)}, which is installed, gives a list for outputs[...]. Use outputs[...][0]."
            yield Finding(_CODE, where, message, (Fix("Insert `[0]`", Span(end, end), "[0]", preferred=True),))
        elif not gives_lists(release) and (index := _INDEX.match(behind)) is not None:
            where = Span(end, Position(end.line, end.column + index.end()))
            message = f"ZenML {shown(release)}, which is installed, gives one output for outputs[...], and no list."
            yield Finding(_CODE, where, message, (Fix(f"Delete `{index[0]}`", where, "", preferred=True),))


def _receiver(access: Access, release: Release) -> str | None:
    """Return the name of the receiver in the tables of `zenml/presence.py`. None if its import has a finding."""
    generation = access.thing.generation if access.thing is not None else None
    if generation in (Generation.LEGACY, Generation.MIDDLE) or access.receiver in ("repository", "metadata_store"):
        return f"old {access.receiver}"
    return access.receiver if has_client(release) else None


def _other_keyword(receiver: str, access: Access, keyword: str, release: Release) -> str:
    """Return another keyword for the same parameter that the release has, empty if there is none."""
    member = MEMBERS[Type(access.receiver)].get(access.member)
    parameter = member.parameter(None, keyword) if member is not None else None
    names = parameter.names if parameter is not None else ()
    given = {each for each, _ in access.keywords}
    others = (name for name in names if name not in given and not lacks(receiver, access.member, release, name))
    return next(others, "")


def _lacks(what: str, release: Release, instead: str) -> str:
    advice = f" Use {instead}." if instead else ""
    return f"The installed ZenML {shown(release)} has no {what}.{advice}"


def _replaced(checked: CheckedDocument, access: Access, instead: str) -> Iterator[Fix]:
    if instead in _RENAMED:
        name = instead.removesuffix("()")
        yield Fix(f"Use `{name}`", access.span, name, preferred=True)
    elif access.member == "get_step" and instead:
        for site in checked.document.sites:
            name = site.name if site.form is Form.LITERAL and site.call == "get_step" else None
            if name and site.expression.start <= access.span.start and access.span.end <= site.span.start:
                whole = Span(access.span.start, site.expression.end)
                by_name = f"steps[{quoted(name)}]"
                yield Fix(f"Use `{by_name}`", whole, by_name, preferred=True)
                return

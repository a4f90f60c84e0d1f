"""Find indexes that pick the oldest run of a list although the code likely means the newest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipesight.code.answers.unpacked import unpacked
from pipesight.code.model import Form, Position, Site, Span, Thing
from pipesight.history.model import Pipeline
from pipesight.pages.words import when
from pipesight.workspace.run_lists import ListedRuns, newest_first, run_list
from pipesight.zenml.kinds import Detail, Generation, Kind, Which

from .checked import CheckedDocument
from .finding import Finding, Fix

_CODE = "oldest-run"
_MEANT = re.compile(
    r"(?:first|oldest|earliest|initial|beginning|baseline|original|stale|expire|prune|retention|clean|delete|archive)"
    r"|(?:^|[^a-z])(?:age|old|since|start|ages)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_NEWEST = re.compile(r"last|latest|newest|recent|current", re.IGNORECASE)
_TIME = re.compile(r"\.(?:created|updated|start_time|end_time)\b")
_COMPARED = re.compile(r"\s[-<>]=?\s")
_DEFINED = re.compile(r"(\s*)(?:async\s+)?def\s+(\w+)")
_ENDING = re.compile(r"-(\d+)\s*:\s*\Z")  # the slice `-5:`


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield the indexes that pick the oldest run of a list, or the oldest runs."""
    for site in checked.sites(Kind.RUN):
        newest = _newest_index(checked, site)
        if newest is None or site.form is not Form.INDEX or _is_meant(checked, site, newest):
            continue
        if site.thing.index == -1 - newest:
            yield from _oldest(checked, site, newest)
        elif newest == 0 and (ending := _ENDING.match(checked.document.text_at(site.span))) is not None:
            yield from _oldest_ones(checked, site, ending[1])
    for thing, span in unpacked(checked.document):
        name = checked.document.text_at(span)
        if thing.kind is Kind.RUN and thing.index == -1 and checked.contains(span) and _NEWEST.search(name):
            yield from _unpacked(checked, thing, span)


def _newest_index(checked: CheckedDocument, site: Site) -> int | None:
    """Return the index of the newest run in the list, which is 0 or -1. None if the order is not certain."""
    thing = site.thing
    if thing.which is not Which.INDEX or any(map(thing.says, (Detail.SORT, Detail.ORDER, Detail.PAGE))):
        return None
    first = newest_first(checked.history_of(site), thing.generation, checked.context.runtime)
    if first is None:
        return None
    if thing.generation is Generation.MODERN:
        return 0 if first else -1
    return 0 if first else None  # code for the old API was written for lists that begin with the oldest run


def _is_meant(checked: CheckedDocument, site: Site, newest: int) -> bool:
    """Return whether the code means the oldest run.

    It does if the words around the index say so, or if the same line also uses the newest run.
    """
    line = checked.document.flow().program.lines[site.span.start.line]
    around = _around(site, line)
    if _MEANT.search(around) or (_TIME.match(line[site.expression.end.column :]) and _COMPARED.search(around)):
        return True
    if _MEANT.search(_above(checked, site.span.start)):
        return True
    return any(
        other.kind is Kind.RUN
        and other.form is Form.INDEX
        and other.thing.index == newest
        and other.thing.owner == site.thing.owner
        for other in checked.sites_on(site.span.start.line)
    )


def _around(site: Site, line: str) -> str:
    """Return the line without the expression. The names in the expression do not show what the code means."""
    start, end = site.expression
    if start.line != end.line:
        return line[: site.span.start.column] if start.line == site.span.start.line else ""
    return line[: start.column] + " " + line[end.column :]


def _above(checked: CheckedDocument, position: Position) -> str:
    """Return the comment above a line, and the name of the function that contains the line."""
    lines = checked.document.flow().program.lines
    comment = lines[position.line - 1].strip() if position.line else ""
    indent = len(lines[position.line]) - len(lines[position.line].lstrip())
    chunk = checked.document.flow().program.chunk_at(position.line)
    first = chunk.line if chunk is not None else position.line
    found = (_DEFINED.match(line) for line in reversed(lines[first : position.line]))
    around = next((each[2] for each in found if each is not None and len(each[1]) < indent), "")
    return f"{comment if comment.startswith('#') else ''} {around}"


def _oldest(checked: CheckedDocument, site: Site, newest: int) -> Iterator[Finding]:
    context, thing = checked.context, site.thing
    listed = ".runs" if site.call == "runs" else ""
    pipeline = context.find(thing).pipeline
    written = f"`{listed}[{checked.document.text_at(site.span)}]`"
    is_part = thing.says(Detail.PART)
    message = f"{written} is the oldest run"
    if pipeline is None:
        if context.zenml is None or not listed:
            return
    else:
        runs = run_list(checked.history_of(site), thing, pipeline.name, context.runtime)
        if runs is None or runs.length < 2:
            return
        message = f"{written} is {_which(runs)}" + _newest(
            checked, site, pipeline, "" if is_part or newest != runs.newest_index else f"`{listed}[{newest}]`"
        )
    fix = Fix(f"Use `{listed}[{newest}]`, the newest run", site.span, str(newest), preferred=True)
    yield Finding(_CODE, site.span, message + ".", () if is_part else (fix,))


def _oldest_ones(checked: CheckedDocument, site: Site, number: str) -> Iterator[Finding]:
    """Yield a finding for `runs[-5:]`, the last five runs of a list that begins with the newest one."""
    pipeline = checked.context.find(site.thing).pipeline
    runs = (
        run_list(checked.history_of(site), site.thing, pipeline.name, checked.context.runtime)
        if pipeline is not None
        else None
    )
    if pipeline is None or runs is None or runs.length <= int(number):
        return
    message = f"`[-{number}:]` holds the oldest runs of {runs.length}"
    message += _newest(checked, site, pipeline, f"`[:{number}]`")
    fix = Fix(f"Use `[:{number}]`, the newest runs", site.span, f":{number}", preferred=True)
    yield Finding(_CODE, site.span, message + ".", (fix,))


def _unpacked(checked: CheckedDocument, thing: Thing, span: Span) -> Iterator[Finding]:
    site = Site(thing, Form.INDEX, span, span)
    pipeline = checked.context.find(thing).pipeline
    runs = (
        run_list(checked.history_of(site), thing, pipeline.name, checked.context.runtime)
        if pipeline is not None and _newest_index(checked, site) == 0
        else None
    )
    if pipeline is not None and runs is not None and runs.length > 1:
        message = f"`{checked.document.text_at(span)}` is {_which(runs)}" + _newest(checked, site, pipeline, "")
        yield Finding(_CODE, span, message + ".")


def _newest(checked: CheckedDocument, site: Site, pipeline: Pipeline, written: str) -> str:
    """Return the sentence about the newest run."""
    last = checked.history_of(site).last_run(pipeline.name)
    if last is None:
        return ""
    return f". The newest{f', {written},' if written else ''} is {last.name!r} ({when(last) or last.status})"


def _which(runs: ListedRuns) -> str:
    if runs.is_whole:
        return f"the oldest run of {runs.total}"
    return f"only the oldest of the newest {runs.length}, of {runs.total} runs"

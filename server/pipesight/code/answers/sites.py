"""The one resolver: what the flow found in a document, as sites at exact positions, and as rows for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipesight.code.document import Document
from pipesight.code.evaluation.records import Found, Records
from pipesight.code.files import read_file
from pipesight.code.model import Form, Position, Site, Thing
from pipesight.code.syntax.program import Chunk
from pipesight.zenml.kinds import Kind

__all__ = ["SiteRow", "read_file", "rows", "sites_of"]


def sites_of(chunk: Chunk, records: Iterable[Records]) -> list[Site]:
    """The sites of one chunk, in source order, each place and kind once."""
    sites: dict[tuple[Position, Position, Kind], Site] = {}
    for each in records:
        for found in each.found:
            if found.end == found.start and found.form is Form.LITERAL:
                continue
            site = _site(chunk, found)
            key = (site.span.start, site.span.end, site.kind)
            if key not in sites or (sites[key].name is None and site.name is not None):
                sites[key] = site
    return sorted(sites.values(), key=lambda site: (site.span.start.line, site.span.start.column))


def _site(chunk: Chunk, found: Found) -> Site:
    return Site(
        found.thing,
        found.form,
        chunk.span(found.unit, found.start, found.end),
        chunk.span(found.unit, found.open, found.close),
        found.call,
        found.keyword,
    )


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site as a row: lines from 1, columns in code points from 0, `cell` from 0 over all cells of a notebook."""

    file: str
    cell: int | None
    line: int
    start: int
    end: int
    kind: str
    name: str | None
    form: str
    pipeline: str | None
    run: str | None
    step: str | None


def owners(thing: Thing) -> tuple[str | None, str | None, str | None]:
    """The names of the pipeline, run and step that own a thing, where known."""
    owner = thing.owner
    found = [owner.nearest(kind) if owner else None for kind in (Kind.PIPELINE, Kind.RUN, Kind.STEP)]
    pipeline, run, step = (each.name if each else None for each in found)
    return pipeline, run, step


def rows(document: Document, file: str) -> list[SiteRow]:
    """The sites of a document that was read from `file`."""
    found: list[SiteRow] = []
    is_notebook = file.endswith(".ipynb")
    for site in document.sites:
        start, end, cell = site.span.start, site.span.end, None
        if is_notebook:
            name, start = document.locate(start)
            end = document.locate(end)[1]
            cell = int(name)
        stop = end.column if end.line == start.line else start.column
        place = (start.line + 1, start.column, stop, site.kind.value, site.name, site.form.value)
        found.append(SiteRow(file, cell, *place, *owners(site.thing)))
    return found

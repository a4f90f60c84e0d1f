"""List the sites of a document as rows for a terminal."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.zenml.kinds import Kind

from .document import Document
from .model import Thing


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
    """Return the names of the pipeline, run and step that own a thing, where known."""
    owner = thing.owner
    found = [owner.nearest(kind) if owner else None for kind in (Kind.PIPELINE, Kind.RUN, Kind.STEP)]
    pipeline, run, step = (each.name if each else None for each in found)
    return pipeline, run, step


def rows(document: Document, file: str) -> list[SiteRow]:
    """Return the sites of a document that was read from `file`."""
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

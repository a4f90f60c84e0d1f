"""Workspace symbols: the pipelines, steps and runs of the history, found by name."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from lsprotocol import types as lsp

from pipesight.characters import visible
from pipesight.code.model import Thing
from pipesight.pages.describe import address
from pipesight.pages.uris import uri_of
from pipesight.workspace.context import Context
from pipesight.workspace.definition_places import definitions_of
from pipesight.zenml.kinds import Kind

_MOST = 100
_RUNS = 50

_KINDS = {
    Kind.PIPELINE: lsp.SymbolKind.Class,
    Kind.STEP: lsp.SymbolKind.Function,
    Kind.RUN: lsp.SymbolKind.Event,
}


def workspace_symbols(context: Context, query: str, pages: str) -> list[lsp.WorkspaceSymbol] | None:
    """Return the things whose name contains the letters of `query` in this order. An empty query finds no runs.

    A thing without a definition has a page, whose content the client requests. For a client that cannot request it, the
    page is a file below the URI `pages`, which the server writes when the client resolves the symbol.
    """
    if context.history.is_empty:
        return None
    found: list[lsp.WorkspaceSymbol] = []
    for thing, container in _things(context, query.strip()):
        found += _symbols(context, thing, container, pages)
        if len(found) >= _MOST:
            break
    return found or None


def _things(context: Context, query: str) -> Iterator[tuple[Thing, str | None]]:
    """Yield matching things, and the names of their owners."""
    history = context.history
    for pipeline in history.pipelines():
        owner = Thing(Kind.PIPELINE, pipeline.name)
        if _fits(pipeline.name, query):
            yield owner, None
        for step in history.step_names(pipeline.name):
            if _fits(step.name, query):
                yield Thing(Kind.STEP, step.name, owner=owner), pipeline.name
    for run in history.search_runs(query, limit=_RUNS) if query else ():
        owner = Thing(Kind.PIPELINE, run.pipeline) if run.pipeline is not None else None
        yield Thing(Kind.RUN, run.name, owner=owner), run.pipeline


def _symbols(context: Context, thing: Thing, container: str | None, pages: str) -> Iterator[lsp.WorkspaceSymbol]:
    name, kind = thing.name or "", _KINDS[thing.kind]
    label = visible(name, one_line=True)
    container = visible(container, one_line=True) if container is not None else None
    places = definitions_of(context, thing) if thing.kind is not Kind.RUN else ()
    if places:
        yield lsp.WorkspaceSymbol(places[0].location(context.documents.encoding), label, kind, container_name=container)
    elif context.client.opens_pages:
        start = lsp.Position(0, 0)
        page = lsp.Location(uri_of(address(context.find(thing))), lsp.Range(start, start))
        yield lsp.WorkspaceSymbol(page, label, kind, container_name=container)
    elif context.client.resolves_symbols:
        page = lsp.LocationUriOnly(f"{pages}/{quote(name, safe='')}.md")
        data = address(context.find(thing))
        yield lsp.WorkspaceSymbol(page, label, kind, data=data, container_name=container)


def _fits(name: str, query: str) -> bool:
    letters = iter(name.lower())
    return all(letter in letters for letter in query.lower())

"""Hover: what a name, or a variable that holds a thing of the history, stands for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from lsprotocol import types as lsp

from pipesight.code.model import Kind, Position, Span, Thing
from pipesight.features.context import Context
from pipesight.features.describe import describe
from pipesight.features.documents import View
from pipesight.features.find import Found
from pipesight.features.page import Heading, Line, Link, Page
from pipesight.features.words import ago
from pipesight.history.history import History
from pipesight.history.model import Output
from pipesight.outputs.preview import Preview

PATIENCE = 0.7  # seconds that a hover waits for a preview


@dataclass(frozen=True, slots=True)
class Target:
    """What is under the cursor, and where the code says so."""

    thing: Thing
    found: Found
    range: lsp.Range


def target(context: Context, view: View, position: lsp.Position) -> Target | None:
    """What is at `position`; None where nothing of the history is."""
    if not view.document.uses_zenml or context.history.is_empty:
        return None
    denoted = thing_at(view, view.position(position))
    if denoted is None:
        return None
    thing, span = denoted
    return Target(thing, context.find(thing), view.range(span))


def wanted(context: Context, at: Target) -> Output | None:
    """The output whose value the hover shows, where it is not known yet."""
    output = at.found.output if _is(at.thing, at.found) and context.settings.hover.preview else None
    return output if output is not None and context.previews.cached(output) is None else None


def hover(context: Context, at: Target, preview: Preview | None = None) -> lsp.Hover | None:
    """The page of a target; `preview` is the value of its output, by default the one that is known."""
    if preview is None and at.found.output is not None and context.settings.hover.preview:
        preview = context.previews.cached(at.found.output)
    page = page_of(context, at.thing, at.found, preview)
    if page is None:
        return None
    return lsp.Hover(contents=markup(page, context.client.hover_format, links=context.client.panel), range=at.range)


def page_of(context: Context, thing: Thing, found: Found, preview: Preview | None) -> Page | None:
    """What is known of a thing; for a name that the history lacks, that it lacks it."""
    if not _is(thing, found):
        return _unknown(context.history, thing)
    page = describe(context.history, found, preview, context.settings.hover.rows)
    address = context.dashboards.page(found.run) if thing.kind is Kind.RUN and found.run is not None else None
    if page is None or address is None:
        return page
    return Page((*page.blocks, Link("Open in the dashboard", address)))


def thing_at(view: View, position: Position) -> tuple[Thing, Span] | None:
    """The thing that the code at `position` denotes or defines, and where it says so."""
    site = view.document.site_at(position)
    if site is not None:
        return site.thing, site.span
    held = view.document.thing_at(position)
    if held is not None:
        return held
    for definition in view.document.definitions:
        if definition.span.contains(position):
            owner = Thing(Kind.STEP, definition.owner) if definition.owner is not None else None
            return Thing(definition.kind, definition.name, owner=owner), definition.span
    return None


def markup(page: Page, kind: lsp.MarkupKind, *, links: bool) -> lsp.MarkupContent:
    """A page in the markup that the client takes."""
    text = page.markdown(links=links) if kind is lsp.MarkupKind.Markdown else page.plain()
    return lsp.MarkupContent(kind, text)


async def read(context: Context, output: Output) -> Preview:
    """The preview of an output, as soon as it is there or as patience allows."""
    reading = asyncio.ensure_future(context.previews.preview(output))
    done, _ = await asyncio.wait({reading}, timeout=PATIENCE)
    if reading in done:
        return reading.result()
    return Preview("text", "loading", text="The value is still being read; hover again in a moment.")


def _is(thing: Thing, found: Found) -> bool:
    """True when what was found is the thing itself and not merely its owner."""
    innermost = {
        Kind.PIPELINE: found.pipeline,
        Kind.RUN: found.run,
        Kind.STEP: found.step,
        Kind.OUTPUT: found.output,
        Kind.ARTIFACT: found.output,
    }
    return innermost.get(thing.kind) is not None


def _unknown(history: History, thing: Thing) -> Page | None:
    """That the history has no such name; nothing when that is not certain."""
    if thing.name is None or thing.kind in (Kind.MODEL, Kind.STACK) or history.state.syncing:
        return None
    state = history.state
    where = ", ".join(source.label for source in state.sources)
    looked = f", as of {ago(state.synced_at)}" if state.synced_at is not None else ""
    return Page((Heading(str(thing.kind), thing.name), Line(f"Not in the history of {where}{looked}.")))

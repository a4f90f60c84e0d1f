"""Hover: the page of a name, or of a variable that holds a thing of the history."""

from __future__ import annotations

from concurrent.futures import Future

from lsprotocol import types as lsp

from pipesight.code.model import Thing
from pipesight.history.history import History
from pipesight.history.model import Output, Step
from pipesight.outputs.preview import Preview
from pipesight.pages.absence import why_absent
from pipesight.pages.describe import describe, describe_key
from pipesight.pages.markup import markup
from pipesight.pages.page import Heading, Line, Link, Page
from pipesight.pages.recorded_facts import failed_step
from pipesight.pages.terms import term_page
from pipesight.pages.words import ago
from pipesight.workspace.context import Context
from pipesight.workspace.find import Found
from pipesight.workspace.target import Target
from pipesight.workspace.trend import Trend, trend_of
from pipesight.workspace.value_keys import ValueKeys, keys_of, output_with_keys
from pipesight.zenml.kinds import Detail, Kind, Which

_TERMS = (Kind.MODEL, Kind.STACK)
_PICKED = (Which.INDEX, Which.LAST, Which.LAST_SUCCESSFUL)


def wanted(context: Context, at: Target) -> Output | None:
    """Return the output whose value has to be read for the hover, None if there is none."""
    shows = _is(at.thing, at.found) and context.settings.hover.preview
    output = output_with_keys(at.thing, at.found) if at.thing.kind is Kind.KEY else at.found.output if shows else None
    return output if output is not None and context.previews.cached(output) is None else None


def unread_logs(context: Context, at: Target) -> list[Future[None]]:
    """Return a future for each failed step on the page whose reason is only in its logs, which are being read."""
    shown = at.alternatives or ((at.thing, at.found),)
    steps = [_failed_step(context, thing, found) for thing, found in shown if _is(thing, found)]
    reading = [context.failures.reading(step) for step in steps if step is not None]
    return [each for each in reading if each is not None]


def _failed_step(context: Context, thing: Thing, found: Found) -> Step | None:
    if thing.kind is Kind.RUN and found.run is not None:
        return failed_step(context.history_of(thing), found.run)
    return found.step if thing.kind is Kind.STEP else None


def hover(context: Context, at: Target, preview: Preview | None = None) -> lsp.Hover | None:
    """Return the hover of a target. `preview` is the value of its output, by default the cached one."""
    preview = preview or _known_value(context, at.found)
    page = page_of(context, at.thing, at.found, preview) if not at.alternatives else _pages(context, at)
    if page is None:
        return None
    return lsp.Hover(contents=markup(page, context.client.hover_format, links=context.client.panel), range=at.range)


def _pages(context: Context, at: Target) -> Page | None:
    """Return the pages of all alternatives as one page."""
    pages = [page_of(context, thing, found, _known_value(context, found)) for thing, found in at.alternatives]
    blocks = [block for page in pages if page is not None for block in page.blocks]
    return Page(tuple(blocks)) if blocks else None


def _known_value(context: Context, found: Found) -> Preview | None:
    shows = found.output is not None and context.settings.hover.preview
    return context.previews.cached(found.output) if shows and found.output is not None else None


def page_of(context: Context, thing: Thing, found: Found, preview: Preview | None) -> Page | None:
    """Return the page of a thing. If the history lacks the name, the page says so."""
    if thing.kind is Kind.KEY:
        return _key_page(context, thing, found)
    if thing.kind in _TERMS or not thing.kind.is_site:
        return term_page(context, thing, found)
    if not _is(thing, found):
        return _unknown(context.history_of(thing), thing, found)
    trend, rows = _trend(context, thing, found), context.settings.hover.rows
    page = describe(context.history_of(thing), found, preview, rows, trend, context.failures.of)
    address = context.dashboards.page(found.run) if thing.kind is Kind.RUN and found.run is not None else None
    if page is None or address is None:
        return page
    return Page((*page.blocks, Link("Open in the dashboard", address)))


def _key_page(context: Context, thing: Thing, found: Found) -> Page | None:
    """Return the page of a column or key of a loaded value. None if the value does not have it or is not read yet."""
    known = keys_of(context, thing.owner, found) if thing.owner is not None else ValueKeys()
    key = next((each for each in known.keys if each.name == thing.name), None)
    return describe_key(context.history_of(thing), found, key) if key is not None else None


def _trend(context: Context, thing: Thing, found: Found) -> Trend:
    """Return the trend of an output over the last runs. It is empty if the settings disable previews."""
    return trend_of(context.history_of(thing), found, context.previews) if context.settings.hover.preview else Trend()


def _is(thing: Thing, found: Found) -> bool:
    """Return whether the thing itself was found, and not only its owner."""
    return found.of(thing.kind) is not None


def _unknown(history: History, thing: Thing, found: Found) -> Page | None:
    """Return a page that says what the history lacks. None if that is not certain."""
    if history.is_beginning and (thing.name is not None or thing.which in _PICKED):
        return Page((Line("The history is still being read. Hover again in a moment."),))
    if thing.name is None or history.state.syncing:
        return None
    if (why := why_absent(history, thing, found)) is not None:
        return Page((Heading(str(thing.kind), thing.name), Line(why)))
    if _is_elsewhere(thing):
        return None
    state = history.state
    where = ", ".join(source.label for source in state.sources)
    looked = f", as of {ago(state.synced_at)}" if state.synced_at is not None else ""
    return Page((Heading(str(thing.kind), thing.name), Line(f"Not in the history of {where}{looked}.")))


def _is_elsewhere(thing: Thing) -> bool:
    """Return whether the index may lack a thing that exists: one of another project or a model, or an old version."""
    owner = thing.owner.kind if thing.owner is not None else None
    linked = thing.kind is Kind.ARTIFACT and owner in (Kind.MODEL, Kind.STEP, Kind.ARTIFACT)
    told = (Detail.VERSION, Detail.PROJECT, Detail.ACTIVE_PROJECT)
    return linked or any(each.says(detail) for each in thing.chain() for detail in told)

"""Inlay hints: the run that an index or `last_run` picks, and the value of an output that is a number or a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lsprotocol import types as lsp

from pipesight.characters import visible
from pipesight.code.answers.accesses import Access, accesses
from pipesight.code.model import Position, Site, Span
from pipesight.history.model import Output
from pipesight.pages.sparkline import last_change
from pipesight.pages.words import mark, one_line, short_name, state, type_name, when
from pipesight.slices import pausing
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.find import Found
from pipesight.workspace.trend import trend_of
from pipesight.zenml.kinds import Kind, Which

_PICKED = (Which.INDEX, Which.LAST, Which.LAST_SUCCESSFUL)
_READS = ("read", "load")
_SCALARS = ("int", "float", "bool", "str", "float32", "float64", "int32", "int64", "NoneType")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Hints:
    """The inlay hints of a range, and the outputs whose values have to be read for them."""

    items: list[lsp.InlayHint] = field(default_factory=list[lsp.InlayHint])
    wanted: list[Output] = field(default_factory=list[Output])


def inlay_hints(context: Context, view: View, where: lsp.Range) -> Hints:
    """Return the inlay hints of a range of one document or cell."""
    hints = Hints()
    if not view.document.uses_zenml or context.history.is_empty:
        return hints
    shown = Span(view.position(where.start), view.position(where.end))
    if context.settings.inlay_hints.runs:
        for site in pausing(view.document.sites):
            if view.contains(site.span) and shown.contains(site.expression.end):
                hints.items.extend(_run_hint(context, view, site))
    if context.settings.inlay_hints.values:
        for access in pausing(accesses(view.document)):
            if access.end is not None and view.contains(access.span) and shown.contains(access.end):
                hints.items.extend(_value_hint(context, view, access, access.end, hints.wanted))
    return hints


def _run_hint(context: Context, view: View, site: Site) -> Iterator[lsp.InlayHint]:
    if site.kind is not Kind.RUN or site.thing.which not in _PICKED:
        return
    run = context.find(site.thing).run
    if run is not None:
        text = f"{mark(run.status)} {one_line(short_name(run), _LONGEST)}"
        yield _hint(view, site.expression.end, text, f"{run.name}: {state(run)}")


def _value_hint(
    context: Context, view: View, access: Access, end: Position, wanted: list[Output]
) -> Iterator[lsp.InlayHint]:
    if access.member not in _READS or access.thing is None:
        return
    found = context.find(access.thing)
    if found.output is None or found.assumed or type_name(found.output) not in _SCALARS:
        return
    preview = context.previews.cached(found.output)
    if preview is None:
        wanted.append(found.output)
    elif preview.kind != "problem":
        trend = trend_of(context.history_of(access.thing), found, context.previews)
        wanted.extend(trend.unread)
        changed = last_change(trend.values)
        value = one_line(preview.summary, _LONGEST) + (f" ({changed})" if changed else "")
        yield _hint(view, end, f"= {value}", _origin(found, found.output))


def _origin(found: Found, output: Output) -> str:
    parts = [f"{output.name} of step {found.step.name}" if found.step is not None else output.name]
    if found.run is not None:
        parts.append(f"run {found.run.name}")
        parts += [moment] if (moment := when(found.run)) else []
    return ", ".join(parts)


def _hint(view: View, position: Position, text: str, tooltip: str) -> lsp.InlayHint:
    at = view.range(Span(position, position)).start
    return lsp.InlayHint(position=at, label=visible(text), tooltip=visible(tooltip), padding_left=True)

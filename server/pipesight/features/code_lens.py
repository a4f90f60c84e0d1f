"""Code lenses: facts of the history above statements that read it, and above definitions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lsprotocol import types as lsp

from pipesight.characters import visible
from pipesight.code.model import Position, Site, Span, Thing
from pipesight.history.history import History
from pipesight.history.model import Output, Status, Step
from pipesight.pages.contract.command_ids import READ_OUTPUT, SHOW_RUN
from pipesight.pages.describe import address, pipeline_facts
from pipesight.pages.recorded_facts import failed_step, why
from pipesight.pages.sparkline import overview
from pipesight.pages.words import count, marked_state, one_line, type_name, when
from pipesight.slices import pausing
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.find import Found
from pipesight.workspace.last_invocations import InvocationResult, made_by
from pipesight.workspace.trend import trend_of
from pipesight.zenml.kinds import Kind, Which

_PER_STATEMENT = 3
_OUTPUTS = 4  # outputs of a step in the lens of its call
_SHORT = 24  # characters of a value in such a lens


@dataclass(frozen=True, slots=True)
class Lenses:
    """The lenses of a document, and the outputs whose values have to be read for them."""

    items: list[lsp.CodeLens]
    wanted: list[Output]
    commands: dict[Thing, lsp.Command | None] = field(default_factory=dict[Thing, "lsp.Command | None"])


def code_lenses(context: Context, view: View) -> Lenses:
    """Return the lenses of one document or cell."""
    lenses = Lenses([], [])
    settings = context.settings.code_lens
    if not settings.enabled or not view.document.uses_zenml or context.history.is_empty:
        return lenses
    calls = _one_a_line(context, view) if settings.calls else {}
    for invoked in pausing(calls.values()):
        _add_invoked(context, view, lenses, invoked)
    if settings.definitions:
        for definition in pausing(view.document.definitions):
            told = definition.kind is Kind.OUTPUT or definition.whole.start.line in calls
            if not told and view.contains(definition.whole):
                _add(context, view, lenses, definition.span, Thing(definition.kind, definition.name))
    if settings.statements:
        reading = (site for site in pausing(view.document.sites) if view.contains(site.span) and not site.is_of_code)
        for sites in pausing(_statements(reading)):
            for site in _innermost(sites)[:_PER_STATEMENT]:
                _add(context, view, lenses, site.expression, site.thing)
    return lenses


def _statements(sites: Iterable[Site]) -> Iterable[list[Site]]:
    """Yield the sites of each line on which expressions start."""
    lines: dict[int, list[Site]] = {}
    for site in sites:
        lines.setdefault(site.expression.start.line, []).append(site)
    return lines.values()


def _innermost(sites: list[Site]) -> list[Site]:
    """Return the sites that own no other site of the same statement, one for each thing."""
    if len(sites) == 1:
        return sites
    owners = {owner for site in sites for owner in list(site.thing.chain())[1:]}
    things = {site.thing: site for site in sites if site.thing not in owners}
    return list(things.values())


def _add(context: Context, view: View, lenses: Lenses, span: Span, thing: Thing) -> None:
    if thing not in lenses.commands:  # a long file denotes the same thing many times
        lenses.commands[thing] = _command(context, lenses, thing)
    command = lenses.commands[thing]
    if command is not None:
        lenses.items.append(lsp.CodeLens(range=view.range(span), command=command))


def _command(context: Context, lenses: Lenses, thing: Thing) -> lsp.Command | None:
    """Return the title and the command of a thing's lens. None if there is nothing to show."""
    found = context.find(thing) if thing.which is not Which.ANY else None
    title = _title(context, thing, found, lenses.wanted) if found is not None else None
    if found is None or title is None:
        return None
    reads = thing.kind in (Kind.STEP, Kind.OUTPUT, Kind.ARTIFACT) and _has_outputs(context.history, found)
    return lsp.Command(visible(title, one_line=True), READ_OUTPUT if reads else SHOW_RUN, arguments=[address(found)])


def _one_a_line(context: Context, view: View) -> dict[int, InvocationResult]:
    """Return one call of a step for each line: the first one that failed, or else the first one."""
    lines: dict[int, InvocationResult] = {}
    for invocation in pausing(view.document.invocations):
        if invocation.call is None or not view.contains(invocation.span):
            continue
        made = made_by(context, invocation)
        if made is not None:
            best = lines.setdefault(invocation.call.start.line, made)
            lines[invocation.call.start.line] = min((best, made), key=_rank)
    return lines


def _rank(made: InvocationResult) -> tuple[bool, Position]:
    call = made.invocation.call
    return not _failed(made.steps), call.start if call is not None else made.invocation.span.start


def _failed(steps: Sequence[Step]) -> Sequence[Step]:
    return [step for step in steps if step.failure is not None or step.status is Status.FAILED]


def _add_invoked(context: Context, view: View, lenses: Lenses, made: InvocationResult) -> None:
    single = len(made.steps) == 1 and not made.invocation.several
    title = _made(context, made.steps[0], lenses.wanted) if single else _many(context, made.steps)
    reads = single and bool(context.history.outputs(made.steps[0]))
    command = READ_OUTPUT if reads else SHOW_RUN
    shown = lsp.Command(visible(title, one_line=True), command, arguments=[address(made.found)])
    span = made.invocation.call or made.invocation.span
    lenses.items.append(lsp.CodeLens(range=view.range(span), command=shown))


def _made(context: Context, step: Step, wanted: list[Output]) -> str:
    """Return the state of a step and its outputs, with short values."""
    outputs = context.history.outputs(step) or ()
    values = [_short(context, output, wanted) for output in outputs[:_OUTPUTS]]
    if len(outputs) > _OUTPUTS:
        values = [count(len(outputs), "output")]
    return " · ".join(filter(None, (marked_state(step), _reason(context, step), ", ".join(values))))


def _short(context: Context, output: Output, wanted: list[Output]) -> str:
    preview = context.previews.cached(output)
    if preview is None:
        wanted.append(output)
    shows = preview is not None and preview.kind == "json" and len(preview.summary) <= _SHORT
    return f"{one_line(output.name)}: {one_line(preview.summary)}" if preview is not None and shows else output.name


def _many(context: Context, steps: Sequence[Step]) -> str:
    """Return text such as `4 steps · 1 failed · ValueError: ...`."""
    failed = _failed(steps)
    reasons = [_reason(context, step) for step in failed[:1]]
    state = f"✗ {len(failed)} failed" if failed else ", ".join(dict.fromkeys(str(step.status) for step in steps))
    return " · ".join(filter(None, (count(len(steps), "step"), state, *reasons)))


def _title(context: Context, thing: Thing, found: Found, wanted: list[Output]) -> str | None:
    history = context.history_of(thing)
    if thing.kind is Kind.PIPELINE and found.pipeline is not None:
        return pipeline_facts(history, found.pipeline)
    if thing.kind is Kind.RUN and found.run is not None:
        hinted = context.client.inlay_hints and context.settings.inlay_hints.runs
        which = "" if thing.name is not None or hinted else f"{one_line(found.run.name)}: "
        return which + " · ".join(
            filter(None, (marked_state(found.run), _reason(context, failed_step(history, found.run))))
        )
    if thing.kind is Kind.STEP and found.step is not None:
        outputs = history.outputs(found.step) or ()
        produced = ", ".join(output.name for output in outputs) if len(outputs) < 5 else count(len(outputs), "output")
        return " · ".join(filter(None, (marked_state(found.step), _reason(context, found.step), one_line(produced))))
    if thing.kind in (Kind.OUTPUT, Kind.ARTIFACT) and found.output is not None:
        return _output_title(context, thing, found, found.output, wanted)
    return None


def _reason(context: Context, step: Step | None) -> str:
    """Return why the step failed, short enough for a lens."""
    failure = context.failures.of(step) if step is not None else None
    return one_line(why(failure), 80) if failure is not None else ""


def _output_title(context: Context, thing: Thing, found: Found, output: Output, wanted: list[Output]) -> str:
    preview = context.previews.cached(output)
    trend = trend_of(context.history_of(thing), found, context.previews)
    wanted.extend((output,) if preview is None else trend.unread)
    value = preview.summary if preview is not None and preview.kind != "problem" else type_name(output)
    made = when(found.step) if found.step is not None else None
    over_time = overview(trend.values) if trend.values else None
    return " · ".join(filter(None, (f"{output.name}: {one_line(value, 60)}", over_time, made)))


def _has_outputs(history: History, found: Found) -> bool:
    return found.output is not None or (found.step is not None and bool(history.outputs(found.step)))

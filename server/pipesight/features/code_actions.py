"""Code actions: fixes, a run's name instead of its position, comparisons of runs, and the commands of code lenses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lsprotocol import types as lsp
from lsprotocol.validators import UINTEGER_MAX_VALUE

from pipesight.code.answers.accesses import accesses_beside
from pipesight.code.model import Site, Span
from pipesight.code.quoting import quoted
from pipesight.pages.contract.command_ids import COMPARE_RUNS, READ_OUTPUT
from pipesight.rules.finding import Finding, Fix
from pipesight.settings import CodeLensSettings
from pipesight.slices import pausing
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.edits import access_of, workspace_edit
from pipesight.workspace.since_success import since_success
from pipesight.workspace.target import target_at
from pipesight.zenml.kinds import Generation, Kind, Which

from .code_lens import code_lenses
from .diagnostics import diagnostic, reported

_POSITIONS = (Which.INDEX, Which.LAST, Which.LAST_SUCCESSFUL)


def code_actions(
    context: Context, view: View, where: lsp.Range, asked: lsp.CodeActionContext
) -> list[lsp.CodeAction | lsp.Command] | None:
    """Return the actions at `where`. A client without action literals gets only commands."""
    if context.history.is_empty or not (view.document.uses_zenml or view.is_yaml):
        return None
    if _is_for_diagnostics(context, view, where, asked):
        return [*_sure_fixes(context, view, where, asked.diagnostics)] or None
    where = _without_next_line(where)
    actions: list[lsp.CodeAction | lsp.Command] = []
    if context.client.action_literals:
        if _wants(asked.only, lsp.CodeActionKind.QuickFix):
            actions += _fixes(context, view, where, asked.diagnostics)
        if _wants(asked.only, lsp.CodeActionKind.RefactorRewrite):
            actions += _rewrites(context, view, where)
    if asked.only is None or lsp.CodeActionKind.Empty in asked.only:
        actions += [_action(context, command) for command in _commands(context, view, where)]
    return actions or None


def _is_for_diagnostics(context: Context, view: View, where: lsp.Range, asked: lsp.CodeActionContext) -> bool:
    """Return whether the client wants only the fixes of diagnostics, and no actions for the lines at the cursor.

    The Quick Fix of Kate 22.12 sends the range of the whole document with one diagnostic, and applies all actions.
    """
    is_plain = context.client.action_literals and asked.only is None and view.cell is None
    return is_plain and bool(asked.diagnostics) and where.start.line < where.end.line and view.text.is_whole(where)


def _sure_fixes(
    context: Context, view: View, where: lsp.Range, shown: Sequence[lsp.Diagnostic]
) -> Iterator[lsp.CodeAction]:
    """Yield the most likely fix of each diagnostic that the client sent."""
    for action in _fixes(context, view, where, shown):
        if action.is_preferred and any(each in shown for each in action.diagnostics or ()):
            yield action


def _without_next_line(where: lsp.Range) -> lsp.Range:
    """Return the range without its last line if it ends at the start of that line, as a selection of lines does."""
    if where.end.character > 0 or where.end.line == where.start.line:
        return where
    return lsp.Range(where.start, lsp.Position(where.end.line - 1, UINTEGER_MAX_VALUE))


def _wants(only: Sequence[lsp.CodeActionKind | str] | None, kind: lsp.CodeActionKind) -> bool:
    """Return whether `only` includes a kind. `refactor` includes `refactor.rewrite`."""
    if only is None:
        return True
    words = [str(getattr(each, "value", each)) for each in only]
    return any(word in ("", kind.value) or kind.value.startswith(f"{word}.") for word in words)


def _fixes(context: Context, view: View, where: lsp.Range, shown: Sequence[lsp.Diagnostic]) -> Iterator[lsp.CodeAction]:
    def is_there(span: Span) -> bool:
        return view.contains(span) and _overlap(view.range(span), where)

    for finding in pausing(reported(context, view, is_there)):
        meant = _shown(context, view, finding, shown)
        for fix in finding.fixes:
            yield lsp.CodeAction(
                title=fix.title,
                kind=lsp.CodeActionKind.QuickFix,
                diagnostics=meant,
                is_preferred=fix.preferred or len(finding.fixes) == 1 or None,
                edit=_edit(context, view, fix),
            )


def _shown(context: Context, view: View, finding: Finding, shown: Sequence[lsp.Diagnostic]) -> list[lsp.Diagnostic]:
    """Return the diagnostics of a finding that the client sent, so that the client knows which one is fixed."""
    ours = diagnostic(context, view, finding)
    return [each for each in shown if each.code == ours.code and each.range == ours.range] or [ours]


def _rewrites(context: Context, view: View, where: lsp.Range) -> Iterator[lsp.CodeAction]:
    for site in pausing(view.document.sites):
        if site.kind is not Kind.RUN or site.thing.which not in _POSITIONS or not view.contains(site.span):
            continue
        if _overlap(view.range(site.span), where):
            run = context.find(site.thing).run
            fix = _by_name(view, site, run.name) if run is not None else None
            if fix is not None:
                kind = lsp.CodeActionKind.RefactorRewrite
                yield lsp.CodeAction(title=fix.title, kind=kind, edit=_edit(context, view, fix))


def _by_name(view: View, site: Site, run: str) -> Fix | None:
    """Return the edit that picks the run by its name in the API of the code. None if it would not be short."""
    title = f"Use the run's name, {run!r}"
    picked = site.span if site.thing.which is not Which.INDEX else access_of(view.document, site)
    if picked is None:
        return None
    if site.thing.generation is Generation.LEGACY:
        return Fix(title, picked, f"get_run({quoted(run)})")
    if site.thing.generation is not Generation.MODERN:
        return None
    for access in accesses_beside(view.document, site.span.start):
        chained = site.expression.start < access.span.start and access.span.end < site.span.start
        if chained and (access.receiver, access.member) == ("client", "get_pipeline"):
            return Fix(title, Span(access.span.start, picked.end), f"get_pipeline_run({quoted(run)})")
    return Fix(title, picked, f"get_runs(name={quoted(run)})[0]")


def _commands(context: Context, view: View, where: lsp.Range) -> Iterator[lsp.Command]:
    """Yield the comparison of the run at the cursor, and the commands of the code lenses of these lines."""
    yield from _what_changed(context, view, where)
    with_lenses = replace(context, settings=replace(context.settings, code_lens=CodeLensSettings()))
    for lens in pausing(code_lenses(with_lenses, view).items):
        if lens.command is not None and where.start.line <= lens.range.start.line <= where.end.line:
            verb = "Read output" if lens.command.command == READ_OUTPUT else "Show run"
            title = f"{verb}: {lens.command.title}"
            yield lsp.Command(title, lens.command.command, arguments=lens.command.arguments)


def _what_changed(context: Context, view: View, where: lsp.Range) -> Iterator[lsp.Command]:
    target = target_at(context, view, where.start)
    run = since_success(context, target) if target is not None else None
    if run is not None:
        argument = {"pipeline": run.pipeline, "right": run.name, "source": run.source}
        yield lsp.Command("What changed since the last successful run?", COMPARE_RUNS, arguments=[argument])


def _action(context: Context, command: lsp.Command) -> lsp.CodeAction | lsp.Command:
    if not context.client.action_literals:
        return command
    return lsp.CodeAction(title=command.title, kind=lsp.CodeActionKind.Empty, command=command)


def _edit(context: Context, view: View, fix: Fix) -> lsp.WorkspaceEdit:
    return workspace_edit(context, {view.uri: [lsp.TextEdit(view.range(fix.span), fix.text)]})


def _overlap(one: lsp.Range, other: lsp.Range) -> bool:
    def point(position: lsp.Position) -> tuple[int, int]:
        return position.line, position.character

    return point(one.start) <= point(other.end) and point(other.start) <= point(one.end)

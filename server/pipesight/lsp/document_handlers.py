"""The handlers of requests about a document. Each passes its request to a feature and returns the answer."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from lsprotocol import types as lsp

from pipesight import features
from pipesight.features import completion
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.target import Target, target_at

from .pygls_server import PipesightServer, quiet, quiet_async, server
from .session import Session

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pipesight.features.code_lens import Lenses
    from pipesight.features.inlay_hints import Hints
    from pipesight.outputs.preview import Preview

_ACTION_KINDS = (lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.RefactorRewrite)
_PATIENCE = 2.0  # seconds for which document links wait until files and dashboards are checked
_TYPING_PATIENCE = 0.3  # seconds for which completion waits for a long analysis. An editor shows no other items before


class _About(Protocol):
    """The parameters of a request about a document."""

    @property
    def text_document(self) -> lsp.TextDocumentIdentifier: ...


_P = TypeVar("_P", bound=_About)
_T = TypeVar("_T")
_At = tuple[Context, View]
# pygls awaits what a generator yields, and sends it the results. A generator that yields nothing answers at once.
_Waiting = Generator[Any, Any, _T]


def document_at(ls: PipesightServer, uri: str) -> _At | None:
    """Return the context of the document's folder and the document.

    Return None before the server has loaded, if it is off, and while a long analysis of the document goes on.
    """
    context, view = ls.session.context_of(uri), ls.session.documents.view(uri)
    if context is None or not context.settings.enable or view is None or not ls.session.is_ready(view.document):
        return None
    return context, view


_document_at, _analyzed, _sliced = quiet(document_at), quiet_async(Session.analyzed), quiet_async(Session.in_slices)
_completed = quiet(completion.complete)


@quiet_async
async def is_analyzed_soon(session: Session, uri: str) -> bool:
    """Wait a moment for the analysis of a document. Return False if it takes longer or fails."""
    try:
        return await asyncio.wait_for(session.analyzed(uri), _TYPING_PATIENCE)
    except asyncio.TimeoutError:
        return False


def analyzed_document(ls: PipesightServer, uri: str) -> _Waiting[_At | None]:
    """Return the same as `document_at`, but wait for the end of a long analysis of the document.

    A client requests a hover or a definition only once, so a late answer is better than none.
    """
    at = _document_at(ls, uri)
    if at is None and ls.session.is_analyzing:
        is_same = yield _analyzed, (ls.session, uri), None
        at = _document_at(ls, uri) if is_same else None
    return at


def about_document(
    answer: Callable[[PipesightServer, _At, _P], _T | None],
) -> Callable[[PipesightServer, _P], _Waiting[_T | None]]:
    """Return a handler for a function that answers a request about an analyzed document.

    For a long document, the function runs in slices, in a thread without an event loop.
    """
    answer_quietly = quiet(answer)

    @functools.wraps(answer)
    def handle(ls: PipesightServer, params: _P) -> _Waiting[_T | None]:
        at = yield from analyzed_document(ls, params.text_document.uri)
        if at is None:
            return None
        return (yield from _in_slices(ls, at, lambda: answer_quietly(ls, at, params)))

    return handle


def _in_slices(ls: PipesightServer, at: _At, work: Callable[[], _T | None]) -> _Waiting[_T | None]:
    """Do the same as `Session.answer`. The answer about a short document is there at once, without a task."""
    document = at[1].document
    return (yield _sliced, (ls.session, work, document), None) if document.is_long else work()


async def document_with_files(ls: PipesightServer, uri: str) -> _At | None:
    """Return the same as `analyzed_document`, after a scan of the workspace's files."""
    at = document_at(ls, uri) if await ls.session.analyzed(uri) else None
    if at is not None and at[1].document.uses_zenml:
        await ls.session.scan()
    return at


@server.feature(
    lsp.TEXT_DOCUMENT_COMPLETION,
    lsp.CompletionOptions(trigger_characters=completion.TRIGGER_CHARACTERS, resolve_provider=True),
)
def complete(ls: PipesightServer, params: lsp.CompletionParams) -> _Waiting[lsp.CompletionList | None]:
    """Return the names that fit at the cursor. While a long analysis goes on, say that the list is not complete."""
    at = _document_at(ls, params.text_document.uri)
    if at is None and ls.session.is_analyzing:
        is_same = yield is_analyzed_soon, (ls.session, params.text_document.uri), None
        at = _document_at(ls, params.text_document.uri) if is_same else None
        if at is None:
            return lsp.CompletionList(is_incomplete=True, items=[])
    return _completed(*at, params.position) if at else None


@server.feature(lsp.COMPLETION_ITEM_RESOLVE)
@quiet_async
async def resolve_completion(ls: PipesightServer, item: lsp.CompletionItem) -> lsp.CompletionItem:
    """Add the page of the selected name."""
    context = ls.session.context_of(completion.document_of(item))
    if context is not None:
        item.documentation = await completion.documentation(context, item)
    return item


_hover_target, _hover_value = quiet(target_at), quiet_async(Context.preview)
_read_logs = quiet_async(Session.read_logs)


@quiet
def _lenses(context: Context, view: View) -> Lenses:
    return features.code_lens.code_lenses(context, view)


@quiet
def _hints(context: Context, view: View, where: lsp.Range) -> Hints:
    return features.inlay_hints.inlay_hints(context, view, where)


@quiet
def _unread_logs(context: Context, target: Target) -> list[Future[None]]:
    return features.hover.unread_logs(context, target)


@quiet
def _hover(context: Context, target: Target, preview: Preview | None) -> lsp.Hover | None:
    return features.hover.hover(context, target, preview)


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def show_hover(ls: PipesightServer, params: lsp.HoverParams) -> _Waiting[lsp.Hover | None]:
    """Return the page at the cursor. This waits only for the analysis, and for a value or a log that has to be read."""
    at = yield from analyzed_document(ls, params.text_document.uri)
    target = _hover_target(*at, params.position) if at else None
    if at is None or target is None:
        return None
    context, _ = at
    output = features.hover.wanted(context, target)
    preview = (yield _hover_value, (context, output), None) if output is not None else None
    unread = _unread_logs(context, target) if output is None else None
    if unread:
        yield _read_logs, (ls.session, context, unread), None
    shown = _hover(context, target, preview)
    ls.session.look_soon(context)
    return shown


@server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions(resolve_provider=False))
def show_code_lenses(ls: PipesightServer, params: lsp.CodeLensParams) -> _Waiting[list[lsp.CodeLens] | None]:
    """Return the code lenses above statements and definitions."""
    at = yield from analyzed_document(ls, params.text_document.uri)
    lenses = (yield from _in_slices(ls, at, lambda: _lenses(*at))) if at is not None else None
    if at is None or lenses is None:
        return None
    ls.session.read_soon(at[0], lenses.wanted)
    ls.session.look_soon(at[0])
    return lenses.items


@server.feature(
    lsp.TEXT_DOCUMENT_DIAGNOSTIC,
    lsp.DiagnosticOptions(identifier="pipesight", inter_file_dependencies=True, workspace_diagnostics=False),
)
@quiet_async
async def pull_diagnostics(ls: PipesightServer, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
    """Return the diagnostics of a document, for clients that pull."""
    at = document_at(ls, params.text_document.uri)
    return lsp.RelatedFullDocumentDiagnosticReport(items=await ls.session.diagnostics_of(*at) if at else [])


@server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=_ACTION_KINDS))
@about_document
def show_code_actions(
    ls: PipesightServer, at: _At, params: lsp.CodeActionParams
) -> Sequence[lsp.Command | lsp.CodeAction] | None:
    """Return the code actions of a range."""
    return features.code_actions.code_actions(*at, params.range, params.context)


@server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
@about_document
def go_to_definition(
    ls: PipesightServer, at: _At, params: lsp.DefinitionParams
) -> Sequence[lsp.Location] | Sequence[lsp.LocationLink] | None:
    """Return the definitions at the cursor."""
    return features.definition.definition(*at, params.position)


@server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
@quiet_async
async def find_references(ls: PipesightServer, params: lsp.ReferenceParams) -> list[lsp.Location] | None:
    """Return the references of the name at the cursor."""
    at = await document_with_files(ls, params.text_document.uri)
    if at is None:
        return None
    declaration = params.context.include_declaration
    find = functools.partial(features.references.references, *at, params.position, declaration=declaration)
    return await ls.session.in_workspace(find, at[1].document)


@server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
@about_document
def show_highlights(
    ls: PipesightServer, at: _At, params: lsp.DocumentHighlightParams
) -> list[lsp.DocumentHighlight] | None:
    """Return the highlights of the name at the cursor."""
    return features.references.highlights(*at, params.position)


@server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
@about_document
def prepare_rename(
    ls: PipesightServer, at: _At, params: lsp.PrepareRenameParams
) -> lsp.PrepareRenamePlaceholder | None:
    """Return the name at the cursor that can be renamed."""
    return features.references.prepare_rename(*at, params.position)


@server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
@quiet_async
async def rename(ls: PipesightServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    """Return the edits of a rename."""
    at = await document_with_files(ls, params.text_document.uri)
    if at is None:
        return None
    try:
        edit = functools.partial(features.references.rename, *at, params.position, params.new_name)
        renaming = await ls.session.in_workspace(edit, at[1].document)
    except features.references.RenameError as error:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, str(error)))
        return None
    if renaming is not None and renaming.warning is not None:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, renaming.warning))
    return renaming.edit if renaming is not None else None


@server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
def show_inlay_hints(ls: PipesightServer, params: lsp.InlayHintParams) -> _Waiting[list[lsp.InlayHint] | None]:
    """Return the hints of runs and values."""
    at = yield from analyzed_document(ls, params.text_document.uri)
    hints = (yield from _in_slices(ls, at, lambda: _hints(*at, params.range))) if at is not None else None
    if at is None or hints is None:
        return None
    ls.session.read_soon(at[0], hints.wanted)
    return hints.items or None


@server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
@quiet_async
async def show_links(ls: PipesightServer, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink] | None:
    """Return the links of names. This waits for files and dashboards, because LSP has no refresh of links."""
    at = document_at(ls, params.text_document.uri)
    if at is None or not at[1].document.uses_zenml:
        return None
    await ls.session.begun(_PATIENCE)
    at = document_at(ls, params.text_document.uri)
    if at is None:
        return None
    links = await _links(ls, at)
    if looks := ls.session.look_soon(at[0]):
        await asyncio.wait(looks, timeout=_PATIENCE)
        at = document_at(ls, params.text_document.uri)
        links = await _links(ls, at) if at else None
    return links


async def _links(ls: PipesightServer, at: _At) -> list[lsp.DocumentLink] | None:
    return await ls.session.answer(at[1], functools.partial(features.document_links.document_links, *at))

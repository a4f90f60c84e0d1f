"""The features as a plug-in of python-lsp-server, for editors with one server a language: JupyterLab, Spyder."""

from __future__ import annotations

import asyncio
import functools
import logging
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar, cast
from weakref import WeakKeyDictionary

import pluggy
from lsprotocol import converters, types as lsp

from pipesight.code.model import Form
from pipesight.code.workspace import Workspace
from pipesight.features import (
    code_actions,
    code_lens,
    comparisons,
    completion,
    definition,
    diagnostics,
    hover,
    outputs,
    references,
    runs,
)
from pipesight.history.history import History
from pipesight.pages.contract.command_ids import COMPARE_RUNS, READ_OUTPUT, SHOW_RUN, SHOW_RUNS
from pipesight.pages.contract.wire import encode
from pipesight.project_settings import ProjectSettings, project_settings
from pipesight.rules.checked import is_settled
from pipesight.settings import table
from pipesight.workspace.context import PATIENCE, Client, Context
from pipesight.workspace.documents import Documents, Encoding, View
from pipesight.workspace.file_uris import to_path
from pipesight.workspace.opening import find_stores
from pipesight.workspace.target import Target, target_at

logger = logging.getLogger(__name__)

hookimpl = pluggy.HookimplMarker("pylsp")

_T = TypeVar("_T")
_D = TypeVar("_D")
_P = ParamSpec("_P")
_CONVERTER = converters.get_converter()
_LIMIT = 1000  # names in a completion, because python-lsp-server cannot mark it as incomplete
_PATIENCE = 5.0  # seconds for which diagnostics wait for the history, because the client requests them only once


class PylspConfig(Protocol):
    """The part of python-lsp-server's configuration that is used."""

    capabilities: Mapping[str, object] | None

    def plugin_settings(self, plugin: str, /) -> Mapping[str, object]:
        """Return the settings of a plug-in."""
        ...


class PylspDocument(Protocol):
    """A document of python-lsp-server, or a cell of a notebook. A cell also has a `notebook_uri`."""

    uri: str
    source: str
    version: int | None


class PylspNotebook(Protocol):
    """A notebook of python-lsp-server."""

    version: int | None
    cells: Sequence[Mapping[str, str]]


class PylspWorkspace(Protocol):
    """The part of python-lsp-server's workspace that is used."""

    root_uri: str | None
    root_path: str
    documents: Mapping[str, object]

    def get_maybe_document(self, uri: str, /) -> PylspNotebook:
        """Return the notebook with this URI."""
        ...

    def get_cell_document(self, uri: str, /) -> PylspDocument | None:
        """Return the cell with this URI."""
        ...


class _HookOutcome(Protocol):
    """The answers of the other plug-ins, as pluggy passes them to a wrapper."""

    exception: BaseException | None

    def get_result(self) -> object: ...
    def force_result(self, result: object) -> None: ...


class _PylspSession:
    """The context of the features for one workspace of python-lsp-server. Hooks call it from several threads."""

    def __init__(self, config: PylspConfig, workspace: PylspWorkspace) -> None:
        root = to_path(workspace.root_uri or "") or workspace.root_path
        folders = [Path(root)] if root else []
        self.given = _settings(config)
        project = project_settings(folders[0]) if folders else ProjectSettings()
        settings, problems = project.under(self.given)
        for problem in dict.fromkeys((*project.problems, *problems)):
            logger.warning(problem)
        documents = Documents(Encoding(), Workspace(folders))
        history = History.open(find_stores(folders, settings).sources if settings.enable else ())
        limited = replace(settings, completion=replace(settings.completion, limit=_LIMIT))
        self.context = Context.open(folders, history, documents, limited, _client(config))
        self._workspace = workspace
        self._lock = threading.RLock()
        self.context.places.start(lambda: None)

    def close(self) -> None:
        """End the threads and processes of this session."""
        self.context.history.close()
        self.context.previews.close()
        self.context.places.stop()

    def ask(self, document: PylspDocument, answer: Callable[[Context, View], _T | None]) -> _T | None:
        """Return the answer of a feature for the current text of a document. None if there is none."""
        with self._lock:
            view = self._view(document)
            return answer(self.context, view) if view is not None else None

    def wait(self) -> None:
        """Wait up to `_PATIENCE` seconds until the history is read, and check the requested files of outputs."""
        give_up = time.monotonic() + _PATIENCE
        while self._is_read_soon() and time.monotonic() < give_up:
            time.sleep(0.05)
        if self.context.output_files.wants_to_look:
            self.context.output_files.look()

    def wait_for_values(self) -> bool:
        """Wait up to `_PATIENCE` seconds for the values that diagnostics need. Return whether there are new ones."""
        return bool(wait(self.context.previews.begun(), timeout=_PATIENCE).done)

    def _is_read_soon(self) -> bool:
        sources = self.context.history.state.sources
        failed = any(source.error is not None for source in sources)
        return bool(sources) and not failed and not is_settled(self.context.history)

    def read_logs(self, wanted: Sequence[Future[None]]) -> None:
        """Read the logs of failed steps in the background, and wait for them as long as for a value."""
        if wanted:
            look, told = self.context.failures.look, (self.context.history, self.context.previews.logs)
            threading.Thread(target=look, args=told, name="pipesight-logs", daemon=True).start()
            wait(wanted, timeout=PATIENCE)

    def scan(self) -> None:
        """Scan the files of the workspace."""
        if self.context.places.scan():
            with self._lock:
                self.context.documents.changed_on_disk()

    def _view(self, document: PylspDocument) -> View | None:
        documents, uri, text = self.context.documents, str(document.uri), str(document.source)
        documents.keep({uri, *self._workspace.documents})
        notebook = getattr(document, "notebook_uri", None)
        if isinstance(notebook, str):
            return self._cell(document, notebook)
        view = documents.view(uri)
        if view is None:
            documents.open(lsp.TextDocumentItem(uri, "python", document.version or 0, text))
        elif view.text.text != text:
            documents.change(uri, [lsp.TextDocumentContentChangeWholeDocument(text)], document.version)
        return documents.view(uri)

    def _cell(self, cell: PylspDocument, uri: str) -> View | None:
        """Return the view of a cell. The other cells of its notebook are part of its program."""
        notebook = self._workspace.get_maybe_document(uri)
        uris = [each["document"] for each in notebook.cells]
        texts = {each: code for each in uris if (code := self._workspace.get_cell_document(each)) is not None}
        documents = self.context.documents
        known = [documents.view(each) for each in texts]
        if [view and view.text.text for view in known] != [each.source for each in texts.values()]:
            documents.close_notebook(uri)
            cells = [lsp.NotebookCell(lsp.NotebookCellKind.Code, each) for each in texts]
            opened = lsp.NotebookDocument(uri, "jupyter-notebook", notebook.version or 0, cells)
            items = [lsp.TextDocumentItem(each, "python", 0, code.source) for each, code in texts.items()]
            documents.open_notebook(opened, items)
        return documents.view(str(cell.uri))


_sessions: WeakKeyDictionary[PylspWorkspace, _PylspSession] = WeakKeyDictionary()
_opening = threading.Lock()


def _session(config: PylspConfig, workspace: PylspWorkspace) -> _PylspSession:
    with _opening:
        if workspace not in _sessions:
            _sessions[workspace] = _PylspSession(config, workspace)
        return _sessions[workspace]


def _settings(config: PylspConfig) -> dict[str, object]:
    return {key: value for key, value in dict(config.plugin_settings("pipesight")).items() if key != "enabled"}


def _client(config: PylspConfig) -> Client:
    """Return the abilities of the editor, as python-lsp-server passes them on."""
    told = _CONVERTER.structure(config.capabilities or {}, lsp.ClientCapabilities)
    able = Client.of(told, ())
    return replace(able, default_edit_range=False, definition_links=False, versioned_edits=False)


def _quiet(default: _D) -> Callable[[Callable[_P, _T]], Callable[_P, _T | _D]]:
    """Wrap a hook so that an exception is logged and the answer is `default`. The other plug-ins continue."""

    def decorate(hook: Callable[_P, _T]) -> Callable[_P, _T | _D]:
        @functools.wraps(hook)
        def quiet(*args: _P.args, **kwargs: _P.kwargs) -> _T | _D:
            try:
                return hook(*args, **kwargs)
            except Exception:
                logger.exception("%s failed", hook.__name__)
                return default

        return quiet

    return decorate


def _json(value: object) -> dict[str, object]:
    return _CONVERTER.unstructure(value)


def _all_json(values: Sequence[object] | None) -> list[object]:
    return [_CONVERTER.unstructure(value) for value in values or ()]


def _position(position: Mapping[str, int]) -> lsp.Position:
    return lsp.Position(position["line"], position["character"])


@hookimpl
def pylsp_settings() -> dict[str, object]:
    """Return the default settings. The plug-in is on unless the settings say otherwise."""
    return {"plugins": {"pipesight": {"enabled": True}}}


@hookimpl
@_quiet(None)
def pylsp_workspace_configuration_changed(config: PylspConfig, workspace: PylspWorkspace) -> None:
    """Open the session again with the new settings."""
    session = _sessions.get(workspace)
    if session is not None and session.given != _settings(config):
        pylsp_shutdown(config, workspace)


@hookimpl
@_quiet(list[object]())
def pylsp_completions(
    config: PylspConfig, workspace: PylspWorkspace, document: PylspDocument, position: Mapping[str, int]
) -> list[object]:
    """Return the names that fit at the cursor."""
    at = _position(position)
    found = _session(config, workspace).ask(document, lambda context, view: completion.complete(context, view, at))
    items = [_json(item) for item in found.items] if found is not None else []
    return [{**item, "data": {**(table(item.get("data")) or {}), "doc_uri": document.uri}} for item in items]


@hookimpl(tryfirst=True)
@_quiet(None)
def pylsp_completion_item_resolve(
    config: PylspConfig, workspace: PylspWorkspace, document: PylspDocument, completion_item: dict[str, object]
) -> dict[str, object] | None:
    """Return an item of ours with the page of its name. Return None for items of other plug-ins."""
    if "kind" not in (table(completion_item.get("data")) or {}):
        return None
    item = _CONVERTER.structure(completion_item, lsp.CompletionItem)
    documentation = asyncio.run(completion.documentation(_session(config, workspace).context, item))
    return {**completion_item, "documentation": _json(documentation)} if documentation else completion_item


@hookimpl(hookwrapper=True)
def pylsp_hover(
    config: PylspConfig, workspace: PylspWorkspace, document: PylspDocument, position: Mapping[str, int]
) -> Generator[None, _HookOutcome, None]:
    """Return the page at the cursor.

    For a name, it replaces the pages of other plug-ins. For a variable, it comes before them.
    """
    outcome = yield
    ours = _hover(config, workspace, document, position)
    if ours is not None:
        page, is_name = ours
        theirs = None if is_name or outcome.exception else outcome.get_result()
        outcome.force_result(_joined(page, theirs))


@_quiet(None)
def _hover(
    config: PylspConfig, workspace: PylspWorkspace, document: PylspDocument, position: Mapping[str, int]
) -> tuple[dict[str, object], bool] | None:
    session, at = _session(config, workspace), _position(position)

    def look(context: Context, view: View) -> tuple[Target | None, bool]:
        site = view.document.site_at(view.position(at)) if view.document.uses_zenml else None
        return target_at(context, view, at), site is not None and site.form is Form.LITERAL

    target, is_name = session.ask(document, look) or (None, False)
    if target is None:
        return None
    output = hover.wanted(session.context, target)
    preview = asyncio.run(session.context.preview(output)) if output is not None else None
    if output is None:
        session.read_logs(hover.unread_logs(session.context, target))
    page = hover.hover(session.context, target, preview)
    return (_json(page), is_name) if page is not None else None


def _joined(page: dict[str, object], theirs: object) -> dict[str, object]:
    """Return our page followed by that of another plug-in, if both have the same markup."""
    ours, other = table(page["contents"]) or {}, table((table(theirs) or {}).get("contents")) or {}
    if other.get("kind") != ours["kind"] or not other.get("value"):
        return page
    line = "\n\n---\n\n" if ours["kind"] == "markdown" else "\n\n"
    return {**page, "contents": {**ours, "value": f"{ours['value']}{line}{other['value']}"}}


@hookimpl
@_quiet(list[object]())
def pylsp_definitions(
    config: PylspConfig, workspace: PylspWorkspace, document: PylspDocument, position: Mapping[str, int]
) -> list[object]:
    """Return the definitions at the cursor."""
    at = _position(position)
    session = _session(config, workspace)
    return _all_json(session.ask(document, lambda context, view: definition.definition(context, view, at)))


@hookimpl
@_quiet(list[object]())
def pylsp_references(
    config: PylspConfig,
    workspace: PylspWorkspace,
    document: PylspDocument,
    position: Mapping[str, int],
    exclude_declaration: bool,
) -> list[object]:
    """Return the references of the name at the cursor."""
    at, declaration = _position(position), not exclude_declaration
    session = _session(config, workspace)
    if not session.ask(document, lambda _, view: view.document.uses_zenml):
        return []
    session.scan()
    return _all_json(
        session.ask(document, lambda context, view: references.references(context, view, at, declaration=declaration))
    )


@hookimpl
@_quiet(list[object]())
def pylsp_document_highlight(
    config: PylspConfig, workspace: PylspWorkspace, document: PylspDocument, position: Mapping[str, int]
) -> list[object]:
    """Return the highlights of the name at the cursor."""
    at = _position(position)
    session = _session(config, workspace)
    return _all_json(session.ask(document, lambda context, view: references.highlights(context, view, at)))


@hookimpl
@_quiet(list[object]())
def pylsp_lint(config: PylspConfig, workspace: PylspWorkspace, document: PylspDocument) -> list[object]:
    """Return the diagnostics of the document."""
    session = _session(config, workspace)
    if not session.ask(document, lambda _, view: view.document.uses_zenml):
        return []
    session.ask(document, diagnostics.diagnostics)  # requests the runs that the diagnostics need
    session.wait()
    found = session.ask(document, diagnostics.diagnostics)
    return _all_json(session.ask(document, diagnostics.diagnostics) if session.wait_for_values() else found)


@hookimpl
@_quiet(list[object]())
def pylsp_code_actions(
    config: PylspConfig,
    workspace: PylspWorkspace,
    document: PylspDocument,
    range: Mapping[str, object],  # noqa: A002 - the hook's own name for it
    context: Mapping[str, object],
) -> list[object]:
    """Return the code actions of a range."""
    where = _CONVERTER.structure(range, lsp.Range)
    asked = _CONVERTER.structure({"diagnostics": [], **context}, lsp.CodeActionContext)
    session = _session(config, workspace)
    return _all_json(session.ask(document, lambda given, view: code_actions.code_actions(given, view, where, asked)))


@hookimpl
@_quiet(list[object]())
def pylsp_code_lens(config: PylspConfig, workspace: PylspWorkspace, document: PylspDocument) -> list[object]:
    """Return the code lenses above statements and definitions."""
    lenses = _session(config, workspace).ask(document, code_lens.code_lenses)
    return _all_json(lenses.items) if lenses is not None else []


_COMMANDS = {
    READ_OUTPUT: outputs.read_output,
    SHOW_RUN: runs.show_run,
    SHOW_RUNS: runs.show_runs,
    COMPARE_RUNS: comparisons.compare_runs,
}


@hookimpl
def pylsp_commands(config: PylspConfig, workspace: PylspWorkspace) -> list[str]:
    """Return the commands in our code actions and code lenses."""
    return list(_COMMANDS)


@hookimpl
@_quiet(None)
def pylsp_execute_command(
    config: PylspConfig, workspace: PylspWorkspace, command: str, arguments: Sequence[object]
) -> object:
    """Execute a command of Pipesight. Return None for commands of other plug-ins."""
    context = _session(config, workspace).context
    argument = cast("Mapping[str, object]", arguments[0] if arguments else {})
    ours = _COMMANDS.get(command)
    return encode(asyncio.run(ours(context, argument))) if ours is not None else None


@hookimpl
@_quiet(None)
def pylsp_shutdown(config: PylspConfig, workspace: PylspWorkspace) -> None:
    """Close the history."""
    session = _sessions.pop(workspace, None)
    if session is not None:
        session.close()

"""The features inside python-lsp-server, for editors that start one server a language: JupyterLab, Spyder."""

from __future__ import annotations

import asyncio
import functools
import logging
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import pluggy
from lsprotocol import converters
from lsprotocol import types as lsp

from pipesight.code.model import Form
from pipesight.code.workspace import Workspace
from pipesight.features import (
    code_actions,
    code_lens,
    commands,
    comparisons,
    completion,
    definition,
    diagnostics,
    hover,
    references,
)
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.pages.contract import COMPARE_RUNS, READ_OUTPUT, SHOW_RUN, SHOW_RUNS, encode
from pipesight.project_settings import ProjectSettings, project_settings
from pipesight.rules.checked import is_settled
from pipesight.workspace.context import Client, Context
from pipesight.workspace.documents import Documents, Encoding, View, to_path
from pipesight.workspace.target import Target, target_at

logger = logging.getLogger(__name__)

hookimpl = pluggy.HookimplMarker("pylsp")

_T = TypeVar("_T")
_CONVERTER = converters.get_converter()
_LIMIT = 1000  # names offered at once: python-lsp-server cannot say that there are more
_PATIENCE = 5.0  # seconds that diagnostics wait for the history to be read: nobody asks for them again


class _Session:
    """The context of the features for one workspace of python-lsp-server. Its hooks come from several threads."""

    def __init__(self, config: Any, workspace: Any) -> None:
        root = to_path(workspace.root_uri or "") or workspace.root_path
        folders = [Path(root)] if root else []
        self.given = _settings(config)
        project = project_settings(folders[0]) if folders else ProjectSettings()
        settings, problems = project.under(self.given)
        for problem in dict.fromkeys((*project.problems, *problems)):
            logger.warning(problem)
        documents = Documents(Encoding(), Workspace(folders))
        found = discover(folders, history=settings.history, project=settings.project) if settings.enable else None
        history = History.open(found.sources if found is not None else ())
        limited = replace(settings, completion=replace(settings.completion, limit=_LIMIT))
        self.context = Context.open(folders, history, documents, limited, _client(config))
        self._workspace = workspace
        self._lock = threading.RLock()
        self.context.places.start(lambda: None)

    def close(self) -> None:
        """End what runs beside python-lsp-server."""
        self.context.history.close()
        self.context.previews.close()
        self.context.places.stop()

    def ask(self, document: Any, answer: Callable[[Context, View], _T | None]) -> _T | None:
        """Return the answer of a feature for a document as python-lsp-server has it now. None if there is none."""
        with self._lock:
            view = self._view(document)
            return answer(self.context, view) if view is not None else None

    def wait(self) -> None:
        """Wait a moment while the history is being read, and look for files of outputs that were asked for."""
        give_up = time.monotonic() + _PATIENCE
        while self._is_read_soon() and time.monotonic() < give_up:
            time.sleep(0.05)
        if self.context.presence.wants_to_look:
            self.context.presence.look()

    def _is_read_soon(self) -> bool:
        sources = self.context.history.state.sources
        failed = any(source.error is not None for source in sources)
        return bool(sources) and not failed and not is_settled(self.context.history)

    def scan(self) -> None:
        """Bring what is known of the workspace's files up to date."""
        if self.context.places.scan():
            with self._lock:
                self.context.documents.changed_on_disk()

    def _view(self, document: Any) -> View | None:
        documents, uri, text = self.context.documents, str(document.uri), str(document.source)
        documents.keep({uri, *self._workspace.documents})
        if getattr(document, "notebook_uri", None):
            return self._cell(document)
        view = documents.view(uri)
        if view is None:
            documents.open(lsp.TextDocumentItem(uri, "python", document.version or 0, text))
        elif view.text.text != text:
            documents.change(uri, [lsp.TextDocumentContentChangeWholeDocument(text)], document.version)
        return documents.view(uri)

    def _cell(self, cell: Any) -> View | None:
        """Return a cell in its notebook. The other cells are part of its program."""
        notebook = self._workspace.get_maybe_document(cell.notebook_uri)
        uris = [each["document"] for each in notebook.cells]
        texts = {uri: code for uri in uris if (code := self._workspace.get_cell_document(uri)) is not None}
        documents = self.context.documents
        known = [documents.view(uri) for uri in texts]
        if [view and view.text.text for view in known] != [each.source for each in texts.values()]:
            documents.close_notebook(cell.notebook_uri)
            cells = [lsp.NotebookCell(lsp.NotebookCellKind.Code, uri) for uri in texts]
            opened = lsp.NotebookDocument(cell.notebook_uri, "jupyter-notebook", notebook.version or 0, cells)
            items = [lsp.TextDocumentItem(uri, "python", 0, each.source) for uri, each in texts.items()]
            documents.open_notebook(opened, items)
        return documents.view(str(cell.uri))


_sessions: WeakKeyDictionary[Any, _Session] = WeakKeyDictionary()
_opening = threading.Lock()


def _session(config: Any, workspace: Any) -> _Session:
    with _opening:
        if workspace not in _sessions:
            _sessions[workspace] = _Session(config, workspace)
        return _sessions[workspace]


def _settings(config: Any) -> dict[str, object]:
    return {key: value for key, value in dict(config.plugin_settings("pipesight")).items() if key != "enabled"}


def _client(config: Any) -> Client:
    """Return the abilities of the editor that python-lsp-server passes on."""
    told = _CONVERTER.structure(config.capabilities or {}, lsp.ClientCapabilities)
    able = Client.of(told, ())
    return replace(able, default_edit_range=False, definition_links=False, versioned_edits=False)


def _quiet(default: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Wrap a hook so that a failure is logged and answered with `default`. The other plug-ins go on."""

    def decorate(hook: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(hook)
        def quiet(*args: Any, **kwargs: Any) -> Any:
            try:
                return hook(*args, **kwargs)
            except Exception:
                logger.exception("%s failed", hook.__name__)
                return default

        return quiet

    return decorate


def _json(value: Any) -> Any:
    return _CONVERTER.unstructure(value)


def _position(position: Mapping[str, int]) -> lsp.Position:
    return lsp.Position(position["line"], position["character"])


@hookimpl
def pylsp_settings() -> dict[str, Any]:
    """Return the default settings. The plug-in is on unless the settings say otherwise."""
    return {"plugins": {"pipesight": {"enabled": True}}}


@hookimpl
@_quiet(None)
def pylsp_workspace_configuration_changed(config: Any, workspace: Any) -> None:
    """Start anew with other settings."""
    session = _sessions.get(workspace)
    if session is not None and session.given != _settings(config):
        pylsp_shutdown(config, workspace)


@hookimpl
@_quiet([])
def pylsp_completions(config: Any, workspace: Any, document: Any, position: Mapping[str, int]) -> list[Any]:
    """Return the names that fit at the cursor."""
    at = _position(position)
    found = _session(config, workspace).ask(document, lambda context, view: completion.complete(context, view, at))
    items: list[Any] = _json(found.items) if found is not None else []
    for item in items:
        item["data"] = {**item.get("data", {}), "doc_uri": document.uri}
    return items


@hookimpl(tryfirst=True)
@_quiet(None)
def pylsp_completion_item_resolve(
    config: Any, workspace: Any, document: Any, completion_item: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the page of an offered name. None leaves the items of the other plug-ins to them."""
    if "kind" not in (completion_item.get("data") or {}):
        return None
    item = _CONVERTER.structure(completion_item, lsp.CompletionItem)
    documentation = asyncio.run(completion.documentation(_session(config, workspace).context, item))
    return {**completion_item, "documentation": _json(documentation)} if documentation else completion_item


@hookimpl(hookwrapper=True)
def pylsp_hover(config: Any, workspace: Any, document: Any, position: Mapping[str, int]) -> Generator[None, Any, None]:
    """Return the page at the cursor.

    On a name it stands alone, on a variable it comes before the other plug-ins' pages.
    """
    outcome = yield
    ours = _hover(config, workspace, document, position)
    if ours is not None:
        page, is_name = ours
        theirs = None if is_name or outcome.exception else outcome.get_result()
        outcome.force_result(_joined(page, theirs))


@_quiet(None)
def _hover(config: Any, workspace: Any, document: Any, position: Mapping[str, int]) -> tuple[Any, bool] | None:
    session, at = _session(config, workspace), _position(position)

    def look(context: Context, view: View) -> tuple[Target | None, bool]:
        site = view.document.site_at(view.position(at)) if view.document.uses_zenml else None
        return target_at(context, view, at), site is not None and site.form is Form.LITERAL

    target, is_name = session.ask(document, look) or (None, False)
    if target is None:
        return None
    output = hover.wanted(session.context, target)
    preview = asyncio.run(session.context.preview(output)) if output is not None else None
    page = hover.hover(session.context, target, preview)
    return (_json(page), is_name) if page is not None else None


def _joined(page: dict[str, Any], theirs: Any) -> dict[str, Any]:
    """Our page above that of another plug-in, where that is written in the same way."""
    ours: dict[str, Any] = page["contents"]
    contents = cast("dict[str, object]", theirs or {}).get("contents")
    other = cast("dict[str, Any]", contents if isinstance(contents, dict) else {})
    if other.get("kind") != ours["kind"] or not other.get("value"):
        return page
    line = "\n\n---\n\n" if ours["kind"] == "markdown" else "\n\n"
    return {**page, "contents": {**ours, "value": ours["value"] + line + other["value"]}}


@hookimpl
@_quiet([])
def pylsp_definitions(config: Any, workspace: Any, document: Any, position: Mapping[str, int]) -> list[Any]:
    """Return the definitions at the cursor."""
    at = _position(position)
    session = _session(config, workspace)
    return _json(session.ask(document, lambda context, view: definition.definition(context, view, at)) or [])


@hookimpl
@_quiet([])
def pylsp_references(
    config: Any, workspace: Any, document: Any, position: Mapping[str, int], exclude_declaration: bool
) -> list[Any]:
    """Return the references of the name at the cursor."""
    at, declaration = _position(position), not exclude_declaration
    session = _session(config, workspace)
    if not session.ask(document, lambda _, view: view.document.uses_zenml):
        return []
    session.scan()
    return _json(
        session.ask(document, lambda context, view: references.references(context, view, at, declaration=declaration))
        or []
    )


@hookimpl
@_quiet([])
def pylsp_document_highlight(config: Any, workspace: Any, document: Any, position: Mapping[str, int]) -> list[Any]:
    """Return the highlights of the name at the cursor."""
    at = _position(position)
    session = _session(config, workspace)
    return _json(session.ask(document, lambda context, view: references.highlights(context, view, at)) or [])


@hookimpl
@_quiet([])
def pylsp_lint(config: Any, workspace: Any, document: Any) -> list[Any]:
    """Return the diagnostics of the document."""
    session = _session(config, workspace)
    if not session.ask(document, lambda _, view: view.document.uses_zenml):
        return []
    session.ask(document, diagnostics.diagnostics)  # has the runs that it needs fetched
    session.wait()
    return _json(session.ask(document, diagnostics.diagnostics) or [])


@hookimpl
@_quiet([])
def pylsp_code_actions(
    config: Any,
    workspace: Any,
    document: Any,
    range: Mapping[str, Any],  # noqa: A002 - the hook's own name for it
    context: Mapping[str, Any],
) -> list[Any]:
    """Return the code actions of a range."""
    where = _CONVERTER.structure(range, lsp.Range)
    asked = _CONVERTER.structure({"diagnostics": [], **context}, lsp.CodeActionContext)
    session = _session(config, workspace)
    return _json(session.ask(document, lambda given, view: code_actions.code_actions(given, view, where, asked)) or [])


@hookimpl
@_quiet([])
def pylsp_code_lens(config: Any, workspace: Any, document: Any) -> list[Any]:
    """Facts above statements and definitions."""
    lenses = _session(config, workspace).ask(document, code_lens.code_lenses)
    return _json(lenses.items) if lenses is not None else []


_COMMANDS = {
    READ_OUTPUT: commands.read_output,
    SHOW_RUN: commands.show_run,
    SHOW_RUNS: commands.show_runs,
    COMPARE_RUNS: comparisons.compare_runs,
}


@hookimpl
def pylsp_commands(config: Any, workspace: Any) -> list[str]:
    """Return the commands that actions and lenses carry."""
    return list(_COMMANDS)


@hookimpl
@_quiet(None)
def pylsp_execute_command(config: Any, workspace: Any, command: str, arguments: Sequence[Any]) -> Any:
    """Run a command of Pipesight. None leaves other commands to the other plug-ins."""
    context = _session(config, workspace).context
    argument = cast("Mapping[str, object]", arguments[0] if arguments else {})
    by_id = {
        READ_OUTPUT: commands.read_output,
        SHOW_RUN: commands.show_run,
        SHOW_RUNS: commands.show_runs,
        COMPARE_RUNS: comparisons.compare_runs,
    }
    ours = by_id.get(command)
    return encode(asyncio.run(ours(context, argument))) if ours is not None else None


@hookimpl
@_quiet(None)
def pylsp_shutdown(config: Any, workspace: Any) -> None:
    """Close the history."""
    session = _sessions.pop(workspace, None)
    if session is not None:
        session.close()

"""The features inside python-lsp-server, for editors that start one server a language: JupyterLab, Spyder."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import pluggy
from lsprotocol import converters
from lsprotocol import types as lsp

from pipesight.code.workspace import Workspace
from pipesight.features import code_actions, code_lens, commands, completion, definition, diagnostics, hover, references
from pipesight.features.context import Client, Context
from pipesight.features.describe import READ_OUTPUT, SHOW_RUN
from pipesight.features.documents import Documents, Encoding, View, to_path
from pipesight.features.installed import installed_release
from pipesight.features.places import Places
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.outputs.service import PreviewService
from pipesight.settings import Settings

logger = logging.getLogger(__name__)

hookimpl = pluggy.HookimplMarker("pylsp")

_T = TypeVar("_T")
_CONVERTER = converters.get_converter()
_CLIENT = Client(
    hover_format=lsp.MarkupKind.Markdown,
    documentation_format=lsp.MarkupKind.Markdown,
    label_details=False,
    action_literals=True,
)


class _Session:
    """What the features need, for one workspace of python-lsp-server."""

    def __init__(self, config: Any, workspace: Any) -> None:
        root = to_path(workspace.root_uri or "") or workspace.root_path
        folders = [Path(root)] if root else []
        settings, problems = Settings.read(_settings(config))
        for problem in problems:
            logger.warning(problem)
        documents = Documents(Encoding(), Workspace(folders))
        places = Places(folders, documents)
        sources = discover(folders, history=settings.history).sources if settings.enable else ()
        self.context = Context(
            history=History.open(sources),
            documents=documents,
            previews=PreviewService(None),
            settings=settings,
            client=_CLIENT,
            places=places,
            zenml=installed_release("", folders),
        )
        places.start(lambda: None)

    def close(self) -> None:
        """End what runs beside python-lsp-server."""
        self.context.history.close()
        self.context.previews.close()
        if self.context.places is not None:
            self.context.places.stop()

    def view(self, document: Any) -> View | None:
        """The document as python-lsp-server has it now."""
        documents, uri, text = self.context.documents, str(document.uri), str(document.source)
        view = documents.view(uri)
        if view is None:
            documents.open(lsp.TextDocumentItem(uri, "python", document.version or 0, text))
        elif view.text.text != text:
            documents.change(uri, [lsp.TextDocumentContentChangeWholeDocument(text)], document.version)
        return documents.view(uri)


_sessions: WeakKeyDictionary[Any, _Session] = WeakKeyDictionary()


def _session(config: Any, workspace: Any) -> _Session:
    if workspace not in _sessions:
        _sessions[workspace] = _Session(config, workspace)
    return _sessions[workspace]


def _settings(config: Any) -> object:
    return {key: value for key, value in dict(config.plugin_settings("pipesight")).items() if key != "enabled"}


def _quiet(default: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A hook whose failure is logged and answered with `default`; the other plug-ins go on."""

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
    """The plug-in is on unless the settings say otherwise."""
    return {"plugins": {"pipesight": {"enabled": True}}}


@hookimpl
@_quiet([])
def pylsp_completions(config: Any, workspace: Any, document: Any, position: Mapping[str, int]) -> list[Any]:
    """Names that fit at the cursor."""
    session = _session(config, workspace)
    view = session.view(document)
    found = completion.complete(session.context, view, _position(position)) if view is not None else None
    return [_json(item) for item in found.items] if found is not None else []


@hookimpl(tryfirst=True)
@_quiet(None)
def pylsp_hover(config: Any, workspace: Any, document: Any, position: Mapping[str, int]) -> Any:
    """The page of what is under the cursor; None leaves it to the other plug-ins."""
    session = _session(config, workspace)
    view = session.view(document)
    target = hover.target(session.context, view, _position(position)) if view is not None else None
    if target is None:
        return None
    output = hover.wanted(session.context, target)
    preview = asyncio.run(hover.read(session.context, output)) if output is not None else None
    return _json(hover.hover(session.context, target, preview))


@hookimpl
@_quiet([])
def pylsp_definitions(config: Any, workspace: Any, document: Any, position: Mapping[str, int]) -> list[Any]:
    """Where what is under the cursor is defined."""
    session = _session(config, workspace)
    view = session.view(document)
    return _json(definition.definition(session.context, view, _position(position)) or []) if view is not None else []


@hookimpl
@_quiet([])
def pylsp_references(
    config: Any, workspace: Any, document: Any, position: Mapping[str, int], exclude_declaration: bool
) -> list[Any]:
    """Every place that means what is under the cursor."""
    session = _session(config, workspace)
    view = session.view(document)
    if view is None or not view.document.uses_zenml or session.context.places is None:
        return []
    session.context.places.scan()
    declaration = not exclude_declaration
    return _json(references.references(session.context, view, _position(position), declaration=declaration) or [])


@hookimpl
@_quiet([])
def pylsp_document_highlight(config: Any, workspace: Any, document: Any, position: Mapping[str, int]) -> list[Any]:
    """The places in the document that mean what is under the cursor."""
    session = _session(config, workspace)
    view = session.view(document)
    return _json(references.highlights(session.context, view, _position(position)) or []) if view is not None else []


@hookimpl
@_quiet([])
def pylsp_lint(config: Any, workspace: Any, document: Any) -> list[Any]:
    """What is wrong in the document."""
    session = _session(config, workspace)
    view = session.view(document)
    if view is None:
        return []
    if session.context.presence.wants_to_look:
        session.context.presence.look()
    return _json(diagnostics.diagnostics(session.context, view))


@hookimpl
@_quiet([])
def pylsp_code_actions(
    config: Any,
    workspace: Any,
    document: Any,
    range: Mapping[str, Any],  # noqa: A002 - the hook's own name for it
    context: Mapping[str, Any],
) -> list[Any]:
    """What can be done here."""
    session = _session(config, workspace)
    view = session.view(document)
    if view is None:
        return []
    where = _CONVERTER.structure(range, lsp.Range)
    asked = _CONVERTER.structure({"diagnostics": [], **context}, lsp.CodeActionContext)
    return _json(code_actions.code_actions(session.context, view, where, asked) or [])


@hookimpl
@_quiet([])
def pylsp_code_lens(config: Any, workspace: Any, document: Any) -> list[Any]:
    """Facts above statements and definitions."""
    session = _session(config, workspace)
    view = session.view(document)
    return _json(code_lens.code_lenses(session.context, view).items) if view is not None else []


@hookimpl
def pylsp_commands(config: Any, workspace: Any) -> list[str]:
    """The commands that actions and lenses carry."""
    return [READ_OUTPUT, SHOW_RUN]


@hookimpl
@_quiet(None)
def pylsp_execute_command(config: Any, workspace: Any, command: str, arguments: Sequence[Any]) -> Any:
    """Run one of our commands; None leaves it to the other plug-ins."""
    context = _session(config, workspace).context
    argument = cast("Mapping[str, object]", arguments[0] if arguments else {})
    if command == READ_OUTPUT:
        return asyncio.run(commands.read_output(context, argument))
    return commands.show_run(context, argument) if command == SHOW_RUN else None


@hookimpl
@_quiet(None)
def pylsp_shutdown(config: Any, workspace: Any) -> None:
    """Close the history."""
    session = _sessions.pop(workspace, None)
    if session is not None:
        session.close()

"""The context that every feature gets: history, open documents, previews, settings and the client's abilities."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from pipesight.code.model import Thing
from pipesight.history.history import History
from pipesight.history.model import Output
from pipesight.outputs.preview import Preview
from pipesight.outputs.service import PreviewService
from pipesight.settings import Settings
from pipesight.zenml.releases import Release, Runtime

from .dashboards import Dashboards
from .documents import Documents
from .find import Found, find, history_of
from .installed import installed_release, is_beside_zenml, page_size
from .logged_failures import LoggedFailures
from .opening import open_previews
from .output_files import OutputFiles
from .places import Places

if TYPE_CHECKING:
    from pipesight.outputs.loader_service import ValueLoader

PATIENCE = 0.7  # seconds for which a hover waits for a preview or a log


@dataclass(frozen=True, slots=True)
class Client:
    """The abilities of the client, read once from its capabilities."""

    hover_format: lsp.MarkupKind = lsp.MarkupKind.PlainText
    documentation_format: lsp.MarkupKind | None = None  # None if it takes only a plain string
    label_details: bool = False
    default_edit_range: bool = False
    show_document: bool = False
    refresh_code_lens: bool = False
    pulls_diagnostics: bool = False
    refresh_diagnostics: bool = False
    diagnostic_pages: bool = False
    inlay_hints: bool = False
    refresh_inlay_hints: bool = False
    definition_links: bool = False
    link_tooltips: bool = False
    action_literals: bool = False
    versioned_edits: bool = False
    resolves_symbols: bool = False
    opens_pages: bool = False  # it requests the content of documents with our URIs
    panel: bool = False  # it registers `pipesight.readOutput` itself and executes commands from links

    @classmethod
    def of(cls, capabilities: lsp.ClientCapabilities, client_commands: tuple[str, ...]) -> Client:
        """Return the abilities that the parameters of `initialize` declare."""
        text = capabilities.text_document or lsp.TextDocumentClientCapabilities()
        workspace = capabilities.workspace or lsp.WorkspaceClientCapabilities()
        window = capabilities.window or lsp.WindowClientCapabilities()
        hover = text.hover or lsp.HoverClientCapabilities()
        completion = text.completion or lsp.CompletionClientCapabilities()
        item = completion.completion_item or lsp.ClientCompletionItemOptions()
        diagnostics = text.publish_diagnostics or lsp.PublishDiagnosticsClientCapabilities()
        edit = workspace.workspace_edit or lsp.WorkspaceEditClientCapabilities()
        defaults = completion.completion_list.item_defaults if completion.completion_list else None
        return cls(
            hover_format=_best(hover.content_format) or lsp.MarkupKind.PlainText,
            documentation_format=_best(item.documentation_format),
            label_details=bool(item.label_details_support),
            default_edit_range="editRange" in (defaults or ()),
            show_document=bool(window.show_document and window.show_document.support),
            refresh_code_lens=bool(workspace.code_lens and workspace.code_lens.refresh_support),
            pulls_diagnostics=text.diagnostic is not None,
            refresh_diagnostics=bool(workspace.diagnostics and workspace.diagnostics.refresh_support),
            diagnostic_pages=bool(diagnostics.code_description_support),
            inlay_hints=text.inlay_hint is not None,
            refresh_inlay_hints=bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
            definition_links=bool(text.definition and text.definition.link_support),
            link_tooltips=bool(text.document_link and text.document_link.tooltip_support),
            action_literals=bool(text.code_action and text.code_action.code_action_literal_support),
            versioned_edits=bool(edit.document_changes),
            resolves_symbols=bool(workspace.symbol and workspace.symbol.resolve_support),
            opens_pages=workspace.text_document_content is not None,
            panel="pipesight.readOutput" in client_commands,
        )


def _best(formats: Sequence[lsp.MarkupKind] | None) -> lsp.MarkupKind | None:
    """Return Markdown if the client supports it, even if it prefers another format. None if it names no format."""
    return next((kind for kind in (lsp.MarkupKind.Markdown, lsp.MarkupKind.PlainText) if kind in (formats or ())), None)


@dataclass(slots=True)
class Context:
    """The state that features read. Only the server replaces its parts, after notifications from the client.

    `zenml` is the release of ZenML in the user's environment, None if that is not certain. `page_size` is the number of
    items on ZenML's pages, None if the environment does not set it.
    """

    history: History
    documents: Documents
    previews: PreviewService
    settings: Settings
    client: Client
    places: Places
    output_files: OutputFiles = field(default_factory=OutputFiles)
    dashboards: Dashboards = field(default_factory=Dashboards)
    failures: LoggedFailures = field(default_factory=LoggedFailures)
    zenml: Release | None = None
    page_size: int | None = field(default_factory=page_size)
    loader: ValueLoader | None = None  # None unless the user trusts the workspace in an editor
    _found: tuple[object, dict[Thing, Found]] = (None, {})
    _beside_zenml: dict[Path, bool] = field(default_factory=dict[Path, bool])

    @classmethod
    def open(
        cls,
        folders: Sequence[Path],
        history: History,
        documents: Documents,
        settings: Settings,
        client: Client,
        *,
        interpreter: str = "",
    ) -> Context:
        """Return the context of a workspace with these folders.

        `interpreter` is the path of the Python in the user's environment.
        """
        return cls(
            history,
            documents,
            open_previews(settings, interpreter),
            settings,
            client,
            Places(folders, documents),
            zenml=installed_release(interpreter, folders),
        )

    def history_of(self, thing: Thing) -> History:
        """Return the history of the project that the code names. It is empty if the project is not certain."""
        return history_of(self.history, thing) or History(())

    def find(self, thing: Thing) -> Found:
        """Return the pipeline, run, step and output of the history that a thing in code denotes.

        The answer is cached for a second while the history stays the same, because many features ask after each edit.
        """
        moment = (self.history, self.history.generation, self.runtime, int(time.monotonic()))
        known = self._found
        if known[0] != moment:
            known = self._found = moment, {}
        found = known[1].get(thing)
        if found is None:
            found = known[1][thing] = find(self.history, thing, self.runtime)
        return found

    def is_beside_zenml(self, folder: Path) -> bool:
        """Return whether a folder contains the source of ZenML, or is beside it. Cached until `forget`."""
        if folder not in self._beside_zenml:
            self._beside_zenml[folder] = is_beside_zenml(folder)
        return self._beside_zenml[folder]

    def of_folder(
        self, sources: Collection[str], zenml: Release | None, previews: PreviewService, loader: ValueLoader | None
    ) -> Context:
        """Return the context of one folder of the workspace. `sources` are the keys of its stores."""
        history = self.history.of_sources(sources)
        return replace(self, history=history, zenml=zenml, previews=previews, loader=loader, _found=(None, {}))

    @property
    def runtime(self) -> Runtime:
        """The ZenML release and its settings that run the code."""
        return Runtime(self.zenml, self.page_size)

    async def preview(self, output: Output) -> Preview:
        """Return the preview of an output. After `PATIENCE` seconds, return one that says it is still being read."""
        reading = asyncio.ensure_future(self.previews.preview(output))
        done, _ = await asyncio.wait({reading}, timeout=PATIENCE)
        if reading in done:
            return reading.result()
        return Preview("text", "loading", text="The value is still being read. Hover again in a moment.")

    async def wait_for_logs(self, reading: Iterable[Future[None]]) -> None:
        """Wait up to `PATIENCE` seconds until another thread has read these logs."""
        await asyncio.wait([asyncio.wrap_future(each) for each in reading], timeout=PATIENCE)

    def forget(self) -> None:
        """Clear the caches of the history and the disk. Call it if the history or the state of a source changes."""
        self._found = None, {}
        self._beside_zenml.clear()

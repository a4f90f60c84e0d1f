"""What every feature is given: history, open documents, previews, settings and the client's abilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lsprotocol import types as lsp

from pipesight.features.documents import Documents
from pipesight.history.history import History
from pipesight.outputs.service import PreviewService
from pipesight.settings import Settings


@dataclass(frozen=True, slots=True)
class Client:
    """What the client can show, read once from its capabilities."""

    hover_format: lsp.MarkupKind = lsp.MarkupKind.PlainText
    documentation_format: lsp.MarkupKind | None = None  # None: a string and no markup
    label_details: bool = False
    default_edit_range: bool = False
    insert_replace: bool = False
    show_document: bool = False
    refresh_code_lens: bool = False
    panel: bool = False  # it registers pipesight.readOutput itself and runs commands from links

    @classmethod
    def of(cls, capabilities: lsp.ClientCapabilities, client_commands: tuple[str, ...]) -> Client:
        """The abilities that `initialize` declared."""
        text = capabilities.text_document or lsp.TextDocumentClientCapabilities()
        workspace = capabilities.workspace or lsp.WorkspaceClientCapabilities()
        window = capabilities.window or lsp.WindowClientCapabilities()
        hover = text.hover or lsp.HoverClientCapabilities()
        completion = text.completion or lsp.CompletionClientCapabilities()
        item = completion.completion_item or lsp.ClientCompletionItemOptions()
        defaults = completion.completion_list.item_defaults if completion.completion_list else None
        return cls(
            hover_format=_best(hover.content_format) or lsp.MarkupKind.PlainText,
            documentation_format=_best(item.documentation_format),
            label_details=bool(item.label_details_support),
            default_edit_range="editRange" in (defaults or ()),
            insert_replace=bool(item.insert_replace_support),
            show_document=bool(window.show_document and window.show_document.support),
            refresh_code_lens=bool(workspace.code_lens and workspace.code_lens.refresh_support),
            panel="pipesight.readOutput" in client_commands,
        )


def _best(formats: Sequence[lsp.MarkupKind] | None) -> lsp.MarkupKind | None:
    """Markdown where the client takes it, whatever it would rather have."""
    return next((kind for kind in (lsp.MarkupKind.Markdown, lsp.MarkupKind.PlainText) if kind in (formats or ())), None)


@dataclass(slots=True)
class Context:
    """The state that features read. Only the server replaces its parts, when the client says so."""

    history: History
    documents: Documents
    previews: PreviewService
    settings: Settings
    client: Client

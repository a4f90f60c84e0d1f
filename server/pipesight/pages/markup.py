"""Render a page in the markup that the client supports."""

from __future__ import annotations

from lsprotocol import types as lsp

from .page import Page


def markup(page: Page, kind: lsp.MarkupKind, *, links: bool) -> lsp.MarkupContent:
    """Return a page as Markdown or plain text. `links` keeps links that execute commands."""
    text = page.markdown(links=links) if kind is lsp.MarkupKind.Markdown else page.plain()
    return lsp.MarkupContent(kind, text)

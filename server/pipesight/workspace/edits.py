"""Make edits of code, with exact spans, correct escapes, and in the form that the client supports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lsprotocol import types as lsp

from pipesight.code.document import Document
from pipesight.code.model import Form, Position, Site, Span
from pipesight.code.quoting import written

from .context import Context


def content_of(document: Document, site: Site, name: str) -> tuple[Span, str] | None:
    """Return the span of the name at a site, and `name` as it must be written there.

    Return None if the site is no plain string.
    """
    if site.form is not Form.LITERAL:
        return None
    slot = document.slot_at(site.span.start)
    if slot is None or slot.quote is None or slot.replace != site.span:
        return None
    text = written(name, slot)
    return (site.span, text) if text is not None else None


def access_of(document: Document, site: Site) -> Span | None:
    """Return the span of `runs[-1]` or `steps[0]` without its receiver. None if the code has another form."""
    start, end = site.span.start, site.expression.end
    if site.call is None or start.line != end.line or start.line >= len(document.flow().program.lines):
        return None
    line = document.flow().program.lines[start.line]
    opening = f"{site.call}["
    column = start.column - len(opening)
    if column < 1 or not line.startswith(f".{opening}", column - 1) or line[site.span.end.column : end.column] != "]":
        return None
    return Span(Position(start.line, column), end)


def workspace_edit(context: Context, edits: Mapping[str, Sequence[lsp.TextEdit]]) -> lsp.WorkspaceEdit:
    """Return a workspace edit from the edits of each document, given by URI.

    If the client checks versions, the edit has the versions of the documents.
    """
    if not context.client.versioned_edits:
        return lsp.WorkspaceEdit(changes={uri: list(each) for uri, each in edits.items()})
    changes: list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile] = []
    for uri, each in edits.items():
        view = context.documents.view(uri)
        version = view.text.version if view is not None else None
        document = lsp.OptionalVersionedTextDocumentIdentifier(uri=uri, version=version)
        changes.append(lsp.TextDocumentEdit(document, list(each)))
    return lsp.WorkspaceEdit(document_changes=changes)

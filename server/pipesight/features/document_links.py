"""Document links: from a run to its page in the dashboard, and from an output to its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types as lsp

from pipesight.code.model import Form, Site
from pipesight.slices import pausing
from pipesight.workspace.context import Context
from pipesight.workspace.definition_places import definitions_of
from pipesight.workspace.documents import View
from pipesight.workspace.find import Found
from pipesight.workspace.output_files import local_folder
from pipesight.zenml.kinds import Kind


def document_links(context: Context, view: View) -> list[lsp.DocumentLink] | None:
    """Return the links of one document or cell."""
    if not view.document.uses_zenml or context.history.is_empty:
        return None
    links = [
        link
        for site in pausing(view.document.sites)
        if view.contains(site.span) and site.span.start.line == site.span.end.line
        for link in _links(context, view, site)
    ]
    return links or None


def _links(context: Context, view: View, site: Site) -> Iterator[lsp.DocumentLink]:
    settings = context.settings.document_links
    wanted = (site.kind is Kind.RUN and settings.runs) or (
        site.kind in (Kind.OUTPUT, Kind.ARTIFACT) and site.form is Form.LITERAL and settings.outputs
    )
    if not wanted:
        return
    found = context.find(site.thing)
    target, tooltip = _run_page(context, found) if site.kind is Kind.RUN else _folder(context, site, found)
    if target is not None:
        told = tooltip if context.client.link_tooltips else None
        yield lsp.DocumentLink(range=view.range(site.span), target=target, tooltip=told)


def _run_page(context: Context, found: Found) -> tuple[str | None, str]:
    target = context.dashboards.page(found.run) if found.run is not None else None
    return target, "Open the run in the dashboard"


def _folder(context: Context, site: Site, found: Found) -> tuple[str | None, str]:
    """Return the URI of the output's folder and a tooltip. No URI if the name has a definition, a better link."""
    if found.output is None or found.assumed or definitions_of(context, site.thing):
        return None, ""
    path = local_folder(found.output.uri)
    if path is None or not Path(path).is_absolute() or context.output_files.is_gone(found.output.uri):
        return None, ""
    return Path(path).as_uri(), "Open the output's folder"

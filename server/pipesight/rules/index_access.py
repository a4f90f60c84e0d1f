"""Find pipelines and steps that code picks by their position, which changes."""

from __future__ import annotations

from collections.abc import Iterator

from pipesight.code.model import Form, Site
from pipesight.code.quoting import quoted
from pipesight.workspace.edits import access_of
from pipesight.zenml.kinds import Generation, Kind, Which

from .checked import CheckedDocument
from .finding import Finding, Fix

_CODE = "index-access"


def find(checked: CheckedDocument) -> Iterator[Finding]:
    """Yield the pipelines and steps that a document picks by position. Versions of a pipeline are left out."""
    for site in checked.sites(Kind.PIPELINE, Kind.STEP):
        if site.form is not Form.INDEX or site.thing.which is not Which.INDEX or site.thing.index is None:
            continue
        if site.kind is Kind.STEP:
            yield _step(checked, site, site.thing.index)
        elif site.thing.owner is None:
            message = "The position of a pipeline changes with every new pipeline. Use its name."
            yield Finding(_CODE, site.span, message)


def _step(checked: CheckedDocument, site: Site, index: int) -> Finding:
    owner = checked.owner_of(site)
    steps = checked.history_of(site).steps(owner.run) if owner is not None and owner.run is not None else None
    if not steps or not -len(steps) <= index < len(steps):
        message = "The position of a step changes with the pipeline. Use its name."
        return Finding(_CODE, site.span, message)
    name = steps[index].name
    message = f"This is step {name!r} now, and may be another one when the pipeline changes. Use its name."
    return Finding(_CODE, site.span, message, tuple(_by_name(checked, site, name)))


def _by_name(checked: CheckedDocument, site: Site, name: str) -> Iterator[Fix]:
    if site.thing.generation is Generation.MODERN:
        yield Fix(f"Use the name {name!r}", site.span, quoted(name), preferred=True)
    elif (access := access_of(checked.document, site)) is not None:
        yield Fix(f"Use the name {name!r}", access, f"get_step({quoted(name)})", preferred=True)

"""What a finding is, how it is mended, and what the rules that make them are given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipesight.code.answers.accesses import Access, accesses
from pipesight.code.document import Document
from pipesight.code.model import Site, Span
from pipesight.workspace.context import Context
from pipesight.workspace.find import Found
from pipesight.zenml.kinds import Kind, Which

UNKNOWN_NAME = "unknown-name"
AMBIGUOUS_OUTPUT = "ambiguous-output"
OLDEST_RUN = "oldest-run"
INDEX_ACCESS = "index-access"
MISSING_MEMBER = "missing-member"
MISSING_IN_RUN = "missing-in-run"
MISSING_ARTIFACT = "missing-artifact"

CODES = {
    UNKNOWN_NAME: "A name that the history does not have.",
    AMBIGUOUS_OUTPUT: "`.output` of a step that has several outputs, or none.",
    OLDEST_RUN: "An index into `.runs` that gives the oldest run where the newest is likely meant.",
    INDEX_ACCESS: "A pipeline or step picked by its position, which changes, instead of its name.",
    MISSING_MEMBER: "A module, member or keyword that the installed ZenML does not have.",
    MISSING_IN_RUN: "A step or output that other runs have, but not the one that is named.",
    MISSING_ARTIFACT: "An output whose file is gone.",
}

_SWITCHES = frozenset(("activate_stack", "set_active_stack"))


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that mends a finding: what to write over `span`. `preferred` when it is very likely the right one."""

    title: str
    span: Span
    text: str
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at `span`, with the diagnostic's code, a sentence for people, and how to mend it."""

    code: str
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()


class Reading:
    """A document, and what it asks of ZenML's objects besides names, worked out once it is needed."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def accesses(self) -> tuple[Access, ...]:
        return tuple(accesses(self.document))

    @cached_property
    def defined(self) -> frozenset[tuple[Kind, str]]:
        """The names that it defines itself."""
        return frozenset((each.kind, each.name) for each in self.document.definitions)

    @cached_property
    def switches(self) -> bool:
        """Whether it turns to another stack, which in the first generation has a history of its own."""
        return any(access.receiver == "repository" and access.member in _SWITCHES for access in self.accesses)


def owner_of(context: Context, site: Site) -> Found | None:
    """The owner of a site's thing in the history, nothing for a thing without one; None when it is itself unknown."""
    owner = site.thing.owner
    if owner is None:
        return Found() if site.kind is Kind.RUN else None
    found = context.find(owner)
    told = {Kind.PIPELINE: found.pipeline, Kind.RUN: found.run, Kind.STEP: found.step}
    for thing in owner.chain():
        picked = thing.name is not None or thing.which in (Which.LAST, Which.LAST_SUCCESSFUL, Which.INDEX)
        if picked and told.get(thing.kind) is None:
            return None
    return found

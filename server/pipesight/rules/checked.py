"""The document that rules check, with facts about its code that are computed on demand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from pipesight.code.answers.accesses import Access, accesses
from pipesight.code.answers.asked import AskedNames, asked_names
from pipesight.code.answers.guards import Guards, guards
from pipesight.code.document import Document
from pipesight.code.model import Form, Site, Span
from pipesight.code.syntax.guarding import catches
from pipesight.history.history import History
from pipesight.slices import pausing, pausing_property
from pipesight.workspace.context import Context
from pipesight.workspace.find import Found, invoked
from pipesight.zenml.api import ACTIVATES_STACK
from pipesight.zenml.kinds import Kind, Which


def is_settled(history: History) -> bool:
    """Return whether the indexes are complete and up to date. Otherwise a name that they lack may exist."""
    sources = history.state.sources
    return bool(sources) and all(
        source.total is not None and not source.syncing and source.error is None for source in sources
    )


class CheckedDocument:
    """A document in its context. Rules check only the part of it that `contains` selects."""

    def __init__(self, context: Context, document: Document, contains: Callable[[Span], bool]) -> None:
        self.context = context
        self.document = document
        self.contains = contains

    def sites(self, *kinds: Kind) -> Iterator[Site]:
        """Yield the sites of these kinds whose history is complete."""
        for site in pausing(self.document.sites):
            if (
                site.kind in kinds
                and not site.is_of_code
                and self.contains(site.span)
                and self._is_known(self.history_of(site))
            ):
                yield site

    def certain_sites(self, *kinds: Kind) -> Iterator[Site]:
        """Yield the sites of these kinds. Leave out names of defaults, because the code may get other names."""
        return (site for site in self.sites(*kinds) if not site.thing.is_default)

    def words(self) -> Iterator[Site]:
        """Yield the words whose history is complete."""
        for word in pausing(self.document.words):
            if self.contains(word.span) and self._is_known(self.history_of(word)):
                yield word

    def _is_known(self, history: History) -> bool:
        # `report.findings` has checked the active project. Checking it again for each site would be slow.
        return history is self.context.history or is_settled(history)

    def history_of(self, site: Site) -> History:
        """Return the history of the project that the code at a site names, else of the active one."""
        return self.context.history_of(site.thing)

    @pausing_property
    def accesses(self) -> tuple[Access, ...]:
        return tuple(pausing(accesses(self.document)))

    @pausing_property
    def guards(self) -> Guards:
        return guards(self.document.text, self.document.flow().program.chunks)

    def expects(self, span: Span, errors: frozenset[str]) -> bool:
        """Return whether the code catches one of these errors at a span, or in a function that gets the name."""
        caught = (site.caught for site in self.sites_on(span.start.line) if site.span == span and site.caught)
        return any(catches(each, errors) for each in caught) or self.guards.expects(span, errors)

    def sites_on(self, line: int) -> Sequence[Site]:
        """Return the sites that begin on a line."""
        return self._by_line.get(line, ())

    @pausing_property
    def _by_line(self) -> dict[int, list[Site]]:
        lines: dict[int, list[Site]] = {}
        for site in pausing(self.document.sites):
            lines.setdefault(site.span.start.line, []).append(site)
        return lines

    @pausing_property
    def asked(self) -> AskedNames:
        return asked_names(self.document)

    @pausing_property
    def switches(self) -> bool:
        """True if the code activates another stack. In legacy releases each stack has its own history."""
        return any(access.receiver == "repository" and access.member in ACTIVATES_STACK for access in self.accesses)

    def owner_of(self, site: Site) -> Found | None:
        """Return the owner of a site's thing in the history. None if the history lacks the owner.

        A run without an owner has an empty one, because ZenML also finds a run without its pipeline.
        """
        owner = site.thing.owner
        if owner is None:
            return Found() if site.kind is Kind.RUN else None
        found = self.context.find(owner)
        for thing in owner.chain():
            picked = thing.name is not None or thing.which in (Which.LAST, Which.LAST_SUCCESSFUL, Which.INDEX)
            if picked and thing.kind in (Kind.PIPELINE, Kind.RUN, Kind.STEP) and found.of(thing.kind) is None:
                return None
        return found

    def defines(self, kind: Kind, name: str) -> bool:
        """Return whether this document or the workspace defines the name. Its code may not have run yet."""
        names = (name, invoked(name)) if kind is Kind.STEP else (name,)
        if any((kind, each) in self._defined for each in names):
            return True
        if any(each in (kind, None) and re.fullmatch(pattern, name) for each, pattern in self.document.patterns):
            return True
        return any(self.context.places.defines(kind, each) for each in names)

    def says(self, site: Site) -> bool:
        """Return whether this file has the name at a site as a literal, or imports the constant with it.

        Otherwise another file passes the name to a function. A test may pass any name, which is no fault of this file.
        """
        if site.form is Form.LITERAL or self.document.mentions(site.name or ""):
            return True
        return self.document.imports(self.document.text_at(site.span))

    @pausing_property
    def _defined(self) -> frozenset[tuple[Kind, str]]:
        return frozenset((each.kind, each.name) for each in self.document.definitions)

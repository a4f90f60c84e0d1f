"""Find the names whose absence the code allows for: `if "train" in run.steps`, `run.steps.get("train")`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipesight.code.document import Document
from pipesight.code.model import Form, Position, Site
from pipesight.code.syntax.tokens import STRING, string_end
from pipesight.slices import pausing

_GETTING = frozenset(("get", "pop", "name"))  # `name` stands for a comparison with a thing's name
_CONDITION = re.compile(r"\b(?:if|elif|while|assert|and|or|any|all|match|filter)\b")
_ASKING = re.compile(r"\bin\b|<=?|>=?|\bis(?:subset|superset|disjoint)\b|\bhasattr\s*\(|\bcount\s*\(")
_OUTCOME = re.compile(r"\.(?:status|is_(?:successful|completed|finished|failed))\b|\.outputs?\b(?!\s*[.\[])")
_TEST_BEHIND = re.compile(r"\s*(?:\bis\b|\bor\b|\band\b|\bif\b|==|!=)")
_LOOP = re.compile(r"\bfor\b.*?\bin\b", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AskedNames:
    """Names that the code tests for existence (`tested`), and names that it passes to lookups or searches (`sought`).

    `outcomes` tells whether the code asks how a run or step ended, or which outputs it has.
    """

    tested: frozenset[str]
    sought: frozenset[str]
    outcomes: bool = False

    def has(self, name: str | None) -> bool:
        """Return whether the code tests for or seeks this name."""
        return name in self.tested or name in self.sought


def asked_names(document: Document) -> AskedNames:
    """Return the names that a document asks for."""
    if not document.uses_zenml:
        return AskedNames(frozenset(), frozenset())
    sites = [site for site in pausing(document.sites) if site.name is not None]
    tested = {site.name for site in sites if site.call == "in"}
    sought = {site.name for site in sites if seeks(site)}
    reading = (site for site in (*sites, *document.words) if site.call != "in" and not seeks(site))
    read = {site.span.start for site in reading if site.form is Form.LITERAL}
    tested.update(site.name for site in sites if site.caught and _is_in_condition(document, site))
    tested.update(text for start, text in _literals_in_conditions(document) if start not in read)
    outcomes = any(
        _asks_outcome(code.text) for chunk in pausing(document.flow().program.chunks) for _, code in chunk.lines
    )
    return AskedNames(frozenset(name for name in tested if name), frozenset(name for name in sought if name), outcomes)


def is_tested(document: Document, site: Site) -> bool:
    """Return whether the code tests the result at a site: `if found is None:`, `if not get_pipeline("x"):`."""
    lines = document.flow().program.lines
    start, end = site.expression
    before, behind = lines[start.line][: start.column], lines[end.line][end.column :]
    if behind.lstrip()[:1] in (".", "["):
        return False
    if _CONDITION.search(before) or re.search(r"\bnot\s*\Z", before) or _TEST_BEHIND.match(behind):
        return True
    name = document.assigned_at(start)
    if name is None:
        return False
    whole = re.escape(name)
    test = re.compile(
        rf"\b(?:if|elif|while|assert|and|or|not)\s+\(*{whole}\b(?!\s*[.\[(])|\b{whole}\b{_TEST_BEHIND.pattern}"
    )
    return any(test.search(line) for line in lines)


def _is_in_condition(document: Document, site: Site) -> bool:
    """Return whether a condition passes the name to a function that catches errors: `if exists("train"):`."""
    lines = document.flow().program.lines
    return _CONDITION.search(lines[site.span.start.line][: site.span.start.column]) is not None


def _asks_outcome(text: str) -> bool:
    return _OUTCOME.search(text) is not None and _CONDITION.search(text) is not None


def seeks(site: Site) -> bool:
    """Return whether this call raises no error for a missing name: `steps.get("x")`, `list_runs(name="x")`."""
    return site.call in _GETTING or (site.call or "").startswith("list_")


def _literals_in_conditions(document: Document) -> Iterator[tuple[Position, str]]:
    """Yield the strings in lines with a condition that tests names, such as `if {"a", "b"} <= set(steps)`."""
    for chunk in pausing(document.flow().program.chunks):
        for line, code in chunk.lines:
            text = code.text
            if not (_CONDITION.search(text) and _ASKING.search(_LOOP.sub("", text))):
                continue
            match = STRING.search(text)
            while match is not None:
                end, closed = string_end(text, match)
                content = text[match.end() : end - len(match["quote"]) if closed else end]
                yield chunk.place(line, code, match.end()), content
                match = STRING.search(text, max(end, match.end()))

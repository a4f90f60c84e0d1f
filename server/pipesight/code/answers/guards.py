"""Where code expects an error, or replaces ZenML's objects by mocks: a missing name is meant there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipesight.code.document import Document
from pipesight.code.model import Position, Span
from pipesight.code.syntax.program import Chunk, Unit

_EXPECTING = re.compile(r"(?:\braises|\bassertRaises(?:Regex)?|\bassert_raises)\s*\(|\bsuppress\s*\((?P<errors>[^)]*)")
_MOCKING = re.compile(
    r"(?:@|\bmock\.|\bmocker\.|\bwith\s+|,\s*)patch\b|\bmonkeypatch\.(?:setattr|setitem)\b|\b(?:Magic|Async|Non\w+)?Mock\("
    r"|\bcreate_autospec\("
)
_FUNCTION = re.compile(r"(?:async\s+)?def\b")
_WITH = re.compile(r"(?:async\s+)?with\b")
_EVERY = "BaseException"
_CLAUSES = ("except", "else", "finally")


@dataclass(frozen=True, slots=True)
class Guard:
    """Lines in which an error is expected or caught. `errors` are the names of the classes."""

    span: Span
    errors: frozenset[str]

    def catches(self, errors: frozenset[str]) -> bool:
        """Whether an error of one of these classes is meant to happen here."""
        return not self.errors.isdisjoint(errors | {_EVERY, "Exception"})


@dataclass(frozen=True, slots=True)
class Guards:
    """The guarded and the mocked parts of a document."""

    guarded: tuple[Guard, ...]
    mocked: tuple[Span, ...]

    def expects(self, span: Span, errors: frozenset[str]) -> bool:
        """Whether the code at `span` expects an error of one of these classes, or runs on mocks."""
        if any(each.contains(span.start) for each in self.mocked):
            return True
        return any(each.span.contains(span.start) and each.catches(errors) for each in self.guarded)


def guards(document: Document) -> Guards:
    """The guarded and the mocked parts of a document."""
    guarded: list[Guard] = []
    mocked: list[Span] = []
    for chunk in document.flow().program.chunks if document.uses_zenml else ():
        guarded += _guarded(chunk, chunk.units)
        mocked += _mocked(chunk, chunk.units)
    return Guards(tuple(guarded), tuple(mocked))


def _guarded(chunk: Chunk, units: Sequence[Unit]) -> Iterator[Guard]:
    for index, unit in enumerate(units):
        errors = _with_errors(unit.code.text) if _WITH.match(unit.code.text.lstrip()) else frozenset[str]()
        if unit.code.word == "try":
            errors = _caught(units[index + 1 :])
        if errors:
            yield Guard(_lines(chunk, unit, unit), errors)
        yield from _guarded(chunk, unit.body)


def _with_errors(text: str) -> frozenset[str]:
    """The errors that a `with` statement expects. A test that expects any of its own choice expects all."""
    match = _EXPECTING.search(text)
    if match is None:
        return frozenset()
    return frozenset(re.findall(r"\w+", match["errors"])) if match["errors"] is not None else frozenset((_EVERY,))


def _caught(following: Sequence[Unit]) -> frozenset[str]:
    """The errors that the clauses of a `try` catch."""
    caught: set[str] = set()
    for unit in following:
        if unit.code.word not in _CLAUSES:
            break
        if unit.code.word == "except":
            head = unit.code.text.strip().partition(":")[0].partition(" as ")[0]
            caught.update(re.findall(r"\w+", head)[1:] or (_EVERY,))
    return frozenset(caught)


def _mocked(chunk: Chunk, units: Sequence[Unit]) -> Iterator[Span]:
    """The functions that use mocks, each with its decorators, and the classes that are decorated so."""
    decorators: list[Unit] = []
    for unit in units:
        text = unit.code.text.lstrip()
        if text.startswith("@"):
            decorators.append(unit)
            continue
        first = decorators[0] if decorators else unit
        patched = any(_MOCKING.search(each.code.text) for each in decorators)
        decorators = []
        if patched or (_FUNCTION.match(text) and _uses_mocks(unit)):
            yield _lines(chunk, first, unit)
        else:
            yield from _mocked(chunk, unit.body)


def _uses_mocks(unit: Unit) -> bool:
    return _MOCKING.search(unit.code.text) is not None or any(map(_uses_mocks, unit.body))


def _lines(chunk: Chunk, first: Unit, last: Unit) -> Span:
    start = chunk.line + first.line
    while last.body:
        last = last.body[-1]
    return Span(Position(start, 0), Position(chunk.line + last.line + last.code.height, 0))

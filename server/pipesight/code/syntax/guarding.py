"""Find the code that expects an error, catches it, or is not run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from .program import Chunk, Guard, Unit

_EXPECTING = r"(?:\b(?:raises|assertRaises(?:Regex)?|assert_raises{0})\s*\(|\b(?:suppress{1})\s*\((?P<errors>[^)]*))"
_ALIAS = re.compile(r"\b(raises|suppress)\s+as\s+(\w+)")
_UNRUN = re.compile(r"@.*\b(?:xfail|skip\w*|expectedFailure)\b")
_ENTERED = re.compile(r"\benter_(?:async_)?context\s*\(")
_WITH = re.compile(r"(?:async\s+)?with\b")
_EVERY = "BaseException"
_CLAUSES = ("except", "else", "finally")
_NAMED = re.compile(
    r"class\s+(?P<made>\w+)\s*\((?P<bases>[^)]*)|(?P<name>\w+)\s*(?::[^=]*)?=\s*(?P<value>[^=].*)", re.S
)
_LEVELS = 3  # levels of names that are defined by other names of errors


def _guards_in(text: str, chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, Guard]]:
    """Yield the guards of all chunks of a document."""
    reader = GuardReader(text, chunks)
    return ((chunk, guard) for chunk in chunks for guard in reader.guarded(chunk.units))


def errors_caught(chunk: Chunk, unit: Unit) -> frozenset[str]:
    """Return the classes of errors that a chunk expects or catches around one of its statements."""
    if chunk.guards is None:  # cached, because a class of tests is one chunk with hundreds of literals
        chunk.guards = _own_guards(chunk)
    return frozenset[str]().union(*(each.errors for each in chunk.guards if each.first <= unit.line < each.end))


def catches(caught: frozenset[str], errors: frozenset[str]) -> bool:
    """Return whether code that catches the classes `caught` catches an error of one of the classes `errors`."""
    return not caught.isdisjoint(errors | {_EVERY, "Exception"})


def _own_guards(chunk: Chunk) -> tuple[Guard, ...]:
    """Return the guards of one chunk. A name that stands for errors elsewhere in its file may stand for any."""
    found = _guards_in("\n".join(code.text for _, code in chunk.lines), [chunk])
    return tuple(replace(each, errors=each.errors | {_EVERY}) if _is_named(each) else each for _, each in found)


def _is_named(guard: Guard) -> bool:
    return any(name[:1].islower() for name in guard.errors)


class GuardReader:
    """Finds the guards of a document, whose text defines the names of errors."""

    def __init__(self, text: str, chunks: Sequence[Chunk]) -> None:
        aliases = _ALIAS.findall(text)
        names = ("".join(f"|{alias}" for of, alias in aliases if of == name) for name in ("raises", "suppress"))
        self._expecting = re.compile(_EXPECTING.format(*names))
        self._chunks = chunks
        self._meanings: dict[str, frozenset[str]] | None = None

    def guarded(self, units: Sequence[Unit]) -> Iterator[Guard]:
        """Yield the guards of statements one after another."""
        decorators: list[Unit] = []
        for index, unit in enumerate(units):
            text = unit.code.text.lstrip()
            if text.startswith("@"):
                decorators.append(unit)
                continue
            if any(_UNRUN.match(each.code.text.lstrip()) for each in decorators):
                yield Guard.around(decorators[0], unit, frozenset((_EVERY,)))
            decorators = []
            errors = self._errors(unit, units[index + 1 :])
            if errors:
                last = units[-1] if _ENTERED.search(text) else unit
                yield Guard.around(unit, last, errors)
            yield from self.guarded(unit.body)

    def _errors(self, unit: Unit, following: Sequence[Unit]) -> frozenset[str]:
        """Return the errors that a statement expects or catches. A test with a variable may expect any error."""
        if unit.code.word == "try":
            return self._meant(_caught(following))
        match = (
            self._expecting.search(unit.code.text) if _WITH.match(unit.code.text.lstrip()) or not unit.body else None
        )
        if match is None:
            return frozenset()
        return self._meant(re.findall(r"\w+", match["errors"])) if match["errors"] is not None else frozenset((_EVERY,))

    def _meant(self, names: Iterable[str]) -> frozenset[str]:
        """Return the classes of errors that names stand for. A constant of another file may stand for any class."""
        found = frozenset(names)
        for _ in range(_LEVELS):
            found = found.union(*(self._known().get(name, ()) for name in found))
        unknown = any(name.isupper() and name not in self._known() for name in found)
        return found | {_EVERY} if unknown else found

    def _known(self) -> dict[str, frozenset[str]]:
        """Return the errors of names that the file defines: `ERRORS = (KeyError, OSError)`, `class Gone(KeyError)`."""
        if self._meanings is None:
            codes = (code.text.lstrip() for chunk in self._chunks for _, code in chunk.lines)
            found = (_NAMED.match(text) for text in codes if "=" in text or text.startswith("class"))
            self._meanings = {
                each["made"] or each["name"]: frozenset(re.findall(r"\w+", each["bases"] or each["value"] or ""))
                for each in found
                if each is not None
            }
        return self._meanings


def _caught(following: Sequence[Unit]) -> frozenset[str]:
    """Return the errors that the clauses of a `try` catch."""
    caught: set[str] = set()
    for unit in following:
        if unit.code.word not in _CLAUSES:
            break
        if unit.code.word == "except":
            head = unit.code.text.strip().partition(":")[0].partition(" as ")[0]
            caught.update(re.findall(r"\w+", head)[1:] or (_EVERY,))
    return frozenset(caught)

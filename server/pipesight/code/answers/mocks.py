"""Find the parts of a document that run on mocks or on their own store: their names are not in the run history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipesight.code.model import Position, Span
from pipesight.code.syntax.program import Chunk, Unit
from pipesight.slices import pausing
from pipesight.zenml.api import MEMBERS
from pipesight.zenml.declarations import Type

_REPLACED = "|".join(name for name in MEMBERS[Type.CLIENT] if name.startswith(("get_", "list_")))
_STORE = r"\bZENML_(?:CONFIG_PATH|STORE_|LOCAL_STORES_PATH|REPOSITORY_PATH|ACTIVE_(?:PROJECT|WORKSPACE))"
_MOCKING = (
    r"(?:@|\bmock\.|\bmocker\.|\bwith\s+|,\s*|=\s*|^\s*)(?:patch{0})\b(?!\s*=)"
    r"|\bmonkeypatch\.(?:setattr|setitem|context|delattr)\b"
    r"|\b(?:(?:Magic|Async|Non\w+)?Mock{1})\(|\bcreate_autospec\(|\bmocker\.(?:stub|spy|create_autospec)\b"
    r"|\bflexmock\(|@responses\.activate\b|\brequests_mock\b|\bhttpx_mock\b|@respx\b|\buse_cassette\b"
    rf"|\.(?:{_REPLACED})\s*=(?!=)"
    # a test that sets the location of its own store
    rf"|environ\[\W*{_STORE}\w*\W*\]\s*=(?!=)|(?:setenv\(|environ\.(?:update|setdefault)\(|patch\.dict\()[^\n]*{_STORE}"
)
_ALIAS = re.compile(r"\b(patch|(?:Magic|Async)?Mock)\s+as\s+(\w+)")
_FUNCTION = re.compile(r"(?:async\s+)?def\s+(\w+)\s*\((.*)", re.DOTALL)
_FIXTURE = re.compile(r"@(?:\w+\.)*fixture\b")
_SETUP = re.compile(r"set_?[uU]p")
_SUBSTITUTE = re.compile(r"(?:^|_)(?:clean|empty|fake|isolated|mock(?:ed|s)?|patched|stub(?:bed)?|dummy)(?:_|$)")
_SUBSTITUTES = re.compile(r"clean|empty|fake|isolated|mock|patched|stub|dummy")
_USED = re.compile(r"usefixtures\(([^)]*)")


def mocked_parts(text: str, chunks: Sequence[Chunk]) -> Iterator[Span]:
    """Yield the lines of the functions and classes that use mocks, or all lines if the file itself is mocked."""
    reader = _MockReader(text)
    if not any(reader.may_use(code.text) for chunk in pausing(chunks) for _, code in chunk.lines):
        return
    found = reader.fixtures(chunks)
    if any(reader.is_mocked_throughout(chunk) for chunk in pausing(chunks)):
        yield Span(Position(0, 0), Position(text.count("\n") + 1, 0))
        return
    for chunk in pausing(chunks):
        yield from reader.parts(chunk, chunk.units, found)


class _MockReader:
    """Finds the uses of mocks in a document, by the names under which its text imports them."""

    def __init__(self, text: str) -> None:
        aliases = _ALIAS.findall(text)
        names = ("".join(f"|{alias}" for of, alias in aliases if (of == "patch") is patch) for patch in (True, False))
        self._mocking = re.compile(_MOCKING.format(*names), re.MULTILINE)

    def may_use(self, text: str) -> bool:
        """Return whether anything in a text looks like a mock. This quick test rules most files out."""
        return _SUBSTITUTES.search(text) is not None or self._mocking.search(text) is not None

    def uses(self, unit: Unit) -> bool:
        """Return whether a statement, or one nested in it, uses mocks."""
        return self._mocking.search(unit.code.text) is not None or any(map(self.uses, unit.body))

    def is_mocked_throughout(self, chunk: Chunk) -> bool:
        """Return whether the statement replaces an object by a mock for the whole file."""
        decorated = ""
        for unit in chunk.units:
            text = unit.code.text.lstrip()
            if text.startswith("@"):
                decorated += text
                continue
            function = _FUNCTION.match(text)
            if function is None:
                starts = unit.code.word != "class" and re.search(r"\.start\(|setattr|environ|\.\w+\s*=", text)
                return bool(starts) and self._mocking.search(text) is not None
            is_general = _SETUP.match(function[1]) is not None or re.search(r"autouse\s*=\s*True", decorated)
            return bool(is_general) and self.uses(unit)
        return False

    def fixtures(self, chunks: Sequence[Chunk]) -> frozenset[str]:
        """Return the names of the fixtures that return mocks."""
        found: set[str] = set()
        for chunk in pausing(chunks):
            texts = [unit.code.text.lstrip() for unit in chunk.units]
            function = _FUNCTION.match(texts[-1]) if texts else None
            if function is not None and any(map(_FIXTURE.match, texts)) and self.uses(chunk.units[-1]):
                found.add(function[1])
        return frozenset(found)

    def parts(self, chunk: Chunk, units: Sequence[Unit], fixtures: frozenset[str]) -> Iterator[Span]:
        """Yield the parts of these statements, at any depth, that use mocks."""
        decorators: list[Unit] = []
        for unit in units:
            if unit.code.text.lstrip().startswith("@"):
                decorators.append(unit)
                continue
            first = decorators[0] if decorators else unit
            patched = any(self._is_patch(each, fixtures) for each in decorators)
            decorators = []
            if patched or self._is_mocked(unit, fixtures):
                yield _lines_of(chunk, first, unit)
            else:
                yield from self.parts(chunk, unit.body, fixtures)

    def _is_patch(self, decorator: Unit, fixtures: frozenset[str]) -> bool:
        used = _USED.search(decorator.code.text)
        names = re.findall(r"\w+", used[1]) if used is not None else ()
        return self._mocking.search(decorator.code.text) is not None or _are_mocks(names, fixtures)

    def _is_mocked(self, unit: Unit, fixtures: frozenset[str]) -> bool:
        """Return whether a function uses or receives mocks, or whether a class sets mocks up."""
        text = unit.code.text.lstrip()
        function = _FUNCTION.match(text)
        if function is not None:
            is_given = function[1].startswith("test") and _are_mocks(re.findall(r"\w+", function[2]), fixtures)
            return is_given or self.uses(unit)
        if unit.code.word != "class":
            return unit.code.word in ("with", "async") and self._mocking.search(text) is not None
        methods = ((_FUNCTION.match(each.code.text.lstrip()), each) for each in unit.body)
        return any(found is not None and _SETUP.match(found[1]) and self.uses(each) for found, each in methods)


def _are_mocks(names: Sequence[str], fixtures: frozenset[str]) -> bool:
    return any(name in fixtures or _SUBSTITUTE.search(name) for name in names)


def _lines_of(chunk: Chunk, first: Unit, last: Unit) -> Span:
    """Return the lines from one statement to the end of another."""
    return Span(Position(chunk.line + first.line, 0), Position(chunk.line + last.end, 0))

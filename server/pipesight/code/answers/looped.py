"""Find the literals that a loop assigns to a variable in turn: `for name in ("train", "evaluate")`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipesight.code.document import Document
from pipesight.code.model import Form, Site, Span
from pipesight.code.syntax import tree
from pipesight.code.syntax.program import Chunk, Unit
from pipesight.code.syntax.tree import Node, String

_UNSURE = re.compile(r"(?:if|elif|else|while|match|case)\b")
_Placed = tuple[Chunk, Unit, String]


def looped(document: Document, site: Site) -> Iterator[tuple[str, Span]]:
    """Yield the literals that the loop around a site assigns to its variable, with their spans.

    Yield nothing if a condition in the loop may keep some of them from the site.
    """
    name = document.text_at(site.span)
    if site.form is not Form.VARIABLE or not name.isidentifier() or site.name is not None:
        return
    chunk = document.flow().program.chunk_at(site.span.start.line)
    if chunk is None:
        return
    for at, unit, string in _around(document, chunk, site, name):
        if len(string.text) == string.inner_end - string.inner_start:
            yield string.text, at.span(unit, string.inner_start, string.inner_end)


def _around(document: Document, chunk: Chunk, site: Site, name: str) -> Iterator[_Placed]:
    way = list(_way(chunk, chunk.units, site.span.start.line))
    for place in range(len(way) - 1, -1, -1):
        for target, source in _loops(way[place], is_last=place == len(way) - 1):
            index = _index(target, name)
            if index is not None:
                if _is_certain(way[place:]):
                    yield from _literals(document, chunk, way[place], source, index)
                return


def _is_certain(way: Sequence[Unit]) -> bool:
    """Return whether every iteration of a loop reaches the last of these nested statements."""
    if any(_UNSURE.match(unit.code.text.lstrip()) for unit in way[1:-1]):
        return False
    return len(way) == 1 or not any(map(_may_end, way[0].body))


def _way(chunk: Chunk, units: Sequence[Unit], line: int) -> Iterator[Unit]:
    """Yield the statements that enclose a line, the outermost first."""
    for unit in units:
        if chunk.line + unit.line <= line < chunk.line + unit.end:
            yield unit
            if not chunk.holds(unit, line):
                yield from _way(chunk, unit.body, line)
            return


def _may_end(unit: Unit) -> bool:
    """Return whether a statement in a loop may end an iteration early."""
    return unit.code.word in ("continue", "break", "return") or any(map(_may_end, unit.body))


def _loops(unit: Unit, *, is_last: bool) -> Iterator[tuple[Node, Node]]:
    """Yield the targets of the loops in a statement, each with the expression that is iterated over."""
    if isinstance(unit.header, tree.For) and not is_last:
        yield unit.header.target, unit.header.iter
    for node in (each for statement in unit.code.statements for each in tree.walk(statement)) if is_last else ():
        if isinstance(node, tree.Comprehension) and not any(each.ifs for each in node.generators):
            yield from ((each.target, each.iter) for each in node.generators)


def _index(target: Node, name: str) -> tuple[int, ...] | None:
    """Return a variable's index path in a loop's target: () for the target itself, (1,) for the second of a tuple."""
    if isinstance(target, tree.Name):
        return () if target.id == name else None
    for index, each in enumerate(tree.elements(target) if isinstance(target, tree.Sequence) else ()):
        below = _index(each, name)
        if below is not None:
            return (index, *below)
    return None


def _literals(document: Document, chunk: Chunk, unit: Unit, source: Node, index: tuple[int, ...]) -> Iterator[_Placed]:
    match source:
        case tree.Name():
            for at, made, value in _constants(document, source.id):
                yield from _literals(document, at, made, value, index)
        case tree.Call(function=tree.Name(id="enumerate"), arguments=[first, *_]) if index[:1] == (1,):
            yield from _literals(document, chunk, unit, first.value, index[1:])
        case tree.Call(function=tree.Attribute(value=tree.Dict() as made, name="items")) if index[:1] in ((0,), (1,)):
            for pair in made.pairs:
                yield from _picked(chunk, unit, pair[index[0]], index[1:])
        case tree.Sequence():
            for each in source.elts:
                yield from _picked(chunk, unit, each, index)
        case _:
            pass


def _picked(chunk: Chunk, unit: Unit, node: Node | None, index: tuple[int, ...]) -> Iterator[_Placed]:
    for place in index:
        parts = node.elts if isinstance(node, tree.Sequence) else []
        node = parts[place] if place < len(parts) else None
    if isinstance(node, String):
        yield chunk, unit, node


def _constants(document: Document, name: str) -> Iterator[tuple[Chunk, Unit, Node]]:
    """Yield the value of a variable of the module that is assigned only once."""
    found = [
        (chunk, unit, statement.value)
        for chunk in document.flow().program.chunks
        for unit in chunk.units
        for statement in unit.code.statements
        if isinstance(statement, tree.Assign)
        and any(isinstance(target, tree.Name) and target.id == name for target in statement.targets)
    ]
    if len(found) == 1 and not isinstance(found[0][2], tree.Name):
        yield found[0]

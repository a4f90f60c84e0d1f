"""Find the modules of ZenML that code imports, and the members and keywords of ZenML's objects that it uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipesight.code.document import Document
from pipesight.code.model import Position, Span, Thing
from pipesight.slices import pausing

if TYPE_CHECKING:
    from pipesight.code.evaluation.records import Dot, Records
    from pipesight.code.syntax.program import Chunk
    from pipesight.code.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Access:
    """A use of a member of a ZenML object.

    `receiver` is the object's type in the words of the API table (`client`, `run`, `output`, ...). `thing` is what the
    object stands for. `span` covers the member's name. `end` is the end of `member()` if the call has no arguments,
    else None. `keywords` are the keywords of a call that takes names, with their spans.
    """

    receiver: str
    member: str
    span: Span
    end: Position | None
    thing: Thing | None
    keywords: tuple[tuple[str, Span], ...] = ()


def accesses(document: Document) -> Iterator[Access]:
    """Yield every use of a member of a ZenML object in the document, chunk by chunk."""
    if not document.uses_zenml:
        return
    for chunk, all_records in pausing(document.flow().records()):
        yield from _in_chunk(chunk, all_records)


def accesses_beside(document: Document, position: Position) -> Iterator[Access]:
    """Yield the accesses in the top-level statement at `position`."""
    flow = document.flow()
    chunk = flow.program.chunk_at(position.line) if document.uses_zenml else None
    if chunk is not None:
        yield from _in_chunk(chunk, flow.records_of(chunk))


def _in_chunk(chunk: Chunk, all_records: Iterable[Records]) -> Iterator[Access]:
    for records in all_records:
        keywords = _keywords(chunk, records)
        for dot in records.dots:
            yield _access(chunk, dot, keywords)


def imports(document: Document) -> Iterator[tuple[str, Span]]:
    """Yield the modules under `zenml` that the document imports from, with their positions."""
    if not document.uses_zenml:
        return
    for chunk in pausing(document.flow().program.chunks):
        for line, code in chunk.lines:
            if code.word not in ("from", "import"):
                continue
            for node in code.statements:
                for module in _modules(node):
                    start = code.text.find(module)
                    if start >= 0 and (module == "zenml" or module.startswith("zenml.")):
                        ends = (chunk.place(line, code, offset) for offset in (start, start + len(module)))
                        yield module, Span(*ends)


def _modules(node: Node) -> list[str]:
    from pipesight.code.syntax.tree import Import, ImportFrom

    if isinstance(node, ImportFrom):
        return [node.module]
    return [name for name, _ in node.names] if isinstance(node, Import) else []


def _access(chunk: Chunk, dot: Dot, keywords: dict[tuple[int, int], tuple[tuple[str, Span], ...]]) -> Access:
    text = dot.unit.code.text
    end = chunk.position(dot.unit, dot.end + 2) if text[dot.end : dot.end + 2] == "()" else None
    return Access(
        dot.type.value,
        text[dot.start : dot.end],
        chunk.span(dot.unit, dot.start, dot.end),
        end,
        dot.thing,
        keywords.get((dot.unit.line, dot.start), ()),
    )


def _keywords(chunk: Chunk, records: Records) -> dict[tuple[int, int], tuple[tuple[str, Span], ...]]:
    """Return the keywords of the calls that take names, by the line and offset of the called member."""
    from pipesight.code.syntax.tree import Attribute, Call

    found: dict[tuple[int, int], tuple[tuple[str, Span], ...]] = {}
    for opening in records.openings:
        node = opening.node
        if isinstance(node, Call) and isinstance(node.function, Attribute):
            found[opening.unit.line, node.function.name_start] = tuple(
                (argument.keyword, chunk.span(opening.unit, argument.start, argument.start + len(argument.keyword)))
                for argument in node.arguments
                if argument.keyword
            )
    return found

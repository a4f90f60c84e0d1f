"""Find the pipelines, steps and outputs that the code defines, under the names that the run history records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipesight.code.evaluation.records import Records
from pipesight.code.model import Definition, Position, Span
from pipesight.code.syntax.program import Chunk


def definitions_of(chunk: Chunk, records: Iterable[Records]) -> Iterator[Definition]:
    """Yield the definitions of one chunk, in source order."""
    defined = [each for record in records for each in record.defined]
    for each in sorted(defined, key=lambda one: (one.unit.line, one.start)):
        span = chunk.span(each.unit, each.start, each.end)
        first, last = chunk.line + each.first, chunk.line + each.last
        whole = Span(Position(first, each.unit.code.indent), Position(last + 1, 0))
        given = chunk.span(*each.given) if each.given is not None else None
        yield Definition(each.kind, each.name, span, whole, each.owner, each.parameters, given)

"""Find the calls of steps in the bodies of pipelines, and the variables that hold their results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipesight.code.evaluation.records import Records, StepCall
from pipesight.code.model import Invocation
from pipesight.code.syntax.program import Chunk


def invocations_of(chunk: Chunk, records: Iterable[Records]) -> Iterator[Invocation]:
    """Yield the invocations of one chunk in source order. A span that may denote one of several things is left out."""
    places: dict[tuple[int, int, int], list[StepCall]] = {}
    for record in records:
        for each in record.invoked:
            places.setdefault((each.unit.line, each.start, each.end), []).append(each)
    for _, (first, *others) in sorted(places.items()):
        if all((each.thing, each.several) == (first.thing, first.several) for each in others):
            call = chunk.span(first.unit, first.open, first.close) if first.is_call else None
            yield Invocation(first.thing, chunk.span(first.unit, first.start, first.end), call, first.several)

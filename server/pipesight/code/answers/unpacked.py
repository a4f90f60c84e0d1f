"""Find the variables that get elements of a list by unpacking: `first, *_, last = pipeline.runs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipesight.code.document import Document
from pipesight.code.model import Span, Thing
from pipesight.slices import pausing
from pipesight.zenml.kinds import Which

if TYPE_CHECKING:
    from pipesight.code.evaluation.records import Held


def unpacked(document: Document) -> Iterator[tuple[Thing, Span]]:
    """Yield the things that unpacking assigns to variables, each with the variable's span."""
    if not document.uses_zenml:
        return
    for chunk, all_records in pausing(document.flow().records()):
        for record in all_records:
            for held in record.held:
                if held.thing.which is Which.INDEX and not held.things and _is_target(held):
                    yield held.thing, chunk.span(held.unit, held.start, held.end)


def _is_target(held: Held) -> bool:
    """Return whether the variable is one of several that an assignment binds."""
    from pipesight.code.syntax.tree import Assign, Name, Sequence

    statements = (each for each in held.unit.code.statements if isinstance(each, Assign))
    targets = (target for each in statements for target in each.targets if isinstance(target, Sequence))
    return any(isinstance(each, Name) and each.start == held.start for target in targets for each in target.elts)

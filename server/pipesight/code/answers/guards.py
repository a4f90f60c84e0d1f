"""Find the parts of a document where a name may be missing on purpose: they expect an error, or run on mocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipesight.code.model import Position, Span
from pipesight.code.syntax.guarding import GuardReader, catches
from pipesight.code.syntax.program import Chunk, Guard
from pipesight.slices import pausing

from .mocks import mocked_parts


@dataclass(frozen=True, slots=True)
class Guards:
    """The guarded parts of a document with the errors that each expects or catches, and its mocked parts."""

    guarded: tuple[tuple[Span, frozenset[str]], ...]
    mocked: tuple[Span, ...]

    def expects(self, span: Span, errors: frozenset[str]) -> bool:
        """Return whether the code at `span` expects an error of one of these classes, or runs on mocks."""
        if any(each.contains(span.start) for each in self.mocked):
            return True
        return any(each.contains(span.start) and catches(caught, errors) for each, caught in self.guarded)


def guards(text: str, chunks: Sequence[Chunk]) -> Guards:
    """Return the guarded and the mocked parts of a document."""
    found = tuple((_lines(chunk, each.first, each.end), each.errors) for chunk, each in _in_all(text, chunks))
    return Guards(found, tuple(mocked_parts(text, chunks)))


def _in_all(text: str, chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, Guard]]:
    reader = GuardReader(text, chunks)
    return ((chunk, guard) for chunk in pausing(chunks) for guard in reader.guarded(chunk.units))


def _lines(chunk: Chunk, first: int, end: int) -> Span:
    return Span(Position(chunk.line + first, 0), Position(chunk.line + end, 0))

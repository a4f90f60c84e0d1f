"""Names that identify something in the history, and positions in documents."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

NodeKind = Literal["pipeline", "run", "step", "output"]


@dataclass(frozen=True, slots=True)
class HistoryPath:
    """The names that identify something in the history. For a missing name, the server or the user chooses one."""

    pipeline: str | None = None
    run: str | None = None
    step: str | None = None
    output: str | None = None
    source: str | None = None

    @property
    def names(self) -> dict[str, str]:
        """The given names, by their kind."""
        values = {part.name: getattr(self, part.name) for part in fields(self)}
        return {kind: name for kind, name in values.items() if name is not None}


@dataclass(frozen=True, slots=True)
class CursorPosition:
    """A position in a document, in the units of the Language Server Protocol."""

    line: int
    character: int

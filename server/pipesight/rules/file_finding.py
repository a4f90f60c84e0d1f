"""A finding in a file, as `pipesight check` prints it."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.characters import visible


@dataclass(frozen=True, slots=True)
class Region:
    """A range in the text of a file. Lines and columns count from 1, columns in code points."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class FileFinding:
    """One finding in one file. Lines, columns and the cells of a notebook count from 1, columns in code points.

    `in_file` is its range in the text of the file, which is JSON for a notebook. `snippet` is the line of code.
    """

    file: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int
    severity: str
    code: str
    message: str
    fixes: tuple[str, ...]
    snippet: str
    in_file: Region

    def text(self) -> str:
        """Return the problem as one line for people."""
        cell = f"[{self.cell}]" if self.cell is not None else ""
        line = f"{self.file}{cell}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.code}]"
        return visible(line, one_line=True)

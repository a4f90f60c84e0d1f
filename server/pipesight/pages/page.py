"""The blocks of a small page of facts, each rendered as Markdown or as plain text."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from pipesight.characters import visible
from pipesight.outputs.preview import Preview
from pipesight.outputs.render import escape, fenced, to_markdown, to_text

from .sparkline import drawing, extent, overview, sparkline


@dataclass(frozen=True, slots=True)
class Heading:
    """The subject of the page: its kind and its name."""

    kind: str
    name: str

    def markdown(self, links: bool) -> str:
        return f"{self.kind} **{escape(self.name)}**"

    def plain(self) -> str:
        return visible(f"{self.kind} {self.name}", one_line=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence or list of facts."""

    text: str

    def markdown(self, links: bool) -> str:
        return escape(self.text)

    def plain(self) -> str:
        return visible(self.text, one_line=True)


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table of facts."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self, links: bool) -> str:
        lines = [self.header, ["---"] * len(self.header)]
        cells = [*lines, *([escape(cell) or " " for cell in row] for row in self.rows)]
        return "\n".join("| " + " | ".join(row) + " |" for row in cells)

    def plain(self) -> str:
        rows = [[visible(" ".join(cell.split())) for cell in row] for row in (self.header, *self.rows)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        )


@dataclass(frozen=True, slots=True)
class ValuePreview:
    """The preview of an output's value."""

    preview: Preview
    rows: int

    def markdown(self, links: bool) -> str:
        return to_markdown(self.preview, rows=self.rows)

    def plain(self) -> str:
        return to_text(self.preview, rows=self.rows)


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Lines in a code block. `language` is a name that editors know. A fence in the text cannot end the block."""

    text: str
    language: str = "text"

    def markdown(self, links: bool) -> str:
        return fenced(visible(self.text), self.language)

    def plain(self) -> str:
        return visible(self.text)


@dataclass(frozen=True, slots=True)
class Curve:
    """Numbers over time: a small picture if the client runs links, else bars of text.

    A client that runs links shows pictures as well.
    """

    label: str
    values: Sequence[float]

    def markdown(self, links: bool) -> str:
        if not links:
            return escape(self._text)
        picture = b64encode(drawing(self.values).encode()).decode()
        described = f"![{escape(sparkline(self.values))}](data:image/svg+xml;base64,{picture})"
        return f"{escape(self.label)} {described} {escape(extent(self.values))}"

    def plain(self) -> str:
        return self._text

    @property
    def _text(self) -> str:
        return f"{self.label} {overview(self.values)}"


@dataclass(frozen=True, slots=True)
class Action:
    """A link that executes a command with this argument. It is left out if the client runs no links."""

    label: str
    command: str
    argument: dict[str, object]

    def markdown(self, links: bool) -> str:
        if not links:
            return ""
        return f"[{escape(self.label)}](command:{self.command}?{_query(tuple(self.argument.items()))})"

    def plain(self) -> str:
        return ""


@lru_cache(128)
def _query(argument: tuple[tuple[str, object], ...]) -> str:
    return quote(json.dumps([dict(argument)]), safe="")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a page on the web."""

    label: str
    target: str

    def markdown(self, links: bool) -> str:
        return f"[{escape(self.label)}](<{self.target}>)"

    def plain(self) -> str:
        return visible(f"{self.label}: {self.target}", one_line=True)


Block = Heading | Line | Grid | ValuePreview | Preformatted | Curve | Action | Link


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its blocks from top to bottom."""

    blocks: tuple[Block, ...]

    def markdown(self, *, links: bool = False) -> str:
        """Return the page as Markdown. Text from the history is escaped, so that it cannot add markup."""
        return "\n\n".join(filter(None, (block.markdown(links) for block in self.blocks)))

    def plain(self) -> str:
        """Return the page as plain text."""
        return "\n".join(filter(None, (block.plain() for block in self.blocks)))

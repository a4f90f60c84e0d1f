"""The picture of an output, as plain data that a hover, a side panel and a terminal can each render."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

PreviewKind = Literal["json", "table", "array", "text", "html", "markdown", "image", "pickle", "files", "problem"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; `type` in the words of the file (`double`, `string`, `timestamp[ns]`)."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows `offset` to `offset + len(rows)` of a table of `total` rows (None: not known). Cells are JSON values."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    offset: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: `data` is base64, `width` and `height` pixels where known."""

    mime: str
    data: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """One file of an artifact: its path inside the artifact's folder and its size in bytes."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What one output looks like, read without running any code of the artifact.

    `kind` says which of the fields below carries the content; `summary` is one line for lenses, hints and terminals
    (`0.93`, `DataFrame 10 x 3`, `float64 array (200, 50)`); `truncated` tells that the content is a part.
    A `problem` explains in `text` what is wrong and in `advice` what to do next.
    """

    kind: PreviewKind
    summary: str
    text: str | None = None  # text, html, markdown, problem; a pickle's description
    value: object = None  # json: the value itself, when small enough
    table: Table | None = None  # table; the numbers of an array of one or two dimensions
    shape: tuple[int, ...] | None = None  # array
    dtype: str | None = None  # array
    statistics: dict[str, float] = field(default_factory=dict)  # array: min, max, mean, ...
    image: Image | None = None
    files: tuple[File, ...] = ()
    advice: str | None = None
    truncated: bool = False

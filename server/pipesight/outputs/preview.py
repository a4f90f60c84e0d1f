"""The preview of an output, as plain data that a hover, a side panel and a terminal can each render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeVar, cast, get_args

_T = TypeVar("_T")

PreviewKind = Literal["json", "table", "array", "text", "html", "markdown", "image", "pickle", "files", "problem"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `type` is a word of the file's format (`double`, `string`, `timestamp[ns]`)."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A page of a table: the rows from `offset` on. Cells are JSON values.

    `total` counts all rows, or those that a search found. It is None if they were not counted. `numbers` are the places
    of sorted or found rows in the whole table.

    The first `index` columns are the frame's index. A level without a name has the name "". `width` counts all other
    columns, and is None if all of them are here. A wide table shows the ones from `first_column` on, or the `picked`
    ones. Both count from 0, the index left out.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]
    offset: int = 0
    total: int | None = None
    index: int = 0
    numbers: tuple[int, ...] = ()
    width: int | None = None
    first_column: int = 0
    picked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """The requested rows of a table: `limit` from `offset` on, of those that hold `find`, sorted by `sort`.

    `sort` is the position of a column, the index first, or -1 for the order of the file. A wide table shows its columns
    from `first_column` on, or the `picked` ones. Both count from 0, the index left out.

    The `slices` of an array are the places on the axes before the last two. A `region` of it asks for an overview.
    """

    offset: int = 0
    limit: int = 50
    sort: int = -1
    descending: bool = False
    find: str = ""
    first_column: int = 0
    picked: tuple[int, ...] = ()
    slices: tuple[int, ...] = ()
    region: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Overview:
    """A region of an array in little: every `row_step`th row, and of it every `column_step`th number.

    The `region` is the first row, the number of rows, the first column and the number of columns. An array of one axis
    has a row for each `row_step` numbers, with the lowest and the highest of them. Infinities and NaN are None.
    """

    rows: tuple[tuple[float | None, ...], ...]
    region: tuple[int, ...]
    row_step: int = 1
    column_step: int = 1


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. `data` is base64, or "" when too big. `width` and `height` are pixels of the original, where known."""

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
    """The content of one output, read without running any code of the artifact.

    `kind` says which of the fields below carries the content. `summary` is one line for lenses, hints and terminals
    (`0.93`, `DataFrame 10 x 3`, `float64 array (200, 50)`). `truncated` says that the content is a part of the output.
    A `problem` explains in `text` what is wrong and in `advice` what to do next. `text` and `advice` may add to any
    other kind, and `files` to `json`. Numbers that JSON cannot hold (NaN, infinities, integers beyond 2**53) are text.
    """

    kind: PreviewKind
    summary: str
    text: str | None = None  # text, html, markdown, problem, or a pickle's description
    value: object = None  # json: the value itself, when small enough
    numbers: tuple[tuple[str | int, ...], ...] = ()  # json: the paths to numbers in `value` that are text
    table: Table | None = None  # a table, or the numbers of an array (of its first slice from three dimensions on)
    shape: tuple[int, ...] | None = None  # array
    dtype: str | None = None  # array
    statistics: dict[str, float | str] = field(default_factory=dict[str, "float | str"])  # array: min, max, mean, ...
    slices: tuple[int, ...] = ()  # array: the places on the axes before the last two
    overview: Overview | None = None  # array: if a region was asked for
    image: Image | None = None
    files: tuple[File, ...] = ()
    advice: str | None = None
    truncated: bool = False


def to_json(preview: Preview) -> dict[str, object]:
    """Return a preview as JSON-ready plain data, without the fields that have no content."""
    found: dict[str, object] = {}
    for part in fields(preview):
        content: object = getattr(preview, part.name)
        if part.name == "value":
            if preview.kind == "json" and (content is not None or not preview.truncated):
                found["value"] = content
        elif part.name in ("kind", "summary", "truncated") or content not in (None, (), {}):
            found[part.name] = _plain(content)
    return found


def _plain(content: object) -> object:
    if isinstance(content, (Column, Table, Overview, Image, File)):
        return {part.name: _plain(getattr(content, part.name)) for part in fields(content)}
    if isinstance(content, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", content)]
    return content


def _key(key: object) -> str | int:
    return key if isinstance(key, int) else str(key)


def from_fields(kind: type[_T], data: Mapping[str, Any], **made: object) -> _T:
    """Return a dataclass with these values, and others as the data has them."""
    names = [part.name for part in fields(kind)]  # pyright: ignore[reportArgumentType]
    return kind(**{**{name: data[name] for name in names if name in data}, **made})


def from_json(data: Mapping[str, Any]) -> Preview:
    """Return the preview that `to_json` or the reader wrote.

    Raises ValueError for other data.
    """
    try:
        if data["kind"] not in get_args(PreviewKind):
            raise ValueError(f"no kind of preview: {data['kind']!r}")
        table, image = data.get("table"), data.get("image")
        return Preview(
            kind=data["kind"],
            summary=str(data["summary"]),
            text=data.get("text"),
            value=data.get("value"),
            numbers=tuple(tuple(map(_key, path)) for path in data.get("numbers") or ()),
            table=None if table is None else _table(table),
            shape=None if data.get("shape") is None else tuple(int(length) for length in data["shape"]),
            dtype=data.get("dtype"),
            statistics=dict(data.get("statistics") or {}),
            slices=tuple(int(place) for place in data.get("slices") or ()),
            overview=_overview(data.get("overview")),
            image=None if image is None else Image(**image),
            files=tuple(File(str(file["path"]), int(file["size"])) for file in data.get("files") or ()),
            advice=data.get("advice"),
            truncated=bool(data.get("truncated")),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a preview: {error!r}") from error


def _overview(data: Mapping[str, Any] | None) -> Overview | None:
    if not data:
        return None
    rows = tuple(tuple(row) for row in data["rows"])
    return Overview(rows, tuple(map(int, data["region"])), int(data["row_step"]), int(data["column_step"]))


def _table(data: Mapping[str, Any]) -> Table:
    return Table(
        columns=tuple(Column(str(column["name"]), str(column.get("type", ""))) for column in data["columns"]),
        rows=tuple(tuple(row) for row in data["rows"]),
        offset=int(data.get("offset") or 0),
        total=data.get("total"),
        index=int(data.get("index") or 0),
        numbers=tuple(int(number) for number in data.get("numbers") or ()),
        width=None if data.get("width") is None else int(data["width"]),
        first_column=int(data.get("first_column") or 0),
        picked=tuple(int(position) for position in data.get("picked") or ()),
    )


def problem(text: str, advice: str | None = None) -> Preview:
    """Return a preview that says what is wrong and what to do next."""
    return Preview(kind="problem", summary=text, text=text, advice=advice)

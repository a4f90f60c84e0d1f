"""The preview of an output, as plain data that a hover, a side panel and a terminal can each render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeVar, cast, get_args

_T = TypeVar("_T")

PreviewKind = Literal["json", "table", "array", "text", "html", "markdown", "image", "pickle", "files", "problem"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `type` is its type in the file, such as `double`, `string` or `timestamp[ns]`."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A page of a table: the rows from `offset` on. Cells are JSON values.

    `total` is the number of all rows, or of those that a search found. It is None if they were not counted. `numbers`
    are the row numbers of sorted or found rows in the whole table.

    The first `index` columns are the index of the data frame. A level without a name has the name "". `width` is the
    number of all other columns, None if the page has all of them. A page of a wide table has the columns from
    `first_column` on, or the `picked` ones. Both count from 0 after the index.
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
    """The requested rows of a table: `limit` rows from `offset` on, of those that contain `find`, sorted by `sort`.

    `sort` is the position of a column, counted from 0 with the index first, or -1 for the order of the file. Of a wide
    table, the columns from `first_column` on are requested, or the `picked` ones. Both count from 0 after the index.

    For an array, `slices` are the indexes on the axes before the last two, and `region` requests an overview.
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
    """A region of an array in reduced size: every `row_step`th row, and in it every `column_step`th number.

    The `region` is the first row, the number of rows, the first column and the number of columns. For an array with one
    axis, each row has the lowest and the highest of `row_step` numbers. Infinities and NaN are None.
    """

    rows: tuple[tuple[float | None, ...], ...]
    region: tuple[int, ...]
    row_step: int = 1
    column_step: int = 1


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. `data` is base64, "" if it is too large. `width` and `height` are the original's pixels, if known."""

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

    `kind` says which of the fields has the content. `summary` is one line for lenses, hints and terminals
    (`0.93`, `DataFrame 10 x 3`, `float64 array (200, 50)`). If `truncated`, the content is only a part of the output.
    A `problem` has the problem in `text` and what to do in `advice`. Other kinds may also have `text` and `advice`, and
    `json` may have `files`. Numbers that JSON lacks (NaN, infinities, integers beyond 2**53) are text.
    """

    kind: PreviewKind
    summary: str
    text: str | None = None  # text, html, markdown, problem, or a pickle's description
    value: object = None  # json: the value itself, when small enough
    numbers: tuple[tuple[str | int, ...], ...] = ()  # json: the paths to numbers in `value` that are text
    table: Table | None = None  # a table, or the numbers of an array or of a slice of it
    shape: tuple[int, ...] | None = None  # array
    dtype: str | None = None  # array
    statistics: dict[str, float | str] = field(default_factory=dict[str, "float | str"])  # array: min, max, mean, ...
    slices: tuple[int, ...] = ()  # array: the indexes on the axes before the last two
    overview: Overview | None = None  # array: if a region was requested
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
    """Return an object of a dataclass with the values in `made`, and the others from `data`."""
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
    """Return a preview of kind `problem`."""
    return Preview(kind="problem", summary=text, text=text, advice=advice)

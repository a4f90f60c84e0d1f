"""Compare the values of two artifacts: numbers, trees of values, tables, arrays, pictures and texts."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple, cast

from .bounds import ROWS, Picture, Request, size
from .compare_arrays import array_changes
from .compare_tables import PictureTable, TableSide, table_changes
from .compare_texts import text_changes
from .compare_trees import is_number, tree_changes
from .folder import Folder, open_folder
from .formats import Read, function
from .query import Engines
from .whole_table import WholeTable

ComparisonJSON = Dict[str, object]
ReadFolder = Callable[[Folder, Request], Read]

_CONTENT = 64 * 1024 * 1024  # bytes of a file that are compared
_PIECE = 1024 * 1024


class Side(NamedTuple):
    """One of the two artifacts with its preview. `stack` closes opened files."""

    request: Request
    folder: Folder
    read: Read
    stack: ExitStack
    memory: int

    @property
    def picture(self) -> Picture:
        """The preview of the artifact."""
        return self.read.picture

    def opened(self, what: str) -> Any:
        """Return the whole `table` or `array` of the artifact. None if its format has none."""
        name: str = getattr(self.read.format, what, "")
        return function(name)(self.folder, self.read.path, self.stack) if name else None


def compare(left: Request, right: Request, read: ReadFolder, memory: int = 0) -> ComparisonJSON:
    """Return the differences between two artifacts. `kind` says how they were compared.

    Raises Problem if one of them cannot be read.
    """
    with ExitStack() as stack:
        one, other = (_side(request, read, stack, memory) for request in (left, right))
        answer = _compared(one, other) or {"kind": "other"}
        return {"left": one.picture["summary"], "right": other.picture["summary"], **answer}


def _side(request: Request, read: ReadFolder, stack: ExitStack, memory: int) -> Side:
    asked = request._replace(offset=0, limit=ROWS)
    folder = open_folder(request.uri)
    return Side(asked, folder, read(folder, asked), stack, memory)


def _compared(left: Side, right: Side) -> Optional[ComparisonJSON]:
    """Return the differences between two artifacts of the same kind. None if they cannot be compared."""
    kind: str = left.picture["kind"]
    if kind != right.picture["kind"] or kind not in _BY_KIND:
        return None
    return _BY_KIND[kind](left, right)


def _trees(left: Side, right: Side) -> ComparisonJSON:
    (one, is_whole), (other, other_is_whole) = _value(left), _value(right)
    if not is_whole or not other_is_whole:
        return _texts(left, right)
    kind = "number" if is_number(one) and is_number(other) else "tree"
    return {"kind": kind, **tree_changes(one, other)}


def _value(side: Side) -> Tuple[object, bool]:
    """Return the value of a JSON artifact, and whether it is the whole value."""
    found = side.read.format
    if found is not None and found.value:
        return cast("Tuple[object, bool]", function(found.value)(side.folder, side.read.path, side.request))
    return side.picture.get("value"), "value" in side.picture


def _files(left: Side, right: Side) -> ComparisonJSON:
    one, other = ({path: size(length) for path, length in side.folder.files} for side in (left, right))
    for path, length in left.folder.files:
        if other.get(path) == one[path] and not _has_same(left.folder, right.folder, path, length):
            other[path] += ", other content"
    return {"kind": "tree", **tree_changes(one, other)}


def _has_same(left: Folder, right: Folder, path: str, length: int) -> bool:
    """Return False if a file differs between both folders. Of a long file, only the beginning is compared."""
    if right.size(path) != length:
        return False
    with left.open(path) as one, right.open(path) as other:
        for _ in range(0, min(length, _CONTENT), _PIECE):
            if one.read(_PIECE) != other.read(_PIECE):
                return False
    return True


def _texts(left: Side, right: Side) -> ComparisonJSON:
    texts = [str(side.picture.get("text") or "") for side in (left, right)]
    is_cut = any(side.picture.get("truncated") and side.picture["kind"] != "pickle" for side in (left, right))
    return {"kind": "text", **text_changes(*texts), **({"note": "Only the beginnings are compared."} if is_cut else {})}


def _images(left: Side, right: Side) -> ComparisonJSON:
    return {"kind": "image", "images": [side.picture.get("image") or _NO_IMAGE for side in (left, right)]}


def _arrays(left: Side, right: Side) -> Optional[ComparisonJSON]:
    one, other = (side.opened("array") for side in (left, right))
    if one is not None and other is not None:
        return {"kind": "array", "array": array_changes(one, other)}
    has_rows = all("table" in side.picture for side in (left, right))
    return _tables(left, right) if has_rows else None


def _tables(left: Side, right: Side) -> ComparisonJSON:
    return {"kind": "table", "table": table_changes(_table(left), _table(right))}


def _table(side: Side) -> TableSide:
    """Return a table with its engines. If only the preview supports the format, the table has the preview's rows."""
    table: WholeTable = side.opened("table") or PictureTable(side.picture["table"])
    table.settle()
    return TableSide(table, Engines(table, side.folder, side.read.path, side.stack, lambda _: None, side.memory))


_NO_IMAGE = {"mime": "", "data": ""}
_BY_KIND: Dict[str, Callable[[Side, Side], Optional[ComparisonJSON]]] = {
    "json": _trees,
    "table": _tables,
    "array": _arrays,
    "image": _images,
    "files": _files,
    **dict.fromkeys(("text", "html", "markdown", "pickle"), _texts),
}

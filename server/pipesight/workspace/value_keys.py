"""The keys of an output's value: the columns of a table, and the entries of a dict and of the dicts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from pipesight.code.model import Thing
from pipesight.history.model import Output
from pipesight.outputs.preview import Preview, Table
from pipesight.zenml.kinds import Kind

from .context import Context
from .find import Found

_TABLES = ("pandas", "polars", "pyarrow")
_TABLE_TYPES = ("DataFrame", "Table")
_DICT_TYPES = ("builtins.dict", "dict")
_LONGEST = 200  # characters of a key
_UNSURE = re.compile(r"-?\d+(\.\d+)?|\(.*\)|.*…", re.DOTALL)  # the text of a number or a tuple, and of what is cut
_SHOWN = 3  # cells of a column


@dataclass(frozen=True, slots=True)
class ValueKey:
    """A key of a value. `type` is a word of the file's format for a column. `values` are a part of what it holds."""

    name: str
    type: str = ""
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueKeys:
    """The keys of a value. They are not `complete` as long as it is read, and if it has more than its preview shows."""

    keys: tuple[ValueKey, ...] = ()
    complete: bool = True


def output_with_keys(thing: Thing | None, found: Found) -> Output | None:
    """Return the output that `thing`, an output or a key of it, belongs to. None if the code does not tell its run."""
    while thing is not None and thing.kind is Kind.KEY:
        thing = thing.owner
    if thing is None or found.output is None or (found.assumed and thing.kind is not Kind.ARTIFACT):
        return None
    return found.output if _is_table(found.output) or _is_dict(found.output) else None


def keys_of(context: Context, thing: Thing, found: Found) -> ValueKeys:
    """Return the keys of an output's value, or of the dict at a key of it. If it is not read yet, have it read."""
    output = output_with_keys(thing, found)
    if output is None:
        return ValueKeys()
    preview = context.previews.cached(output)
    if preview is None:
        context.previews.prefetch(output)
        return ValueKeys(complete=False)
    return known_keys(output, preview, thing)


def known_keys(output: Output, preview: Preview, thing: Thing) -> ValueKeys:
    """Return the keys that a preview shows, of the value or of the dict at a key of it."""
    path = [each.name for each in thing.chain() if each.kind is Kind.KEY]
    if _is_table(output):
        table = preview.table if not path else None
        return ValueKeys(tuple(_columns(table)), table.width is None) if table is not None else ValueKeys()
    if preview.table is not None:
        return ValueKeys(tuple(_rows(preview.table)), not preview.truncated) if not path else ValueKeys()
    value = preview.value
    for name in reversed(path):
        value = cast("Mapping[str, object]", value).get(name or "") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping):
        return ValueKeys()
    entries = cast("Mapping[str, object]", value).items()
    return ValueKeys(tuple(ValueKey(name, _type(inner), (inner,)) for name, inner in entries if _is_name(name)))


def _columns(table: Table) -> Iterator[ValueKey]:
    """Yield the columns of a frame, without its index."""
    for place, column in enumerate(table.columns[table.index :], table.index):
        if _is_name(column.name):
            yield ValueKey(column.name, column.type, tuple(row[place] for row in table.rows[:_SHOWN]))


def _rows(table: Table) -> Iterator[ValueKey]:
    """Yield the keys of a dict of objects, which is shown as a table of keys, types and values."""
    for row in table.rows:
        name, type_, *rest = row
        if isinstance(name, str) and _is_name(name):
            yield ValueKey(name, str(type_), tuple(rest))


def _is_name(name: str) -> bool:
    return bool(name) and len(name) <= _LONGEST and _UNSURE.fullmatch(name) is None


def _type(value: object) -> str:
    return "None" if value is None else type(value).__name__


def _is_table(output: Output) -> bool:
    package, _, name = (output.data_type or "").rpartition(".")
    return package.split(".")[0] in _TABLES and name in _TABLE_TYPES


def _is_dict(output: Output) -> bool:
    return output.data_type in _DICT_TYPES

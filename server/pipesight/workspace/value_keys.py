"""Find the keys of an output's value: the columns of a table, or the keys of a dict and of the dicts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pipesight.code.model import Thing
from pipesight.history.model import Output
from pipesight.outputs.preview import Preview, Table
from pipesight.zenml.kinds import Kind

from .find import Found

if TYPE_CHECKING:
    from .context import Context

_TABLES = ("pandas", "polars", "pyarrow")
_TABLE_TYPES = ("DataFrame", "Table")
_DICT_TYPES = ("builtins.dict", "dict")
_LONGEST = 200  # characters of a key. Longer keys are left out
_UNSURE = re.compile(r"-?\d+(\.\d+)?|\(.*\)|.*…", re.DOTALL)  # may be a number, a tuple or a shortened text as a key
_SHOWN = 3  # cells of a column that are shown


@dataclass(frozen=True, slots=True)
class ValueKey:
    """A key of a value. `type` is the type of the column or entry as text. `values` are some values at the key."""

    name: str
    type: str = ""
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueKeys:
    """The keys of a value. `complete` is False while the value is being read, or if its preview lacks some keys."""

    keys: tuple[ValueKey, ...] = ()
    complete: bool = True


def output_with_keys(thing: Thing | None, found: Found) -> Output | None:
    """Return the table or dict that `thing`, an output or a key of one, belongs to. None if the run is not certain."""
    while thing is not None and thing.kind is Kind.KEY:
        thing = thing.owner
    if thing is None or found.output is None or (found.assumed and thing.kind is not Kind.ARTIFACT):
        return None
    return found.output if _is_table(found.output) or _is_dict(found.output) else None


def keys_of(context: Context, thing: Thing, found: Found) -> ValueKeys:
    """Return the keys of an output's value, or of the dict at a key of it. Request the preview if it is not cached."""
    output = output_with_keys(thing, found)
    if output is None:
        return ValueKeys()
    preview = context.previews.cached(output)
    if preview is None:
        context.previews.prefetch(output)
        return ValueKeys(complete=False)
    return known_keys(output, preview, thing)


def known_keys(output: Output, preview: Preview, thing: Thing) -> ValueKeys:
    """Return the keys of the value, or of the dict at a key of it, that a preview shows."""
    path = [each.name for each in thing.chain() if each.kind is Kind.KEY]
    if _is_table(output):
        table = preview.table if not path else None
        return ValueKeys(tuple(_columns(table)), _is_whole(table)) if table is not None else ValueKeys()
    if preview.table is not None:
        return ValueKeys(tuple(_rows(preview.table)), not preview.truncated) if not path else ValueKeys()
    value = preview.value
    for name in reversed(path):
        value = cast("Mapping[str, object]", value).get(name or "") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping):
        return ValueKeys()
    numbers = {each[-1] for each in preview.numbers if list(each[:-1]) == path[::-1]}
    entries = cast("Mapping[str, object]", value).items()
    return ValueKeys(
        tuple(
            ValueKey(name, _type_of_number(inner) if name in numbers else _type(inner), (inner,))
            for name, inner in entries
            if _is_name(name)
        )
    )


def _columns(table: Table) -> Iterator[ValueKey]:
    """Yield the columns of a data frame without those of its index."""
    for position, column in enumerate(table.columns[table.index :], table.index):
        if _is_name(column.name):
            yield ValueKey(column.name, column.type, tuple(row[position] for row in table.rows[:_SHOWN]))


def _is_whole(table: Table) -> bool:
    """Return whether the page has all columns of the table."""
    return table.width is None or table.width == len(table.columns) - table.index


def _rows(table: Table) -> Iterator[ValueKey]:
    """Yield the keys of a dict of objects, whose preview is a table of keys, types and values."""
    for row in table.rows:
        name, type_, *rest = row
        if isinstance(name, str) and _is_name(name):
            yield ValueKey(name, str(type_), tuple(rest))


def _is_name(name: str) -> bool:
    return bool(name) and len(name) <= _LONGEST and _UNSURE.fullmatch(name) is None


def _type(value: object) -> str:
    return "None" if value is None else type(value).__name__


def _type_of_number(text: object) -> str:
    """Return the type of a number that the preview has as text, because JSON cannot represent it."""
    return "float" if str(text).lstrip("-") in ("NaN", "Infinity") else "int"


def _is_table(output: Output) -> bool:
    package, _, name = (output.data_type or "").rpartition(".")
    return package.split(".")[0] in _TABLES and name in _TABLE_TYPES


def _is_dict(output: Output) -> bool:
    return output.data_type in _DICT_TYPES

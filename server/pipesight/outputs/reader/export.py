"""Write the rows of a table to a CSV file without formulas, or to a Parquet file."""

from __future__ import annotations

import csv
import math
import re
from typing import TYPE_CHECKING, Callable, Iterable, List, Optional, Sequence, Set, Tuple

from .bounds import inline, quoted_bytes, readable
from .dtypes import shortest
from .families import INTEGER, Family
from .libraries import library
from .scan import Selection
from .untyped import is_number_text
from .whole_table import WholeTable

if TYPE_CHECKING:
    from .protocols import Engine, Pyarrow, PyarrowParquet, PyarrowType

_FORMULA = re.compile(r"[=+\-@\t\r]")  # the beginning of a text that a spreadsheet would run as a formula
_WRITTEN = 50_000  # rows that are written in one call


def write_csv(pieces: Iterable[List[List[object]]], columns: Sequence[Tuple[str, str]], path: str) -> int:
    """Write rows to a CSV file in UTF-8, and return how many there were. Columns are names and words for types."""
    count = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_csv_cell(name) for name, _ in columns])
        for piece in pieces:
            texts = [[_csv_cell(shortest(value, kind)) for value in cells] for cells, (_, kind) in zip(piece, columns)]
            count += len(texts[0]) if texts else 0
            writer.writerows(zip(*texts))
    return count


def _csv_cell(value: object) -> str:
    """Return the text of a cell in CSV. A text that a spreadsheet would run as a formula begins with a quote."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, bytearray)):
        text = quoted_bytes(bytes(value))
    elif isinstance(value, (list, dict, tuple)):
        text = inline(value, 2**31, 100)
    else:
        text = repr(value) if isinstance(value, float) else str(value)
    text = readable(text)
    return f"'{text}" if _FORMULA.match(text) and not is_number_text(text) else text


def write_parquet(engine: Engine, table: WholeTable, asked: Selection, path: str) -> int:
    """Write the rows that meet the condition to a Parquet file, and return their number."""
    write: Optional[Callable[[Selection, str], int]] = getattr(engine, "write_parquet", None)
    if write is not None:
        return write(asked, path)
    arrow: Pyarrow = library("pyarrow")
    parquet: PyarrowParquet = library("pyarrow.parquet")
    names = unlike([table.label(column) for column in asked.columns])
    families = [table.families[column] for column in asked.columns]
    kinds = [_arrow_type(family, arrow) for family in families]
    schema = arrow.schema(list(zip(names, kinds)))
    count = 0
    with parquet.ParquetWriter(path, schema) as writer:
        for piece in engine.stream(asked):
            arrays = [arrow.array(_storable(cells, kind), kind) for cells, kind in zip(piece, kinds)]
            batch = arrow.table(arrays, schema=schema)
            writer.write_table(batch, row_group_size=_WRITTEN)
            count += batch.num_rows
    return count


def unlike(names: Sequence[str]) -> List[str]:
    """Return unique names. They also differ without regard to case, which DuckDB ignores."""
    found: List[str] = []
    taken: Set[str] = set()
    for name in names:
        number, free = 1, name
        while free.lower() in taken:
            number += 1
            free = f"{name}_{number}"
        taken.add(free.lower())
        found.append(free)
    return found


def _arrow_type(family: Family, arrow: Pyarrow) -> PyarrowType:
    if family.name == INTEGER and family.low == 0:
        return arrow.uint64()
    return {"integer": arrow.int64(), "float": arrow.float64(), "truth": arrow.bool_()}.get(family.name, arrow.string())


def _storable(cells: Sequence[object], kind: PyarrowType) -> List[object]:
    return [None if cell is None else _csv_text(cell) for cell in cells] if str(kind) == "string" else list(cells)


def _csv_text(value: object) -> str:
    """Return a cell as text."""
    return value if isinstance(value, str) else inline(value, 2**31, 100)

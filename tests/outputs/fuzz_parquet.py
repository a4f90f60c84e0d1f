"""Compare our own Parquet reader with pyarrow, cell by cell, on random tables.

`python -m tests.outputs.fuzz_parquet 4000` compares 4,000 tables.
"""

from __future__ import annotations

import decimal
import io
import random
import struct
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pipesight.outputs.reader.arrow import ArrowParquet
from pipesight.outputs.reader.pandas_notes import Notes
from pipesight.outputs.reader.parquet import ParquetFile, UnsupportedError

NAMES = ("a", "b", "é", "", "x y", "a.b", "__index_level_0__", "🎉", "\x1b[31m", "index", "key_value")
TEXTS = ("", "a", "é", "\n", "\r\n", "\x00", "\u202e", "🎉", "x" * 300, "NaN", "null")
FLOATS = (0.0, -0.0, float("nan"), float("inf"), -float("inf"), 1e308, 5e-324, 0.1, 2.0**53 + 1)
ZONES = (None, "UTC", "Europe/Berlin", "+05:30")
_EMPTY = 0.03  # the share of tables without rows, of those without columns, and of columns without values
UNITS = ("s", "ms", "us", "ns")


class Column(NamedTuple):
    """A type, and what makes a stored value of it: `stored` is the type that pyarrow makes an array of."""

    kind: Any
    stored: Any
    make: Callable[[], object]


def _whole(rng: random.Random, low: int, high: int) -> int:
    return rng.choice([low, high, max(low, min(high, 1)), rng.randint(low, high)])


def _integer(rng: random.Random) -> Column:
    bits, signed = rng.choice([8, 16, 32, 64]), rng.random() < 0.5
    kind = getattr(pa, f"{'' if signed else 'u'}int{bits}")()
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return Column(kind, kind, lambda: _whole(rng, low, high))


def _counted(rng: random.Random) -> Column:
    """A type that is stored as a count of days, seconds or parts of them."""
    unit = rng.choice(UNITS)
    kind, stored, high = rng.choice([
        (pa.date32(), pa.int32(), 2**31 - 1),
        (pa.timestamp(unit, rng.choice(ZONES)), pa.int64(), 2**62 // 1000),
        (pa.duration(unit), pa.int64(), 2**63 - 1),
        (pa.time32("ms"), pa.int32(), 86_399_999),
        (pa.time64("ns"), pa.int64(), 86_399_999_999_999),
    ])  # fmt: skip
    low = 0 if str(kind).startswith("time") and not str(kind).startswith("timestamp") else -high
    return Column(kind, stored, lambda: _whole(rng, low, high))


def _decimal(rng: random.Random) -> Column:
    precision = rng.randint(1, 38)
    scale = rng.randint(0, precision)
    kind, high, wide = pa.decimal128(precision, scale), 10**precision - 1, decimal.Context(prec=80)
    return Column(kind, kind, lambda: decimal.Decimal(_whole(rng, -high, high)).scaleb(-scale, context=wide))


def _bytes(rng: random.Random) -> Column:
    length = rng.choice([0, 1, 16])
    kind = pa.binary(length) if length else rng.choice([pa.binary(), pa.large_binary()])
    return Column(kind, kind, lambda: rng.randbytes(length or rng.randint(0, 20)))


def _other(rng: random.Random) -> Column:
    kind, values = rng.choice([
        (pa.string(), TEXTS),
        (pa.large_string(), TEXTS),
        (pa.dictionary(pa.int32(), pa.string()), TEXTS),
        (pa.bool_(), (True, False)),
        (pa.float64(), FLOATS),
        (pa.float32(), (0.0, -0.0, float("nan"), 1.5, -2.25)),
        (pa.float16(), (0.0, -0.0, float("nan"), 1.5, -2.25)),
        (pa.null(), (None,)),
    ])  # fmt: skip
    return Column(kind, kind, lambda: rng.choice(values))


def _array(rng: random.Random, rows: int) -> Any:
    column = rng.choice([_integer, _counted, _decimal, _bytes, _other])(rng)
    missing = 1 if rng.random() < _EMPTY else rng.choice([0, 0.1, 0.5])
    values = [None if rng.random() < missing else column.make() for _ in range(rows)]
    if rows and rng.random() < 0.3:
        values = [values[0] if rng.random() < 0.9 else value for value in values]  # long runs
    array = pa.array(values, column.stored)
    return array if column.kind == column.stored else array.view(column.kind)


def random_file(rng: random.Random) -> bytes:
    """Return a Parquet file of a random table, written with random options."""
    rows = 0 if rng.random() < _EMPTY else rng.choice([1, 2, 7, 30, 200])
    names = [] if rng.random() < _EMPTY else rng.sample(NAMES, rng.choice([1, 2, 4]))
    table = pa.Table.from_arrays([_array(rng, rows) for _ in names], names)
    out = io.BytesIO()
    times = [field.type for field in table.schema if pa.types.is_timestamp(field.type)]
    is_int96 = rng.random() < 0.3 and all(kind.unit == "ns" for kind in times)  # pyarrow reads no farther ones
    pq.write_table(
        table,
        out,
        compression=rng.choice(["none", "snappy", "gzip", "zstd"]),
        data_page_version=rng.choice(["1.0", "2.0"]),
        version="2.6",
        use_dictionary=rng.choice([True, False]),
        row_group_size=rng.choice([1, 2, 7, 50, 1000]),
        data_page_size=rng.choice([1, 20, 200, 2**20]),
        write_batch_size=rng.choice([1, 3, 1024]),
        dictionary_pagesize_limit=rng.choice([1, 100, 2**20]),
        store_schema=rng.choice([True, True, False]),
        write_statistics=rng.choice([True, False]),
        use_deprecated_int96_timestamps=is_int96,
    )
    return out.getvalue()


def is_same(one: object, other: object) -> bool:
    """Return whether two cells are equal bit by bit: -0.0 differs from 0.0, and NaN equals NaN."""
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack("<d", one) == struct.pack("<d", other) or (one != one and other != other)
    return type(one) is type(other) and one == other


def differences(seed: int) -> tuple[int, list[str]]:
    """Return the number of compared cells of one random file, and the differences."""
    rng = random.Random(seed)
    stored = random_file(rng)
    ours, arrow = ParquetFile(io.BytesIO(stored)), ArrowParquet(io.BytesIO(stored))
    notes = Notes(b"", ours.metadata.get("ARROW:schema", b""))
    cells, found = 0, [f"{ours.total} rows, not {arrow.total}"] if ours.total != arrow.total else []
    for number, column in enumerate(ours.columns):
        offset, limit = rng.choice([(0, 1000), (rng.randint(0, ours.total), rng.randint(1, 20))])
        word, convert = notes.meaning(column.name, column.type)
        try:
            held = ours.read(column, offset, limit)
        except UnsupportedError:  # Zstandard, where nothing unpacks it
            continue
        expected = arrow.read(number, offset, limit)
        held = [None if value is None else convert(value) for value in held] if convert else held
        cells += len(held)
        if len(held) != len(expected) or word != arrow.columns[number][1]:
            found.append(f"{word}: {len(held)} cells, not {len(expected)} of {arrow.columns[number][1]}")
        pairs = zip(held, expected, strict=False)
        found += [f"{word}: {one!r}, not {other!r}" for one, other in pairs if not is_same(one, other)][:3]
    return cells, [f"seed {seed}: {text}" for text in found]


def main(count: int) -> int:
    """Compare `count` files, and print the differences."""
    total = wrong = 0
    for seed in range(count):
        cells, found = differences(seed)
        total += cells
        wrong += len(found)
        for text in found:
            print(text)
    print(f"{count} files, {total} cells, {wrong} differences")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(int(sys.argv[1])), 1))

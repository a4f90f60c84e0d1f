"""The tables of an index, as SQLAlchemy writes them. `questions` and `sync_progress` read them in SQL."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Column, Index, Integer, MetaData, String, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

_tables = MetaData()
FACTS = Table("fact", _tables, Column("name", String, primary_key=True), Column("value", String, nullable=False))
PIPELINES = Table(
    "pipeline",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("epoch", Integer, nullable=False),
    Column("run_count", Integer, nullable=False, default=0),
    Column("first_run", Integer),
    Column("last_run", Integer),
)
RUNS = Table(
    "run",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("pipeline", Integer),
    Column("status", String, nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("updated", Integer),
    Column("activity", Integer),
    Column("stack", String),
    Column("open", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("mirrored", Integer, nullable=False, default=0),
    Column("details", String),
)
FINDS_RUNS = (  # creating these at the end of a first index is faster than updating them with every row
    Index("run_of_pipeline", RUNS.c.pipeline, RUNS.c.start),
    Index("run_start", RUNS.c.start),
    Index("run_name", RUNS.c.name),
)
Index("run_open", RUNS.c.open, sqlite_where=RUNS.c.open == 1)
STEPS = Table(
    "step",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, index=True),  # not unique, because a store may have one step in two runs
    Column("run", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("entrypoint", String),
    Column("status", String, nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("parameters", String),
    Column("metadata", String),
    Column("failure", String),
    Column("digest", String, nullable=False),
    Column("pipeline", Integer),
    Column("run_start", Integer),
    Index("step_of_run", "run", "position"),
    Index("step_of_pipeline", "pipeline", "name", "run_start"),
)
_OUTPUT_COLUMNS = ("key", "name", "uri", "data_type", "materializer", "type", "artifact", "version", "save_type")
_OUTPUT_DETAILS = ("metadata", "tags", "visualizations")  # as JSON


def _output_columns() -> list[Column[str]]:
    return [
        Column(name, String, nullable=name not in ("key", "name", "uri"))
        for name in (*_OUTPUT_COLUMNS, *_OUTPUT_DETAILS)
    ]


OUTPUTS = Table(
    "output",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    *_output_columns(),
    Index("output_of_step", "step", "position"),
)
INPUTS = Table(
    "input",
    _tables,
    Column("id", Integer, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("parameter", String, nullable=False),
    Column("kind", String),
    Column("step_key", String, nullable=False),
    Column("run_key", String, nullable=False),
    *_output_columns(),
    Index("input_of_step", "step", "position"),
    Index("input_of_artifact", "key"),
)
ARTIFACTS = Table(
    "artifact",
    _tables,
    Column("position", Integer, primary_key=True),
    Column("step_key", String, nullable=False),
    *_output_columns(),
)
WORDS = Table(
    "word",
    _tables,
    Column("kind", String, primary_key=True),
    Column("name", String, primary_key=True),
)


@cache
def definitions() -> tuple[str, ...]:
    """Return the statements that create the tables and their indexes."""
    tables = _tables.sorted_tables
    elements = (*map(CreateTable, tables), *(CreateIndex(index) for table in tables for index in table.indexes))
    return tuple(str(element.compile(dialect=sqlite.dialect())) for element in elements)

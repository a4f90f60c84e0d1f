"""Read a database whose tables differ between releases: find its columns and indexes, and read rows in batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import column, func, table, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import TableClause
from sqlalchemy.types import NullType

from pipesight.history.sources.row import Row, batches

if TYPE_CHECKING:
    from sqlalchemy import Connection

SQLQuery: TypeAlias = Any  # a `Select`, which has one type parameter in SQLAlchemy 2.0 and any number in 2.1


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_MICROSECOND = timedelta(microseconds=1)
_moment = datetime.fromisoformat
_PARAMETERS = 500  # values bound in one statement. SQLite before 3.32 allows 999
_DIVES = 150  # values bound in one statement of MySQL. From `eq_range_index_dive_limit` (200) on it may scan the table


@dataclass
class Memory:
    """The facts about a database that one session leaves for the next."""

    layout: str | None = None  # the layout whose columns and indexes these are
    columns: dict[str, frozenset[str]] | None = None
    indexes: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    counted_at: float = -math.inf  # the monotonic time at which its runs were counted
    relocate: Callable[[str], str] = str  # turns the recorded URI of an artifact into its URI today


class Tables:
    """The tables of one open database."""

    def __init__(self, connection: Connection, memory: Memory | None = None) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.memory = memory or Memory()
        self._clauses: dict[str, TableClause] = {}

    @cached_property
    def release(self) -> str | None:
        """The ZenML release that made the tables, None if it is unknown."""
        if self.is_sqlite and not self.has("alembic_version", "version_num"):
            return None
        try:
            found = self.connection.execute(text("SELECT version_num FROM alembic_version")).first()
        except ProgrammingError:
            return None  # the table does not exist. `has` would list the tables of a MySQL server, which is slow
        return str(found[0]) if found else None

    @cached_property
    def columns(self) -> dict[str, frozenset[str]]:
        """The names of the columns of every table that may contain history, by table."""
        # Asking for them is slow, so it is done once for each layout that the database has.
        memory, layout = self.memory, self._layout()
        if memory.columns is None or layout is None or memory.layout != layout:
            columns = self._read_columns(_SQLITE_COLUMNS if self.is_sqlite else _MYSQL_COLUMNS)
            memory.columns, memory.indexes, memory.layout = columns, {}, layout
        return memory.columns

    def _layout(self) -> str | None:
        """Return a text that changes with the columns and indexes. None if it is unknown."""
        if not self.is_sqlite:
            return self.release
        definitions = self.connection.execute(text(_SQLITE_DEFINITIONS)).scalar()
        return sha256(str(definitions).encode("utf-8", "surrogatepass")).hexdigest()

    def _read_columns(self, query: str) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for name, column_name in self.connection.execute(text(query)):
            found.setdefault(name, set()).add(column_name)
        return {name: frozenset(columns) for name, columns in found.items()}

    def has(self, name: str, *columns: str) -> bool:
        """Return whether the table exists and has these columns."""
        return self._actual(name) in self.columns and self.columns[self._actual(name)].issuperset(columns)

    def _actual(self, name: str) -> str:
        """Return the name of the table in this database. With `lower_case_table_names`, MySQL lowers all names."""
        return name if self.is_sqlite or name in self.columns else name.lower()

    def __getitem__(self, name: str) -> TableClause:
        """Return the table with its existing columns. In SQLite it also has `rowid`, the order of recording."""
        if name not in self._clauses:
            names = [*self.columns[self._actual(name)], *(["rowid"] if self.is_sqlite else [])]
            self._clauses[name] = table(self._actual(name), *[column(each, NullType()) for each in names])
        return self._clauses[name]

    def exact(self, text: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return an expression that groups texts exactly. MySQL's collations treat `Clean` and `clean` as equal."""
        return text if self.is_sqlite else func.sha1(text)

    def has_index(self, name: str, *columns: str) -> bool:
        """Return whether an SQL index of the table begins with these columns."""
        known = self._indexes
        if self.is_sqlite and name not in known:
            known[name] = self._read_sqlite_indexes(name)
        elif not known:
            known.update(self._read_indexes())
        return any(index[: len(columns)] == columns for index in known.get(self._actual(name), ()))

    @cached_property
    def _indexes(self) -> dict[str, list[tuple[str, ...]]]:
        """The columns of the known SQL indexes, by table, of the layout that `columns` describes."""
        _ = self.columns
        return self.memory.indexes

    def _read_sqlite_indexes(self, name: str) -> list[tuple[str, ...]]:
        query = text(
            "SELECT i.name, c.name FROM pragma_index_list(:t) i, pragma_index_info(i.name) c ORDER BY 1, c.seqno"
        )
        indexes: dict[str, list[str]] = {}
        for index, column_name in self.connection.execute(query, {"t": name}):
            indexes.setdefault(index, []).append(column_name)
        return [tuple(index) for index in indexes.values()]

    def _read_indexes(self) -> dict[str, list[tuple[str, ...]]]:
        query = (
            "SELECT table_name, index_name, column_name FROM information_schema.statistics"
            " WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index"
        )
        found: dict[tuple[str, str], list[str]] = {}
        for name, index, column_name in self.connection.execute(text(query)):
            found.setdefault((name, index), []).append(column_name)
        indexes: dict[str, list[tuple[str, ...]]] = {}
        for (name, _), columns in found.items():
            indexes.setdefault(name, []).append(tuple(columns))
        return indexes

    def fingerprint(self, names: Iterable[str]) -> str:
        """Return a hash that changes if one of these tables gets or loses a column."""
        layout = [(name, sorted(self.columns[self._actual(name)])) for name in sorted(names) if self.has(name)]
        return sha256(repr(layout).encode()).hexdigest()[:16]

    def all(self, query: SQLQuery) -> Sequence[Row]:
        """Return all rows of a query at once, so that the database is locked as briefly as possible."""
        return self.connection.execute(query).fetchall()

    def one(self, query: SQLQuery) -> Row | None:
        """Return the first row of a query, None if there is none."""
        return self.connection.execute(query).first()

    def value(self, query: SQLQuery) -> Any:
        """Return the first column of a query's first row, None if there is no row."""
        return self.connection.execute(query).scalar()

    def among(self, query: SQLQuery, key: ColumnElement[Any], values: Collection[str | int]) -> Iterator[Row]:
        """Yield the rows whose `key` is one of the values. The values are bound in parts that any database accepts."""
        for part in batches(values, _PARAMETERS if self.is_sqlite else _DIVES):
            yield from self.all(query.where(key.in_(part)))


# The tables that may contain history. No other table is read.
_SQLITE_COLUMNS = """
    SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name IN ('pipeline', 'pipeline_run', 'step_run', 'step_run_parents',
        'step_run_output_artifact', 'step_run_input_artifact', 'step_configuration', 'pipeline_deployment',
        'pipeline_snapshot', 'artifact', 'artifact_version', 'artifact_visualization', 'run_metadata',
        'run_metadata_resource', 'tag', 'tag_resource', 'logs', 'code_reference', 'code_repository', 'stack',
        'stack_component', 'stack_composition', 'flavor', 'model', 'model_version', 'model_versions_artifacts',
        'schedule', 'deployment', 'run_template', 'secret', 'service', 'user', 'project', 'workspace',
        'alembic_version', 'Context', 'ContextProperty',
        'Association', 'Execution', 'ExecutionProperty', 'Event', 'EventPath', 'Artifact', 'ArtifactProperty', 'Type')
"""
_SQLITE_DEFINITIONS = "SELECT group_concat(name || coalesce(sql, '')) FROM sqlite_master"
_MYSQL_COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()"


def microseconds(value: object) -> int | None:
    """Return a time in microseconds since the epoch. A time without a zone is in UTC. None if it is no time."""
    if isinstance(value, str):
        try:
            value = _moment(value)
        except ValueError:
            return None
    elif not isinstance(value, datetime):
        return None
    return (value - (_NAIVE_EPOCH if value.tzinfo is None else _EPOCH)) // _MICROSECOND

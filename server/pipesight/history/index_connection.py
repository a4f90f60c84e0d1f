"""Open, check and remove the database of an index, and read its rows. The standard library is enough for that."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections import deque, namedtuple
from collections.abc import Callable, Generator, Sequence, Sized
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipesight.history.addresses import sqlite_url
from pipesight.history.sources.row import Row

AT_ONCE = 500  # values bound in one statement. SQLite before 3.32 allows 999
NOT_MIRRORED, MIRRORED, OUTDATED = 0, 1, 2  # values of `run.mirrored`: the state of the run's steps in the index
VERSION = 4  # of the tables in `schema`. An index with another version is removed and made again
_PATIENCE = 5.0  # seconds for which another process may keep the file locked
_ESCAPED = re.compile("[%_/]")
_IDLE = 4  # connections for reading that are kept


class Readers:
    """The connections that read an index. A thread has one to itself while it reads. Others are opened when needed."""

    def __init__(self, opened: Callable[[], sqlite3.Connection], first: sqlite3.Connection) -> None:
        self._opened = opened
        self._idle = deque([first])
        self._is_closed = False
        self._lock = threading.Lock()  # so that no connection is kept while the others are closed

    def rows(self, query: str, values: Sequence[object]) -> list[Row]:
        """Return the rows that a query selects."""
        with self._connection() as connection:
            cursor = connection.execute(query, values)
            kind = _row(tuple(column[0] for column in cursor.description))
            return [kind(*row) for row in cursor.fetchall()]

    @contextmanager
    def _connection(self) -> Generator[sqlite3.Connection]:
        connection = None
        with suppress(IndexError):
            connection = self._idle.pop()
        if connection is None:
            connection = self._opened()
        try:
            yield connection
        finally:
            if not self._keep(connection):
                connection.close()

    def _keep(self, connection: sqlite3.Connection) -> bool:
        with self._lock:
            is_kept = not self._is_closed and len(self._idle) < _IDLE
            if is_kept:
                self._idle.append(connection)
            return is_kept

    def close(self) -> None:
        """Close the connections. One that is in use is closed after its use."""
        with self._lock:
            self._is_closed = True
        while self._idle:
            self._idle.pop().close()


@cache
def _row(columns: tuple[str, ...]) -> Any:
    """Return the class of rows with these columns."""
    return namedtuple("IndexRow", columns, rename=True)  # pyright: ignore[reportUntypedNamedTuple]


def connect(path: Path | str) -> sqlite3.Connection:
    """Open an index: a file, or an index in memory by the name that `in_memory` gave.

    A file is in WAL mode, in which readers never wait for a writer.
    """
    name = path if isinstance(path, str) else sqlite_url(path)
    connection = sqlite3.connect(name, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    if isinstance(path, str):
        return connection
    connection.execute("PRAGMA page_size = 8192")  # of a new file. Fewer pages take less time to write
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 2000")  # database pages. A first index waits less for the disk
    return connection


def in_memory() -> str:
    """Return the URL of a new index in memory, which exists as long as a connection to it is open."""
    return f"file:pipesight-{uuid4().hex}?mode=memory&cache=shared"


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn WAL mode on. Setting it ignores SQLite's busy timeout, so retry here."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def has_tables(connection: sqlite3.Connection) -> bool:
    """Return whether this file is an index with the tables of `schema`. If the file is empty, create them first."""
    if not _number(connection, "PRAGMA user_version"):
        connection.execute("BEGIN IMMEDIATE")  # another process may create them at the same time
        if not _number(connection, "SELECT count(*) FROM sqlite_master"):
            from pipesight.history.schema import definitions

            for definition in definitions():
                connection.execute(definition)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    if _number(connection, "PRAGMA user_version") != VERSION:
        return False
    connection.execute("SELECT mirrored FROM run LIMIT 1")
    return True


def _number(connection: sqlite3.Connection, query: str) -> int:
    return connection.execute(query).fetchone()[0]


def remove(path: Path | str) -> None:
    """Remove the file of an index, with SQLite's files `-wal` and `-shm` beside it."""
    for suffix in ("", "-wal", "-shm") if isinstance(path, Path) else ():
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def is_damaged(error: sqlite3.Error) -> bool:
    """Return whether the file is no database or lacks a table, so that it has to be made again.

    sqlite3 raises DatabaseError itself, and no subclass, for a malformed file. A violated constraint is a subclass.
    """
    return type(error) is sqlite3.DatabaseError or "no such" in str(error)


def has_no_room(error: sqlite3.Error) -> bool:
    """Return whether the disk is full, or the file may not get larger."""
    return any(words in str(error) for words in ("is full", "disk I/O error"))


def cache_folder() -> Path:
    """Return the folder of the user's index files."""
    from platformdirs import user_cache_path

    return user_cache_path("pipesight", appauthor=False) / "history"


def beginning(text: str) -> str:
    """Return the pattern for `LIKE ? ESCAPE '/'` of texts that begin with this one."""
    return _ESCAPED.sub(r"/\g<0>", text) + "%"


def containing(text: str) -> str:
    """Return the pattern for `LIKE ? ESCAPE '/'` of texts that contain this one."""
    return f"%{beginning(text)}"


def places(values: Sized) -> str:
    """Return what stands for these values in SQL: `(?, ?)`."""
    return f"({', '.join('?' * len(values))})"

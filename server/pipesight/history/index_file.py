"""The SQLite file of an index: its connections and transactions. It copes with a damaged file and a full disk."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pipesight.history.addresses import sqlite_url
from pipesight.history.index_connection import (
    Readers,
    cache_folder,
    connect,
    has_no_room,
    has_tables,
    in_memory,
    is_damaged,
    remove,
)
from pipesight.history.sources.row import Row
from pipesight.history.sources.source import SourceBusyError, SourceError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.util import LRUCache

    from pipesight.history.writer import IndexWriter


@cache
def _model() -> tuple[Engine, LRUCache[Any, Any]]:
    """Return an engine for this SQLite and its cache of compiled statements. All indexes use both for writing.

    SQLAlchemy compiles most statements more slowly than SQLite executes them, and a compiled statement belongs to a
    dialect. SQLAlchemy is imported when an index is first written, because the start of the server does not need it.
    """
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool
    from sqlalchemy.util import LRUCache

    engine = create_engine("sqlite://", poolclass=NullPool)
    with engine.connect():
        return engine, LRUCache(500)


class IndexFile:
    """The database of an index, in a file or in memory. Thread-safe.

    A reader of a file never waits for the writer. `generation` grows with every change. `trouble` is a sentence that
    says why the index is in memory, else None.
    """

    def __init__(self, path: Path | str, *, folder: TemporaryDirectory[str] | None = None) -> None:
        self.path = path
        self._folder = folder
        self.generation = 0
        self.times_rebuilt = 0  # since it was opened. After each time, the sync reads the store again
        self._writing = threading.RLock()  # reentrant, because the writer of an index in memory also reads it
        self.trouble: str | None = None
        self._readers = self._open()
        self._engine: Engine | None = None  # the engine that writes. None before the first write
        self._watcher = connect(path)  # one connection for all asks, as `PRAGMA data_version` compares within one
        self._seen_version: object = None

    @classmethod
    def open(cls, source: str, *, folder: Path | None = None) -> IndexFile:
        """Open the index of the source with that key. Create it if it does not exist or cannot be used.

        `folder` holds the index files. It defaults to a folder in the user's cache folder. If that is not writable, the
        index is in a temporary folder, which `close` removes. If that fails as well, the index is in memory.
        """
        name = f"{sha256(source.encode()).hexdigest()[:20]}.db"
        try:
            folder = folder or cache_folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(folder / name)
        except (OSError, sqlite3.DatabaseError):
            pass
        temporary: TemporaryDirectory[str] | None = None
        try:
            temporary = TemporaryDirectory(prefix="pipesight-", ignore_cleanup_errors=True)
            return cls(Path(temporary.name) / name, folder=temporary)
        except (OSError, sqlite3.DatabaseError):
            if temporary is not None:
                temporary.cleanup()
        index = cls(in_memory())
        index.trouble = f"The index of {source} can be written neither to the cache folder nor to a temporary folder."
        return index

    def close(self) -> None:
        """Close all connections. Remove the temporary folder if there is one."""
        self._watcher.close()
        self._dispose()
        if self._folder is not None:
            self._folder.cleanup()

    def rows(self, query: str, *values: object) -> Sequence[Row]:
        """Return the rows that a query selects. A damaged index is replaced by an empty one first."""
        readers = self._readers
        try:
            return self._fetched(readers, query, values)
        except UnicodeEncodeError:  # the query has half a surrogate pair from a string in code. UTF-8 rows have none
            return []
        except sqlite3.DatabaseError as error:
            if is_damaged(error):
                self._rebuild(readers)
            elif not self._has_replaced(readers):
                raise
            return self._fetched(self._readers, query, values)

    def _fetched(self, readers: Readers, query: str, values: Sequence[object]) -> Sequence[Row]:
        # Readers of an index in memory wait for its writer, because SQLite has no write-ahead log in memory.
        with self._writing if isinstance(self.path, str) else nullcontext():
            return readers.rows(query, values)

    @contextmanager
    def writing(self) -> Generator[IndexWriter]:
        """Open a transaction. Readers see its changes when it ends.

        Raises SourceError if the file cannot be written, and SourceBusyError if a later try may succeed.
        """
        from sqlalchemy.exc import DatabaseError

        from pipesight.history.writer import IndexWriter

        with self._writing, self._explained():
            with self._writer().connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                writer = IndexWriter(connection)
                try:
                    yield writer
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    with suppress(DatabaseError):  # SQLite has already rolled back if the disk is full
                        connection.exec_driver_sql("ROLLBACK")
                    raise
                finally:
                    writer.end()
            self._seen_version = self._watcher.execute("PRAGMA data_version").fetchone()[0]
            self.changed()

    @contextmanager
    def _explained(self) -> Generator[None]:
        """Turn errors of SQLite into SourceError with advice. Replace a damaged file, and leave a full disk."""
        from sqlalchemy.exc import DatabaseError

        try:
            yield
        except (DatabaseError, sqlite3.DatabaseError) as raised:
            error = raised if isinstance(raised, sqlite3.DatabaseError) else raised.orig
            assert isinstance(error, sqlite3.Error)
            if is_damaged(error):
                self._rebuild(self._readers)
                raise SourceBusyError(f"The index {self.path} was damaged.", "Pipesight makes it again.") from None
            if "locked" in str(error):
                raise SourceBusyError(
                    f"Another process has locked the index {self.path}.", "Pipesight tries again in a moment."
                ) from None
            if isinstance(self.path, Path) and has_no_room(error):
                self._move_to_memory(self.path, str(error))
                raise SourceBusyError(f"{self.trouble}", "Pipesight keeps it in memory.") from None
            raise SourceError(
                f"The index {self.path} cannot be written: {error}.", "Make room on its disk, or check the folder."
            ) from None

    def changed(self) -> None:
        """Increase the generation, so that remembered answers are no longer used."""
        self.generation += 1

    def fact(self, name: str) -> str | None:
        """Return the value of a fact that the sync noted, None if there is none."""
        found = self.rows("SELECT value FROM fact WHERE name = ?", name)
        return found[0][0] if found else None

    def note(self, name: str, value: str) -> None:
        """Note a fact that changes no answer, so that the generation stays the same."""
        from pipesight.history.writer import IndexWriter

        with self._writing, self._explained(), self._writer().connect() as connection:
            IndexWriter(connection).note(name, value)

    def noticed_other_writer(self) -> bool:
        """Return True once after another process, which reads the same source, has written the index.

        SQLite changes `PRAGMA data_version` of a connection only when another connection has written.
        """
        with self._writing:  # a reader of a damaged file replaces the watcher
            version = self._watcher.execute("PRAGMA data_version").fetchone()[0]
        changed, self._seen_version = version != self._seen_version, version
        if changed:
            self.changed()
        return changed

    # Opening

    def _open(self) -> Readers:
        """Open the file. If it is no index of this version, remove it and make it again.

        Raises OSError if it is locked or cannot be made.
        """
        for _ in range(2):
            connection = None
            try:
                connection = connect(self.path)
                if has_tables(connection):
                    return Readers(lambda: connect(self.path), connection)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                    raise OSError(f"{self.path} is locked") from error
            if connection is not None:
                connection.close()
            remove(self.path)
        raise OSError(f"{self.path} cannot be made")

    def _writer(self) -> Engine:
        """Return the engine that writes."""
        if self._engine is None:
            from sqlalchemy import Engine
            from sqlalchemy.pool import QueuePool

            model, compiled = _model()
            create: Any = lambda: connect(self.path)  # noqa: E731 - SQLAlchemy's types do not allow a connection of sqlite3
            pool = QueuePool(create, pool_size=1, dialect=model.dialect)
            self._engine = Engine(pool, model.dialect, model.url, execution_options={"compiled_cache": compiled})
        return self._engine

    def _dispose(self) -> None:
        self._readers.close()
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _has_replaced(self, readers: Readers) -> bool:
        """Return whether other readers have taken the place of these, after the end of a replacement under way."""
        with self._writing:
            return self._readers is not readers

    def _rebuild(self, failed: Readers) -> None:
        """Replace a damaged file by an empty one. Do nothing if that was done after these readers had failed."""
        with self._writing:
            if self._readers is not failed:
                return
            self._watcher.close()
            self._dispose()
            try:
                remove(self.path)
            except OSError as error:  # Windows does not remove a file that another process has open
                self.trouble = f"The index {self.path} is damaged and cannot be replaced: {error.strerror}."
                self.path = in_memory()
            self._readers = self._open()
            self._watcher = connect(self.path)
            self.times_rebuilt += 1
        self.changed()

    def _move_to_memory(self, file: Path, reason: str) -> None:
        """Copy the index into memory and continue there, because its disk is full."""
        with self._writing:
            self.trouble = f"The index {file} cannot be written: {reason}."
            name = in_memory()
            kept = connect(name)
            with suppress(sqlite3.Error), closing(sqlite3.connect(f"{sqlite_url(file)}?mode=ro", uri=True)) as old:
                old.backup(kept)
            self._watcher.close()
            self._dispose()
            self.path = name
            self._readers, self._watcher = self._open(), kept
        self.changed()

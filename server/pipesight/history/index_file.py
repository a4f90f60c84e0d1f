"""The SQLite file of an index: connections, transactions, and what to do if the file is damaged or its disk is full."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from pipesight.history.addresses import sqlite_url
from pipesight.history.schema import (
    FACTS,
    cache_folder,
    connect,
    has_no_room,
    has_tables,
    in_memory,
    is_damaged,
    remove,
)
from pipesight.history.sources.source import SourceBusyError, SourceError
from pipesight.history.sources.tables import Query, Row
from pipesight.history.writer import IndexWriter

if TYPE_CHECKING:
    from sqlalchemy import Engine


class IndexFile:
    """The file of an index, or the same in memory. Thread-safe. A reader never waits for the writer.

    `generation` grows with every change. `trouble` tells why the index is in memory.
    """

    def __init__(self, path: Path | str, *, folder: TemporaryDirectory[str] | None = None) -> None:
        self.path = path
        self._folder = folder
        self.generation = 0
        self.times_rebuilt = 0  # since it was opened: what it held is to be read again
        self._writing = threading.RLock()  # in memory, a thread that writes also reads
        self.trouble: str | None = None  # why it is in memory
        self._engine = self._open_engine()
        self._watcher = connect(path)
        self._seen_version: object = None

    @classmethod
    def open(cls, source: str, *, folder: Path | None = None) -> IndexFile:
        """Open the index of the source of that key. Create it if it does not exist, or if its file is of no use.

        `folder` holds the index files. By default it is in the user's cache folder. If that cannot be written, the
        index lives in a temporary folder until it is closed, or else in memory.
        """
        name = f"{sha256(source.encode()).hexdigest()[:20]}.db"
        try:
            folder = folder or cache_folder()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(folder / name)
        except (OSError, DatabaseError):
            pass
        temporary: TemporaryDirectory[str] | None = None
        try:
            temporary = TemporaryDirectory(prefix="pipesight-", ignore_cleanup_errors=True)
            return cls(Path(temporary.name) / name, folder=temporary)
        except (OSError, DatabaseError):
            if temporary is not None:
                temporary.cleanup()
        index = cls(in_memory())
        index.trouble = f"The index of {source} has no place in the cache folder and none in a temporary one."
        return index

    def close(self) -> None:
        """Close the file."""
        self._watcher.close()
        self._engine.dispose()
        if self._folder is not None:
            self._folder.cleanup()

    def rows(self, query: Query) -> Sequence[Row]:
        """Return the rows that a query selects. An index that turns out to be damaged is empty from then on."""
        try:
            return self._fetched(query)
        except UnicodeEncodeError:  # code can say half a surrogate pair, but no row of a UTF-8 database has one
            return []
        except DatabaseError as error:
            if not is_damaged(error):
                raise
            self._rebuild()
            return self._fetched(query)

    def _fetched(self, query: Query) -> Sequence[Row]:
        # Readers of an index in memory wait for its writer: SQLite has no write-ahead log there.
        with self._writing if isinstance(self.path, str) else nullcontext(), self._engine.connect() as connection:
            return connection.execute(query).fetchall()

    @contextmanager
    def writing(self) -> Generator[IndexWriter]:
        """Open one transaction. Readers see all of its changes at once, when it ends.

        Raises SourceError when the file cannot be written, SourceBusyError when it may be in a moment.
        """
        with self._explained(), self._writing:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield IndexWriter(connection)
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    with suppress(DatabaseError):  # SQLite did so already where its disk is full
                        connection.exec_driver_sql("ROLLBACK")
                    raise
            self._seen_version = self._watcher.execute("PRAGMA data_version").fetchone()[0]
            self.changed()

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except DatabaseError as error:
            if is_damaged(error):
                self._rebuild()
                raise SourceBusyError(f"The index {self.path} was damaged.", "It is made anew.") from None
            if "locked" in str(error):
                raise SourceBusyError(f"The index {self.path} is locked.", "It is tried again in a moment.") from None
            if isinstance(self.path, Path) and has_no_room(error):
                self._move_to_memory(self.path, str(error.orig))
                raise SourceBusyError(f"{self.trouble}", "It is kept in memory.") from None
            raise SourceError(
                f"The index {self.path} cannot be written: {error.orig}.", "Make room on its disk, or check the folder."
            ) from None

    def changed(self) -> None:
        """Count the generation up, so that no remembered answer counts any more."""
        self.generation += 1

    def fact(self, name: str) -> str | None:
        """Return a fact that the sync noted."""
        found = self.rows(select(FACTS.c.value).where(FACTS.c.name == name))
        return found[0][0] if found else None

    def note(self, name: str, value: str) -> None:
        """Note a fact that changes no answer."""
        with self._explained(), self._writing, self._engine.connect() as connection:
            IndexWriter(connection).note(name, value)

    def noticed_other_writer(self) -> bool:
        """True, once, after another process that has the same source wrote the index."""
        version = self._watcher.execute("PRAGMA data_version").fetchone()[0]
        changed, self._seen_version = version != self._seen_version, version
        if changed:
            self.changed()
        return changed

    # Opening

    def _open_engine(self) -> Engine:
        for _ in range(2):
            engine = self._new_engine()
            try:
                with engine.connect() as connection:
                    if has_tables(connection):
                        return engine
            except DatabaseError as error:
                if isinstance(error, OperationalError) and "locked" in str(error):
                    raise OSError(f"{self.path} is locked") from error
            engine.dispose()
            remove(self.path)
        raise OSError(f"{self.path} cannot be made")

    def _new_engine(self) -> Engine:
        return create_engine(
            "sqlite://", creator=lambda: connect(self.path), poolclass=QueuePool, pool_size=4, max_overflow=8
        )

    def _rebuild(self) -> None:
        """Start with an empty file, since this one turned out to be damaged."""
        with self._writing:
            self._watcher.close()
            self._engine.dispose()
            try:
                remove(self.path)
            except OSError as error:  # Windows removes no file that another editor has open
                self.trouble = f"The index {self.path} is damaged and cannot be replaced: {error.strerror}."
                self.path = in_memory()
            self._engine = self._open_engine()
            self._watcher = connect(self.path)
            self.times_rebuilt += 1
        self.changed()

    def _move_to_memory(self, file: Path, reason: str) -> None:
        """Go on in memory, with what the file holds, since its disk takes nothing more."""
        with self._writing:
            self.trouble = f"The index {file} cannot be written: {reason}."
            name = in_memory()
            kept = connect(name)
            with suppress(sqlite3.Error), closing(sqlite3.connect(f"{sqlite_url(file)}?mode=ro", uri=True)) as old:
                old.backup(kept)
            self._watcher.close()
            self._engine.dispose()
            self.path = name
            self._engine, self._watcher = self._open_engine(), kept
        self.changed()

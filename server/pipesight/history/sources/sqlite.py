"""Open SQLite files with history, and write nothing to them or beside them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipesight.history.addresses import sqlite_url
from pipesight.history.sources.source import SourceBusyError, SourceError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_SETTLED = 50_000_000  # nanoseconds. File systems may give two changes within this time the same modification time
URL = "url"  # the key of `Connection.info` for the URL of the file
_opening = threading.local()  # `url` is the URL of the file that this thread opens


class SQLiteFile:
    """One SQLite file."""

    kind = "SQLite"
    interval = 0.5

    def __init__(self, path: Path) -> None:
        self._path = path

    def probe(self) -> object:
        """Return a token that differs after a change: times, sizes and inodes of the file and its journals.

        After a very recent change, every token differs, because a further change might leave the time the same.
        """
        marks: list[object] = []
        for suffix in ("", "-wal", "-journal"):
            try:
                stat = os.stat(f"{self._path}{suffix}")  # noqa: PTH116 - asked twice a second
            except OSError:
                marks.append(None)
                continue
            marks.append((stat.st_mtime_ns, stat.st_size, stat.st_ino))
            if time.time_ns() - stat.st_mtime_ns < _SETTLED:
                marks.append(time.monotonic_ns())
        return tuple(marks)

    @contextmanager
    def connect(self) -> Generator[Connection]:
        """Open the file for reading while the context is open. Raises SourceError."""
        with self.explained(), self._readable() as url:
            _opening.url = url
            with _engine().connect() as connection:
                connection.info[URL] = url
                yield connection

    @contextmanager
    def _readable(self) -> Generator[str]:
        """Yield a URL with which SQLite reads the file and writes neither to it nor beside it.

        `mode=ro` is not enough for a file in WAL mode, because SQLite then creates its `-shm` file. Without a `-wal`
        file nobody has the file open, and `immutable=1` makes SQLite create no files. With a `-wal` file alone, or
        after a writer has died, SQLite has to recover the file, so it gets a copy.
        """
        self._check()
        url = f"{sqlite_url(self._path)}?mode=ro"
        wal, shm = self._beside("-wal"), self._beside("-shm")
        if _is_wal(self._path) and not wal.exists():
            yield f"{url}&immutable=1"
        elif (_is_wal(self._path) and not shm.exists()) or self._writer_died(url):
            with self._recovered() as copy:
                yield copy
        else:
            yield url

    def _writer_died(self, url: str) -> bool:
        """Return whether a writer has died, so that its transaction must be rolled back before the file is read."""
        if not self._beside("-journal").exists():
            return False
        connection = _open_sqlite(url)
        try:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise
            return True
        finally:
            connection.close()
        return False

    @contextmanager
    def _recovered(self) -> Generator[str]:
        """Yield the URL of a private copy, in which SQLite may recover the file. Raises SourceBusyError."""
        before = self.probe()
        with tempfile.TemporaryDirectory(prefix="pipesight-", ignore_cleanup_errors=True) as folder:
            for suffix in ("", "-journal", "-wal"):
                if self._beside(suffix).exists():
                    shutil.copyfile(self._beside(suffix), Path(folder) / f"copy.db{suffix}")
            if self.probe() != before:
                raise SourceBusyError(f"{self._path} is being written.", "Pipesight tries again in a moment.")
            yield sqlite_url(Path(folder) / "copy.db")

    def _beside(self, suffix: str) -> Path:
        return Path(f"{self._path}{suffix}")

    def _check(self) -> None:
        """Raise SourceError if the file does not exist, is empty or cannot be read."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            raise SourceError(
                f"{self._path} does not exist.",
                "ZenML creates it with the first pipeline run. Or point `pipesight.history` to another store.",
            ) from None
        except OSError as error:
            raise _unreadable(self._path, error) from None
        if size == 0:
            raise SourceError(f"{self._path} is empty.", "Run a pipeline, or restore the file from a backup.")

    @contextmanager
    def explained(self) -> Generator[None]:
        """Turn errors of SQLite and of the file system in the context into a SourceError."""
        from sqlalchemy.exc import DBAPIError

        try:
            yield
        except OSError as error:
            raise _unreadable(self._path, error) from None
        except (DBAPIError, sqlite3.Error) as error:
            cause = getattr(error, "orig", None) or error
            message = str(cause)
            if "locked" in message or "busy" in message or "readonly" in message:
                raise SourceBusyError(
                    f"{self._path} is locked by a writer.", "Pipesight tries again in a moment."
                ) from None
            if "unable to open" in message:
                raise SourceError(
                    f"{self._path} cannot be opened.", "Check that it exists, and check its permissions."
                ) from None
            raise SourceError(
                f"{self._path} cannot be read: {message}.",
                "It may be incomplete or damaged. Check it with `sqlite3 FILE 'PRAGMA integrity_check'`.",
            ) from None


@contextmanager
def opened_file(path: Path) -> Generator[Connection]:
    """Open a SQLite file and write neither to it nor beside it. Raises SourceError."""
    with SQLiteFile(path).connect() as connection:
        yield connection


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(f"{path} cannot be read: {error.strerror}.", "Check its permissions, and that it is a file.")


@cache
def _engine() -> Engine:
    """Return the engine that all files share, because it caches compiled statements."""
    from sqlalchemy import create_engine  # the server starts without it
    from sqlalchemy.pool import NullPool

    return create_engine("sqlite://", creator=lambda: _open_sqlite(_opening.url), poolclass=NullPool)


def _open_sqlite(url: str) -> sqlite3.Connection:
    return sqlite3.connect(url, uri=True, timeout=0.2, isolation_level=None, check_same_thread=False)


def _is_wal(database: Path) -> bool:
    """Return whether the file is in WAL mode, which bytes 18 and 19 of SQLite's file format say."""
    with database.open("rb") as file:
        return file.read(20)[18:20] == b"\x02\x02"

"""Databases that hold history, SQLite files and MySQL servers, opened so that nothing can be written to them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from pipesight.history.sources.projects import ProjectChoice
from pipesight.history.sources.source import Session, SourceBusyError, SourceError
from pipesight.history.sources.tables import Memory, Tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SETTLED = 50_000_000  # nanoseconds after which a file's modification time tells a later change apart

_KEPT = 600  # seconds after which a connection to a server is made anew


@dataclass(frozen=True)
class MySQL:
    """The address of a MySQL or MariaDB database."""

    host: str
    port: int = 3306
    database: str = "zenml"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ssl: bool = False
    ssl_ca: str | None = None
    ssl_cert: str | None = None
    ssl_key: str | None = None
    ssl_verify: bool = False
    socket: str | None = None

    def __str__(self) -> str:
        return f"mysql://{self.socket or f'{self.host}:{self.port}'}/{self.database}"


class DatabaseSource:
    """Run history in a database, whatever release wrote it; which one shows in its tables each time it is opened.

    `projects` are the names or ids of projects, the first of which that the database has is read. `stacks` are the
    names of the stacks that record here. It is used if the database does not know them.
    """

    def __init__(
        self,
        address: Path | MySQL,
        *,
        projects: Sequence[str] = (),
        exact: bool = False,
        stacks: Sequence[str] = (),
    ) -> None:
        self._database = _SQLite(address) if isinstance(address, Path) else _MySQLServer(address)
        self._address = address
        self._choice = ProjectChoice(tuple(projects), exact)
        self._stacks = tuple(stacks)
        self._memory = Memory()
        self.kind = self._database.kind
        self.interval = self._database.interval
        self.label = str(address)
        self.key = "#".join((str(address), *projects[:1]))

    def __repr__(self) -> str:
        return f"DatabaseSource({self.key!r})"

    def probe(self) -> object:
        """What tells a changed database: a file's time, size and inode, or some counts of a server's tables."""
        return self._database.probe()

    def in_project(self, project: str) -> DatabaseSource:
        """Return the source of another project of the same database."""
        return DatabaseSource(self._address, projects=[project], exact=True, stacks=self._stacks)

    @contextmanager
    def connect(self) -> Generator[Session]:
        """Open the database read-only for as long as the context lasts."""
        try:
            with self._database.connect() as connection, self._database.explained():
                yield self._session(Tables(connection, self._memory))
        except SourceError:
            self._memory = Memory()
            raise

    def _session(self, tables: Tables) -> Session:
        # Not needed before the store is looked at: the start has no time to lose.
        from pipesight.history.sources.ml_metadata import MLMetadataSession
        from pipesight.history.sources.zenml_sql import ZenMLSession

        if ZenMLSession.understands(tables):
            return ZenMLSession(tables, self._choice)
        if MLMetadataSession.understands(tables):
            return MLMetadataSession(tables, self._stacks)
        raise SourceError(
            f"{self.label} has no ZenML run history in it.",
            "If ZenML has not been used with it yet, run a pipeline; else point `pipesight.history` to another store.",
        )


@contextmanager
def opened_file(path: Path) -> Generator[Connection]:
    """A SQLite file, opened so that nothing is written there or beside it. Raises SourceError."""
    with _SQLite(path).connect() as connection:
        yield connection


class _SQLite:
    kind = "SQLite"
    interval = 0.5

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opening = threading.local()
        # One engine for all sessions: it keeps the compiled statements.
        self._engine = create_engine("sqlite://", creator=self._open, poolclass=NullPool)

    def probe(self) -> object:
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
        with self.explained(), self._readable() as address:
            self._opening.address = address
            with self._engine.connect() as connection:
                yield connection

    def _open(self) -> sqlite3.Connection:
        return _open_sqlite(self._opening.address)

    @contextmanager
    def _readable(self) -> Generator[str]:
        """An address at which the file can be read without anything being written, there or beside it."""
        self._check()
        address = f"file:{quote(str(self._path))}?mode=ro"
        wal, shm = self._beside("-wal"), self._beside("-shm")
        if _is_wal(self._path) and not wal.exists():
            yield f"{address}&immutable=1"
        elif (_is_wal(self._path) and not shm.exists()) or self._writer_died(address):
            with self._recovered() as copy:
                yield copy
        else:
            yield address

    def _writer_died(self, address: str) -> bool:
        """True when only writing, the rollback of a dead writer's half transaction, would make the file readable."""
        if not self._beside("-journal").exists():
            return False
        connection = _open_sqlite(address)
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
        """A private copy, in which SQLite may roll back or forward as it likes."""
        before = self.probe()
        with tempfile.TemporaryDirectory(prefix="pipesight-") as folder:
            for suffix in ("", "-journal", "-wal"):
                if self._beside(suffix).exists():
                    shutil.copyfile(self._beside(suffix), Path(folder) / f"copy.db{suffix}")
            if self.probe() != before:
                raise SourceBusyError(f"{self._path} is being written.", "It is read again in a moment.")
            yield f"file:{quote(str(Path(folder) / 'copy.db'))}"

    def _beside(self, suffix: str) -> Path:
        return Path(f"{self._path}{suffix}")

    def _check(self) -> None:
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            raise SourceError(
                f"{self._path} does not exist.",
                "ZenML creates it with the first pipeline run; or point `pipesight.history` to another store.",
            ) from None
        except OSError as error:
            raise _unreadable(self._path, error) from None
        if size == 0:
            raise SourceError(f"{self._path} is empty.", "Run a pipeline, or restore the file from a backup.")

    @contextmanager
    def explained(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            raise _unreadable(self._path, error) from None
        except (DBAPIError, sqlite3.Error) as error:
            cause = getattr(error, "orig", None) or error
            message = str(cause)
            if "locked" in message or "busy" in message or "readonly" in message:
                raise SourceBusyError(f"{self._path} is locked by a writer.", "It is read again in a moment.") from None
            if "unable to open" in message:
                raise SourceError(
                    f"{self._path} cannot be opened.", "Check that it exists and its permissions."
                ) from None
            raise SourceError(
                f"{self._path} cannot be read: {message}.",
                "It may be half-written or damaged; `sqlite3 FILE 'PRAGMA integrity_check'` tells.",
            ) from None


class _MySQLServer:
    kind = "MySQL"
    interval = 2.0

    def __init__(self, address: MySQL) -> None:
        self._address = address
        # One connection is kept: to connect costs several questions' time, with TLS a multiple of that.
        engine = create_engine(
            "mysql+pymysql://", creator=self._open, pool_size=1, pool_pre_ping=True, pool_recycle=_KEPT
        )
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def probe(self) -> object:
        return None

    @contextmanager
    def connect(self) -> Generator[Connection]:
        with self.explained(), self._engine.connect() as connection:
            yield connection

    def _open(self) -> Any:
        import pymysql

        at = self._address
        certificates = {"ca": at.ssl_ca, "cert": at.ssl_cert, "key": at.ssl_key}
        named = {name: value for name, value in certificates.items() if value}
        with _opening(at):
            return pymysql.connect(
                host=at.host,
                port=at.port,
                unix_socket=at.socket,
                user=at.username,
                password=at.password or "",
                database=at.database,
                charset="utf8mb4",
                connect_timeout=10,
                read_timeout=120,
                init_command="SET SESSION TRANSACTION READ ONLY",
                ssl=(named or {"ca": None}) if at.ssl else None,
                ssl_verify_cert=at.ssl_verify or None,
            )

    @contextmanager
    def explained(self) -> Generator[None]:
        try:
            yield
        except DBAPIError as error:
            code = error.orig.args[0] if error.orig is not None and error.orig.args else 0
            raise _explain(self._address, code) from None


@contextmanager
def _opening(address: MySQL) -> Generator[None]:
    """What PyMySQL raises on the way to a connection that is no error of its own, explained."""
    try:
        yield
    except OSError as error:  # those of the network come as errors of the driver
        raise SourceError(
            f"{address}: a file that its `ssl` settings name cannot be read ({error.strerror}).",
            "Check ssl_ca, ssl_cert and ssl_key in ZenML's configuration.",
        ) from None
    except UnicodeError:
        raise SourceError(
            f"{address}: its host, user or password has characters that cannot be sent.",
            "Check them in ZenML's configuration or in `pipesight.history`.",
        ) from None
    except RuntimeError:  # without the package `cryptography`
        raise SourceError(
            f"{address} takes the password only encrypted.",
            "Set `ssl: true` for the store in ZenML's configuration, or log in with ZenML first.",
        ) from None


def _explain(address: MySQL, code: object) -> SourceError:
    if code in (1044, 1045, 1698):
        return SourceError(
            f"{address} refuses the user {address.username!r}.",
            "Check the user name and the password in ZenML's configuration or in `pipesight.history`.",
        )
    if code == 1049:
        return SourceError(f"{address}: there is no such database.", "Check the database's name.")
    if code in (2003, 2002):
        return SourceError(f"{address} cannot be reached.", "Check the host and the port, and that the server runs.")
    if code in (2006, 2013, 1205, 1213):
        return SourceBusyError(f"{address} closed the connection.", "It is asked again in a moment.")
    if code in (1040, 1203, 1226):
        return SourceBusyError(f"{address} has no connection left.", "It is asked again in a moment.")
    if code in (1054, 1146):
        return SourceBusyError(
            f"{address}: its tables are being changed (MySQL error {code}).", "It is read again soon."
        )
    return SourceError(f"{address} cannot be read (MySQL error {code}).", "Look the number up in MySQL's manual.")


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(f"{path} cannot be read: {error.strerror}.", "Check its permissions, and that it is a file.")


def _open_sqlite(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, timeout=0.2, isolation_level=None, check_same_thread=False)


def _is_wal(database: Path) -> bool:
    with database.open("rb") as file:
        return file.read(20)[18:20] == b"\x02\x02"

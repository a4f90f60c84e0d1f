"""Connect to MySQL and MariaDB read-only, with limits for the time and the size of each answer."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from pipesight.history.addresses import MySQL
from pipesight.history.sources import tls
from pipesight.history.sources.source import SourceBusyError, SourceError

if TYPE_CHECKING:
    import ssl

    from sqlalchemy import Connection, Engine
    from sqlalchemy.exc import DBAPIError

_KEPT = 600  # seconds after which a connection is replaced
_CONNECT = 5.0  # seconds to reach a server
_GREETING = 10.0  # seconds to log in
_STATEMENT = 120.0  # seconds for the whole answer to a statement
_LARGEST = 256 * 1024 * 1024  # bytes of the answer to a statement


class MySQLServer:
    """One database of a MySQL or MariaDB server."""

    kind = "MySQL"
    interval = 2.0

    def __init__(self, address: MySQL) -> None:
        self._address = address

    @cached_property
    def _engine(self) -> Engine:
        """The engine. It keeps one connection, because connecting costs several round trips, and more with TLS."""
        from sqlalchemy import create_engine  # the server starts without it

        engine = create_engine(
            "mysql+pymysql://", creator=self._open, pool_size=1, pool_pre_ping=True, pool_recycle=_KEPT
        )
        return engine.execution_options(isolation_level="AUTOCOMMIT")

    def probe(self) -> object:
        """Return None, because MySQL has no token that is cheaper than the query for new runs."""
        return None

    @contextmanager
    def connect(self) -> Generator[Connection]:
        """Lend a connection while the context is open. Raises SourceError."""
        with self.explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def explained(self) -> Generator[None]:
        """Turn errors of the server and of the network into a SourceError."""
        from sqlalchemy.exc import DBAPIError

        try:
            yield
        except DBAPIError as error:
            raise _explain(self._address, error) from None

    def _open(self) -> Any:
        at = self._address
        context = _tls(at)
        with _opening(at):
            return _connected(at, context)


def _tls(at: MySQL) -> ssl.SSLContext | None:
    """Return the TLS context for a connection, None for a connection without TLS. Raises SourceError."""
    import ssl

    if not at.ssl:
        return None
    with _reading(at, "ssl_ca"):
        context = tls.trusting(at.ssl_ca)
    if at.ssl_cert:
        with _reading(at, "ssl_cert or ssl_key" if at.ssl_key else "ssl_cert"):
            tls.present(context, at.ssl_cert, at.ssl_key)
    context.check_hostname = at.ssl_verify
    if not at.ssl_ca and not at.ssl_verify:
        context.verify_mode = ssl.CERT_NONE  # as in ZenML, `ssl: true` alone encrypts but checks no certificate
    return context


@contextmanager
def _reading(at: MySQL, settings: str) -> Generator[None]:
    """Turn errors in the context into a SourceError that names these settings."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{at}: {settings} cannot be read: {tls.unreadable(error)}.",
            "Check ssl_ca, ssl_cert and ssl_key. Each is the path of a file or PEM text.",
        ) from None


def _connected(at: MySQL, context: ssl.SSLContext | None) -> Any:
    """Return a connection of PyMySQL that limits the time and the size of each answer."""
    import pymysql

    wire = _wire(at)
    lifeline = _Lifeline(wire)
    options: dict[str, Any] = {
        "host": at.host,
        "port": at.port,
        "user": at.username,
        "password": at.password or "",
        "database": at.database,
        "charset": "utf8mb4",
        "read_timeout": _STATEMENT,
        "write_timeout": _STATEMENT,
        "init_command": "SET SESSION TRANSACTION READ ONLY",
        "ssl": context,
        "ssl_disabled": at.ssl is False,
        "auth_plugin_map": {"mysql_clear_password": _ClearPassword, "dialog": _ClearPassword},
        "defer_connect": True,
    }
    connection = _bounded(lifeline, is_secure=at.socket is not None)(**options)
    connection.cursorclass = connection.bounded_cursor
    try:
        with lifeline.cut_after(_GREETING):
            connection.connect(wire)
    except pymysql.OperationalError:
        if lifeline.is_cut:
            raise SourceError(f"{at} does not answer within {_GREETING:g} s.", _CHECK_HOST) from None
        raise
    return connection


def _wire(at: MySQL) -> socket.socket:
    if at.socket:
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(_CONNECT)
        wire.connect(at.socket)
        return wire
    wire = socket.create_connection((at.host, at.port), _CONNECT)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return wire


def _bounded(lifeline: _Lifeline, *, is_secure: bool) -> Any:
    """Return a subclass of PyMySQL's connection that limits the size and the time of each answer.

    `is_secure` tells PyMySQL that nobody can read along. It is True for a socket file of this machine.
    """
    import pymysql
    from pymysql import cursors

    base: Any = pymysql.Connection

    class Cursor(cursors.Cursor):
        def execute(self, query: Any, args: Any = None) -> int:
            connection: Any = self.connection
            connection.left = _LARGEST
            try:
                with lifeline.cut_after(_STATEMENT):
                    return super().execute(query, args)
            except pymysql.OperationalError:
                if lifeline.is_cut:
                    raise pymysql.OperationalError(_TOO_SLOW, "The answer took too long.") from None
                raise

    class Connection(base):
        left = _LARGEST
        bounded_cursor = Cursor
        _secure = is_secure  # a socket of this machine

        def ping(self, *arguments: Any, **options: Any) -> None:
            with lifeline.cut_after(_GREETING):
                super().ping(*arguments, **options)

        def _read_bytes(self, num_bytes: int) -> bytes:
            self.left -= num_bytes
            if self.left < 0:
                raise pymysql.OperationalError(_TOO_LARGE, "The answer is too large.")
            return cast(bytes, super()._read_bytes(num_bytes))

    return Connection


class _ClearPassword:
    """The authentication method that sends the password unencrypted. It is refused without TLS."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def authenticate(self, packet: Any) -> Any:
        """Send the password to the server and return its answer. Raise OperationalError if others could read it."""
        import pymysql

        if not self._connection._secure:
            raise pymysql.OperationalError(_IN_CLEAR, "The password would be sent unencrypted.")
        self._connection.write_packet(self._connection.password + b"\0")
        answer = self._connection._read_packet()
        answer.check_error()
        return answer


class _Lifeline:
    """A second handle of a connection's socket. It can end the connection from another thread, also with TLS."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire.dup()
        self.is_cut = False

    @contextmanager
    def cut_after(self, seconds: float) -> Generator[None]:
        """Cut the connection if the context takes longer. A thread that waits for the server gets an error at once."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.is_cut = True
        with suppress(OSError):
            self._wire.shutdown(socket.SHUT_RDWR)

    def __del__(self) -> None:
        self._wire.close()


_GARBLED = (ValueError, LookupError, AssertionError, TypeError, AttributeError, struct.error)
"""The errors that PyMySQL raises for a greeting that it cannot parse."""


@contextmanager
def _opening(address: MySQL) -> Generator[None]:
    """Turn errors while connecting that PyMySQL does not wrap into a SourceError."""
    try:
        yield
    except OSError:
        raise _unreachable(address) from None
    except UnicodeError:
        raise SourceError(
            f"{address}: its host, user or password has characters that cannot be sent.",
            "Check them in ZenML's configuration or in `pipesight.history`.",
        ) from None
    except RuntimeError:  # PyMySQL needs the package `cryptography` to encrypt a password without TLS
        raise SourceError(
            f"{address} accepts the password only encrypted.",
            "Set `ssl: true` for the store in ZenML's configuration, or log in with ZenML first.",
        ) from None
    except _GARBLED:
        raise _no_mysql(address) from None


_IN_CLEAR, _TOO_LARGE, _TOO_SLOW = -1, -2, -3  # our own error codes. Those of MySQL are positive

_CHECK_HOST = "Check the host and the port, and that the server runs."
_CHECK_TLS = "Check ssl_ca, ssl_cert, ssl_key and ssl_verify_server_cert in ZenML's configuration or in the URL."


def _explain(address: MySQL, error: DBAPIError) -> SourceError:
    """Return the error for people. The numbers are those of MySQL's error reference for client and server."""
    code = error.orig.args[0] if error.orig is not None and error.orig.args else 0
    if (fault := tls.fault(error)) is not None:
        return SourceError(f"{address} {fault}", _CHECK_TLS)
    if not isinstance(code, int) or not code:
        return _no_mysql(address)
    if code in (2003, 2002):
        return _unreachable(address)
    if code not in _FAULTS:
        return SourceError(f"{address} cannot be read (MySQL error {code}).", "Look up the number in MySQL's manual.")
    kind, fault, advice = _FAULTS[code]
    return kind(fault.format(address=address, user=repr(address.username), code=code), advice)


_AGAIN = "Pipesight tries again in a moment."
_CLOSED = (SourceBusyError, "{address} closed the connection.", _AGAIN)
_FULL = (SourceBusyError, "{address} has no connection left.", _AGAIN)
_CHANGING = (
    SourceBusyError,
    "{address}: its tables are being changed (MySQL error {code}).",
    "Pipesight tries again soon.",
)
_REFUSED = (
    SourceError,
    "{address} refuses the user {user}.",
    "Check the user name and the password in ZenML's configuration or in `pipesight.history`.",
)
_FAULTS: dict[int, tuple[type[SourceError], str, str]] = {
    2026: (SourceError, "{address} does not offer TLS, which its settings ask for.", _CHECK_TLS),
    _IN_CLEAR: (
        SourceError,
        "{address} asks for the password without encryption. Pipesight did not send it.",
        "Add `?ssl=true` to the URL, or set `ssl: true` for the store in ZenML's configuration.",
    ),
    _TOO_LARGE: (
        SourceError,
        f"{{address}} answers with more than {_LARGEST // 1024**2} MB.",
        "Check that it is a ZenML store.",
    ),
    _TOO_SLOW: (
        SourceError,
        f"{{address}} does not answer a query within {_STATEMENT:g} s.",
        "Check the load of the server.",
    ),
    1044: (
        SourceError,
        "{address}: this database does not exist, or the user {user} may not read it.",
        "Check the name of the database and the rights of the user.",
    ),
    1049: (SourceError, "{address}: this database does not exist.", "Check the name of the database."),
    **dict.fromkeys((1045, 1698), _REFUSED),
    **dict.fromkeys((2006, 2013, 1205, 1213), _CLOSED),
    **dict.fromkeys((1040, 1203, 1226), _FULL),
    **dict.fromkeys((1054, 1146), _CHANGING),
}


def _unreachable(address: MySQL) -> SourceError:
    return SourceError(f"{address} cannot be reached.", _CHECK_HOST)


def _no_mysql(address: MySQL) -> SourceError:
    return SourceError(f"{address} does not answer like a MySQL server.", "Check the host and the port.")

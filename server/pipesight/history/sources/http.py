"""HTTP requests to an untrusted server, with a deadline and a size limit for each whole answer."""

from __future__ import annotations

import http.client
import io
import socket
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from pipesight.history.sources import tls
from pipesight.history.sources.source import SourceError

BUSY = (429, 500, 502, 503, 504)
_LARGEST = 32 * 1024 * 1024  # bytes of an answer. The lists that Pipesight requests have a hundredth of that
_CHUNK = 64 * 1024
_PAUSES = (0.3, 0.6, 1.2)  # seconds before each retry of a request to a busy server
_CONNECT = 5.0  # seconds to connect
_GREETING = 10.0  # seconds for the first answer, because a user may wait to see whether the server exists


@dataclass(frozen=True, slots=True)
class HTTPAnswer:
    """An answer of a server. `location` is the URL of a redirect, empty if there is none."""

    status: int
    body: bytes
    location: str = ""


class HTTPClient:
    """The connection to one server.

    `patience` is the time in seconds for a whole answer, including redirects and retries. A server that has not
    answered before gets at most 10 seconds. `verify` is False to trust any certificate, True to trust the system's CAs,
    or the CA to trust, as a path or as PEM text.
    """

    def __init__(self, label: str, *, verify: bool | str = True, patience: float = 30.0) -> None:
        self._label = label
        self._verify = verify
        self._patience = patience
        self._has_answered = False
        self._made: Any = None

    def ask(self, method: str, url: str, *, headers: Mapping[str, str], fields: Mapping[str, str]) -> HTTPAnswer:
        """Return the answer, also if the server is still busy after the retries.

        Raises SourceError if there is no answer.
        """
        give_up = time.monotonic() + self._seconds
        for pause in (*_PAUSES, None):
            answer = self._once(method, url, headers, fields, give_up)
            if answer.status not in BUSY or pause is None or time.monotonic() + pause > give_up:
                return answer
            time.sleep(pause)
        raise AssertionError

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], fields: Mapping[str, str], give_up: float
    ) -> HTTPAnswer:
        answer = self._send(method, url, headers, fields, give_up)
        onward = _onward(method, url, answer)
        if onward is None:
            return answer
        return self._send(method, onward, headers, fields if method == "POST" else {}, give_up)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], fields: Mapping[str, str], give_up: float
    ) -> HTTPAnswer:
        from urllib3.exceptions import HTTPError, ProtocolError

        try:
            try:
                return self._sent(method, url, headers, fields, give_up)
            except ProtocolError:  # the server has closed the connection that the pool kept
                return self._sent(method, url, headers, fields, give_up)
        except (HTTPError, zlib.error, OSError, ValueError) as error:
            raise self._explained(error, is_late=time.monotonic() >= give_up) from None

    def _sent(
        self, method: str, url: str, headers: Mapping[str, str], fields: Mapping[str, str], give_up: float
    ) -> HTTPAnswer:
        import urllib3

        left = max(0.01, give_up - time.monotonic())
        form = {"encode_multipart": False} if method == "POST" else {}
        response = self._pool().request(
            method,
            url,
            fields=fields,
            headers=headers,
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(connect=min(_CONNECT, left), read=left),
            preload_content=False,
            decode_content=False,
            **form,
        )
        answer = HTTPAnswer(response.status, self._body(response), response.headers.get("Location", ""))
        self._has_answered = True
        return answer

    def _body(self, response: Any) -> bytes:
        """Read the body, and decompress it in parts. urllib3 would decompress a bomb of any size at once."""
        is_packed = response.headers.get("Content-Encoding", "identity") in ("gzip", "deflate", "x-gzip")
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if is_packed else None
        parts: list[bytes] = []
        size = 0
        try:
            while chunk := response.read(_CHUNK, decode_content=False):
                part = chunk if unpack is None else unpack.decompress(chunk, _LARGEST + 1)
                size += len(part)
                if size > _LARGEST:
                    raise SourceError(
                        f"{self._label} answers with more than {_LARGEST // 1024**2} MB.",
                        "Check that this is the URL of a ZenML server.",
                    )
                parts.append(part)
            response.release_conn()
        except BaseException:
            response.close()
            raise
        return b"".join(parts)

    @property
    def _seconds(self) -> float:
        return self._patience if self._has_answered else min(self._patience, _GREETING)

    def _explained(self, error: Exception, *, is_late: bool) -> SourceError:
        if (fault := tls.fault(error)) is not None:
            return SourceError(f"{self._label} {fault}", _TRUST_IT)
        within = f" within {self._seconds:g} s" if is_late else ""
        return SourceError(
            f"{self._label} does not answer{within}.", "Check the URL and the network, and that the server runs."
        )

    def _pool(self) -> Any:
        if self._made is None:
            self._made = _pool(self._label, self._verify)
        return self._made


_TRUST_IT = "Set `verify_ssl` in ZenML's config.yaml to the file of the CA that signed the certificate."


def _pool(label: str, verify: bool | str) -> Any:
    import urllib3

    if verify is False:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        manager = urllib3.PoolManager(cert_reqs="CERT_NONE")
    else:
        try:
            context = tls.trusting(verify if isinstance(verify, str) else None)
        except (OSError, ValueError):
            raise SourceError(
                f"{label}: the CA that `verify_ssl` names cannot be read.", "Check `verify_ssl` in ZenML's config.yaml."
            ) from None
        manager = urllib3.PoolManager(ssl_context=context)
    manager.pool_classes_by_scheme = _pool_classes()
    return manager


@cache
def _pool_classes() -> dict[str, Any]:
    """Return urllib3's connection pools by scheme, with `_Response` for their responses."""
    from urllib3 import connection, connectionpool

    class PlainConnection(connection.HTTPConnection):
        response_class = _Response

    class SecureConnection(connection.HTTPSConnection):
        response_class = _Response

    class PlainPool(connectionpool.HTTPConnectionPool):
        ConnectionCls = cast(Any, PlainConnection)

    class SecurePool(connectionpool.HTTPSConnectionPool):
        ConnectionCls = cast(Any, SecureConnection)

    return {"http": PlainPool, "https": SecurePool}


class _Response(http.client.HTTPResponse):
    """A response that has to arrive as a whole within the socket's timeout.

    The timeouts of sockets and of urllib3 count between two bytes, so a server that sends slowly never exceeds them.
    """

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Until(self.fp.detach(), sock, sock.gettimeout()))


class _Until(io.RawIOBase):
    """The bytes that a socket receives until a deadline."""

    def __init__(self, raw: Any, sock: socket.socket, timeout: float | None) -> None:
        self._raw = raw
        self._socket = sock
        self._give_up = None if timeout is None else time.monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._give_up is not None:
            left = self._give_up - time.monotonic()
            if left <= 0:
                raise TimeoutError("The answer took too long.")
            self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _onward(method: str, url: str, answer: HTTPAnswer) -> str | None:
    """Return the redirect target if it is the same server (another path, or HTTPS). Credentials go nowhere else."""
    if answer.status not in (307, 308) and not (method == "GET" and answer.status in (301, 302)):
        return None
    try:
        target = urljoin(url, answer.location)
        here, there = urlsplit(url), urlsplit(target)
        is_secured = (
            there.scheme == "https" and there.hostname == here.hostname and there.port in (None, 443, here.port)
        )
    except ValueError:
        return None
    is_elsewhere = target.partition("?")[0] != url
    return target if is_elsewhere and (is_secured or there[:2] == here[:2]) else None

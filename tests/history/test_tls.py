"""TLS to stores: whom Pipesight trusts, what it sends unencrypted, and what it says about certificates."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pymysql
import pytest

from pipesight.history.addresses import MySQL, mysql_address
from pipesight.history.discovery import discover
from pipesight.history.rows import rows
from pipesight.history.sources import SourceError, tls
from pipesight.history.sources.database import DatabaseSource
from pipesight.history.sources.server_login import Login
from pipesight.history.sources.zenml_server import ZenMLServerSource
from tests.history.certificates import Authority, Signed, encrypt_key
from tests.history.conftest import running_mariadb
from tests.ports import free_port

pytestmark = pytest.mark.mariadb


@dataclass(frozen=True)
class Secure:
    """A MariaDB server with TLS. Its certificate is for `localhost`, and `authority` signed it."""

    port: int
    authority: Authority
    server: Signed
    client: Signed
    stranger: Authority

    def read(self, query: str = "", host: str = "127.0.0.1", user: str = "tls") -> int:
        """Read the history through a URL, and return the number of its rows."""
        names = {
            "CA": self.authority.certificate,
            "STRANGER": self.stranger.certificate,
            "CERT": self.client.certificate,
            "KEY": self.client.key,
            "OTHER": self.server.key,
            "LOCKED": locked(self.client.key),
        }
        for name, path in names.items():
            query = query.replace(f"={name}", f"={path}")
        url = f"mysql://{user}:sesame@{host}:{self.port}/secure{query}"
        return len(list(rows(discover(history=[url], environment={}).sources[0])))


def locked(key: Path) -> Path:
    """Return the file of the same key, encrypted with a password."""
    file = key.with_suffix(".locked")
    if not file.exists():
        encrypt_key(key, file)
    return file


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory, unpack_history: Callable[[str], Path]) -> Iterator[Secure]:
    folder = tmp_path_factory.mktemp("tls")
    authority, stranger = Authority(folder / "own", "authority"), Authority(folder / "other", "stranger")
    of_server, client = authority.sign("localhost"), authority.sign("reader")
    for path in (folder, *folder.parents[:2], folder / "own"):
        with suppress(OSError):
            path.chmod(path.stat().st_mode | 0o055)
    port = free_port()
    network = ["--skip-networking=0", "--bind-address=127.0.0.1", f"--port={port}"]
    keys = [f"--ssl-ca={authority.certificate}", f"--ssl-cert={of_server.certificate}", f"--ssl-key={of_server.key}"]
    with running_mariadb(folder / "server", *network, *keys) as load:
        address = load(unpack_history("0.98.0-mysql") / "dump.sql", "secure")
        with pymysql.connect(unix_socket=address.socket, user="root") as connection:
            for user, needs in (("tls", "REQUIRE SSL"), ("person", "REQUIRE X509")):
                for host in ("localhost", "127.0.0.1"):
                    connection.cursor().execute(f"CREATE USER {user}@{host!r} IDENTIFIED BY 'sesame' {needs}")
                    connection.cursor().execute(f"GRANT SELECT ON secure.* TO {user}@{host!r}")
        yield Secure(port, authority, of_server, client, stranger)


@pytest.mark.parametrize(
    ("query", "host", "user"),
    [
        ("?ssl=true", "127.0.0.1", "tls"),
        ("?ssl_ca=CA", "127.0.0.1", "tls"),
        ("?ssl_ca=CA&ssl_verify_server_cert=true", "localhost", "tls"),
        ("?ssl_ca=CA&ssl_cert=CERT&ssl_key=KEY", "127.0.0.1", "person"),
        ("?ssl_cert=CERT&ssl_key=KEY", "127.0.0.1", "person"),
        ("?ssl_ca=CA&ssl_key=KEY", "127.0.0.1", "tls"),
        ("?ssl=true&ssl=false", "127.0.0.1", "tls"),  # as in ZenML, the first counts
    ],
)
def test_tls_as_a_url_asks_for_it(query: str, host: str, user: str, secure: Secure) -> None:
    assert secure.read(query, host, user) == 104


@pytest.mark.parametrize(
    ("query", "host", "user", "said"),
    [
        ("?ssl_ca=STRANGER", "127.0.0.1", "tls", "certificate that is not trusted"),
        ("?ssl_verify_server_cert=true&ssl=1", "localhost", "tls", "certificate that is not trusted"),
        ("?ssl_ca=CA&ssl_verify_server_cert=true", "127.0.0.1", "tls", "certificate for another host"),
        ("?ssl_ca=/no/such.pem", "127.0.0.1", "tls", "cannot be read: No such file"),
        ("?ssl_ca=KEY", "127.0.0.1", "tls", "ssl_ca cannot be read: it is no certificate"),
        ("?ssl_ca=STRANGER", "127.0.0.1", "tls", "its issuer is unknown"),
        ("?ssl_cert=CERT", "127.0.0.1", "person", "ssl_cert cannot be read: it contains no private key"),
        ("?ssl_cert=CERT&ssl_key=OTHER", "127.0.0.1", "person", "the key belongs to another certificate"),
        ("?ssl_cert=CERT&ssl_key=LOCKED", "127.0.0.1", "person", "the key is encrypted with a password"),
        (
            "?ssl_cert=CERT&ssl_key=/no/such.key",
            "127.0.0.1",
            "person",
            "ssl_key cannot be read: No such file",
        ),
        ("?ssl=false", "127.0.0.1", "tls", "refuses the user 'tls'"),
        ("?ssl_ca=CA", "127.0.0.1", "person", "refuses the user 'person'"),
    ],
)
def test_tls_that_does_not_come_about_is_explained(query: str, host: str, user: str, said: str, secure: Secure) -> None:
    with pytest.raises(SourceError, match=said) as refused:
        secure.read(query, host, user)
    assert refused.value.advice
    assert "sesame" not in str(refused.value)


def test_a_client_certificate_of_somebody_else(secure: Secure) -> None:
    foreign = secure.stranger.sign("intruder")
    with pytest.raises(SourceError, match=r"refuses? .*certificate"):
        secure.read(f"?ssl_ca=CA&ssl_cert={foreign.certificate}&ssl_key={foreign.key}", user="person")


def test_a_server_whose_certificate_has_expired(secure: Secure, unpack_history: Callable[[str], Path]) -> None:
    expired = secure.authority.sign("localhost", days=-1)
    port = free_port()
    network = ["--skip-networking=0", "--bind-address=127.0.0.1", f"--port={port}"]
    keys = [f"--ssl-cert={expired.certificate}", f"--ssl-key={expired.key}"]
    with running_mariadb(expired.key.parent / "expired", *network, *keys):
        for host, verify in (("127.0.0.1", ""), ("localhost", "&ssl_verify_server_cert=true")):
            url = f"mysql://tls:sesame@{host}:{port}/secure?ssl_ca={secure.authority.certificate}{verify}"
            with pytest.raises(SourceError, match="a certificate that has expired"):
                list(rows(discover(history=[url], environment={}).sources[0]))


def test_a_database_that_is_not_there(secure: Secure) -> None:
    asked = DatabaseSource(MySQL("127.0.0.1", secure.port, "nothing", username="tls", password="sesame", ssl=True))
    with pytest.raises(SourceError, match="this database does not exist, or the user 'tls' may not read it"):
        list(rows(asked))


def test_a_text_of_a_certificate_with_a_comment(secure: Secure) -> None:
    text = f"# Zertifikat der Prüfstelle\r\n{secure.authority.certificate.read_text()}".replace("\n", "\r\n")
    store = {"url": f"mysql://tls:sesame@127.0.0.1:{secure.port}/secure", "ssl": True, "ssl_ca": text}
    assert len(list(rows(DatabaseSource(mysql_address(store))))) == 104


def test_certificates_as_text(secure: Secure) -> None:
    store = {
        "url": f"mysql://127.0.0.1:{secure.port}",
        "database": "secure",
        "username": "person",
        "password": "sesame",
        "ssl_ca": secure.authority.certificate.read_text(),
        "ssl_cert": secure.client.certificate.read_text(),
        "ssl_key": secure.client.key.read_text(),
    }
    source = DatabaseSource(mysql_address(store))
    assert len(list(rows(source))) == 104
    assert "PRIVATE KEY" not in f"{source!r} {mysql_address(store)!r}"


def test_a_server_without_tls_is_not_told_the_password(mariadb: Callable[[Path, str], MySQL], tmp_path: Path) -> None:
    with speaking(GREETING) as (port, heard):
        wanted = MySQL("127.0.0.1", port, username="me", password="sesame", ssl=True)
        with pytest.raises(SourceError, match="does not offer TLS"), DatabaseSource(wanted).connect():
            pass
    assert b"sesame" not in b"".join(heard)


# Servers that no one should answer


def packet(number: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes([number]) + payload


CAPABILITIES = 0x0000_A200 | 0x0008_0000 | 1 | 8  # protocol 4.1, secure connection, plug-ins, a database
GREETING = packet(
    0,
    b"\x0a8.0.0\0" + bytes(4) + b"saltsalt\0" + (CAPABILITIES & 0xFFFF).to_bytes(2, "little") + b"\x21\2\0"
    + (CAPABILITIES >> 16).to_bytes(2, "little") + b"\x15" + bytes(10) + b"saltsaltsalt\0mysql_native_password\0",
)  # fmt: skip


@contextmanager
def speaking(*packets: bytes, pause: float = 0.0) -> Generator[tuple[int, list[bytes]]]:
    """Run a server that sends one of these packets after each message. Yield its port and the messages."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        for each in packets:
                            for byte in [each] if not pause else [bytes([one]) for one in each]:
                                connection.sendall(byte)
                                time.sleep(pause)
                            heard.append(connection.recv(65536))
                        heard.append(connection.recv(65536))

        threading.Thread(target=talk, daemon=True).start()
        yield listener.getsockname()[1], heard


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog"])
def test_no_password_goes_in_clear(plugin: bytes) -> None:
    with speaking(GREETING, packet(2, b"\xfe" + plugin + b"\0\4Password: ")) as (port, heard):
        asked = DatabaseSource(MySQL("127.0.0.1", port, username="me", password="sesame"))
        with pytest.raises(SourceError, match=r"Pipesight did not send it") as refused, asked.connect():
            pass
    assert "ssl" in refused.value.advice
    assert b"sesame" not in b"".join(heard)


@pytest.mark.parametrize(("packets", "pause"), [((), 0.0), ((GREETING,), 0.05)], ids=["silent", "dripping"])
def test_a_server_that_never_greets_is_given_up(
    packets: tuple[bytes, ...], pause: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.sources.mysql._GREETING", 0.3)
    with speaking(*packets, pause=pause) as (port, _):
        asked = DatabaseSource(MySQL("127.0.0.1", port, username="me"))
        with pytest.raises(SourceError, match="does not answer"), asked.connect():
            pass


@pytest.mark.parametrize(
    "spoken", [b"HTTP/1.1 200 OK\r\n\r\n" * 9, packet(7, b"\x0a8"), packet(0, b""), packet(0, b"\x0aeight\0")]
)
def test_what_is_no_mysql_server_is_said_in_plain_words(spoken: bytes) -> None:
    with speaking(spoken) as (port, _):
        asked = DatabaseSource(MySQL("127.0.0.1", port, username="me"))
        with pytest.raises(SourceError) as refused, asked.connect():
            pass
    assert "answer like a MySQL server" in str(refused.value) or "closed the connection" in str(refused.value)


def test_an_answer_that_is_too_large(secure: Secure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipesight.history.sources.mysql._LARGEST", 2000)
    with pytest.raises(SourceError, match="answers with more than"):
        secure.read("?ssl=true")


# ZenML servers


@contextmanager
def https(signed: Signed) -> Generator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed.certificate, signed.key)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"version": "0.98.0"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None: ...

    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def test_the_certificate_of_a_zenml_server(secure: Secure, tmp_path: Path) -> None:
    ca, stranger = secure.authority.certificate, str(secure.stranger.certificate)
    with https(secure.authority.sign("localhost")) as port:

        def release(host: str, verify: bool | str) -> str | None:
            return ZenMLServerSource(f"https://{host}:{port}", Login(token="t"), verify=verify).server.release

        assert release("localhost", str(ca)) == release("localhost", ca.read_text()) == "0.98.0"
        assert release("127.0.0.1", False) == "0.98.0"
        for host, verify, said in (
            ("localhost", True, "certificate that is not trusted"),
            ("localhost", stranger, "certificate that is not trusted"),
            ("127.0.0.1", str(ca), "certificate for another host"),
            ("localhost", "/no/such.pem", "`verify_ssl` names cannot be read"),
        ):
            with pytest.raises(SourceError, match=said) as refused:
                release(host, verify)
            assert "verify_ssl" in refused.value.advice


def test_a_server_that_speaks_no_tls() -> None:
    with speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (port, _):
        asked = ZenMLServerSource(f"https://127.0.0.1:{port}", Login(token="t"))
        with pytest.raises(SourceError, match="does not speak TLS correctly"):
            asked.get("info")


def test_a_certificate_that_has_expired() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate has expired")
    error.verify_code = 10
    assert tls.fault(OSError(error)) == "has a certificate that has expired."
    error.verify_code = 9
    assert tls.fault(error) == "has a certificate that is not valid yet. Check the clocks of both machines."
    assert tls.fault(OSError("something else")) is None

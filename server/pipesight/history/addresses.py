"""Parse the paths and URLs of stores as settings and configurations write them, also those of another system."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pipesight.history.sources.values import is_true, word

_DRIVE = re.compile(r"/?([A-Za-z]):[\\/]")
_LONG = re.compile(r"\A\\\\\?\\(UNC\\)?", re.IGNORECASE)  # the prefix that lets Windows open long paths
_MOUNTED = re.compile(r"(?:/mnt)?/([A-Za-z])(?=/)")
_WSL_SHARE = re.compile(r"[\\/]{2}wsl(?:\$|\.localhost)[\\/][^\\/]+", re.IGNORECASE)
_SSL = ("ssl", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_server_cert")


@dataclass(frozen=True)
class MySQL:
    """A MySQL or MariaDB database: host, port, database name, login and TLS options.

    `ssl_ca`, `ssl_cert` and `ssl_key` are paths of files or PEM text. With a CA, the server's certificate is checked.
    With `ssl_verify`, the server's name is checked as well. `ssl` is None if the configuration does not mention TLS.
    """

    host: str
    port: int = 3306
    database: str = "zenml"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ssl: bool | None = None
    ssl_ca: str | None = field(default=None, repr=False)
    ssl_cert: str | None = field(default=None, repr=False)
    ssl_key: str | None = field(default=None, repr=False)
    ssl_verify: bool = False
    socket: str | None = None

    def __str__(self) -> str:
        return f"mysql://{self.socket or f'{self.host}:{self.port}'}/{self.database}"


def sqlite_path(url: str) -> Path:
    r"""Return the path in `sqlite:///relative`, `sqlite:////absolute`, `sqlite:///C:\...` or a plain path.

    SQLAlchemy does not decode `%20` in such a URL, but people may write it. So a path that exists as it is written
    comes first.
    """
    text = url.split(":///", 1)[1] if ":///" in url else url
    path = local_path(text)
    return path if ":///" not in url or path.exists() else local_path(unquote(text))


def sqlite_url(path: Path | str) -> str:
    """Return the `file:` URL that makes SQLite open this path.

    Slashes are encoded, because SQLite takes the text after two leading slashes for a host.
    """
    return f"file:{quote(str(path), safe='')}"


def file_path(url: str) -> Path:
    """Return the path in a `file://` URL. The URL may name a drive or a network share of Windows."""
    try:
        parts = urlsplit(url)
    except ValueError:  # `urlsplit` takes a bracket after `//` for an IPv6 host
        return local_path(unquote(url.partition("://")[2]))
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost"):
        return local_path(f"//{unquote(parts.netloc)}{path}")
    return local_path(path)


def store_path(text: str) -> Path | None:
    """Return the path of a store that a setting gives as a path, `file://` or `sqlite:///`. None for other URLs."""
    scheme = text.split("://", 1)[0] if "://" in text else ""
    if scheme == "file":
        return file_path(text)
    if scheme.startswith("sqlite"):
        return sqlite_path(text)
    return None if scheme else local_path(text)


def local_path(text: str, platform: str = sys.platform) -> Path:
    r"""Translate a path between Windows and Linux if it is written for the other one.

    WSL mounts the drive `C:\` at `/mnt/c`, and Windows sees the files of WSL below `\\wsl$\NAME`.
    """
    if platform == "win32":
        return _windows_path(text)
    text = _LONG.sub(lambda prefix: "//" if prefix[1] else "", text)
    if _DRIVE.match(text):
        path = PureWindowsPath(text.lstrip("/"))
        return Path("/mnt", path.drive[0].lower(), *path.parts[1:])
    if share := _WSL_SHARE.match(text):
        return Path("/", *PureWindowsPath(text[share.end() :]).parts[1:])
    return Path(text.replace("\\", "/") if text.startswith(("\\\\", "//")) else text).expanduser()


def _windows_path(text: str) -> Path:
    r"""Return the path on Windows. WSL writes `/mnt/c/zenml` for `C:\zenml`, and Git Bash writes `/c/zenml`."""
    if _DRIVE.match(text):
        return Path(str(PureWindowsPath(text.lstrip("/"))))
    mounted = _MOUNTED.match(text)
    return Path(f"{mounted[1]}:{text[mounted.end() :]}" if mounted else text).expanduser()


def mysql_address(store: Mapping[str, Any]) -> MySQL:
    """Return the MySQL database of a `store` section. As in ZenML, its URL overrides its other keys.

    Raises ValueError if the section has no valid host and port, or if its URL has unknown parameters.
    """
    url = word(store.get("url"))
    try:
        parts = urlsplit(url) if url else None
        port = (parts.port if parts else None) or int(word(store.get("port")) or 3306)
    except ValueError:
        raise ValueError("The URL or the port of the MySQL server is not valid.") from None
    host = parts.hostname if parts else word(store.get("host"))
    if not host:
        raise ValueError("The URL of the MySQL server has no host.")
    asked = dict(reversed(parse_qsl(parts.query))) if parts else {}  # ZenML takes the first of repeated parameters
    if unknown := sorted(asked.keys() - set(_SSL)):
        raise ValueError(f"The URL of the MySQL server has parameters that ZenML lacks: {', '.join(unknown)}.")
    told: dict[str, object] = {**{name: store.get(name) for name in _SSL}, **asked}
    files = {name: word(told.get(name)) or None for name in ("ssl_ca", "ssl_cert", "ssl_key")}
    return MySQL(
        host=host,
        port=port,
        database=(parts.path.strip("/") if parts else "") or word(store.get("database")) or "zenml",
        username=unquote((parts and parts.username) or "") or word(store.get("username")) or None,
        password=unquote((parts and parts.password) or "") or word(store.get("password")) or None,
        ssl=_uses_tls(told.get("ssl"), files, {name for name in files if name in asked}),
        ssl_verify=is_true(told.get("ssl_verify_server_cert")),
        **files,
    )


def _uses_tls(told: object, files: Mapping[str, str | None], asked: set[str]) -> bool | None:
    """Return whether to use TLS, None if nothing says so.

    `told` is the value of the option `ssl`. `asked` are the parameters in the URL. A certificate means TLS, unless
    `ssl` says no. A certificate in the URL means TLS in any case.
    """
    if told is None or any(files[name] for name in asked):
        return True if any(files.values()) else None
    return is_true(told)


def without_password(url: str) -> str:
    """Return the URL without its user and password."""
    head, at, tail = url.rpartition("@")
    return f"{head.split('://', 1)[0]}://{tail}" if at and "://" in head else url

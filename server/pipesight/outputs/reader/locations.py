"""Convert an artifact's URI to a path on this machine, for URIs from any operating system."""

from __future__ import annotations

import ntpath
import os
import re
from typing import Optional

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):")  # two letters or more, because `C:` is a drive
_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")
_MOUNTED = re.compile(r"^(?:/mnt)?/([A-Za-z])(?=/)")
_PREFIX = re.compile(r"^\\\\\?\\(UNC\\)?", re.IGNORECASE)  # lets Windows open long paths
_WSL_SHARE = re.compile(r"^\\\\wsl(?:\$|\.localhost)\\[^\\]+", re.IGNORECASE)
_LONG = 150  # characters of a folder. Windows refuses file paths of more than 260 without a prefix.


def scheme_of(uri: str) -> str:
    """Return a URI's scheme in lower case. A path has none, and neither has a drive letter."""
    match = _SCHEME.match(uri)
    return match.group(1).lower() if match else ""


def local_path(uri: str, windows: bool = os.name == "nt") -> str:
    """Return the path that a `file:` URI or a plain path means on this system, `windows` or not."""
    path = _file_path(uri, windows) if scheme_of(uri) == "file" else uri
    return _windows_path(path) if windows else path


def _file_path(uri: str, windows: bool) -> str:
    """Decode a `file:` URI. Not every writer encodes, so the raw path counts if only that exists."""
    path = uri[len("file:") :]
    if path.startswith("//"):
        host, slash, rest = path[2:].replace("\\", "/").partition("/")
        if host in ("", "localhost"):
            path = slash + rest
        elif _DRIVE.match(host + "/"):
            path = f"{host}/{rest}"  # `file://C:/zenml`, in which one slash is missing
    decoded = _ENCODED.sub(lambda match: bytes([int(match.group(1), 16)]), path.encode("utf-8", "surrogateescape"))
    meant = _without_slash(decoded.decode("utf-8", "surrogateescape"))
    return meant if windows or os.path.exists(meant) or not os.path.exists(path) else path


def _without_slash(path: str) -> str:
    """Strip the slash in front of the drive letter: `/C:/zenml` is `C:/zenml`."""
    return path[1:] if path.startswith("/") and _DRIVE.match(path[1:]) else path


def _windows_path(path: str) -> str:
    """Return the path with backslashes, and with the prefix for long paths if it is long."""
    mounted = _MOUNTED.match(path)  # the Windows Subsystem for Linux recorded it
    path = ntpath.normpath(f"{mounted.group(1)}:{path[mounted.end() :]}" if mounted else path) if path else path
    if len(path) < _LONG or path.startswith("\\\\?\\") or not ntpath.isabs(path):
        return path
    return "\\\\?\\UNC\\" + path[2:] if path.startswith("\\\\") else "\\\\?\\" + path


def is_windows_path(path: str) -> bool:
    r"""Return True for `C:\zenml`, `C:/zenml` and `\\server\share`."""
    return _DRIVE.match(path) is not None or path.startswith("\\\\")


def wsl_path(path: str, mounts: str = "/mnt") -> Optional[str]:
    r"""Return the path in the Windows Subsystem for Linux for a Windows path: `C:\zenml` is `/mnt/c/zenml`."""
    path = _PREFIX.sub(lambda prefix: "\\\\" if prefix.group(1) else "", path)
    share = _WSL_SHARE.match(path.replace("/", "\\"))
    if share:
        return path[share.end() :].replace("\\", "/") or "/"
    if not _DRIVE.match(path):
        return None
    return f"{mounts}/{path[0].lower()}/" + path[3:].replace("\\", "/")

"""Opens an artifact's folder, on this machine or in an object store, and never writes to it."""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import Any, BinaryIO, Callable, Dict, List, NamedTuple, Tuple

from .bounds import FILES, clip
from .libraries import LibraryError, install, library
from .problem import Problem

GONE = (
    "It was deleted or moved, or the run was recorded on another machine. "
    "Run the pipeline again, or bring the folder back."
)

_PLUGINS = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "adl": "adlfs",
    "hdfs": "pyarrow",
    "oss": "ossfs",
    "oci": "ocifs",
    "sftp": "paramiko",
    "ssh": "paramiko",
    "memory": "fsspec",
}
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):")  # two letters or more: `C:` is a drive
_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")


class Entry(NamedTuple):
    """One file: its path inside the folder, with forward slashes, and its size in bytes."""

    path: str
    size: int


class Folder:
    """The files of an artifact. `complete` is False when there are more files than are listed."""

    def __init__(self, uri: str, files: List[Entry], opener: Callable[[str], BinaryIO], complete: bool = True) -> None:
        self.uri = uri
        self.files = files
        self.complete = complete
        self._opener = opener
        self._sizes: Dict[str, int] = dict(files)

    def __contains__(self, path: str) -> bool:
        return path in self._sizes

    def size(self, path: str) -> int:
        """Bytes of one file."""
        return self._sizes[path]

    def open(self, path: str) -> BinaryIO:
        """One file, to be read and closed by the caller."""
        return self._opener(path)

    def read(self, path: str, limit: int) -> bytes:
        """The first `limit` bytes of one file."""
        with self.open(path) as file:
            return file.read(limit)

    def sub(self, name: str) -> Folder:
        """The folder `name` inside this one."""
        prefix = name + "/"
        files = [Entry(path[len(prefix) :], size) for path, size in self.files if path.startswith(prefix)]
        return Folder(self.uri.rstrip("/") + "/" + name, files, lambda path: self._opener(prefix + path), self.complete)


def open_folder(uri: str, *, links: bool = False) -> Folder:
    """The folder (or single file) at `uri`; a file in it that is a link to elsewhere is opened only with `links`.

    Raises Problem when it is gone, not allowed, or in a store this interpreter has no plug-in for.
    """
    if not uri:
        raise Problem("This output has no location: its run recorded no artifact URI.")
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return _local(uri, links)
    if scheme.group(1).lower() == "file":
        return _local(_file_path(uri), links)
    return _remote(uri, scheme.group(1).lower())


def _file_path(uri: str) -> str:
    """The path a file URI means: decoded, or as it is where only that exists (not every writer encodes)."""
    path = uri[len("file:") :]
    if path.startswith("//"):
        host, slash, rest = path[2:].partition("/")
        path = slash + rest if host in ("", "localhost") else path
    if os.name == "nt" and _DRIVE.match(path[1:]):
        path = path[1:]
    decoded = _ENCODED.sub(lambda match: bytes([int(match.group(1), 16)]), path.encode("utf-8", "surrogateescape"))
    meant = decoded.decode("utf-8", "surrogateescape")
    return meant if os.path.exists(meant) or not os.path.exists(path) else path


def _local(path: str, links: bool) -> Folder:
    if os.name != "nt" and _DRIVE.match(path):
        raise Problem(
            f"The artifact lies on a Windows drive: {path}",
            "This run was recorded on a Windows machine. Open the project there, or use a shared artifact store.",
        )
    path = os.path.expanduser(path)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise Problem(f"The artifact's files are gone: {path}", GONE) from None
    if stat.S_ISREG(status.st_mode):
        folder, name = os.path.split(path)
        return Folder(path, [Entry(name, status.st_size)], lambda _: _open_local(os.path.join(folder, name)))
    if not stat.S_ISDIR(status.st_mode):
        raise Problem(f"The artifact is neither a folder nor a file: {path}", GONE)
    os.listdir(path)  # os.walk would hide that it may not be listed
    files, complete = _walk(path)
    if not files:
        raise Problem(f"The artifact's folder is empty: {path}", GONE)

    def opened(name: str) -> BinaryIO:
        file = os.path.join(path, *name.split("/"))
        if not links:
            _refuse_way_out(path, file)
        return _open_local(file)

    return Folder(path, files, opened, complete)


def _refuse_way_out(folder: str, file: str) -> None:
    real = os.path.realpath(file)
    if not real.startswith(os.path.join(os.path.realpath(folder), "")):
        raise Problem(
            f"{os.path.basename(file)} is a link that leads out of the artifact's folder: {real}",
            "Links are not followed for previews; open it there.",
        )


def _walk(root: str) -> Tuple[List[Entry], bool]:
    files: List[Entry] = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            try:
                status = os.stat(path)
            except OSError:
                continue
            if not stat.S_ISREG(status.st_mode):
                continue
            if len(files) == FILES:
                return files, False
            files.append(Entry(os.path.relpath(path, root).replace(os.sep, "/"), status.st_size))
    return files, True


def _open_local(path: str) -> BinaryIO:
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise Problem(f"Not a plain file: {path}")  # a pipe or a device would be read for ever
    return open(path, "rb")


def _remote(uri: str, scheme: str) -> Folder:
    if scheme not in _PLUGINS or "::" in uri:
        raise Problem(
            f"Pipesight cannot read artifacts at {clip(scheme, 20)}: addresses.",
            "It reads local folders, S3, Google Cloud Storage, Azure and the like through fsspec.",
        )
    fsspec = _fsspec(scheme)
    try:
        system, root = fsspec.core.url_to_fs(uri)
        listed = system.find(root, detail=True)
    except ImportError:
        raise _plugin_missing(scheme) from None
    except FileNotFoundError:
        raise Problem(f"The artifact's files are gone: {uri}", GONE) from None
    except Exception as error:  # noqa: BLE001 - every store has its own errors
        why = f"{type(error).__name__}: {clip(str(error), 200)}"
        raise Problem(
            f"The artifact store refused or could not be reached: {uri} ({why})",
            "Check the network and this environment's credentials for that store.",
        ) from None
    return _remote_folder(uri, system, root, listed)


def _remote_folder(uri: str, system: Any, root: str, listed: Dict[str, Dict[str, Any]]) -> Folder:
    if not listed:
        raise Problem(f"The artifact's files are gone: {uri}", GONE)
    base = root.rstrip("/")
    paths: Dict[str, str] = {}
    files: List[Entry] = []
    for full in sorted(listed)[:FILES]:
        name = full[len(base) + 1 :] if full.startswith(base + "/") else full.rsplit("/", 1)[-1]
        paths[name] = full
        files.append(Entry(name, int(listed[full].get("size") or 0)))
    return Folder(uri, files, lambda name: system.open(paths[name], "rb"), len(listed) <= FILES)


def _fsspec(scheme: str) -> Any:
    try:
        return library("fsspec")
    except LibraryError as error:
        raise (_plugin_missing(scheme) if error.missing else Problem(error.text, error.advice)) from None


def _plugin_missing(scheme: str) -> Problem:
    plugin = _PLUGINS[scheme]
    return Problem(
        f"This artifact lies in {scheme}://, and {sys.executable} has no {plugin} to read it.",
        install(plugin),
    )

"""Open an artifact's folder for reading, on this machine or in an object store."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Callable, Dict, List, NamedTuple, Optional, Tuple

from .bounds import FILES, clip
from .libraries import LibraryError, install, library
from .locations import is_windows_path, local_path, scheme_of, wsl_path
from .problem import Problem

if TYPE_CHECKING:
    from .protocols import RemoteFiles

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


class Entry(NamedTuple):
    """One file: its path inside the folder, with forward slashes, and its size in bytes."""

    path: str
    size: int


class Listing(NamedTuple):
    """The files of a folder, those nearest to its root first. `complete` is False when there are more."""

    files: List[Entry]
    complete: bool


class Location(NamedTuple):
    """A file as a library opens it: a path of this machine, or a path in a file system of fsspec."""

    path: str
    system: Optional[RemoteFiles] = None


class Folder:
    """The files of an artifact, or of a folder inside it."""

    def __init__(
        self,
        uri: str,
        lister: Callable[[str], Listing],
        opener: Callable[[str], BinaryIO],
        prefix: str = "",
        locate: Callable[[str], Location] = Location,
    ) -> None:
        """`lister` lists the files below a prefix of the artifact. `opener` opens one of its files."""
        self.uri = uri
        self._lister = lister
        self._opener = opener
        self._locate = locate
        self._prefix = prefix
        self.files, self.complete = lister(prefix)
        self._sizes: Dict[str, int] = dict(self.files)

    def __contains__(self, path: str) -> bool:
        return path in self._sizes

    def size(self, path: str) -> int:
        """Return the bytes of one file."""
        return self._sizes[path]

    def open(self, path: str) -> BinaryIO:
        """Open one file to be read. The caller closes it."""
        return self._opener(self._prefix + path)

    def location(self, path: str) -> Location:
        """Return the location at which a library can open a file. `open` must have checked the file before."""
        return self._locate(self._prefix + path)

    def read(self, path: str, limit: int) -> bytes:
        """Return the first `limit` bytes of one file."""
        with self.open(path) as file:
            return file.read(limit)

    def sub(self, name: str) -> Folder:
        """Return the folder `name` inside this one, with its own listing."""
        return Folder(
            self.uri.rstrip("/") + "/" + name, self._lister, self._opener, f"{self._prefix}{name}/", self._locate
        )


def open_folder(uri: str, *, links: bool = False) -> Folder:
    """Return the folder (or single file) at `uri`. A link in it that leads elsewhere is followed only with `links`.

    Raises Problem if it does not exist, if reading it is not allowed, or if this interpreter has no plug-in for its
    store.
    """
    if not uri:
        raise Problem("This output has no location: its run recorded no artifact URI.")
    scheme = scheme_of(uri)
    return _local(uri, links) if scheme in ("", "file") else _remote(uri, scheme)


def _local(uri: str, links: bool) -> Folder:
    path = local_path(uri)
    if os.name != "nt" and is_windows_path(path):
        path = _from_windows(path)
    path = os.path.expanduser(path)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise Problem(f"The artifact's files are gone: {path}", GONE) from None
    if stat.S_ISREG(status.st_mode):
        return _local_file(path, status.st_size)
    if not stat.S_ISDIR(status.st_mode):
        raise Problem(f"The artifact is neither a folder nor a file: {path}", GONE)
    return _local_folder(path, links)


def _local_file(path: str, size: int) -> Folder:
    only = Listing([Entry(os.path.basename(path), size)], True)
    return Folder(
        path,
        lambda prefix: Listing([], True) if prefix else only,
        lambda _: _open_local(path),
        locate=lambda _: Location(os.path.realpath(path)),
    )


def _local_folder(path: str, links: bool) -> Folder:
    os.listdir(path)  # raises OSError without permission, which os.walk would hide

    def opened(name: str) -> BinaryIO:
        file = os.path.join(path, *name.split("/"))
        if not links:
            _refuse_way_out(path, file)
        return _open_local(file)

    folder = Folder(
        path,
        lambda prefix: _walk(os.path.join(path, *prefix.split("/"))),
        opened,
        locate=lambda name: Location(os.path.realpath(os.path.join(path, *name.split("/")))),
    )
    if not folder.files:
        raise Problem(f"The artifact's folder is empty: {path}", GONE)
    return folder


def _from_windows(path: str) -> str:
    """Return the path at which the Windows Subsystem for Linux mounts a path of Windows.

    Raises Problem if there is no such mount.
    """
    mounted = wsl_path(path)
    if mounted is None or not os.path.exists(mounted):
        raise Problem(
            f"The artifact lies on a Windows drive: {path}",
            "This run was recorded on a Windows machine. Open the project there, or use a shared artifact store.",
        )
    return mounted


def _refuse_way_out(folder: str, file: str) -> None:
    real = os.path.realpath(file)
    inside = os.path.normcase(os.path.join(os.path.realpath(folder), ""))
    if not os.path.normcase(real).startswith(inside):
        raise Problem(
            f"{os.path.basename(file)} is a link that leads out of the artifact's folder: {real}",
            "Previews do not follow such links. Open the file there.",
        )


def _walk(root: str) -> Listing:
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
                return Listing(files, False)
            files.append(Entry(os.path.relpath(path, root).replace(os.sep, "/"), status.st_size))
    return Listing(files, True)


def _open_local(path: str) -> BinaryIO:
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise Problem(f"Not a plain file: {path}")  # reading a pipe or a device might never end
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


def _remote_folder(uri: str, system: RemoteFiles, root: str, listed: Dict[str, Dict[str, Any]]) -> Folder:
    if not listed:
        raise Problem(f"The artifact's files are gone: {uri}", GONE)
    base = root.rstrip("/")
    paths: Dict[str, str] = {}
    entries: List[Entry] = []
    for full in sorted(listed, key=_nearest_first):
        name = full[len(base) + 1 :] if full.startswith(base + "/") else full.rsplit("/", 1)[-1]
        paths[name] = full
        entries.append(Entry(name, int(listed[full].get("size") or 0)))

    def below(prefix: str) -> Listing:
        files = [Entry(path[len(prefix) :], size) for path, size in entries if path.startswith(prefix)]
        return Listing(files[:FILES], len(files) <= FILES)

    return Folder(
        uri, below, lambda name: system.open(paths[name], "rb"), locate=lambda name: Location(paths[name], system)
    )


def _nearest_first(path: str) -> Tuple[int, str]:
    return path.count("/"), path


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

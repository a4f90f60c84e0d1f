"""Give DuckDB a path or a URL for the one file of a query, even if a file system of fsspec holds the file."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Dict, List

from .folder import Location
from .libraries import library

if TYPE_CHECKING:
    from .protocols import RemoteFiles


def address_of(location: Location) -> str:
    """Return the path with which DuckDB opens a file, or a URL of the `Bridge` for a remote file."""
    return location.path if location.system is None else f"{Bridge.protocol}://{location.path.lstrip('/')}"


class Bridge:
    """The registration of a file system of fsspec in DuckDB, under our own name."""

    protocol = "pipesight"

    @classmethod
    def of(cls, system: RemoteFiles) -> object:
        """Return a file system that opens the same files."""
        base: Any = library("fsspec").AbstractFileSystem

        class Bridged(base):  # type: ignore[misc]
            protocol = cls.protocol
            cachable = False

            def _inner(self, path: str) -> str:
                return path.partition("://")[2] or path

            def open(self, path: str, mode: str = "rb", **_options: object) -> BinaryIO:
                if mode != "rb":
                    raise PermissionError(path)
                return system.open(self._inner(path), "rb")

            def info(self, path: str, **_options: object) -> Dict[str, object]:
                return system.info(self._inner(path))

            def glob(self, path: str, **_options: object) -> List[str]:
                return [path]

            def exists(self, path: str, **_options: object) -> bool:
                return system.exists(self._inner(path))

            def modified(self, path: str) -> datetime.datetime:
                return datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

        return Bridged()

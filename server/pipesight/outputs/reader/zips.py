"""Opens a file inside a zip, where it can be unpacked piece by piece."""

from __future__ import annotations

import zipfile
from typing import IO


def open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """One file of a zip.

    Raises NotImplementedError for compressions that zipfile unpacks at once, whatever comes out; no library uses them.
    """
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError(f"{info.filename} is compressed in a way that may grow without measure")
    return archive.open(info)

"""Unpacks the sample project with its history."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from pathlib import Path

_HERE = Path(__file__).parent
_TEXT = {".yaml", ".json", ".sql", ".csv"}
_ROOT = b"@ROOT@"  # stands in the archive for the folder that it is unpacked to


def unpack_sample(folder: Path) -> Path:
    """Put the sample project into `folder`, its history into `folder/history`; give the folder back.

    What is there already of the sample is replaced; other files are left alone.
    """
    folder = folder.resolve()
    shutil.copytree(_HERE / "project", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    unpack_history(_HERE / "history.tar.xz", folder / "history")
    return folder


def unpack_history(archive: Path, folder: Path) -> None:
    """Unpack an archive of a recorded history: databases are rebuilt from their SQL, paths point into `folder`."""
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None:
                continue
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content.read()
            if path.suffix in _TEXT:
                data = data.replace(_ROOT, str(folder).encode())
            if path.name.endswith(".db.sql"):
                _build_database(path.with_suffix(""), data.decode())
            else:
                path.write_bytes(data)


def _build_database(path: Path, sql: str) -> None:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.executescript(sql)
    finally:
        connection.close()

"""Unpack the sample project with its history."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
from pathlib import Path

_HERE = Path(__file__).parent
_TEXT = {".yaml", ".yml", ".json", ".sql", ".py", ".txt", ".csv", ".log"}
_ROOT = b"@ROOT@"  # the placeholder in the archive for the absolute path of its folder


def unpack_sample(folder: Path) -> Path:
    """Copy the sample project to `folder`, and unpack its history to `folder/history`. Return the folder.

    Files of an older sample are replaced. Other files stay.
    """
    folder = folder.resolve()
    shutil.copytree(_HERE / "project", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    unpack_history(_HERE / "history.tar.xz", folder)
    return folder


def unpack_history(archive: Path, folder: Path) -> Path:
    """Unpack an archive of a recorded history to `folder`. Return the top folder of the archive.

    Databases are built from their SQL text. Paths of artifacts are replaced by their paths below `folder`.
    """
    folder = folder.resolve()
    root = folder
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None:
                continue
            root = folder / Path(member.name).parts[0]
            _write(folder / member.name, content.read(), root.as_posix())
    return root


def _write(path: Path, data: bytes, root: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in _TEXT:
        written = root.replace("'", "''") if path.suffix == ".sql" else root
        data = data.replace(_ROOT, written.encode())
    if path.name.endswith(".db.sql"):
        _build_database(path.with_suffix(""), data.decode())
    else:
        path.write_bytes(data)


def _build_database(path: Path, sql: str) -> None:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA synchronous = OFF")  # faster. After a crash the sample is unpacked again
        connection.executescript(sql)
    finally:
        connection.close()

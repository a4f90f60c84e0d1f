"""Restores a recorded history as the release left it: `unpack.py NAME FOLDER` makes and prints FOLDER/NAME."""

from __future__ import annotations

import sqlite3
import sys
import tarfile
from pathlib import Path

_ARCHIVES = Path(__file__).parent
_TEXT = {".yaml", ".yml", ".json", ".sql", ".py", ".txt", ".csv"}


def names() -> list[str]:
    """The names of all recorded histories."""
    return sorted(path.name.removesuffix(".tar.xz") for path in _ARCHIVES.glob("*.tar.xz"))


def unpack(name: str, folder: Path) -> Path:
    """Restore the history of that name in the folder: its root takes the place of `@ROOT@`, SQL text becomes SQLite."""
    root = folder.resolve() / name
    with tarfile.open(_ARCHIVES / f"{name}.tar.xz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                _restore(root.parent / member.name, content.read(), root)
    return root


def _restore(path: Path, data: bytes, root: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in _TEXT:
        data = data.replace(b"@ROOT@", str(root).encode())
    if not path.name.endswith(".db.sql"):
        path.write_bytes(data)
        return
    database = path.with_suffix("")
    database.unlink(missing_ok=True)
    connection = sqlite3.connect(database)
    connection.executescript(data.decode())
    connection.close()


if __name__ == "__main__":
    print(unpack(sys.argv[1], Path(sys.argv[2])))

"""Make and remove the temporary folder of a loaded value. A lock marks folders that are in use."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

_PREFIX = "pipesight-load-"
_LOCK = "held"
_UNLOCKED = "unlocked"
_YOUNG = 60.0  # seconds in which a folder may not have its lock yet


@contextlib.contextmanager
def work_folder() -> Generator[Path]:
    """Make a folder that a value may write to. Remove it with its content when the context ends."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        held = os.open(Path(folder, _LOCK), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock_or_mark(held, Path(folder))
            work = Path(folder).resolve() / "work"
            work.mkdir()
            try:
                yield work
            finally:
                _lay_flat(work)
        finally:
            os.close(held)


def remove_left_folders() -> None:
    """Remove the folders of this user whose server has ended."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if _is_old(folder) and _is_free(folder):
                _lay_flat(folder.resolve() / "work")
                shutil.rmtree(folder, ignore_errors=True)


def _is_old(folder: Path) -> bool:
    """Return whether a path is a folder of this user, no link, and not brand-new."""
    status = folder.lstat()
    is_own = sys.platform == "win32" or status.st_uid == os.getuid()
    return stat.S_ISDIR(status.st_mode) and is_own and abs(time.time() - status.st_mtime) > _YOUNG


def _is_free(folder: Path) -> bool:
    """Return whether no server has locked a folder. A folder with the mark of `_lock_or_mark` is never free."""
    if (folder / _UNLOCKED).exists():
        return False
    held = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        _lock(held)
    except OSError:
        return False
    finally:
        os.close(held)
    return True


def _lock_or_mark(file: int, folder: Path) -> None:
    """Lock a file in a folder. On a file system without locks, mark the folder instead.

    The mark also counts if another process can lock the file later, because some file systems refuse only at times.
    """
    try:
        _lock(file)
    except OSError:
        (folder / _UNLOCKED).touch()


def _lock(file: int) -> None:
    """Lock a file until it is closed or this process ends.

    Raises OSError if another process holds it, or if its file system has no locks.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _lay_flat(work: Path) -> None:
    """Move nested folders to the top level, because removing them recursively would exceed the limit of depth."""
    found = [str(work)]
    for folder in found:
        for inner in _folders(folder):
            place = str(work.with_name(str(len(found))))
            with contextlib.suppress(OSError):
                os.chmod(inner, 0o700)  # noqa: PTH101 - a name may be no valid Path
                os.rename(inner, place)  # noqa: PTH104
                found.append(place)


def _folders(folder: str) -> list[str]:
    """Return the paths of the folders in a folder. Links are left out."""
    try:
        with os.scandir(folder) as entries:
            paths = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [path for path in paths if os.path.realpath(path) == path]  # a junction of Windows is a link

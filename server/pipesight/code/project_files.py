"""Find and read the source files of a project. Only regular files up to a certain size are read.

A repository can hold a link to `/dev/zero` or a named pipe called `x.py`. Reading these would never end.
"""

from __future__ import annotations

import codecs
import os
import stat
import tokenize
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

SUFFIXES = (".py", ".ipynb")

_LARGEST = {".py": 1_000_000, ".ipynb": 8_000_000}  # bytes. Larger files are generated and name no pipelines
_LARGEST_OTHER = 8_000_000  # bytes of a page of documentation
_ENVIRONMENT = ("pyvenv.cfg", "conda-meta")  # marks of a folder with a Python and its library
_SKIPPED = frozenset(("node_modules", "site-packages", "__pycache__"))

Stamp = tuple[int, int]
"""When a file was changed last, and its size."""


class UnreadableFileError(OSError):
    """A file that is not read. The message says why in a sentence."""


def source_files(roots: Iterable[Path], suffixes: tuple[str, ...] = SUFFIXES) -> Iterator[tuple[Path, Stamp]]:
    """Yield the files to read below these folders, each once and in the order of their names.

    Hidden folders, virtual environments and installed packages are left out. Links to folders are not followed.
    """
    seen: set[str] = set()
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if _is_source(folder, name))
            for name in sorted(names):
                path = os.path.join(folder, name)  # noqa: PTH118 - as os.walk gives it
                if name.endswith(suffixes) and path not in seen and (stamp := stamp_of(path)) is not None:
                    seen.add(path)
                    yield Path(path), stamp


def stamp_of(path: str | Path) -> Stamp | None:
    """Return the stamp of a file that can be read. None for a device, a pipe, and a file that is too large."""
    try:
        status = os.stat(path)  # noqa: PTH116 - many paths are text
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > largest(path):
        return None
    return status.st_mtime_ns, status.st_size


def largest(path: str | Path) -> int:
    """Return the size in bytes up to which a file is read."""
    return _LARGEST.get(os.path.splitext(path)[1], _LARGEST_OTHER)  # noqa: PTH122 - many paths are text


def read_bytes(path: str | Path) -> bytes:
    """Return the content of a file. Raise OSError if it is no regular file, too large, or not readable."""
    limit = largest(path)
    try:
        status = os.stat(path)  # noqa: PTH116 - many paths are text
    except ValueError as error:
        raise UnreadableFileError(str(error)) from None
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFileError("It is not a regular file.")
    with open(path, "rb") as file:  # noqa: PTH123 - many paths are text
        content = file.read(limit + 1)
    if len(content) > limit:
        raise UnreadableFileError(f"It is larger than {limit // 1_000_000} MB.")
    return content


def read_text(path: str | Path) -> str:
    """Return the text of a file in UTF-8, wrong bytes replaced. Raise OSError as `read_bytes` does."""
    return _universal(read_bytes(path).decode("utf-8-sig", "replace"))


def read_python(path: str | Path, *, importable: bool = False) -> str:
    """Return the text of a Python file in the encoding that it declares.

    If that fails, return the text in UTF-8 as `read_text` does, or raise OSError if the file has to be `importable`.
    """
    content = read_bytes(path)
    try:
        encoding = tokenize.detect_encoding(BytesIO(content).readline)[0]
        return _universal(codecs.decode(content, encoding))
    except (SyntaxError, UnicodeDecodeError, LookupError, TypeError) as error:
        if importable:
            raise UnreadableFileError(f"Python cannot read it: {error}") from None
        return _universal(content.decode("utf-8-sig", "replace"))


def _universal(text: str) -> str:
    """Return a text with all line ends as newlines, as Python's own text files read them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_source(folder: str, name: str) -> bool:
    hidden = name.startswith(".") or name in _SKIPPED
    marks = (os.path.join(folder, name, mark) for mark in _ENVIRONMENT)  # noqa: PTH118
    return not hidden and not any(map(os.path.exists, marks))

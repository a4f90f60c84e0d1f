"""Tells what loading an artifact would import and run, without loading it."""

from __future__ import annotations

import json
import zipfile
from typing import Any, BinaryIO, Dict, Iterator, List, Tuple

from .bounds import Request, clip
from .choose import in_words, problem_picture
from .containers import element_types
from .digest import digest_of
from .folder import Folder, open_folder
from .formats import loads_itself
from .harmless import judge
from .locations import scheme_of
from .opcodes import follow
from .problem import Problem
from .zips import open_member

_NAMES = 200
_DESCRIPTION = 1024 * 1024  # bytes of a container's list of elements
_ENDINGS = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".bin")
_Names = List[Tuple[str, str]]


def planned(request: Request) -> Dict[str, Any]:
    """Return `{"plan": ...}`. What goes wrong becomes `{"preview": ...}` of kind `problem`."""
    found = in_words(lambda: plan(request), request.uri)
    return {"preview": problem_picture(found)} if isinstance(found, Problem) else {"plan": found}


def plan(request: Request) -> Dict[str, Any]:
    """Return the names that loading would import, each with its judgement, and the classes that would load it.

    `followed` is False if not all could be followed. `digest` tells the files that this is about.
    """
    if scheme_of(request.uri) not in ("", "file"):
        text = "A value is loaded without any network, and this artifact lies in a remote store."
        raise Problem(text, "Copy the artifact to this machine, or load it in a notebook.")
    folder = open_folder(request.uri)
    names: Dict[Tuple[str, str], None] = {}
    followed = True
    for path, _ in folder.files:
        found, complete = _imports(folder, path)
        names.update(dict.fromkeys(found))
        followed = followed and complete
    shown = list(names)[:_NAMES]
    return {
        "digest": digest_of(folder),
        "imports": [[clip(".".join(filter(None, name)), 200), judge(*name)] for name in shown],
        "followed": followed and len(shown) == len(names),
        "classes": list(dict.fromkeys(_classes(folder, request))),
    }


def _imports(folder: Folder, path: str) -> Tuple[_Names, bool]:
    """Return the names that a file imports if it is loaded, and whether these are all."""
    with folder.open(path) as file:
        start = file.read(8)
        if start[:4] == b"PK\x03\x04":
            return _of_zip(file)
        if start[:6] == b"\x93NUMPY":
            return _of_objects(file) if b"O" in file.read(120).partition(b"}")[0] else ([], True)
        file.seek(0)
        if start[:1] != b"\x80" and not path.endswith(_ENDINGS) and path.rpartition("/")[2] != "model":
            return [], True
        return _of_pickles(file)


def _of_pickles(file: BinaryIO) -> Tuple[_Names, bool]:
    pickles = follow(file)
    return [name for found in pickles for name in found.names], all(found.complete for found in pickles)


def _of_objects(file: BinaryIO) -> Tuple[_Names, bool]:
    """Return what an array of Python objects imports. Its pickle comes after the header."""
    file.seek(6)
    major = file.read(2)[:1]
    length = int.from_bytes(file.read(2 if major == b"\x01" else 4), "little")
    file.seek(length, 1)
    return _of_pickles(file)


def _of_zip(file: BinaryIO) -> Tuple[_Names, bool]:
    """Return what a file of PyTorch imports: its pickles lie in a zip."""
    names: _Names = []
    followed = True
    try:
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                if info.filename.endswith(".pkl"):
                    with open_member(archive, info) as member:
                        found, complete = _of_pickles(member)
                    names += found
                    followed = followed and complete
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return names, False
    return names, followed


def _classes(folder: Folder, request: Request) -> Iterator[str]:
    """Yield the classes of materializers that load by themselves, and those of their values."""
    pairs = [(request.data_type, request.materializer)]
    for path, size in folder.files:
        if path.rpartition("/")[2] == "metadata.json" and size < _DESCRIPTION:
            try:
                pairs += zip(*element_types(json.loads(folder.read(path, _DESCRIPTION).decode("utf-8"))))
            except (ValueError, KeyError, TypeError):
                continue
    for data_type, materializer in pairs:
        if loads_itself(materializer):
            yield from filter(None, (materializer, data_type))

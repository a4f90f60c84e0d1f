"""Tells what loading an artifact would import and run, without loading it."""

from __future__ import annotations

import json
import re
import zipfile
from typing import Any, BinaryIO, Dict, Iterable, Iterator, List, Tuple, cast

from .bounds import Request, clip
from .choose import in_words, problem_picture
from .containers import element_types
from .digest import digest_of
from .folder import Folder, open_folder
from .formats import MODELS, loads_itself
from .harmless import judge
from .locations import scheme_of
from .npy import read_header
from .opcodes import follow
from .problem import Problem
from .zips import open_member

_NAMES = 200
_DESCRIPTION = 1024 * 1024  # bytes of a container's list of elements
_ENDINGS = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".bin", ".npy")  # numpy takes a pickle as well
_NUMBERS = re.compile(r"[<>|=]?[a-zA-NP-Z?][0-9]*(\[[0-9a-zA-Z]+\])?")  # a type of numpy that is not O
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
    digest = digest_of(folder)
    names: Dict[Tuple[str, str], None] = {}
    elements, followed = _elements(folder)
    for path, _ in folder.files:
        found, complete = _imports(folder, path)
        names.update(dict.fromkeys(found))
        followed = followed and complete
    shown = list(names)[:_NAMES]
    classes = _classes([(request.data_type, request.materializer), *elements])
    if digest_of(open_folder(request.uri)) != digest:
        raise Problem("The artifact's files changed while Pipesight looked at them.", "Load it again.")
    return {
        "digest": digest,
        "imports": [[clip(".".join(filter(None, name)), 200), judge(*name)] for name in shown],
        "followed": followed and len(shown) == len(names),
        "classes": list(dict.fromkeys(classes)),
    }


def _imports(folder: Folder, path: str) -> Tuple[_Names, bool]:
    """Return the names that a file imports if it is loaded, and whether these are all."""
    with folder.open(path) as file:
        start = file.read(6)
        file.seek(0)
        if start[:4] == b"PK\x03\x04":
            return _of_zip(file)
        if start == b"\x93NUMPY":
            return _of_array(file)
        if start[:1] == b"\x80" or path.lower().endswith(_ENDINGS) or path.rpartition("/")[2] == "model":
            return _of_pickles(file)
    return [], True


def _of_pickles(file: BinaryIO) -> Tuple[_Names, bool]:
    pickles = follow(file)
    return [name for found in pickles for name in found.names], all(each.complete and not each.cut for each in pickles)


def _of_array(file: BinaryIO) -> Tuple[_Names, bool]:
    """Return what an array of numpy imports. Python objects in it are a pickle after the header."""
    try:
        header = read_header(file)
    except Problem:
        return [], False
    if _is_numbers(header.descr):
        return [], True
    file.seek(header.start)
    return _of_pickles(file)


def _is_numbers(kind: Any) -> bool:
    """Tell whether a type in a header surely has no Python objects."""
    if isinstance(kind, str):
        return _NUMBERS.fullmatch(kind) is not None
    if isinstance(kind, tuple):  # a type and a shape
        base, *shape = cast("Tuple[Any, ...]", kind) or (None,)
        return _is_numbers(base) and all(isinstance(length, (int, tuple)) for length in shape)
    fields: List[Any] = cast("List[Any]", kind) if isinstance(kind, list) else [None]
    return all(isinstance(field, tuple) and _is_numbers(field[1:]) for field in fields)


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


def _elements(folder: Folder) -> Tuple[List[Tuple[str, str]], bool]:
    """Return the types and materializers of the elements of containers, and whether these are all."""
    pairs: List[Tuple[str, str]] = []
    for path, size in folder.files:
        if path.rpartition("/")[2] == "metadata.json":
            if size >= _DESCRIPTION:
                return pairs, False
            try:
                pairs += zip(*element_types(json.loads(folder.read(path, _DESCRIPTION).decode("utf-8"))))
            except (KeyError, TypeError):  # of no container
                continue
            except (ValueError, RecursionError):
                return pairs, False
    return pairs, True


def _classes(pairs: Iterable[Tuple[str, str]]) -> Iterator[str]:
    """Yield the classes of materializers that load by themselves, and those of values that are imported."""
    for data_type, materializer in pairs:
        if loads_itself(materializer):
            yield from filter(None, (materializer, data_type))
        elif materializer.rpartition(".")[2] in MODELS:
            yield data_type

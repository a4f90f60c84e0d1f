"""Find what loading an artifact would import and run, without loading it."""

from __future__ import annotations

import json
import re
import zipfile
from typing import Any, BinaryIO, Dict, Iterator, List, Optional, Tuple, cast

from .bounds import Request, clip
from .choose import in_words, problem_picture
from .containers import element_types
from .digest import digest_of, is_settled, stamp_of
from .folder import Folder, open_folder
from .formats import CONTAINER, MODELS, fitting, loads_itself
from .harmless import judge
from .locations import scheme_of
from .npy import read_header
from .opcodes import Followed, follow, follow_file
from .problem import Problem
from .unpacking import PackedError, opened, packing_of
from .zips import open_member

_NAMES = 200
_DESCRIPTION = 1024 * 1024  # bytes of a container's list of elements
_ENDINGS = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".bin", ".npy")  # numpy takes a pickle as well
_NUMBERS = re.compile(r"[<>|=]?[a-zA-NP-Z?][0-9]*(\[[0-9a-zA-Z]+\])?")  # a type of numpy that is not O
_Names = List[Tuple[str, str]]


def planned(request: Request) -> Dict[str, Any]:
    """Return `{"plan": ...}`. An error becomes `{"preview": ...}` of kind `problem`."""
    found = in_words(lambda: plan(request), request.uri)
    return {"preview": problem_picture(found)} if isinstance(found, Problem) else {"plan": found}


def plan(request: Request) -> Dict[str, Any]:
    """Return the names that loading would import, each with its judgment, and the classes that would load it.

    `followed` is False if a part of a pickle could not be followed. `digest` identifies the content of the files.
    """
    if scheme_of(request.uri) not in ("", "file"):
        text = "A value is loaded without any network, and this artifact lies in a remote store."
        raise Problem(text, "Copy the artifact to this machine, or load it in a notebook.")
    folder = open_folder(request.uri)
    stamps = stamp_of(folder)
    digest = digest_of(folder)
    names: Dict[Tuple[str, str], None] = {}
    followed = True
    for path, _ in folder.files:
        found, complete = _imports(folder, path)
        names.update(dict.fromkeys(found))
        followed = followed and complete
    shown = list(names)[:_NAMES]
    classes = dict.fromkeys(_classes(folder, request.data_type, request.materializer))
    after = open_folder(request.uri)
    is_same = after.files == folder.files and stamp_of(after) == stamps
    if not is_same or not (
        is_settled(stamps) or digest_of(after) == digest
    ):  # computing the digest again would read a large artifact twice
        raise Problem("The artifact's files changed while Pipesight looked at them.", "Load it again.")
    return {
        "digest": digest,
        "imports": [[clip(".".join(filter(None, name)), 200), judge(*name)] for name in shown],
        "followed": followed and len(shown) == len(names) and "?" not in classes,
        "classes": [name for name in classes if name != "?"],
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
            return _of_file(file, start)
    return [], True


def _of_file(file: BinaryIO, start: bytes) -> Tuple[_Names, bool]:
    """Return the imports of a pickle, which joblib may have compressed.

    pickle reads the first bytes of some compressed files as opcodes. So the imports of such a file are never complete.
    """
    packing = packing_of(start)
    try:
        names, followed = _names_of(follow_file(opened(file, packing)))
    except PackedError:
        return [], False
    return names, followed and packing is None


def _names_of(pickles: List[Followed]) -> Tuple[_Names, bool]:
    return [name for found in pickles for name in found.names], all(each.is_sure for each in pickles)


def _of_array(file: BinaryIO) -> Tuple[_Names, bool]:
    """Return the imports of an array of numpy. Python objects in it are a pickle after the header."""
    try:
        header = read_header(file)
    except Problem:
        return [], False
    if _is_numbers(header.descr):
        return [], True
    file.read(max(0, header.start - file.tell()))
    return _names_of(follow(file))


def _is_numbers(kind: Any) -> bool:
    """Return whether a type in a header certainly has no Python objects."""
    if isinstance(kind, str):
        return _NUMBERS.fullmatch(kind) is not None
    if isinstance(kind, tuple):  # a type and a shape
        base, *shape = cast("Tuple[Any, ...]", kind) or (None,)
        return _is_numbers(base) and all(isinstance(length, (int, tuple)) for length in shape)
    fields: List[Any] = cast("List[Any]", kind) if isinstance(kind, list) else [None]
    return all(isinstance(field, tuple) and _is_numbers(field[1:]) for field in fields)


def _of_zip(file: BinaryIO) -> Tuple[_Names, bool]:
    """Return the imports of a zip: those of PyTorch's pickles and of numpy's arrays."""
    names: _Names = []
    followed = True
    try:
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                if info.filename.endswith((".pkl", ".npy")):
                    with open_member(archive, info) as member:
                        is_array = info.filename.endswith(".npy")
                        found, complete = _of_array(member) if is_array else _names_of(follow(member))
                    names += found
                    followed = followed and complete
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return names, False
    return names, followed


def _classes(folder: Folder, data_type: str, materializer: str) -> Iterator[str]:
    """Yield the classes that loading imports: those of materializers that load by themselves, and of their values.

    It searches the same modules as the loader, also for a materializer that is not installed. `?` stands for the
    classes of a container without a readable description.
    """
    by_files = _by_files(folder)
    if materializer and (loads_itself(materializer) or by_files is None):
        yield from filter(None, (materializer, data_type))
    elif materializer.rpartition(".")[2] in MODELS:
        yield data_type
    yield from by_files or ()


def _by_files(folder: Folder) -> Optional[List[str]]:
    """Return the classes that are imported if the files determine the value, None if they do not."""
    for entry, path in fitting(folder):
        classes = _elements(folder, path) if entry.load == CONTAINER else [] if entry.load else None
        if classes is not None:
            return classes
    return None


def _elements(folder: Folder, path: str) -> Optional[List[str]]:
    """Return the classes of the elements of a container, None if the file describes no container."""
    if folder.size(path) >= _DESCRIPTION:
        return ["?"]
    try:
        pairs = list(zip(*element_types(json.loads(folder.read(path, _DESCRIPTION).decode("utf-8")))))
    except (KeyError, TypeError):
        return None
    except (ValueError, RecursionError):
        return ["?"]
    found: Dict[str, None] = {}
    for i, (data_type, materializer) in enumerate(pairs):
        found.update(dict.fromkeys(_classes(folder.sub(str(i)), data_type, materializer)))
    return list(found)

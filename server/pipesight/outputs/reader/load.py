"""Load an artifact's value as ZenML's materializer does, in the caller's Python and only if the caller requests it.

This may run code of the artifact, as ZenML itself does. No preview imports this module.
"""

from __future__ import annotations

import glob
import importlib
import inspect
import io
import json
import os
import pickle
import uuid
from typing import IO, Any, Dict, Iterable, List, Tuple, TypeVar, cast

from .bounds import clip
from .containers import element_types
from .folder import Folder, open_folder
from .formats import MODELS, fitting, function, loads_itself
from .libraries import install
from .problem import Problem

_HERE = "Run this in the project's folder and with the environment that recorded the run."
_START = 4096  # a pickle of dill names dill in its first bytes
_Left = TypeVar("_Left")
_Right = TypeVar("_Right")


def load(uri: str, materializer: str = "", data_type: str = "", *, links: bool = True) -> Any:
    """Return the value of the artifact at `uri`. `materializer` and `data_type` are dotted class paths.

    A link that leads out of the artifact is followed only with `links`.

    Raises Problem if the files are missing or damaged, or if a package or class is missing.
    """
    try:
        return _load(open_folder(uri, links=links), materializer, data_type)
    except Problem:
        raise
    except PermissionError as error:
        raise Problem(f"You may not read this artifact: {uri}") from error
    except ImportError as error:
        raise Problem(f"Loading this output needs a module that this Python cannot import: {error}.", _HERE) from error
    except Exception as error:
        why = f"{type(error).__name__}: {clip(str(error), 300)}"
        raise Problem(f"This output could not be loaded ({why}).", f"Look at its files: {uri}") from error


def _load(folder: Folder, materializer: str, data_type: str) -> object:
    if loads_itself(materializer):
        return _by_materializer(folder, materializer, data_type)
    name = materializer.rpartition(".")[2]
    if name in MODELS:
        return cast(object, function(MODELS[name])(folder, data_type))
    for entry, path in fitting(folder):
        if entry.load:
            try:
                return function(entry.load)(folder, path, data_type)
            except _OtherFormatError:
                continue
    if materializer:
        return _by_materializer(folder, materializer, data_type)
    names = ", ".join(path for path, _ in folder.files[:5])
    raise Problem(f"No materializer is recorded for this output, and its files tell none: {names}.")


class _OtherFormatError(Exception):
    """The file is not in the format that its name suggests."""


def _needed(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise Problem(f"Loading this output needs {package} in this Python.", install(package)) from error


def load_bytes(folder: Folder, path: str, _data_type: str = "") -> bytes:
    """Load a file's bytes."""
    with folder.open(path) as file:
        return file.read()


def load_text(folder: Folder, path: str, _data_type: str) -> str:
    """Load a text."""
    return load_bytes(folder, path).decode("utf-8")


def load_json(folder: Folder, path: str, data_type: str) -> object:
    """Load a JSON value as the container it was."""
    value = json.loads(load_bytes(folder, path))
    container = {"builtins.tuple": tuple, "builtins.set": set, "builtins.frozenset": frozenset}.get(data_type)
    return container(value) if container is not None and isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def load_frame(folder: Folder, path: str, data_type: str) -> object:
    """Load a DataFrame or Series."""
    pandas = _needed("pandas", "pandas")
    stored = io.BytesIO(load_bytes(folder, path))
    if path.endswith(".csv"):
        frame = pandas.read_csv(stored, index_col=0, parse_dates=True)
    else:
        _needed("pyarrow.parquet", "pyarrow")
        frame = pandas.read_parquet(stored)
    return frame[frame.columns[0]] if data_type.endswith(".Series") else frame


def load_flat_array(folder: Folder, path: str, _data_type: str) -> object:
    """Load an array as old releases kept it: one column, and its shape in `shape.json`."""
    numpy, parquet = _needed("numpy", "numpy"), _needed("pyarrow.parquet", "pyarrow")
    lengths: Dict[str, int] = json.loads(load_bytes(folder, "shape.json").decode("utf-8"))
    column = parquet.read_table(io.BytesIO(load_bytes(folder, path))).column(0)
    return numpy.asarray(column).reshape([lengths[key] for key in sorted(lengths, key=int)])


def load_array(folder: Folder, path: str, _data_type: str) -> object:
    """Load a numpy array, including one of Python objects."""
    return _needed("numpy", "numpy").load(io.BytesIO(load_bytes(folder, path)), allow_pickle=True)


def load_sparse(folder: Folder, path: str, _data_type: str) -> object:
    """Load a sparse matrix."""
    return _needed("scipy.sparse", "scipy").load_npz(io.BytesIO(load_bytes(folder, path)))


def load_polars(folder: Folder, path: str, _data_type: str) -> object:
    """Load a Polars frame or series."""
    polars, parquet = _needed("polars", "polars"), _needed("pyarrow.parquet", "pyarrow")
    table = parquet.read_table(io.BytesIO(load_bytes(folder, path)))
    metadata: Dict[bytes, bytes] = table.schema.metadata or {}
    is_series = metadata.get(b"zenml_is_pl_series") == b"\x01"
    return polars.from_arrow(table.column(0) if is_series else table)


def load_uuid(folder: Folder, path: str, _data_type: str) -> uuid.UUID:
    """Load a UUID."""
    return uuid.UUID(load_bytes(folder, path).decode("ascii").strip())


def load_image(folder: Folder, path: str, _data_type: str) -> object:
    """Load a picture."""
    picture = _needed("PIL.Image", "pillow").open(io.BytesIO(load_bytes(folder, path)))
    picture.load()
    return picture


def load_pickle(folder: Folder, path: str, _data_type: str) -> object:
    """Load a pickle, which runs its code. The caller has requested this value."""
    try:
        with folder.open(path) as file:
            is_dill = b"dill._dill" in file.read(_START)  # only dill can resolve its own names
            file.seek(0)
            return (_needed("dill", "dill") if is_dill else pickle).load(file)
    except ImportError as error:
        raise Problem(f"This output's pickle needs a module that this Python cannot import: {error}.", _HERE) from error
    except AttributeError as error:
        raise Problem(f"This output's pickle needs what its module no longer has: {error}.", _HERE) from error


def load_joblib(folder: Folder, path: str, _data_type: str) -> object:
    """Load a dump of joblib, which runs its code like that of a pickle."""
    joblib = _needed("joblib", "joblib")
    with folder.open(path) as file:
        return joblib.load(file)


def load_torch(folder: Folder, path: str, _data_type: str) -> object:
    """Load a file of `torch.save` into main memory, which runs its code like that of a pickle."""
    torch = _needed("torch", "torch")
    with folder.open(path) as file:
        return torch.load(file, map_location="cpu", weights_only=False)


def load_container(folder: Folder, path: str, data_type: str) -> object:
    """Load a container of objects, each element by its own materializer."""
    try:
        types, materializers = element_types(json.loads(load_bytes(folder, path).decode("utf-8")))
    except (ValueError, KeyError, TypeError):
        raise _OtherFormatError from None
    values: List[Any] = [
        _load(folder.sub(str(i)), materializer, kind)
        for i, (kind, materializer) in enumerate(_pairs(types, materializers))
    ]
    if data_type == "builtins.dict" and len(values) == 2:
        return dict(_pairs(values[0], values[1]))
    container = {"builtins.tuple": tuple, "builtins.set": set}.get(data_type, list)
    return cast(object, container(values))


def _pairs(left: Iterable[_Left], right: Iterable[_Right]) -> List[Tuple[_Left, _Right]]:
    return list(zip(left, right))


def load_pydantic(folder: Folder, data_type: str) -> object:
    """Load a model of pydantic."""
    model, text = _class(data_type), _fields(folder)
    return model.model_validate_json(text) if hasattr(model, "model_validate_json") else model.parse_raw(text)


def load_dataclass(folder: Folder, data_type: str) -> object:
    """Load a dataclass."""
    return _needed("pydantic", "pydantic").TypeAdapter(_class(data_type)).validate_json(_fields(folder))


def _fields(folder: Folder) -> str:
    """Return a model's fields as JSON text. Releases before 0.95 wrote that text once more as a JSON string."""
    stored = load_bytes(folder, "data_v2.json" if "data_v2.json" in folder else "data.json").decode("utf-8")
    if "data_v2.json" in folder:
        return stored
    value = json.loads(stored)
    return value if isinstance(value, str) else stored


def _class(path: str) -> Any:
    """Return the class at a dotted path. It may be an inner class."""
    if path.startswith("zenml."):
        _needed("zenml", "zenml")
    module_name, _, name = path.rpartition(".")
    names, missing = [name], None
    while module_name:
        try:
            found: Any = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            if error.name is None or not (module_name + ".").startswith(error.name + "."):
                raise
            missing = error
            module_name, _, name = module_name.rpartition(".")
            names.insert(0, name)
            continue
        for name in names:
            found = getattr(found, name, None)
        if found is not None:
            return found
        break
    raise Problem(f"This output needs {path or 'a class'}, which this Python cannot import.", _HERE) from missing


def _by_materializer(folder: Folder, materializer: str, data_type: str) -> object:
    """Load by the materializer's own class. ZenML's releases construct and call it in three ways."""
    maker = _class(materializer)
    kind = _class(data_type) if data_type else object
    if hasattr(maker, "load"):
        takes_store = "artifact_store" in inspect.signature(maker).parameters
        files = {"artifact_store": LocalFiles()} if takes_store and os.path.isdir(folder.uri) else {}
        return maker(folder.uri, **files).load(kind)
    if hasattr(maker, "handle_input"):
        return maker(_Artifact(folder.uri)).handle_input(kind)
    raise Problem(f"{materializer} is no materializer: it can neither load nor handle_input.", _HERE)


class LocalFiles:
    """The part of ZenML's artifact store that materializers use to load.

    ZenML's own store reads only artifacts of the active stack, and creates a stack if there is none.
    """

    exists = staticmethod(os.path.exists)
    isdir = staticmethod(os.path.isdir)
    listdir = staticmethod(os.listdir)
    glob = staticmethod(glob.glob)
    walk = staticmethod(os.walk)
    stat = staticmethod(os.stat)
    size = staticmethod(os.path.getsize)

    def open(self, path: str, mode: str = "r") -> IO[Any]:
        """Open one file to be read."""
        if set(mode) - set("rbt"):
            raise io.UnsupportedOperation(f"outputs are read, not written: {path}")
        return open(path, mode)


class _Artifact:
    """The argument that materializers of ZenML 0.5 to 0.23 take in place of a URI."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

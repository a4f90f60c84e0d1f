"""Loads an artifact's value as ZenML's materializer did: in the caller's Python, and only when the caller asks.

Unlike everything else here this may run code of the artifact, as ZenML itself would.
"""

from __future__ import annotations

import importlib
import io
import json
import pickle
from typing import Any, Callable, Dict, List, Optional, Tuple, cast

from .bounds import clip
from .choose import element_types
from .folder import Folder, install, open_folder
from .problem import Problem

_Loader = Callable[[Folder, str, str], Any]

_HERE = "Run this in the project's folder and with the environment that recorded the run."


def load(uri: str, materializer: str = "", data_type: str = "") -> Any:
    """The value of the artifact at `uri`; `materializer` and `data_type` are dotted class paths.

    Raises Problem when the files are gone or damaged, or a package or class it needs is missing.
    """
    try:
        return _load(open_folder(uri), materializer, data_type)
    except Problem:
        raise
    except FileNotFoundError as error:
        raise Problem(f"The artifact's files are gone: {error.filename or uri}") from error
    except PermissionError as error:
        raise Problem(f"You may not read this artifact: {uri}") from error
    except ImportError as error:
        raise Problem(f"Loading this output needs a module that is not here: {error}.", _HERE) from error
    except Exception as error:
        why = f"{type(error).__name__}: {clip(str(error), 300)}"
        raise Problem(f"This output could not be loaded ({why}).", f"Look at its files: {uri}") from error


def _load(folder: Folder, materializer: str, data_type: str) -> Any:
    if materializer and not materializer.startswith("zenml."):
        return _by_materializer(folder, materializer, data_type)
    if "metadata.json" in folder:
        elements = _elements(folder, data_type)
        if elements is not None:
            return elements
    if "pydantic" in materializer.lower():
        return _pydantic(folder, data_type)
    if "data.parquet" in folder and "shape.json" in folder:
        return _flat_array(folder)
    for path, _ in folder.files:
        loader = _LOADERS.get(path) or (_image if path.startswith("image_file.") else None)
        if loader is not None:
            return loader(folder, path, data_type)
    if materializer:
        return _by_materializer(folder, materializer, data_type)
    names = ", ".join(path for path, _ in folder.files[:5])
    raise Problem(f"No materializer is recorded for this output, and its files tell none: {names}.")


def _needed(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise Problem(f"Loading this output needs {package} in this Python.", install(package)) from None


def _bytes(folder: Folder, path: str, _data_type: str = "") -> bytes:
    with folder.open(path) as file:
        return file.read()


def _text(folder: Folder, path: str, _data_type: str) -> str:
    return _bytes(folder, path).decode("utf-8")


def _json(folder: Folder, path: str, data_type: str) -> Any:
    value = json.loads(_bytes(folder, path).decode("utf-8-sig"))
    container = {"builtins.tuple": tuple, "builtins.set": set, "builtins.frozenset": frozenset}.get(data_type)
    return container(value) if container is not None and isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _frame(folder: Folder, path: str, data_type: str) -> Any:
    pandas = _needed("pandas", "pandas")
    stored = io.BytesIO(_bytes(folder, path))
    if path.endswith(".csv"):
        frame = pandas.read_csv(stored, index_col=0, parse_dates=True)
    else:
        _needed("pyarrow.parquet", "pyarrow")
        frame = pandas.read_parquet(stored)
    return frame[frame.columns[0]] if data_type.endswith(".Series") else frame


def _flat_array(folder: Folder) -> Any:
    numpy, parquet = _needed("numpy", "numpy"), _needed("pyarrow.parquet", "pyarrow")
    lengths: Dict[str, int] = json.loads(_bytes(folder, "shape.json").decode("utf-8"))
    column = parquet.read_table(io.BytesIO(_bytes(folder, "data.parquet"))).column(0)
    return numpy.asarray(column).reshape([lengths[key] for key in sorted(lengths, key=int)])


def _array(folder: Folder, path: str, _data_type: str) -> Any:
    return _needed("numpy", "numpy").load(io.BytesIO(_bytes(folder, path)), allow_pickle=True)


def _sparse(folder: Folder, path: str, _data_type: str) -> Any:
    return _needed("scipy.sparse", "scipy").load_npz(io.BytesIO(_bytes(folder, path)))


def _image(folder: Folder, path: str, _data_type: str) -> Any:
    picture = _needed("PIL.Image", "pillow").open(io.BytesIO(_bytes(folder, path)))
    picture.load()
    return picture


def _pickle(folder: Folder, path: str, _data_type: str) -> Any:
    try:
        with folder.open(path) as file:
            return pickle.load(file)  # noqa: S301 - the caller asked for exactly this value
    except ImportError as error:
        raise Problem(f"This output's pickle needs a module that is not here: {error}.", _HERE) from error
    except AttributeError as error:
        raise Problem(f"This output's pickle needs what its module no longer has: {error}.", _HERE) from error


_LOADERS: Dict[str, _Loader] = {
    "data.json": _json,
    "output.json": _json,
    "df.parquet.gzip": _frame,
    "df.csv": _frame,
    "data.npy": _array,
    "data.npz": _sparse,
    "output.html": _text,
    "output.md": _text,
    "output.csv": _text,
    "data.txt": _bytes,
    "artifact.pkl": _pickle,
    "model": _pickle,
}


def _elements(folder: Folder, data_type: str) -> Optional[Any]:
    """A container of objects: each element by its own materializer."""
    try:
        types, materializers = element_types(json.loads(_bytes(folder, "metadata.json").decode("utf-8")))
    except (ValueError, KeyError, TypeError):
        return None
    values: List[Any] = [
        _load(folder.sub(str(i)), materializer, kind)
        for i, (kind, materializer) in enumerate(_pairs(types, materializers))
    ]
    if data_type == "builtins.dict" and len(values) == 2:
        return dict(_pairs(values[0], values[1]))
    container = {"builtins.tuple": tuple, "builtins.set": set}.get(data_type, list)
    return cast(Any, container(values))


def _pairs(left: List[Any], right: List[Any]) -> List[Tuple[Any, Any]]:
    return list(zip(left, right))  # noqa: B905 - not before Python 3.10


def _pydantic(folder: Folder, data_type: str) -> Any:
    model = _class(data_type)
    stored = json.loads(_bytes(folder, "data.json").decode("utf-8"))
    text = stored if isinstance(stored, str) else json.dumps(stored)
    return model.model_validate_json(text) if hasattr(model, "model_validate_json") else model.parse_raw(text)


def _class(path: str) -> Any:
    """The class at a dotted path, inner classes too."""
    module_name, _, name = path.rpartition(".")
    names = [name]
    while module_name:
        try:
            found: Any = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            if error.name is None or not (module_name + ".").startswith(error.name + "."):
                raise
            module_name, _, name = module_name.rpartition(".")
            names.insert(0, name)
            continue
        for name in names:
            found = getattr(found, name, None)
        if found is not None:
            return found
        break
    raise Problem(f"This output needs {path or 'a class'}, which is not here.", _HERE)


def _by_materializer(folder: Folder, materializer: str, data_type: str) -> Any:
    """The value by the user's own class; ZenML's releases construct and call it in two ways."""
    maker = _class(materializer)
    kind = _class(data_type) if data_type else object
    if hasattr(maker, "load"):
        return maker(folder.uri).load(kind)
    if hasattr(maker, "handle_input"):
        return maker(_Artifact(folder.uri)).handle_input(kind)
    raise Problem(f"{materializer} is no materializer: it can neither load nor handle_input.", _HERE)


class _Artifact:
    """What materializers of ZenML 0.5 to 0.23 want in place of a URI."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

"""Tell which functions that the evaluation cannot follow leave the objects unchanged that they get."""

from __future__ import annotations

import builtins

from pipesight.code.syntax.tree import Attribute, Name, Node

from .evaluation import Evaluation
from .values import Frame, Package, Value

_PACKAGES = frozenset(
    ("argparse", "base64", "collections", "copy", "csv", "dataclasses", "datetime", "decimal", "enum", "functools")
    + ("getpass", "glob", "hashlib", "io", "itertools", "json", "logging", "math", "os", "pathlib", "pickle")
    + ("platform", "pprint", "random", "re", "shutil", "statistics", "string", "subprocess", "sys", "tempfile")
    + ("textwrap", "time", "traceback", "typing", "urllib", "uuid", "warnings", "zenml")
    # packages that code about ZenML often uses
    + ("IPython", "click", "evidently", "joblib", "lightgbm", "matplotlib", "mlflow", "numpy", "pandas", "plotly")
    + ("polars", "pydantic", "pytest", "requests", "rich", "seaborn", "sklearn", "streamlit", "tabulate")
    + ("tensorflow", "torch", "tqdm", "typer", "wandb", "xgboost", "yaml")
)
_CHANGING = frozenset(("ChainMap", "UserDict", "UserList", "copyto", "put", "reduce", "shuffle"))
_METHODS = frozenset(
    (
        "bar",
        "critical",
        "debug",
        "display",
        "dumps",
        "echo",
        "error",
        "exception",
        "fit",
        "fit_predict",
        "fit_transform",
    )
    + ("format", "info", "isin", "join", "line", "log", "metric", "multiselect", "plot", "predict", "print", "rule")
    + ("scatter", "score", "secho", "selectbox", "show", "table", "text", "transform", "warn", "warning", "write")
    + ("writelines", "writerow", "writerows")
)
_BEGINNINGS = ("assert", "dump", "get_", "is_", "list_", "log_", "plot_", "print_", "save_", "show_", "to_", "write_")


def is_harmless(ev: Evaluation, called: Node, function: Value, frame: Frame) -> bool:
    """Return whether a function that `called` denotes does not change what it gets."""
    if isinstance(called, Name):
        if hasattr(builtins, called.id) and not ev.binds(frame, called.id):
            return True
        module = frame.module.foreign().get(called.id)
        return module is not None and _is_harmless(module, called.id)
    if not isinstance(called, Attribute):
        return False
    if isinstance(function, Package):
        return _is_harmless(function.name, called.name)
    return is_harmless_method(called.name)


def is_harmless_method(name: str) -> bool:
    """Return whether the name of a method says that it does not change what it gets."""
    return name in _METHODS or name.startswith(_BEGINNINGS)


def _is_harmless(module: str, name: str) -> bool:
    return module.split(".", 1)[0] in _PACKAGES and name not in _CHANGING

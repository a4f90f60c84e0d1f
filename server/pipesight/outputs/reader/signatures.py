"""Find the default parameters of an installed class in its source, which is read and not imported."""

from __future__ import annotations

import ast
import os
import re
import sys
from typing import Dict, List, Optional

_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,9}")
_SOURCE = 512 * 1024  # bytes of a module
_UNKNOWN = object()


def defaults_of(module: str, name: str) -> Dict[str, object]:
    """Return the default parameters that the source of a class writes as literals. {} if the source is not found."""
    source = _source_of(module)
    if source is None:
        return {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found = next((node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name), None)
    members = found.body if found is not None else []
    start = next((each for each in members if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
    return _literals(start.args) if start is not None else {}


def _source_of(module: str) -> Optional[bytes]:
    if not _MODULE.fullmatch(module):
        return None
    for folder in filter(os.path.isabs, sys.path):
        base = os.path.join(folder, *module.split("."))
        for path in (base + ".py", os.path.join(base, "__init__.py")):
            try:
                if os.path.isfile(path) and os.path.getsize(path) <= _SOURCE:
                    with open(path, "rb") as file:
                        return file.read()
            except OSError:
                continue
    return None


def _literals(arguments: ast.arguments) -> Dict[str, object]:
    every: List[ast.arg] = [*getattr(arguments, "posonlyargs", ()), *arguments.args]  # Python 3.7 has no `posonlyargs`
    places = every[len(every) - len(arguments.defaults) :]
    pairs = [*zip(places, arguments.defaults), *zip(arguments.kwonlyargs, arguments.kw_defaults)]
    found = {place.arg: _literal(value) for place, value in pairs}
    return {name: value for name, value in found.items() if value is not _UNKNOWN}


def _literal(node: Optional[ast.expr]) -> object:
    try:
        return ast.literal_eval(node) if node is not None else _UNKNOWN
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return _UNKNOWN

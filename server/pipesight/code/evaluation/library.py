"""The parts of Python's library that the evaluation follows, by the names in `standard.py`."""

from __future__ import annotations

from .values import Builtin

SAME_ELEMENTS = frozenset(("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "aiter"))
BUILTINS = SAME_ELEMENTS | frozenset(
    (
        "len",
        "next",
        "anext",
        "max",
        "min",
        "enumerate",
        "zip",
        "filter",
        "map",
        "dict",
        "str",
        "getattr",
        "vars",
        "super",
    )
)
_LIBRARY = {
    "argparse": {"ArgumentParser": "ArgumentParser"},
    "asyncio": {"run": "await", "gather": "gather", "wait_for": "await"},
    "collections": {"OrderedDict": "dict", "defaultdict": "dictionary", "deque": "list"},
    "copy": {"copy": "copy", "deepcopy": "copy"},
    "dataclasses": {"asdict": "vars"},
    "functools": {"partial": "partial"},
    "itertools": {"chain": "chain", "islice": "islice"},
    "os": {"getenv": "getenv"},
    "os.environ": {"get": "getenv"},
    "random": {"choice": "next"},
    "tqdm": {"tqdm": "list"},
    "tqdm.auto": {"tqdm": "list"},
    "types": {"SimpleNamespace": "SimpleNamespace"},
    "typing": {"cast": "cast"},
    "uuid": {"UUID": "str"},
}


def library(module: str, name: str) -> Builtin | None:
    """Return what `name` of a module of Python's library is, where we follow it."""
    known = _LIBRARY.get(module, {}).get(name)
    return Builtin(known) if known is not None else None

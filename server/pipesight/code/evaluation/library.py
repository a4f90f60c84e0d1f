"""Map the parts of Python's library that the evaluation follows to the names in `standard.py`."""

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
        "setattr",
        "vars",
        "super",
        "delattr",
        "eval",
        "exec",
        "globals",
        "locals",
        "type",
        "__import__",
    )
)
_LIBRARY = {
    "argparse": {"ArgumentParser": "ArgumentParser"},
    "anyio": {"run": "handed", "create_task_group": "runner"},
    "anyio.to_thread": {"run_sync": "handed"},
    "asgiref.sync": {"async_to_sync": "copy", "sync_to_async": "copy"},
    "asyncio": {
        "TaskGroup": "runner",
        "as_completed": "set",
        "create_task": "task",
        "ensure_future": "task",
        "gather": "gather",
        "get_event_loop": "runner",
        "get_running_loop": "runner",
        "new_event_loop": "runner",
        "run": "await",
        "shield": "await",
        "to_thread": "handed",
        "wait_for": "await",
    },
    "collections": {"OrderedDict": "dict", "defaultdict": "dictionary", "deque": "list"},
    "concurrent.futures": {"ProcessPoolExecutor": "runner", "ThreadPoolExecutor": "runner", "as_completed": "set"},
    "contextlib": {"nullcontext": "same"},
    "copy": {"copy": "copy", "deepcopy": "copy"},
    "dataclasses": {"asdict": "vars", "replace": "replace"},
    "functools": {"partial": "partial"},
    "importlib": {"import_module": "import_module"},
    "itertools": {"chain": "chain", "islice": "islice"},
    "multiprocessing": {"Pool": "runner", "Process": "thread"},
    "multiprocessing.pool": {"Pool": "runner", "ThreadPool": "runner"},
    "os": {"getenv": "getenv"},
    "os.environ": {"get": "getenv", "setdefault": "getenv"},
    "random": {"choice": "next"},
    "threading": {"Thread": "thread"},
    "tqdm": {"tqdm": "list"},
    "tqdm.auto": {"tqdm": "list"},
    "types": {"SimpleNamespace": "SimpleNamespace"},
    "typing": {"cast": "cast"},
    "uuid": {"UUID": "str"},
}


def library(module: str, name: str) -> Builtin | None:
    """Return the callable `name` of a module of Python's library. None if the evaluation does not follow it."""
    known = _LIBRARY.get(module, {}).get(name)
    return Builtin(known) if known is not None else None

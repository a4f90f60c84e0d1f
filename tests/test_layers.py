"""The layers of modules and their imports, as docs/architecture.md describes them."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import cast

import pytest

ROOT = Path(__file__).parents[1] / "server" / "pipesight"

_FEATURES = {"zenml", "code", "history", "outputs", "workspace", "rules", "pages", "settings.py"}

# What each room may import of the project, and which libraries. Each module is in a room.
MAY_IMPORT = {
    "characters.py": (set[str](), set[str]()),
    "slices.py": (set[str](), set[str]()),
    "zenml": ({"zenml"}, set[str]()),
    "code/model.py": ({"zenml"}, set[str]()),
    "code/syntax": ({"code/model.py", "zenml"}, set[str]()),
    "code/evaluation": ({"code/syntax", "code/model.py", "zenml"}, set[str]()),
    "code": ({"code", "zenml"}, {"yaml"}),
    "history/model.py": (set[str](), set[str]()),
    "history": ({"history"}, {"sqlalchemy", "platformdirs", "pymysql", "yaml", "urllib3"}),
    "outputs/reader": (set[str](), None),  # the reader lives alone, from what the user's environment has
    "outputs/loader": ({"outputs/reader"}, None),  # and so does what loads a value
    "outputs": ({"outputs", "history/model.py"}, set[str]()),
    "workspace": ({"zenml", "code", "history", "outputs", "settings.py"}, {"lsprotocol"}),
    "rules": ({"zenml", "code", "history", "outputs", "workspace", "pages", "settings.py"}, set[str]()),
    "pages": ({"zenml", "code", "history", "outputs", "workspace", "settings.py"}, {"lsprotocol"}),
    "features": (_FEATURES, {"lsprotocol"}),
    "mcp": (
        {"history", "outputs", "workspace", "rules", "pages", "settings.py", "logs.py"},
        {"mcp", "mcp_types", "pydantic", "pydantic_core"},
    ),
    "lsp": (
        {*_FEATURES, "features", "mcp", "project_settings.py", "logs.py"},
        {"lsprotocol", "pygls", "attrs", "pluggy", "_typeshed"},
    ),
    "python_api": ({"history", "outputs", "workspace", "pages", "settings.py", "project_settings.py"}, {"pandas"}),
    "demo": (set[str](), set[str]()),
    "cli": (
        {*_FEATURES, "lsp", "mcp", "demo", "project_settings.py", "protocol_types.py", "logs.py"},
        {"platformdirs", "lsprotocol", "pygls"},
    ),
    "__main__.py": ({"cli"}, set[str]()),
    "__init__.py": ({"python_api"}, set[str]()),
    "protocol_types.py": (set[str](), {"attrs", "lsprotocol"}),
    "rules/catalog.py": (set[str](), set[str]()),
    "settings.py": ({"rules/catalog.py"}, set[str]()),
    "settings_schema.py": ({"settings.py"}, set[str]()),
    "project_settings.py": ({"settings.py"}, set[str]()),
    "logs.py": (set[str](), set[str]()),
}

# What every room may import. The reader and the loader live alone.
EVERYBODYS = ({"__init__.py", "characters.py", "slices.py"}, {"__init__.py"})

# The public API has ZenML's own words, as the model of the history has them.
PUBLIC_NAMES = {"Pipeline", "Run", "Step", "Output"}

# Frameworks find the functions of these modules by their names or decorators.
FOUND_BY_NAME = {"document_handlers.py", "pylsp_plugin.py"}

MODULES = [path for path in sorted(ROOT.rglob("*.py")) if "project" not in path.parts]


def name_of(path: Path) -> str:
    """Return the path of a module in the package."""
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Return all nodes of a module's syntax tree. The first one is the module."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def wrong(find: Callable[[Path], object]) -> dict[str, object]:
    """Return the modules in which the function finds something wrong, with its findings."""
    return {name_of(path): found for path in MODULES if (found := find(path))}


def libraries_of(path: Path) -> set[str]:
    """Return the names of the packages that a module imports from."""
    return {name.split(".")[0] for name in imports(path)}


def room_of(relative: str) -> str:
    """Return the most specific entry of the table for a module."""
    holding = [room for room in MAY_IMPORT if relative == room or relative.startswith(room + "/")]
    return max(holding, key=len, default=f"{relative} is in no room")


@cache
def imports(path: Path) -> list[str]:
    """Return the dotted names that a module imports, with relative ones made absolute."""
    return list(imported(path))


def imported(path: Path) -> Iterator[str]:
    package = ("pipesight", *path.relative_to(ROOT).parts[:-1])
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            yield from (f"{module}.{alias.name}" for alias in node.names)


@cache
def own(name: str) -> str | None:
    """Return the path, in the package, of a module of ours. None for a library."""
    parts = name.split(".")
    if parts[0] != "pipesight":
        return None
    while parts[1:]:
        for candidate in ("/".join(parts[1:]) + ".py", "/".join(parts[1:]) + "/__init__.py"):
            if (ROOT / candidate).exists():
                return candidate
        parts.pop()
    return "__init__.py"


def is_allowed(name: str, room: str) -> bool:
    """Return whether a room may import this."""
    rooms, libraries = MAY_IMPORT[room]
    target = own(name)
    if target is not None:
        below = any(target == other or target.startswith(other + "/") for other in {room, *rooms})
        return below or target in EVERYBODYS[room in ("outputs/reader", "outputs/loader")]
    return libraries is None or name.split(".")[0] in sys.stdlib_module_names | libraries


def test_imports_point_down() -> None:
    def forbidden(path: Path) -> list[str]:
        room = room_of(name_of(path))
        return [name for name in imports(path) if not is_allowed(name, room)]

    assert {room_of(name_of(path)) for path in MODULES} == set(MAY_IMPORT)
    assert wrong(forbidden) == {}


def circles(name: Callable[[str], str]) -> dict[str, set[str]]:
    """Return what imports in circles, with what each imports of the others. `name` says what a module counts as."""
    graph: dict[str, set[str]] = {}
    for path in MODULES:
        importer, targets = name(name_of(path)), map(name, filter(None, map(own, imports(path))))
        graph.setdefault(importer, set()).update(targets)
        graph[importer].discard(importer)
    while free := {each for each, targets in graph.items() if not targets & graph.keys()}:
        graph = {each: targets for each, targets in graph.items() if each not in free}
    while leading := {each for each in graph if not any(each in targets for targets in graph.values())}:
        graph = {each: targets for each, targets in graph.items() if each not in leading}
    return {each: targets & graph.keys() for each, targets in graph.items()}


@pytest.mark.parametrize("name", [str, room_of], ids=["modules", "rooms"])
def test_nothing_imports_in_a_circle(name: Callable[[str], str]) -> None:
    """Imports under TYPE_CHECKING and in functions count too."""
    assert circles(name) == {}


def test_every_class_has_a_name_of_its_own() -> None:
    """Two classes or type aliases with the same name confuse readers and searches."""
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for name in type_names(path):
            homes.setdefault(name.lstrip("_"), []).append(name_of(path))

    shared = {name: modules for name, modules in homes.items() if len(modules) > 1}
    assert shared == {name: ["history/model.py", f"python_api/{name.lower()}.py"] for name in PUBLIC_NAMES}


def type_names(path: Path) -> Iterator[str]:
    """Yield the classes and type aliases of a module, without its type variables."""
    yield from (node.name for node in nodes(path) if isinstance(node, ast.ClassDef))
    for node in cast("ast.Module", nodes(path)[0]).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and "TypeVar(" not in ast.unparse(node):
            names = (each.id for each in targets if isinstance(each, ast.Name))
            yield from (name for name in names if re.fullmatch(r"_*[A-Z]\w*[a-z]\w*", name))


def test_a_name_that_only_its_module_uses_begins_with_an_underscore() -> None:
    """The name then says that no other file needs the function or constant. If no file needs it, it can be deleted."""
    folders = [ROOT, *(ROOT.parents[1] / each for each in ("tests", "benchmarks", "vscode-extension/scripts"))]
    texts = (path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.py"))
    users = Counter(word for text in texts for word in set(re.findall(r"\w+", text)))
    unused = {
        name_of(path): found
        for path in MODULES
        if path.name not in FOUND_BY_NAME
        and (found := sorted(name for name in public_names(path) if users[name] == 1 and name[0] != "_"))
    }

    assert unused == {}


def public_names(path: Path) -> Iterator[str]:
    """Yield the functions and constants of a module that other modules may use. A decorator may register a function."""
    for node in cast("ast.Module", nodes(path)[0]).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.decorator_list:
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (each.id for each in node.targets if isinstance(each, ast.Name) and each.id.isupper())


def test_pygls_is_known_to_the_server_alone() -> None:
    users = wrong(lambda path: "pygls" in libraries_of(path))

    assert users.keys() <= {"lsp/pygls_server.py", "lsp/protocol.py", "cli/tour.py"}


def test_the_sdk_of_assistants_is_known_to_its_room_alone() -> None:
    users = wrong(lambda path: libraries_of(path) & {"mcp", "mcp_types", "pydantic", "pydantic_core"})

    assert {room.split("/")[0] for room in users} <= {"mcp"}


def test_every_module_says_what_it_is_for() -> None:
    assert wrong(lambda path: not ast.get_docstring(cast("ast.Module", nodes(path)[0]))) == {}


def first_lines(documented: Iterable[ast.AST]) -> list[str]:
    """Return the first lines of the docstrings."""
    texts = (ast.get_docstring(cast("ast.Module", node)) for node in documented)
    return [text.splitlines()[0] for text in texts if text]


def test_the_first_line_of_a_docstring_is_plain() -> None:
    """It begins with its subject or verb, and it has no semicolon."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

    def unclear(path: Path) -> list[str]:
        lines = first_lines(node for node in nodes(path) if isinstance(node, documented))
        return [line for line in lines if ";" in line or line.startswith(("What ", "The one that"))]

    assert wrong(unclear) == {}


@pytest.mark.parametrize("folder", ["tests", "benchmarks", "tools", "vscode-extension/src", "vscode-extension/webview"])
def test_the_first_line_of_a_comment_is_one_statement(folder: str) -> None:
    opening = re.compile(r'^ *(?:"""|/\*\*) ?[^"*\n]*;.*', re.M)
    paths = (each for each in (ROOT.parents[1] / folder).rglob("*.*") if each.suffix in (".py", ".ts", ".tsx"))
    found = {
        path: opening.findall(path.read_text(encoding="utf-8")) for path in paths if "node_modules" not in path.parts
    }

    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_docstring_of_a_function_begins_with_a_verb() -> None:
    """A property may begin with a noun, as it is read like an attribute."""
    nouns = ("The ", "A ", "An ", "Whether ", "True ", "How ", "Where ", "Every ", "All ", "Those ", "One ")

    def without_verb(path: Path) -> list[str]:
        functions = (
            node
            for node in nodes(path)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and not any("property" in ast.unparse(each) for each in node.decorator_list)
        )
        return [line for line in first_lines(functions) if line.startswith(nouns)]

    assert wrong(without_verb) == {}


def test_the_server_never_unpickles() -> None:
    """Only the loading of a value that a user has requested may unpickle."""
    users = wrong(lambda path: libraries_of(path) & {"pickle", "cloudpickle", "joblib", "dill"})

    assert users.keys() == {"outputs/reader/load.py"}


def importers_of(module: str) -> set[str]:
    return set(wrong(lambda path: module in map(own, imports(path))))


def test_values_are_loaded_by_the_public_api_and_behind_the_fence_alone() -> None:
    """Only `Output.read()` and the process with fences import the code that loads values."""
    assert importers_of("outputs/reader/load.py") == {"python_api/output.py", "outputs/loader/values.py"}
    assert importers_of("outputs/loader/values.py") == {"outputs/loader/main.py"}
    assert importers_of("outputs/loader/main.py") == set()


def test_only_a_command_of_the_editor_asks_for_a_fenced_load() -> None:
    """No hover, assistant, command line, plug-in or script of a user can request one."""
    assert importers_of("outputs/loader_process.py") == {"outputs/loader_service.py"}
    assert importers_of("outputs/loader_service.py") == {
        "features/loads.py",
        "lsp/folder_contexts.py",
        "workspace/context.py",
        "workspace/opening.py",
    }
    assert importers_of("features/loads.py") == {"features/__init__.py", "lsp/command_handlers.py"}
    assert wrong(lambda path: [node for node in nodes(path) if is_feature_loads(node)]) == {}
    users = wrong(lambda path: [node for node in nodes(path) if is_loader(node)])
    assert users.keys() == {"features/outputs.py", "features/loads.py", "lsp/session.py"}


def is_feature_loads(node: ast.AST) -> bool:
    """Return whether this is `features.loads`, which imports the feature."""
    return isinstance(node, ast.Attribute) and ast.unparse(node) == "features.loads"


def is_loader(node: ast.AST) -> bool:
    """Return whether this is the `loader` of a context."""
    return isinstance(node, ast.Attribute) and ast.unparse(node).endswith("context.loader")

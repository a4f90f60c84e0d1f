"""The layers: who may import whom. docs/architecture.md tells why."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "server" / "pipesight"

# What each room may import of the project, and which libraries; rooms not listed here are the top floor.
MAY_IMPORT = {
    "characters.py": (set[str](), set[str]()),
    "zenml": ({"zenml"}, set[str]()),
    "code/syntax": ({"code/model.py", "zenml"}, set[str]()),
    "code/evaluation": ({"code/syntax", "code/model.py", "zenml"}, set[str]()),
    "code": ({"code", "zenml"}, {"yaml"}),
    "history/model.py": (set[str](), set[str]()),
    "history": ({"history"}, {"sqlalchemy", "platformdirs", "pymysql", "yaml", "urllib3"}),
    "outputs/reader": (set[str](), None),  # the reader lives alone, from what the user's environment has
    "outputs": ({"outputs", "history/model.py"}, set[str]()),
    "workspace": ({"zenml", "code", "history", "outputs", "settings.py"}, {"lsprotocol"}),
    "rules": ({"zenml", "code", "history", "outputs", "workspace", "pages", "settings.py"}, set[str]()),
    "pages": ({"zenml", "code", "history", "outputs", "workspace", "settings.py"}, {"lsprotocol"}),
    "features": ({"zenml", "code", "history", "outputs", "workspace", "rules", "pages", "settings.py"}, {"lsprotocol"}),
    "rules/catalogue.py": (set[str](), set[str]()),
    "settings.py": ({"rules/catalogue.py"}, set[str]()),
    "settings_schema.py": ({"settings.py"}, set[str]()),
    "project_settings.py": ({"settings.py"}, set[str]()),
    "logs.py": (set[str](), set[str]()),
}

# What every room may import. The reader lives alone.
EVERYBODYS = ({"__init__.py", "characters.py"}, {"__init__.py"})

# The public API has ZenML's own words, as the model of the history has them.
PUBLIC_NAMES = {"Pipeline", "Run", "Step", "Output"}

MODULES = [path for path in sorted(ROOT.rglob("*.py")) if "project" not in path.parts]


def room_of(relative: str) -> str | None:
    """The most exact entry of the table that holds a module."""
    holding = [room for room in MAY_IMPORT if relative == room or relative.startswith(room + "/")]
    return max(holding, key=len, default=None)


@cache
def imports(path: Path) -> list[str]:
    """Dotted names that a module imports, relative ones made absolute."""
    return list(imported(path))


def imported(path: Path) -> Iterator[str]:
    package = ("pipesight", *path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    relative = path.relative_to(ROOT).as_posix()
    room = room_of(relative)
    if room is None:
        return
    rooms, libraries = MAY_IMPORT[room]
    for name in imports(path):
        target = own(name)
        library = name.split(".")[0]
        if target is not None:
            allowed = any(target == other or target.startswith(other + "/") for other in {room, *rooms})
            assert allowed or target in EVERYBODYS[room == "outputs/reader"], f"{relative} imports {name}"
        elif libraries is not None and library not in sys.stdlib_module_names:
            assert library in libraries, f"{relative} imports {name}"


def test_no_modules_import_each_other() -> None:
    """Imports under TYPE_CHECKING count too."""
    graph = {path.relative_to(ROOT).as_posix(): set(filter(None, map(own, imports(path)))) for path in MODULES}
    graph = {module: targets - {module} for module, targets in graph.items()}
    while free := {module for module, targets in graph.items() if not targets & graph.keys()}:
        graph = {module: targets for module, targets in graph.items() if module not in free}
    while leading := {module for module in graph if not any(module in targets for targets in graph.values())}:
        graph = {module: targets for module, targets in graph.items() if module not in leading}

    assert graph == {}


def test_every_class_has_a_name_of_its_own() -> None:
    """Two classes of one name make a stranger look twice, and a search find too much."""
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())

    shared = {name: modules for name, modules in homes.items() if len(modules) > 1}
    assert shared == {name: ["history/model.py", "repository.py"] for name in PUBLIC_NAMES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pygls_is_known_to_the_server_alone(path: Path) -> None:
    relative = path.relative_to(ROOT).as_posix()
    uses_pygls = any(name.split(".")[0] == "pygls" for name in imports(path))

    assert not uses_pygls or relative in ("lsp/server.py", "lsp/protocol.py", "demo/tour.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_sdk_of_assistants_is_known_to_its_room_alone(path: Path) -> None:
    uses_sdk = {"mcp", "mcp_types", "pydantic", "pydantic_core"} & {name.split(".")[0] for name in imports(path)}

    assert not uses_sdk or path.parent.name == "mcp"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_first_line_of_a_docstring_is_plain(path: Path) -> None:
    """It begins with its subject or verb, and no semicolon joins a second thought to it."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, documented)]
    lines = [docstring.splitlines()[0] for docstring in map(ast.get_docstring, nodes) if docstring]

    assert [line for line in lines if ";" in line or line.startswith(("What ", "The one that"))] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_docstring_of_a_function_begins_with_a_verb(path: Path) -> None:
    """A property may begin with a noun, as it is read like an attribute."""
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and not any("property" in ast.unparse(each) for each in node.decorator_list)
    ]
    lines = [docstring.splitlines()[0] for docstring in map(ast.get_docstring, functions) if docstring]

    nouns = ("The ", "A ", "An ", "Whether ", "True ", "How ", "Where ", "Every ", "All ", "Those ", "One ")
    assert [line for line in lines if line.startswith(nouns)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_server_never_unpickles(path: Path) -> None:
    """Only the reader's loading of values, which a person asked for by name, may."""
    if path.relative_to(ROOT).as_posix().startswith("outputs/reader/load"):
        return
    assert not {"pickle", "cloudpickle", "joblib", "dill"} & {name.split(".")[0] for name in imports(path)}


def test_nothing_in_code_imports_in_a_circle() -> None:
    """Imports under TYPE_CHECKING and in functions count as well."""
    uses = {
        path.relative_to(ROOT).as_posix(): {target for name in imports(path) if (target := own(name)) is not None}
        for path in MODULES
        if path.is_relative_to(ROOT / "code")
    }
    left = set(uses)
    while free := {module for module in left if not (uses[module] - {module}) & left}:
        left -= free
    assert left == set()

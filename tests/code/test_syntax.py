"""The parser finds the calls, attributes and subscripts that Python's own finds, also in half-typed text."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

import pytest

from pipesight.code.syntax import tree
from pipesight.code.syntax.parser import parse
from pipesight.code.syntax.program import Program, Unit
from pipesight.code.syntax.tree import Missing, Node
from tests.examples import mostly_slow

MODULES = [
    "argparse",
    "ast",
    "calendar",
    "cmd",
    "configparser",
    "dis",
    "fractions",
    "inspect",
    "shlex",
    "string",
    "uuid",
]


def nodes(root: Node) -> Iterator[Node]:
    """Yield a node and everything below it."""
    pending: list[object] = [root]
    while pending:
        each = pending.pop()
        if isinstance(each, Node):
            yield each
            pending += [getattr(each, field.name) for field in fields(each)]
        elif isinstance(each, (list, tuple)):
            pending += each  # pyright: ignore[reportUnknownArgumentType]


def units(roots: list[Unit]) -> Iterator[Unit]:
    """Yield logical lines and everything below them."""
    for unit in roots:
        yield unit
        yield from units(unit.body)


def ours(source: str) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for chunk in Program([source]).chunks:
        for unit in units(chunk.units):
            for node in (each for statement in unit.code.statements for each in nodes(statement)):
                end = chunk.position(unit, node.end)
                place = (end.line + 1, end.column)
                if isinstance(node, tree.Attribute):
                    found[("attribute", node.name, *place)] += 1
                elif isinstance(node, tree.Call):
                    found[("call", len(node.arguments), *place)] += 1
                elif isinstance(node, tree.Subscript):
                    found[("subscript", *place)] += 1
                elif isinstance(node, (tree.FunctionDef, tree.ClassDef)):
                    found["definition", node.name] += 1
    return found


def theirs(source: str) -> Counter[tuple[object, ...]]:
    lines = source.split("\n")
    found: Counter[tuple[object, ...]] = Counter()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.expr) and node.end_lineno is not None and node.end_col_offset is not None:
            column = len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode())
            place = (node.end_lineno, column)
            if isinstance(node, ast.Attribute):
                found[("attribute", node.attr, *place)] += 1
            elif isinstance(node, ast.Call):
                found[("call", len(node.args) + len(node.keywords), *place)] += 1
            elif isinstance(node, ast.Subscript):
                found[("subscript", *place)] += 1
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found["definition", node.name] += 1
    return found


@pytest.mark.parametrize("module", mostly_slow(MODULES, quick=MODULES[::4]))
def test_reads_the_standard_library_as_python_does(module: str) -> None:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text("utf-8")
    # Python before 3.12 places what stands in f-strings wrongly.
    doubtful = {number for number, line in enumerate(source.split("\n"), 1) if "f'" in line or 'f"' in line}
    expected, found = theirs(source), ours(source)
    differences = (expected - found) + (found - expected)
    assert sum(expected.values()) > 50
    assert [key for key in differences if key[0] == "definition" or key[-2] not in doubtful] == []


OPENING: dict[type[Node], str] = {
    tree.List: "[",
    tree.Tuple: "",
    tree.Set: "{",
    tree.ListComp: "[",
    tree.SetComp: "{",
    tree.GeneratorExp: "(",
    tree.DictComp: "{",
}


def shape(node: object) -> str:
    """Return a short description of a tree."""
    match node:
        case tree.Name():
            return node.id
        case tree.String():
            return repr(node.text) + ("" if node.closed else "~")
        case tree.Constant():
            return str(node.value)
        case Missing():
            return "?"
        case tree.Attribute():
            return f"{shape(node.value)}.{node.name or '?'}"
        case tree.Call():
            inside = ", ".join(
                (f"{a.keyword}=" if a.keyword else "*" * a.stars) + shape(a.value) for a in node.arguments
            )
            return f"{shape(node.function)}({inside}" + (")" if node.closed else "~")
        case tree.Subscript():
            return f"{shape(node.value)}[{shape(node.index)}" + ("]" if node.closed else "~")
        case tree.Expr():
            return shape(node.value)
        case tree.Assign():
            return " = ".join(map(shape, (*node.targets, node.value)))
        case tree.JoinedStr():
            return "{" + " ".join(map(shape, node.values)) + "}"
        case tree.FormattedValue():
            return f"{shape(node.value)}!"
        case tree.UnaryOp():
            return f"{node.op}{shape(node.operand)}"
        case tree.IfExp():
            return f"({shape(node.body)} if {shape(node.test)} else {shape(node.orelse)})"
        case tree.Comprehension():
            clause = node.generators[0]
            return f"{OPENING[type(node)]}{shape(node.elt)} for {shape(clause.target)} in {shape(clause.iter)}"
        case tree.Sequence():
            return f"{OPENING[type(node)]}{', '.join(map(shape, node.elts))}"
        case _:
            return type(node).__name__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run.get_step('train')", "run.get_step('train')"),
        ("run.get_step(name='train", "run.get_step(name='train'~~"),
        ('run.get_step("tr)', "run.get_step('tr'~)"),
        ('run.steps["tr].outputs["model"].load()', "run.steps['tr'~].outputs['model'].load()"),
        ("run.", "run.?"),
        ("run.steps[", "run.steps[?~"),
        ("x = f(a, , b)", "x = f(a, ?, b)"),
        ("f(name=)", "f(name=?)"),
        ("f(**options, *more)", "f(**options, *more)"),
        ("runs[-1]", "runs[-1]"),
        ("a = b = c", "a = b = c"),
        ("print run.steps['a']", "print;run.steps['a']"),
        ("x if y else z", "(x if y else z)"),
        ("f'{run.name!r:>{width}} {a[\"b\"]}'", "{run.name! ' ' a['b']}"),
        ('f"{run.steps["train"].name}"', "{run.steps['train'].name}"),
        ("f'{x=}{y!s}{z:}'", "{x! y z!}"),
        ("f'{{literal}} {x}'", "{'{literal} ' x}"),
        ("'a' 'b'", "{'a' 'b'}"),
        (r"'it\'s'", '"it\'s"'),
        (r"r'\d'", r"'\\d'"),
        ("[r for r in runs if r]", "[r for r in runs"),
        ("f(r for r in runs)", "f((r for r in runs)"),
        ("a, b", "a, b"),
        (")", ""),
        ("", ""),
        ("é.steps['ü']", "é.steps['ü']"),
    ],
)
def test_half_typed_and_odd_text(text: str, expected: str) -> None:
    assert ";".join(shape(statement) for statement in parse(text)).strip("?;") == expected.strip("?;")


def test_nodes_have_the_names_of_pythons_own_or_are_explained() -> None:
    names = [name for name, each in vars(tree).items() if isinstance(each, type) and issubclass(each, Node)]
    ours = [name for name in names if not hasattr(ast, name)]

    assert [name for name in ours if f"`{name}`" not in (tree.__doc__ or "")] == []

"""Real files cut, retyped and garbled at every position: no exception, and the same answer once they are repaired."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipesight.code.document import Document
from pipesight.code.files import markdown_cells, notebook_cells
from pipesight.code.model import Position
from pipesight.code.workspace import Workspace
from tests.examples import examples

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent / "labeled"
FRAGMENTS = [
    '"',
    "'",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ".",
    ",",
    ":",
    "=",
    "#",
    "\\",
    "\n",
    '"""',
    "  ",
    "def ",
    "f'{",
    "😀",
    "if ",
]


@pytest.fixture(scope="module")
def sources(unmark: Callable[[Path], list[Any]]) -> dict[str, list[tuple[str, str]]]:
    """Return the cells of every file of the labeled set. A Python file is one cell."""
    found: dict[str, list[tuple[str, str]]] = {}
    for file in unmark(FOLDER):
        text = file.path.read_text("utf-8")
        cells = {".ipynb": notebook_cells, ".md": markdown_cells}.get(file.path.suffix)
        found[file.path.name] = cells(text) if cells else [("", text)]
    return found


def ask(document: Document, positions: list[Position]) -> None:
    """Ask everything that features ask."""
    assert isinstance(document.sites, tuple)
    assert isinstance(document.definitions, tuple)
    for position in positions:
        document.slot_at(position)
        document.site_at(position)
        document.thing_at(position)
        document.receiver_before(position)


def places(text: str, offset: int) -> list[Position]:
    before = text[:offset]
    return [Position(before.count("\n"), len(before) - before.rfind("\n") - 1), Position(0, 0), Position(10_000, 3)]


def test_cut_at_every_position(sources: dict[str, list[tuple[str, str]]]) -> None:
    text = sources["legacy_report.py"][0][1]
    document = Document(None, text)
    for offset in range(0, len(text), 3):
        document.update(text[:offset])
        ask(document, places(text, offset))


def test_typed_letter_by_letter(sources: dict[str, list[tuple[str, str]]]) -> None:
    text = sources["quickstart.ipynb"]
    whole = "\n".join(cell for _, cell in text if not cell.startswith("!"))
    document = Document(None, "")
    for offset in range(len(whole) + 1):
        document.update(whole[:offset])
        ask(document, places(whole, offset)[:1])
    assert document.sites == Document(None, whole).sites


@pytest.mark.parametrize(
    "name",
    [
        "called.py",
        "class_based.py",
        "client_chain.py",
        "configured.py",
        "flow_shapes.py",
        "middle_visualize.py",
        "moved.py",
        "searched.py",
        "through_fixtures.py",
        "unseen_pipelines.py",
    ],
)
def test_garbled_and_mended(sources: dict[str, list[tuple[str, str]]], name: str) -> None:
    text = sources[name][0][1]
    fresh = Document(None, text)
    expected, defined = fresh.sites, fresh.definitions
    document = Document(None, text)
    chance = random.Random(name)
    for _ in range(60):
        at = chance.randrange(len(text))
        garbled = text[:at] + chance.choice(FRAGMENTS) + text[at + chance.randrange(3) :]
        document.update(garbled)
        ask(document, places(garbled, at))
        assert document.sites == Document(None, garbled).sites
        document.update(text)
        assert document.sites == expected
    assert document.definitions == defined


def test_false_friends_stay_so_when_garbled(sources: dict[str, list[tuple[str, str]]]) -> None:
    chance = random.Random(1)
    for name in ("others.py", "clouds.py", "inside_zenml.py"):
        text = sources[name][0][1]
        document = Document(None, text)
        lines = text.split("\n")
        marked = [index for index, line in enumerate(lines) if "#!" in line]
        for index in marked:
            line = lines[index].split("#!")[0].rstrip()
            for cut in sorted(chance.sample(range(len(line)), min(6, len(line)))):
                document.update("\n".join([*lines[:index], line[:cut], *lines[index + 1 :]]))
                assert document.sites == ()
                assert document.slot_at(Position(index, cut)) is None


@examples(200)
@given(st.text(alphabet="ab \n\t\r()[]{}.,:;='\"#\\@%!*-+<>|&^~`$?0é😀", max_size=80), st.text(max_size=20))
def test_any_text(line: str, tail: str) -> None:
    head = "from zenml.client import Client\nrun = Client().get_pipeline('p').last_run\n"
    document = Document(None, f"{head}{line}{tail}\nrun.steps['a']\n")
    ask(document, places(line, len(line)))
    assert document.sites[0].name == "p"


@pytest.mark.parametrize(
    "line",
    [
        "(" * 5000,
        "[" * 300 + "]" * 300,
        "x = " + "+".join(["'a'"] * 5000),
        "x" + ".a()" * 3000,
        "x = " + "not " * 3000 + "y",
        "f(" + "lambda: " * 2000,
        "\n".join("  " * depth + "if x:" for depth in range(300)),
        "f'" + "{f'" * 200,
        "x = ['a']\n" + "x = [x, x]\n" * 60 + "(lambda y: y)(x)",
        "x = 'a'\n" + "x = x + x\n" * 100,
        "x = {'a': 1}\n" + "x = {**x, **x}\n" * 100 + "x = x | x\n" * 50,
        "x = ['a']\n" + "x += x\n" * 60 + "x.append(x)\n" * 60,
    ],
)
def test_what_is_far_too_deep(line: str) -> None:
    head = "from zenml.client import Client\nrun = Client().get_pipeline('p').last_run\n"
    document = Document(None, f"{head}{line}\nrun.steps['a']\n")
    ask(document, [Position(2, 5)])
    assert document.sites[0].name == "p"
    assert document.sites[-1].name == "a" or line.startswith("f'")


@examples(60)
@given(data=st.data())
def test_any_cells_in_any_order(sources: dict[str, list[tuple[str, str]]], data: st.DataObject) -> None:
    cells = data.draw(st.permutations(sources["explore.ipynb"]))
    count = data.draw(st.integers(0, len(cells)))
    document = Document.notebook(None, sources["explore.ipynb"])
    document.set_cells(cells[:count])
    fresh = Document.notebook(None, cells[:count])
    assert document.sites == fresh.sites
    for site in document.sites:
        cell, start = document.locate(site.span.start)
        assert document.globalize(cell, start) == site.span.start


@pytest.mark.parametrize("seed", range(6))
def test_edits_in_files_that_import_each_other(unmark: Callable[[Path], list[Any]], seed: int) -> None:
    paths = [str(file.path) for file in unmark(FOLDER / "workspace")]
    roots = [Path(paths[0]).parent]
    original = [Path(path).read_text("utf-8") for path in paths]
    texts, chance = list(original), random.Random(seed)
    edited = Workspace(roots)
    documents = [edited.open(path, text) for path, text in zip(paths, texts, strict=True)]
    for _ in range(12):
        index = chance.randrange(len(paths))
        texts[index] = edit(chance, texts[index], original[index])
        documents[index].update(texts[index])
        ask(documents[chance.randrange(len(paths))], [Position(3, 9)])
        fresh = Workspace(roots)
        expected = [fresh.open(path, text) for path, text in zip(paths, texts, strict=True)]
        assert settled(documents) == settled(expected)


def edit(chance: random.Random, text: str, original: str) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            return original
        case 1:
            del lines[one]
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
        case _:
            lines[one] = lines[one][: other + 8] + chance.choice(FRAGMENTS) + lines[one][other + 8 :]
    return "\n".join(lines)


def settled(documents: list[Document]) -> list[Any]:
    """Return the sites of the documents, once each knows the arguments that the others pass to its functions."""
    for _ in range(2):
        for document in documents:
            ask(document, [])
    return [(document.sites, document.definitions) for document in documents]

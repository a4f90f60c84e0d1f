"""Code that changes objects: each name that the evaluation is certain of is the one that Python asks for."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from pipesight.code.document import Document
from pipesight.code.evaluation import flow, interpreter
from pipesight.code.evaluation.evaluation import Outcome
from pipesight.code.evaluation.flow import Flow
from pipesight.code.evaluation.values import Module, extent
from pipesight.code.model import Form
from pipesight.code.syntax.program import Chunk
from pipesight.zenml.kinds import Kind

FOLDER = Path(__file__).parent / "labeled" / "changes"
HEAD = "from zenml.client import Client\nclient = Client()\n"


def examples(file: str) -> list[object]:
    """Return the examples of a file, which begin with `# %%` and a title. Two thirds of them are marked as slow."""
    parts = re.split(r"^# %% (.*)\n", (FOLDER / file).read_text("utf-8"), flags=re.MULTILINE)[1:]
    found = enumerate(zip(parts[::2], parts[1::2], strict=True))
    marks = [(), pytest.mark.slow, pytest.mark.slow]
    return [pytest.param(HEAD + code, id=title, marks=marks[number % 3]) for number, (title, code) in found]


class Client:
    """A client that remembers the line and the name of each pipeline that code asks for."""

    asked: list[tuple[int, str]]

    def __init__(self) -> None:
        self.asked = []

    def get_pipeline(self, name: str) -> None:
        self.asked.append((sys._getframe(1).f_lineno, name))


def asked(code: str, monkeypatch: pytest.MonkeyPatch) -> dict[int, set[str]]:
    """Run code and return the names that each line asks for."""
    client, module, made = Client(), ModuleType("zenml.client"), ModuleType("example")
    module.Client = lambda: client  # pyright: ignore[reportAttributeAccessIssue]
    for each in (ModuleType("zenml"), module, made):
        monkeypatch.setitem(sys.modules, each.__name__, each)
    exec(compile(code, "example", "exec"), made.__dict__)
    names: dict[int, set[str]] = {}
    for line, name in client.asked:
        names.setdefault(line, set()).add(name)
    return names


def told(code: str) -> list[tuple[int, str | None]]:
    """Return the line of each variable that names a pipeline, and the name if it is certain."""
    found = [
        site for site in Document(None, code).sites if site.kind is Kind.PIPELINE and site.form is not Form.LITERAL
    ]
    return [(site.span.start.line + 1, site.name) for site in found]


@pytest.mark.parametrize("code", examples("told.py"))
def test_a_change_that_is_followed_gives_the_name(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = asked(code, monkeypatch)
    assert names
    assert {(line, name) for line, of in names.items() for name in of} == set(told(code))


@pytest.mark.parametrize("code", examples("unsure.py"))
def test_a_change_that_is_not_followed_gives_no_wrong_name(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = asked(code, monkeypatch)
    assert names
    assert [(line, name) for line, name in told(code) if name is not None and {name} != names.get(line)] == []


@pytest.mark.parametrize("code", examples("unsure.py")[::5])
def test_an_edited_example_is_answered_like_a_fresh_one(code: str) -> None:
    document, lines = Document(None, code), code.splitlines(keepends=True)
    assert document.sites
    middle = (len(HEAD.splitlines()) + len(lines)) // 2
    for text in ("".join(lines[:middle] + lines[middle + 1 :]), code):
        document.update(text)
        assert document.sites == Document(None, text).sites


@pytest.mark.parametrize("change", ["add(d, '{0}', 'v{0}')", "d['{0}'] = 'v{0}'", "d.update({{'{0}': 'v{0}'}})"])
def test_entries_that_many_statements_add_are_not_told_apart(change: str) -> None:
    """Otherwise, each statement would take longer than the one before."""
    add = "def add(d, key, value):\n    d[key] = value\n"
    changes = "".join(change.format(number) + "\n" for number in range(150))
    document = Document(None, f"{HEAD}{add}d = {{}}\n{changes}client.get_pipeline(d['0'])\n")
    assert told(f"{HEAD}{add}d = {{}}\n{change.format(0)}\nclient.get_pipeline(d['0'])\n")[-1][1] == "v0"
    assert document.sites[-1].name is None
    assert extent(document.flow().names["d"]).parts <= 102


def test_an_edit_behind_functions_that_fill_a_dict_runs_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    add = "d = {}\ndef add(key, value):\n    d[key] = value\n"
    code = HEAD + add + "".join(f"add('{number}', 'v')\n" for number in range(50))
    document = Document(None, code)
    assert not document.sites
    run: list[str] = []

    def run_chunk(module: Module, chunk: Chunk, allowance: int) -> Outcome:
        run.append(chunk.lines[0][1].text)
        return interpreter.run_chunk(module, chunk, allowance)

    monkeypatch.setattr(flow, "run_chunk", run_chunk)
    document.update(code + "x = 1\n")
    assert not document.sites
    assert run == ["x = 1"]


def test_each_statement_is_looked_at_once_for_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise, names that are all bound twice would take time by the square of their number."""
    looked: list[object] = []
    may_call = Flow._may_call  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(Flow, "_may_call", lambda flow, chunk: looked.append(chunk) or may_call(flow, chunk))
    names = range(100)
    text = "".join(f"x{name} = {value}\n" for value in (1, 2) for name in names)

    assert Document(None, f"from zenml.client import Client\n{text}Client().get_pipeline('a')\n").sites
    assert len(looked) <= 2 * (2 * len(names) + 2)

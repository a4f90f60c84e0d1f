"""Code that changes objects: each name that the evaluation is certain of is the one that Python asks for."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from pipesight.code.document import Document
from pipesight.code.model import Form
from pipesight.zenml.kinds import Kind

FOLDER = Path(__file__).parent / "labeled" / "changes"
HEAD = "from zenml.client import Client\nclient = Client()\n"


def examples(file: str) -> list[object]:
    """Return the examples of a file, which begin with `# %%` and a title."""
    parts = re.split(r"^# %% (.*)\n", (FOLDER / file).read_text("utf-8"), flags=re.MULTILINE)[1:]
    return [pytest.param(HEAD + code, id=title) for title, code in zip(parts[::2], parts[1::2], strict=True)]


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


@pytest.mark.parametrize("code", examples("unsure.py")[::4])
def test_an_edited_example_is_answered_like_a_fresh_one(code: str) -> None:
    document, lines = Document(None, code), code.splitlines(keepends=True)
    assert document.sites
    middle = (len(HEAD.splitlines()) + len(lines)) // 2
    for text in ("".join(lines[:middle] + lines[middle + 1 :]), code):
        document.update(text)
        assert document.sites == Document(None, text).sites

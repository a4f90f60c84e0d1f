"""Functions that call each other: the results of their calls, and the limits for following them."""

from __future__ import annotations

import pytest

from pipesight.code.document import Document
from pipesight.code.evaluation.evaluation import BUDGET, LEAST
from pipesight.code.evaluation.flow import MOST_SPENT
from tests.examples import mostly_slow

HEAD = "from zenml.client import Client\nclient = Client()\n"
LEVELS = 7


def tower(fan: int, argument: str) -> str:
    """Return code with functions on levels. Each calls the one below `fan` times."""
    last = f"def f{LEVELS}(name):\n    return client.get_pipeline(name).last_run\n"
    calls = "".join(f"    run = f{{below}}({argument.format(each=each)})\n" for each in range(fan))
    function = "def f{level}(name):\n    client.get_pipeline(name)\n" + calls + "    return run\n"
    return last + "".join(function.format(level=level, below=level + 1) for level in reversed(range(LEVELS)))


def test_a_chain_of_functions_is_followed_to_its_end() -> None:
    site = Document(None, HEAD + tower(1, "name") + "f0('first').steps['train']\n").sites[-1]
    run = site.thing.owner
    assert (site.name, run and run.owner and run.owner.name) == ("train", "first")


def test_calls_with_the_same_arguments_are_followed_once() -> None:
    document = Document(None, HEAD + tower(9, "name") + "f0('first').steps['train']\n")
    run = document.sites[-1].thing.owner
    assert run is not None
    assert run.owner is not None
    assert run.owner.name == "first"
    once = Document(None, HEAD + tower(1, "name") + "f0('first').steps['train']\n")
    more = 8 * LEVELS * 3  # each function evaluates eight more calls: a call with its function and its argument
    assert _spent(document) == _spent(once) + more
    found = [each for _, records in document.flow().records() for one in records for each in one.found]
    assert len(found) < 50 * LEVELS, "they would be 9 to the power of the levels"


def _spent(document: Document) -> int:
    return sum(outcome.stack.spent for outcome in document.flow()._outcomes.values())


def test_a_file_follows_a_limited_number_of_calls() -> None:
    calls = "".join(f"print(f0('{number}'))\n" for number in range(30))
    flow = Document(None, HEAD + tower(4, "name + '{each}'") + calls).flow()
    spent = [outcome.stack.spent for outcome in flow._outcomes.values()]
    assert BUDGET / 2 < max(spent) <= BUDGET
    assert sum(spent) < 2 * BUDGET + LEAST * len(spent)


@pytest.mark.thorough
def test_a_file_of_very_many_calls_follows_no_more_in_the_end() -> None:
    """Each statement stays within its own limit."""
    long = f"def long(name):\n    many = [{', '.join(['name'] * 300)}]\n    return client.get_pipeline(name)\n"
    calls = "".join(f"long('{number}').runs\n" for number in range(500))
    document = Document(None, HEAD + long + calls + "long('last')\n")
    spent = [outcome.stack.spent for outcome in document.flow()._outcomes.values()]
    assert MOST_SPENT < sum(spent) <= 2 * MOST_SPENT + LEAST
    assert spent[3] > LEAST
    assert spent[-1] == 0


EDITED = [
    pytest.param(
        tower(4, "name + '{each}'") + "a = f0('one')\nb = f0('two')\nf7('three')\n", "a = f0('one')\n", id="limit"
    ),
    pytest.param(
        "class Reader:\n    def __init__(self):\n        self._set('first')\n"
        "    def _set(self, name):\n        self.run = client.get_pipeline(name).last_run\n"
        "    def step(self):\n        return self.run.steps['train']\n"
        "Reader().step().output\n",
        "Reader().step()",
        id="attributes that a helper sets",
    ),
]


@pytest.mark.parametrize("lost", mostly_slow(["client = Client()\n", "name", None], quick=(None,)))
@pytest.mark.parametrize(("text", "line"), EDITED)
def test_an_edited_file_is_answered_like_a_fresh_one(text: str, line: str, lost: str | None) -> None:
    text = HEAD + text
    document, edited = Document(None, text), text.replace(lost or line, "", 1)
    expected = document.sites
    assert expected
    for each in (edited, text):
        document.update(each)
        assert document.sites == Document(None, each).sites
    assert document.sites == expected

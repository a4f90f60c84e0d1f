"""Source that is built to be slow, deep or broken: the rest of the file is still answered."""

from __future__ import annotations

import pytest

from pipesight.code.document import LARGEST, Document

HEAD = "from zenml.client import Client\nclient = Client()\n"
DIAMONDS = (
    "class A0:\n    def run(self):\n        return client.get_pipeline('first').last_run\n"
    "class A1(A0):\n    pass\n"
    + "".join(
        f"class A{each}(A{each - 1}, A{each - 2}):\n    def run(self):\n        return super().run()\n"
        for each in range(2, 60)
    )
    + "A59().run().steps['step']\n"
)
CHAIN = "".join(f"def f{each}():\n    return f{each + 1}(){'.a()' * 40}\n" for each in range(8)) + "f0()\n"
WHILE_LOOPS = "run = client\n" + "".join(
    f"{' ' * depth}while run:\n{' ' * depth} run = client.get_pipeline('p{depth}').runs\n" for depth in range(30)
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(DIAMONDS, id="class diamonds", marks=pytest.mark.thorough),
        pytest.param(CHAIN, id="functions that call each other and then forty members"),
        pytest.param("x = client" + ".a()" * 2000 + "\n", id="two thousand members"),
        pytest.param("x = " + "(" * 2000 + ")" * 2000 + "\n", id="two thousand brackets"),
        pytest.param("x = [" + ", ".join(map(str, range(150_000))) + "]\n", id="150,000 numbers on a line"),
        pytest.param("x = [\n" + ",\n".join(map(str, range(100_000))) + "]\n", id="100,000 numbers on lines"),
        pytest.param("x = 'a' if client else 'b'\n" + "x = x + x\n" * 40, id="a text that doubles"),
        pytest.param("x = client\n" + "x = [x]\n" * 200, id="lists in one another"),
        pytest.param(WHILE_LOOPS, id="thirty loops that change what others read", marks=pytest.mark.thorough),
        pytest.param(
            f"n = [{', '.join('abcdefgh')}]\nx = {'[' * 9}n{' for a in n]' * 9}\n",
            id="nine comprehensions in one another",
        ),
        pytest.param(f"match client:\n    case{' ' * 5000}x.y:\n        pass\n", id="five thousand blanks in a case"),
        pytest.param("for a in x:\n" + "".join(" " * i + f" for a{i} in a:\n" for i in range(1, 30)), id="deep loops"),
    ],
)
def test_the_rest_of_the_file_is_answered(text: str) -> None:
    names = [site.name for site in Document(None, f"{HEAD}{text}client.get_pipeline('last')\n").sites]
    assert names[-1] == "last"


def test_a_method_of_a_common_base_is_found_once() -> None:
    text = (
        "class Base:\n    def run(self):\n        return client.get_pipeline('p').last_run\n"
        "class Left(Base): ...\nclass Right(Base):\n    def run(self):\n        return client.get_pipeline_run('r')\n"
        "class Both(Left, Right): ...\nBoth().run().steps['s']\n"
    )
    step = Document(None, HEAD + text).sites[-1].thing
    assert step.owner is not None
    assert (step.name, step.owner.name) == ("s", "r")  # Python looks into Right before Base


def test_a_lone_surrogate_is_a_name_like_any_other() -> None:
    document = Document(None, HEAD + 'client.get_pipeline_run("\\ud800")\nclient.get_pipeline("a")\n')
    assert [site.name for site in document.sites] == ["\ud800", "a"]


def test_a_file_beyond_the_limit_is_left_alone() -> None:
    line = "client.get_pipeline('p')\n"
    document = Document(None, HEAD + line * (LARGEST // len(line) + 1))
    assert document.is_too_large
    assert document.sites == ()
    document.update(HEAD + line)
    assert len(document.sites) == 1

"""The join of values: the order does not matter, and joining a value again changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from pipesight.code.document import Document
from pipesight.code.evaluation.alternatives import alternatives
from pipesight.code.evaluation.joins import MOST, join
from pipesight.code.evaluation.objects import CollectionView, Many, Object, Symbol
from pipesight.code.evaluation.values import (
    NEVER,
    NONE,
    UNKNOWN,
    Builtin,
    Each,
    Integer,
    Items,
    Namespace,
    NoneValue,
    OneOf,
    Package,
    Record,
    Text,
    Unknown,
    Value,
)
from pipesight.code.model import Thing
from pipesight.zenml.declarations import Type
from pipesight.zenml.kinds import Generation, Kind, Which

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f"])
GENERATIONS = st.sampled_from([None, Generation.LEGACY, Generation.MODERN])
PIPELINES = st.builds(Thing, st.just(Kind.PIPELINE), NAMES, generation=GENERATIONS)
RUNS = st.builds(
    Thing,
    st.just(Kind.RUN),
    st.one_of(st.none(), NAMES),
    st.sampled_from([None, Which.LAST, Which.ANY]),
    owner=st.one_of(st.none(), PIPELINES),
)
MANY = st.builds(Many, st.just(Type.RUN), st.one_of(st.none(), PIPELINES), GENERATIONS, st.booleans(), st.booleans())
SIMPLE = st.one_of(
    st.just(UNKNOWN),
    st.just(NONE),
    st.builds(Text, st.one_of(st.none(), NAMES), st.one_of(st.none(), RUNS)),
    st.builds(Integer, st.one_of(st.none(), st.integers(0, 5))),
    st.builds(Object, st.just(Type.PIPELINE), PIPELINES, GENERATIONS),
    st.builds(Object, st.just(Type.RUN), RUNS, GENERATIONS),
    MANY,
    st.builds(CollectionView, MANY, st.just("items"), st.booleans()),
    st.builds(Symbol, NAMES),
    st.builds(Package, NAMES),
    st.builds(Builtin, NAMES),
)


def containers(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    """Lists, dicts and sets of alternatives of values."""
    pairs = st.dictionaries(NAMES, values, max_size=3).map(lambda known: tuple(known.items()))
    return st.one_of(
        st.lists(values, max_size=3).map(lambda elements: Items(tuple(elements))),
        st.builds(Each, values),
        st.builds(Record, pairs),
        st.builds(Namespace, pairs),
        st.lists(values, max_size=6).map(join),
    )


VALUES: st.SearchStrategy[Value] = st.recursive(SIMPLE, containers, max_leaves=6)


@given(VALUES, VALUES)
def test_the_order_does_not_count(a: Value, b: Value) -> None:
    assert join((a, b)) == join((b, a))
    assert hash(join((a, b))) == hash(join((b, a)))


@given(VALUES, VALUES)
def test_what_is_in_a_join_adds_nothing_to_it(a: Value, b: Value) -> None:
    joined = join((a, b))
    assert join((joined, a)) == joined
    assert join((joined, b)) == joined


@given(VALUES, VALUES, VALUES)
def test_the_grouping_does_not_count(a: Value, b: Value, c: Value) -> None:
    assert join((join((a, b)), c)) == join((a, join((b, c)))) == join((c, b, a))


@given(VALUES, VALUES, VALUES)
def test_a_join_with_more_tells_no_less(a: Value, b: Value, c: Value) -> None:
    """The join is monotone: what one value adds to `a` and `b` together contains what it adds to `a`."""
    more = join((join((a, b)), c))
    assert join((more, join((a, c)))) == more


def test_a_collection_that_was_left_out_stays_out() -> None:
    one = OneOf((Text(None), Each(UNKNOWN), Record(())))
    other = OneOf((Symbol("a"), Many(Type.RUN, None, None, False), Symbol("b")))
    joined = join((one, other))
    assert join((joined, one)) == join((joined, other)) == joined


@given(VALUES)
def test_a_value_joined_with_itself_or_with_nothing_is_itself(a: Value) -> None:
    assert join((a, a)) == a
    assert join((a, NEVER)) == a


@given(st.lists(VALUES, max_size=8))
def test_there_are_four_alternatives_at_most(values: list[Value]) -> None:
    told = [each for each in alternatives(join(values)) if not isinstance(each, (Unknown, NoneValue))]
    assert len(told) <= MOST


HEAD = "from zenml.client import Client\nclient = Client()\n"


def test_the_same_alternatives_are_told_after_edits_elsewhere() -> None:
    def text(*names: str) -> str:
        functions = (f"def f(): return client.get_pipeline({name!r})\nfs = [*fs, f]\n" for name in names)
        return f"{HEAD}fs = []\n{''.join(functions)}for each in fs: each().last_run\n"

    document = Document(None, text(*"abcdef"))
    first = document.sites
    for names in ("abcdeg", "abcdhg", "abcihg", "abjihg", "akjihg", "lkjihg", "abcdef"):
        document.update(text(*names))
        assert document.sites

    assert document.sites == first


@pytest.mark.parametrize(
    ("one", "other", "rest"),
    [
        ("name = 'a'", "name = 'b'", "client.get_pipeline(name)"),
        ("p = client.get_pipeline('a')", "p = client.get_pipeline('b')", "p.last_run.steps['s'].output"),
        ("p = client.get_pipeline('a')", "p = None", "p.runs[0]"),
        ("x = client.get_pipeline('a')", "x = client.get_pipeline_run('b')", "x.last_run, x.steps['s']"),
        ("x = []", "x = client.get_pipeline('a').runs", "x[0].steps['s']"),
        ("x = {'k': 'a'}", "x = {'k': 'b'}", "client.get_pipeline(x['k'])"),
        ("f = lambda: client.get_pipeline('a')", "f = client.get_stack", "f().last_run"),
    ],
)
def test_swapped_branches_give_the_same_sites(one: str, other: str, rest: str) -> None:
    def last_line(first: str, second: str) -> list[tuple[object, ...]]:
        document = Document(None, f"{HEAD}if client:\n    {first}\nelse:\n    {second}\n{rest}\n")
        return [(each.thing, each.things, each.span) for each in document.sites if each.span.start.line == 6]

    assert last_line(one, other)
    assert last_line(one, other) == last_line(other, one)


@pytest.mark.parametrize(
    ("text", "certain", "names"),
    [
        ("n = 'a' if client else 'b'\nclient.get_pipeline(n)", None, ["a", "b"]),
        ("n = 'a'\nif client:\n    n = 'b'\nclient.get_pipeline(n)", None, ["a", "b"]),
        ("for n in ('a', 'b', 'c'):\n    client.get_pipeline(n)", None, ["a", "b", "c"]),
        ("for n in ('a', 'b', 'c', 'd', 'e'):\n    client.get_pipeline(n)", None, []),
        ("def f(n):\n    client.get_pipeline(n)\nf('a')\nf('b')", None, ["a", "b"]),
        ("n = client.x or 'a'\nclient.get_pipeline(n)", None, ["a"]),
        ("n = None or 'a'\nclient.get_pipeline(n)", "a", []),
        ("m = 'x' if client else 'y'\nclient.get_pipeline(f'{m}_p')", None, ["x_p", "y_p"]),
        ("names = {'k': 'a', 'l': 'b'}\nfor k in names:\n    client.get_pipeline(names[k])", None, ["a", "b"]),
    ],
)
def test_a_site_tells_its_alternatives(text: str, certain: str | None, names: list[str]) -> None:
    site = next(each for each in Document(None, HEAD + text).sites if each.form != "literal")
    assert site.name == certain
    assert sorted(each.name or "" for each in site.things) == names

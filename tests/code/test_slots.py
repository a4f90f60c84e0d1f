"""Slots are the places where a name can be typed. `|` is the cursor."""

from __future__ import annotations

import pytest

from pipesight.code.document import Document
from pipesight.code.model import Position, Slot, Thing
from pipesight.code.quoting import written
from pipesight.zenml.kinds import Kind

LEGACY = "from zenml.repository import Repository\nrepo = Repository()\nrun = repo.get_pipeline('p').runs[-1]\n"
MIDDLE = "from zenml.post_execution import get_pipeline, get_run\nrun = get_pipeline('p').runs[0]\n"
MODERN = "from zenml.client import Client\nclient = Client()\nrun = client.get_pipeline('p').last_run\n"
AFTER = "\nprint(run.steps['other'].output)\n"


def slot(text: str) -> Slot | None:
    """Return the slot at the cursor."""
    before, after = text.split("|")
    position = Position(before.count("\n"), len(before) - before.rfind("\n") - 1)
    return Document(None, before + after).slot_at(position)


def owner(thing: Thing | None) -> str:
    """Return the names of the owners, the nearest first. `~` stands for an owner without a name."""
    return "/".join(each.name or "~" for each in thing.chain()) if thing else ""


@pytest.mark.parametrize(
    ("before", "line", "kind", "owned_by", "prefix", "replaced", "closed"),
    [
        (LEGACY, 'run.get_step("|")', Kind.STEP, "~/p", "", "", True),
        (LEGACY, 'run.get_step("|', Kind.STEP, "~/p", "", "", False),
        (LEGACY, 'run.get_step("tr|', Kind.STEP, "~/p", "tr", "tr", False),
        (LEGACY, 'run.get_step("tr|ai', Kind.STEP, "~/p", "tr", "trai", False),
        (LEGACY, 'run.get_step("tr|)', Kind.STEP, "~/p", "tr", "tr", False),
        (LEGACY, 'run.get_step(name="t|rain")', Kind.STEP, "~/p", "t", "train", True),
        (LEGACY, "run.get_step(name='|", Kind.STEP, "~/p", "", "", False),
        (LEGACY, 'repo.get_pipeline("|', Kind.PIPELINE, "", "", "", False),
        (LEGACY, 'repo.get_pipeline("p", stack_key="l|")', Kind.STACK, "", "l", "l", True),
        (LEGACY, 'repo.get_pipeline(pipeline_name="p", stack_name="|', Kind.STACK, "", "", "", False),
        (LEGACY, 'repo.get_pipeline(\n    pipeline_name="tra|\n)', Kind.PIPELINE, "", "tra", "tra", False),
        (LEGACY, 'value = {\n    "a": run.get_step("b|"),\n}', Kind.STEP, "~/p", "b", "b", True),
        (LEGACY, 'print(f"{run.get_step("x|").output}")', Kind.STEP, "~/p", "x", "x", True),
        (LEGACY, 'if run.get_step("|', Kind.STEP, "~/p", "", "", False),
        (LEGACY, 'for a in run.get_step("|"):\n    pass', Kind.STEP, "~/p", "", "", True),
        (MIDDLE, 'get_run("|")', Kind.RUN, "", "", "", True),
        (MIDDLE, 'get_pipeline(pipeline="p").get_run("|', Kind.RUN, "p", "", "", False),
        (MODERN, 'run.steps["|"]', Kind.STEP, "~/p", "", "", True),
        (MODERN, 'run.steps["|]', Kind.STEP, "~/p", "", "", False),
        (MODERN, 'run.steps["tr|].outputs["model"].load()', Kind.STEP, "~/p", "tr", "tr", False),
        (MODERN, 'run.steps["train"].outputs["|', Kind.OUTPUT, "train/~/p", "", "", False),
        (MODERN, "run.steps['train'].outputs['mo|del'][0].load()", Kind.OUTPUT, "train/~/p", "mo", "model", True),
        (MODERN, 'run.steps[r"tr|"]', Kind.STEP, "~/p", "tr", "tr", True),
        (MODERN, 'run.steps["""tr|"""]', Kind.STEP, "~/p", "tr", "tr", True),
        (MODERN, 'run.steps.get("|")', Kind.STEP, "~/p", "", "", True),
        (MODERN, '"tr|" in run.steps', Kind.STEP, "~/p", "tr", "tr", True),
        (MODERN, 'client.get_artifact_version("p::tr|::output")', Kind.STEP, "p", "tr", "tr", True),
        (MODERN, 'client.list_pipeline_runs(pipeline_name="|")', Kind.PIPELINE, "", "", "", True),
        (MODERN, 'client.get_pipeline("é|")', Kind.PIPELINE, "", "é", "é", True),
        (MODERN, 'x = "😀" + client.get_pipeline("a|").name', Kind.PIPELINE, "", "a", "a", True),
    ],
)
def test_in_a_string(
    before: str, line: str, kind: Kind, owned_by: str, prefix: str, replaced: str, closed: bool
) -> None:
    for after in ("", AFTER):
        found = slot(before + line + after)
        assert found is not None
        assert (found.kind, owner(found.owner), found.prefix, found.closed) == (kind, owned_by, prefix, closed)
        lines = (before + line.replace("|", "") + after).split("\n")
        assert found.replace.start.line == found.replace.end.line
        assert lines[found.replace.start.line][found.replace.start.column : found.replace.end.column] == replaced
        assert found.quote is not None
        assert found.keyword is None


@pytest.mark.parametrize(
    ("before", "line", "kind", "keyword", "prefix"),
    [
        (LEGACY, "run.get_step(|", Kind.STEP, "name", ""),
        (LEGACY, "run.get_step(|)", Kind.STEP, "name", ""),
        (LEGACY, "run.get_step( |)", Kind.STEP, "name", ""),
        (LEGACY, "run.get_step(tr|)", Kind.STEP, "name", "tr"),
        (LEGACY, "run.get_step(name=|)", Kind.STEP, None, ""),
        (LEGACY, "run.get_step(name=|", Kind.STEP, None, ""),
        (LEGACY, "repo.get_pipeline(|", Kind.PIPELINE, "pipeline_name", ""),
        (LEGACY, "repo.get_pipeline('p').get_run(|)", Kind.RUN, "run_name", ""),
        (LEGACY, "repo.get_pipeline('p', |)", Kind.STACK, "stack_name", ""),
        (LEGACY, "repo.get_pipeline(pipeline_name='p', stack_key=|", Kind.STACK, None, ""),
        (MIDDLE, "run.get_step(|)", Kind.STEP, "step", ""),
        (MIDDLE, "get_pipeline(|)", Kind.PIPELINE, "pipeline", ""),
        (MIDDLE, "get_run(|", Kind.RUN, "name", ""),
        (MODERN, "client.get_pipeline(|)", Kind.PIPELINE, None, ""),
        (MODERN, "client.get_pipeline_run(name_id_or_prefix=|)", Kind.RUN, None, ""),
        (MODERN, "run.steps[|]", Kind.STEP, None, ""),
        (MODERN, "run.steps[|", Kind.STEP, None, ""),
        (MODERN, "run.steps['a'].outputs[|].load()", Kind.OUTPUT, None, ""),
    ],
)
def test_outside_a_string(before: str, line: str, kind: Kind, keyword: str | None, prefix: str) -> None:
    for after in ("", AFTER):
        found = slot(before + line + after)
        assert found is not None
        assert (found.kind, found.keyword, found.prefix, found.quote) == (kind, keyword, prefix, None)
        assert found.replace.end.column - found.replace.start.column == len(prefix)


@pytest.mark.parametrize(
    "line",
    [
        "|",
        "run.|get_step('a')",
        "run.get_step('a'|)",
        "run.get_step('a')|",
        "run.get_step|('a')",
        "print(|)",
        "print('|')",
        "other.get_step('|')",
        "run.get_step(name='a', |)",
        "# run.get_step('|",
        "x = 'run.get_step(|'",
        "run.steps['a'].output.load(|)",
        "run.steps[0|]",
    ],
)
def test_nowhere_else(line: str) -> None:
    assert slot(MODERN + line) is None


def test_a_place_for_a_position() -> None:
    line = "client.get_pipeline('p').runs["
    document, position = Document(None, f"{MODERN}{line}]"), Position(3, len(line))
    assert document.slot_at(position) is None
    found = document.slot_at(position, by_index=True)
    assert found is not None
    assert (found.kind, owner(found.owner), found.by_index) == (Kind.RUN, "p", True)


@pytest.mark.parametrize(
    "line",
    [
        'run.get_step("',
        "run.get_step(",
        'run.steps["tr',
        'run.steps["tr].outputs["model"]',
        "run.",
        "run.steps['a'].outputs[",
        "x = {'a': run.get_step(",
        "def broken(",
        "if run.steps['a'",
        'print("""half',
        "repo.get_pipeline(pipeline_name=",
        "a = [b for b in run.steps",
    ],
)
def test_a_half_typed_line_spoils_no_other(line: str) -> None:
    good = "first = run.get_step('one')\n", "second = run.steps['two'].outputs['three']\n"
    document = Document(None, LEGACY + good[0] + line + "\n" + good[1])
    names = {site.name for site in document.sites}
    assert {"p", "one", "two", "three"} <= names
    wrapped = "def f():\n    " + good[0] + "    " + line + "\n    " + good[1] + "\n\ndef g():\n    run.steps['four']\n"
    names = {site.name for site in Document(None, LEGACY + wrapped).sites}
    assert {"p", "one", "two", "three", "four"} <= names


@pytest.mark.parametrize(
    ("line", "before", "prefix", "after", "written_as"),
    [
        ('client.get_pipeline(f"|', "", "", "", "training_{x}"),
        ('client.get_pipeline(f"tr|aining")', "", "tr", "", "training_{x}"),
        ('client.get_pipeline("train" "i|n")', "train", "i", "", "ing_{x}"),
        ('client.get_pipeline("tr|" "ing_{x}")', "", "tr", "ing_{x}", "train"),
        ("PART = 'train'\nclient.get_pipeline(f'{PART}i|')", "train", "i", "", "ing_{{x}}"),
        ("PART = '{x}'\nclient.get_pipeline(f'tr|{PART}')", "", "tr", "{x}", "training_"),
        ("client.get_pipeline(b'tr|')", "", "tr", "", "training_{x}"),
        ("client.get_pipeline(f'{unknown}tr|')", None, "", "", ""),
    ],
)
def test_in_one_of_several_strings(line: str, before: str | None, prefix: str, after: str, written_as: str) -> None:
    found = slot(MODERN + line)
    if before is None:
        assert found is None
        return
    assert found is not None
    assert (found.kind, found.before, found.prefix, found.after) == (Kind.PIPELINE, before, prefix, after)
    expected = written_as.replace("{", "{{").replace("}", "}}") if found.formatted and before == "" else written_as
    assert written("training_{x}", found) == expected
    assert written("other", found) == (None if before or after else "other")


def test_a_slot_tells_the_owners_that_it_may_have() -> None:
    found = slot(MODERN + "p = client.get_pipeline('a' if run else 'b')\np.last_run.steps['|']")
    assert found is not None
    assert owner(found.owner) == "~/~"
    assert [owner(each) for each in found.owners] == ["~/a", "~/b"]

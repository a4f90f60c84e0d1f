"""Names that contain control codes: they are spelled out for people, and written into code as escapes."""

from __future__ import annotations

import ast
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from pipesight.characters import escaped_in_code, escaped_in_json, visible
from pipesight.demo.sample import unpack_sample
from pipesight.features.code_actions import code_actions
from pipesight.features.code_lens import code_lenses
from pipesight.features.completion import complete
from pipesight.features.diagnostics import diagnostics
from pipesight.features.history_tree import list_history
from pipesight.features.hover import hover
from pipesight.features.inlay_hints import inlay_hints
from pipesight.features.outputs import read_output
from pipesight.features.runs import show_run
from pipesight.features.symbols import workspace_symbols
from pipesight.pages.missing_names import missing
from pipesight.workspace.find import Found
from pipesight.workspace.target import target_at
from tests.examples import mostly_slow

from .command import run
from .features.conftest import Desk, Desks

SHOWN = [
    ("plain ✓ é 試験", "plain ✓ é 試験"),
    ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
    ("\x9b31mred", r"\x9b31mred"),
    ("over\rwritten", r"over\rwritten"),
    ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
    ("half \ud800", r"half \ud800"),
    ("tag \U000e0041", r"tag \U000e0041"),
    ("two\r\nlines\tand a tab", "two\nlines\tand a tab"),
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_hidden_characters_are_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_line_stays_one() -> None:
    assert visible("a\r\nb\nc\rd\te", one_line=True) == "a⏎b⏎c⏎d e"


@pytest.mark.parametrize(("text", "_"), SHOWN)
def test_what_is_escaped_means_the_same(text: str, _: str) -> None:
    code = f'"{escaped_in_code(text)}"'
    document = escaped_in_json(json.dumps({"name": text}, ensure_ascii=False))

    assert ast.literal_eval(code) == text
    assert json.loads(document) == {"name": text}
    assert visible(code) == code
    assert visible(document) == document


# In a history

CODES = "\x1b]0;owned\x07\x1b[31m\x9b1m\u202e\u2066\u200b\r"
RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e\u2066]")
RUN = f"first{CODES}"
OUTPUT = f"accuracy{CODES}"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample with control codes at the end of every name of its history."""
    folder = unpack_sample(tmp_path_factory.mktemp("hostile"))
    (database,) = folder.rglob("zenml.db")
    with sqlite3.connect(database) as connection:
        for table in ("pipeline", "pipeline_run", "step_run", "step_run_output_artifact", "artifact", "stack"):
            connection.execute(f"UPDATE {table} SET name = name || ?", [CODES])
        connection.execute("UPDATE pipeline_run SET name = ? WHERE name LIKE 'first_training%'", [RUN])
    connection.close()
    return folder


@pytest.fixture(scope="module")
def desk(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desks = Desks(tmp_path_factory.mktemp("index"))
    yield desks.make(hostile, hostile / "history")
    desks.close()


NAMES = [f"training_pipeline{CODES}", RUN, f"train{CODES}", OUTPUT]
SITES = f"from zenml.client import Client\nClient().get_pipeline({NAMES[0]!r}).last_run.steps['x\u202ey']\n"
COMMANDS = [
    (["history"], 0),
    (["history", "--json"], 0),
    *[(["history", *NAMES[:number]], 0) for number in (1, 2, 3)],
    (["history", NAMES[0], "nothing\x1b[31m"], 1),
    (["read", *NAMES], 0),
    (["read", *NAMES, "--json"], 0),
    (["read", *NAMES[:3], "none\x9b"], 1),
    (["sites", "names.py"], 0),
    (["sites", "names.py", "--json"], 0),
    (["check", "names.py"], 1),
    (["check", "names.py", "--format", "json"], 1),
    (["check", "names.py", "--format", "sarif"], 1),
    (["sites", "gone\x1b[31m.py"], 1),
    (["doctor"], 0),
    (["doctor", "\x1b[31m"], 2),
]


def environment_of(folder: Path) -> dict[str, str]:
    return {"PATH": "", "XDG_CACHE_HOME": str(folder / "cache"), "HOME": str(folder)}


@pytest.mark.parametrize(("arguments", "status"), mostly_slow(COMMANDS, quick=COMMANDS[::6]))
def test_no_control_code_reaches_the_terminal(hostile: Path, arguments: list[str], status: int) -> None:
    (hostile / "names.py").write_text(SITES, encoding="utf-8")
    source = [] if arguments[0] == "sites" else ["--source", "history"]
    done = run(hostile, *arguments, *source, environment=environment_of(hostile))
    printed = done.output + done.errors

    assert done.status == status, printed
    assert not RAW.search(printed), printed
    assert "\\x1b" in printed or "\\u001b" in printed or "\\u202e" in printed or arguments[0] in ("doctor", "read")


def test_json_of_the_terminal_has_the_names_as_they_are(hostile: Path) -> None:
    arguments = ("history", NAMES[0], RUN, "--json", "--source", "history")
    printed = run(hostile, *arguments, environment=environment_of(hostile)).output
    assert {row["run"] for row in map(json.loads, printed.splitlines())} == {RUN}


CODE = f"""from zenml.client import Client

run = Client().get_pipeline("{escaped_in_code(NAMES[0])}").last_run
step = run.steps["{escaped_in_code(NAMES[2])}"]
print(step.outputs["{escaped_in_code(OUTPUT)}"].load())
Client().get_pipeline_run("{escaped_in_code(RUN)}x")
"""
PLACES = [lsp.Position(2, 40), lsp.Position(3, 20), lsp.Position(4, 20)]


def texts(value: Any) -> Iterator[str]:
    """Yield the strings of a protocol answer that people see, without the names and URIs that commands take."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value) or hasattr(value, "__attrs_attrs__"):
        names = [entry.name for entry in (fields(value) if is_dataclass(value) else value.__attrs_attrs__)]
        for name in names:
            if name not in ("arguments", "data", "path", "argument", "preview"):
                yield from texts(getattr(value, name))


async def test_no_control_code_reaches_an_editor(desk: Desk) -> None:
    view, context = desk.type(CODE), desk.context
    everywhere = lsp.Range(lsp.Position(0, 0), lsp.Position(9, 0))
    await context.previews.preview(next(o for o in context.history.output_names(None, None) if o.name == OUTPUT))
    answers = [
        inlay_hints(context, view, everywhere).items,
        code_lenses(context, view).items,
        diagnostics(context, view),
        code_actions(context, view, everywhere, lsp.CodeActionContext(diagnostics=[])),
        workspace_symbols(context, "first", "file:///pages"),
        [
            hover(context, target)
            for target in (target_at(context, view, place) for place in PLACES)
            if target is not None
        ],
    ]

    assert all(answers)
    for text in texts(answers):
        if not text.startswith(("file:", "pipesight:")):
            assert not RAW.search(text), text


async def test_no_control_code_is_in_the_answers_of_commands(desk: Desk) -> None:
    context = desk.context
    parent = {"pipeline": NAMES[0], "run": RUN}
    answers = [
        await list_history(context, {}),
        await list_history(context, {"parent": parent}),
        await show_run(context, parent),
        await read_output(context, parent),
        await read_output(context, dict(zip(KINDS, NAMES, strict=True))),
        missing(context.history, {"pipeline": "q"}, Found()),
    ]

    assert all(answers)
    for text in texts(answers):
        assert not RAW.search(text), text


KINDS = ("pipeline", "run", "step", "output")


@pytest.mark.parametrize("quote", ['"', "'", '"""'])
def test_completion_writes_escapes(desk: Desk, quote: str) -> None:
    before = f"from zenml.client import Client\nClient().get_pipeline_run({quote}"
    view, position = desk.at(f"{before}|{quote})")
    answer = complete(desk.context, view, position)
    assert answer is not None
    item = next(item for item in answer.items if item.label.startswith("first\\x1b"))

    assert item.text_edit is not None
    assert ast.literal_eval(quote + item.text_edit.new_text + quote) == RUN
    assert not RAW.search(item.label + item.text_edit.new_text)


def test_completion_leaves_out_what_a_raw_string_cannot_hold(desk: Desk) -> None:
    view, position = desk.at('from zenml.client import Client\nClient().get_pipeline_run(r"|")')
    answer = complete(desk.context, view, position)

    assert answer is not None
    assert answer.items == []


async def test_the_name_behind_a_label_is_found_again(desk: Desk) -> None:
    from pipesight.features.completion import documentation

    view, position = desk.at('from zenml.client import Client\nClient().get_pipeline_run("|")')
    answer = complete(desk.context, view, position)
    assert answer is not None
    item = next(item for item in answer.items if item.label.startswith("first\\x1b"))

    assert "completed" in str(await documentation(desk.context, item))


async def test_a_lone_surrogate_takes_no_answer_away(desk: Desk) -> None:
    code = CODE + 'Client().get_pipeline_run("\\ud800")\nClient().get_pipeline("\\udcff").last_run.steps["\\ud800"]\n'
    view, context = desk.type(code), desk.context
    everywhere = lsp.Range(lsp.Position(0, 0), lsp.Position(9, 0))

    assert inlay_hints(context, view, everywhere).items
    assert code_lenses(context, view).items
    assert "no run '\\ud800'" in " ".join(each.message for each in diagnostics(context, view))

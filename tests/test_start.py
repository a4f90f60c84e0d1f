"""The start of the server: classes and modules that are loaded later."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from lsprotocol import converters, types as lsp

from pipesight.lsp import command_handlers
from pipesight.lsp.protocol import UNSERVED, served
from pipesight.lsp.server import server
from pipesight.pages.contract import command_ids, command_table
from pipesight.workspace.context import Client
from tests.forks import PIPESIGHT
from tests.lsp.wire import Wire
from tests.waiting import eventually

# What a program says of every class of the protocol, built late: how many are built, and the fields of each.
_BUILT_LATE = """
from pipesight.protocol_types import build_when_used
build_when_used()
from lsprotocol import types as lsp
from pipesight.lsp.server import server
from tests.test_start import fields_of, is_built, protocol_classes
classes = protocol_classes()
print(sum(map(is_built, classes)), len(classes))
print(lsp.Position(1, 2) == lsp.Position(line=1, character=2), lsp.Range(lsp.Position(1, 2), lsp.Position(3, 4)))
for each in classes:
    print(fields_of(each))
print(sum(map(is_built, classes)))
"""


def protocol_classes() -> list[type]:
    """Return the classes that lsprotocol defines with attrs, in the order of their names."""
    named = sorted(vars(lsp).items())
    return [each for _, each in named if isinstance(each, type) and "__attrs_attrs__" in vars(each)]


def is_built(class_: type) -> bool:
    """Return whether attrs has built the class."""
    return isinstance(vars(class_)["__attrs_attrs__"], tuple)


def fields_of(class_: Any) -> str:
    """Return the parts of a class of the protocol: its fields with their types and defaults, and its methods."""
    fields = [(field.name, field.type, field.default, field.validator is None) for field in attrs.fields(class_)]
    methods = [name for name in ("__init__", "__eq__", "__repr__", "__setattr__") if name in vars(class_)]
    return f"{class_.__name__} {fields} {class_.__match_args__} {methods} {class_.__hash__ is None}"


@pytest.mark.thorough
def test_the_classes_of_the_protocol_are_built_when_they_are_used() -> None:
    """They have the fields, the order and the methods that lsprotocol gives them."""
    done = subprocess.run([sys.executable, "-c", _BUILT_LATE], capture_output=True, text=True, check=True)
    counts, position, *late, all_built = done.stdout.splitlines()

    converters.get_converter()  # resolves the names in all annotations
    at_first, number = map(int, counts.split())
    assert at_first < number / 5
    assert position == f"True {lsp.Range(lsp.Position(1, 2), lsp.Position(3, 4))}"
    assert int(all_built) == number
    assert late == [fields_of(each) for each in protocol_classes()]


# What a program prints whose threads make the first objects of classes that are built late: the distinct results.
_AT_ONCE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pipesight.protocol_types import build_when_used
build_when_used()
from lsprotocol import types as lsp
sys.setswitchinterval(1e-6)
def made(_):
    return lsp.Position(1, 2).line, lsp.TextEdit(None, "text").new_text, lsp.Command("title", "id").command
with ThreadPoolExecutor(8) as pool:
    print(set(pool.map(made, range(64))))
"""


def test_threads_that_build_a_class_at_once_get_whole_objects() -> None:
    done = subprocess.run([sys.executable, "-c", _AT_ONCE], capture_output=True, text=True, check=True)
    assert done.stdout == "{(1, 'text', 'id')}\n"


# What a server that has its index from before does without until it has completed the first name.
NOT_YET = (
    "pipesight.features.code_actions",
    "pipesight.features.code_lens",
    "pipesight.features.diagnostics",
    "pipesight.features.history_tree",
    "pipesight.features.hover",
    "pipesight.features.loads",
    "pipesight.features.outputs",
    "pipesight.features.references",
    "pipesight.features.runs",
    "pipesight.history.schema",
    "pipesight.history.sources.zenml_sql",
    "pipesight.history.writer",
    "pipesight.lsp.assistant",
    "pipesight.lsp.command_handlers",
    "pipesight.mcp",
    "pipesight.outputs.comparison",
    "pipesight.outputs.loader_process",
    "pipesight.outputs.queries",
    "pipesight.pages.contract.command_table",
    "pipesight.pages.contract.run_view",
    "pipesight.pages.show",
    "pipesight.rules.report",
    "pipesight.rules.unknown_name",
    "sqlalchemy",
)
CODE = "from zenml.client import Client\nClient().get_pipeline('training_pipeline').last_run.steps['']\n"


@pytest.mark.thorough
def test_the_first_completion_waits_for_no_module_that_it_does_not_need(
    unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    options = {"cacheFolder": str(tmp_path / "index"), "settings": {"history": [str(unpack_history("0.98.0"))]}}
    first = started(tmp_path, options)
    eventually(lambda: labels(first))
    first.end()

    second = started(tmp_path, options, "-v")
    names = labels(second)
    log = (tmp_path / "log").read_text()
    second.end()

    imported = set(re.findall(r"^import '(\S+)' #", log, re.MULTILINE))
    assert names
    assert "pipesight.features.completion" in imported
    assert [name for name in NOT_YET if importlib.util.find_spec(name) is None] == []
    assert imported & set(NOT_YET) == set()


def started(folder: Path, options: dict[str, Any], *flags: str) -> Wire:
    """Start a server with these flags of Python, and send all messages of a client before its first completion."""
    wire = Wire((PIPESIGHT[0], *flags, *PIPESIGHT[1:], "lsp"), folder, folder / "log")
    wire.ask_to_initialize(folder, **options)
    wire.notify("initialized", {})
    document = {"uri": "file:///run.py", "languageId": "python", "version": 1, "text": CODE}
    wire.notify("textDocument/didOpen", {"textDocument": document})
    return wire


def labels(wire: Wire) -> list[str]:
    """Return the names that the server completes in the last line of the code."""
    at = {
        "textDocument": {"uri": "file:///run.py"},
        "position": {"line": 1, "character": len(CODE.splitlines()[1]) - 2},
    }
    answer = wire.request("textDocument/completion", at)
    return [item["label"] for item in (answer or {}).get("items", ())]


CLIENTS = sorted((Path(__file__).parent / "lsp" / "clients").glob("*.json"))


@pytest.mark.parametrize("client", CLIENTS, ids=lambda path: path.stem)
def test_what_a_client_says_of_requests_that_are_not_served_changes_nothing(client: Path) -> None:
    said = {"processId": None, "rootUri": None, "capabilities": json.loads(client.read_text())}
    converter = converters.get_converter()
    whole, read = (converter.structure(each, lsp.InitializeParams).capabilities for each in (said, served(said)))

    assert read != whole
    assert Client.of(read, ()) == Client.of(whole, ())


def test_what_is_left_unread_is_of_no_request_that_is_served() -> None:
    methods = {f"{section}/{name}" for section, names in UNSERVED.items() for name in names}

    assert methods & set(server.protocol.fm.features) == set()


def test_each_command_that_is_advertised_has_a_handler_and_a_contract() -> None:
    """The ids are listed apart from both, so that a server starts without them."""
    answered = set(command_ids.COMMANDS_WITH_ANSWERS)
    assert answered == set(command_handlers._HANDLERS)  # pyright: ignore[reportPrivateUsage]
    assert answered == {command.id for command in command_table.COMMANDS} - {command_ids.REFRESH}

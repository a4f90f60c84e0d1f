"""The plug-in for python-lsp-server, called through pluggy with its hooks' own arguments."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pluggy
import pytest

from pipesight import pylsp_plugin
from pipesight.demo.sample import unpack_sample

CODE = """from zenml.client import Client
run = Client().get_pipeline_run("first_training")
step = run.steps["train"]
step.outputs["accuracy"][0].load()
run.steps["trian"]
"""


@dataclass
class Document:
    """As python-lsp-server's."""

    uri: str
    source: str
    version: int = 1


@dataclass(eq=False)
class Workspace:
    """As python-lsp-server's."""

    root_uri: str
    root_path: str


@dataclass
class Config:
    """As python-lsp-server's."""

    settings: dict[str, Any] = field(default_factory=lambda: {"enabled": True, "history": ["history"]})

    def plugin_settings(self, plugin: str) -> dict[str, Any]:
        return self.settings if plugin == "pipesight" else {}


class Server:
    """Calls the hooks as python-lsp-server does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manager = pluggy.PluginManager("pylsp")
        self.manager.register(pylsp_plugin)
        self.common = {"config": Config(), "workspace": Workspace(folder.as_uri(), str(folder))}

    def __call__(self, hook: str, **arguments: Any) -> Any:
        answers = getattr(self.manager.hook, hook)(**self.common, **arguments)
        return [item for answer in answers for item in (answer if isinstance(answer, list) else [answer])]

    def document(self, text: str = CODE) -> Document:
        return Document((self.folder / "typed.py").as_uri(), text)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The plug-in with the sample's history, once that is read."""
    folder = unpack_sample(tmp_path_factory.mktemp("spyder project"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        server = Server(folder)
        deadline = time.monotonic() + 20
        while not server("pylsp_lint", document=server.document(), is_saved=False):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield server
        server("pylsp_shutdown")


def place(line: int, text: str) -> dict[str, int]:
    return {"line": line, "character": CODE.split("\n")[line].index(text) + 1}


def test_lint(server: Server) -> None:
    (only,) = server("pylsp_lint", document=server.document(), is_saved=False)

    assert only["code"] == "unknown-name"
    assert only["range"] == {"start": {"line": 4, "character": 11}, "end": {"line": 4, "character": 16}}
    json.dumps(only)


def test_completions(server: Server) -> None:
    items = server("pylsp_completions", document=server.document(), position=place(2, "train"), ignored_names=None)

    assert [item["label"] for item in items] == ["load_data", "train", "evaluate"]
    assert items[0]["textEdit"]["newText"] == "load_data"


def test_hover(server: Server) -> None:
    (page,) = server("pylsp_hover", document=server.document(), position=place(3, "accuracy"))

    assert "accuracy" in page["contents"]["value"]
    assert server("pylsp_hover", document=server.document("x = 1"), position={"line": 0, "character": 0}) == []


def test_navigation(server: Server) -> None:
    document, position = server.document(), place(2, "train")

    definitions = server("pylsp_definitions", document=document, position=position)
    read = server("pylsp_references", document=document, position=position, exclude_declaration=True)
    lights = server("pylsp_document_highlight", document=document, position=position)

    assert [Path(each["uri"]).name for each in definitions] == ["pipelines.py"]
    assert {Path(each["uri"]).name for each in read} == {"typed.py", "report.py", "inspect_run.py"}
    assert [each["range"]["start"]["line"] for each in lights] == [2]


def test_actions_and_lenses_carry_commands(server: Server) -> None:
    at = place(4, "trian")
    actions = server(
        "pylsp_code_actions", document=server.document(), range={"start": at, "end": at}, context={"diagnostics": []}
    )
    lenses = server("pylsp_code_lens", document=server.document())
    reads = next(each["command"] for each in lenses if each["command"]["command"] == "pipesight.readOutput")
    results = server("pylsp_execute_command", command=reads["command"], arguments=reads["arguments"])

    assert "Change to 'train'" in [action["title"] for action in actions]
    assert [choice["label"] for choice in results[0]["choices"]] == ["accuracy", "model", "params"]
    assert reads["command"] in server("pylsp_commands")


def test_the_text_is_followed(server: Server) -> None:
    mended = CODE.replace("trian", "train")

    assert server("pylsp_lint", document=server.document(mended), is_saved=False) == []
    assert server("pylsp_lint", document=server.document(), is_saved=False) != []


def test_a_failure_is_kept_from_the_others(server: Server) -> None:
    broken = Document("typed.py", "x", version="no number")  # pyright: ignore[reportArgumentType]

    assert server("pylsp_lint", document=broken, is_saved=False) == []
    assert server("pylsp_completions", document=None, position=None, ignored_names=None) == []

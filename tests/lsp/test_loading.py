"""Loading a value in Python through the protocol: its conditions, and clients that are refused."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipesight.demo.sample import unpack_sample
from tests.forks import forked_pipesight
from tests.lsp.wire import Wire
from tests.waiting import eventually

MODEL = {"pipeline": "training_pipeline", "run": "first_training", "step": "train", "output": "model"}
ACCURACY = {**MODEL, "output": "accuracy"}
REFUSED = {
    "problem": "Values are loaded in Python only in a workspace that you trust.",
    "advice": "Trust the workspace in your editor. The editor then says so to Pipesight.",
}


class Desk:
    """A server on its own copy of the sample, with commands."""

    def __init__(self, root: Path, **options: object) -> None:
        self.folder = unpack_sample(root / "sample")
        self.server = Wire([*forked_pipesight(), "lsp"], self.folder, root / "log", HOME=str(root / "home"))
        settings = {"history": ["history"], "loader": {"timeout": 60, "memory": 1024}}
        panel = {"clientCommands": ["pipesight.readOutput"]}
        self.server.initialize(self.folder, cacheFolder=str(root / "cache"), settings=settings, **panel, **options)
        eventually(lambda: "output" in (self.execute("pipesight.readOutput", **MODEL) or {}))  # the index has the run

    def execute(self, command: str, **argument: object) -> Any:
        return self.server.request("workspace/executeCommand", {"command": command, "arguments": [argument]})

    def pickle_model(self, value: object) -> None:
        """Replace the file of the model by a pickle of another value."""
        uri = self.execute("pipesight.readOutput", **MODEL)["output"]["uri"]
        (Path(uri) / "artifact.pkl").write_bytes(pickle.dumps(value))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Yield a server whose client says that the user trusts the workspace."""
    desk = Desk(tmp_path_factory.mktemp("trusted"), trusted=True)
    yield desk
    assert desk.server.end() == 0
    desk.server.kill()


def test_a_value_is_loaded_with_the_token_of_what_was_shown(desk: Desk) -> None:
    desk.pickle_model({"weights": [1, 2, 3]})

    plan = desk.execute("pipesight.planLoad", **MODEL)
    assert plan["question"] == "Load model in Python? This runs code that the artifact names."
    assert plan["details"][0] == "It imports nothing."
    assert "At most 1,024 MB of memory and 60 s." in plan["details"][-1]
    loaded = desk.execute("pipesight.loadValue", **MODEL, token=plan["token"])
    assert loaded["value"] == {"type": "dict", "repr": "{'weights': [1, 2, 3]}"}
    assert loaded["path"]["output"] == "model"

    desk.pickle_model(print)
    changed = desk.execute("pipesight.loadValue", **MODEL, token=plan["token"])
    assert changed["problem"] == "The artifact's files have changed since you agreed to load them."
    again = desk.execute("pipesight.planLoad", **MODEL)
    assert again["imports"] == ["builtins.print"]
    assert again["token"] != plan["token"]
    assert again["details"][0] == "Warning: it imports names that can do anything: builtins.print."


def test_nothing_is_loaded_without_a_token(desk: Desk) -> None:
    for token in ({}, {"token": ""}, {"token": "0" * 64}, {"token": 7}):
        answer = desk.execute("pipesight.loadValue", **MODEL, **token)
        assert answer["problem"] == "Nobody agreed to load this output."


def test_only_what_says_more_than_its_preview_is_offered(desk: Desk) -> None:
    assert desk.execute("pipesight.readOutput", **MODEL)["loadable"]
    assert "loadable" not in desk.execute("pipesight.readOutput", **ACCURACY)


def test_a_name_that_is_not_there_is_said(desk: Desk) -> None:
    for command in ("pipesight.planLoad", "pipesight.loadValue"):
        answer = desk.execute(command, **{**MODEL, "output": "modle"})
        assert answer["problem"] == "The history has no output named 'modle' there."


@pytest.mark.parametrize("options", [{}, {"trusted": False}, {"trusted": "yes"}], ids=["silent", "untrusted", "odd"])
def test_who_does_not_say_that_the_workspace_is_trusted_is_refused(tmp_path: Path, options: dict[str, object]) -> None:
    desk = Desk(tmp_path, **options)
    try:
        assert desk.execute("pipesight.planLoad", **MODEL) == REFUSED
        assert desk.execute("pipesight.loadValue", **MODEL, token="x") == REFUSED
        assert "loadable" not in desk.execute("pipesight.readOutput", **MODEL)
    finally:
        desk.server.kill()

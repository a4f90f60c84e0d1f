"""A workspace of two folders through the protocol: each file uses the stores and the Python of its folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.forks import forked_pipesight
from tests.waiting import eventually

from .wire import Wire

CODE = 'from zenml.client import Client\nClient().get_pipeline("")\n'
NEWEST = ("tpl-2026_11_22-13_05_19_988308", "tpl-2026_11_22-13_10_20_269220")  # the last runs of the pipeline in either


@pytest.fixture
def two(unpack_history: Callable[[str], Path], tmp_path: Path) -> tuple[Path, Path]:
    """Return two folders, whose stores each have a pipeline of the same name."""
    folders = (tmp_path / "new", tmp_path / "old")
    for folder, name in zip(folders, ("0.98.0", "0.55.5"), strict=True):
        shutil.copytree(unpack_history(name) / "config/local_stores", folder / "history/local_stores")
        (folder / "read.py").write_text(CODE)
    return folders


@pytest.fixture
def wire(two: tuple[Path, Path], tmp_path: Path) -> Iterator[Wire]:
    server = Wire([*forked_pipesight(), "lsp"], tmp_path, tmp_path / "log", ZENML_CONFIG_PATH=str(tmp_path / "none"))
    folders = [{"uri": folder.as_uri(), "name": folder.name} for folder in two]
    options = {"settings": {"history": ["history"]}, "cacheFolder": str(tmp_path / "cache")}
    params = {"processId": None, "capabilities": {}, "workspaceFolders": folders, "initializationOptions": options}
    server.request("initialize", params)
    server.notify("initialized", {})
    yield server
    server.kill()


def offered(wire: Wire, file: Path) -> dict[str, Any]:
    """Return the completion item of the pipeline that both have, once it is there."""
    document = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": CODE}
    wire.notify("textDocument/didOpen", {"textDocument": document})
    position = {"line": 1, "character": len(CODE.splitlines()[1]) - 2}
    items: dict[str, Any] = {}

    def it_is_there() -> bool:
        found = wire.request("textDocument/completion", {"textDocument": {"uri": file.as_uri()}, "position": position})
        items.update({item["label"]: item for item in (found or {}).get("items", ())})
        return "training_pipeline" in items

    eventually(it_is_there)
    return items["training_pipeline"]


def page(wire: Wire, item: dict[str, Any]) -> str:
    """Return the page of a completion item, once the runs are read."""
    pages: list[str] = []

    def it_is_whole() -> bool:
        pages.append(json.dumps(wire.request("completionItem/resolve", item)))
        return "still being read" not in pages[-1]

    eventually(it_is_whole)
    return pages[-1]


def test_an_offered_name_is_described_from_the_stores_of_its_folder(wire: Wire, two: tuple[Path, Path]) -> None:
    items = {folder.name: offered(wire, folder / "read.py") for folder in two}

    pages = {name: page(wire, item) for name, item in items.items()}

    assert [name in pages["new"] for name in NEWEST] == [True, False]
    assert [name in pages["old"] for name in NEWEST] == [False, True]

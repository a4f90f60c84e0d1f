"""Lists and dicts of objects, also long and nested ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fsspec
import pytest

from tests.outputs.conftest import Look
from tests.outputs.test_formats import rows_of

Files = dict[str, bytes]


def listed(elements: list[Files], kind: str = "app.Point") -> Files:
    """Return the files of a list of objects, each of which has its own files."""
    files = {"metadata.json": json.dumps([{"type": kind, "materializer": "m"}] * len(elements)).encode()}
    for i, element in enumerate(elements):
        files.update({f"{i}/{name}": content for name, content in element.items()})
    return files


def keyed(keys: list[Any], values: Files) -> Files:
    """Return the files of a dict: the list of its keys, and the files of the list of its values."""
    files: Files = {
        "metadata.json": json.dumps([{"type": "builtins.list"}] * 2).encode(),
        "0/data.json": json.dumps(keys).encode(),
    }
    return {**files, **{f"1/{name}": content for name, content in values.items()}}


def written(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def point(number: int) -> Files:
    return {"data.json": str(number).encode(), "python_version.txt": b"3.11"}


@pytest.mark.thorough
def test_a_list_of_a_thousand_objects_shows_each(look: Look, tmp_path: Path):
    folder = written(tmp_path, listed([point(i) for i in range(1_000)]))
    preview = look(folder, data_type="builtins.list", offset=990)
    assert preview.summary == "list of 1000 Point"
    assert rows_of(preview) == [[i, "app.Point", str(i)] for i in range(990, 1_000)]


def test_a_list_in_a_remote_store_too(look: Look):
    system = fsspec.filesystem("memory")
    for name, content in listed([point(i) for i in range(600)]).items():
        system.pipe_file(f"memory://store/long-list/{name}", content)
    preview = look("memory://store/long-list", data_type="builtins.list", offset=598)
    assert rows_of(preview) == [[598, "app.Point", "598"], [599, "app.Point", "599"]]


@pytest.mark.thorough
def test_a_dict_of_a_thousand_objects_shows_each_by_its_key(look: Look, tmp_path: Path):
    keys = [f"key {i}" for i in range(1_000)]
    folder = written(tmp_path, keyed(keys, listed([point(i) for i in range(1_000)])))
    preview = look(folder, data_type="builtins.dict", offset=998)
    assert preview.summary.startswith("dict of 1,000 keys: key 0, key 1")
    assert rows_of(preview) == [["key 998", "app.Point", "998"], ["key 999", "app.Point", "999"]]


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_a_dict_of_dicts_names_the_keys_of_each(look: Look, tmp_path: Path, levels: int):
    inner, summary = {"data.json": b"7"}, "7"
    for level in range(levels):
        inner = keyed([f"k{level}"], listed([inner], "builtins.dict" if level else "app.Point"))
        summary = f"dict of 1 key: k{level}"
    files = keyed(["outer"], listed([inner], "builtins.dict"))
    preview = look(written(tmp_path, files), data_type="builtins.dict")
    assert preview.summary == "dict of 1 key: outer"
    assert rows_of(preview) == [["outer", "builtins.dict", summary]]


def test_the_elements_are_numbered_by_an_index(look: Look, tmp_path: Path):
    table = look(written(tmp_path, listed([point(1)]))).table
    assert table is not None
    assert (table.index, [column.name for column in table.columns]) == (1, ["element", "type", "value"])

"""Artifacts in folders, at file URIs, at paths of other systems and in object stores. Some are missing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import fsspec
import pytest

from pipesight.outputs.reader.load import load
from pipesight.outputs.render import to_markdown, to_text
from tests.outputs.conftest import Artifact, Look, ask_bare_python
from tests.outputs.memory import in_memory


def test_a_folder_a_file_and_their_uris(look: Look, artifact: Artifact):
    folder = artifact({"data.json": "1"})
    file = folder / "data.json"
    for uri in (
        folder,
        f"{folder}/",
        folder.as_uri(),
        f"file:{folder}",
        f"file://localhost{folder}",
        file,
        file.as_uri(),
    ):
        assert look(uri).summary == "1", uri


def test_names_with_spaces_quotes_and_emoji(look: Look, tmp_path: Path):
    folder = tmp_path / "it's a 🙂\nfolder %20"
    folder.mkdir()
    (folder / "data.json").write_text("1")
    assert look(folder).summary == "1"
    assert look(folder.as_uri()).summary == "1"
    assert look(f"file://{folder}").summary == "1", "not every writer encodes"


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        (b"\xff.bin", b"x"),
        (b"\xff.hdf5", b"\x89HDF\r\n\x1a\n"),
        (b"\xff.pkl", b"no pickle"),
        (b"\xff.json", b"{"),
        (b"\xff.png", b"x"),
        (b"hf_\xff/config.json", b"{}"),
    ],
)
def test_names_that_are_no_text_can_be_said(look: Look, artifact: Artifact, name: bytes, stored: bytes):
    preview = look(artifact({os.fsdecode(name): stored}))
    assert "�" in (to_text(preview) + to_markdown(preview)).encode().decode()


def test_a_remote_store_through_fsspec(look: Look):
    assert look(in_memory("data.json", b'{"a": 1}')).value == {"a": 1}


@pytest.mark.parametrize(
    ("uri", "said", "advised"),
    [
        ("/no/such/folder", "gone: /no/such/folder", "Run the pipeline again"),
        ("memory://store/nothing/here", "gone: memory://store/nothing/here", "Run the pipeline again"),
        ("s3://bucket/key", "has no s3fs", f"{sys.executable} -m pip install s3fs"),
        ("gs://bucket/key", "has no gcsfs", "pip install gcsfs"),
        ("abfs://bucket/key", "has no adlfs", "pip install adlfs"),
        ("C:\\zenml\\artifact", "Windows drive", "recorded on a Windows machine"),
        ("D:/zenml/artifact", "Windows drive", "recorded on a Windows machine"),
        ("https://example.org/x", "cannot read artifacts at https:", "fsspec"),
        ("simplecache::s3://bucket/key", "cannot read", "fsspec"),
        ("python://x", "cannot read artifacts at python:", "fsspec"),
        ("", "no location", None),
        ("bad\0path", "could not be read", None),
        ("x" * 5_000, "could not be read", None),
        (os.devnull, "neither a folder nor a file", None),
    ],
)
def test_what_cannot_be_reached_is_said(look: Look, uri: str, said: str, advised: str | None):
    preview = look(uri)
    assert preview.kind == "problem"
    assert said in preview.summary
    if advised is not None:
        assert advised in (preview.advice or "")


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("memory://me:secret@store/x", "memory://***@store/x"),
        ("memory://store/x?sv=1&sig=secret&se=2", "memory://store/x?sv=1&sig=***&se=2"),
        ("memory://store/x?X-Amz-Signature=secret", "memory://store/x?X-Amz-Signature=***"),
        ("memory://container@store/x", "memory://container@store/x"),
    ],
)
def test_no_secret_of_an_address_is_said(look: Look, uri: str, said: str):
    preview = look(uri)
    assert "secret" not in str(preview)
    assert said in preview.summary


def test_without_fsspec_a_remote_artifact_names_what_to_install():
    assert "pip install s3fs" in (ask_bare_python("s3://bucket/key").advice or "")


def test_an_empty_folder_and_a_pipe(look: Look, tmp_path: Path):
    assert "empty" in look(tmp_path).summary
    os.mkfifo(tmp_path / "data.json")
    assert "empty" in look(tmp_path).summary, "a pipe is no file of an artifact, and reading it would never end"


def test_a_link_out_of_the_artifact_is_followed_by_who_loads_it_and_not_by_a_preview(
    look: Look, artifact: Artifact, tmp_path: Path
):
    (tmp_path / "secret.json").write_text('"secret"')
    folder = artifact({"python_version.txt": "3"})
    (folder / "data.json").symlink_to(tmp_path / "secret.json")
    preview = look(folder)
    assert preview.kind == "problem"
    assert "data.json is a link that leads out of the artifact's folder" in preview.summary
    assert load(str(folder)) == "secret"


def test_links_within_an_artifact_and_to_it_are_followed(look: Look, artifact: Artifact, tmp_path: Path):
    folder = artifact({"version/data.bin": "7"})
    (folder / "data.json").symlink_to(folder / "version" / "data.bin")
    (tmp_path / "link").symlink_to(folder)
    for uri in (folder, tmp_path / "link", folder / "data.json"):
        assert look(uri).summary == "7"


def test_a_store_that_fails_is_a_problem(look: Look, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("403 Forbidden")

    uri = in_memory("data.json", b"1")
    monkeypatch.setattr(fsspec.get_filesystem_class("memory"), "find", refuse)
    preview = look(uri)
    assert "RuntimeError: 403 Forbidden" in preview.summary
    assert "credentials" in (preview.advice or "")


def test_a_folder_that_may_not_be_read(look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: str) -> list[str]:
        raise PermissionError(13, "Permission denied", path)

    folder = artifact({"data.json": "1"})
    monkeypatch.setattr(os, "listdir", refuse)  # root, who often runs tests, may read everything
    preview = look(folder)
    assert preview.summary == f"You may not read this artifact: {folder}"
    assert "permissions" in (preview.advice or "")

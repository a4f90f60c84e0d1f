"""Files that change outside of the editor: `git checkout`, a generator, a folder deleted in the editor's explorer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from tests.examples import mostly_slow
from tests.waiting import until

WATCHING = lsp.ClientCapabilities(
    workspace=lsp.WorkspaceClientCapabilities(
        did_change_watched_files=lsp.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    ),
)
READS = """from zenml.client import Client
from project.names import STEP
Client().get_pipeline("training_pipeline").last_run.steps[STEP]
"""


@pytest.fixture
def project(sample: Path, tmp_path: Path) -> Path:
    """Return a copy of the sample, with a package in which a constant has a misspelled name of a step."""
    folder = tmp_path / "work"
    shutil.copytree(sample, folder)
    (folder / "project").mkdir()
    (folder / "project" / "names.py").write_text('STEP = "trian"\n')
    return folder


async def start(client: LanguageClient, folder: Path, capabilities: lsp.ClientCapabilities) -> list[Any]:
    """Start a session in the folder. Return a list to which the server's registrations are added."""
    registered: list[Any] = []
    client.feature(lsp.CLIENT_REGISTER_CAPABILITY)(lambda params: registered.extend(params.registrations))
    await client.initialize_session(
        lsp.InitializeParams(
            capabilities=capabilities,
            root_uri=folder.as_uri(),
            initialization_options={
                "cacheFolder": str(folder.parent / "index"),
                "settings": {"history": ["history"]},
            },
        )
    )
    return registered


async def is_missing(client: LanguageClient, uri: str, expected: bool) -> None:
    """Wait until a hover says, or no longer says, that the history lacks the last name of `READS`."""
    where = lsp.Position(2, READS.splitlines()[2].index("STEP"))
    params = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), where)
    told = await until(
        lambda: client.text_document_hover_async(params),
        lambda told: ("Not in the history" in str(told)) is expected,
    )
    assert ("Not in the history" in str(told)) is expected, told


def write(text: str) -> Callable[[Path, LanguageClient], None]:
    def change(file: Path, client: LanguageClient) -> None:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        event = lsp.FileEvent(file.as_uri(), lsp.FileChangeType.Changed)
        client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))

    return change


def checked_out_without_the_folder(file: Path, client: LanguageClient) -> None:
    shutil.rmtree(file.parent)
    event = lsp.FileEvent(file.parent.as_uri(), lsp.FileChangeType.Deleted)
    client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))


def deleted_in_the_editor(file: Path, client: LanguageClient) -> None:
    shutil.rmtree(file.parent)
    client.workspace_did_delete_files(lsp.DeleteFilesParams([lsp.FileDelete(file.parent.as_uri())]))


def renamed_in_the_editor(file: Path, client: LanguageClient) -> None:
    other = file.parent.rename(file.parent.with_name("other"))
    renamed = lsp.FileRename(file.parent.as_uri(), other.as_uri())
    client.workspace_did_rename_files(lsp.RenameFilesParams([renamed]))


WRITTEN = write('STEP = "train"\n')
CHANGES = [WRITTEN, checked_out_without_the_folder, deleted_in_the_editor, renamed_in_the_editor]


@pytest.mark.parametrize("change", mostly_slow(CHANGES, quick=(WRITTEN,)))
async def test_an_imported_name_follows_its_file(
    server: LanguageClient, project: Path, change: Callable[[Path, LanguageClient], None]
) -> None:
    await start(server, project, WATCHING)
    uri = (project / "reads.py").as_uri()
    item = lsp.TextDocumentItem(uri=uri, language_id="python", version=1, text=READS)
    server.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    names = project / "project" / "names.py"
    await is_missing(server, uri, True)

    change(names, server)
    await is_missing(server, uri, False)

    write('STEP = "trian"\n')(names, server)
    await is_missing(server, uri, True)


@pytest.mark.parametrize(
    ("capabilities", "watched"),
    [
        (WATCHING, ["**/*{.py,.ipynb}", "**/.zen/*.yaml", "**/{pipesight,pyproject}.toml", "**/*"]),
        (lsp.ClientCapabilities(), []),
    ],
)
async def test_only_a_client_that_can_watch_is_asked_to(
    server: LanguageClient, project: Path, capabilities: lsp.ClientCapabilities, watched: list[str]
) -> None:
    registered = await start(server, project, capabilities)
    await server.workspace_execute_command_async(lsp.ExecuteCommandParams("pipesight.status", [{}]))

    watchers = [watcher for each in registered for watcher in each.register_options["watchers"]]
    assert [watcher["globPattern"] for watcher in watchers] == watched


async def test_a_folder_that_is_added_brings_its_files(server: LanguageClient, project: Path, tmp_path: Path) -> None:
    await start(server, project, lsp.ClientCapabilities())
    other = tmp_path / "other"
    other.mkdir()
    (other / "elsewhere.py").write_text(READS.replace("[STEP]", '["train"]'))
    uri = (project / "typed.py").as_uri()
    item = lsp.TextDocumentItem(uri=uri, language_id="python", version=1, text=READS.replace("[STEP]", '["train"]'))
    server.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    async def files() -> set[str]:
        place, context = lsp.Position(2, 60), lsp.ReferenceContext(include_declaration=True)
        params = lsp.ReferenceParams(context, lsp.TextDocumentIdentifier(uri), place)
        return {Path(each.uri).name for each in await server.text_document_references_async(params) or ()}

    known = await until(files, lambda found: found >= {"report.py", "typed.py"})
    assert "elsewhere.py" not in known
    event = lsp.WorkspaceFoldersChangeEvent(added=[lsp.WorkspaceFolder(other.as_uri(), "other")], removed=[])
    server.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event))

    assert "elsewhere.py" in await until(files, lambda found: "elsewhere.py" in found)

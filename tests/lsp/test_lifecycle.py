"""The life of a server: changed settings, a new store, and commands that the client registers."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from tests.waiting import PATIENCE, until, until_true

from .conftest import start
from .test_completion import MODERN


async def offered(client: LanguageClient, uri: str) -> list[str]:
    line = MODERN.count("\n") - 1
    character = MODERN.splitlines()[line].index("training_pipeline")
    params = lsp.CompletionParams(lsp.TextDocumentIdentifier(uri), lsp.Position(line, character))
    answer = await client.text_document_completion_async(params)
    return [item.label for item in answer.items] if isinstance(answer, lsp.CompletionList) else []


def open_document(client: LanguageClient, folder: Path, text: str = MODERN) -> str:
    uri = (folder / "typed.py").as_uri()
    item = lsp.TextDocumentItem(uri=uri, language_id="python", version=1, text=text)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    return uri


async def eventually(client: LanguageClient, uri: str, labels: list[str]) -> None:
    """Wait until completion offers these names."""
    assert await until(lambda: offered(client, uri), lambda found: found == labels) == labels


def configure(client: LanguageClient, **settings: Any) -> None:
    client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams({"pipesight": settings}))


async def test_settings_change_while_the_editor_is_open(server: LanguageClient, sample: Path, tmp_path: Path) -> None:
    await start(server, "neovim", sample, tmp_path)
    uri = open_document(server, sample)
    both = ["training_pipeline", "report_pipeline"]
    await eventually(server, uri, both)

    configure(server, enable=False)
    await eventually(server, uri, [])

    configure(server, enable=True, history=["history"])
    await eventually(server, uri, both)

    configure(server, enable=True, history=["history"], completion={"limit": 1})
    await eventually(server, uri, both[:1])

    configure(server, history="history")
    await until_true(lambda: server.messages)
    assert "pipesight.history is a string" in server.messages[-1].message


@pytest.mark.thorough
async def test_lenses_have_their_values_again_when_the_reader_s_limits_have_changed(
    server: LanguageClient, sample: Path, tmp_path: Path
) -> None:
    await start(server, "neovim", sample, tmp_path)
    uri = open_document(server, sample, MODERN + 'run.steps["train"].outputs["accuracy"]')

    async def values() -> list[str]:
        lenses = await server.text_document_code_lens_async(lsp.CodeLensParams(lsp.TextDocumentIdentifier(uri)))
        titles = [lens.command.title for lens in lenses or () if lens.command is not None]
        return [title for title in titles if title.startswith("accuracy: 0.9")]

    for seconds in (10, 20):
        configure(server, enable=True, history=["history"], reader={"timeout": seconds})
        assert await until(values), f"with a limit of {seconds} s"


@pytest.mark.thorough
async def test_a_store_that_appears_is_found(server: LanguageClient, sample: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    parameters = lsp.InitializeParams(
        capabilities=lsp.ClientCapabilities(),
        root_uri=project.as_uri(),
        initialization_options={"cacheFolder": str(tmp_path / "cache"), "settings": {"history": ["history"]}},
    )
    await server.initialize_session(parameters)
    uri = open_document(server, project)
    assert await offered(server, uri) == []

    shutil.copytree(sample / "history", project / "history")

    await eventually(server, uri, ["training_pipeline", "report_pipeline"])


async def test_a_document_opened_before_the_server_has_loaded_is_not_lost(
    server: LanguageClient, sample: Path, tmp_path: Path
) -> None:
    parameters = lsp.InitializeParams(
        capabilities=lsp.ClientCapabilities(),
        root_uri=sample.as_uri(),
        initialization_options={"cacheFolder": str(tmp_path), "settings": {"history": ["history"]}},
    )
    server.capabilities = parameters.capabilities
    await server.initialize_async(parameters)
    uri = open_document(server, sample)
    assert await offered(server, uri) == []

    server.initialized(lsp.InitializedParams())

    await eventually(server, uri, ["training_pipeline", "report_pipeline"])


async def test_a_request_that_makes_no_sense_is_answered(server: LanguageClient, sample: Path, tmp_path: Path) -> None:
    await start(server, "neovim", sample, tmp_path)
    position = lsp.Position(0, 0)
    object.__setattr__(position, "line", -1)
    asked = lsp.HoverParams(lsp.TextDocumentIdentifier("file:///x.py"), position)

    with pytest.raises(JsonRpcException, match="The parameters of textDocument/hover are not valid"):
        await asyncio.wait_for(server.text_document_hover_async(asked), PATIENCE)


@pytest.mark.parametrize(("own", "advertised"), [([], True), (["pipesight.readOutput"], False)])
async def test_a_client_s_own_commands_are_not_advertised(
    server: LanguageClient, sample: Path, own: list[str], advertised: bool
) -> None:
    result = await server.initialize_session(
        lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(),
            root_uri=sample.as_uri(),
            initialization_options={"clientCommands": own, "settings": {"enable": False}},
        )
    )

    provider = result.capabilities.execute_command_provider
    assert provider is not None
    assert ("pipesight.readOutput" in provider.commands) is advertised
    assert "pipesight.history" in provider.commands


async def test_each_folder_of_a_workspace_has_its_own_setting(
    server: LanguageClient, sample: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    database = shutil.copy(next((sample / "history").rglob("zenml.db")), other / "runs.db")
    server.set_configuration({"pipesight": {"history": [str(sample / "history")]}}, scope_uri=sample.as_uri())
    server.set_configuration({"pipesight": {"history": ["runs.db"]}}, scope_uri=other.as_uri())
    await server.initialize_session(
        lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(workspace=lsp.WorkspaceClientCapabilities(configuration=True)),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), folder.name) for folder in (sample, other)],
            initialization_options={"cacheFolder": str(tmp_path / "index"), "clientCommands": []},
        )
    )

    async def stores() -> list[str]:
        params = lsp.ExecuteCommandParams("pipesight.status", [{}])
        status: Any = await server.workspace_execute_command_async(params)
        return [source["label"] for source in status["sources"]]

    labels = await until(stores, lambda labels: len(labels) == 2)
    assert {Path(label).name for label in labels} == {Path(database).name, "zenml.db"}

"""A language server on the sample project, driven through the protocol as each of the real clients would."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import converters
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient

from pipesight.demo.sample import unpack_sample

CLIENTS = ("vscode", "neovim", "emacs", "jupyterlab")
_CONVERTER = converters.get_converter()


@dataclass(frozen=True)
class Editor:
    """One client with the sample open: what a test types into and asks."""

    client: LanguageClient
    folder: Path
    name: str

    def open(self, text: str, name: str = "typed.py") -> lsp.Position | None:
        """Open a document; its text may mark the cursor with `|`, whose position is given back."""
        before, bar, after = text.partition("|")
        item = lsp.TextDocumentItem(uri=self.uri(name), language_id="python", version=1, text=before + after)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return lsp.Position(before.count("\n"), len(before.rsplit("\n", 1)[-1])) if bar else None

    def uri(self, name: str = "typed.py") -> str:
        return (self.folder / name).as_uri()

    async def complete(self, text: str) -> lsp.CompletionList | None:
        """The completion at the cursor of `text`."""
        position = self.open(text)
        assert position is not None
        params = lsp.CompletionParams(lsp.TextDocumentIdentifier(self.uri()), position)
        answer = await self.client.text_document_completion_async(params)
        assert answer is None or isinstance(answer, lsp.CompletionList)
        return answer

    async def hover(self, text: str) -> str | None:
        """The text of the hover at the cursor of `text`."""
        position = self.open(text)
        assert position is not None
        params = lsp.HoverParams(lsp.TextDocumentIdentifier(self.uri()), position)
        answer = await self.client.text_document_hover_async(params)
        if answer is None:
            return None
        assert isinstance(answer.contents, lsp.MarkupContent)
        return answer.contents.value

    async def lenses(self, text: str) -> list[lsp.CodeLens]:
        """The code lenses of `text`."""
        self.open(text)
        params = lsp.CodeLensParams(lsp.TextDocumentIdentifier(self.uri()))
        return list(await self.client.text_document_code_lens_async(params) or ())

    async def execute(self, command: str, argument: dict[str, Any] | None = None) -> Any:
        """The result of a command."""
        params = lsp.ExecuteCommandParams(command, [argument] if argument is not None else None)
        return await self.client.workspace_execute_command_async(params)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project with its history."""
    return unpack_sample(tmp_path_factory.mktemp("sample project"))


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers of this session keep their index."""
    return tmp_path_factory.mktemp("index")


@pytest_lsp.fixture(
    params=CLIENTS, config=ClientServerConfig(server_command=[sys.executable, "-m", "pipesight", "lsp"])
)
async def editor(
    request: pytest.FixtureRequest, lsp_client: LanguageClient, sample: Path, index_folder: Path
) -> AsyncIterator[Editor]:
    """The sample, open in one of the clients."""
    await start(lsp_client, request.param, sample, index_folder)
    yield Editor(lsp_client, sample, request.param)
    await lsp_client.shutdown_session()


async def start(client: LanguageClient, name: str, folder: Path, index_folder: Path) -> None:
    """Initialize a session as the named client does, and wait until the history is indexed."""
    capabilities = json.loads((Path(__file__).parent / "clients" / f"{name}.json").read_text())
    own = ["pipesight.readOutput", "pipesight.showRun"] if name == "vscode" else []
    await client.initialize_session(
        lsp.InitializeParams(
            capabilities=_CONVERTER.structure(capabilities, lsp.ClientCapabilities),
            root_uri=folder.as_uri(),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), "sample")],
            initialization_options={
                "cacheFolder": str(index_folder),
                "settings": {"history": ["history"]},
                "clientCommands": own,
            },
        )
    )
    while not await _is_indexed(client):
        pass


async def _is_indexed(client: LanguageClient) -> bool:
    status: Any = await client.workspace_execute_command_async(lsp.ExecuteCommandParams("pipesight.status", [{}]))
    sources = status["sources"]
    return bool(sources) and all(source["synced_at"] for source in sources)

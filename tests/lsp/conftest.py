"""A language server on the sample project, used through the protocol as each of the real clients does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import converters, types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient

from pipesight.demo.sample import unpack_sample
from pipesight.workspace.context import Client
from tests.forks import forked_pipesight
from tests.waiting import until

CLIENTS = ("vscode", "neovim", "emacs", "jupyterlab")
OWN_COMMANDS = ("pipesight.readOutput", "pipesight.showRun")  # which VS Code's extension registers itself
_CONVERTER = converters.get_converter()


class ForkedServer(ClientServerConfig):
    """A server that is a fork. The command has the arguments of `pipesight`."""

    def get_server_command(self, devtools: str | None = None) -> list[str]:
        """Return the whole command."""
        return [*forked_pipesight(), *super().get_server_command(devtools)]


SERVER = ForkedServer(server_command=["lsp"])


class Editor:
    """One client with the sample open. Each document that a test opens is a new file."""

    def __init__(self, client: LanguageClient, folder: Path, name: str) -> None:
        self.client = client
        self.folder = folder
        self.name = name
        self.uri = ""
        self._opened = 0

    def open(self, text: str) -> lsp.Position | None:
        """Open a document. Its text may mark the cursor with `|`, whose position is returned."""
        before, bar, after = text.partition("|")
        self._opened += 1
        self.uri = (self.folder / f"typed_{self._opened}.py").as_uri()
        item = lsp.TextDocumentItem(uri=self.uri, language_id="python", version=1, text=before + after)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        last_line = before.rsplit("\n", 1)[-1]
        return lsp.Position(before.count("\n"), len(last_line.encode("utf-16-le")) // 2) if bar else None

    async def complete(self, text: str) -> lsp.CompletionList | None:
        """Return the completion at the cursor `|` of `text`."""
        position = self.open(text)
        assert position is not None
        params = lsp.CompletionParams(lsp.TextDocumentIdentifier(self.uri), position)
        # While a long analysis goes on, the server asks to be asked again, as editors do.
        answer = await until(
            lambda: self.client.text_document_completion_async(params),
            lambda answer: not isinstance(answer, lsp.CompletionList) or answer.items or not answer.is_incomplete,
        )
        assert answer is None or isinstance(answer, lsp.CompletionList)
        return answer

    async def hover(self, text: str, *facts: str) -> str | None:
        """Return the text of the hover at the cursor `|` of `text`. With `facts`, ask until it contains them."""
        position = self.open(text)
        assert position is not None
        params = lsp.HoverParams(lsp.TextDocumentIdentifier(self.uri), position)
        answer = await until(
            lambda: self.client.text_document_hover_async(params),
            lambda answer: not facts or (answer is not None and all(fact in str(answer.contents) for fact in facts)),
        )
        if answer is None:
            return None
        assert isinstance(answer.contents, lsp.MarkupContent)
        return answer.contents.value

    async def lenses(self, text: str = "") -> list[lsp.CodeLens]:
        """Return the code lenses of `text`, or of the document opened last."""
        if text:
            self.open(text)
        params = lsp.CodeLensParams(lsp.TextDocumentIdentifier(self.uri))
        return list(await self.client.text_document_code_lens_async(params) or ())

    async def execute(self, command: str, argument: dict[str, Any] | None = None) -> Any:
        """Return the result of a command."""
        params = lsp.ExecuteCommandParams(command, [argument] if argument is not None else None)
        return await self.client.workspace_execute_command_async(params)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sample project with its history."""
    return unpack_sample(tmp_path_factory.mktemp("sample project"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each combination of the abilities that it depends on. Run others as VS Code only."""
    if "client" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("depends_on")
        names = distinct(marker.args if marker is not None else ())
        metafunc.parametrize("client", names, indirect=True, scope="session")


def distinct(abilities: Sequence[str]) -> list[str]:
    """Return the first client with each combination of these abilities, which are fields of `Client`."""
    first: dict[tuple[object, ...], str] = {}
    for name in CLIENTS:
        client = Client.of(capabilities_of(name), OWN_COMMANDS if name == "vscode" else ())
        first.setdefault(tuple(getattr(client, ability) for ability in abilities), name)
    return list(first.values())


@cache
def capabilities_of(name: str) -> lsp.ClientCapabilities:
    """Return the abilities that the real client declares."""
    told = json.loads((Path(__file__).parent / "clients" / f"{name}.json").read_text())
    return _CONVERTER.structure(told, lsp.ClientCapabilities)


@pytest_lsp.fixture(
    scope="session",
    config=SERVER,
)
async def client(
    request: pytest.FixtureRequest, lsp_client: LanguageClient, sample: Path, index_folder: Path
) -> AsyncIterator[None]:
    """Yield a client of a server on the sample, which starts as the real client starts it."""
    for refresh in (
        lsp.WORKSPACE_CODE_LENS_REFRESH,
        lsp.WORKSPACE_INLAY_HINT_REFRESH,
        lsp.CLIENT_REGISTER_CAPABILITY,
    ):
        lsp_client.feature(refresh)(lambda *_: None)
    lsp_client.feature("pipesight/statusChanged")(lambda *_: None)
    await start(lsp_client, request.param, sample, index_folder)
    lsp_client.name = request.param
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=SERVER)
async def server(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """Yield a server for this test only, which is not initialized yet."""
    for method in (lsp.WORKSPACE_CODE_LENS_REFRESH, lsp.WORKSPACE_INLAY_HINT_REFRESH, "pipesight/statusChanged"):
        lsp_client.feature(method)(lambda *_: None)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(client: LanguageClient, sample: Path) -> Editor:
    """Return one of the clients, with the sample open."""
    client.messages.clear()
    return Editor(client, sample, client.name)


async def start(client: LanguageClient, name: str, folder: Path, index_folder: Path, *, wait: bool = True) -> None:
    """Initialize a session as the named client does. With `wait`, return when the history is indexed."""
    own = OWN_COMMANDS if name == "vscode" else ()
    await client.initialize_session(
        lsp.InitializeParams(
            capabilities=capabilities_of(name),
            root_uri=folder.as_uri(),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), "sample")],
            initialization_options={
                "cacheFolder": str(index_folder),
                "settings": {"history": ["history"]},
                "clientCommands": list(own),
            },
        )
    )
    if wait:
        assert await until(lambda: _is_indexed(client)), "the history was not indexed in time"


async def _is_indexed(client: LanguageClient) -> bool:
    status: Any = await client.workspace_execute_command_async(lsp.ExecuteCommandParams("pipesight.status", [{}]))
    sources = status["sources"]
    # The steps of the runs are read after the runs.
    return bool(sources) and all(source.get("synced_at") and not source["syncing"] for source in sources)
